"""The pool that all emulators of this process share: starting a child takes longer than most tests."""

from threading import Lock

from .pool import ScriptPool


class _Shared:
    lock = Lock()
    pool: ScriptPool | None = None


def shared_pool() -> ScriptPool:
    """The process's script pool; nothing is started before its first script."""
    with _Shared.lock:
        if _Shared.pool is None:
            _Shared.pool = ScriptPool()
        return _Shared.pool


def close_shared_pool() -> None:
    """End the children; the next script starts anew."""
    with _Shared.lock:
        if _Shared.pool is not None:
            _Shared.pool.close()
