"""`test`: scenario files, each run on a clean emulator, and what is not as expected."""

import sys
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

import click

from interactor_emulator import terminal
from interactor_emulator.definition.reading import BadFile
from interactor_emulator.errors import InteractorError
from interactor_emulator.redaction import redact
from interactor_emulator.terminal import line

from .mistakes import sentence
from .programs import say_json
from .progress import progress
from .values import format_option, pairs, secret_option

if TYPE_CHECKING:
    from interactor_emulator.explore.scenarios.playing import Played

_EXAMPLE = "Example: interactor-emulator test scenarios/ --definitions definitions/"


@click.command("test", short_help="Run scenario files, and say what is not as expected.", epilog=_EXAMPLE)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE…")
@click.option(
    "--definitions",
    multiple=True,
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Folder in which a workflow that a scenario names is looked for; may be repeated.",
)
@click.option("--route", "routes", multiple=True, metavar="ORIGIN=URL", help="Lead an origin to a local server.")
@secret_option
@format_option
def command(
    files: tuple[Path, ...],
    definitions: tuple[Path, ...],
    routes: tuple[str, ...],
    secrets: tuple[str, ...],
    format_: str,
) -> None:
    """Run the scenario in each FILE, or in the .scenario.json files of a folder, each on an emulator of its own: its
    clock stands, and HTTP logic hears stubs and routes alone.

    The exit code is 1 when one is not as expected, 2 when one cannot be read or run.
    """
    from interactor_emulator.emulator import close_shared_pool
    from interactor_emulator.explore.scenarios.collecting import scenario_files

    settings: Mapping[str, Any] = {
        "secrets": pairs("--secret", secrets, hidden=True),
        "routes": pairs("--route", routes, "ORIGIN=URL"),
    }
    hidden = settings["secrets"].values()
    found, outcomes = scenario_files(files), list[Outcome]()
    try:
        with progress("testing") as tell:
            for file in found:
                outcomes.append(_run(file, definitions, settings))
                if format_ == "text":
                    _say(outcomes[-1], hidden)
                else:
                    tell(len(outcomes), len(found), _summary(outcomes))
    finally:
        close_shared_pool()
    if format_ == "json":
        say_json(redact({"scenarios": [_as_json(each) for each in outcomes]}, hidden))
    terminal.complain(_summary(outcomes))
    sys.exit(tell.status(max((_EXITS[each.verdict] for each in outcomes), default=0)))


_EXITS = {"passed": 0, "failed": 1, "unreadable": 2}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a file came to: `passed`, `failed` with its differences, or `unreadable` with why it cannot be run."""

    file: Path
    verdict: str
    seconds: float
    lines: list[str]
    name: str = ""
    played: "Played | None" = None


def _run(file: Path, definitions: Iterable[Path], settings: Mapping[str, Any]) -> Outcome:
    from interactor_emulator.emulator import Emulator
    from interactor_emulator.explore.scenarios.collecting import load
    from interactor_emulator.explore.scenarios.playing import NOW, SEED, differences, play
    from interactor_emulator.wire.scenario_file import read

    began = perf_counter()
    name, played = "", None
    try:
        scenario = read(file)
        name = scenario.name
        emulator = Emulator(seed=SEED, now=NOW, **settings)
        scenario = load(emulator, scenario, file.parent, definitions)
        played = play(emulator, scenario)
        lines = differences(scenario.expect, played)
    except InteractorError as error:
        lines = [f"it cannot be started: {error.code}: {line(error.message)}"]
    except (OSError, ValueError) as error:
        where = "" if isinstance(error, BadFile | OSError) else f"{file}: "
        told = [line(each) for each in f"{where}{sentence(error)}".splitlines()]
        return Outcome(file, "unreadable", perf_counter() - began, told, name)
    return Outcome(file, "failed" if lines else "passed", perf_counter() - began, lines, name, played)


def _say(outcome: Outcome, hidden: Collection[str]) -> None:
    """A line, and below it what is not as expected; a file that cannot be read is a mistake, and told as one."""
    if outcome.verdict == "unreadable":
        terminal.complain("\n".join(outcome.lines))
        return
    mark = "✓" if outcome.verdict == "passed" else "✗"
    where = f"{line(outcome.file)}: {line(outcome.name)}"
    told = [f"{mark} {where} ({outcome.seconds * 1000:.0f} ms)", *(f"    {each}" for each in outcome.lines)]
    terminal.say(redact("\n".join(told), hidden))


def _as_json(outcome: Outcome) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "file": str(outcome.file),
        "name": outcome.name,
        "verdict": outcome.verdict,
        "seconds": round(outcome.seconds, 6),
        "differences": outcome.lines,
    }
    if (played := outcome.played) is not None:
        shown |= {
            "status": played.status,
            "state": played.state,
            "path": played.path,
            "data": played.data,
            "error": played.error,
            "events": played.events,
            "refused": [each.refused for each in played.steps],
        }
    return shown


def _summary(outcomes: list[Outcome]) -> str:
    counts = Counter(each.verdict for each in outcomes)
    return ", ".join(f"{counts[verdict]} {verdict}" for verdict in _EXITS if counts[verdict])
