""" "1000 events per minute": what exceeds them goes out in the next minute, by itself."""

from collections.abc import Callable
from typing import Final

import httpx
import pytest
from interactor_emulator import Emulator
from interactor_emulator.facade.inbox import Inbox
from interactor_emulator.web.hosting.serving import Server

from tests.workflows import halt, terminal, workflow

CREATED: Final = "workflow.instance.created"
ASK = workflow("ask", {"ask": halt("end"), "end": terminal()})
Starts = Callable[[int], None]


@pytest.fixture
def starts(interactor: Emulator) -> Starts:
    """Starts so many instances, one by one."""
    interactor.load(ASK)

    def start(number: int) -> None:
        for _ in range(number):
            interactor.start("ask", namespace="user_1")

    return start


def came(inbox: Inbox) -> int:
    return len(inbox.received)


def test_what_exceeds_a_minute_goes_out_when_the_next_begins(
    interactor: Emulator, interactor_inbox: Inbox, starts: Starts
) -> None:
    starts(503)  # two events each
    assert came(interactor_inbox) == 1000
    interactor.clock.advance(seconds=59)
    assert came(interactor_inbox) == 1000
    [fired] = interactor.clock.advance(seconds=1)
    assert (came(interactor_inbox), fired.kind) == (1006, "webhook_minute")
    assert interactor.clock.advance(minutes=5) == []


@pytest.mark.interactor(limits={"webhook_events_per_minute": 1})
def test_events_that_come_one_by_one_wait_for_one_minute_each(
    interactor: Emulator, interactor_inbox: Inbox, starts: Starts
) -> None:
    starts(3)
    fired = interactor.clock.advance(minutes=10)
    assert [each.kind for each in fired] == ["webhook_minute"] * 5
    sent = [delivery.attempts[0].at_ms for delivery in interactor.webhooks.deliveries]
    assert [at - sent[0] for at in sent] == [0, 60_000, 120_000, 180_000, 240_000, 300_000]
    [subscription] = interactor.account.outbox.subscriptions.values()
    starts(2)
    interactor.webhooks.unsubscribe(subscription)
    assert interactor.clock.advance(minutes=10) == []


@pytest.mark.unmeasured
def test_advance_returns_when_all_that_falls_due_has_settled(
    interactor: Emulator, starts: Starts, interactor_inbox: Inbox
) -> None:
    """2,500 TTLs at one instant, to a receiver that refuses each once."""
    starts(2_500)
    interactor.clock.advance(days=89)
    assert came(interactor_inbox) == 5_000
    refused: set[str] = set()

    def refuse_once(environ: dict[str, str], start: Callable[[str, list[tuple[str, str]]], object]) -> list[bytes]:
        again = environ["HTTP_X_INTERACTOR_DELIVERY"] in refused
        refused.add(environ["HTTP_X_INTERACTOR_DELIVERY"])
        start("200 OK" if again else "503 Busy", [])
        return []

    for each in interactor.account.outbox.subscriptions.values():
        each.app = refuse_once
    interactor.clock.advance(days=2)
    cancelled = [each for each in interactor.webhooks.deliveries if each.event.endswith("cancelled")]
    assert {(each.status, len(each.attempts)) for each in cancelled} == {("delivered", 2)}
    first = [each.attempts[0].at_ms for each in cancelled]
    assert [(at - first[0]) // 60_000 for at in first] == [0] * 1000 + [1] * 1000 + [2] * 500


@pytest.mark.interactor(limits={"webhook_events_per_minute": 2}, frozen=False)
def test_a_server_needs_nobody_to_ask(
    interactor: Emulator, interactor_server: Server, interactor_client: httpx.Client, starts: Starts
) -> None:
    inbox = interactor.webhooks.inbox
    starts(2)
    httpx.post(f"{interactor_server.url}/_emulator/clock/advance", json={"seconds": 60})
    inbox.wait_for("workflow.instance.created")
    inbox.wait_for("workflow.instance.created")
    assert len(inbox.wait_for("workflow.instance.halted").data) > 0
