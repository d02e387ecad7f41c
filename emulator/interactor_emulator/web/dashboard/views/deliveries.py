"""Deliveries: each attempt as it was sent and answered, why one has not arrived, and sending one again."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import get_args

from interactor_emulator.clock import moment
from interactor_emulator.effects import Steps
from interactor_emulator.errors import NotFound
from interactor_emulator.services import subscriptions, why_not
from interactor_emulator.state.deliveries import ATTEMPTS, EVENTS, Attempt, Delivery, Status, Subscription
from interactor_emulator.web.dashboard.visit import Answer, GoTo, Page, Visit

from . import signed
from .paging import paged

_STATUSES: tuple[str, ...] = get_args(Status)
_FILTERS = {"subscription": "subscription_id", "event": "event", "status": "status", "instance": "instance_id"}


def show(visit: Visit) -> Answer:
    """The deliveries that are kept, the latest first."""
    dead = visit.query.get("status") == "dead"
    values = {
        "found": paged(visit, "webhooks/deliveries", _found(visit)),
        "subscriptions": [(each.id, each.url) for each in visit.account.outbox.subscriptions.values()],
        "events": EVENTS,
        "statuses": _STATUSES,
        "reason": lambda delivery: why_not.of_delivery(visit.account, delivery),
        "tab": "dead" if dead else "deliveries",
    }
    return Page("deliveries.html", "Dead letters" if dead else "Deliveries", values)


def _found(visit: Visit) -> Iterator[Delivery]:
    wanted = {name: value.strip() for name, value in visit.query.items() if value.strip()}
    asked = [(member, wanted[name]) for name, member in _FILTERS.items() if name in wanted]
    kept = visit.account.outbox.deliveries
    return (each for each in reversed(kept.values()) if all(getattr(each, member) == value for member, value in asked))


def replay_all(visit: Visit) -> Steps[Answer]:
    """Send every dead letter once more."""
    done = yield from subscriptions.replay_all(visit.account)
    arrived = sum(attempt.acknowledged for _, attempt in done)
    return GoTo(visit.link("webhooks/deliveries", status="dead", sent=len(done), arrived=arrived))


@dataclass(frozen=True, slots=True)
class _Shown:
    """An attempt as people read it."""

    attempt: Attempt
    body: str
    pretty: str
    answer: str
    steps: list[signed.Step]
    verdict: str


def one(visit: Visit) -> Answer:
    """All that is known of one."""
    delivery = _delivery(visit)
    account = visit.account
    subscription = account.outbox.subscriptions.get(delivery.subscription_id)
    attempts = [_shown(attempt, subscription) for attempt in delivery.attempts]
    left_ms = delivery.due_ms - account.clock.now_ms if delivery.status == "pending" else None
    values = {
        "delivery": delivery,
        "subscription": subscription,
        "reason": why_not.of_delivery(account, delivery),
        "attempts": attempts,
        "left_ms": left_ms,
        "most": ATTEMPTS,
        "body": _pretty(delivery.body),
        "raw": delivery.body.decode("utf-8", "replace"),
    }
    return Page("delivery.html", f"{delivery.event}, {moment(delivery.at_ms):%Y-%m-%d %H:%M:%S}", values)


def replay(visit: Visit) -> Steps[Answer]:
    """Send it once more, with the same body and id."""
    delivery = _delivery(visit)
    yield from subscriptions.replay(visit.account, delivery.id)
    return GoTo(visit.link(f"webhooks/deliveries/{delivery.id}") + f"#attempt-{len(delivery.attempts)}")


def _delivery(visit: Visit) -> Delivery:
    found = visit.account.outbox.deliveries.get(visit.params["delivery_id"])
    if found is None:
        raise NotFound("There is no such delivery: what is over is kept for a while, and a reset forgets it")
    return found


def _shown(attempt: Attempt, subscription: Subscription | None) -> _Shown:
    body, answer = (each.decode("utf-8", "replace") for each in (attempt.body, attempt.answer))
    steps, verdict = signed.checked(attempt, subscription)
    return _Shown(attempt, body, _pretty(attempt.body), answer, steps, verdict)


def _pretty(raw: bytes) -> str:
    """Indented, where it is JSON: names and values as they stand there."""
    try:
        return json.dumps(json.loads(raw), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return raw.decode("utf-8", "replace")
