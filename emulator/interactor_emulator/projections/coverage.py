"""Which states, transitions and outcomes of conditions were taken, over any number of instances, tests and processes.

A `Coverage` is read from journals, added up, written as JSON and read again; adding up gives the same in any order.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from interactor_emulator.definition.model import Definition
from interactor_emulator.definition.parse import parse
from interactor_emulator.engine.conditions import Clause
from interactor_emulator.jsontext import encode
from interactor_emulator.state.events import Completed, Created, Event, Failed, Resumed, ResumeRefused, StateChanged
from interactor_emulator.state.instance import Instance

from .decisions import decisions
from .visits import visits

if TYPE_CHECKING:
    from interactor_emulator.account.account import Account

_INPUT_CHARACTERS = 200


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
    """One run of a test: what it was started with, where it went, how it ended."""

    test: str
    input: str
    path: tuple[str, ...]
    status: str


@dataclass(slots=True)
class WorkflowCoverage:
    """One definition. Keys: a state's name; `state#index` of a transition; `state#index: clause true|false`."""

    definition: Definition
    version: str = ""
    published: bool = False
    taken: dict[str, Taken] = field(default_factory=dict)
    scenarios: set[Scenario] = field(default_factory=set)
    # What else the tests did: `created`, `resumed`, `failed`, `refused`, `webhook`.
    did: dict[str, Taken] = field(default_factory=dict)

    def states(self) -> list[str]:
        return list(self.definition.states)

    def transitions(self) -> list[tuple[str, int, str]]:
        """State, index and target of each."""
        return [
            (state.name, index, transition.target)
            for state in self.definition.states.values()
            for index, transition in enumerate(state.transitions)
        ]

    def outcomes(self) -> Iterator[str]:
        """Each condition's clauses, once for true and once for false."""
        for state in self.definition.states.values():
            for index, transition in enumerate(state.transitions):
                for text in _clauses(transition.condition):
                    yield f"{_edge(state.name, index)}: {text} true"
                    yield f"{_edge(state.name, index)}: {text} false"

    def parts(self) -> tuple[tuple[int, int], tuple[int, int], tuple[int, int]]:
        """Taken and all: of states, transitions, outcomes."""
        edges = [_edge(name, index) for name, index, _ in self.transitions()]
        return self._part(self.states()), self._part(edges), self._part(list(self.outcomes()))

    def _part(self, keys: list[str]) -> tuple[int, int]:
        return sum(key in self.taken for key in keys), len(keys)

    @property
    def percent(self) -> float:
        """Of all states, transitions and outcomes of conditions together."""
        return _percent(self.parts())

    def missing(self) -> list[str]:
        """What was never taken, a line each."""
        lines = [f"state {name} was never entered" for name in self.states() if name not in self.taken]
        for name, index, target in self.transitions():
            if _edge(name, index) not in self.taken:
                lines.append(f"transition {name} → {target} was never taken")
        targets = {_edge(name, index): target for name, index, target in self.transitions()}
        for key in self.outcomes():
            if key not in self.taken:
                edge, said = key.split(": ", 1)
                text, outcome = said.rsplit(" ", 1)
                lines.append(f"condition {edge.rsplit('#', 1)[0]} → {targets[edge]}: {text} was never {outcome}")
        return lines

    def note(self, key: str, test: str) -> None:
        self.taken.setdefault(key, Taken()).add(1, [test])


class Coverage:
    """Workflows by name and content: two tests may give one name to two definitions."""

    def __init__(self) -> None:
        self.workflows: dict[str, WorkflowCoverage] = {}

    def __bool__(self) -> bool:
        return bool(self.workflows)

    def workflow(self, definition: Definition) -> WorkflowCoverage:
        digest = hashlib.sha256(encode(definition.source).encode()).hexdigest()[:8]
        key = f"{definition.name}@{digest}"
        if key not in self.workflows:
            self.workflows[key] = WorkflowCoverage(definition)
        return self.workflows[key]

    def add_instance(self, instance: Instance, events: list[Event], test: str) -> None:
        """What one instance went through, in which test."""
        workflow = self.workflow(instance.definition)
        workflow.version = min(filter(None, (workflow.version, instance.version.id)))
        workflow.published |= instance.version.published_ms is not None
        stays = visits(events)
        for visit in stays:
            workflow.note(visit.state, test)
        for event in events:
            if isinstance(event, StateChanged):
                workflow.note(_edge(event.from_state, event.index), test)
            for kind, name in _DID.items():
                if isinstance(event, kind):
                    workflow.did.setdefault(name, Taken()).add(1, [test])
        for decision in decisions(instance.definition, events):
            for each in decision.considered:
                if each.applies:
                    for clause in each.clauses:
                        workflow.note(f"{_edge(decision.state, each.index)}: {_clause(clause)}", test)
        given = next((event.input for event in events if isinstance(event, Created)), {})
        path = tuple(visit.state for visit in stays)
        workflow.scenarios.add(Scenario(test, encode(given)[:_INPUT_CHARACTERS], path, instance.status))

    def add_account(self, account: "Account", test: str = "") -> None:
        """What all instances of an account went through."""
        for instance in account.store.instances.values():
            self.add_instance(instance, account.journal.of_instance(instance.id), test)
        for delivery in account.outbox.deliveries.values():
            told = account.store.instances.get(delivery.instance_id)
            if told is not None and delivery.status == "delivered":
                self.workflow(told.definition).did.setdefault("webhook", Taken()).add(1, [test])

    def add(self, other: "Coverage") -> None:
        """Add what another process or test has seen."""
        for key, theirs in other.workflows.items():
            mine = self.workflows.setdefault(key, WorkflowCoverage(theirs.definition))
            mine.version = min(filter(None, (mine.version, theirs.version)), default="")
            mine.published |= theirs.published
            for own, their in ((mine.taken, theirs.taken), (mine.did, theirs.did)):
                for name, taken in their.items():
                    own.setdefault(name, Taken()).add(taken.count, taken.tests)
            mine.scenarios |= theirs.scenarios

    @property
    def percent(self) -> float:
        """Over all workflows; 100 when there is none."""
        parts = [part for each in self.workflows.values() for part in each.parts()]
        return _percent(parts)

    def to_json(self) -> dict[str, Any]:
        """For files and other processes; sorted, so that the same coverage is the same text."""
        return {
            "percent": round(self.percent, 1),
            "workflows": {key: _to_json(self.workflows[key]) for key in sorted(self.workflows)},
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Coverage":
        """What `to_json` gave."""
        coverage = cls()
        for key, each in value["workflows"].items():
            workflow = WorkflowCoverage(parse(each["definition"]), each["version"], each["published"])
            for name in ("taken", "did"):
                found = {key: Taken(what["count"], set(what["tests"])) for key, what in each[name].items()}
                setattr(workflow, name, found)
            workflow.scenarios = {
                Scenario(one["test"], one["input"], tuple(one["path"]), one["status"]) for one in each["scenarios"]
            }
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
            lines += [f"  {line}" for line in each.missing()]
        return lines


_DID: Mapping[type[Event], str] = {
    Created: "created",
    Resumed: "resumed",
    ResumeRefused: "refused",
    Failed: "failed",
    Completed: "completed",
}


def _to_json(workflow: WorkflowCoverage) -> dict[str, Any]:
    return {
        "definition": workflow.definition.source,
        "version": workflow.version,
        "published": workflow.published,
        "percent": round(workflow.percent, 1),
        "missing": workflow.missing(),
        "taken": _taken_json(workflow.taken),
        "did": _taken_json(workflow.did),
        "scenarios": [
            {"test": one.test, "input": one.input, "path": list(one.path), "status": one.status}
            for one in sorted(workflow.scenarios)
        ],
    }


def _taken_json(taken: Mapping[str, Taken]) -> dict[str, Any]:
    return {key: {"count": taken[key].count, "tests": sorted(taken[key].tests)} for key in sorted(taken)}


def _edge(state: str, index: int) -> str:
    return f"{state}#{index}"


def _clause(clause: Clause) -> str:
    return f"{clause.field} {clause.operator} {encode(clause.wanted)} {'true' if clause.holds else 'false'}"


def _clauses(condition: Any) -> Iterator[str]:
    """The comparisons of a condition, as `_clause` writes them."""
    if condition is None:
        return
    if hasattr(condition, "clauses"):
        for each in condition.clauses:
            yield from _clauses(each)
        return
    yield f"{condition.field} {condition.operator} {encode(condition.value)}"


def _percent(parts: Iterable[tuple[int, int]]) -> float:
    pairs = list(parts)
    everything = sum(all_ for _, all_ in pairs)
    return 100 * sum(taken for taken, _ in pairs) / everything if everything else 100.0
