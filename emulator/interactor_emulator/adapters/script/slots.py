"""Who may use which child: handed out one call each, to threads and event loops alike."""

import asyncio
import threading
from collections import deque
from concurrent.futures import Future

from interactor_emulator.adapters import forks

from .child import Child

Ticket = Future[Child]

# A pool that has run so many scripts will run more: from then on two children take turns, so that one prepares its
# next sandbox while the other runs a script. (Measured: twice the scripts a second, for 13 MB.)
_CALLS_BEFORE_TURNS = 16


class PoolClosedError(RuntimeError):
    """The pool was closed while a call waited for its turn."""


class Slots:
    """A number of places with a child each, most of them not started; whoever finds none free waits in line.

    A call that has run for `patience_seconds` holds up nobody: when somebody waits, a fresh child takes the place of
    its own, while there are fewer than `most` of them. A child that has lost its place is ended after that call.
    """

    def __init__(self, number: int, most: int, patience_seconds: float) -> None:
        self._number = number
        self._most = most
        self._patience_seconds = patience_seconds
        self._begin()
        forks.renew_after(self)

    def _begin(self) -> None:
        self._lock = threading.Lock()
        self._places = [Child() for _ in range(self._number)]
        self._free = list(self._places)
        # Those whose calls go on, but whose places others have.
        self._displaced: set[Child] = set()
        # Children handed out before the last `close`, which their users end themselves.
        self._outdated: set[Child] = set()
        self._waiting: deque[Ticket] = deque()
        self._calls = 0

    def renew(self) -> None:
        """Begin anew in a process that was forked off: the children are the other's, and who waited is not here."""
        inherited = [*self._places, *self._displaced]
        self._begin()
        for child in inherited:
            child.let_go()

    @property
    def takes_turns(self) -> bool:
        """Whether this is the moment to start a second child."""
        return self._calls == _CALLS_BEFORE_TURNS

    def take_free(self) -> Child | None:
        """A child that nobody uses, if there is one."""
        with self._lock:
            return self._free.pop() if self._free else None

    def take(self) -> Child:
        """Wait, blocking, for a child."""
        free = self.take_free()
        if free is not None:
            return free
        ticket = self._queue()
        try:
            while True:
                try:
                    return ticket.result(self._displace())
                except TimeoutError:
                    continue
        except BaseException:
            self._leave(ticket)
            raise

    async def take_async(self) -> Child:
        """Wait for a child; a wait that is cancelled takes none."""
        free = self.take_free()
        if free is not None:
            return free
        ticket = self._queue()
        try:
            turn = asyncio.wrap_future(ticket)
            while not turn.done():
                await asyncio.wait([turn], timeout=self._displace())
            return turn.result()
        except BaseException:
            self._leave(ticket)
            raise

    def give_back(self, child: Child) -> None:
        """Hand the child to whoever waits longest, or keep it for the next call; end it when its place is taken."""
        with self._lock:
            if child not in self._displaced:
                self._put_back(child)
                return
        child.end()
        with self._lock:
            self._displaced.discard(child)

    def close(self) -> None:
        """End all children and turn away who waits; the slots stay usable."""
        with self._lock:
            waiting, self._waiting = self._waiting, deque()
            for child in self._free:
                child.end()
            busy = self._busy()
            self._outdated.update(busy)
            for child in [*busy, *self._displaced]:
                child.interrupt()
        for ticket in waiting:
            if ticket.set_running_or_notify_cancel():
                ticket.set_exception(
                    PoolClosedError("The script pool was closed while this script waited for its turn")
                )

    def _put_back(self, child: Child) -> None:
        """The child used last is used next, so that a few scripts start one child; later two take turns."""
        if child in self._outdated:
            self._outdated.remove(child)
            child.end()
        ticket = self._next()
        if ticket is not None:
            ticket.set_result(child)
            return
        self._calls += 1
        if self._calls < _CALLS_BEFORE_TURNS:
            self._free.append(child)
        else:
            self._free.insert(max(0, len(self._free) - 1), child)

    def _displace(self) -> float:
        """Give places of calls that run long to those who wait; the seconds after which to look again."""
        with self._lock:
            while len(self._places) + len(self._displaced) < self._most:
                longest = max(self._busy(), key=lambda child: child.busy_seconds, default=None)
                if longest is None:
                    break
                # The more of them there are, the less there is to wait for each.
                patience = self._patience_seconds * self._number / (self._number + len(self._displaced))
                left = patience - longest.busy_seconds
                if left > 0:
                    return left
                ticket = self._next()
                if ticket is None:
                    break
                ticket.set_result(self._in_place_of(longest))
            return self._patience_seconds

    def _in_place_of(self, child: Child) -> Child:
        fresh = Child()
        self._places[self._places.index(child)] = fresh
        self._outdated.discard(child)
        self._displaced.add(child)
        child.step_back()
        return fresh

    def _busy(self) -> list[Child]:
        return [child for child in self._places if child not in self._free]

    def _next(self) -> Ticket | None:
        """The turn of whoever waits longest."""
        while self._waiting:
            ticket = self._waiting.popleft()
            if ticket.set_running_or_notify_cancel():
                return ticket
        return None

    def _queue(self) -> Ticket:
        with self._lock:
            ticket: Ticket = Future()
            if self._free:
                ticket.set_result(self._free.pop())
            else:
                self._waiting.append(ticket)
            return ticket

    def _leave(self, ticket: Ticket) -> None:
        """Wait no longer; a child that was handed over in the same moment is given back."""
        if not ticket.cancel() and ticket.exception() is None:
            self.give_back(ticket.result())
