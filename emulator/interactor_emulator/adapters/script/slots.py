"""Who may use which child: handed out one call each, to threads and event loops alike."""

import asyncio
import threading
from collections import deque
from concurrent.futures import Future

from .child import Child

Ticket = Future[Child]

# A pool that has run so many scripts will run more: from then on two children take turns, so that one prepares its
# next sandbox while the other runs a script. (Measured: twice the scripts a second, for 13 MB.)
_CALLS_BEFORE_TURNS = 16


class PoolClosedError(RuntimeError):
    """The pool was closed while a call waited for its turn."""


class Slots:
    """A fixed number of children, most of them not started; whoever finds none free waits in line."""

    def __init__(self, number: int) -> None:
        self._lock = threading.Lock()
        self._all = [Child() for _ in range(number)]
        self._free = list(self._all)
        self._waiting: deque[Ticket] = deque()
        self._calls = 0
        # Children handed out before the last `close`, which their users end themselves.
        self._outdated: set[Child] = set()

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
        return self._queue().result() if free is None else free

    async def take_async(self) -> Child:
        """Wait for a child; a wait that is cancelled takes none."""
        free = self.take_free()
        if free is not None:
            return free
        ticket = self._queue()
        try:
            return await asyncio.wrap_future(ticket)
        except BaseException:
            # The child may have been handed over in the same moment.
            if not ticket.cancel():
                self.give_back(ticket.result())
            raise

    def give_back(self, child: Child) -> None:
        """Hand the child to whoever waits longest, or keep it for the next call."""
        with self._lock:
            if child in self._outdated:
                self._outdated.remove(child)
                child.end()
            while self._waiting:
                ticket = self._waiting.popleft()
                if ticket.set_running_or_notify_cancel():
                    ticket.set_result(child)
                    return
            self._put_back(child)

    def _put_back(self, child: Child) -> None:
        """The child used last is used next, so that a few scripts start one child; later two take turns."""
        self._calls += 1
        if self._calls < _CALLS_BEFORE_TURNS:
            self._free.append(child)
        else:
            self._free.insert(max(0, len(self._free) - 1), child)

    def close(self) -> None:
        """End all children and turn away who waits; the slots stay usable."""
        with self._lock:
            waiting, self._waiting = self._waiting, deque()
            for child in self._free:
                child.end()
            busy = [child for child in self._all if child not in self._free]
            self._outdated.update(busy)
            for child in busy:
                child.interrupt()
        for ticket in waiting:
            if ticket.set_running_or_notify_cancel():
                ticket.set_exception(
                    PoolClosedError("The script pool was closed while this script waited for its turn")
                )

    def _queue(self) -> Ticket:
        with self._lock:
            ticket: Ticket = Future()
            if self._free:
                ticket.set_result(self._free.pop())
            else:
                self._waiting.append(ticket)
            return ticket
