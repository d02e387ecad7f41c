"""The inbox of a test: what it waits for, and what it shows when that does not come."""

import re
from typing import Any, Final

import pytest
from interactor_emulator import Emulator
from interactor_emulator.facade.inbox import Inbox

from .test_delivery import ASK

HALTED: Final = "workflow.instance.halted"
COMPLETED: Final = "workflow.instance.completed"


@pytest.fixture
def halted(interactor: Emulator, interactor_inbox: Inbox) -> Inbox:
    interactor.load(ASK)
    interactor.start("ask", {"amount": 7}, namespace="user_1")
    return interactor_inbox


def test_it_waits_for_each_delivery_once(interactor: Emulator, halted: Inbox) -> None:
    first = halted.wait_for(HALTED, namespace="user_1")
    interactor.start("ask", namespace="user_2")
    assert interactor.webhooks.wait_for(HALTED).data["namespace"] == "user_2"
    assert halted.assert_delivered(HALTED) is first
    halted.assert_not_delivered(COMPLETED)


def test_what_did_not_come_is_shown_with_what_did(interactor: Emulator, halted: Inbox) -> None:
    with pytest.raises(AssertionError) as told:
        halted.wait_for(COMPLETED, timeout=0)
    assert str(told.value) == (
        "no workflow.instance.completed within 0 s\n"
        "received, oldest first: workflow.instance.created, workflow.instance.halted\n"
        f"{interactor.runs[0].id} (ask) is halted in ask"
    )
    with pytest.raises(AssertionError, match="was delivered: del_"):
        halted.assert_not_delivered(HALTED)


def test_the_nearest_miss_is_shown(halted: Inbox) -> None:
    with pytest.raises(AssertionError) as told:
        halted.assert_delivered(HALTED, namespace="user_1", current_state="review", vip=True)
    lines = str(told.value).splitlines()
    assert lines[0].startswith(f'{HALTED} with {{"namespace":"user_1"')
    assert lines[2:-1] == [
        '  current_state: expected "review", got "ask"',
        "  vip: expected true, got no such member (there are instance_id, workflow_name, version_id, namespace, "
        "current_state, workflow_data, halting_presentation)",
    ]


def test_whoever_means_a_number_of_deliveries_is_told_how_to_count_them(interactor: Emulator, halted: Inbox) -> None:
    interactor.start("ask", {"amount": 7, "times": 3}, namespace="user_2")
    with pytest.raises(
        AssertionError, match=r"times: expected 2, got no such member .*\n  times is looked for"
    ) as told:
        halted.assert_delivered(HALTED, namespace="user_1", times=2)
    (expression,) = re.findall(r"\.events\.count\('[a-z.]+'\), 2", str(told.value))
    assert expression == f".events.count('{HALTED}'), {halted.events.count(HALTED)}"


def test_it_refuses_what_is_forged_and_says_so(interactor: Emulator, interactor_inbox: Inbox) -> None:
    interactor.load(ASK)
    interactor.faults.webhook("bad_signature")
    interactor.start("ask")
    assert [error.code for error in interactor_inbox.refused] == ["wrong_signature"] * 2
    with pytest.raises(AssertionError, match=r"nothing was received\nrefused: The signature fits neither"):
        interactor_inbox.assert_delivered(HALTED)
    interactor_inbox.clear()
    assert interactor_inbox.refused == []


def test_what_is_still_on_its_way_is_told(interactor: Emulator, interactor_inbox: Inbox) -> None:
    with pytest.raises(AssertionError, match="nothing was received\nno instance was started"):
        interactor_inbox.assert_delivered(HALTED)
    interactor.load(ASK)
    interactor_inbox.fail_next(2)
    interactor.start("ask")
    with pytest.raises(AssertionError, match="next attempt at 2026-01-20T12:00:30Z; advance the clock"):
        interactor_inbox.wait_for(HALTED, timeout=0)


def test_an_event_that_others_were_told_of_is_told_with_them(interactor: Emulator) -> None:
    """A receiver of the test's own got it, and the inbox was asked for too late."""

    def app(environ: Any, start: Any) -> list[bytes]:
        start("200 OK", [])
        return []

    interactor.load(ASK)
    mine = interactor.webhooks.subscribe(app, [HALTED])
    away = interactor.webhooks.subscribe("http://127.0.0.1:9/hook", [HALTED])
    run = interactor.start("ask")
    with pytest.raises(AssertionError) as told:
        interactor.webhooks.wait_for(HALTED, timeout=0)
    lines = str(told.value).splitlines()
    assert any(f"was sent to {mine.id} (the application {__name__}.test_an_event" in line for line in lines)
    assert f"{HALTED} of {run.id} was sent to {away.id} (http://127.0.0.1:9/hook): dead: Egress to" in str(told.value)
    assert any(line.endswith("what others were sent is in interactor.webhooks.deliveries") for line in lines)
    assert f"{HALTED} of {run.id} came before the inbox was asked for: ask first" in str(told.value)
    with pytest.raises(AssertionError) as told:
        interactor.webhooks.inbox.assert_delivered(COMPLETED)
    assert HALTED not in str(told.value)


def answering(status: str) -> Any:
    def app(environ: Any, start: Any) -> list[bytes]:
        start(status, [])
        return [b"no such key"]

    return app


@pytest.mark.parametrize("status", ["401 Unauthorized", "500 Internal Server Error", "302 Found"])
def test_what_another_receiver_answered_is_told(interactor: Emulator, interactor_inbox: Inbox, status: str) -> None:
    interactor.load(ASK)
    other = interactor.webhooks.subscribe(answering(status), [HALTED])
    interactor.start("ask")
    interactor_inbox.clear()
    with pytest.raises(AssertionError, match=rf"{other.id} \(.*\): pending: answered {status[:3]}: no such key"):
        interactor_inbox.assert_delivered(HALTED)


def test_a_delivery_shows_itself_with_the_reason_in_front(interactor: Emulator) -> None:
    interactor.load(ASK)
    refusing = interactor.webhooks.subscribe(answering("401 Unauthorized"), [HALTED])
    run = interactor.start("ask")
    [delivery] = interactor.webhooks.deliveries
    assert repr(delivery) == (
        f"<pending: answered 401: no such key; {HALTED} of {run.id} to {refusing.id}, 1 attempt, {delivery.id}>"
    )


def test_nothing_is_waited_for_where_nothing_can_come(pytester: pytest.Pytester) -> None:
    """A whole minute would be the test's time-out: what can come by nobody is told at once."""
    pytester.makepyfile(
        """
import pytest
from concurrent.futures import ThreadPoolExecutor

ASK = {"name": "ask", "initial_state": "ask", "states": {
    "ask": {"type": "halting", "transitions": [{"target": "end"}]}, "end": {"type": "terminal"}}}

def test_by_nobody(interactor):
    interactor.load(ASK)
    interactor.start("ask")
    inbox = interactor.webhooks.inbox
    with pytest.raises(AssertionError, match="completed came: the clock stands, and nothing is under way"):
        inbox.wait_for("workflow.instance.completed", timeout=1e6)

def test_asked_for_too_late(interactor, interactor_server):
    interactor.load(ASK)
    interactor.start("ask")
    with pytest.raises(AssertionError, match="came before the inbox was asked for"):
        interactor.webhooks.wait_for("workflow.instance.halted", timeout=1e6)

def test_by_another_thread(interactor, interactor_inbox):
    interactor.load(ASK)
    with ThreadPoolExecutor(1) as pool:
        pool.submit(interactor.start, "ask")
        interactor_inbox.wait_for("workflow.instance.halted")
"""
    )
    pytester.runpytest_subprocess("-p", "no:randomly").assert_outcomes(passed=3)
