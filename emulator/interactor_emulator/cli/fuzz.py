"""`fuzz`: definitions, run with made-up inputs, answers and services, and the smallest case for each failure."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import click

from interactor_emulator import terminal
from interactor_emulator.terminal import line

from .programs import say_json
from .progress import Tell, progress
from .values import format_option, pairs

if TYPE_CHECKING:
    from interactor_emulator.explore.fuzzing.found import Finding
    from interactor_emulator.explore.fuzzing.fuzz import Fuzzed

    from .findings import DefinitionFile

_EXAMPLE = "Example: interactor-emulator fuzz expense_report.json --max-examples 500"


@click.command("fuzz", short_help="Run definitions with made-up cases, and shrink what fails.", epilog=_EXAMPLE)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE…")
@click.option(
    "--max-examples",
    type=click.IntRange(min=1),
    default=1_000,
    show_default=True,
    metavar="N",
    help="At most so many cases for each definition.",
)
@click.option(
    "--seconds",
    type=click.FloatRange(min=0, min_open=True),
    default=60.0,
    show_default=True,
    metavar="S",
    help="At most so long for each definition.",
)
@click.option("--seed", type=int, default=0, show_default=True, help="The same seed draws the same cases.")
@click.option(
    "--database",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(".interactor/fuzz"),
    show_default=True,
    metavar="DIR",
    help="Where cases that failed are kept, as scenario files; they are played first the next time.",
)
@click.option("--secret", "secrets", multiple=True, metavar="NAME=VALUE", help="A secret; those not given are made up.")
@click.option(
    "--pytest",
    "tests",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write a test for each failure, which passes for as long as it is there.",
)
@click.option("--force", is_flag=True, help="Write over files that somebody else wrote.")
@click.option("--strict", is_flag=True, help="Exit with 1 for warnings, too.")
@format_option
def command(
    files: tuple[Path, ...],
    max_examples: int,
    seconds: float,
    seed: int,
    database: Path,
    secrets: tuple[str, ...],
    tests: Path | None,
    force: bool,
    strict: bool,
    format_: str,
) -> None:
    """Run the definition in each FILE with cases that are made up: inputs, answers, what services answer, people who
    answer late, twice or after a cancel. Each failure is shown with the smallest case that leads to it.

    The exit code is 1 when an error was found. Ctrl-C shows what was found so far.
    """
    from interactor_emulator.emulator import close_shared_pool

    from .files import must_be_file
    from .written import check_tests

    for file in files:
        must_be_file(file)
    if tests is not None:
        check_tests(tests, "fuzz", files, force=force)
    bounds: dict[str, Any] = {"max_examples": max_examples, "seconds": seconds, "seed": seed}
    hidden = pairs("--secret", secrets, hidden=True)
    searched: list[Searched] = []
    try:
        with progress("fuzzing") as tell, _nothing_left_behind():
            for file in files:
                searched.append(_search(file, database, tell, secrets=hidden, **bounds))
                if searched[-1].found.stopped == "interrupted":
                    tell.interrupted = True
                    break
    finally:
        close_shared_pool()
    if format_ == "text":
        terminal.say("\n".join(text for each in searched for text in each.lines()))
    else:
        say_json({"definitions": [each.as_json() for each in searched]})
    if tests is not None:
        _write_tests(tests, searched)
    failing = {"error", "warning"} if strict else {"error"}
    found = any(each.severity in failing for one in searched for each in one.found.findings)
    sys.exit(tell.status(1 if found else 0))


@contextmanager
def _nothing_left_behind() -> Iterator[None]:
    """Hypothesis keeps files of its own in the current folder, if nobody tells it where else."""
    if find_spec("hypothesis") is None:
        yield
        return
    from hypothesis.configuration import set_hypothesis_home_dir

    with TemporaryDirectory() as folder:
        set_hypothesis_home_dir(folder)
        try:
            yield
        finally:
            set_hypothesis_home_dir(None)


def _search(file: Path, database: Path, tell: Tell, max_examples: int, **bounds: Any) -> "Searched":
    """Raises OSError and ValueError for what cannot be read, or run."""
    from interactor_emulator.errors import InvalidWorkflow
    from interactor_emulator.explore.fuzzing.fuzz import fuzz
    from interactor_emulator.explore.fuzzing.kept import Kept

    from .findings import DefinitionFile
    from .options import refused

    definition = DefinitionFile(file)
    kept = Kept(database, str(definition.source.get("name")), file)

    def told(count: int, what: str) -> None:
        tell(count, max_examples, f"{what} in {file.name}")

    try:
        found = fuzz(definition.source, known=kept.cases(), max_examples=max_examples, tell=told, **bounds)
    except InvalidWorkflow as error:
        raise refused(definition, error) from None
    failing = (each.scenario for each in found.findings if each.fails and each.scenario is not None)
    kept.keep(failing, forget=found.stopped != "interrupted")
    return Searched(file, definition, found)


def _write_tests(target: Path, searched: "list[Searched]") -> None:
    """A test for each failure, in one file."""
    from interactor_emulator.copies.as_tests import as_pytest
    from interactor_emulator.explore.fuzzing.trying import made_up
    from interactor_emulator.wholefile import write_shared

    from .written import marked

    cases = [
        replace(finding.scenario, definition=Path(os.path.relpath(each.file, target.parent)).as_posix())
        for each in searched
        for finding in each.found.findings
        if finding.fails and finding.scenario is not None
    ]
    # Those that a definition names, under made-up values: what somebody gave stands in no file.
    secrets = {name: value for each in searched for name, value in made_up(each.definition.source, {}).items()}
    if cases:
        write_shared(target, marked("fuzz", as_pytest(cases, secrets=secrets)))


@dataclass(frozen=True, slots=True)
class Searched:
    """A definition's file, and what was found in it."""

    file: Path
    definition: "DefinitionFile"
    found: "Fuzzed"

    def lines(self) -> Iterator[str]:
        """For people: a paragraph for each finding, and last how far the search went."""
        from interactor_emulator.explore.fuzzing.telling import summary

        for each in self.found.findings:
            yield from self._finding(each)
            yield ""
        yield f"{line(self.file)}: {summary(self.found)}"

    def _finding(self, finding: "Finding") -> Iterator[str]:
        from interactor_emulator.explore.fuzzing.telling import lines

        at, column = self.definition.place(finding.where)
        yield f"{line(self.file)}:{at}:{column}: {finding.severity}: {finding.code}: {line(finding.message)}"
        yield from (f"    {each}" for each in lines(finding))
        test = _test(self.file, finding)
        if test is not None:
            yield "    a test that passes for as long as this is so:"
            yield from (f"      {line(each)}".rstrip() for each in test.splitlines())

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        found = self.found
        return {
            "file": str(self.file),
            "workflow": self.definition.source.get("name"),
            "examples": found.examples,
            "replayed": found.replayed,
            "seconds": round(found.seconds, 3),
            "stopped": found.stopped,
            "findings": [self._as_json(each) for each in found.findings],
        }

    def _as_json(self, finding: "Finding") -> dict[str, Any]:
        from interactor_emulator.wire.scenario_file import value_from

        at, column = self.definition.place(finding.where)
        return {
            "code": finding.code,
            "severity": finding.severity,
            "state": finding.state,
            "where": finding.where,
            "line": at,
            "column": column,
            "message": finding.message,
            "hint": finding.hint,
            "scenario": None if finding.scenario is None else value_from(finding.scenario),
            "test": _test(self.file, finding),
            "path": list(finding.path),
            "explanation": finding.explanation,
        }


def _test(file: Path, finding: "Finding") -> str | None:
    """The failure as a file of one test that stands beside the definition."""
    from interactor_emulator.copies.as_tests import as_test

    return as_test(finding.scenario, file.name) if finding.fails and finding.scenario is not None else None
