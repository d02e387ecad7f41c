"""Options that several commands share, and the reading of their values."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from errno import ENOENT
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from interactor_emulator import terminal
from interactor_emulator.errors import InvalidWorkflow
from interactor_emulator.limits import DAY
from interactor_emulator.nearest import beside

from .config import nearest, said_at
from .files import must_be_file
from .values import pairs

if TYPE_CHECKING:
    from starlette.applications import Starlette

    from interactor_emulator.account.tokens import Client
    from interactor_emulator.emulator import Emulator

    from .findings import DefinitionFile

# For people at work: "the token that `serve` prints … may live longer than an hour".
_TOKEN_SECONDS = 365 * DAY
_CLIENT_MEMBERS = ("client_id", "client_secret", "scopes", "namespaces")


def variants(where: str, values: Iterable[str]) -> Mapping[str, str]:
    """What several `NAME=VALUE` choose; a hyphen in a name is as good as an underscore."""
    from interactor_emulator.variants import variants_from

    found = {name.replace("-", "_"): value for name, value in pairs(where, values).items()}
    try:
        return variants_from(found).values()
    except ValueError as error:
        raise click.UsageError(f"{where}: {error}") from None


def published_files(paths: Iterable[Path]) -> list[Path]:
    """The same of `--definitions`; that a folder has none is told."""
    for path in paths:
        if not definition_files([path]):
            terminal.complain(f"{path}: there is no .json file in this folder, so nothing of it is published")
    return definition_files(paths)


def definition_files(paths: Iterable[Path]) -> list[Path]:
    """The files that are named, and the JSON files in the folders that are."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            found += sorted(path.glob("*.json"))
        elif path.is_file():
            found.append(path)
        else:
            raise FileNotFoundError(ENOENT, f"no such file or folder{beside(path)}", str(path))
    return found


def clients_from(tables: object, where: str) -> "Iterator[Client]":
    """Clients as a file has them: `[[clients]]` with `client_id`, `client_secret`, `scopes`, `namespaces`."""
    from interactor_emulator.account.tokens import SCOPES, Client

    for table in tables if isinstance(tables, list | tuple) else (tables,):
        if not isinstance(table, dict):
            raise click.UsageError(f"{where}: each is a table, [[clients]]")
        if unknown := set(table) - set(_CLIENT_MEMBERS):
            raise click.UsageError(f"{where}: unknown member {min(unknown)}{nearest(min(unknown), _CLIENT_MEMBERS)}")
        if not {"client_id", "client_secret"} <= set(table):
            raise click.UsageError(
                f"{where}: each needs client_id and client_secret, and may have {' and '.join(_CLIENT_MEMBERS[2:])}"
            )
        scopes, namespaces = (_texts(table, name, where) for name in _CLIENT_MEMBERS[2:])
        if unknown := set(scopes or ()) - set(SCOPES):
            raise click.UsageError(f"{where}: unknown scope {min(unknown)}{nearest(min(unknown), SCOPES)}")
        yield Client(
            str(table["client_id"]), str(table["client_secret"]), SCOPES if scopes is None else scopes, namespaces
        )


def _texts(table: Mapping[str, object], name: str, where: str) -> tuple[str, ...] | None:
    value = table.get(name)
    if value is None:
        return None
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise click.UsageError(f'{where}: {name} is a list, like ["{name[0]}"]')
    return tuple(value)


def _timestamps(flag: str, default: str, help_: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    return click.option(flag, type=click.Choice(["wall", "virtual"]), default=default, show_default=True, help=help_)


_SERVER_OPTIONS = (
    click.option(
        "--definitions",
        multiple=True,
        type=click.Path(path_type=Path),
        help="File or folder of definitions to create and publish at start; may be repeated.",
    ),
    click.option(
        "--seed", type=int, help="Makes Math.random repeat, and ids where the clock stands still (--now, --freeze)."
    ),
    click.option("--now", help="Where the clock starts, like 2026-01-20T12:00:00Z."),
    click.option("--freeze", is_flag=True, help="Start with a clock that stands still."),
    click.option(
        "--execution",
        type=click.Choice(["inline", "background"]),
        default="inline",
        show_default=True,
        help="Answer a create or resume at its rest, or at once with `running`.",
    ),
    _timestamps("--webhook-timestamps", "wall", "Date webhook headers by the wall clock, or by the emulator's."),
    _timestamps("--token-timestamps", "virtual", "Date tokens by the emulator's clock, or by the wall clock."),
    click.option(
        "--secret", "secrets", multiple=True, metavar="NAME=VALUE", help="A secret for scripts and HTTP logic."
    ),
    click.option(
        "--route", "routes", multiple=True, metavar="ORIGIN=URL", help="https://yourapp.com=http://127.0.0.1:3000"
    ),
    click.option("--allow-egress", multiple=True, metavar="HOST", help="A host that HTTP logic may really call."),
    click.option("--allow-host", multiple=True, metavar="HOST", help="A further name for the control API."),
    click.option(
        "--variant",
        "variants",
        multiple=True,
        metavar="NAME=VALUE",
        help="What the service does otherwise, like answers=whole; may be repeated.",
    ),
    click.option(
        "--snapshot",
        type=click.Path(path_type=Path, dir_okay=False),
        metavar="FILE",
        help="What the account held before: loaded at start if there is such a file, and written at exit.",
    ),
    click.option("--no-rate-limits", is_flag=True, help="Refuse nobody for calling too often."),
    click.option("--cors", multiple=True, metavar="ORIGIN", help="An origin whose pages may call the API."),
)


def server_options(command: Callable[..., None]) -> Callable[..., None]:
    """The options of an emulator behind a port, for `emulator_from` and `app_from`."""
    for option in reversed(_SERVER_OPTIONS):
        command = option(command)
    return command


def emulator_from(options: Mapping[str, Any], context: click.Context) -> "Emulator":
    """The emulator that the options describe."""
    from interactor_emulator.emulator import Emulator

    return Emulator(
        seed=options["seed"],
        now=_instant(said_at(context, "now"), options["now"]),
        frozen=options["freeze"],
        rate_limits=not options["no_rate_limits"],
        execution=options["execution"],
        secrets=pairs(said_at(context, "secrets"), options["secrets"], hidden=True),
        routes=pairs(said_at(context, "routes"), options["routes"], "ORIGIN=URL"),
        allow_egress=options["allow_egress"],
        loopback_egress=True,
        webhook_timestamps=options["webhook_timestamps"],
        token_timestamps=options["token_timestamps"],
        variants=variants(said_at(context, "variants"), options["variants"]),
        clients=clients_from(context.meta.get("clients", ()), f"{context.meta['file']}: setting clients"),
    )


def app_from(emulator: "Emulator", options: Mapping[str, Any], files: Iterable[Path], host: str) -> "Starlette":
    """Its application, with these definitions loaded."""
    from interactor_emulator.web.app import create_app

    for file in files:
        load(emulator, file)
    emulator.keep_loaded()
    if options["snapshot"] is not None:
        from .kept import restore  # late: few servers keep anything

        restore(emulator, options["snapshot"], files)
    return create_app(emulator.accounts, allowed_hosts=(*options["allow_host"], host), cors=options["cors"])


def client_settings(emulator: "Emulator", url: str) -> dict[str, str]:
    """What a client needs, as variables of the environment."""
    client = next(iter(emulator.account.clients.values()))
    return {
        "INTERACTOR_CORE_URL": url,
        "INTERACTOR_AUTH_URL": url,
        "INTERACTOR_CLIENT_ID": client.client_id,
        "INTERACTOR_CLIENT_SECRET": client.client_secret,
        "INTERACTOR_TOKEN": emulator.token(expires_in=_TOKEN_SECONDS),
    }


def load(emulator: "Emulator", file: Path) -> None:
    """Create and publish the definition in a file; ends the program with every error that it has, and its place."""
    from .findings import DefinitionFile

    must_be_file(file)
    try:
        emulator.load(file)
    except InvalidWorkflow as error:
        raise refused(DefinitionFile(file), error) from None


def refused(file: "DefinitionFile", error: InvalidWorkflow) -> ValueError:
    """Every error of a definition that was refused, with its place."""
    return ValueError("\n".join([f"{file.path}: {error.message}", *(f"  {each}" for each in file.told(error))]))


def _instant(where: str, now: str | None) -> str | None:
    from interactor_emulator.clock import parse_timestamp

    if now is not None:
        try:
            parse_timestamp(now)
        except ValueError:
            raise click.UsageError(f"{where} takes an ISO 8601 time like 2026-01-20T12:00:00Z, not '{now}'") from None
    return now
