"""The pool: from threads and event loops at once, through cancelled calls and killed children, and back to nothing."""

import asyncio
import errno
import gc
import os
import signal
import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from interactor_emulator.effects import ScriptFault, ScriptResult
from interactor_emulator.script import child, protocol, worker
from interactor_emulator.script.pool import PoolClosedError, ScriptEngineError, ScriptPool

HANG = "for(;;);"


def loops():
    try:
        import uvloop
    except ImportError:
        return [asyncio.new_event_loop]
    return [asyncio.new_event_loop, uvloop.new_event_loop]


@pytest.fixture(params=loops())
def run_loop(request):
    """Run a coroutine in each kind of event loop."""

    def run(main):
        with asyncio.Runner(loop_factory=request.param) as runner:
            return runner.run(main)

    return run


def process_ids(pool):
    return [kid._process.pid for kid in pool._slots._all if kid._process is not None]


def is_gone(process_id):
    try:
        os.kill(process_id, 0)
    except OSError as error:
        return error.errno == errno.ESRCH
    return False


def until(condition):
    """Wait for what another thread is about to do."""
    turn = threading.Event()
    for _ in range(2000):
        if condition():
            return
        turn.wait(0.005)
    raise AssertionError("it never came to that")


def test_nothing_is_started_before_the_first_call(call):
    pool = ScriptPool()
    assert process_ids(pool) == []
    assert pool.run(call("return {}")) == ScriptResult({}, [])
    assert len(process_ids(pool)) == 1
    pool.close()


def test_one_script_at_a_time_needs_one_child(call):
    pool = ScriptPool(workers=4)
    for number in range(10):
        assert pool.run(call("return { n: input.n }", input={"n": number})).value == {"n": number}
    pool.check(["return 1"])
    assert len(process_ids(pool)) == 1
    pool.close()


def test_warm_starts_one_child(call):
    pool = ScriptPool(workers=2)
    pool.warm()
    pool.warm()
    (process_id,) = process_ids(pool)
    assert pool.run(call("return {}")) == ScriptResult({}, [])
    assert process_ids(pool) == [process_id]
    pool.close()


def test_a_pool_has_a_worker():
    with pytest.raises(ValueError, match="at least one worker"):
        ScriptPool(workers=0)


def test_close_leaves_nothing_and_the_pool_starts_anew(own_pool, call):
    for _ in range(3):
        own_pool.run(call("return {}"))
        (process_id,) = process_ids(own_pool)
        threads = threading.active_count()
        own_pool.close()
        assert is_gone(process_id)
        with pytest.raises(ChildProcessError):
            os.waitpid(process_id, os.WNOHANG)
        assert own_pool._slots._all[0]._socket is None
        assert threading.active_count() == threads
    own_pool.close()


def test_a_forgotten_pool_leaves_no_process(call):
    pool = ScriptPool(workers=1)
    pool.run(call("return {}"))
    (process_id,) = process_ids(pool)
    del pool
    gc.collect()
    assert is_gone(process_id)


def test_in_an_event_loop(own_pool, call, run_loop):
    async def main():
        verdicts = await asyncio.gather(
            *(own_pool.run_async(call("return { n: input.n }", input={"n": number})) for number in range(20))
        )
        return [verdict.value["n"] for verdict in verdicts]

    assert run_loop(main()) == list(range(20))


def test_the_event_loop_goes_on_meanwhile(pool, call, run_loop):
    """Others are served while it hangs, however slow the machine: its own limit is far away."""

    async def main():
        hanging = asyncio.ensure_future(pool.run_async(call(HANG, seconds=60)))
        for number in range(10):
            verdict = await pool.run_async(call("return { n: input.n }", input={"n": number}))
            assert (verdict, hanging.done()) == (ScriptResult({"n": number}, []), False)
        hanging.cancel()
        await asyncio.wait([hanging])
        return await pool.run_async(call("return {}"))

    assert run_loop(main()) == ScriptResult({}, [])


def test_a_hanging_script_holds_up_no_thread(pool, call):
    async def main():
        hanging = asyncio.ensure_future(pool.run_async(call(HANG, seconds=60)))
        for _ in range(20):
            assert await asyncio.to_thread(pool.run, call("return {}")) == ScriptResult({}, [])
        assert not hanging.done()
        hanging.cancel()
        await asyncio.wait([hanging])

    asyncio.run(main())
    assert pool.run(call("return {}")) == ScriptResult({}, [])


def test_large_calls_and_results(pool, call, run_loop):
    data = {"rows": [{"id": number, "name": "ü" * 20} for number in range(3000)]}
    same = call("return { ...workflow_data }", workflow_data=data)
    assert pool.run(same).value == data
    assert run_loop(pool.run_async(same)).value == data


def test_threads_and_event_loops_at_once(call, run_loop):
    pool = ScriptPool(workers=3)
    code = "console.log(input.n); if (input.n % 7 === 3) throw new Error(String(input.n)); return { n: input.n }"

    def expected(number):
        if number % 7 == 3:
            return ScriptFault("error", f"Error: {number}", 1, None, [str(number)])
        return ScriptResult({"n": number}, [str(number)])

    def without_column(verdict):
        if isinstance(verdict, ScriptFault):
            verdict.column = None
        return verdict

    def in_thread(start):
        return [(n, without_column(pool.run(call(code, input={"n": n})))) for n in range(start, start + 40)]

    async def in_loop(start):
        async def one(n):
            return n, without_column(await pool.run_async(call(code, input={"n": n})))

        return await asyncio.gather(*(one(n) for n in range(start, start + 40)))

    with ThreadPoolExecutor(5) as threads:
        parts = [threads.submit(in_thread, start) for start in (0, 1000, 2000)]
        parts += [threads.submit(lambda: run_loop(in_loop(3000))), threads.submit(lambda: asyncio.run(in_loop(4000)))]
        for part in parts:
            for number, verdict in part.result():
                assert verdict == expected(number)
    assert len(process_ids(pool)) <= 3
    pool.close()


def test_a_cancelled_call_hands_its_answer_to_nobody(own_pool, call, run_loop):
    async def main():
        own_pool.run(call("return {}"))
        (process_id,) = process_ids(own_pool)
        slow = asyncio.ensure_future(own_pool.run_async(call("for (let i = 0; i < 1e7; i++); return { mine: 1 }")))
        await asyncio.sleep(0.02)
        slow.cancel()
        with pytest.raises(asyncio.CancelledError):
            await slow
        assert is_gone(process_id)
        return [await own_pool.run_async(call("return { n: input.n }", input={"n": n})) for n in range(3)]

    assert [verdict.value for verdict in run_loop(main())] == [{"n": 0}, {"n": 1}, {"n": 2}]


def test_a_cancelled_wait_takes_no_child(own_pool, call, run_loop):
    async def main():
        running = asyncio.ensure_future(own_pool.run_async(call(HANG, seconds=0.2)))
        waiting = [asyncio.ensure_future(own_pool.run_async(call("return {}"))) for _ in range(3)]
        await asyncio.sleep(0.02)
        waiting[0].cancel()
        waiting[2].cancel()
        assert (await running).kind == "timeout"
        assert await waiting[1] == ScriptResult({}, [])
        return await own_pool.run_async(call("return {}"))

    assert run_loop(main()) == ScriptResult({}, [])


def test_a_wait_cancelled_at_the_moment_of_its_turn_gives_the_child_back(own_pool, call, run_loop):
    async def main():
        taken = own_pool._slots.take()
        waiting = asyncio.ensure_future(own_pool.run_async(call("return {}")))
        await asyncio.sleep(0)
        own_pool._slots.give_back(taken)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        return await own_pool.run_async(call("return {}"))

    assert run_loop(main()) == ScriptResult({}, [])


def test_a_loop_that_ends_mid_script_leaves_a_usable_pool(own_pool, call, run_loop):
    async def main():
        tasks.extend(asyncio.ensure_future(own_pool.run_async(call(HANG))) for _ in range(3))
        await asyncio.sleep(0.02)

    tasks = []
    run_loop(main())
    assert own_pool.run(call("return {}")) == ScriptResult({}, [])


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_child_killed_in_the_middle_of_a_call_is_replaced(own_pool, call, number):
    with ThreadPoolExecutor(1) as thread:
        hanging = thread.submit(own_pool.run, call(HANG))
        until(lambda: process_ids(own_pool) and own_pool._slots._all[0]._greeted)
        # The call may be on its way still: killed before it has read it, the child is replaced and nobody notices.
        threading.Event().wait(0.05)
        (process_id,) = process_ids(own_pool)
        os.kill(process_id, number)
        verdict = hanging.result()
    assert verdict == ScriptFault(
        "error", f"Script was stopped: its process ended (signal {number.value})", None, None, []
    )
    assert own_pool.run(call("return {}")) == ScriptResult({}, [])
    assert process_ids(own_pool) != [process_id]


@pytest.mark.parametrize("number", [signal.SIGSEGV, signal.SIGABRT])
def test_a_crash_of_the_engine_is_told_as_what_it_most_likely_is(own_pool, call, number):
    with ThreadPoolExecutor(1) as thread:
        hanging = thread.submit(own_pool.run, call(HANG))
        until(lambda: process_ids(own_pool) and own_pool._slots._all[0]._greeted)
        threading.Event().wait(0.05)
        os.kill(process_ids(own_pool)[0], number)
        assert hanging.result().message == (
            "Script ran out of memory (16 MB), or nested too deeply: the JavaScript engine crashed"
        )


def test_a_child_killed_between_calls_is_not_noticed(own_pool, call, run_loop):
    for ask in (own_pool.run, lambda given: run_loop(own_pool.run_async(given))) * 2:
        ask(call("return {}"))
        (process_id,) = process_ids(own_pool)
        os.kill(process_id, signal.SIGKILL)
        assert ask(call("return { a: 1 }")) == ScriptResult({"a": 1}, [])


def test_a_stopped_child_is_given_up_in_time(own_pool, call):
    """Its own alarm does not end a process that stands still: the deadline on this side does."""
    own_pool.run(call("return {}"))
    (process_id,) = process_ids(own_pool)
    os.kill(process_id, signal.SIGSTOP)
    assert own_pool.run(call("return {}", seconds=0.1)).kind == "timeout"
    assert is_gone(process_id)
    assert own_pool.run(call("return {}")) == ScriptResult({}, [])


def test_a_stopped_child_is_given_up_in_an_event_loop(own_pool, call, run_loop):
    own_pool.run(call("return {}"))
    os.kill(process_ids(own_pool)[0], signal.SIGSTOP)
    assert run_loop(own_pool.run_async(call("return {}", seconds=0.1))).kind == "timeout"
    assert run_loop(own_pool.run_async(call("return {}"))) == ScriptResult({}, [])


def test_close_ends_what_is_running_and_turns_away_what_waits(own_pool, call):
    with ThreadPoolExecutor(2) as threads:
        running = threads.submit(own_pool.run, call(HANG))
        until(lambda: process_ids(own_pool) and own_pool._slots._all[0]._greeted)
        waiting = threads.submit(own_pool.run, call("return {}"))
        until(lambda: own_pool._slots._waiting)
        (process_id,) = process_ids(own_pool)
        own_pool.close()
        assert is_gone(process_id)
        with pytest.raises(PoolClosedError):
            waiting.result()
        # Killed before it had read the call, the child would be replaced; the script then runs into its limit.
        assert running.result().message in {
            "Script was stopped: the emulator is closing",
            "Script exceeded the 5 second limit",
        }
    assert own_pool.run(call("return {}")) == ScriptResult({}, [])


def test_a_forked_process_has_children_of_its_own(own_pool, call):
    assert own_pool.run(call("return {}")) == ScriptResult({}, [])
    (process_id,) = process_ids(own_pool)
    forked = os.fork()
    if forked == 0:
        try:
            other = own_pool.run(call("return { a: 2 }"))
            alright = other == ScriptResult({"a": 2}, []) and process_ids(own_pool) != [process_id]
            own_pool.close()
            os._exit(0 if alright else 1)
        finally:
            os._exit(2)
    _, status = os.waitpid(forked, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    assert own_pool.run(call("return { a: 1 }")) == ScriptResult({"a": 1}, [])
    assert process_ids(own_pool) == [process_id]


def test_a_child_ends_with_the_process_that_started_it(own_pool, call):
    own_pool.run(call("return {}"))
    kid = own_pool._slots._all[0]
    kid._socket.close()
    assert kid._process.wait(10) == 0


def test_a_missing_engine_is_said_clearly(own_pool, call, monkeypatch):
    monkeypatch.setattr(child.importlib.util, "find_spec", lambda _: None)
    with pytest.raises(ScriptEngineError, match="neither quickjs nor quickjs-ng is installed"):
        own_pool.run(call("return {}"))


def test_an_engine_that_cannot_be_loaded_is_said_clearly(own_pool, call, monkeypatch, tmp_path, run_loop):
    (tmp_path / "_quickjs.py").write_text("raise ImportError('no such engine')")
    monkeypatch.setattr(child, "_engine_folder", lambda: str(tmp_path))
    with pytest.raises(ScriptEngineError, match="no such engine"):
        own_pool.run(call("return {}"))
    with pytest.raises(ScriptEngineError, match="no such engine"):
        run_loop(own_pool.run_async(call("return {}")))
    assert process_ids(own_pool) == []


def test_an_interpreter_that_does_not_start_is_said_clearly(own_pool, call, monkeypatch):
    monkeypatch.setattr(child.sys, "executable", "/nowhere/python")
    with pytest.raises(ScriptEngineError, match="could not be started"):
        own_pool.run(call("return {}"))


def test_a_child_that_ends_at_once_is_said_clearly(own_pool, call, monkeypatch, tmp_path):
    silent = tmp_path / "silent.py"
    silent.write_text("")
    monkeypatch.setattr(child, "WORKER", silent)
    with pytest.raises(ScriptEngineError, match="ends as soon as it has started"):
        own_pool.run(call("return {}"))


def test_the_child_knows_nothing_of_the_environment(own_pool, call, monkeypatch):
    monkeypatch.setenv("SECRET_OF_THE_HOST", "x")
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    assert own_pool.run(call("return { z: new Date().getTimezoneOffset() }")).value == {"z": 0}
    (process_id,) = process_ids(own_pool)
    environment = f"/proc/{process_id}/environ"
    if os.path.exists(environment):
        with open(environment, "rb") as file:
            assert b"SECRET_OF_THE_HOST" not in file.read()


def test_a_call_is_refused_when_it_is_no_json(pool, call):
    with pytest.raises(ValueError, match="JSON"):
        pool.run(call("return {}", input={"n": float("nan")}))


def test_mappings_need_not_be_dicts(pool, call):
    from types import MappingProxyType

    given = MappingProxyType({"a": MappingProxyType({"b": 1})})
    assert pool.run(call("return { ...input }", input=given)).value == {"a": {"b": 1}}


def test_the_worker_is_a_program_of_its_own(call):
    """It imports nothing of the package: what it needs of it would make each child slower to start."""
    loaded = subprocess.run(
        [child.sys.executable, "-I", "-S", "-c", f"import runpy, sys; runpy.run_path({worker.__file__!r}); "
         "print([name for name in sys.modules if 'emulator' in name or name in ('asyncio', 'json', 'subprocess')])"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert loaded.stdout.strip() == "[]"


def test_a_frame_says_how_long_it_is(call):
    frame = protocol.run_frame(call("return 'ü'"))
    length, operation, seconds, memory = worker.CALL.unpack_from(frame)
    assert (len(frame) - worker.CALL.size, operation, seconds, memory) == (length, worker.RUN, 5.0, 16 << 20)
    assert frame[worker.CALL.size :].isascii()
