"""Several pieces of code are parsed in one exchange; one that the child cannot cope with spoils no other verdict."""

import asyncio
import os
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from interactor_emulator.adapters.script.pool import Faults, PoolClosedError, ScriptPool

Check = Callable[[ScriptPool, list[str]], Faults]

# The engine takes a second or so for this many names in one block, and less than its limit.
SLOW = "".join(f"let a{number};" for number in range(12_000))
# Larger than the memory that the engine may use, however little there is to parse.
HUGE = f"/* {'x' * 12_000_000} */"


def blocking(pool: ScriptPool, codes: list[str]) -> Faults:
    return pool.check(codes)


def awaiting(pool: ScriptPool, codes: list[str]) -> Faults:
    return asyncio.run(pool.check_async(codes))


def children() -> set[int]:
    """The processes that this one has started and not yet waited for."""
    listed = (path.read_text() for path in Path("/proc/self/task").glob("*/children"))
    return {int(number) for line in listed for number in line.split()}


def worked(process_id: int) -> int:
    """The processor time that a process has taken, in the system's ticks of 10 ms."""
    return int(Path(f"/proc/{process_id}/stat").read_text().rsplit(")", 1)[1].split()[11])


@pytest.mark.parametrize("check", [blocking, awaiting])
def test_code_that_does_not_fit_the_engine_is_a_fault_of_its_own(own_pool: ScriptPool, check: Check) -> None:
    faults = check(own_pool, ["return 1", HUGE, "}", "return 2"])
    assert [fault is None for fault in faults] == [True, False, False, True]
    assert faults[1] is not None
    assert faults[1].message == "SyntaxError: the code is too large or too deeply nested to be parsed"
    assert check(own_pool, ["return 3"]) == [None]


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks into /proc for the child")
@pytest.mark.parametrize("check", [blocking, awaiting])
def test_each_is_judged_alone_when_the_child_has_died_over_all_of_them(own_pool: ScriptPool, check: Check) -> None:
    before = children()
    with ThreadPoolExecutor(1) as thread:
        checking = thread.submit(check, own_pool, [SLOW, "return 1", "}", "return 2"])
        killed = False
        while not killed and not checking.done():
            for process_id in children() - before:
                if worked(process_id) > 20:
                    os.kill(process_id, signal.SIGKILL)
                    killed = True
        faults = checking.result()
    assert killed
    assert [fault is None for fault in faults] == [True, True, False, True]


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks into /proc for the child")
@pytest.mark.parametrize("check", [blocking, awaiting])
def test_a_close_breaks_a_check_off_and_is_no_verdict(own_pool: ScriptPool, check: Check) -> None:
    before = children()
    with ThreadPoolExecutor(1) as thread:
        checking = thread.submit(check, own_pool, [SLOW, "}"])
        while not any(worked(process_id) > 20 for process_id in children() - before):
            assert not checking.done()
        own_pool.close()
        with pytest.raises(PoolClosedError):
            checking.result()
    assert children() == before
    assert [found is None for found in check(own_pool, ["return 1", "}"])] == [True, False]
