"""People who answer by themselves: on the clock, in turn, by data, never."""

from datetime import timedelta

import httpx
import pytest
from interactor_emulator import Emulator
from interactor_emulator.limits import Limits

from tests.workflows import halt, terminal, to, workflow

ASK = workflow(
    "ask", {"first": halt("second"), "second": halt(to("end", ok=True), to("first", ok=False)), "end": terminal()}
)


@pytest.fixture(autouse=True)
def ask(interactor: Emulator) -> None:
    interactor.load(ASK)


def test_somebody_answers_after_two_hours(interactor: Emulator) -> None:
    interactor.when("first").answer(a=1, after=timedelta(hours=2))
    run = interactor.start("ask")
    interactor.clock.advance(hours=1, minutes=59)
    run.assert_halted("first")
    assert [each.kind for each in interactor.clock.advance(minutes=1)] == ["person_answers"]
    run.assert_halted("second").assert_data(a=1)


def test_in_turn_by_data_and_never(interactor: Emulator) -> None:
    interactor.when("first").answer(n=1).answer(lambda data: {"n": data["n"] + 1}).never()
    interactor.when("second", workflow="ask").answer(ok=False, times=2)
    run = interactor.start("ask")
    run.assert_halted("first").assert_path("first", "second", "first", "second", "first").assert_data(n=2)
    assert interactor.people.unused() == []
    run.resume(n=9).assert_halted("second")


def test_who_answers_first_wins(interactor: Emulator) -> None:
    interactor.when("first").answer(late=True, after=60)
    run = interactor.start("ask").resume(late=False)
    interactor.clock.advance(minutes=2)
    run.assert_halted("second").assert_data(late=False)


def test_a_refused_answer_is_a_diagnostic(interactor: Emulator) -> None:
    interactor.when("first").answer()
    interactor.when("second").answer(ok="perhaps")
    interactor.start("ask").assert_halted("second")
    (noticed,) = [each for each in interactor.diagnostics if each.code == "answer_refused"]
    assert noticed.message.startswith("The answer to 'second' was refused: invalid_transition:")


def test_who_always_answers_does_not_keep_a_loop_going_for_ever(interactor: Emulator) -> None:
    interactor.when("first").answer(times=None)
    interactor.when("second").answer(ok=False, times=None)
    run = interactor.start("ask")
    assert run.status == "halted"
    assert len(run.path) < Limits().transitions_per_run * 10


def test_what_was_never_used_is_told(interactor: Emulator) -> None:
    interactor.when("first").answer(a=1)
    interactor.when("nowhere").answer(b=2).never().answer(lambda _data: {})
    interactor.start("ask")
    assert interactor.people.unused() == [
        "an answer to 'nowhere': {'b': 2}",
        "an answer to 'nowhere': (never)",
        "an answer to 'nowhere': (a function)",
    ]


def test_they_answer_what_an_app_starts_over_http(interactor: Emulator, interactor_client: httpx.Client) -> None:
    interactor.when("first").answer(after=60)
    interactor.when("second").answer(ok=True)
    made = interactor_client.post("/workflows/ask/instances", json={"namespace": "a"}).json()["data"]
    assert made["current_state"] == "first"
    interactor.clock.advance(minutes=1)
    assert interactor_client.get(f"/workflows/instances/{made['id']}").json()["data"]["status"] == "completed"


@pytest.mark.parametrize("wrong", [{"after": -1}, {"times": 0}])
def test_what_makes_no_sense_is_refused(interactor: Emulator, wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="after must not be negative, and times is at least 1"):
        interactor.when("first").answer(**wrong)
