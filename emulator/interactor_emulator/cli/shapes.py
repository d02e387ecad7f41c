"""What each command prints with `--format json`, as types: `commands.schema.json` is made from them.

Members stay; more may come. Of a command that goes on until it is ended each line is one object, told apart by `kind`.
"""

from collections.abc import Mapping
from functools import reduce
from operator import or_
from typing import Literal, NotRequired, TypedDict

from interactor_emulator.wire.control import CoverageAnswer, Decision, StateTested
from interactor_emulator.wire.happenings import KINDS
from interactor_emulator.wire.shapes import Count, Object, Timestamp

from .searched import Compared, Contract, Explored, Fuzzed, Mutated, Tested

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
