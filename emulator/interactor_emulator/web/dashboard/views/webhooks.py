"""Webhooks: who is told of what. Making a subscription, which shows its secret this once, and deleting one."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from interactor_emulator.errors import ValidationError
from interactor_emulator.services import subscriptions
from interactor_emulator.services.deliveries import receiver_of
from interactor_emulator.state.deliveries import EVENTS, Subscription
from interactor_emulator.web.dashboard.visit import Answer, GoTo, Page, Visit

_PREFIX = "event:"


@dataclass(frozen=True, slots=True)
class _Row:
    subscription: Subscription
    receiver: str
    reach: str
    counts: Counter[str]


def show(visit: Visit) -> Answer:
    """All subscriptions, each with what became of its deliveries."""
    return Page("webhooks.html", "Webhooks", {"rows": list(_rows(visit))})


def _rows(visit: Visit) -> Iterator[_Row]:
    outbox = visit.account.outbox
    counts: dict[str, Counter[str]] = {each: Counter() for each in outbox.subscriptions}
    for delivery in outbox.deliveries.values():
        if delivery.subscription_id in counts:
            counts[delivery.subscription_id][delivery.status] += 1
    for each in outbox.subscriptions.values():
        yield _Row(each, receiver_of(each), _reach(each), counts[each.id])


def _reach(subscription: Subscription) -> str:
    if subscription.reach is None:
        return "all"
    return ", ".join(subscription.reach) or "none"


def delete(visit: Visit) -> Answer:
    """ "Nothing more is delivered to it, retries included"."""
    subscriptions.delete(visit.account, visit.form.get("subscription", ""))
    return GoTo(visit.link("webhooks"))


def new(visit: Visit) -> Answer:
    """The form."""
    least = visit.account.limits.webhook_secret_characters
    return Page("webhook_new.html", "A new subscription", {"events": EVENTS, "made": None, "least": least})


def create(visit: Visit) -> Answer:
    """Make one; its secret is on this page and on no other."""
    form = visit.form
    chosen = [each for each in EVENTS if _PREFIX + each in form]
    secret, namespace = form.get("secret", "").strip(), form.get("namespace", "").strip()
    if not chosen:
        raise ValidationError(("events", "Choose at least one event that the receiver is to be told of"))
    made = subscriptions.subscribe(
        visit.account, form.get("url", "").strip(), chosen, secret or None, namespace or None
    )
    return Page("webhook_new.html", "The subscription is made", {"events": EVENTS, "made": made, "own": bool(secret)})
