"""What a snapshot says, as classes: `docs/reference/snapshots.md` names every member. What the account holds in the
same way (an event, a delivery, a client) stands here as it is there.

A document shares with its account what never changes (events, definitions, contents of files), and has copies of what
does, so that it can be written out while the account goes on.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from interactor_emulator.account.tokens import Client, Grant
from interactor_emulator.definition.model import Definition
from interactor_emulator.ids import State
from interactor_emulator.jsontext import Json
from interactor_emulator.state.deliveries import Delivery
from interactor_emulator.state.events import Event, Noticed
from interactor_emulator.state.idempotency import Kept
from interactor_emulator.state.store import File

FORMAT = 1
"""Of the document: one of another is refused."""


@dataclass(slots=True, eq=False)
class Drawn:
    """How far a generator has come: of one that makes ULIDs also the instant and the number of the last, in hexadecimal
    digits, since it has more bits than the numbers of many a reader."""

    words: State
    ms: int = -1
    tail: str = "0"


@dataclass(slots=True, eq=False)
class Timer:
    """Something that falls due; those of one instant in their order."""

    at_ms: int
    kind: str
    subject: str
    detail: str = ""


@dataclass(slots=True, eq=False)
class Version:
    id: str
    created_ms: int
    definition: Definition
    published_ms: int | None = None


@dataclass(slots=True, eq=False)
class Workflow:
    """`published` is the id of the version published last."""

    id: str
    name: str
    created_ms: int
    versions: list[Version]
    published: str | None = None


@dataclass(slots=True, eq=False)
class Instance:
    """What it is (its status, its threads, its data) its events say. `revision` counts them, with those that were
    forgotten."""

    id: str
    version: str
    created_ms: int
    revision: int
    events: list[Event]
    namespace: str | None = None


@dataclass(slots=True, eq=False)
class Subscription:
    """`in_process` is one to an application of the process. The rest are ids of deliveries, in their order."""

    id: str
    url: str
    events: tuple[str, ...]
    secret: str
    created_ms: int
    namespace: str | None = None
    reach: tuple[str, ...] | None = None
    in_process: bool = False
    waiting: list[str] = field(default_factory=list)
    repeats: list[str] = field(default_factory=list)
    overtaken: str | None = None
    minute_ends_ms: int = 0
    left_in_minute: int = 0


@dataclass(slots=True, eq=False)
class Rate:
    """A client's requests of a category in a minute."""

    client_id: str
    category: Literal["read", "write", "creation"]
    starts_ms: int
    limit: int
    used: int


@dataclass(slots=True, eq=False)
class Answer:
    """What a person says when its time has come, to the halt that is the event `halt`."""

    halt: str
    input: Mapping[str, Json]
    chosen: bool = False


@dataclass(slots=True, eq=False)
class Counter:
    name: str
    workflow: str
    count: int


@dataclass(slots=True, eq=False)
class Durations:
    """A histogram: how many were at most so long, bound by bound, and the seconds of all."""

    name: str
    workflow: str
    state: str
    counts: list[int]
    sum: float


@dataclass(slots=True, eq=False)
class Document:
    """An account. `over` and `dead` are ids of deliveries, in the order in which they came to that."""

    now_ms: int
    frozen: bool
    seed: str
    generators: dict[str, Drawn]
    format: int = FORMAT
    written_by: str = ""
    variants: Mapping[str, str] = field(default_factory=dict)
    workflows: list[Workflow] = field(default_factory=list)
    instances: list[Instance] = field(default_factory=list)
    files: list[File] = field(default_factory=list)
    queue: list[Timer] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    idempotency_keys: dict[str, Kept] = field(default_factory=dict)
    subscriptions: list[Subscription] = field(default_factory=list)
    deliveries: list[Delivery] = field(default_factory=list)
    over: list[str] = field(default_factory=list)
    dead: list[str] = field(default_factory=list)
    clients: list[Client] = field(default_factory=list)
    refresh_tokens: dict[str, Grant] = field(default_factory=dict)
    revoked_tokens: dict[str, int] = field(default_factory=dict)
    rates: list[Rate] = field(default_factory=list)
    notices: list[Noticed] = field(default_factory=list)
    counters: list[Counter] = field(default_factory=list)
    durations: list[Durations] = field(default_factory=list)
