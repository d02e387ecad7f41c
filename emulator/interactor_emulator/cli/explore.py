"""`explore`: the ways through a definition, an input for each, and what is wrong with it."""

import os
import sys
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from interactor_emulator import terminal
from interactor_emulator.errors import InvalidWorkflow
from interactor_emulator.jsontext import encode
from interactor_emulator.projections.explain import shortened
from interactor_emulator.redaction import redact
from interactor_emulator.terminal import line
from interactor_emulator.wire.scenario import Answer, Scenario
from interactor_emulator.wire.scenario_file import value_from

from .mistakes import INTERRUPTED
from .programs import say_json
from .progress import progress
from .values import format_option, pairs, secret_option

if TYPE_CHECKING:
    from interactor_emulator.explore.ways.explored import Bounds, Explored, ExploredCase
    from interactor_emulator.explore.ways.findings import Finding

    from .findings import DefinitionFile

_EXAMPLE = "Example: interactor-emulator explore purchase_approval.json --pytest test_paths.py"
_STRATEGIES = ("all", "transitions", "conditions")
_GIVEN_CHARACTERS = 100
_PATH = 12


@click.command("explore", short_help="Find every way through a definition, and what is wrong with it.", epilog=_EXAMPLE)
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--strategy",
    type=click.Choice(_STRATEGIES),
    default="all",
    show_default=True,
    help="All paths, the fewest that take every transition, or the fewest that see every condition true and false.",
)
@click.option("--max-paths", type=click.IntRange(1), default=1_000, show_default=True, help="Stop after so many paths.")
@click.option(
    "--seconds", type=click.FloatRange(0, min_open=True), default=20.0, show_default=True, help="Stop after so long."
)
@secret_option
@click.option("--pytest", "pytest_file", type=click.Path(path_type=Path), metavar="FILE", help="Write a test a case.")
@click.option("--scenarios", type=click.Path(path_type=Path), metavar="DIR", help="Write a scenario file a case.")
@click.option("--force", is_flag=True, help="Write over files that somebody else wrote.")
@format_option
def command(
    file: Path,
    strategy: str,
    max_paths: int,
    seconds: float,
    secrets: tuple[str, ...],
    pytest_file: Path | None,
    scenarios: Path | None,
    force: bool,
    format_: str,
) -> None:
    """Search the definition in FILE for inputs and answers that take each way through it, run each, and print them as
    a table of scenarios; then what can never happen, what goes wrong, and what nothing reads or sets.

    The conditions are solved, scripts are run; HTTP calls hear what the search wants, and nothing leaves this machine.
    The exit code is 1 when something goes wrong in a case that was found, 130 after Ctrl-C.
    """
    from interactor_emulator.explore.ways.expecting import stand_ins
    from interactor_emulator.explore.ways.explored import Bounds

    from .files import must_be_file
    from .findings import DefinitionFile
    from .written import check_scenarios, check_tests

    must_be_file(file)
    definition = DefinitionFile(file)
    if pytest_file is not None:
        check_tests(pytest_file, "explore", [file], force=force)
    if scenarios is not None:
        check_scenarios(scenarios, str(definition.source.get("name")), [file], force=force)
    hidden = pairs("--secret", secrets, hidden=True)
    explored = _explored(definition, strategy, Bounds(paths=max_paths, seconds=seconds), hidden)
    if explored is None:
        sys.exit(INTERRUPTED)
    if pytest_file is not None:
        _write_tests(pytest_file, file, explored, stand_ins(hidden))
    if scenarios is not None:
        _write_scenarios(scenarios, file, explored)
    _tell(explored, definition, format_, hidden.values())
    if explored.stopped == "interrupted":
        sys.exit(INTERRUPTED)
    sys.exit(1 if any(each.severity == "error" for each in explored.findings) else 0)


def _explored(
    definition: "DefinitionFile", strategy: str, bounds: "Bounds", secrets: Mapping[str, str]
) -> "Explored | None":
    """What the search has found; None where Ctrl-C came before it began."""
    from interactor_emulator.emulator import close_shared_pool
    from interactor_emulator.explore.ways.explored import explore

    from .options import refused

    try:
        with progress("exploring") as tell:
            return explore(
                definition.source,
                strategy=strategy,  # type: ignore[arg-type]  # click has checked it
                bounds=bounds,
                secrets=secrets,
                tell=lambda done, what: tell(done, note=what),
            )
    except InvalidWorkflow as error:
        raise refused(definition, error) from None
    finally:
        close_shared_pool()
    return None


def _tell(explored: "Explored", definition: "DefinitionFile", format_: str, hidden: Collection[str]) -> None:
    if format_ == "json":
        say_json(redact(_as_json(explored, definition), hidden))
    else:
        for each in _text(explored, definition):
            terminal.say(redact(each, hidden))
    terminal.complain(_summary(explored))


def _write_tests(target: Path, file: Path, explored: "Explored", secrets: Mapping[str, str]) -> None:
    """`secrets` are the made-up ones that the tests are to run with."""
    from interactor_emulator.copies.as_tests import as_pytest
    from interactor_emulator.wholefile import write_shared

    from .written import marked

    write_shared(target, marked("explore", as_pytest(explored.scenarios, _from(target.parent, file), secrets)))


def _write_scenarios(folder: Path, file: Path, explored: "Explored") -> None:
    """A file a case."""
    from interactor_emulator.wire.scenario_file import write

    folder.mkdir(parents=True, exist_ok=True)
    for number, each in enumerate(explored.scenarios, 1):
        name = f"{explored.definition.name}-{number:03d}.scenario.json"
        write(folder / name, replace(each, definition=_from(folder, file)))


def _from(folder: Path, file: Path) -> str:
    """The file as it is found from the folder."""
    return Path(os.path.relpath(file.resolve(), folder.resolve())).as_posix()


# ---- as text


def _text(explored: "Explored", definition: "DefinitionFile") -> Iterator[str]:
    """The document's scenario table, then the findings, each with the case that shows it."""
    yield "| Scenario | Input | Expected Path | Status |"
    yield "|----------|-------|---------------|--------|"
    for number, each in enumerate(explored.cases, 1):
        yield f"| {number}{_KINDS[each.kind]} | {_cell(_given(each))} | {_cell(_path(each))} | {_cell(_ended(each))} |"
    if explored.findings:
        yield ""
    for finding in explored.findings:
        row, column = definition.place(finding.where)
        place = f"{definition.path}:{row}:{column}"
        yield line(f"{place}: {finding.severity}: {finding.code}: {finding.message}")
        if finding.case is not None:
            yield line(f"    {_in_words(finding.case)}")


_KINDS = {"path": "", "edge": " (threshold)", "refused": " (refused)", "outcome": " (condition)"}


def _given(case: "ExploredCase") -> str:
    return _in_words(case.scenario)


def _in_words(scenario: Scenario) -> str:
    """What is given: the input, then each answer with its state."""
    parts = [_members(scenario.input) or "nothing"]
    for step in scenario.steps:
        if isinstance(step, Answer):
            chosen = [] if step.choice is None else [f"choice: {step.choice}"]
            given = ", ".join([*chosen, *filter(None, [_members(step.input)])])
            parts.append(f"{step.state}: {given or 'nothing'}")
    heard = [stub for stub in scenario.stubs if _body(stub)]
    parts += [f"{stub.get('state', stub['url'])} hears {_members(_body(stub))}" for stub in heard]
    return "; ".join(parts)


def _body(stub: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Mapping[str, Any] = stub["respond"]["json"]
    return found


def _members(values: Mapping[str, Any]) -> str:
    return shortened(", ".join(f"{name}: {encode(value)}" for name, value in values.items()), _GIVEN_CHARACTERS)


def _path(case: "ExploredCase") -> str:
    path = case.trace.played.path
    return " → ".join(path if len(path) <= _PATH else (*path[: _PATH // 2], "…", *path[-_PATH // 2 :]))


def _ended(case: "ExploredCase") -> str:
    played = case.trace.played
    return played.status if played.error is None else f"{played.status}: {played.error}"


def _cell(text: str) -> str:
    return line(text).replace("|", "\\|")


def _summary(explored: "Explored") -> str:
    transitions = sum(len(state.transitions) for state in explored.definition.states.values())
    paths = sum(each.kind == "path" for each in explored.cases)
    found = ", ".join(_counted(explored, each) for each in ("error", "warning", "note") if _count(explored, each))
    ended = "" if explored.stopped is None else f"; stopped early: {explored.stopped}"
    return (
        f"{paths} paths, {explored.taken} of {transitions} transitions taken, {len(explored.proven.transitions)} "
        f"proven impossible; {found or 'nothing found'}; {explored.runs} runs{ended}"
    )


def _counted(explored: "Explored", severity: str) -> str:
    number = _count(explored, severity)
    return f"{number} {severity}" + ("" if number == 1 else "s")


def _count(explored: "Explored", severity: str) -> int:
    return sum(each.severity == severity for each in explored.findings)


# ---- as JSON


def _as_json(explored: "Explored", definition: "DefinitionFile") -> dict[str, Any]:
    return {
        "workflow": explored.definition.name,
        "stopped": explored.stopped,
        "runs": explored.runs,
        "cases": [{"kind": each.kind, "scenario": value_from(each.scenario)} for each in explored.cases],
        "findings": [_finding(each, definition) for each in explored.findings],
        "impossible": {
            "states": explored.proven.states,
            "transitions": [
                {"state": state, "index": index, "why": why}
                for (state, index), why in explored.proven.transitions.items()
            ],
            "conditions": [
                {"state": state, "index": index, "clause": clause, "holds": holds, "why": why}
                for (state, index, clause, holds), why in explored.proven.outcomes.items()
            ],
        },
    }


def _finding(finding: "Finding", definition: "DefinitionFile") -> dict[str, Any]:
    row, column = definition.place(finding.where)
    return {
        "code": finding.code,
        "severity": finding.severity,
        "where": finding.where,
        "line": row,
        "column": column,
        "message": finding.message,
        "scenario": None if finding.case is None else value_from(finding.case),
    }
