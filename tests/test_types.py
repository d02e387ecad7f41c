"""What a test writes in its annotations: names of the top, words as Literals, members with the wire's names."""

import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, assert_type

import httpx
import pytest
from interactor_emulator import (
    AsyncRun,
    AsyncThread,
    Decision,
    DeliveryStatus,
    Emulator,
    Inbox,
    InstanceStatus,
    Options,
    Run,
    RunThread,
    ValidationError,
    Variants,
    Visit,
)
from interactor_emulator.faults.on_webhooks import CHANGES
from interactor_emulator.faults.rules import EFFECTS

from tests.workflows import halt, terminal, workflow

NOON = datetime(2026, 1, 20, 12, tzinfo=UTC)
CHOICE = workflow(
    "review",
    {
        "ask": {
            "type": "halting",
            "halting_instructions": {"type": "message", "config": {"message": "Approve?", "title": "T"}},
            "transition_mode": "selection",
            "transitions": [{"key": "yes", "to": "end", "description": "Approve"}],
        },
        "end": terminal(),
    },
)


def test_options_have_the_names_and_values_that_the_wire_has(
    interactor: Emulator, interactor_client: httpx.Client
) -> None:
    interactor.load(CHOICE)
    run = interactor.start("review")
    options = run.options
    assert options is not None
    wire = interactor_client.get(f"/workflows/instances/{run.id}").json()["data"]["halted_options"]
    for choice in wire.pop("choices"):
        assert {name: getattr(options.choices[0], name) for name in choice} == choice
    found = {name: getattr(options, name) for name in wire}
    assert {**found, "include_data": list(options.include_data)} == wire


def test_subscriptions_and_deliveries_have_the_names_that_the_wire_has(
    interactor: Emulator, interactor_client: httpx.Client
) -> None:
    subscription = interactor.webhooks.subscribe("http://127.0.0.1:9/", namespace="n")
    interactor.load(CHOICE)
    interactor.start("review", namespace="n")
    interactor.settle()
    (wire,) = interactor_client.get("/webhooks/subscriptions").json()["data"]["subscriptions"]
    assert set(wire) <= {name for name in dir(subscription) if not name.startswith("_")} | {"status"}
    deliveries = str(interactor_client.base_url).replace("/api/v1/", "/_emulator/deliveries")
    shown = interactor_client.get(deliveries).json()["deliveries"][0]
    delivery = interactor.webhooks.deliveries[0]
    assert set(shown) <= {name for name in dir(delivery) if not name.startswith("_")}
    assert shown["attempts"][0]["fault"] == delivery.attempts[0].fault


def test_times_are_datetimes_with_the_wires_names(interactor: Emulator) -> None:
    inbox = interactor.webhooks.inbox
    interactor.load(workflow("w", {"ask": halt("end"), "end": terminal()}))
    run = interactor.start("w")
    interactor.clock.advance(hours=1)
    run.resume()
    first, last = run.history
    assert (first.entered_at, (first.exited_at or NOON) - NOON, last.exited_at) == (NOON, last.entered_at - NOON, None)
    assert [each.at.hour for each in run.decisions()] == [13]
    assert [each.timestamp for each in inbox.received][:2] == [NOON, NOON]
    delivery = interactor.webhooks.deliveries[0]
    assert (delivery.created_at, delivery.attempts[0].at, delivery.next_attempt_at) == (NOON, NOON, None)
    assert interactor.webhooks.subscribe("http://127.0.0.1:9/").created_at == interactor.clock.now


def test_every_change_of_a_delivery_is_an_effect_by_name() -> None:
    assert set(CHANGES) < set(EFFECTS)


def test_a_mistaken_word_is_refused_and_a_type_checker_knows_it(interactor: Emulator) -> None:
    """Each comment would be an error of the type checker's, were the word right."""
    interactor.load(CHOICE)
    inbox: Inbox = interactor.webhooks.inbox
    run: Run = interactor.start("review")
    wrong: list[Callable[[], object]] = [
        lambda: interactor.faults.webhook("duplciate"),  # type: ignore[arg-type]
        lambda: interactor.faults.webhook("duplicate", event="instance.completed"),  # type: ignore[arg-type]
        lambda: interactor.webhooks.subscribe("http://x", ["workflow.instance.ended"]),  # type: ignore[list-item]
        lambda: inbox.assert_delivered("workflow.instance.complete"),  # type: ignore[arg-type]
        lambda: interactor.hold("resum"),  # type: ignore[arg-type]
        lambda: run.assert_cancelled(reason="ttl"),  # type: ignore[arg-type]
        lambda: Emulator(token_timestamps="walls"),  # type: ignore[arg-type]
        lambda: Emulator(execution="later"),  # type: ignore[arg-type]
    ]
    for call in wrong:
        with pytest.raises((ValueError, ValidationError, AssertionError)):
            call()
    status: InstanceStatus = run.status
    statuses: list[DeliveryStatus] = [each.status for each in interactor.webhooks.deliveries]
    thread: RunThread = run.thread("main").assert_halted()
    assert (status, statuses, thread.state) == ("halted", ["delivered", "delivered"], "ask")


@pytest.mark.asyncio
async def test_what_is_awaited_has_the_types_of_what_blocks(interactor: Emulator) -> None:
    """A type checker knows each of these: where it lost one, `assert_type` would be its error."""
    await interactor.aio.load(CHOICE)
    run = assert_type(await interactor.aio.start("review"), AsyncRun)
    assert_type(run.assert_halted("ask").assert_path("ask"), AsyncRun)
    thread = assert_type(run.thread("main").assert_halted(), AsyncThread)
    assert_type(run.status, InstanceStatus)
    assert_type(thread.options, Options | None)
    assert_type(run.history, list[Visit])
    assert_type(thread.decisions(), list[Decision])
    done = assert_type(await thread.choose("yes"), AsyncRun).assert_completed("end").assert_data(choice="yes")
    assert (done, done.state, run.path, thread.path) == (run, "end", ["ask", "end"], ["ask", "end"])
    assert repr(run) == f"<AsyncRun {run.id} completed in end>"
    wrong: list[Callable[[], object]] = [
        lambda: run.assert_cancelled(reason="ttl"),  # type: ignore[arg-type]
        lambda: run.assert_halt("ask"),  # type: ignore[attr-defined]
        lambda: thread.assert_halt("ask"),  # type: ignore[attr-defined]
        lambda: interactor.aio.hold("resum").hold,  # type: ignore[arg-type, attr-defined]
    ]
    for call in wrong:
        with pytest.raises((AssertionError, AttributeError)):
            call()


@pytest.mark.asyncio
async def test_an_answer_after_an_assertion_is_awaited_too(interactor: Emulator) -> None:
    await interactor.aio.load(CHOICE)
    run = await (await interactor.aio.start("review")).assert_halted("ask").choose("yes")
    run.assert_completed("end")


def test_variants_are_a_type_that_a_test_may_write() -> None:
    variants = Variants(answers="whole")
    assert_type(Emulator(variants=variants).variants, Variants)
    with pytest.raises(ValueError, match="variant answers is short or whole, not 'long'"):
        Variants(answers="long")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("event", "near"),
    [
        ("instance.completed", "did you mean workflow.instance.completed?"),
        ("workflow.instance.complete", "did you mean workflow.instance.completed?"),
        ("x", "there are workflow.instance.created, "),
    ],
)
def test_an_event_that_there_is_not_names_the_nearest(interactor: Emulator, event: str, near: str) -> None:
    """Nobody waits for it, and nobody is glad that it was not delivered."""
    inbox = interactor.webhooks.inbox
    calls: list[Callable[[Any], object]] = [
        inbox.wait_for,
        inbox.assert_delivered,
        inbox.assert_not_delivered,
        interactor.webhooks.wait_for,
    ]
    for call in calls:
        with pytest.raises(ValueError, match=f"unknown event '{event}'") as raised:
            call(event)
        assert near in str(raised.value)
    with pytest.raises(ValueError, match=f"unknown event '{event}'") as raised:
        interactor.faults.webhook("duplicate", event=event)  # type: ignore[arg-type]
    assert near in str(raised.value)
    inbox.assert_not_delivered("workflow.instance.archived")


def test_the_top_imports_nothing_before_it_is_asked() -> None:
    heavy = "('starlette', 'httpx', 'asyncio')"
    code = f"import sys, interactor_emulator; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
