"""The children of a pool as the system shows them: processes, seen from outside."""

import errno
import os
import resource
from collections.abc import Callable
from pathlib import Path

Children = Callable[[], list[int]]
"""The processes that the test has started by now, without those that were there before it."""

HELD_BYTES = 8_000_000
HANG_VISIBLY = f"const held = new ArrayBuffer({HELD_BYTES}); for (;;);"
"""A script without end, of which the system shows when it has begun: its process is then so much larger."""


def children_of(parent: int) -> list[int]:
    found = []
    for name in filter(str.isdecimal, os.listdir("/proc")):
        try:
            stat = Path("/proc", name, "stat").read_text()
        except (FileNotFoundError, ProcessLookupError):  # it has ended since the list was made
            continue
        # The program's name stands in brackets and may hold anything; the parent is the second field after it.
        if int(stat.rpartition(")")[2].split()[1]) == parent:
            found.append(int(name))
    return found


def is_gone(process_id: int) -> bool:
    """Ended and waited for: nothing of it is left."""
    try:
        os.kill(process_id, 0)
    except OSError as error:
        return error.errno == errno.ESRCH
    return False


def beginning(process_id: int) -> Callable[[], bool]:
    """To be asked of an idle child: tells from then on whether it has begun with HANG_VISIBLY."""
    idle = _address_space(process_id)
    return lambda: _address_space(process_id) > idle + HELD_BYTES // 2


def _address_space(process_id: int) -> int:
    return int(Path(f"/proc/{process_id}/statm").read_text().split()[0]) * resource.getpagesize()


def open_sockets() -> set[str]:
    """The sockets of this process, each by the number the system gives it."""
    targets = set()
    for name in os.listdir("/proc/self/fd"):
        try:
            targets.add(os.readlink(f"/proc/self/fd/{name}"))
        except FileNotFoundError:  # what the list itself was read with
            continue
    return {target for target in targets if target.startswith("socket:")}
