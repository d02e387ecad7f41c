"""What the history tells of a failure and of one thread, and that what the emulator noticed leaves it alone."""

from typing import Any

import httpx
import pytest
from interactor_emulator import Emulator

from tests.workflows import halt, script, terminal, workflow

END: dict[str, Any] = {"type": "terminal"}
ASK: dict[str, Any] = {"type": "halting", "transitions": [{"target": "a_done"}]}
TWO_THREADS: dict[str, Any] = {
    "name": "two",
    "initial_state": "split",
    "states": {
        "split": {"type": "action", "fork": {"a": "ask_a", "b": "ask_b"}, "transitions": [{"target": "wait"}]},
        "ask_a": ASK,
        "a_done": END,
        "ask_b": {"type": "halting", "transitions": [{"target": "b_done"}]},
        "b_done": END,
        "wait": {"type": "action", "join": True, "transitions": [{"target": "end"}]},
        "end": END,
    },
}
BROKEN: dict[str, Any] = {
    "name": "broken",
    "initial_state": "work",
    "states": {
        "work": {
            "type": "action",
            "logic": {"type": "script", "code": "throw new Error('no stock')"},
            "transitions": [{"target": "end"}],
        },
        "end": END,
    },
}


def events(client: httpx.Client, instance_id: str, **query: str) -> list[dict[str, Any]]:
    answer = client.get(f"/workflows/instances/{instance_id}/history", params=query)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["data"]["events"]
    return found


def kinds(found: list[dict[str, Any]]) -> list[str]:
    return [f"{each['type']}/{each['subtype']}" for each in found]


def test_the_event_of_a_failure_says_where_and_why(interactor: Emulator, interactor_client: httpx.Client) -> None:
    interactor.load(BROKEN)
    run = interactor.start("broken").assert_failed()
    [event] = events(interactor_client, run.id, types="error")
    assert list(event) == ["id", "type", "subtype", "timestamp", "state", "error_code", "message"]
    assert (event["subtype"], event["state"], event["error_code"]) == ("instance_failed", "work", "script_error")
    assert "no stock" in event["message"]


def test_the_history_of_one_thread_is_its_fork_its_halt_and_what_follows(
    interactor: Emulator, interactor_client: httpx.Client
) -> None:
    interactor.load(TWO_THREADS)
    run = interactor.start("two")
    run.thread("b").resume()
    assert kinds(events(interactor_client, run.id, thread="thread_a")) == ["transition/fork", "halt/waiting"]
    run.thread("a").resume()
    of_a = events(interactor_client, run.id, thread="thread_a")
    assert kinds(of_a) == ["transition/fork", "halt/waiting", "transition/state_change", "transition/join"]
    assert {each["thread_id"] for each in of_a} == {"thread_a"}
    assert of_a[0]["to_state"] == "ask_a"
    assert (of_a[2]["from_state"], of_a[2]["to_state"]) == ("ask_a", "a_done")
    both = events(interactor_client, run.id, thread="thread_b")
    assert not {each["id"] for each in of_a} & {each["id"] for each in both}
    assert all("thread_id" not in each for each in events(interactor_client, run.id, thread="thread_main"))


def _told(noticing: bool) -> tuple[list[str], list[str]]:
    """The ids of the events of an instance, and the codes of what was noticed meanwhile."""
    emulator = Emulator(seed=1, now="2026-01-20T12:00:00Z", limits={"slow_script_seconds": 1000})
    emulator.secrets["KEY"] = "very-secret-key"
    code = "return {key: secrets.KEY}" if noticing else "return {key: 'x'}"
    work = {"type": "action", "logic": {"type": "script", "code": code}, "transitions": [{"target": "ask"}]}
    ask = {"type": "halting", "transitions": [{"target": "end"}]}
    states = {"work": work, "ask": ask, "end": END}
    emulator.load({"name": "w", "initial_state": "work", "states": states})
    emulator.start("w").resume().assert_completed("end")
    run = emulator.start("w").resume()
    history = emulator.account.journal.of_instance(run.id)
    return [event.id for event in history], [notice.code for notice in emulator.diagnostics]


def test_what_is_noticed_shifts_no_id_of_an_event() -> None:
    (quiet, nothing), (loud, noticed) = _told(False), _told(True)
    assert nothing == []
    assert noticed == ["secret_in_output"] * 2
    assert loud == quiet


def test_what_is_noticed_is_no_part_of_the_history(interactor: Emulator, interactor_client: httpx.Client) -> None:
    interactor.load({"name": "noticed", "initial_state": "stuck", "states": {"stuck": {"type": "action"}}})
    run = interactor.start("noticed")
    assert "stuck_state" in [notice.code for notice in interactor.diagnostics if notice.instance_id]
    assert kinds(events(interactor_client, run.id)) == ["lifecycle/created"]


@pytest.mark.parametrize("end", ["completed", "failed", "cancelled"])
def test_the_instances_own_events_belong_to_the_main_thread(
    interactor: Emulator, interactor_client: httpx.Client, end: str
) -> None:
    states = {"ask": halt("work"), "work": script("if (input.fail) throw new Error('x'); return {}", "end")}
    interactor.load(workflow("w", {**states, "end": terminal()}))
    run = interactor.start("w", namespace="n")
    path = f"/workflows/instances/{run.id}"
    if end == "cancelled":
        interactor_client.post(f"{path}/cancel")
    else:
        interactor_client.post(f"{path}/resume", json={"input": {"fail": end == "failed"}})
    whole, of_main, of_other = (
        interactor_client.get(f"{path}/history{query}").json()["data"]["events"]
        for query in ("", "?thread=thread_main", "?thread=thread_x")
    )
    assert (whole, whole[-1]["subtype"], of_other) == (of_main, end, [])
