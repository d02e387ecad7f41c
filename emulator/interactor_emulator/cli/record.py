"""`record`: a proxy that keeps what an app and the service say."""

from pathlib import Path

import click

from interactor_emulator import terminal

from .files import write_whole

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
def command(core_url: str, auth_url: str | None, out: Path, host: str, port: int) -> None:
    """Listen for an app's requests, send them on, and keep them with their answers, without tokens and secrets, until
    Ctrl-C. `replay` says what the emulator would have answered otherwise."""
    import uvicorn

    from interactor_emulator.contract.proxy import proxy
    from interactor_emulator.contract.recording import Recording
    from interactor_emulator.contract.said import Said
    from interactor_emulator.contract.service import origin_of
    from interactor_emulator.web.hosting.serving import bind, url_of

    core_url, auth_url = origin_of(core_url), origin_of(auth_url or core_url)
    rows: list[Said] = []

    def write() -> None:
        write_whole(out, Recording(core_url, tuple(rows)).text(out))

    def keep(row: Said) -> None:
        rows.append(row)
        if len(rows) % _ROWS_BETWEEN_WRITES == 0:
            write()

    write()  # what cannot be written is told before anything is said
    listening = bind(host, port)
    app = proxy(core_url, auth_url, keep)
    url = url_of(listening)
    terminal.say(f"Listening on {url}")
    terminal.say(f"INTERACTOR_CORE_URL={url}")
    terminal.say(f"INTERACTOR_AUTH_URL={url}")
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1))
    try:
        server.run(sockets=[listening])
    except KeyboardInterrupt:
        pass
    finally:
        write()
        terminal.complain(f"{len(rows)} requests in {out}")
