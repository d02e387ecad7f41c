"""`record`: a proxy that keeps what an app and the service say."""

import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from errno import EEXIST
from pathlib import Path
from typing import TYPE_CHECKING

import click

from interactor_emulator import terminal
from interactor_emulator.wholefile import check_writable, write_whole

from .programs import say_json_line
from .values import format_option

if TYPE_CHECKING:
    from interactor_emulator.contract.said import Said

    from . import shapes

# So much may be lost where the program is killed.
_ROWS_BETWEEN_WRITES = 50


@click.command(
    "record",
    short_help="Keep what an app and the service say, as a proxy between them.",
    epilog="Example: interactor-emulator record --to https://core.interactor.com --out traffic.json",
)
@click.option("--to", "core_url", required=True, help="The API's scheme, host and port.")
@click.option("--auth-to", "auth_url", help="Where tokens are given, if elsewhere.")
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False), help="JSON, or HAR by its name.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8788, show_default=True, type=click.IntRange(0, 65535), help="0 picks a free port.")
@format_option
def command(core_url: str, auth_url: str | None, out: Path, host: str, port: int, format_: str) -> None:
    """Listen for an app's requests, send them on, and keep them with their answers, without tokens and secrets, until
    Ctrl-C. `replay` says what the emulator would have answered otherwise."""
    import uvicorn

    from interactor_emulator.contract.proxy import proxy
    from interactor_emulator.contract.service import origin_of
    from interactor_emulator.web.hosting.serving import bind, url_of

    core_url, auth_url = origin_of(core_url), origin_of(auth_url or core_url)
    if out.exists():
        raise FileExistsError(EEXIST, "it is there already: choose another name, or remove it", str(out))
    check_writable(out)
    listening = bind(host, port)
    kept = _Kept(out, core_url, told=_tell_kept if format_ == "json" else None)
    app = proxy(core_url, auth_url, kept.keep, (host,))
    _announce(url_of(listening), format_)
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1))
    # uvicorn ends at this signal, and raises it once more when it has: by then all is to be written.
    signal.signal(signal.SIGTERM, lambda _signal, _frame: None)
    with suppress(KeyboardInterrupt):
        server.run(sockets=[listening])
    kept.write()
    if format_ == "json":
        with suppress(BrokenPipeError):
            ended: shapes.Recorded = {"kind": "stopped", "file": str(out), "rows": len(kept.rows)}
            say_json_line(ended)
    terminal.complain(f"{len(kept.rows)} requests in {out}")


def _announce(url: str, format_: str) -> None:
    variables = {"INTERACTOR_CORE_URL": url, "INTERACTOR_AUTH_URL": url}
    if format_ == "json":
        listening: shapes.Listening = {"kind": "listening", "url": url}
        settings: shapes.Settings = {"kind": "settings", "variables": variables}
        say_json_line(listening)
        say_json_line(settings)
        return
    terminal.say(f"Listening on {url}")
    for name, value in variables.items():
        terminal.say(f"{name}={value}")
    sys.stdout.flush()


def _tell_kept(number: int, row: "Said") -> None:
    told: shapes.Kept = {
        "kind": "kept",
        "row": number,
        "at": row.at,
        "method": row.method,
        "path": row.path,
        "status": row.status,
    }
    try:
        say_json_line(told)
    except BrokenPipeError:  # whoever read the lines has gone; the recording goes on
        terminal.unread()


class _Kept:
    """What was said so far. A file that cannot be written is told of once, and the app goes on."""

    def __init__(self, out: Path, server: str, told: "Callable[[int, Said], None] | None" = None) -> None:
        self.rows: list[Said] = []
        self._tell = told
        self._out, self._server, self._told = out, server, False

    def keep(self, row: "Said") -> None:
        self.rows.append(row)
        if self._tell is not None:
            self._tell(len(self.rows), row)
        if len(self.rows) % _ROWS_BETWEEN_WRITES == 0:
            self.write()

    def write(self) -> None:
        from interactor_emulator.contract.recording import Recording

        try:
            write_whole(self._out, Recording(self._server, tuple(self.rows)).text(self._out))
        except OSError as error:
            if not self._told:
                terminal.complain(f"{self._out} cannot be written: {error.strerror}")
            self._told = True
