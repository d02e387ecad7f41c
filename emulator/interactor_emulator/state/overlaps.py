"""Requests that overlap: resumes of one thread, of which one acts, and requests that a test holds back.

"Same instance, same input: second request returns same result"; "different input: first request wins, second gets
`409 Conflict`"; other threads are not held up. *Overlapping* means that the second arrived while the first was being
processed.
"""

from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from threading import Condition
from threading import Thread as SystemThread
from typing import Literal

from interactor_emulator.jsontext import Json, equal

from .instance import Instance, Thread


@dataclass(slots=True, eq=False)
class PendingResume:
    """A resume that is being processed: `state` is the halting state that it answers; `shown` that the instance showed
    it. `acted` is whether it changed anything, known once it is `over`; if it has not, `follower` is the one that came
    next, of those that waited behind it."""

    thread: Thread
    state: str
    input: Mapping[str, Json]
    choice: str | None
    shown: bool = False
    acted: bool = False
    follower: "PendingResume | None" = None
    _ended: bool = False
    _over: "Future[None] | None" = None

    @property
    def over(self) -> "Future[None]":
        """Done when it has been processed; made for the first who waits, since hardly anybody does."""
        if self._over is None:
            self._over = Future()
            if self._ended:
                self._over.set_result(None)
        return self._over

    def end(self) -> None:
        """Let whoever waits behind it go on: it has been processed."""
        self._ended = True
        if self._over is not None:
            self._over.set_result(None)

    def asks_the_same(self, input_: Mapping[str, Json], choice: str | None) -> bool:
        return self.choice == choice and equal(self.input, input_)


class Overlaps:
    """The resumes that are being processed in one account."""

    def __init__(self) -> None:
        self._attempts: dict[str, dict[str, PendingResume]] = {}

    def ahead(self, instance: Instance, thread_id: str | None) -> PendingResume | None:
        """The resume that is being processed of this thread; without a name, of the one that the instance shows, or
        showed when its resume came."""
        attempts = self._attempts.get(instance.id, {})
        shown = instance.halted_thread
        wanted = shown.id if thread_id is None and shown is not None else thread_id
        if wanted is not None:
            return attempts.get(wanted)
        return next((each for each in attempts.values() if each.shown), None)

    def begin(self, instance: Instance, attempt: PendingResume) -> None:
        """It was accepted, and is about to act."""
        self._attempts.setdefault(instance.id, {})[attempt.thread.id] = attempt

    def end(self, instance: Instance, attempt: PendingResume) -> None:
        """It has been processed: those behind it may go on."""
        attempts = self._attempts[instance.id]
        del attempts[attempt.thread.id]
        if not attempts:
            del self._attempts[instance.id]
        attempt.end()


Holdable = Literal["create", "resume", "cancel"]


class Hold:
    """Requests of one kind that stop, of one instance or of any (None). `holder` is the thread that lets them go, if
    it is one thread that does."""

    def __init__(self, operation: Holdable, instance_id: str | None, holder: SystemThread | None = None) -> None:
        self.operation = operation
        self.instance_id = instance_id
        self.holder = holder
        self.over: bool = False
        self._held: list[Future[None]] = []
        self._changed = Condition()

    def matches(self, operation: Holdable, instance_id: str | None) -> bool:
        return self.operation == operation and self.instance_id in (None, instance_id)

    def add(self) -> "Future[None]":
        """One more is held; what is returned is done when it may go on."""
        with self._changed:
            self._held.append(Future())
            self._changed.notify_all()
            return self._held[-1]

    def leave(self, waiting: "Future[None]") -> None:
        """It waits no more, though nobody has let it go."""
        with self._changed:
            if waiting in self._held:
                self._held.remove(waiting)

    @property
    def held(self) -> int:
        """How many requests wait."""
        return len(self._held)

    def wait_for(self, count: int, timeout: float) -> bool:
        """Wait until as many are held, at most `timeout` seconds of wall time; whether they are."""
        with self._changed:
            return self._changed.wait_for(lambda: len(self._held) >= count or self.over, timeout) and not self.over

    def release(self) -> int:
        """Hold nothing more, and let those that wait go on in the order of their arrival; how many there were."""
        with self._changed:
            held, self._held, self.over = self._held, [], True
            self._changed.notify_all()
        for future in held:
            future.set_result(None)
        return len(held)


class Holds:
    """What is held in one account. A request that several holds match is held by the first."""

    def __init__(self) -> None:
        self._holds: list[Hold] = []

    def hold(self, operation: Holdable, instance_id: str | None, holder: SystemThread | None = None) -> Hold:
        """Hold requests of this kind from now on; None means those of any instance."""
        self._holds = [each for each in self._holds if not each.over]
        self._holds.append(Hold(operation, instance_id, holder))
        return self._holds[-1]

    def matching(self, operation: Holdable, instance_id: str | None) -> Hold | None:
        """The hold that stops such a request, if one does."""
        return next((each for each in self._holds if not each.over and each.matches(operation, instance_id)), None)

    @property
    def held(self) -> int:
        """How many requests wait."""
        return sum(each.held for each in self._holds)

    def release(self) -> int:
        """Hold nothing more, and let those that wait go on in the order of their arrival; how many there were."""
        holds, self._holds = self._holds, []
        return sum(each.release() for each in holds)
