"""Webhooks as they were delivered: the record, dead letters, replay."""

from collections.abc import Iterable, Mapping
from typing import get_args

from interactor_emulator import bounds
from interactor_emulator.clock import timestamp
from interactor_emulator.effects import Steps
from interactor_emulator.errors import ValidationError, WebhookNotFound
from interactor_emulator.recent import latest
from interactor_emulator.services import subscriptions
from interactor_emulator.state.deliveries import Attempt, Delivery, Status

from .call import Command, Done

_STATUSES = get_args(Status)


def show_deliveries(command: Command) -> Done:
    """The deliveries that are kept, oldest first; `subscription`, `event` and `status` choose among them."""
    asked = command.query
    status = asked.get("status")
    if status is not None and status not in _STATUSES:
        raise ValidationError(("status", f"status must be one of {', '.join(_STATUSES)}"))
    found = [
        each
        for each in command.account.outbox.deliveries.values()
        if asked.get("subscription") in (None, each.subscription_id)
        and asked.get("event") in (None, each.event)
        and status in (None, each.status)
    ]
    return _listed(found)


def _delivery(command: Command) -> Delivery:
    delivery_id = command.params["delivery_id"]
    delivery = command.account.outbox.deliveries.get(delivery_id)
    if delivery is None:
        error = WebhookNotFound(delivery_id)
        error.message = f"Delivery '{delivery_id}' not found; GET /_emulator/deliveries lists them"
        raise error
    return delivery


def show_delivery(command: Command) -> Done:
    return Done(_shown(_delivery(command)))


def show_dead_letters(command: Command) -> Done:
    return _listed(command.account.outbox.dead_letters())


def _listed(found: Iterable[Delivery]) -> Done:
    """The latest of them, as many as fit: "all" may be a gigabyte."""
    shown = latest(found, bounds.SHOWN.most, lambda delivery: len(delivery.data) + delivery.size)
    return Done({"deliveries": [_shown(each) for each in shown]})


def replay(command: Command) -> Steps[Done]:
    delivery, _ = yield from subscriptions.replay(command.account, _delivery(command).id)
    return Done(_shown(delivery))


def replay_dead_letters(command: Command) -> Steps[Done]:
    replayed = yield from subscriptions.replay_all(command.account)
    return _listed(delivery for delivery, _ in replayed)


def _shown(delivery: Delivery) -> Mapping[str, object]:
    return {
        "id": delivery.id,
        "subscription_id": delivery.subscription_id,
        "event": delivery.event,
        "instance_id": delivery.instance_id,
        "status": delivery.status,
        "created_at": timestamp(delivery.at_ms),
        "next_attempt_at": timestamp(delivery.due_ms) if delivery.status == "pending" else None,
        "body": delivery.body.decode(),
        "attempts": [_attempt_shown(attempt) for attempt in delivery.attempts],
    }


def _attempt_shown(attempt: Attempt) -> Mapping[str, object]:
    return {
        "at": timestamp(attempt.at_ms),
        "request_headers": attempt.headers,
        "request_body": attempt.body.decode("utf-8", "replace"),
        "status": attempt.status,
        "answer": attempt.answer.decode("utf-8", "replace"),
        "error": attempt.error,
        "duration_ms": attempt.duration_ms,
        "fault": attempt.hostile,
        "next": attempt.next,
    }
