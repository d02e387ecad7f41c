"""What falls due next, and time that moves there; spans of every unit."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from interactor_emulator import Emulator, EmulatorClock

from tests.workflows import halt, http, terminal, workflow

NOON = datetime(2026, 1, 20, 12, tzinfo=UTC)
ASK = workflow("ask", {"wait": halt("end"), "end": terminal()})


def test_nothing_is_due_and_nothing_moves(interactor: Emulator) -> None:
    assert interactor.next_due is None
    assert interactor.clock.advance_to_next() == []
    assert interactor.clock.now == NOON


def test_time_moves_from_one_thing_to_the_next(interactor: Emulator) -> None:
    interactor.load(ASK)
    interactor.when("wait").answer(after=timedelta(hours=2))
    run = interactor.start("ask")
    due = interactor.next_due
    assert due is not None
    assert (due.at, due.kind, due.subject) == (NOON + timedelta(hours=2), "person_answers", run.id)
    (fired,) = interactor.clock.advance_to_next()
    assert (fired.at, fired.subject, interactor.clock.now) == (due.at, run.id, due.at)
    run.assert_completed("end")


def test_all_that_is_due_at_one_instant_fires_together(interactor: Emulator) -> None:
    interactor.load(ASK)
    runs = [interactor.start("ask") for _ in range(3)]
    assert len(interactor.clock.advance_to_next()) == 3
    for run in runs:
        run.assert_cancelled(reason="ttl_expired")
    assert interactor.clock.now == NOON + timedelta(days=90)


def test_attempts_and_retries_are_found_one_by_one(interactor: Emulator) -> None:
    interactor.load(
        workflow(
            "calls",
            {"call": http("https://x.example/", "end", retry={"attempts": 3, "backoff": "linear"}), "end": terminal()},
        )
    )
    route = interactor.http.get("https://x.example/").respond(503)
    interactor.start("calls")
    for calls in (2, 3):
        interactor.clock.advance_to_next()
        assert route.call_count == calls
    inbox = interactor.webhooks.inbox
    inbox.fail_next()
    interactor.load(ASK)
    interactor.start("ask")
    (delivery,) = interactor.webhooks.pending
    assert delivery.next_attempt_at is not None
    due = interactor.next_due
    assert due is not None
    assert due.at == delivery.next_attempt_at == interactor.clock.now + timedelta(seconds=30)


def test_a_clock_that_runs_knows_what_is_next(interactor: Emulator) -> None:
    interactor.load(ASK)
    interactor.clock.unfreeze()
    run = interactor.start("ask")
    assert interactor.next_due is not None
    interactor.clock.advance_to_next()
    run.assert_cancelled(reason="ttl_expired")


@pytest.mark.parametrize("by_control", [True, False])
def test_a_clock_that_runs_moves_on_from_when_what_is_due_is_done(
    interactor: Emulator, interactor_client: httpx.Client, by_control: bool
) -> None:
    """The attempt that is due takes time on such a clock: what is 30 seconds after it is within 30 seconds."""

    def app(_environ: Any, start_response: Any) -> list[bytes]:
        began = interactor.clock.now
        while interactor.clock.now - began < timedelta(milliseconds=2):
            pass
        start_response("500 Internal Server Error", [])
        return []

    interactor.load(ASK)
    interactor.webhooks.subscribe(app, ["workflow.instance.created"])
    interactor.clock.unfreeze()
    interactor_client.post("/workflows/ask/instances", json={"namespace": "n"})
    if by_control:
        control = interactor_client.base_url.copy_with(path="/_emulator/clock/advance")
        interactor_client.post(control, json={"seconds": 30})
    else:
        interactor.clock.advance(seconds=30)
    [delivery] = interactor.webhooks.deliveries
    assert len(delivery.attempts) == 2


@pytest.mark.parametrize(
    ("advance", "span"),
    [
        (lambda clock: clock.advance(weeks=1), timedelta(days=7)),
        (lambda clock: clock.advance(timedelta(hours=3)), timedelta(hours=3)),
        (lambda clock: clock.advance(timedelta(weeks=1), days=-1, minutes=1), timedelta(days=6, minutes=1)),
        (lambda clock: clock.advance(days=0.5, seconds=0.25), timedelta(hours=12, milliseconds=250)),
        (lambda clock: clock.advance(hours=0), timedelta()),
    ],
)
def test_a_span_has_any_unit(interactor: Emulator, advance: Callable[[EmulatorClock], Any], span: timedelta) -> None:
    advance(interactor.clock)
    assert interactor.clock.now - NOON == span


@pytest.mark.parametrize("wrong", [5, 0, "1 day", {"days": 1}])
def test_a_bare_number_is_no_span(interactor: Emulator, wrong: Any) -> None:
    with pytest.raises(TypeError, match="advance takes a timedelta, or weeks=, days="):
        interactor.clock.advance(wrong)
    with pytest.raises(TypeError, match="seconds=, not nothing"):
        interactor.clock.advance()
    with pytest.raises(ValueError, match="time never moves backwards"):
        interactor.clock.advance(timedelta(seconds=-1))


@pytest.mark.asyncio
async def test_they_can_be_awaited(interactor: Emulator) -> None:
    await interactor.aio.load(ASK)
    run = await interactor.aio.start("ask")
    await interactor.aio.advance(timedelta(days=1), weeks=1)
    assert (await interactor.aio.advance_to_next())[0].subject == run.id
