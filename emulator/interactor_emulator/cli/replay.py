"""`replay`: what the emulator would have answered otherwise."""

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from interactor_emulator import terminal
from interactor_emulator.limits import DAY

from .config import PREFIX, config_option
from .files import RECORDED, existing
from .options import app_from, emulator_from, published_files, server_options
from .programs import say_json
from .values import format_option

if TYPE_CHECKING:
    from interactor_emulator.contract.playing import Played
    from interactor_emulator.contract.said import Said

# However long the recording is: whoever recorded it has renewed his tokens.
_TOKEN_SECONDS = 100 * 365 * DAY


@click.command(
    "replay",
    short_help="Play a recording to the emulator, and say what it answers otherwise.",
    epilog="Example: interactor-emulator replay traffic.json --definitions definitions/",
    context_settings={"auto_envvar_prefix": PREFIX},
)
@config_option
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE", callback=existing(RECORDED))
@format_option
@click.option(
    "--exchange",
    "rows",
    multiple=True,
    type=click.IntRange(1),
    help="Print this row as part of an exchange; play nothing.",
)
@server_options
def command(file: Path, format_: str, rows: tuple[int, ...], **options: Any) -> None:
    """Send the recorded requests to an emulator of its own, whose clock goes along with them, and show every field that
    differs from what was recorded. What was published before the recording began is given by --definitions.

    The exit code is 1 when anything differs, 2 when the file is no recording.
    """
    from interactor_emulator.contract.recording import read

    recorded = read(file).rows
    if rows:
        if max(rows) > len(recorded):
            raise click.UsageError(f"--exchange {max(rows)}: there are {len(recorded)} rows")
        terminal.say(_exchange(file, recorded, rows))
        return
    played = _played(recorded, options)
    if format_ == "json":
        say_json(_to_json(played))
    else:
        terminal.say(_text(played))
    sys.exit(1 if any(each.found or each.unreached for each in played) else 0)


def _exchange(file: Path, recorded: "Sequence[Said]", rows: "Sequence[int]") -> str:
    from interactor_emulator.contract.generalising import steps_of

    # Of all rows, so that what one of them names is what an earlier one has given.
    steps = steps_of(recorded)
    made = {"title": f"Recorded in {file.name}", "source": file.name, "steps": [steps[row - 1] for row in rows]}
    return json.dumps(made, ensure_ascii=False, indent=2)


def _played(rows: "Sequence[Said]", options: Mapping[str, Any]) -> "list[Played]":
    from interactor_emulator.contract.replaying import replay
    from interactor_emulator.contract.service import Account, Service
    from interactor_emulator.web.hosting.serving import Server

    if options["now"] is None and rows:
        options = {**options, "now": rows[0].at, "freeze": True}
    emulator = emulator_from(options, click.get_current_context())
    app = app_from(emulator, options, published_files(options["definitions"]), "127.0.0.1")
    with Server(app, "127.0.0.1", 0) as server:
        service = Service(server.url)
        try:
            client = next(iter(emulator.account.clients.values()))
            token = emulator.token(expires_in=_TOKEN_SECONDS)
            account = Account(client.client_id, client.client_secret, token, emulator.account.name)
            return list(replay(service, account, rows, moves_time=options["freeze"]))
        finally:
            service.close()


def _text(played: "list[Played]") -> str:
    lines = []
    for each in played:
        place = terminal.line(f"row {each.step}, {each.title}")
        if each.unreached:
            lines.append(f"{place}: was not played: {each.unreached}")
        lines += [f"{place}: {terminal.line(difference)}" for _, difference in each.found]
    other = sum(bool(each.found) for each in played)
    unplayed = sum(bool(each.unreached) for each in played)
    return "\n".join([*lines, f"{len(played)} requests: {other} answered otherwise, {unplayed} not played"])


def _to_json(played: "list[Played]") -> list[dict[str, Any]]:
    return [
        {
            "row": each.step,
            "request": each.title,
            "differences": [str(difference) for _, difference in each.found],
            "not_played": each.unreached,
        }
        for each in played
    ]
