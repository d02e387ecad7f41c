"""Scripts that run on and on take no place from others, however many there are; and there are not too many of them.

The limit of a runaway is an hour here: whatever is answered meanwhile has not waited for its end.
"""

import asyncio
import os
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from interactor_emulator.adapters.script.pool import PoolClosedError, ScriptPool
from interactor_emulator.effects import ScriptResult

from .processes import Children, is_gone, open_sockets
from .verdicts import MakeCall, Verdict, fault

HANG = "for(;;);"
HOUR = 3600.0
WORKERS = 2
MOST = 8
OWN = 4
SUM = "(text) => String(JSON.parse(text).reduce((sum, n) => sum + n, 0))"


@pytest.fixture
def impatient() -> Iterator[ScriptPool]:
    """A pool of two that soon loses its patience."""
    pool = ScriptPool(WORKERS, patience_seconds=0.02)
    yield pool
    pool.close()


@pytest.fixture
def crowded() -> Iterator[ScriptPool]:
    """The same with room for two more beside them."""
    pool = ScriptPool(WORKERS, patience_seconds=0.02, most_children=MOST)
    yield pool
    pool.close()


@pytest.fixture
def patient() -> Iterator[ScriptPool]:
    """A pool of two that never does."""
    pool = ScriptPool(WORKERS, patience_seconds=HOUR)
    yield pool
    pool.close()


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(64) as threads:
        yield threads


def run_on(pool: ScriptPool, call: MakeCall, threads: ThreadPoolExecutor, number: int) -> list[Future[Verdict]]:
    return [threads.submit(pool.run, call(HANG, seconds=HOUR)) for _ in range(number)]


def test_a_trivial_script_is_answered_while_ten_others_run_on(
    impatient: ScriptPool, call: MakeCall, threads: ThreadPoolExecutor
) -> None:
    runaways = run_on(impatient, call, threads, 10)
    for number in range(5):
        assert impatient.run(call("return { n: input.n }", input={"n": number})) == ScriptResult({"n": number}, [])
    assert not any(each.done() for each in runaways)
    impatient.close()
    stopped = "Script was stopped: the emulator is closing"
    assert {fault(each.result()).message for each in runaways} == {stopped}


def test_a_trivial_script_is_answered_while_ten_others_run_on_in_its_event_loop(
    impatient: ScriptPool, call: MakeCall
) -> None:
    async def main() -> None:
        runaways = [asyncio.ensure_future(impatient.run_async(call(HANG, seconds=HOUR))) for _ in range(10)]
        for number in range(5):
            verdict = await impatient.run_async(call("return { n: input.n }", input={"n": number}))
            assert verdict == ScriptResult({"n": number}, [])
        assert not any(each.done() for each in runaways)
        for each in runaways:
            each.cancel()
        await asyncio.wait(runaways)
        assert all(each.cancelled() for each in runaways)

    asyncio.run(main())
    assert impatient.run(call("return {}")) == ScriptResult({}, [])


def test_checks_and_computations_stand_in_no_line_with_scripts(
    patient: ScriptPool, call: MakeCall, threads: ThreadPoolExecutor, children: Children
) -> None:
    runaways = run_on(patient, call, threads, WORKERS + 3)
    while len(children()) < WORKERS:
        assert not any(each.done() for each in runaways)
    assert [found is None for found in patient.check(["return 1", "}"])] == [True, False]
    assert [found is None for found in asyncio.run(patient.check_async(["return 2", "}{"]))] == [True, False]
    assert patient.compute(SUM, "[1, 2]") == "3"
    assert asyncio.run(patient.compute_async(SUM, "[3, 4]")) == "7"
    assert not any(each.done() for each in runaways)
    patient.close()
    for each in runaways:
        # Those that ran were stopped, those that waited turned away.
        if each.exception() is None:
            assert fault(each.result()).message == "Script was stopped: the emulator is closing"
        else:
            assert isinstance(each.exception(), PoolClosedError)


def test_what_ran_on_leaves_no_child_beyond_the_usual_ones(
    impatient: ScriptPool, call: MakeCall, threads: ThreadPoolExecutor, children: Children
) -> None:
    before = open_sockets()
    runaways = [threads.submit(impatient.run, call(HANG, seconds=0.5)) for _ in range(8)]
    assert impatient.run(call("return {}")) == ScriptResult({}, [])
    assert {fault(each.result()).kind for each in runaways} == {"timeout"}
    assert len(children()) <= WORKERS
    assert len(open_sockets() - before) <= WORKERS
    assert impatient.run(call("return {}")) == ScriptResult({}, [])


def test_there_are_not_more_children_than_the_machine_can_bear(
    crowded: ScriptPool, call: MakeCall, threads: ThreadPoolExecutor, children: Children
) -> None:
    runaways = run_on(crowded, call, threads, 10)
    most = 0
    while most < MOST - OWN:
        assert not any(each.done() for each in runaways)
        most = max(most, len(children()))
    waiting = threads.submit(crowded.run, call("return {}"))
    # The emulator's own work is done all the same.
    assert crowded.check(["return 1"]) == [None]
    assert crowded.compute(SUM, "[1]") == "1"
    assert not waiting.done()
    seen = children()
    assert most <= len(seen) <= MOST
    # Those that lost their places leave the machine to others.
    nice = os.nice(0)
    assert sum(os.getpriority(os.PRIO_PROCESS, process_id) > nice for process_id in seen) == MOST - OWN - WORKERS
    crowded.close()
    assert isinstance(waiting.exception(), PoolClosedError)
    assert all(is_gone(process_id) for process_id in seen)


def test_a_script_that_takes_its_time_has_its_own_result_though_others_take_its_place(
    impatient: ScriptPool, call: MakeCall, threads: ThreadPoolExecutor
) -> None:
    code = "const end = Date.now() + 150; while (Date.now() < end); console.log('late'); return { n: input.n }"
    slow = [threads.submit(impatient.run, call(code, ticking=True, input={"n": n}, seconds=HOUR)) for n in range(8)]
    assert [each.result() for each in slow] == [ScriptResult({"n": n}, ["late"]) for n in range(8)]
