"""Who wants to know of what, and what is still to be delivered to each.

Nothing is sent here: `services/deliveries.py` makes the attempts, one after the other for each subscription.
"""

from collections.abc import Callable, Iterator

from interactor_emulator import bounds
from interactor_emulator.ids import Ids
from interactor_emulator.limits import Limits
from interactor_emulator.recent import Recent
from interactor_emulator.state.deliveries import Delivery, Subscription
from interactor_emulator.state.events import Event
from interactor_emulator.state.instance import Instance
from interactor_emulator.variants import Variants
from interactor_emulator.wire import payload


class Outbox:
    """The subscriptions of an account and all deliveries; `stirred` is called when there is something to send.

    `over` are the latest deliveries that were made or stopped, `dead` those that were tried in vain."""

    def __init__(self, ids: Ids, limits: Limits, variants: Variants, stirred: Callable[[], None]) -> None:
        self.subscriptions: dict[str, Subscription] = {}
        self.deliveries: dict[str, Delivery] = {}
        self.stirred = stirred
        # Those that a snapshot brought, delivered elsewhere.
        self.brought: frozenset[str] = frozenset()
        self._ids = ids
        self._variants = variants
        most_bytes = bounds.DELIVERED_BYTES.most
        self.over: Recent[Delivery] = Recent(limits.webhook_deliveries_kept, most_bytes, lambda delivery: delivery.size)
        self.dead: Recent[Delivery] = Recent(bounds.DEAD_LETTERS.most, most_bytes, lambda delivery: delivery.size)

    def happened(self, instance: Instance, event: Event) -> None:
        """Put an event into the queue of everyone who wants it."""
        name = payload.told(event, self._variants) if self.subscriptions else None
        if name is None:
            return
        wanting = [each for each in self.subscriptions.values() if each.wants(name, instance.namespace)]
        if not wanting:
            return
        data = payload.data_of(instance, event, self._variants)
        for subscription in wanting:
            delivery = Delivery(self._ids.delivery(event.at_ms), subscription.id, name, instance.id, event.at_ms, data)
            delivery.due_ms = event.at_ms
            self.deliveries[delivery.id] = delivery
            subscription.waiting.append(delivery)
        if any(each.under_way is None for each in wanting):  # whoever is at it goes on by himself
            self.stirred()

    def ready(self, now_ms: int) -> Iterator[Subscription]:
        """Those to whom something may be sent now, or is being sent."""
        return (
            each for each in tuple(self.subscriptions.values()) if each.under_way is not None or each.has_next(now_ms)
        )

    def pending(self) -> Iterator[Delivery]:
        """What has not been acknowledged and is still tried."""
        return (each for each in tuple(self.deliveries.values()) if each.status == "pending")

    def dead_letters(self) -> list[Delivery]:
        """What was tried for the last time in vain, oldest first."""
        return [each for each in self.deliveries.values() if each.status == "dead"]

    def is_over(self, delivery: Delivery) -> None:
        """It is delivered or stopped: kept for a while, to be looked at. Dead letters are kept until replayed."""
        for oldest in self.over.add(delivery):
            self.deliveries.pop(oldest.id, None)

    def is_dead(self, delivery: Delivery) -> None:
        """The last attempt was in vain: kept to be replayed, the latest of them."""
        for oldest in self.dead.add(delivery):
            if oldest.status == "dead":
                self.deliveries.pop(oldest.id, None)

    def remove(self, subscription: Subscription) -> None:
        """ "Nothing more is delivered to it, retries included"."""
        subscription.active = False
        self.subscriptions.pop(subscription.id, None)
        for delivery in list(self.deliveries.values()):
            if delivery.subscription_id == subscription.id and delivery.status in ("pending", "dead"):
                delivery.status = "stopped"
                self.is_over(delivery)
        subscription.waiting.clear()
        subscription.repeats.clear()

    def end(self) -> None:
        """Remove all subscriptions: the account as it was is gone."""
        for subscription in list(self.subscriptions.values()):
            self.remove(subscription)
