"""What the commands that search, compare and check print with `--format json`: the other half of `shapes.py`."""

from collections.abc import Mapping
from typing import Literal, NotRequired, TypedDict

from interactor_emulator.jsontext import Json
from interactor_emulator.wire.shapes import Count, Object

Severity = Literal["error", "warning", "note"]


class Impossible(TypedDict):
    state: str
    index: Count
    why: str


class ImpossibleOutcome(TypedDict):
    state: str
    index: Count
    clause: Count
    holds: bool
    why: str


class AllImpossible(TypedDict):
    states: Mapping[str, str]
    transitions: list[Impossible]
    conditions: list[ImpossibleOutcome]


class Case(TypedDict):
    kind: Literal["path", "edge", "refused", "outcome"]
    scenario: Object


class ExploreFinding(TypedDict):
    code: str
    severity: Severity
    where: str
    line: Count
    column: Count
    message: str
    scenario: Object | None


class Explored(TypedDict):
    workflow: str
    stopped: str | None
    runs: Count
    cases: list[Case]
    findings: list[ExploreFinding]
    impossible: AllImpossible


class FuzzFinding(TypedDict):
    code: str
    severity: Severity
    state: str | None
    where: str
    line: Count
    column: Count
    message: str
    hint: str
    scenario: Object | None
    test: str | None
    path: list[str]
    explanation: str


class FuzzedDefinition(TypedDict):
    file: str
    workflow: str
    examples: Count
    replayed: Count
    seconds: float
    stopped: Literal["time", "interrupted"] | None
    findings: list[FuzzFinding]


class Fuzzed(TypedDict):
    definitions: list[FuzzedDefinition]


class Mutant(TypedDict):
    outcome: Literal["noticed", "survived", "equivalent", "untried"]
    operator: str
    line: Count
    column: Count
    path: str
    change: str
    test: str
    why: str
    difference: str
    case: Object | None
    test_to_add: str


class Mutated(TypedDict):
    format: Literal[1]
    file: str
    score: float | None
    noticed: Count
    survived: Count
    equivalent: Count
    untried: Count
    stopped: str
    mistake: str
    mutants: list[Mutant]


class ScenarioPlayed(TypedDict):
    """The members from `status` on are there where it ran."""

    file: str
    name: str
    verdict: Literal["passed", "failed", "unreadable"]
    seconds: float
    differences: list[str]
    status: NotRequired[str]
    state: NotRequired[str]
    path: NotRequired[list[str]]
    data: NotRequired[Object]
    error: NotRequired[str | None]
    events: NotRequired[list[str]]
    refused: NotRequired[list[str | None]]


class Tested(TypedDict):
    scenarios: list[ScenarioPlayed]


# ---- `compare` and `contract`


class GainedStates(TypedDict):
    gained: list[str]
    lost: list[str]


Transition = TypedDict("Transition", {"from": str, "to": str})


class GainedTransitions(TypedDict):
    gained: list[Transition]
    lost: list[Transition]


class ChangedBehaviour(TypedDict):
    kind: Literal["path", "refusal", "status", "shown", "sent", "data"]
    where: str
    what: str
    before: Json
    after: Json
    difference: str
    cases: Count
    hides: bool
    case: Object


class Stranded(TypedDict):
    instance_id: str
    thread_id: str
    namespace: str | None
    state: str
    message: str
    fields: list[str]
    choices: list[str]
    missing: str


class Waiting(TypedDict):
    count: Count
    stranded: list[Stranded]


class RecordedRun(TypedDict):
    recorded: str
    instance_id: str
    difference: str | None
    doubtful: str


class Histories(TypedDict):
    count: Count
    elsewhere: Count
    runs: list[RecordedRun]


class Compared(TypedDict):
    format: Literal[1]
    old: str
    new: str
    workflow: str
    renamed_to: str | None
    states: GainedStates
    transitions: GainedTransitions
    changed: list[ChangedBehaviour]
    cases: Count
    cases_in_all: Count
    stopped: str
    waiting: Waiting | None
    histories: Histories | None


class Judged(TypedDict):
    id: str
    rule: str
    mark: str
    verdict: Literal["holds", "differs", "not checked"]
    differences: list[str]
    why: str


class Contract(TypedDict):
    format: Literal[1]
    server: str
    ok: bool
    requests: Count
    seconds: float
    rules: list[Judged]
