"""`serve`: the emulator's server."""

import sys
import threading
from typing import TYPE_CHECKING, Any

import click

from interactor_emulator.clock import timestamp
from interactor_emulator.redaction import redact

from .config import PREFIX, config_option
from .options import app_from, client_settings, definition_files, emulator_from, server_options

if TYPE_CHECKING:
    from interactor_emulator.emulator import Emulator


@click.command("serve", short_help="Run the emulator's server.", context_settings={"auto_envvar_prefix": PREFIX})
@config_option
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8787, show_default=True, type=click.IntRange(0, 65535), help="0 picks a free port.")
@server_options
@click.option(
    "--log-level",
    type=click.Choice(["warning", "info"]),
    default="warning",
    show_default=True,
    help="At info every request, script and HTTP call is logged with its request id.",
)
@click.option("--log-format", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(host: str, port: int, log_level: str, log_format: str, **options: Any) -> None:
    """Run the emulator's server until Ctrl-C.

    Once it answers it prints where it listens, and the settings that a client needs as NAME=value lines.
    """
    from interactor_emulator.web.hosting.serving import bind, serve_here, url_of

    from .logs import log_to_standard_error

    log_to_standard_error(log_format, log_level)
    files = definition_files(options["definitions"])
    emulator = emulator_from(options, click.get_current_context())
    listening = bind(host, port)
    app = app_from(emulator, options, files, host)
    url = url_of(listening)
    serve_here(app, listening, lambda: _announce(emulator, url), lambda: report_pending(emulator))


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
            line = f"not delivered: {delivery.id} {delivery.event} to {subscription.url}, {tried}"
            print(redact(line, account.secrets.ever), file=sys.stderr)
    sys.stderr.flush()


def _print_settings(emulator: "Emulator", url: str) -> None:
    for name, value in client_settings(emulator, url).items():
        print(f"{name}={value}")
    sys.stdout.flush()
    emulator.account.pool.warm()
