"""Subscriptions: create, list, delete; and replay of what could not be delivered."""

from collections.abc import Iterator
from dataclasses import fields
from typing import Any

from interactor_emulator import jsontext
from interactor_emulator.account.account import Account
from interactor_emulator.adapters.http.egress import parsed
from interactor_emulator.effects import Steps
from interactor_emulator.errors import Forbidden, ValidationError, WebhookNotFound
from interactor_emulator.limits import Limits
from interactor_emulator.state.deliveries import EVENTS, Attempt, Delivery, Subscription

from . import deliveries

_URL_CHARACTERS = 2_048
# What a snapshot says of a subscription; whose it is, and who is at it, is not of that time.
_STORED = tuple(each.name for each in fields(Subscription) if each.name not in ("app", "under_way"))


Namespaces = tuple[str, ...] | None
"""Those that a token owns; None is a service account, which sees all."""


def subscribe(
    account: Account,
    url: Any,
    events: Any,
    secret: Any,
    namespace_filter: Any,
    app: object = None,
    owned: Namespaces = None,
) -> Subscription:
    """A new subscription; a secret of None is made.

    "A subscription made with a token of certain namespaces gets the events of those only": `owned`. Raises
    ValidationError with all that is wrong, Forbidden for a filter outside of them."""
    check(url, events, secret, namespace_filter, account.limits)
    if owned is not None and namespace_filter is not None and namespace_filter not in owned:
        raise Forbidden.namespace(namespace_filter)
    subscription = Subscription(
        account.ids.subscription(),
        url,
        tuple(dict.fromkeys(events)),
        namespace_filter,
        owned if namespace_filter is None else (namespace_filter,),
        account.ids.webhook_secret() if secret is None else secret,
        account.clock.now_ms,
        app,
    )
    account.outbox.subscriptions[subscription.id] = subscription
    return subscription


def check(url: Any, events: Any, secret: Any, namespace_filter: Any, limits: Limits) -> None:
    """Raises ValidationError with all that is wrong with a subscription."""
    faults = [
        *_url_faults(url),
        *_event_faults(events),
        *([] if secret is None else _secret_faults(secret, limits.webhook_secret_characters)),
        *_namespace_faults(namespace_filter),
    ]
    if faults:
        raise ValidationError(*faults)


def _url_faults(url: object) -> list[tuple[str, str]]:
    if not isinstance(url, str) or not url:
        return [("url", "url is required: an http or https URL")]
    try:
        parsed(url)
    except ValueError:
        return [("url", "url must be an http or https URL")]
    if len(url) > _URL_CHARACTERS or any(character <= " " or character == "\x7f" for character in url):
        return [("url", f"url must have at most {_URL_CHARACTERS} characters, without spaces")]
    return []


def _event_faults(events: object) -> list[tuple[str, str]]:
    if not isinstance(events, list | tuple) or not events:
        return [("events", "events must be a list of at least one event")]
    return [
        (f"events[{place}]", f"Unknown event: {event}") for place, event in enumerate(events) if event not in EVENTS
    ][:20]


def _secret_faults(secret: object, least: int) -> list[tuple[str, str]]:
    if not isinstance(secret, str) or len(secret) < least:
        return [("secret", f"secret must have at least {least} characters")]
    if not jsontext.is_text(secret):
        return [("secret", "secret must be text: it holds half of a surrogate pair, which has no bytes to sign with")]
    return []


def _namespace_faults(namespace: object) -> list[tuple[str, str]]:
    if namespace is not None and not isinstance(namespace, str):
        return [("namespace_filter", "namespace_filter must be a string")]
    return []


def subscribe_again(account: Account, subscription: Subscription) -> None:
    """After a reset: the same receiver, under an id of the account as it is now."""
    subscription.id, subscription.created_ms = account.ids.subscription(), account.clock.now_ms
    subscription.begin_anew()
    account.outbox.subscriptions[subscription.id] = subscription


def connect_again(account: Account, subscription: Subscription) -> None:
    """After a snapshot was restored: the same receiver, as the snapshot has it, or under a new id where it has none."""
    found = account.outbox.subscriptions.get(subscription.id)
    if found is None:
        subscribe_again(account, subscription)
        return
    for name in _STORED:
        setattr(subscription, name, getattr(found, name))
    account.outbox.subscriptions[found.id] = subscription


def visible(account: Account, owned: Namespaces = None) -> Iterator[Subscription]:
    """A token "lists and deletes only subscriptions that reach no namespace beyond its own"."""
    for each in account.outbox.subscriptions.values():
        if owned is None or (each.reach is not None and set(each.reach) <= set(owned)):
            yield each


def delete(account: Account, subscription_id: str, owned: Namespaces = None) -> None:
    """ "Nothing more is delivered to it, retries included". Raises WebhookNotFound."""
    for each in visible(account, owned):
        if each.id == subscription_id:
            account.outbox.remove(each)
            return
    raise WebhookNotFound(subscription_id)


def replay(account: Account, delivery_id: str) -> Steps[tuple[Delivery, Attempt]]:
    """Send a delivery once more, now. Raises WebhookNotFound when there is none of that id, or its subscription is
    deleted."""
    delivery = account.outbox.deliveries.get(delivery_id)
    if delivery is None or delivery.subscription_id not in account.outbox.subscriptions:
        raise WebhookNotFound(delivery_id if delivery is None else delivery.subscription_id)
    return delivery, (yield from deliveries.replay(account, delivery))


def replay_all(account: Account) -> Steps[list[tuple[Delivery, Attempt]]]:
    """Send every dead letter once more, oldest first."""
    done = []
    for delivery in account.outbox.dead_letters():
        if delivery.status == "dead":
            done.append((yield from replay(account, delivery.id)))
    return done
