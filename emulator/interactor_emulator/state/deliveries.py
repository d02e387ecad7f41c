"""One event on its way to one subscription, and every attempt that was made."""

from dataclasses import dataclass, field
from typing import Literal

from interactor_emulator.clock import timestamp
from interactor_emulator.jsontext import encode

DELAYS_SECONDS = (30, 2 * 60, 8 * 60, 30 * 60, 2 * 3600)
""" "Retried up to 6 times": at once, and after 30 s, 2 min, 8 min, 30 min and 2 h more."""

ATTEMPTS = len(DELAYS_SECONDS) + 1

Status = Literal["pending", "delivered", "dead", "stopped"]


@dataclass(slots=True)
class Attempt:
    """One request and what came of it: a `status` and an `answer`, or an `error`. `next` says why there is another
    one, or none; `duration_ms` is on the emulator's clock; `hostile` names what a fault rule did to it."""

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

    @property
    def acknowledged(self) -> bool:
        """ "Return `2xx` status to acknowledge receipt"."""
        return self.status is not None and 200 <= self.status < 300


@dataclass(slots=True, eq=False)
class Delivery:
    """An event for a subscription. `data` is the body's member of that name, as it was when the event happened.

    `tries` counts the attempts of the schedule, which a replay leaves alone; `put_off` says that a fault rule has
    delayed it already.
    """

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

    @property
    def body(self) -> bytes:
        """The bytes that are sent, the same in every attempt."""
        return body_of(self.event, self.id, self.at_ms, self.data)


def body_of(event: str, delivery_id: str, at_ms: int, data: bytes) -> bytes:
    """A delivery's body: "event", "delivery_id", "timestamp", "data", in this order."""
    head = encode({"event": event, "delivery_id": delivery_id, "timestamp": timestamp(at_ms)})
    return head[:-1].encode() + b',"data":' + data + b"}"
