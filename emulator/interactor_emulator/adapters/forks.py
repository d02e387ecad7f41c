"""A fork copies the memory and one thread of this process: nobody goes on there with what other threads were at.

What they hold would be held for good. So an account is copied between two of its steps, never in the midst of one; and
what belongs to one process alone (children, sockets, who waits for them) is made anew.
"""

import os
from threading import Lock, RLock
from typing import Protocol
from weakref import WeakSet

# A step takes milliseconds. One that takes longer (inferred) may itself wait for the thread that forks.
STEP_SECONDS = 2.0


class Guarded(Protocol):
    """What is whole while nobody holds its lock."""

    lock: RLock


class Renewable(Protocol):
    """What begins anew in another process."""

    def renew(self) -> None:
        """Called in the process that was forked off, while it has one thread."""


_guarded: WeakSet[Guarded] = WeakSet()
_renewable: WeakSet[Renewable] = WeakSet()
_held: list[Guarded] = []
# Forks take turns: held from just before one until just after it.
_forking = Lock()


def guard(each: Guarded) -> None:
    """Let forks wait until nobody holds the lock of this."""
    _guarded.add(each)


def renew_after(each: Renewable) -> None:
    """Let this be made anew in every process that is forked off."""
    _renewable.add(each)


def _all_guarded() -> list[Guarded]:
    while True:
        try:
            return list(_guarded)
        except RuntimeError:  # another thread has added one meanwhile
            continue


def _before() -> None:
    _forking.acquire()
    _held.extend(each for each in _all_guarded() if each.lock.acquire(timeout=STEP_SECONDS))


def _let_go() -> None:
    for each in _held:
        each.lock.release()
    _held.clear()
    _forking.release()


def _in_child() -> None:
    for each in _guarded:
        if each not in _held:
            each.lock = RLock()
    for renewable in _renewable:
        renewable.renew()
    _let_go()


if hasattr(os, "register_at_fork"):  # elsewhere nothing is forked
    os.register_at_fork(before=_before, after_in_parent=_let_go, after_in_child=_in_child)
