"""The clock of one account, and its queue of what is due.

All time passes through here; nothing else sleeps, waits or asks for the time. A clock runs with the wall clock, or
stands (frozen); it can be advanced, and never moves backwards. Instants are Unix milliseconds (int).
"""

import heapq
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache


@dataclass(slots=True, order=True)
class Due:
    """Something that becomes due: data, not a callback, so that the queue can be read, copied and stored."""

    at_ms: int
    order: int  # settles instants that are equal: first asked, first fired
    kind: str = field(compare=False)
    subject: str = field(compare=False)
    detail: str = field(default="", compare=False)
    cancelled: bool = field(default=False, compare=False)


class Clock:
    """One account's time. `now_ms` is where it starts (the wall clock's time when left out).

    `changed` is called when something becomes due earlier than what was next, or the clock starts to run: a server that
    waits for it must wait anew.
    """

    def __init__(
        self, now_ms: int | None = None, *, frozen: bool = False, changed: Callable[[], None] = lambda: None
    ) -> None:
        self._reading_ms = wall_ms() if now_ms is None else now_ms
        self._read_at_ns = time.monotonic_ns()
        self.frozen: bool = frozen
        self._changed = changed
        self._queue: list[Due] = []
        self._order = 0
        self._cancelled = 0

    @property
    def now_ms(self) -> int:
        """Where it stands, or has run to: no further than to the end of the year 9999."""
        if self.frozen:
            return self._reading_ms
        return min(self._reading_ms + (time.monotonic_ns() - self._read_at_ns) // 1_000_000, LAST_MS)

    def freeze(self) -> None:
        """Stand where it is."""
        self._reading_ms = self.now_ms
        self.frozen = True

    def unfreeze(self) -> None:
        """Run with the wall clock from where it is."""
        self._set(self._reading_ms if self.frozen else self.now_ms)
        self.frozen = False
        self._changed()

    def move_to(self, instant_ms: int) -> None:
        """Be at this instant; one that has passed changes nothing."""
        if instant_ms > self.now_ms:
            self._set(instant_ms)
            self._changed()

    def _set(self, instant_ms: int) -> None:
        self._reading_ms = instant_ms
        self._read_at_ns = time.monotonic_ns()

    def call_at(self, at_ms: int, kind: str, subject: str, detail: str = "") -> Due:
        """Put something into the queue; an instant that has passed is due at once."""
        self._order += 1
        due = Due(at_ms, self._order, kind, subject, detail)
        heapq.heappush(self._queue, due)
        if self._queue[0] is due:
            self._changed()
        return due

    def cancel(self, due: Due) -> None:
        """Take it out again. It stays in the heap, marked, until half of the heap is marked."""
        if due.cancelled:
            return
        due.cancelled = True
        self._cancelled += 1
        if self._cancelled * 2 > len(self._queue) > 64:
            self._queue = [each for each in self._queue if not each.cancelled]
            heapq.heapify(self._queue)
            self._cancelled = 0

    @property
    def next_due_ms(self) -> int | None:
        """When the next thing is due, if anything is."""
        due = self.next_due
        return None if due is None else due.at_ms

    @property
    def next_due(self) -> Due | None:
        """The next thing that is due, which stays where it is."""
        while self._queue and self._queue[0].cancelled:
            heapq.heappop(self._queue)
            self._cancelled -= 1
        return self._queue[0] if self._queue else None

    @property
    def is_due(self) -> bool:
        """Whether a running clock has passed something that is due."""
        return bool(self._queue) and (next_ms := self.next_due_ms) is not None and next_ms <= self.now_ms

    @property
    def queue(self) -> list[Due]:
        """All that will fall due, in its order."""
        return sorted(each for each in self._queue if not each.cancelled)

    def soonest(self, most: int) -> list[Due]:
        """The first of all that will fall due, in its order: a look at a long queue costs little."""
        return heapq.nsmallest(most, (each for each in self._queue if not each.cancelled))

    def take_due(self, until_ms: int) -> Due | None:
        """The next thing due by then, taken out of the queue, with the clock at its instant."""
        at_ms = self.next_due_ms
        if at_ms is None or at_ms > until_ms:
            return None
        due = heapq.heappop(self._queue)
        due.cancelled = True  # a later cancel must not count it
        self.move_to(due.at_ms)
        return due


FIRST_MS = -62_135_596_800_000
"""0001-01-01T00:00:00Z: the first second that the wire's timestamps can name."""

LAST_MS = 253_402_300_799_000
"""9999-12-31T23:59:59Z: the last one."""


def wall_ms() -> int:
    """The wall clock's time."""
    return time.time_ns() // 1_000_000


def pause(seconds: float) -> None:
    """Let wall time pass: for what must really be slow, and nothing else."""
    time.sleep(seconds)


async def pause_async(seconds: float) -> None:
    """The same without blocking the event loop."""
    import asyncio

    await asyncio.sleep(seconds)


def timestamp(instant_ms: int) -> str:
    """As the wire has it: UTC, whole seconds, `2026-01-20T12:00:00Z`; what lies beyond the ends of time, at its end."""
    return _second((instant_ms if FIRST_MS <= instant_ms <= LAST_MS else _nameable(instant_ms)) // 1000)


# A frozen clock has one second, and a running one asks for the last few again and again.
@lru_cache(maxsize=4096)
def _second(instant_seconds: int) -> str:
    return f"{datetime.fromtimestamp(instant_seconds, UTC):%Y-%m-%dT%H:%M:%SZ}".rjust(20, "0")


def moment(instant_ms: int) -> datetime:
    """As Python has it, in UTC."""
    return datetime.fromtimestamp(_nameable(instant_ms) / 1000, UTC)


def _nameable(instant_ms: int) -> int:
    return max(FIRST_MS, min(instant_ms, LAST_MS))


def parse_timestamp(text: str) -> int:
    """The instant of an ISO 8601 text, UTC when it names no zone; raises ValueError."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    instant_ms = round(moment.timestamp() * 1000)
    if not FIRST_MS <= instant_ms < LAST_MS + 1000:
        raise ValueError("a time from the year 1 to the year 9999 is meant")
    return instant_ms
