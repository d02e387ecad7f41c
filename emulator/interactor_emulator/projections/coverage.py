"""Which states, transitions and outcomes of conditions were taken, over any number of instances, tests and processes.

A `Coverage` is read from journals, added up, written as JSON and read again; adding up gives the same in any order.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from interactor_emulator.definition.conditions import OPERATORS, Operators
from interactor_emulator.definition.model import Definition
from interactor_emulator.definition.parse import parse
from interactor_emulator.jsontext import encode
from interactor_emulator.redaction import redact
from interactor_emulator.state.events import (
    Clause,
    Completed,
    Created,
    Event,
    Failed,
    Resumed,
    ResumeRefused,
    StateChanged,
)
from interactor_emulator.state.instance import Instance
from interactor_emulator.terminal import line

from .countable import Entered, Key, Left, Outcome, outcomes, states, told, transitions
from .countable import clause as words
from .explain import decisions
from .uncounted import LeftOut, left_out, reasons
from .visits import ENTERING, visits

_INPUT_CHARACTERS = 200

FORMAT = 3
"""Of the JSON: a file of another one is refused."""


@dataclass(slots=True)
class Taken:
    """How often something was taken, and by which tests."""

    count: int = 0
    tests: set[str] = field(default_factory=set)

    def add(self, count: int, tests: Iterable[str]) -> None:
        self.count += count
        self.tests.update(tests)


@dataclass(frozen=True, slots=True, order=True)
class Scenario:
    """A way that the runs of a test went, and how they ended."""

    test: str
    path: tuple[str, ...]
    status: str


@dataclass(slots=True)
class Runs:
    """How many went a scenario's way, and what one of them was given: its input and all answers."""

    input: str
    count: int = 1

    def add(self, other: "Runs") -> None:
        """Of several inputs the shortest is kept, so that adding up gives the same in any order."""
        self.count += other.count
        self.input = min(self.input, other.input, key=lambda text: (len(text), text))


@dataclass(slots=True)
class WorkflowCoverage:
    """One definition, and what of it was taken."""

    definition: Definition
    version: str = ""
    published: bool = False
    taken: dict[Key, Taken] = field(default_factory=dict)
    scenarios: dict[Scenario, Runs] = field(default_factory=dict)
    # What else the tests did: `created`, `resumed`, `failed`, `refused`, `webhook`.
    did: dict[str, Taken] = field(default_factory=dict)
    _left_out: LeftOut | None = None

    def left_out(self) -> LeftOut:
        """What does not count, and why: worked out when it is asked for first."""
        if self._left_out is None:
            self._left_out = left_out(self.definition)
        return self._left_out

    def parts(self) -> tuple[tuple[int, int], tuple[int, int], tuple[int, int]]:
        """Taken and all that counts: of states, transitions, outcomes."""
        of = self.definition
        return self._part(states(of)), self._part(transitions(of)), self._part(outcomes(of))

    def _part(self, keys: Iterable[Key]) -> tuple[int, int]:
        found = [key in self.taken for key in keys if self.counts(key)]
        return sum(found), len(found)

    def counts(self, key: Key) -> bool:
        """Whether it counts against 100 %. What was taken is not impossible, whatever was proven."""
        without = self.left_out()
        return key not in without.unwanted and (key not in without.impossible or key in self.taken)

    @property
    def percent(self) -> float:
        """Of all states, transitions and outcomes of conditions together."""
        return _percent(self.parts())

    def missing(self) -> list[str]:
        """What counts and was never taken, a line each, whatever the names of states are."""
        return [line(text) for text in self._missing()]

    def _missing(self) -> Iterator[str]:
        for keys, verb in ((states, "entered"), (transitions, "taken"), (outcomes, "")):
            for key in keys(self.definition):
                if key not in self.taken and self.counts(key):
                    never = _said(key.holds) if isinstance(key, Outcome) else verb
                    yield f"{told(self.definition, key)} was never {never}"

    def not_counted(self) -> list[str]:
        """What a mark in a `description` leaves out, a line each; the conditions of transitions go with them."""
        found = (key for key in self.left_out().unwanted if not isinstance(key, Outcome))
        return [line(told(self.definition, key)) for key in found]

    def impossible(self) -> list[str]:
        """What is proven to be impossible, a line each, with the reason."""
        without = self.left_out()
        left = without.impossible.keys() - self.taken.keys() - without.unwanted.keys()
        found = {key: why for key, why in without.impossible.items() if key in left}
        return [line(text) for text in reasons(self.definition, found)]

    def note(self, key: Key, test: str) -> None:
        self.taken.setdefault(key, Taken()).add(1, [test])

    def add_scenario(self, scenario: Scenario, runs: Runs) -> None:
        """So many runs more went this way."""
        if scenario in self.scenarios:
            self.scenarios[scenario].add(runs)
        else:
            self.scenarios[scenario] = Runs(runs.input, runs.count)


class Coverage:
    """Workflows by name and content: two tests may give one name to two definitions."""

    def __init__(self) -> None:
        self.workflows: dict[str, WorkflowCoverage] = {}
        # Tests that did not pass, and the commands that ran tests of their own, with the status that they ended with.
        self.failed: set[str] = set()
        self.commands: dict[str, int] = {}
        # The same by the very object: the digest of a definition takes longer than all else about a small instance.
        self._by_definition: dict[int, WorkflowCoverage] = {}

    def __bool__(self) -> bool:
        return bool(self.workflows)

    def command_of(self, test: str) -> str | None:
        """The command that ran a test, where one did: `command`, or `command::account` for what had an account."""
        return next((each for each in (test, test.rpartition("::")[0]) if each in self.commands), None)

    def workflow(self, definition: Definition) -> WorkflowCoverage:
        known = self._by_definition.get(id(definition))
        if known is not None and known.definition is definition:
            return known
        digest = hashlib.sha256(encode(definition.source).encode()).hexdigest()[:8]
        found = self.workflows.setdefault(f"{definition.name}@{digest}", WorkflowCoverage(definition))
        if found.definition is definition:
            self._by_definition[id(definition)] = found
        return found

    def add_instance(
        self,
        instance: Instance,
        events: list[Event],
        test: str,
        secrets: Iterable[str] = (),
        operators: Operators = OPERATORS,
        since: str = "",
    ) -> None:
        """What one instance went through, in which test; with `since` after the event of that id only."""
        workflow = self.workflow(instance.definition)
        workflow.version = min(filter(None, (workflow.version, instance.version.id)))
        workflow.published |= instance.version.published_ms is not None
        stays, own = visits(events), [event for event in events if event.id > since]
        for visit in stays[len(stays) - sum(isinstance(event, ENTERING) for event in own) :]:
            workflow.note(Entered(visit.state), test)
        for event in own:
            if isinstance(event, StateChanged):
                workflow.note(Left(event.from_state, event.index), test)
            if (name := _DID.get(type(event))) is not None:
                workflow.did.setdefault(name, Taken()).add(1, [test])
        for decision in decisions(instance.definition, events, operators):
            for each in decision.considered:
                if each.applies and decision.event_id > since:
                    for clause in each.clauses:
                        workflow.note(_outcome(decision.state, each.index, clause), test)
        path = tuple(visit.state for visit in stays)
        given = redact(_given(events), secrets)[:_INPUT_CHARACTERS]
        workflow.add_scenario(Scenario(test, path, instance.status), Runs(given))

    def add(self, other: "Coverage") -> None:
        """Add what another process or test has seen. What failed once has failed."""
        self.failed |= other.failed
        self._add_commands(other.commands)
        for key, theirs in other.workflows.items():
            mine = self.workflows.setdefault(key, WorkflowCoverage(theirs.definition))
            mine.version = min(filter(None, (mine.version, theirs.version)), default="")
            mine.published |= theirs.published
            _add_up(mine.taken, theirs.taken)
            _add_up(mine.did, theirs.did)
            for scenario, runs in theirs.scenarios.items():
                mine.add_scenario(scenario, runs)

    def _add_commands(self, commands: Mapping[str, int]) -> None:
        for command, status in commands.items():
            self.commands[command] = max(status, self.commands.get(command, 0))

    @property
    def percent(self) -> float | None:
        """Over all workflows; None where none ran, for of nothing neither all nor nothing was taken."""
        parts = [part for each in self.workflows.values() for part in each.parts()]
        return _percent(parts) if self.workflows else None

    def names(self) -> list[str]:
        """The workflows that ran, each once."""
        return sorted({each.definition.name for each in self.workflows.values()})

    def percent_of(self, name: str) -> float | None:
        """Over all definitions that have this name; None where none has."""
        named = [each for each in self.workflows.values() if each.definition.name == name]
        return _percent(part for each in named for part in each.parts()) if named else None

    def to_json(self) -> dict[str, object]:
        """For files and programs; sorted, so that the same coverage is the same text."""
        percent = self.percent
        return {
            "format": FORMAT,
            "percent": None if percent is None else round(percent, 1),
            **self._ended(),
            "workflows": {
                key: {**_taken_json(self.workflows[key]), **_figures(self.workflows[key])}
                for key in sorted(self.workflows)
            },
        }

    def to_process(self) -> dict[str, object]:
        """The same for another process that adds it up: without the figures, which are worked out once, at the end."""
        workflows = {key: _taken_json(each) for key, each in self.workflows.items()}
        return {"format": FORMAT, **self._ended(), "workflows": workflows}

    def _ended(self) -> dict[str, object]:
        commands = [{"command": each, "status": self.commands[each]} for each in sorted(self.commands)]
        return {"failed": sorted(self.failed), "commands": commands}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Coverage":
        """What `to_json` or `to_process` gave; raises ValueError for another format."""
        if value.get("format") != FORMAT:
            raise ValueError(f"its format is {value.get('format')!r}, and this version reads {FORMAT}")
        coverage = cls()
        coverage.failed = set(value["failed"])
        coverage.commands = {each["command"]: each["status"] for each in value["commands"]}
        for key, each in value["workflows"].items():
            workflow = WorkflowCoverage(parse(each["definition"]), each["version"], each["published"])
            workflow.taken = _keys_from(each)
            workflow.did = {name: _taken_from(what) for name, what in each["did"].items()}
            for one in each["scenarios"]:
                runs = Runs(one["input"], one.get("count", 1))
                workflow.add_scenario(Scenario(one["test"], tuple(one["path"]), one["status"]), runs)
            coverage.workflows[key] = workflow
        return coverage

    def table(self) -> list[str]:
        """A line for each workflow, and one for each thing that was never taken."""
        names = [workflow.definition.name for workflow in self.workflows.values()]
        width = max([8, *map(len, names)])
        lines = [f"{'workflow':{width}}  {'states':>9}  {'transitions':>11}  {'conditions':>10}  cover"]
        for _, each in sorted(self.workflows.items()):
            states, transitions, outcomes = (f"{taken}/{all_}" for taken, all_ in each.parts())
            figures = f"{states:>9}  {transitions:>11}  {outcomes:>10}  {each.percent:4.0f} %"
            lines.append(f"{each.definition.name:{width}}  {figures}")
            lines += [f"  {row}" for row in each.missing()]
            lines += [f"  not counted: {row}" for row in each.not_counted()]
            lines += [f"  impossible: {row}" for row in each.impossible()]
        return lines


_DID: Mapping[type[Event], str] = {
    Created: "created",
    Resumed: "resumed",
    ResumeRefused: "refused",
    Failed: "failed",
    Completed: "completed",
}


def _given(events: Iterable[Event]) -> str:
    """ "amount: 5000, approved: false": the input, and every answer that led on."""
    inputs = [event.input for event in events if isinstance(event, Created | Resumed)]
    return ", ".join(f"{name}: {encode(value)}" for each in inputs for name, value in each.items())


def _add_up(own: dict[Any, Taken], other: Mapping[Any, Taken]) -> None:
    for key, taken in other.items():
        own.setdefault(key, Taken()).add(taken.count, taken.tests)


def _figures(workflow: WorkflowCoverage) -> dict[str, object]:
    return {
        "percent": round(workflow.percent, 1),
        "missing": workflow.missing(),
        "not_counted": workflow.not_counted(),
        "impossible": workflow.impossible(),
    }


def _taken_json(workflow: WorkflowCoverage) -> dict[str, object]:
    return {
        "definition": workflow.definition.source,
        "version": workflow.version,
        "published": workflow.published,
        **{name: _rows(workflow, kind) for name, kind in _KINDS.items()},
        "did": {name: _row(workflow.did[name]) for name in sorted(workflow.did)},
        "scenarios": [
            {
                "test": one.test,
                "input": runs.input,
                "path": list(one.path),
                "status": one.status,
                "count": runs.count,
            }
            for one, runs in sorted(workflow.scenarios.items(), key=lambda row: row[0])
        ],
    }


# In a file, what was taken stands in a list for each kind of key: `{"state", "index", …, "count", "tests"}`.
_KINDS: Mapping[str, type[Key]] = {"states": Entered, "transitions": Left, "conditions": Outcome}


def _rows(workflow: WorkflowCoverage, kind: type[Key]) -> list[dict[str, object]]:
    keys = sorted(key for key in workflow.taken if isinstance(key, kind))
    return [{**asdict(key), **_row(workflow.taken[key])} for key in keys]


def _row(taken: Taken) -> dict[str, object]:
    return {"count": taken.count, "tests": sorted(taken.tests)}


def _keys_from(workflow: Mapping[str, Any]) -> dict[Key, Taken]:
    found: dict[Key, Taken] = {}
    for name, kind in _KINDS.items():
        for row in workflow[name]:
            found[kind(**{each.name: row[each.name] for each in fields(kind)})] = _taken_from(row)
    return found


def _taken_from(row: Mapping[str, Any]) -> Taken:
    return Taken(row["count"], set(row["tests"]))


def _outcome(state: str, index: int, seen: Clause) -> Outcome:
    return Outcome(state, index, words(seen.field, seen.operator, seen.wanted), seen.holds)


def _said(holds: bool) -> str:
    return "true" if holds else "false"


def _percent(parts: Iterable[tuple[int, int]]) -> float:
    pairs = list(parts)
    everything = sum(all_ for _, all_ in pairs)
    return 100 * sum(taken for taken, _ in pairs) / everything if everything else 100.0
