"""`serve`: the emulator's server."""

import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import click

from interactor_emulator.clock import timestamp
from interactor_emulator.errors import InvalidWorkflow
from interactor_emulator.limits import DAY

from .config import PREFIX, from_files
from .options import clients_from, definition_files, pairs

if TYPE_CHECKING:
    from interactor_emulator.account import Execution
    from interactor_emulator.emulator import Emulator

# For people at work: "the token that `serve` prints … may live longer than an hour".
_TOKEN_SECONDS = 365 * DAY


@click.command("serve", short_help="Run the emulator's server.", context_settings={"auto_envvar_prefix": PREFIX})
@click.option(
    "--config",
    type=click.Path(path_type=Path),
    is_eager=True,
    expose_value=False,
    callback=from_files,
    help="A TOML file of these settings; interactor.toml, or a table in pyproject.toml, unless given.",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8787, show_default=True, type=click.IntRange(0, 65535), help="0 picks a free port.")
@click.option(
    "--definitions",
    multiple=True,
    type=click.Path(path_type=Path),
    help="File or folder of definitions to create and publish at start; may be repeated.",
)
@click.option("--seed", type=int, help="Makes ids and Math.random repeat.")
@click.option("--now", help="Where the clock starts, like 2026-01-20T12:00:00Z.")
@click.option("--freeze", is_flag=True, help="Start with a clock that stands still.")
@click.option(
    "--execution",
    type=click.Choice(["inline", "background"]),
    default="inline",
    show_default=True,
    help="Answer a create or resume at its rest, or at once with `running`.",
)
@click.option("--secret", "secrets", multiple=True, metavar="NAME=VALUE", help="A secret for scripts and HTTP logic.")
@click.option(
    "--route", "routes", multiple=True, metavar="ORIGIN=ORIGIN", help="https://yourapp.com=http://127.0.0.1:3000"
)
@click.option("--allow-egress", multiple=True, metavar="HOST", help="A host that HTTP logic may really call.")
@click.option("--allow-host", multiple=True, metavar="HOST", help="A further name for the control API.")
@click.option("--no-rate-limits", is_flag=True, help="Refuse nobody for calling too often.")
@click.option("--cors", multiple=True, metavar="ORIGIN", help="An origin whose pages may call the API.")
@click.option(
    "--log-level",
    type=click.Choice(["warning", "info"]),
    default="warning",
    show_default=True,
    help="At info every request, script and HTTP call is logged with its request id.",
)
@click.option("--log-format", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(
    host: str,
    port: int,
    definitions: tuple[Path, ...],
    seed: int | None,
    now: str | None,
    freeze: bool,
    execution: "Execution",
    secrets: tuple[str, ...],
    routes: tuple[str, ...],
    allow_egress: tuple[str, ...],
    allow_host: tuple[str, ...],
    no_rate_limits: bool,
    cors: tuple[str, ...],
    log_level: str,
    log_format: str,
) -> None:
    """Run the emulator's server until Ctrl-C.

    Once it answers it prints where it listens, and the settings that a client needs as NAME=value lines.
    """
    from interactor_emulator.emulator import Emulator
    from interactor_emulator.logs import log_to_standard_error
    from interactor_emulator.web.app import create_app
    from interactor_emulator.web.serving import bind, serve_here, url_of

    log_to_standard_error(log_format, log_level)
    emulator = Emulator(
        seed=seed,
        now=_instant(now),
        frozen=freeze,
        rate_limits=not no_rate_limits,
        execution=execution,
        secrets=pairs("--secret", secrets),
        routes=pairs("--route", routes),
        allow_egress=allow_egress,
        loopback_egress=True,
    )
    for client in clients_from(click.get_current_context().meta.get("clients", ())):
        emulator.clients[client.client_id] = client
    files = definition_files(definitions)
    listening = bind(host, port)
    for file in files:
        load(emulator, file)
    app = create_app(emulator.accounts, allowed_hosts=(*allow_host, host), cors=cors)
    url = url_of(listening)
    serve_here(app, listening, lambda: _announce(emulator, url), lambda: report_pending(emulator))


def _instant(now: str | None) -> str | None:
    from interactor_emulator.clock import parse_timestamp

    if now is not None:
        try:
            parse_timestamp(now)
        except ValueError:
            raise click.UsageError(f"--now takes an ISO 8601 time like 2026-01-20T12:00:00Z, not '{now}'") from None
    return now


def load(emulator: "Emulator", file: Path) -> None:
    """Create and publish the definition in a file; ends the program with every error that it has."""
    try:
        emulator.load(file)
    except InvalidWorkflow as error:
        raise ValueError(f"{file}: {error}") from None


def _announce(emulator: "Emulator", url: str) -> None:
    """The line that says it answers comes at once; signing a token imports what nothing else needs at start."""
    print(f"Listening on {url}", flush=True)
    threading.Thread(target=_print_settings, args=(emulator, url), daemon=True).start()


def report_pending(emulator: "Emulator") -> None:
    """ "Stop within a second, with pending deliveries reported": one line for each."""
    for account in emulator.accounts:
        for delivery in account.outbox.pending():
            subscription = account.outbox.subscriptions[delivery.subscription_id]
            tried = f"tried {len(delivery.attempts)} times, due {timestamp(delivery.due_ms)}"
            print(f"not delivered: {delivery.id} {delivery.event} to {subscription.url}, {tried}", file=sys.stderr)
    sys.stderr.flush()


def _print_settings(emulator: "Emulator", url: str) -> None:
    client = next(iter(emulator.account.clients.values()))
    settings = {
        "INTERACTOR_CORE_URL": url,
        "INTERACTOR_AUTH_URL": url,
        "INTERACTOR_CLIENT_ID": client.client_id,
        "INTERACTOR_CLIENT_SECRET": client.client_secret,
        "INTERACTOR_TOKEN": emulator.token(expires_in=_TOKEN_SECONDS),
    }
    for name, value in settings.items():
        print(f"{name}={value}")
    sys.stdout.flush()
    emulator.account.pool.warm()
