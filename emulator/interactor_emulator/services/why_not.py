"""Why a receiver was told of an event, or was not: of each event, subscription by subscription, in words.

Everything that can keep a webhook from arriving has its sentence here, with what to do about it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from heapq import nlargest
from typing import Literal

from interactor_emulator.account.account import Account
from interactor_emulator.clock import timestamp
from interactor_emulator.state.deliveries import ATTEMPTS, Delivery, EventName, Subscription
from interactor_emulator.state.events import Event
from interactor_emulator.state.instance import Instance
from interactor_emulator.wire import payload

from .deliveries import receiver_of

Verdict = Literal["arrived", "waits", "dead", "deleted", "not asked for", "other namespace", "too late", "forgotten"]

_DEAD_FOR_GOOD = "Mend that, then replay it: its page has a button for it, and the dead letters have one for all"
_MAKE_ANOTHER = "A subscription cannot be changed: make one that has it, and delete this one"


@dataclass(frozen=True, slots=True)
class Reason:
    """What became of one event at one receiver, why, and what to do about it (empty where nothing is to be done)."""

    receiver: str
    subscription_id: str
    verdict: Verdict
    why: str
    remedy: str = ""
    delivery: Delivery | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """An event of which receivers may be told, and what became of it at each; `nobody` says why at none."""

    name: EventName
    at_ms: int
    instance: Instance
    reasons: tuple[Reason, ...]
    nobody: str = ""

    @property
    def arrived(self) -> bool:
        """Whether it came to every receiver that wanted it, and to one at least."""
        wanted = [each for each in self.reasons if each.verdict not in ("not asked for", "other namespace")]
        return bool(wanted) and all(each.verdict == "arrived" for each in wanted)


def of_instance(account: Account, instance: Instance) -> list[Told]:
    """Of all its events that receivers can be told of, the latest first."""
    return _of(account, instance, _deliveries_of(account, {instance.id}).get(instance.id, []))


def latest(account: Account, most: int) -> list[Told]:
    """Of the instances in which something happened last, so many, the latest events first."""
    newest = nlargest(most, account.store.newest_instances(), key=lambda instance: instance.status_since_ms)
    deliveries = _deliveries_of(account, {each.id for each in newest})
    return [told for each in newest for told in _of(account, each, deliveries.get(each.id, []))]


def _deliveries_of(account: Account, instances: set[str]) -> Mapping[str, list[Delivery]]:
    found: dict[str, list[Delivery]] = {}
    for each in account.outbox.deliveries.values():
        if each.instance_id in instances:
            found.setdefault(each.instance_id, []).append(each)
    return found


def _of(account: Account, instance: Instance, deliveries: list[Delivery]) -> list[Told]:
    """Deliveries are matched from the latest on: of what happened in one instant the last ones belong together."""
    left: dict[tuple[str, str, int], list[Delivery]] = {}
    for each in deliveries:
        left.setdefault((each.subscription_id, each.event, each.at_ms), []).append(each)
    found = []
    for event in reversed(account.journal.of_instance(instance.id)):
        name = payload.name_of(event)
        if name is not None:
            reasons = tuple(_reasons(account, instance, event, name, left))
            found.append(Told(name, event.at_ms, instance, reasons, _nobody(account, event, reasons)))
    return found


def _nobody(account: Account, event: Event, reasons: tuple[Reason, ...]) -> str:
    if payload.told(event, account.variants) is None:
        return "Receivers are not told of an instance that its TTL ended: the variant ttl_event is 'none'"
    return "" if reasons else "There is no subscription: make one, and what happens from then on is sent to it"


def _reasons(
    account: Account,
    instance: Instance,
    event: Event,
    name: EventName,
    left: Mapping[tuple[str, str, int], list[Delivery]],
) -> Iterator[Reason]:
    if payload.told(event, account.variants) is None:
        return
    for subscription in account.outbox.subscriptions.values():
        of_it = left.get((subscription.id, name, event.at_ms))
        if of_it:
            yield of_delivery(account, of_it.pop())
        else:
            yield _untaken(account, subscription, instance, event, name)
    for (subscription_id, its_name, at_ms), gone in left.items():
        if subscription_id not in account.outbox.subscriptions and (its_name, at_ms) == (name, event.at_ms) and gone:
            yield of_delivery(account, gone.pop())


def _untaken(account: Account, subscription: Subscription, instance: Instance, event: Event, name: EventName) -> Reason:
    """Why a subscription has no delivery of an event."""
    verdict: Verdict = "forgotten"
    kept = account.limits.webhook_deliveries_kept
    why, remedy = f"It was made and is over, and is not kept any more: the latest {kept} are", ""
    if name not in subscription.events:
        verdict = "not asked for"
        why, remedy = f"The subscription asks for {_listed(subscription.events)}, not for {name}", _MAKE_ANOTHER
    elif not subscription.wants(name, instance.namespace):
        verdict, (why, remedy) = "other namespace", _other_namespace(subscription, instance)
    elif subscription.created_ms > event.at_ms or len(account.outbox.over) < kept:
        verdict = "too late"
        why = f"The subscription was made after it happened, at {timestamp(subscription.created_ms)}"
        remedy = "Subscribe first: what has happened before is never sent"
    return Reason(receiver_of(subscription), subscription.id, verdict, why, remedy)


def _other_namespace(subscription: Subscription, instance: Instance) -> tuple[str, str]:
    of = "it has no namespace" if instance.namespace is None else f"its namespace is '{instance.namespace}'"
    if subscription.namespace is not None:
        return f"The subscription's namespace filter is '{subscription.namespace}', and {of}", _MAKE_ANOTHER
    reach = _listed(tuple(f"'{each}'" for each in subscription.reach or ()))
    return (
        f"The subscription was made with a token of the namespaces {reach or 'none'}, and {of}",
        "Make it with a token that owns the instance's namespace, or with one of a service account",
    )


def of_delivery(account: Account, delivery: Delivery) -> Reason:
    """Where a delivery stands, and why it has not arrived if it has not."""
    subscription = account.outbox.subscriptions.get(delivery.subscription_id)
    receiver = "a subscription that is deleted" if subscription is None else receiver_of(subscription)
    verdict: Verdict
    if delivery.status == "delivered":
        verdict, (why, remedy) = "arrived", (_arrived(delivery), "")
    elif delivery.status == "dead":
        verdict, (why, remedy) = "dead", _dead(delivery)
    elif delivery.status == "stopped" or subscription is None:
        verdict = "deleted"
        why, remedy = "The subscription was deleted before it arrived, and nothing more is sent to it", ""
    else:
        verdict, (why, remedy) = "waits", _waits(account, subscription, delivery)
    return Reason(receiver, delivery.subscription_id, verdict, why, remedy, delivery)


def _arrived(delivery: Delivery) -> str:
    number, attempt = next((n, each) for n, each in enumerate(delivery.attempts, 1) if each.acknowledged)
    return f"It arrived with attempt {number} at {timestamp(attempt.at_ms)}: the receiver {attempt.said}"


def _dead(delivery: Delivery) -> tuple[str, str]:
    last = delivery.attempts[-1] if delivery.attempts else None
    if last is None:
        return "It was given up without an attempt", _DEAD_FOR_GOOD
    if last.final:
        return f"It never left the emulator. {last.said}", _DEAD_FOR_GOOD
    tried = f"It was tried {len(delivery.attempts)} times, and is a dead letter"
    if len(delivery.attempts) < ATTEMPTS:
        tried = f"It is a dead letter after {len(delivery.attempts)} of {ATTEMPTS} attempts ({last.next})"
    return f"{tried}. At the last one: {last.said}", _DEAD_FOR_GOOD


def _waits(account: Account, subscription: Subscription, delivery: Delivery) -> tuple[str, str]:
    now_ms, per_minute = account.clock.now_ms, account.limits.webhook_events_per_minute
    stands = "The clock stands: move it there, or let it run" if account.clock.frozen else ""
    if delivery.attempts and delivery.due_ms > now_ms:
        number = len(delivery.attempts)
        why = f"Attempt {number} failed: {delivery.attempts[-1].said}. The next is due at {timestamp(delivery.due_ms)}"
        return why, stands
    if delivery.put_off and delivery.due_ms > now_ms:
        return f"A fault rule has put it off until {timestamp(delivery.due_ms)}", stands
    if subscription.under_way is not None:
        return "It is being sent now, or waits for one that is: the receiver has not answered yet", ""
    if now_ms < subscription.minute_ends_ms and subscription.left_in_minute <= 0:
        until = timestamp(subscription.minute_ends_ms)
        return f"{per_minute} events a minute are the limit: the next minute begins at {until}", stands
    return "It is about to be sent", ""


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(names)
