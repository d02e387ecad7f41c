"""What waits for its minute, its successor, or nobody any more, and what the ledger of an advance tells of it."""

from typing import Final

import pytest
from interactor_emulator import Emulator
from interactor_emulator.faults.rules import Effect

from .test_delivery import ASK, END, SECRET, App

CREATED: Final = "workflow.instance.created"
COMPLETED: Final = "workflow.instance.completed"


def seconds(emulator: Emulator) -> list[list[float]]:
    """When each delivery was attempted, counted from its event."""
    return [[(attempt.at_ms - each.at_ms) / 1000 for attempt in each.attempts] for each in emulator.webhooks.deliveries]


@pytest.mark.interactor(limits={"webhook_events_per_minute": 1})
def test_the_excess_goes_out_when_the_next_minute_begins(interactor: Emulator) -> None:
    interactor.load(END)
    subscription = interactor.webhooks.subscribe(App(), [CREATED, COMPLETED], secret=SECRET)
    interactor.start("end")
    assert seconds(interactor) == [[0], []]
    began = interactor.clock.now.timestamp()
    fired = interactor.clock.advance(minutes=10)
    assert seconds(interactor) == [[0], [60]]
    assert [(each.kind, each.subject, each.at_ms / 1000 - began) for each in fired] == [
        ("webhook_minute", subscription.id, 60)
    ]


@pytest.mark.interactor(limits={"webhook_events_per_minute": 1})
def test_each_minute_lets_as_many_through_as_the_first(interactor: Emulator) -> None:
    """Four events at once: created, halted, resumed, completed."""
    interactor.load(ASK)
    interactor.when("ask").answer()
    interactor.webhooks.subscribe(App(), secret=SECRET)
    interactor.start("ask").assert_completed()
    fired = interactor.clock.advance(minutes=10)
    assert seconds(interactor) == [[0], [60], [120], [180]]
    assert [each.kind for each in fired] == ["webhook_minute"] * 3


@pytest.mark.interactor(limits={"webhook_events_per_minute": 2})
def test_a_retry_takes_no_place_of_a_minute(interactor: Emulator) -> None:
    interactor.load(END)
    interactor.webhooks.subscribe(App(500), [CREATED], secret=SECRET)
    interactor.start("end")
    interactor.clock.advance(seconds=30)
    interactor.start("end")
    assert seconds(interactor) == [[0, 30], [0]]


@pytest.mark.interactor(limits={"webhook_events_per_minute": 1})
def test_after_the_subscription_is_deleted_nothing_fires(interactor: Emulator) -> None:
    """A retry and the next minute were in the queue; both have become needless."""
    app = App(500)
    interactor.load(END)
    subscription = interactor.webhooks.subscribe(app, [CREATED, COMPLETED], secret=SECRET)
    interactor.start("end")
    interactor.webhooks.unsubscribe(subscription)
    assert interactor.clock.advance(days=1) == []
    assert len(app.came) == 1


def test_a_retry_that_a_replay_has_made_needless_does_not_fire(interactor: Emulator) -> None:
    interactor.load(END)
    interactor.webhooks.subscribe(App(500), [CREATED], secret=SECRET)
    interactor.start("end")
    [delivery] = interactor.webhooks.deliveries
    interactor.webhooks.replay(delivery)
    assert interactor.clock.advance(days=1) == []
    assert delivery.status == "delivered"


def test_two_that_are_to_be_overtaken_overtake_each_other(interactor: Emulator) -> None:
    """The second is the successor that the first waited for, and itself has waited long enough then."""
    app = App()
    interactor.load(END)
    interactor.webhooks.subscribe(app, secret=SECRET)
    for _ in range(2):
        interactor.faults.webhook("reorder", times=1)
    interactor.start("end")
    assert seconds(interactor) == [[0], [0]]
    assert len(app.came) == 2
    interactor.clock.advance(hours=1)
    assert len(app.came) == 2


@pytest.mark.parametrize("effect", ["bad_signature", "stale_timestamp", "truncated_body"])
def test_the_hint_of_what_a_fault_rule_spoiled_says_so(interactor: Emulator, effect: Effect) -> None:
    """Advice on the receiver's check of signatures would lead astray."""
    interactor.load(END)
    interactor.webhooks.subscribe(App(401), [CREATED], secret=SECRET)
    interactor.faults.webhook(effect, times=1)
    interactor.start("end")
    [notice] = [each for each in interactor.diagnostics if each.code == "webhook_rejected"]
    assert notice.hint == f"A fault rule made it so ({effect})"
