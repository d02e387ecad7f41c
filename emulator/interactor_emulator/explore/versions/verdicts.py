"""What came of the wrong versions of a definition: which of them the tests have noticed."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from os.path import relpath
from pathlib import Path
from typing import Any, Literal

from interactor_emulator.definition.positions import Positions
from interactor_emulator.definition.reading import text_of
from interactor_emulator.limits import Limits
from interactor_emulator.terminal import line
from interactor_emulator.wire.scenario_file import value_from

from .comparing import Changed
from .killing import killing_test
from .mutants import Mutant

FORMAT = 1
"""Of the JSON."""

INTERRUPTED = "interrupted"
"""Why not all mutants were tried, where somebody has had enough."""

COMMANDED = "INTERACTOR_MUTATES"
"""A variable that the command sets for the pytest that it has started, and waits for."""

Outcome = Literal["noticed", "survived", "equivalent", "untried"]


@dataclass(slots=True)
class Verdict:
    """A mutant, and whether the tests have noticed it: `test` is the one that did, `why` what it said.

    A survivor that no case tells from the definition is `equivalent`; of another one `changed` is the smallest case
    that does."""

    mutant: Mutant
    outcome: Outcome = "untried"
    test: str = ""
    why: str = ""
    changed: Changed | None = None


@dataclass(slots=True)
class Verdicts:
    """Those of the definition in a file. `stopped` says why not all were tried, and `mistake` why none was; `tests` is
    the folder in which a test would stand."""

    file: Path
    tests: Path = field(default_factory=Path)
    rows: list[Verdict] = field(default_factory=list)
    stopped: str = ""
    mistake: str = ""

    def count(self, outcome: Outcome) -> int:
        return sum(each.outcome == outcome for each in self.rows)

    @property
    def score(self) -> float | None:
        """How many of those that change something were noticed, in per cent; None where there was none."""
        noticed, counted = self.count("noticed"), self.count("noticed") + self.count("survived")
        return 100 * noticed / counted if counted else None

    def to_json(self) -> dict[str, Any]:
        """As `docs/reference/commands.md` has it."""
        score = self.score
        positions = Positions(text_of(self.file), Limits().json_depth)
        definition = Path(relpath(self.file, self.tests)).as_posix()
        return {
            "format": FORMAT,
            "file": str(self.file),
            "score": None if score is None else round(score, 1),
            **{outcome: self.count(outcome) for outcome in _OUTCOMES},
            "stopped": self.stopped,
            "mistake": self.mistake,
            "mutants": [_row(each, positions, definition) for each in self.rows],
        }


_OUTCOMES: tuple[Outcome, ...] = ("noticed", "survived", "equivalent", "untried")


def _row(verdict: Verdict, positions: Positions, definition: str) -> dict[str, Any]:
    mutant, changed = verdict.mutant, verdict.changed
    place = positions.of_value(mutant.place)
    return {
        "outcome": verdict.outcome,
        "operator": mutant.operator,
        "line": place.line,
        "column": place.column,
        "path": mutant.place,
        "change": mutant.description,
        "test": verdict.test,
        "why": verdict.why,
        "difference": "" if changed is None else str(changed.parting),
        "case": None if changed is None else value_from(changed.scenario),
        "test_to_add": "" if changed is None else killing_test(changed, definition),
    }


def text(result: Mapping[str, Any], *, verbose: bool = False, as_scenario: bool = False) -> list[str]:
    """The lines that tell a person of it, from the JSON; `verbose` also names the mutants that were noticed, and those
    that change nothing. What would notice one is a test in Python, or else a scenario."""
    if result["mistake"]:
        return [line(result["mistake"])]
    tests: dict[str, str] = {}
    lines = [each for row in result["mutants"] for each in _told(row, result["file"], tests, verbose, as_scenario)]
    if result["stopped"]:
        lines.append(f"stopped early: {line(result['stopped'])}")
    return [*lines, _sum(result)]


def _sum(result: Mapping[str, Any]) -> str:
    score = "no mutant changes anything" if result["score"] is None else f"score {result['score']:g} %"
    words = {"noticed": "noticed", "survived": "not noticed", "equivalent": "change nothing", "untried": "not tried"}
    counts = [
        f"{result[name]} {word}" for name, word in words.items() if result[name] or name in ("noticed", "survived")
    ]
    return f"{line(result['file'])}: {len(result['mutants'])} mutants: {', '.join(counts)}; {score}"


def _told(row: Mapping[str, Any], file: str, tests: dict[str, str], verbose: bool, as_scenario: bool) -> Iterator[str]:
    """`tests` are the names of those that were shown, by what they do."""
    if row["outcome"] != "survived" and not verbose:
        return
    place = f"{line(file)}:{row['line']}:{row['column']}"
    yield f"{place}: {_SAID[row['outcome']]}: {line(row['path'])}: {line(row['change'])}"
    if row["test"]:
        yield f"    by {line(row['test'])}"
    if row["difference"]:
        head, *body = _scenario(row["case"]) if as_scenario else _body(row["test_to_add"])
        name = row["case"]["name"] if as_scenario else head.removeprefix("def ").partition("(")[0]
        if (known := tests.get("\n".join(body))) is not None:
            yield f"    {line(row['difference'])}; {known} notices it, too"
            return
        tests["\n".join(body)] = name
        what = "a scenario tells it" if as_scenario else "this test notices it"
        yield f"    {line(row['difference'])}; {what}:"
        yield from (f"        {line(each)}".rstrip() for each in (head, *body))


def _scenario(case: Mapping[str, Any]) -> list[str]:
    """As `interactor-emulator test` plays it, and as any test can do it by the API."""
    return json.dumps(case, indent=2, ensure_ascii=False).splitlines()


def _body(test: str) -> list[str]:
    """The test alone, without what a file of tests begins with."""
    rows = test.rstrip().splitlines()
    return rows[next((number for number, each in enumerate(rows) if each.startswith("def ")), 0) :]


_SAID: Mapping[Outcome, str] = {
    "noticed": "noticed",
    "survived": "not noticed",
    "equivalent": "changes nothing",
    "untried": "not tried",
}
