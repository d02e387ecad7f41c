"""Who wants to know of what; one event on its way to a subscription, and every attempt that was made."""

from collections import deque
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, get_args

from interactor_emulator import signing
from interactor_emulator.clock import moment, timestamp
from interactor_emulator.jsontext import encode
from interactor_emulator.limits import MINUTE

DELAYS_SECONDS = (30, 2 * 60, 8 * 60, 30 * 60, 2 * 3600)
""" "Retried up to 6 times": at once, and after 30 s, 2 min, 8 min, 30 min and 2 h more."""

ATTEMPTS = len(DELAYS_SECONDS) + 1

_SHOWN = 200  # bytes of an answer that are shown of it

TOLD_TO_FAIL = "X-Interactor-Emulator-Told"
"""The header with which a test's inbox says that it refuses because it was told to."""

Status = Literal["pending", "delivered", "dead", "stopped"]

EventName = Literal[
    "workflow.instance.created",
    "workflow.instance.halted",
    "workflow.instance.resumed",
    "workflow.instance.completed",
    "workflow.instance.failed",
    "workflow.instance.cancelled",
]
EVENTS: tuple[EventName, ...] = get_args(EventName)
"""All events that can be subscribed to, in the order of the document's table."""


@dataclass(frozen=True, slots=True, eq=False)
class Sending:
    """One request as it is about to be sent. `timestamp` is in Unix seconds; `signed` is what is sent as `body`,
    unless something happens to it on the way; `bare` is a signature without its prefix."""

    secret: str = field(repr=False)
    event: str
    delivery_id: str
    retry_count: int
    timestamp: int
    signed: bytes
    body: bytes
    forged: bool = False
    bare: bool = False
    slowly: bool = False

    @property
    def headers(self) -> dict[str, str]:
        """The headers of the document."""
        signature = signing.sign(self.secret, self.signed, self.timestamp)
        if self.forged:
            signature = signing.PREFIX + signature[: len(signing.PREFIX) - 1 : -1]
        if self.bare:
            signature = signature.removeprefix(signing.PREFIX)
        return {
            "Content-Type": "application/json",
            "X-Interactor-Event": self.event,
            "X-Interactor-Signature": signature,
            "X-Interactor-Delivery": self.delivery_id,
            "X-Interactor-Timestamp": str(self.timestamp),
            "X-Interactor-Retry-Count": str(self.retry_count),
        }


@dataclass(slots=True, eq=False)
class Attempt:
    """One request to a receiver and what came of it: a `status` and an `answer`, or an `error` in words.

    `headers` and `body` are what was sent, `answer` the first bytes of the receiver's body. `next` says why there is
    another one, or none; `duration_ms` is on the emulator's clock; `fault` names what a fault rule did to it."""

    at_ms: int
    headers: dict[str, str]
    body: bytes
    status: int | None = None
    answer: bytes = b""
    error: str | None = None
    duration_ms: int = 0
    next: str = ""
    hostile: str | None = None
    final: bool = False  # another try is useless: it was the emulator itself that refused
    raised: bool = False  # an application of this process raised what is the error

    @property
    def at(self) -> datetime:
        """When it was made, on the emulator's clock."""
        return moment(self.at_ms)

    @property
    def fault(self) -> str | None:
        """As the control API names what a fault rule did to it."""
        return self.hostile

    @property
    def acknowledged(self) -> bool:
        """ "Return `2xx` status to acknowledge receipt"."""
        return self.status is not None and 200 <= self.status < 300

    @property
    def said(self) -> str:
        """What came of it in words: what the receiver answered, or why it did not."""
        shown = self.answer[:_SHOWN].decode("utf-8", "replace")
        return self.error or (f"answered {self.status}" + (f": {shown}" if shown else ""))


@dataclass(slots=True, eq=False, repr=False)
class Delivery:
    """An event on its way to a subscription, with every attempt that was made, oldest first.

    `status` is `pending` while it is tried, `delivered`, `dead` (after six attempts, or where nothing lets it out), or
    `stopped` (its subscription was deleted). `data` is the body's member of that name, as it was when the event
    happened.
    """

    # `tries` counts the attempts of the schedule, which a replay leaves alone; `put_off` says that a fault rule has
    # delayed it already.

    id: str
    subscription_id: str
    event: str
    instance_id: str
    at_ms: int
    data: bytes
    status: Status = "pending"
    attempts: list[Attempt] = field(default_factory=list)
    due_ms: int = 0
    tries: int = 0
    put_off: bool = False

    def __repr__(self) -> str:
        tries = f"{len(self.attempts)} attempt{'' if len(self.attempts) == 1 else 's'}"
        return f"<{self.outcome}; {self.event} of {self.instance_id} to {self.subscription_id}, {tries}, {self.id}>"

    @property
    def outcome(self) -> str:
        """What became of it: `delivered`, or the status with what the last attempt came to."""
        if self.status == "delivered" or not self.attempts:
            return self.status
        return f"{self.status}: {self.attempts[-1].said}"

    @property
    def created_at(self) -> datetime:
        """When the event happened, on the emulator's clock."""
        return moment(self.at_ms)

    @property
    def next_attempt_at(self) -> datetime | None:
        """When it is tried next; None when it is over."""
        return moment(self.due_ms) if self.status == "pending" else None

    @property
    def size(self) -> int:
        """Bytes of all bodies that are kept of it."""
        return len(self.data) + sum(len(attempt.body) for attempt in self.attempts)

    @property
    def body(self) -> bytes:
        """The bytes that are sent, the same in every attempt."""
        return body_of(self.event, self.id, self.at_ms, self.data)


@dataclass(slots=True, eq=False)
class Subscription:
    """Who is told of which `events`: what answers at the `url`, or `app`, an ASGI or WSGI application of this process.

    `namespace` lets the events of that one through, None all; `secret` is what deliveries are signed with; `active` is
    False once it was deleted.
    """

    # `reach` are the namespaces whose events may go there, None for all. `waiting` are first attempts in the order of
    # their events, `repeats` further ones that are due. `under_way` is there while somebody makes attempts, and is set
    # when they end. A delivery that a fault rule put behind its successor is `overtaken`.

    id: str
    url: str
    events: tuple[str, ...]
    namespace: str | None
    reach: tuple[str, ...] | None
    secret: str = field(repr=False)
    created_ms: int
    app: Any = None
    active: bool = True
    waiting: deque[Delivery] = field(default_factory=deque, repr=False)
    repeats: deque[Delivery] = field(default_factory=deque, repr=False)
    overtaken: Delivery | None = None
    under_way: "Future[None] | None" = None
    minute_ends_ms: int = 0
    left_in_minute: int = 0

    @property
    def created_at(self) -> datetime:
        """When it was made, on the emulator's clock."""
        return moment(self.created_ms)

    @property
    def namespace_filter(self) -> str | None:
        """As the wire has it."""
        return self.namespace

    def begin_anew(self) -> None:
        """Forget what was to be delivered, and be active."""
        self.waiting.clear()
        self.repeats.clear()
        self.overtaken, self.minute_ends_ms, self.left_in_minute, self.active = None, 0, 0, True

    def wants(self, event: str, namespace: str | None) -> bool:
        """Whether it is to be told of this event, of an instance of this namespace."""
        return event in self.events and (self.reach is None or namespace in self.reach)

    def has_next(self, now_ms: int) -> bool:
        """Whether an attempt may be made now."""
        return bool(self.repeats) or (bool(self.waiting) and (self.left_in_minute > 0 or now_ms >= self.minute_ends_ms))

    def take_next(self, now_ms: int, per_minute: int) -> Delivery | None:
        """The delivery whose turn it is. "1000 events per minute": first attempts count, "the excess waits"."""
        if self.repeats:
            return self.repeats.popleft()
        if not self.has_next(now_ms):
            return None
        if now_ms >= self.minute_ends_ms:
            self.minute_ends_ms, self.left_in_minute = now_ms + MINUTE * 1000, per_minute
        self.left_in_minute -= 1
        return self.waiting.popleft()


def body_of(event: str, delivery_id: str, at_ms: int, data: bytes) -> bytes:
    """A delivery's body: "event", "delivery_id", "timestamp", "data", in this order."""
    head = encode({"event": event, "delivery_id": delivery_id, "timestamp": timestamp(at_ms)})
    return head[:-1].encode() + b',"data":' + data + b"}"
