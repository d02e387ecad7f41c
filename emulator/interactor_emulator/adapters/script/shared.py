"""The pool that all emulators of this process share: starting a child takes longer than most tests."""

from threading import Lock

from interactor_emulator.adapters import forks

from .pool import ScriptPool


class _Shared:
    def __init__(self) -> None:
        self.pool: ScriptPool | None = None
        self.renew()
        forks.renew_after(self)

    def renew(self) -> None:
        """In a process that was forked off, whoever held the lock is not there."""
        self.lock = Lock()


_shared = _Shared()


def shared_pool() -> ScriptPool:
    """The process's script pool; nothing is started before its first script."""
    with _shared.lock:
        if _shared.pool is None:
            _shared.pool = ScriptPool()
        return _shared.pool


def close_shared_pool() -> None:
    """End the children; the next script starts anew."""
    with _shared.lock:
        if _shared.pool is not None:
            _shared.pool.close()
