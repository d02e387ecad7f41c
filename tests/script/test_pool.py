"""The pool: from threads and event loops at once, through cancelled calls and killed children, and back to nothing."""

import asyncio
import gc
import importlib.util
import os
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol, TypeVar

import pytest
from interactor_emulator.adapters.script import child, protocol, worker
from interactor_emulator.adapters.script.pool import PoolClosedError, ScriptCall, ScriptEngineError, ScriptPool
from interactor_emulator.effects import ScriptFault, ScriptResult

from .processes import HANG_VISIBLY, Children, beginning, children_of, is_gone, open_sockets
from .verdicts import MakeCall, Verdict, fault

HANG = "for(;;);"

T = TypeVar("T")


class RunLoop(Protocol):
    """Runs a coroutine in an event loop of its own."""

    def __call__(self, main: Coroutine[Any, Any, T]) -> T: ...


Hang = Callable[[ThreadPoolExecutor], tuple[Future[Verdict], int]]
"""Lets a script hang in a thread; its verdict to come, and the id of the process that runs it."""


def loops() -> list[Callable[[], asyncio.AbstractEventLoop]]:
    try:
        import uvloop
    except ImportError:
        return [asyncio.new_event_loop]
    return [asyncio.new_event_loop, uvloop.new_event_loop]


@pytest.fixture(params=loops())
def run_loop(request: pytest.FixtureRequest) -> RunLoop:
    """Run a coroutine in each kind of event loop."""

    def run(main: Coroutine[Any, Any, T]) -> T:
        with asyncio.Runner(loop_factory=request.param) as runner:
            return runner.run(main)

    return run


@pytest.fixture
def hang(own_pool: ScriptPool, call: MakeCall, children: Children) -> Hang:
    """A script that hangs, and certainly runs: before it has read the call, a child that dies is replaced unnoticed."""

    def hang(thread: ThreadPoolExecutor) -> tuple[Future[Verdict], int]:
        own_pool.run(call("return {}"))
        (process_id,) = children()
        has_begun = beginning(process_id)
        hanging = thread.submit(own_pool.run, call(HANG_VISIBLY, seconds=60.0))
        while not has_begun():
            assert not hanging.done()
            os.sched_yield()
        return hanging, process_id

    return hang


def test_nothing_is_started_before_the_first_call(call: MakeCall, children: Children) -> None:
    pool = ScriptPool()
    assert children() == []
    assert pool.run(call("return {}")) == ScriptResult({}, [])
    assert len(children()) == 1
    pool.close()


def test_one_script_at_a_time_needs_one_child(call: MakeCall, children: Children) -> None:
    pool = ScriptPool(workers=4)
    for number in range(10):
        assert pool.run(call("return { n: input.n }", input={"n": number})) == ScriptResult({"n": number}, [])
    pool.check(["return 1"])
    assert len(children()) == 1
    pool.close()


def test_warm_starts_one_child(call: MakeCall, children: Children) -> None:
    pool = ScriptPool(workers=2)
    pool.warm()
    pool.warm()
    (process_id,) = children()
    assert pool.run(call("return {}")) == ScriptResult({}, [])
    assert children() == [process_id]
    pool.close()


def test_a_pool_has_a_worker() -> None:
    with pytest.raises(ValueError, match="at least one worker"):
        ScriptPool(workers=0)


def test_close_leaves_nothing_and_the_pool_starts_anew(
    own_pool: ScriptPool, call: MakeCall, children: Children
) -> None:
    before = open_sockets()
    for _ in range(3):
        own_pool.run(call("return {}"))
        (process_id,) = children()
        assert open_sockets() - before
        threads = threading.active_count()
        own_pool.close()
        assert is_gone(process_id)
        with pytest.raises(ChildProcessError):
            os.waitpid(process_id, os.WNOHANG)
        assert not open_sockets() - before
        assert threading.active_count() == threads
    own_pool.close()


def test_a_forgotten_pool_leaves_no_process(call: MakeCall, children: Children) -> None:
    pool = ScriptPool(workers=1)
    pool.run(call("return {}"))
    (process_id,) = children()
    del pool
    gc.collect()
    assert is_gone(process_id)


def test_in_an_event_loop(own_pool: ScriptPool, call: MakeCall, run_loop: RunLoop) -> None:
    async def main() -> list[Verdict]:
        return await asyncio.gather(
            *(own_pool.run_async(call("return { n: input.n }", input={"n": number})) for number in range(20))
        )

    assert run_loop(main()) == [ScriptResult({"n": number}, []) for number in range(20)]


def test_the_event_loop_goes_on_meanwhile(pool: ScriptPool, call: MakeCall, run_loop: RunLoop) -> None:
    """Others are served while it hangs, however slow the machine: its own limit is far away."""

    async def main() -> Verdict:
        hanging = asyncio.ensure_future(pool.run_async(call(HANG, seconds=60)))
        for number in range(10):
            verdict = await pool.run_async(call("return { n: input.n }", input={"n": number}))
            assert (verdict, hanging.done()) == (ScriptResult({"n": number}, []), False)
        hanging.cancel()
        await asyncio.wait([hanging])
        return await pool.run_async(call("return {}"))

    assert run_loop(main()) == ScriptResult({}, [])


def test_a_hanging_script_holds_up_no_thread(pool: ScriptPool, call: MakeCall) -> None:
    async def main() -> None:
        hanging = asyncio.ensure_future(pool.run_async(call(HANG, seconds=60)))
        for _ in range(20):
            assert await asyncio.to_thread(pool.run, call("return {}")) == ScriptResult({}, [])
        assert not hanging.done()
        hanging.cancel()
        await asyncio.wait([hanging])

    asyncio.run(main())
    assert pool.run(call("return {}")) == ScriptResult({}, [])


def test_large_calls_and_results(pool: ScriptPool, call: MakeCall, run_loop: RunLoop) -> None:
    data: dict[str, Any] = {"rows": [{"id": number, "name": "ü" * 20} for number in range(3000)]}
    same = call("return { ...workflow_data }", workflow_data=data)
    assert pool.run(same) == ScriptResult(data, [])
    assert run_loop(pool.run_async(same)) == ScriptResult(data, [])


def test_threads_and_event_loops_at_once(call: MakeCall, run_loop: RunLoop, children: Children) -> None:
    pool = ScriptPool(workers=3)
    code = "console.log(input.n); if (input.n % 7 === 3) throw new Error(String(input.n)); return { n: input.n }"

    def expected(number: int) -> Verdict:
        if number % 7 == 3:
            return ScriptFault("error", f"Error: {number}", 1, None, [str(number)])
        return ScriptResult({"n": number}, [str(number)])

    def without_column(verdict: Verdict) -> Verdict:
        if isinstance(verdict, ScriptFault):
            verdict.column = None
        return verdict

    def in_thread(start: int) -> list[tuple[int, Verdict]]:
        return [(n, without_column(pool.run(call(code, input={"n": n})))) for n in range(start, start + 40)]

    async def in_loop(start: int) -> list[tuple[int, Verdict]]:
        async def one(n: int) -> tuple[int, Verdict]:
            return n, without_column(await pool.run_async(call(code, input={"n": n})))

        return await asyncio.gather(*(one(n) for n in range(start, start + 40)))

    with ThreadPoolExecutor(5) as threads:
        parts = [threads.submit(in_thread, start) for start in (0, 1000, 2000)]
        parts += [threads.submit(lambda: run_loop(in_loop(3000))), threads.submit(lambda: asyncio.run(in_loop(4000)))]
        for part in parts:
            for number, verdict in part.result():
                assert verdict == expected(number)
    assert len(children()) <= 3
    pool.close()


def test_a_cancelled_call_hands_its_answer_to_nobody(
    own_pool: ScriptPool, call: MakeCall, run_loop: RunLoop, children: Children
) -> None:
    async def main() -> list[Verdict]:
        own_pool.run(call("return {}"))
        (process_id,) = children()
        has_begun = beginning(process_id)
        hanging = asyncio.ensure_future(own_pool.run_async(call(HANG_VISIBLY)))
        while not has_begun():
            await asyncio.sleep(0)
        hanging.cancel()
        with pytest.raises(asyncio.CancelledError):
            await hanging
        assert is_gone(process_id)
        return [await own_pool.run_async(call("return { n: input.n }", input={"n": n})) for n in range(3)]

    assert run_loop(main()) == [ScriptResult({"n": n}, []) for n in range(3)]


def test_a_cancelled_wait_takes_no_child(own_pool: ScriptPool, call: MakeCall, run_loop: RunLoop) -> None:
    async def main() -> Verdict:
        running = asyncio.ensure_future(own_pool.run_async(call(HANG, seconds=0.2)))
        waiting = [asyncio.ensure_future(own_pool.run_async(call("return {}"))) for _ in range(3)]
        await asyncio.sleep(0)  # one turn of the loop: the first has taken the child, the others stand in line
        waiting[0].cancel()
        waiting[2].cancel()
        assert fault(await running).kind == "timeout"
        assert await waiting[1] == ScriptResult({}, [])
        return await own_pool.run_async(call("return {}"))

    assert run_loop(main()) == ScriptResult({}, [])


def test_a_wait_cancelled_at_the_moment_of_its_turn_gives_the_child_back(
    own_pool: ScriptPool, call: MakeCall, run_loop: RunLoop, hang: Hang
) -> None:
    async def main() -> Verdict:
        with ThreadPoolExecutor(1) as thread:
            hanging, process_id = hang(thread)
            waiting = asyncio.ensure_future(own_pool.run_async(call("return {}")))
            await asyncio.sleep(0)
            os.kill(process_id, signal.SIGKILL)
            # The loop stands still meanwhile: the child has been handed over, and nobody here has seen that yet.
            hanging.result()
            waiting.cancel()
            with pytest.raises(asyncio.CancelledError):
                await waiting
        return await own_pool.run_async(call("return {}"))

    assert run_loop(main()) == ScriptResult({}, [])


def test_a_loop_that_ends_mid_script_leaves_a_usable_pool(
    own_pool: ScriptPool, call: MakeCall, run_loop: RunLoop, children: Children
) -> None:
    own_pool.run(call("return {}"))
    has_begun = beginning(children()[0])

    async def main() -> list[asyncio.Task[Verdict]]:
        tasks = [asyncio.ensure_future(own_pool.run_async(call(HANG_VISIBLY))) for _ in range(3)]
        while not has_begun():
            await asyncio.sleep(0)
        return tasks

    assert all(task.cancelled() for task in run_loop(main()))
    assert own_pool.run(call("return {}")) == ScriptResult({}, [])


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_child_killed_in_the_middle_of_a_call_is_replaced(
    own_pool: ScriptPool, call: MakeCall, children: Children, hang: Hang, number: signal.Signals
) -> None:
    with ThreadPoolExecutor(1) as thread:
        hanging, process_id = hang(thread)
        os.kill(process_id, number)
        verdict = hanging.result()
    assert verdict == ScriptFault(
        "error", f"Script was stopped: its process ended (signal {number.value})", None, None, []
    )
    assert own_pool.run(call("return {}")) == ScriptResult({}, [])
    (replacement,) = children()
    assert replacement != process_id


@pytest.mark.parametrize("number", [signal.SIGSEGV, signal.SIGABRT])
def test_a_crash_of_the_engine_is_told_as_what_it_most_likely_is(hang: Hang, number: signal.Signals) -> None:
    with ThreadPoolExecutor(1) as thread:
        hanging, process_id = hang(thread)
        os.kill(process_id, number)
        assert fault(hanging.result()).message == (
            "Script ran out of memory (16 MB), or nested too deeply: the JavaScript engine crashed"
        )


def test_a_child_killed_between_calls_is_not_noticed(
    own_pool: ScriptPool, call: MakeCall, run_loop: RunLoop, children: Children
) -> None:
    def run_in_loop(given: ScriptCall) -> Verdict:
        return run_loop(own_pool.run_async(given))

    for ask in (own_pool.run, run_in_loop) * 2:
        ask(call("return {}"))
        (process_id,) = children()
        os.kill(process_id, signal.SIGKILL)
        assert ask(call("return { a: 1 }")) == ScriptResult({"a": 1}, [])


def test_a_stopped_child_is_given_up_in_time(own_pool: ScriptPool, call: MakeCall, children: Children) -> None:
    """Its own alarm does not end a process that stands still: the deadline on this side does."""
    own_pool.run(call("return {}"))
    (process_id,) = children()
    os.kill(process_id, signal.SIGSTOP)
    assert fault(own_pool.run(call("return {}", seconds=0.1))).kind == "timeout"
    assert is_gone(process_id)
    assert own_pool.run(call("return {}")) == ScriptResult({}, [])


def test_a_stopped_child_is_given_up_in_an_event_loop(
    own_pool: ScriptPool, call: MakeCall, run_loop: RunLoop, children: Children
) -> None:
    own_pool.run(call("return {}"))
    os.kill(children()[0], signal.SIGSTOP)
    assert fault(run_loop(own_pool.run_async(call("return {}", seconds=0.1)))).kind == "timeout"
    assert run_loop(own_pool.run_async(call("return {}"))) == ScriptResult({}, [])


def test_close_ends_what_is_running_and_turns_away_what_waits(
    own_pool: ScriptPool, call: MakeCall, run_loop: RunLoop, hang: Hang
) -> None:
    async def main() -> None:
        with ThreadPoolExecutor(1) as thread:
            running, process_id = hang(thread)
            waiting = [asyncio.ensure_future(own_pool.run_async(call("return {}"))) for _ in range(2)]
            await asyncio.sleep(0)  # one turn of the loop: now they stand in line
            own_pool.close()
            assert is_gone(process_id)
            for each in waiting:
                with pytest.raises(PoolClosedError):
                    await each
            assert fault(running.result()).message == "Script was stopped: the emulator is closing"

    run_loop(main())
    assert own_pool.run(call("return {}")) == ScriptResult({}, [])


def test_a_forked_process_has_children_of_its_own(own_pool: ScriptPool, call: MakeCall, children: Children) -> None:
    assert own_pool.run(call("return {}")) == ScriptResult({}, [])
    (process_id,) = children()
    forked = os.fork()
    if forked == 0:
        try:
            other = own_pool.run(call("return { a: 2 }"))
            alright = other == ScriptResult({"a": 2}, []) and children() != [process_id]
            own_pool.close()
            os._exit(0 if alright else 1)
        finally:
            os._exit(2)
    _, status = os.waitpid(forked, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    assert own_pool.run(call("return { a: 1 }")) == ScriptResult({"a": 1}, [])
    assert children() == [process_id]


STARTER = """
from interactor_emulator.adapters.script.pool import ScriptPool

pool = ScriptPool(workers=1)
pool.check(["return 1"])
print("ready", flush=True)
input()
"""


def test_a_child_ends_with_the_process_that_started_it(children: Children) -> None:
    with subprocess.Popen([sys.executable, "-c", STARTER], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as starter:
        assert starter.stdout is not None
        assert starter.stdout.readline() == b"ready\n"
        assert children() == [starter.pid]
        (process_id,) = children_of(starter.pid)
        process = os.pidfd_open(process_id)
        starter.kill()
    # Comes back when the process has ended, which is nobody's child by now.
    select.select([process], [], [])
    os.close(process)


def test_a_missing_engine_is_said_clearly(
    own_pool: ScriptPool, call: MakeCall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(ScriptEngineError, match="neither quickjs nor quickjs-ng is installed"):
        own_pool.run(call("return {}"))


def test_an_engine_that_cannot_be_loaded_is_said_clearly(
    own_pool: ScriptPool,
    call: MakeCall,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    run_loop: RunLoop,
    children: Children,
) -> None:
    engine = tmp_path / "_quickjs.py"
    engine.write_text("raise ImportError('no such engine')")
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: importlib.util.spec_from_file_location(name, engine))
    with pytest.raises(ScriptEngineError, match="no such engine"):
        own_pool.run(call("return {}"))
    with pytest.raises(ScriptEngineError, match="no such engine"):
        run_loop(own_pool.run_async(call("return {}")))
    assert children() == []


def test_an_interpreter_that_does_not_start_is_said_clearly(
    own_pool: ScriptPool, call: MakeCall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(ScriptEngineError, match="could not be started"):
        own_pool.run(call("return {}"))


def test_a_child_that_ends_at_once_is_said_clearly(
    own_pool: ScriptPool, call: MakeCall, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    silent = tmp_path / "silent.py"
    silent.write_text("")
    monkeypatch.setattr(child, "WORKER", silent)
    with pytest.raises(ScriptEngineError, match="ends as soon as it has started"):
        own_pool.run(call("return {}"))


def test_the_child_knows_nothing_of_the_environment(
    own_pool: ScriptPool, call: MakeCall, monkeypatch: pytest.MonkeyPatch, children: Children
) -> None:
    monkeypatch.setenv("SECRET_OF_THE_HOST", "x")
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    assert own_pool.run(call("return { z: new Date().getTimezoneOffset() }")) == ScriptResult({"z": 0}, [])
    (process_id,) = children()
    assert b"SECRET_OF_THE_HOST" not in Path(f"/proc/{process_id}/environ").read_bytes()


def test_a_call_is_refused_when_it_is_no_json(pool: ScriptPool, call: MakeCall) -> None:
    with pytest.raises(ValueError, match="JSON"):
        pool.run(call("return {}", input={"n": float("nan")}))


def test_mappings_need_not_be_dicts(pool: ScriptPool, call: MakeCall) -> None:
    given = MappingProxyType({"a": MappingProxyType({"b": 1})})
    assert pool.run(call("return { ...input }", input=given)) == ScriptResult({"a": {"b": 1}}, [])


def test_the_worker_is_a_program_of_its_own(call: MakeCall) -> None:
    """It imports nothing of the package: what it needs of it would make each child slower to start."""
    loaded = subprocess.run(
        [sys.executable, "-I", "-S", "-c", f"import runpy, sys; runpy.run_path({worker.__file__!r}); "
         "print([name for name in sys.modules if 'emulator' in name or name in ('asyncio', 'json', 'subprocess')])"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert loaded.stdout.strip() == "[]"


def test_a_frame_says_how_long_it_is(call: MakeCall) -> None:
    frame = protocol.run_frame(call("return 'ü'"))
    length, operation, seconds, memory = worker.CALL.unpack_from(frame)
    assert (len(frame) - worker.CALL.size, operation, seconds, memory) == (length, worker.RUN, 5.0, 16 << 20)
    assert frame[worker.CALL.size :].isascii()


def test_a_close_ends_a_call_whose_child_is_still_starting(call: MakeCall) -> None:
    pool = ScriptPool(workers=1)

    async def main() -> Verdict:
        hanging = asyncio.ensure_future(pool.run_async(call(HANG, seconds=60)))
        await asyncio.sleep(0)
        await asyncio.to_thread(pool.close)
        return await hanging

    assert fault(asyncio.run(main())).message == "Script was stopped: the emulator is closing"
