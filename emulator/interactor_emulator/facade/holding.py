"""Requests that a test holds back, so that they overlap exactly as it wants."""

from threading import current_thread
from types import TracebackType
from typing import get_args

from interactor_emulator.state.overlaps import Hold, Holdable

from .access import Access


class Held:
    """A context manager: requests of one kind stop after they were accepted and before they act, until it ends.

    They wait in the threads that sent them. A call of the thread that holds them would wait for itself, and raises
    WaitsForItself, a RuntimeError, at once: requests to be held come from other threads, over HTTP, or from `aio`.
    """

    def __init__(self, access: Access, operation: Holdable, instance_id: str | None) -> None:
        if operation not in get_args(Holdable):
            raise ValueError(f"hold takes {', '.join(get_args(Holdable))}, not {operation!r}")
        self._access = access
        self._operation: Holdable = operation
        holder = current_thread()
        self._hold: Hold = access.read(lambda account: account.holds.hold(operation, instance_id, holder))

    def __repr__(self) -> str:
        return f"<{self.held} held of {self._operation}>"

    @property
    def held(self) -> int:
        """How many requests wait now."""
        return self._hold.held

    def wait_for(self, count: int = 1, timeout: float = 5) -> "Held":
        """Return when `count` requests wait or more; raises AssertionError after `timeout` seconds of wall time, or
        when the hold is over."""
        if not self._hold.wait_for(count, timeout):
            why = "the hold is over" if self._hold.over else f"{self.held} waited after {timeout} s"
            raise AssertionError(f"expected {count} requests of {self._operation} to be held, but {why}")
        return self

    def release(self) -> int:
        """Hold nothing more: those that wait go on in the order of their arrival; returns how many there were."""
        return self._access.read(lambda _account: self._hold.release())

    def __enter__(self) -> "Held":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.release()
