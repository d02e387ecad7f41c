"""`serve`: the emulator's server."""

import logging
import threading
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from interactor_emulator import terminal

from .announcing import Announcing
from .config import PREFIX, config_option
from .findings import DefinitionFile
from .options import app_from, client_settings, emulator_from, published_files, server_options
from .values import format_option

if TYPE_CHECKING:
    from interactor_emulator.emulator import Emulator

    from .watch import Watch

# What somebody who waits for the port needs for his first answer.
_SETTINGS_SECONDS = 0.05

log: logging.Logger = logging.getLogger("interactor_emulator")


@click.command(
    "serve",
    short_help="Run the emulator's server.",
    epilog="Example: interactor-emulator serve --definitions definitions/ --route https://yourapp.com=http://127.0.0.1:3000",
    context_settings={"auto_envvar_prefix": PREFIX},
)
@config_option
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8787, show_default=True, type=click.IntRange(0, 65535), help="0 picks a free port.")
@server_options
@click.option("--watch", is_flag=True, help="Publish the files of --definitions again whenever they change.")
@click.option("--open", is_flag=True, help="Show the dashboard in a browser, once it answers.")
@click.option(
    "--log-level",
    type=click.Choice(["warning", "info"]),
    default="warning",
    show_default=True,
    help="At info every request, script and HTTP call is logged with its request id.",
)
@click.option(
    "--log-format",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="Lines for people, or JSON for programs.",
)
@format_option
def command(host: str, port: int, watch: bool, log_level: str, log_format: str, format_: str, **options: Any) -> None:
    """Run the emulator's server until Ctrl-C.

    Once it answers it prints where it listens, the settings that a client needs as NAME=value lines, and where the
    dashboard is; with --format json it prints an object a line, of the kinds listening, settings and, at the end,
    stopped.

    Each option may stand in a variable (INTERACTOR_EMULATOR_SEED=7), or in the file of --config, in interactor.toml, or
    under [tool.interactor-emulator] in pyproject.toml (seed = 7), where [[clients]] adds clients as well; what is said
    first in this order holds. INTERACTOR_EMULATOR_BYTECODE=off runs scripts from source.
    """
    from interactor_emulator.web.hosting import garbage

    from .logs import log_to_standard_error

    garbage.look_for_none()
    try:
        log_to_standard_error(log_format, log_level)
        _serve(host, port, options, Announcing(format_), watch=watch, log_format=log_format)
    except BaseException:
        garbage.look_as_ever()
        raise


def _serve(
    host: str, port: int, options: Mapping[str, Any], announcing: Announcing, *, watch: bool, log_format: str
) -> None:
    from interactor_emulator.web.hosting import garbage
    from interactor_emulator.web.hosting.serving import bind, serve_here, url_of

    from .logs import tell_diagnostics

    if watch and not options["definitions"]:
        raise click.UsageError("--watch needs --definitions: the files or folders to watch")
    files = published_files(options["definitions"])
    emulator = emulator_from(options, click.get_current_context())
    listening = bind(host, port)
    watching = _watch(emulator, options["definitions"], log_format) if watch else None
    app = app_from(emulator, options, files, host)
    _warn(emulator, files)
    tell_diagnostics()
    _warn_where_it_is_open(listening.getsockname()[0])
    url = url_of(listening)

    def started(stop: Callable[[], None]) -> None:
        garbage.look_among_what_is_new(emulator.accounts)
        if watching is not None:
            watching.start()
        _announce(emulator, url, stop, announcing, shown=options["open"])

    try:
        serve_here(app, listening, started, lambda: announcing.stopped(emulator))
    finally:
        if watching is not None:
            watching.stop()
    if options["snapshot"] is not None:
        from . import kept

        kept.write(emulator, options["snapshot"])


def _watch(emulator: "Emulator", paths: Iterable[Path], log_format: str) -> "Watch":
    """What watches the definitions as they stand now: whatever is written while they are loaded is seen later."""
    from .watch import Watch  # late: no start without it waits for it

    def log_line(text: str) -> None:
        log.warning("%s", text)

    # As `validate` prints it: editors look for the file at the beginning of the line.
    return Watch(emulator, paths, terminal.complain if log_format == "text" else log_line)


def _warn(emulator: "Emulator", files: list[Path]) -> None:
    """What the definitions may say but hardly mean, as `validate` has it."""
    for file in files:
        for warning in DefinitionFile(file).warnings(emulator):
            log.warning("%s", warning)


def _warn_where_it_is_open(address: str) -> None:
    from interactor_emulator.adapters.http.egress import is_loopback

    if not is_loopback(address):
        log.warning(
            "listening at %s: whoever reaches this port may use the control API, which asks for no token. "
            "Of a container publish it to your own machine only (--publish 127.0.0.1:8787:8787), and let --allow-host "
            "name the other containers that use the control API; without a container leave --host out",
            address,
        )


def _announce(emulator: "Emulator", url: str, stop: Callable[[], None], announcing: Announcing, *, shown: bool) -> None:
    """The line that says it answers comes at once. The settings come after it: to sign a token loads OpenSSL, and who
    waits for the first answer would wait for that."""

    dashboard = f"{url}/_emulator/"

    def say_settings() -> None:
        try:
            announcing.settings(client_settings(emulator, url), dashboard)
        except BrokenPipeError:
            _end_unread(stop)
        emulator.account.pool.warm()
        if shown:
            _open(dashboard)

    try:
        announcing.listening(url)
    except BrokenPipeError:
        _end_unread(stop)
    else:
        later = threading.Timer(_SETTINGS_SECONDS, say_settings)
        later.daemon = True
        later.start()


def _open(dashboard: str) -> None:
    import webbrowser  # late: most servers are started by programs

    try:
        shown = webbrowser.open(dashboard)
    except webbrowser.Error:
        shown = False
    if not shown:
        log.warning("no browser could be opened; the dashboard is at %s", dashboard)


def _end_unread(stop: Callable[[], None]) -> None:
    """Whoever read what we print has gone: `serve | head -1`."""
    terminal.unread()
    stop()
