"""An emulator in this process, as `run` and `test-state` have it: the options that say how it is made."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import click

from .values import json_value, pairs

if TYPE_CHECKING:
    from interactor_emulator.emulator import Emulator

_OPTIONS = (
    click.option("--stub", "stubs", multiple=True, metavar="URL=JSON", help="What HTTP logic hears from this URL."),
    click.option("--route", "routes", multiple=True, metavar="ORIGIN=URL", help="Lead an origin to a local server."),
    click.option("--allow-egress", multiple=True, metavar="HOST", help="A host that HTTP logic may really call."),
    click.option("--secret", "secrets", multiple=True, metavar="NAME=VALUE", help="A secret."),
    click.option("--seed", type=int, help="Makes ids and Math.random repeat."),
    click.option("--now", help="Where the clock stands, like 2026-01-20T12:00:00Z."),
)


def emulator_options(command: Callable[..., None]) -> Callable[..., None]:
    """The command with these options; it hands what it is given of them to `emulator_here`."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def emulator_here(options: Mapping[str, Any]) -> "Emulator":
    """Raises click.UsageError or ValueError for what is no value of an option."""
    from interactor_emulator.emulator import Emulator

    emulator = Emulator(
        seed=options["seed"],
        now=options["now"],
        secrets=pairs("--secret", options["secrets"], hidden=True),
        routes=pairs("--route", options["routes"], "ORIGIN=URL"),
        allow_egress=options["allow_egress"],
        loopback_egress=True,
    )
    for url, body in pairs("--stub", options["stubs"], "URL=JSON").items():
        emulator.stub(url, respond={"json": json_value("--stub", body)})
    return emulator
