"""What each command prints with `--format json`, as types: `docs/reference/commands.schema.json` is made from them.

Members stay; more may come. Of a command that goes on until it is ended each line is one object, told apart by `kind`.
"""

from collections.abc import Mapping
from functools import reduce
from operator import or_
from typing import Literal, NotRequired, TypedDict

from interactor_emulator.jsontext import Json
from interactor_emulator.wire.control import CoverageAnswer, Decision, StateTested
from interactor_emulator.wire.happenings import KINDS
from interactor_emulator.wire.shapes import Count, Object, Timestamp

Severity = Literal["error", "warning", "note"]
Variables = Mapping[str, str]


class Guide(TypedDict):
    version: str
    guide: str


# ---- what is found in a definition


class Finding(TypedDict):
    file: str
    line: Count
    column: Count
    severity: Literal["error", "warning"]
    code: str
    path: str
    message: str
    hint: str


class Validated(TypedDict):
    findings: list[Finding]


class Told(TypedDict):
    """A diagnostic, and how often it was noticed."""

    code: str
    message: str
    hint: str
    count: Count


# ---- `run`


class Failure(TypedDict):
    code: str
    message: str


class RefusedAnswer(TypedDict):
    thread: str
    state: str
    code: str
    message: str


class WaitingFor(TypedDict):
    """A thread that waits for an answer; `like` is one of the right form."""

    thread: str
    state: str
    presentation: Object | None
    instruction: str | None
    choices: list[str]
    like: Object


class WaitingCall(TypedDict):
    state: str
    attempt: Count
    delay_seconds: float
    code: str
    message: str


class Ran(TypedDict):
    workflow: str
    instance_id: str
    status: str
    state: str
    path: list[str]
    data: Object
    error: Failure | None
    refused: RefusedAnswer | None
    waiting: list[WaitingFor]
    retries: list[WaitingCall]
    explanation: str
    decisions: list[Decision]
    diagnostics: list[Told]
    findings: list[Finding]
    not_needed: list[str]


# ---- `graph`


class State(TypedDict):
    name: str
    type: Literal["action", "halting", "terminal"]
    join: bool


class Way(TypedDict):
    """A transition, or the beginning of a thread; `label` is what a picture says of it."""

    source: str
    target: str
    label: str
    forks: bool


class Drawn(TypedDict):
    workflow: str
    initial_state: str
    states: list[State]
    transitions: list[Way]


# ---- `trigger` and `certify`


class Answered(TypedDict):
    status: Count
    body: str


class Triggered(TypedDict):
    event: str
    delivery_id: str
    url: str
    headers: Variables
    body: str
    acknowledged: bool
    answer: Answered | None
    error: str | None


class Sent(TypedDict):
    name: str
    expected: Literal["accept", "refuse"]
    verdict: Literal["passed", "failed", "not judged"]
    answered: list[str]
    remedy: str | None
    seconds: float


class Certified(TypedDict):
    url: str
    ok: bool
    passed: Count
    failed: Count
    not_judged: Count
    deliveries: list[Sent]


# ---- `serve`, `exec` and `record`


class Listening(TypedDict):
    kind: Literal["listening"]
    url: str


class Forwarded(TypedDict):
    """A delivery that `tail --forward` has sent on, and what came of it."""

    kind: Literal["forwarded"]
    id: str
    at: Timestamp
    delivery_id: str
    attempt: Count
    url: str
    status: Count | None
    answer: str
    error: str | None


class Settings(TypedDict):
    """What a client needs, by the names of the variables."""

    kind: Literal["settings"]
    variables: Variables
    dashboard: NotRequired[str]


class Undelivered(TypedDict):
    account: str
    delivery_id: str
    event: str
    url: str
    attempts: Count
    due: Timestamp


class Stopped(TypedDict):
    kind: Literal["stopped"]
    not_delivered: list[Undelivered]


Serving = Listening | Settings | Stopped


class Gate(TypedDict):
    """`workflow` is null for all of them together, `percent` where no test ran it."""

    workflow: str | None
    required: float
    percent: float | None
    reached: bool


class Executed(TypedDict):
    """`status` is that of the command, which this one ends with unless a gate was not reached."""

    status: Count
    coverage: CoverageAnswer
    table: list[str]
    gates: list[Gate]
    diagnostics: list[Told]


class Kept(TypedDict):
    """`row` counts from 1, as `replay` and `compare` name rows."""

    kind: Literal["kept"]
    row: Count
    at: Timestamp
    method: str
    path: str
    status: Count


class Recorded(TypedDict):
    kind: Literal["stopped"]
    file: str
    rows: Count


Recording = Listening | Settings | Kept | Recorded


class Difference(TypedDict):
    row: Count
    request: str
    differences: list[str]
    not_played: str


Replayed = list[Difference]


# ---- searches


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


SHAPES: Mapping[str, object] = {
    "serve": Serving,
    "exec": Executed,
    # What `GET /_emulator/events` sends.
    "tail": reduce(or_, [*dict.fromkeys(KINDS.values()), Forwarded]),
    "run": Ran,
    "test-state": StateTested,
    "validate": Validated,
    "test": Tested,
    "explore": Explored,
    "mutate": Mutated,
    "fuzz": Fuzzed,
    "compare": Compared,
    "graph": Drawn,
    "trigger": Triggered,
    "certify": Certified,
    "contract": Contract,
    "record": Recording,
    "replay": Replayed,
    "guide": Guide,
}
"""The shape of each command's answer, or of each of its lines."""
