"""The latest of all that happens in one account, for whoever follows it: what the journal has of every instance, and
beside it requests, deliveries, the clock, what is published.

Nothing is written out before somebody asks for it, and then once for all who do. Who does not read is waited for by
nobody: it finds its place again as long as that is kept, and is told how much it has missed.
"""

from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Lock
from typing import NamedTuple

from interactor_emulator import bounds
from interactor_emulator.clock import wall_ms

from .events import Event


@dataclass(slots=True, eq=False)
class Happening:
    """What is no event of the journal. `at_ms` is the account's time; `instance_id` is empty where no instance is
    concerned."""

    at_ms: int
    instance_id: str = field(default="", kw_only=True)


@dataclass(slots=True, eq=False)
class Answered(Happening):
    """A request and its answer; `code` is that of an error. `began` and `ended` are seconds of a clock that counts
    from anywhere."""

    request_id: str
    method: str
    path: str
    status: int
    code: str | None
    began: float
    ended: float

    @property
    def duration_ms(self) -> float:
        """Wall time."""
        return round((self.ended - self.began) * 1000, 1)


@dataclass(slots=True, eq=False)
class Attempted(Happening):
    """One attempt to deliver a webhook, the `attempt`-th of its delivery, and what came of it: a `status` and an
    `answer`, or an `error`. `next` says why there is another one, or none; `delivery_status` what the delivery is
    now."""

    delivery_id: str
    subscription_id: str
    event: str
    url: str
    attempt: int
    status: int | None
    answer: str
    error: str | None
    duration_ms: int
    fault: str | None
    next: str
    delivery_status: str


@dataclass(slots=True, eq=False)
class Timed(Happening):
    """The clock was moved, stopped or let run: where it is now."""

    frozen: bool


@dataclass(slots=True, eq=False)
class Published(Happening):
    """New instances of a workflow run this version from now on."""

    workflow: str
    version_id: str


@dataclass(slots=True, eq=False)
class Emptied(Happening):
    """The account was reset: of what was told before nothing is left."""


Kept = Event | Happening | bytes
Write = Callable[[str, Event | Happening], bytes]
"""Writes a happening out under its id: what a follower is sent; nothing for what nobody is told of."""


class Passage(NamedTuple):
    """What a follower is sent next: how many happenings it has missed before that (None: nobody knows), what is
    written out, and its place after it."""

    missed: int | None
    frames: list[bytes]
    place: int


class Happenings:
    """The latest happenings, in order. A place is how many there were before it; `id_of` a place outlives a
    connection, and is of no other account and of no other run of the server."""

    def __init__(self, write: Write) -> None:
        self._write = write
        self._lock = Lock()  # the account's is held for longer, and not by all who notice something
        self._kept: deque[Kept] = deque(maxlen=bounds.HAPPENINGS.most)
        self._waiting: list[Callable[[], None]] = []
        self._mark = ""
        self.followers = 0
        self.count: int = 0
        self.ended: int = 0  # how often: a program may host its account again

    def add(self, happening: Event | Happening) -> None:
        """Keep one more, and wake who waits for it."""
        with self._lock:
            self._kept.append(happening)
            self.count += 1
        if self._waiting:
            self._wake()

    def wait(self, place: int, wake: Callable[[], None]) -> None:
        """Call `wake` once, from any thread, when there is something after this place."""
        self._waiting.append(wake)
        if self.count > place:  # it came in between, and may have woken all the others by now
            wake()

    def forget(self, wake: Callable[[], None]) -> None:
        """It need not be woken any more."""
        with suppress(ValueError):
            self._waiting.remove(wake)

    def end(self) -> None:
        """Nothing more happens here: who waits is woken, and finds that it is over."""
        self.ended += 1
        self._mark = ""
        self._wake()

    def _wake(self) -> None:
        waiting, self._waiting = self._waiting, []
        for wake in waiting:
            wake()

    @property
    def mark(self) -> str:
        """What the ids of this run begin with; another one once it has ended."""
        if not self._mark:
            self._mark = f"{wall_ms():x}-{self.ended}"
        return self._mark

    def id_of(self, place: int) -> str:
        """What is told of a place, for whoever comes back to it."""
        return f"{self.mark}.{place}"

    def place_of(self, id_: str) -> int | None:
        """The place that an id names; None for that of another run, or no id at all."""
        mark, _, place = id_.partition(".")
        if mark != self.mark or not (place.isascii() and place.isdigit()) or len(place) > len(str(self.count)):
            return None
        return int(place) if int(place) <= self.count else None

    @property
    def first(self) -> int:
        """The place before all that is kept."""
        return self.count - len(self._kept)

    def after(self, place: int | None, most: int) -> Passage:
        """What comes after a place, None being nowhere: at most so many happenings."""
        with self._lock:
            begin = self.first if place is None else max(place, self.first)
            end = min(begin + most, self.count)
            frames = [self._frame(each) for each in range(begin, end)]
        return Passage(None if place is None else begin - place, frames, end)

    def _frame(self, place: int) -> bytes:
        """Written out when it is asked for first; what it was made of need not be kept then."""
        at = place - self.count
        kept = self._kept[at]
        if not isinstance(kept, bytes):
            kept = self._kept[at] = self._write(self.id_of(place + 1), kept)
        return kept

    def emptied(self) -> None:
        """The account is about to be emptied. What a follower may still ask for is written out while it can be."""
        with self._lock:
            if self._mark:
                for place in range(self.first, self.count):
                    self._frame(place)
            else:
                self._kept.clear()
