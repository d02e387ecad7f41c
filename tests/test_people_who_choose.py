"""People who answer a halt in selection mode: they name the way, and it is taken."""

from contextlib import suppress
from datetime import timedelta
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from interactor_emulator import Emulator
from interactor_emulator.errors import InvalidTransition

REVIEW: dict[str, Any] = {
    "name": "review",
    "initial_state": "ask",
    "states": {
        "ask": {
            "type": "halting",
            "halting_instructions": {"type": "message", "config": {"message": "Approve?"}},
            "transition_mode": "selection",
            "transitions": [
                {"key": "approve", "to": "approved", "description": "Approve"},
                {"key": "reject", "to": "rejected", "description": "Reject"},
            ],
        },
        "approved": {"type": "terminal"},
        "rejected": {"type": "terminal"},
    },
}


@pytest.fixture(autouse=True)
def review(interactor: Emulator) -> None:
    interactor.load(REVIEW)


@pytest.mark.parametrize(("key", "state"), [("approve", "approved"), ("reject", "rejected")])
def test_whoever_chooses_takes_that_way(interactor: Emulator, key: str, state: str) -> None:
    interactor.when("ask").choose(key, note="seen")
    interactor.start("review").assert_completed(state).assert_data(note="seen")
    assert interactor.people.unused() == []


def test_a_choice_has_its_time_too(interactor: Emulator) -> None:
    interactor.when("ask").choose("approve", after=timedelta(hours=2))
    run = interactor.start("review")
    interactor.clock.advance(hours=2, seconds=-1)
    run.assert_halted("ask")
    interactor.clock.advance(seconds=1)
    run.assert_completed("approved")


def test_a_choice_is_made_as_often_as_it_was_said(interactor: Emulator) -> None:
    interactor.when("ask").choose("approve", times=2).choose("reject")
    ends = [interactor.start("review").state for _ in range(4)]
    assert ends == ["approved", "approved", "rejected", "ask"]


def test_a_choice_answers_what_an_app_started(interactor: Emulator, interactor_client: httpx.Client) -> None:
    interactor.when("ask", workflow="review").choose("reject")
    made = interactor_client.post("/workflows/review/instances", json={"namespace": "n"}).json()["data"]
    interactor.settle()
    shown = interactor_client.get(f"/workflows/instances/{made['id']}").json()["data"]
    assert (shown["status"], shown["current_state"]) == ("completed", "rejected")


def test_a_choice_that_is_none_is_refused_and_told(interactor: Emulator) -> None:
    interactor.when("ask").choose("aprove")
    interactor.start("review").assert_halted("ask")
    assert [each.code for each in interactor.diagnostics if each.code == "answer_refused"] == ["answer_refused"]


WORDS = st.sampled_from(["approve", "reject", "neither", 5, None])


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(answer=st.dictionaries(st.sampled_from(["choice", "selected_option", "note"]), WORDS))
def test_what_was_chosen_is_understood_alike_on_every_way(
    interactor: Emulator, interactor_client: httpx.Client, answer: dict[str, Any]
) -> None:
    interactor.when("ask").answer(answer)
    by_a_person = interactor.start("review")
    in_process, over_http = interactor.start("review"), interactor.start("review")
    with suppress(InvalidTransition):
        in_process.resume(answer)
    interactor_client.post(f"/workflows/instances/{over_http.id}/resume", json={"input": answer})
    assert by_a_person.state == in_process.state == over_http.state
    assert by_a_person.data == in_process.data == over_http.data
