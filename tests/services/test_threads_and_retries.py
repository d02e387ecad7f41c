"""Threads of one instance that wait for different things at once: a retry, a join, a person."""

from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from interactor_emulator import Emulator
from interactor_emulator.state.events import Joined

URL = "https://erp.example/orders"
END: dict[str, Any] = {"type": "terminal"}
ASK: dict[str, Any] = {"type": "halting", "transitions": [{"target": "end"}]}


def test_a_parent_that_waits_for_a_retry_is_not_woken_by_the_end_of_its_child(interactor: Emulator) -> None:
    """Only a parent at a join waits for its children; this one waits for its time, and makes one call until then."""
    logic = {"type": "http", "method": "POST", "url": URL, "retry": {"attempts": 3, "backoff": "linear"}}
    states = {
        "split": {"type": "action", "fork": {"child": "ask"}, "transitions": [{"target": "call"}]},
        "call": {"type": "action", "logic": logic, "transitions": [{"target": "wait"}]},
        "wait": {"type": "terminal", "join": True},
        "ask": ASK,
        "end": END,
    }
    interactor.load({"name": "w", "initial_state": "split", "states": states})
    route = interactor.http.post(URL).mock(side_effect=[httpx.Response(503), httpx.Response(200)])
    run = interactor.start("w")
    assert route.call_count == 1
    run.thread("child").resume()
    assert run.thread("child").status == "completed"
    assert route.call_count == 1
    interactor.clock.advance(seconds=1)
    assert route.call_count == 2
    run.assert_completed("wait")


def _rounds(number: int) -> dict[str, Any]:
    """A workflow that forks a thread and waits for it, so many times."""
    states: dict[str, Any] = {"end": END}
    for at in range(1, number + 1):
        after = f"fork_{at + 1}" if at < number else "end"
        states[f"fork_{at}"] = {
            "type": "action",
            "fork": {f"child_{at}": "end"},
            "transitions": [{"target": f"join_{at}"}],
        }
        states[f"join_{at}"] = {"type": "action", "join": True, "transitions": [{"target": after}]}
    return {"name": "rounds", "initial_state": "fork_1", "states": states}


@given(number=st.integers(1, 6))
def test_each_thread_joins_once_however_often_its_parent_forks(number: int) -> None:
    emulator = Emulator(seed=1, now="2026-01-20T12:00:00Z")
    emulator.load(_rounds(number))
    run = emulator.start("rounds").assert_completed("end")
    history = emulator.account.journal.of_instance(run.id)
    joined = [event.thread_id for event in history if isinstance(event, Joined)]
    assert joined == [f"thread_child_{at}" for at in range(1, number + 1)]


def test_the_history_of_two_rounds_has_two_joins(interactor: Emulator, interactor_client: httpx.Client) -> None:
    interactor.load(_rounds(2))
    made = interactor_client.post("/workflows/rounds/instances", json={"namespace": "n"}).json()["data"]
    events = interactor_client.get(f"/workflows/instances/{made['id']}/history").json()["data"]["events"]
    joins = [(each["thread_id"], each["to_state"]) for each in events if each["subtype"] == "join"]
    assert joins == [("thread_child_1", "join_1"), ("thread_child_2", "join_2")]


@pytest.mark.parametrize(
    ("joins", "held", "status", "code"),
    [(True, 1, 400, "instance_not_halted"), (False, 2, 409, "concurrent_modification")],
    ids=["the parent waits", "the parent is over"],
)
def test_a_resume_of_the_instance_answers_the_thread_that_it_shows_while_that_one_is_answered(
    interactor: Emulator, queue: Any, joins: bool, held: int, status: int, code: str
) -> None:
    """With a parent at a join the instance runs, and shows none; with all threads halted it shows the first."""
    states = {
        "split": {"type": "action", "fork": {"a": "ask", "b": "ask"}, "transitions": [{"target": "wait"}]},
        "ask": ASK,
        "wait": {"type": "terminal", "join": joins},
        "end": END,
    }
    interactor.load({"name": "w", "initial_state": "split", "states": states})
    path = f"/workflows/instances/{interactor.start('w', namespace='n').id}"
    queue.hold("resume")
    thread = queue.send(f"{path}/threads/thread_a/resume", {"input": {"a": 1}})
    assert queue.held == 1
    instance = queue.send(f"{path}/resume", {"input": {"b": 1}})
    assert queue.held == held
    queue.release()
    assert thread.result().status_code == 200
    refused = instance.result()
    assert (refused.status_code, refused.json()["error"]["code"]) == (status, code)
