"""The pool that all emulators of this process share: starting a child takes longer than most tests."""

import sys
from threading import Lock

from interactor_emulator.adapters import forks

from .pool import ScriptPool

# The child's own alarm, its limits, and how it is spoken to.
_ON_WINDOWS = (
    "the emulator does not run on Windows: what keeps scripts from running for ever, and from all memory, is POSIX's; "
    "run it in WSL or in its container, as docs/how-to/install.md shows"
)


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
    """The process's script pool; nothing is started before its first script. Raises OSError on Windows."""
    if sys.platform == "win32":
        raise OSError(_ON_WINDOWS)
    with _shared.lock:
        if _shared.pool is None:
            _shared.pool = ScriptPool()
        return _shared.pool


def close_shared_pool() -> None:
    """End the children; the next script starts anew."""
    with _shared.lock:
        if _shared.pool is not None:
            _shared.pool.close()
