"""Subscriptions: create, list, delete; and replay of what could not be delivered."""

from typing import TYPE_CHECKING, Any

from interactor_emulator.effects import Steps
from interactor_emulator.errors import ValidationError, WebhookNotFound
from interactor_emulator.outbound.egress import parsed
from interactor_emulator.webhooks.delivery import Attempt, Delivery
from interactor_emulator.webhooks.outbox import Subscription
from interactor_emulator.webhooks.payload import EVENTS

from . import deliveries

if TYPE_CHECKING:
    from interactor_emulator.account import Account

_URL_CHARACTERS = 2_048


def subscribe(
    account: "Account", url: Any, events: Any, secret: Any, namespace_filter: Any, app: Any = None
) -> Subscription:
    """A new subscription; a secret of None is made. Raises ValidationError with all that is wrong."""
    least = account.limits.webhook_secret_characters
    faults = [
        *_url_faults(url),
        *_event_faults(events),
        *([] if secret is None else _secret_faults(secret, least)),
        *_namespace_faults(namespace_filter),
    ]
    if faults:
        raise ValidationError(*faults)
    subscription = Subscription(
        account.ids.subscription(),
        url,
        tuple(dict.fromkeys(events)),
        namespace_filter,
        account.ids.webhook_secret() if secret is None else secret,
        account.clock.now_ms,
        app,
    )
    account.outbox.subscriptions[subscription.id] = subscription
    return subscription


def _url_faults(url: Any) -> list[tuple[str, str]]:
    if not isinstance(url, str) or not url:
        return [("url", "url is required: an http or https URL")]
    try:
        parsed(url)
    except ValueError:
        return [("url", "url must be an http or https URL")]
    if len(url) > _URL_CHARACTERS or any(character <= " " or character == "\x7f" for character in url):
        return [("url", f"url must have at most {_URL_CHARACTERS} characters, without spaces")]
    return []


def _event_faults(events: Any) -> list[tuple[str, str]]:
    if not isinstance(events, list | tuple) or not events:
        return [("events", "events must be a list of at least one event")]
    return [
        (f"events[{place}]", f"Unknown event: {str(event)[:100]}")
        for place, event in enumerate(events)
        if event not in EVENTS
    ][:20]


def _secret_faults(secret: Any, least: int) -> list[tuple[str, str]]:
    if not isinstance(secret, str) or len(secret) < least:
        return [("secret", f"secret must have at least {least} characters")]
    return []


def _namespace_faults(namespace: Any) -> list[tuple[str, str]]:
    if namespace is not None and not isinstance(namespace, str):
        return [("namespace_filter", "namespace_filter must be a string")]
    return []


def find(account: "Account", subscription_id: str) -> Subscription:
    """Raises WebhookNotFound."""
    found = account.outbox.subscriptions.get(subscription_id)
    if found is None:
        raise WebhookNotFound(subscription_id)
    return found


def delete(account: "Account", subscription_id: str) -> None:
    """ "Nothing more is delivered to it, retries included". Raises WebhookNotFound."""
    account.outbox.remove(find(account, subscription_id))


def replay(account: "Account", delivery_id: str) -> Steps[tuple[Delivery, Attempt]]:
    """Send a delivery once more, now. Raises WebhookNotFound when there is none of that id, or its subscription is
    deleted."""
    delivery = account.outbox.deliveries.get(delivery_id)
    if delivery is None or delivery.subscription_id not in account.outbox.subscriptions:
        raise WebhookNotFound(delivery_id if delivery is None else delivery.subscription_id)
    return delivery, (yield from deliveries.replay(account, delivery))


def replay_all(account: "Account") -> Steps[list[tuple[Delivery, Attempt]]]:
    """Send every dead letter once more, oldest first."""
    done = []
    for delivery in account.outbox.dead_letters():
        if delivery.status == "dead":
            done.append((yield from replay(account, delivery.id)))
    return done
