"""Every body and answer of the control API, as types. It is ours: what is not named here is refused or never said."""

from collections.abc import Mapping
from typing import Annotated, Literal, NotRequired, TypedDict

from interactor_emulator.jsontext import Json
from interactor_emulator.state.deliveries import Status

from .facts import Fact
from .shapes import Changes, Count, EventName, File, Object, Shown, Timestamp

Scope = Literal["workflows:read", "workflows:write", "workflows:execute", "webhooks:manage"]
Texts = Mapping[str, str]


class Nothing(TypedDict):
    """No members."""


class Health(TypedDict):
    status: Literal["ok"]


class ResetBody(TypedDict, total=False):
    keep: list[Literal["workflows", "clients", "secrets", "stubs"]]


class ClockBody(TypedDict, total=False):
    now: str
    frozen: bool


class Clock(TypedDict):
    now: Timestamp
    frozen: bool


class SettleBody(TypedDict, total=False):
    timeout_seconds: float


class AdvanceBody(TypedDict, total=False):
    seconds: float
    to: str
    timeout_seconds: float


class Fired(TypedDict):
    at: Timestamp
    kind: str
    subject: str


class Settled(TypedDict):
    """`waiting` is there when the time was up before all had settled."""

    now: Timestamp
    frozen: NotRequired[bool]
    waiting: NotRequired[list[str]]


class Advanced(TypedDict):
    """`waiting` is there, and `fired` is not, when the time was up before all had settled."""

    now: Timestamp
    fired: NotRequired[list[Fired]]
    waiting: NotRequired[list[str]]


class HoldBody(TypedDict):
    operation: Literal["create", "resume", "cancel"]
    instance_id: NotRequired[str]


class Held(TypedDict):
    held: Count


class Released(TypedDict):
    released: Count


class WriterBody(TypedDict, total=False):
    text: str
    fail: bool


class TokenBody(TypedDict, total=False):
    scopes: list[Scope]
    namespaces: list[str]
    expires_in: int


class MintedToken(TypedDict):
    access_token: str
    expires_in: Count


class ClientBody(TypedDict):
    client_id: str
    client_secret: str
    scopes: NotRequired[list[Scope]]
    namespaces: NotRequired[list[str]]


class Client(TypedDict):
    client_id: str
    scopes: list[str]
    namespaces: list[str] | None


class Clients(TypedDict):
    clients: list[Client]


class SecretNames(TypedDict):
    names: list[str]


class StubAnswer(TypedDict, total=False):
    status: int
    json: Json
    headers: Texts
    delay_seconds: float


class StubBody(TypedDict):
    """`state` and `attempt` are of the workflow; `body` and `query` are members that a request has among others. Of
    several answers each is given once, in turn, and the last one from then on."""

    url: str
    method: NotRequired[str]
    state: NotRequired[str]
    attempt: NotRequired[Count]
    body: NotRequired[Object]
    query: NotRequired[Texts]
    times: NotRequired[Count]
    respond: NotRequired[StubAnswer | list[StubAnswer]]


class Stub(TypedDict):
    method: str | None
    url: str
    state: NotRequired[str]
    attempt: NotRequired[Count]
    body: NotRequired[Object]
    query: NotRequired[Texts]
    times: int | None
    respond: StubAnswer | list[StubAnswer]
    calls: Count


class Stubs(TypedDict):
    stubs: list[Stub]


class Attempt(TypedDict):
    at: Timestamp
    request_headers: Texts
    request_body: str
    status: int | None
    answer: str
    error: str | None
    duration_ms: Count
    fault: str | None
    next: str


class Delivery(TypedDict):
    id: str
    subscription_id: str
    event: str
    instance_id: str
    status: Status
    created_at: Timestamp
    next_attempt_at: Timestamp | None
    body: str
    attempts: list[Attempt]


class Deliveries(TypedDict):
    deliveries: list[Delivery]


class CallEffect(TypedDict, total=False):
    """One of `status`, `drop` and `truncate_body`, or `delay_seconds` alone; `committed` is whether the call is carried
    out all the same. `code`, `message` and `retry_after`, the seconds in `Retry-After`, from 0 to 86400, go with a
    status; a 429 has that header without it too: the seconds until the client's rate begins anew, 60 at most."""

    status: int
    code: str
    message: str
    retry_after: Count
    drop: bool
    truncate_body: Count
    delay_seconds: float
    committed: bool


class FaultMatch(TypedDict, total=False):
    """`method`, `path`, `instance` and `namespace` are of calls; `event` and `subscription` of webhooks."""

    method: str | None
    path: str | None
    instance: str | None
    namespace: str | None
    event: EventName | None
    subscription: str | None
    times: int | None
    after: Count
    probability: float


class FaultBody(TypedDict):
    match: NotRequired[FaultMatch]
    effect: str | CallEffect


class Fault(TypedDict):
    match: FaultMatch
    effect: str | CallEffect
    used: Count


class Faults(TypedDict):
    faults: list[Fault]


class SentAnswer(TypedDict, total=False):
    status: int
    body: str
    error: str
    message: str


class SentRequest(TypedDict):
    at: Timestamp
    method: str
    url: str
    headers: Texts
    state: str
    attempt: Count
    body: str | None
    answered_by: Literal["stub", "route", "network", "nobody"]
    answer: SentAnswer


class SentRequests(TypedDict):
    requests: list[SentRequest]


class EndedCommand(TypedDict):
    """`status` is what the command of `exec` has ended with."""

    command: str
    status: Count


class CoverageAnswer(TypedDict):
    """`percent` is null where no instance ran, and `failed` names the tests that did not pass. Both lists are filled in
    files: a server knows no test."""

    format: Literal[3]
    percent: float | None
    failed: list[str]
    commands: list[EndedCommand]
    workflows: Object


class Diagnostic(TypedDict):
    code: str
    message: str
    hint: str
    where: str | None
    request_id: str | None
    instance_id: str | None
    at: Timestamp
    count: Count


class Diagnostics(TypedDict):
    diagnostics: list[Diagnostic]


class Clause(TypedDict):
    field: str
    operator: str
    wanted: Json
    seen: Json
    present: bool
    holds: bool
    depth: Count
    joiner: str | None


class Considered(TypedDict):
    index: Count
    target: str
    clauses: list[Clause]
    unconditional: bool
    applies: bool
    holds: bool


class Decision(TypedDict):
    event_id: str
    thread_id: str
    state: str
    trigger: Literal["automatic", "resume"]
    choice: str | None
    considered: list[Considered]
    taken: str | None
    at: Timestamp


class Explanation(TypedDict):
    instance_id: str
    text: str
    decisions: list[Decision]


class StateTestBody(TypedDict):
    """A state of `definition`, or of a `workflow` (of the version named, of the published one, or of the latest). In a
    halting state `input` is the answer, and `choice` the key that is chosen; without both it is left halted."""

    state: str
    definition: NotRequired[Object]
    workflow: NotRequired[str]
    version_id: NotRequired[str]
    input: NotRequired[Object]
    workflow_data: NotRequired[Object]
    choice: NotRequired[str]
    namespace: NotRequired[str]


class TakenTransition(TypedDict):
    index: Count
    target: str
    key: str | None
    description: str | None


class StateError(TypedDict):
    code: str
    message: str
    details: Json


class StateTested(TypedDict):
    """`changes` is what became of `workflow_data`; `halted` is what a person is shown; `forked` has the first state of
    each thread that was started."""

    state: str
    type: Literal["action", "halting", "terminal"]
    outcome: Literal["transition", "halted", "completed", "refused", "failed", "stuck"]
    transition: TakenTransition | None
    considered: list[Considered]
    workflow_data: Object
    changes: Changes
    forked: Texts
    halted: Shown | None
    error: StateError | None
    logs: list[str]
    requests: list[SentRequest]
    diagnostics: list[Diagnostic]
    text: str


class Files(TypedDict):
    files: list[File]


AccountName = Annotated[str, Fact(pattern=r"^[A-Za-z0-9_-]{0,64}$")]


class AccountBody(TypedDict, total=False):
    name: AccountName
    seed: int
    now: str
    frozen: bool
    execution: Literal["inline", "background"]
    rate_limits: bool
    limits: Mapping[str, float]
    variants: Object


class ForkBody(TypedDict, total=False):
    name: AccountName


class MadeAccount(TypedDict):
    name: str
    client_id: str
    client_secret: str
    access_token: str
