"""Threads: fork, join, resume of one, failure of one, the limit, the shared data."""

from typing import Any

import httpx
import pytest
from interactor_emulator import Emulator, ExecutionFailed, InstanceNotHalted, ThreadNotFound

from tests.workflows import State, action, halt, script, terminal, workflow

END = terminal()
WAIT = action("end", join=True)


def load(emulator: Emulator, **states: State) -> None:
    emulator.load(workflow("w", states))


def two_approvals(emulator: Emulator, fork: dict[str, str] | list[str]) -> None:
    load(
        emulator,
        split=action("wait", fork=fork),
        ask_one=halt("one_done"),
        one_done=END,
        ask_two=halt("two_done"),
        two_done=END,
        wait=WAIT,
        end=END,
    )


def test_an_object_starts_threads_by_name_and_a_join_waits_for_them(interactor: Emulator) -> None:
    two_approvals(interactor, fork={"one": "ask_one", "two": "ask_two"})
    run = interactor.start("w")
    assert run.threads == {"thread_main": "wait", "thread_one": "ask_one", "thread_two": "ask_two"}
    assert (run.status, run.state) == ("running", "wait")
    run.thread("one").resume(a=1)
    assert (run.status, run.thread("one").status, run.thread("one").state) == ("running", "completed", "one_done")
    run.thread("thread_two").resume(b=2)
    run.assert_completed("end").assert_data(a=1, b=2)
    run.assert_path("split", "ask_one", "ask_two", "wait", "one_done", "two_done", "end")


def test_a_list_starts_threads_by_number(interactor: Emulator) -> None:
    two_approvals(interactor, fork=["ask_one", "ask_two"])
    assert list(interactor.start("w").threads) == ["thread_main", "thread_1", "thread_2"]


def test_whoever_waits_in_a_state_is_found_by_it(interactor: Emulator) -> None:
    two_approvals(interactor, fork={"one": "ask_one", "two": "ask_two"})
    run = interactor.start("w")
    assert run.waiting_in("ask_two").id == "thread_two"
    run.waiting_in("ask_two").resume(b=2)
    with pytest.raises(AssertionError, match="expected it to be halted in ask_two, but it is running in wait"):
        run.waiting_in("ask_two")
    interactor.aio.run(run.id).waiting_in("ask_one").assert_halted("ask_one")


def test_while_a_parent_waits_at_a_join_its_threads_are_answered_one_by_one(interactor: Emulator) -> None:
    two_approvals(interactor, fork=["ask_one", "ask_two"])
    run = interactor.start("w")
    with pytest.raises(InstanceNotHalted, match=r"resume one of its threads \(thread_1, thread_2\) with POST"):
        run.resume(a=1)
    assert (run.presentation, run.options) == (None, None)
    with pytest.raises(ThreadNotFound, match="Thread 'three' not found"):
        run.thread("three")
    run.thread("1").resume()
    with pytest.raises(InstanceNotHalted, match=r"Thread 'thread_1' of instance .* \(status: completed\)"):
        run.thread("1").resume()


def message(text: str) -> dict[str, Any]:
    return {"type": "message", "message": text}


@pytest.mark.parametrize("main_halts", [True, False])
def test_a_resume_of_a_halted_instance_answers_the_thread_that_it_shows(
    interactor: Emulator, interactor_client: httpx.Client, main_halts: bool
) -> None:
    """The main thread if it is halted, else the one that was forked first."""
    load(
        interactor,
        split=action("main" if main_halts else "end", fork={"b": "second", "a": "first"}),
        main=halt("end", presentation=message("main")),
        first=halt("end", presentation=message("first")),
        second=halt("end", presentation=message("second")),
        end=END,
    )
    run = interactor.start("w", namespace="n")
    path = f"/workflows/instances/{run.id}"
    for expected in (["main"] if main_halts else []) + ["second", "first"]:
        whole = interactor_client.get(path).json()["data"]
        assert (whole["status"], whole["halting_presentation"]) == ("halted", message(expected))
        assert run.presentation == message(expected)
        interactor_client.post(f"{path}/resume", json={"input": {expected: True}})
    run.assert_completed()
    answered = [visit.state for visit in run.history if visit.resumed is not None]
    assert sorted(answered) == sorted((["main"] if main_halts else []) + ["first", "second"])
    assert set(run.data) == set(answered)


def test_without_a_join_the_last_thread_to_end_completes_the_instance(interactor: Emulator) -> None:
    load(
        interactor,
        split=action("end", fork=["ask"]),
        ask=halt("late"),
        late=END,
        end=END,
    )
    run = interactor.start("w")
    assert (run.status, run.state) == ("halted", "end")
    run.resume(x=1)
    run.assert_completed("late")


def test_a_join_that_comes_after_its_threads_does_not_wait(interactor: Emulator) -> None:
    load(
        interactor,
        split=action("ask", fork=["quick"]),
        quick=END,
        ask=halt("wait"),
        wait=terminal(join=True),
    )
    interactor.start("w").assert_halted("ask").resume().assert_completed("wait")


def test_a_halting_state_may_join_too(interactor: Emulator) -> None:
    load(
        interactor,
        split=action("review", fork=["work"]),
        work=script("return {done: true}", "worked"),
        worked=END,
        review=halt("end", join=True),
        end=END,
    )
    interactor.start("w").assert_halted("review").assert_data(done=True).resume().assert_completed("end")


def test_the_failure_of_one_thread_fails_the_instance_and_stops_the_others(interactor: Emulator) -> None:
    load(
        interactor,
        split=action("wait", fork={"bad": "ask", "good": "wait_here"}),
        ask=halt("broken"),
        broken=script("throw new Error('no')", "end"),
        wait_here=halt("end"),
        wait=WAIT,
        end=END,
    )
    run = interactor.start("w")
    with pytest.raises(ExecutionFailed) as caught:
        run.thread("bad").resume()
    assert isinstance(caught.value.details, dict)
    assert caught.value.details["thread_id"] == "thread_bad"
    run.assert_failed(code="script_error")
    assert [run.thread(name).status for name in ("main", "bad", "good")] == ["failed"] * 3


def test_a_cancel_stops_all_threads(interactor: Emulator) -> None:
    two_approvals(interactor, fork=["ask_one", "ask_two"])
    run = interactor.start("w").cancel().assert_cancelled(reason="requested")
    assert {run.thread(name).status for name in run.threads} == {"cancelled"}


def test_ten_threads_may_run_and_no_more(interactor: Emulator) -> None:
    for name, forks in (("nine", 9), ("ten", 10)):
        states = {"split": action("end", fork=["ask"] * forks), "ask": halt("end"), "end": terminal(join=True)}
        interactor.load(workflow(name, states))
    assert len(interactor.start("nine").threads) == 10
    run = interactor.start("ten").assert_failed(code="internal_error", state="split")
    assert str(run.failure) == "Thread limit exceeded (10) by the fork of state 'split'"


def test_a_loop_of_forks_and_joins_ends_at_the_limit_of_transitions(interactor: Emulator) -> None:
    load(
        interactor,
        split=action("wait", fork={"a": "end"}),
        wait=action("split", join=True),
        end=END,
    )
    run = interactor.start("w").assert_failed(code="internal_error")
    assert "Transition limit exceeded (1000)" in str(run.failure)
    assert list(run.threads)[1:4] == ["thread_a", "thread_a_2", "thread_a_3"]


def test_what_another_thread_changed_while_a_script_ran_stays(interactor: Emulator) -> None:
    """A script hands back all data; only what it changed itself is merged."""
    load(
        interactor,
        start=script("return {mine: 0, yours: 0}", "split"),
        split=action("wait", fork={"a": "ask_a", "b": "ask_b"}),
        ask_a=halt("call"),
        call=action(
            "end",
            logic=[
                {"type": "http", "method": "GET", "url": "https://x.example/"},
                {"type": "script", "code": "return {...workflow_data, mine: 1}"},
            ],
        ),
        ask_b=halt("end"),
        wait=WAIT,
        end=END,
    )
    run = interactor.start("w")

    def meanwhile(_request: httpx.Request) -> httpx.Response:
        run.thread("b").resume(yours=2)
        return httpx.Response(200, json={"mine": 5})

    interactor.http.get("https://x.example/").mock(side_effect=meanwhile)
    run.thread("a").resume()
    run.assert_completed("end").assert_data(mine=1, yours=2)


def test_the_ttl_runs_from_the_change_of_status_not_from_a_threads_step(interactor: Emulator) -> None:
    two_approvals(interactor, fork=["ask_one", "ask_two"])
    run = interactor.start("w")
    interactor.clock.advance(days=29)
    run.thread("1").resume()
    interactor.clock.advance(days=1)
    run.assert_cancelled(reason="ttl_expired")
