"""An emulator's webhooks as a test sees them: who is told, what was delivered, what could not be."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from interactor_emulator.account.account import Account
from interactor_emulator.adapters.http.loops import hand_over
from interactor_emulator.clock import timestamp
from interactor_emulator.errors import ValidationError
from interactor_emulator.jsontext import AnyJson
from interactor_emulator.nearest import hint
from interactor_emulator.services import subscriptions
from interactor_emulator.services.deliveries import receiver_of
from interactor_emulator.state.deliveries import EVENTS, Delivery, EventName, Subscription
from interactor_emulator.wire.payload import name_of

from .access import Access
from .inbox import Heard, Inbox, Received
from .run import Run

if TYPE_CHECKING:
    from interactor_emulator.adapters.http.egress import Target

INBOX_SECRET = "whsec_of_the_inbox_of_a_test_only_0"
_SHOWN = 5
_INBOX_ALONE = (
    "wait_for and assert_delivered look at interactor.webhooks.inbox alone; what others were sent is in "
    "interactor.webhooks.deliveries"
)
_IN_PROCESS = "http://in-process.invalid"


def _receiver(subscription: Subscription) -> str:
    return f"{subscription.id} ({receiver_of(subscription)})"


def _happened(account: Account, event: str) -> list[str]:
    """The instances to which this has happened."""
    return [
        instance_id
        for instance_id in account.store.instances
        if any(name_of(each) == event for each in account.journal.of_instance(instance_id))
    ]


class Webhooks:
    """Subscriptions and deliveries of one emulator."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self._inbox: Inbox | None = None
        self._receivers: list[Subscription] = []
        access.account.after_reset.append(self._connect_again)
        access.account.after_restore.append(self._connect_restored)

    def subscribe(
        self,
        receiver: "Target",
        events: Sequence[EventName] = EVENTS,
        namespace: str | None = None,
        secret: str | None = None,
        path: str = "/",
    ) -> Subscription:
        """Tell `receiver` of these events: a URL, or an ASGI or WSGI application, which is called at `path`.

        `events` are a list of names, all six unless given; `namespace` lets the events of one through, None all. A
        `secret` has 32 characters or more; one of None is made, and the subscription has it. A URL of this machine is
        reached where a server is, or with `loopback_egress`. Raises ValidationError, with everything that is wrong.
        """
        url = receiver if isinstance(receiver, str) else _IN_PROCESS + path
        app = None if isinstance(receiver, str) else receiver
        hand_over(app)
        wanted = events if isinstance(events, str) else tuple(events)  # a single text is refused as over HTTP
        try:
            made = self._access.read(
                lambda account: subscriptions.subscribe(account, url, wanted, secret, namespace, app)
            )
        except ValidationError as refused:
            for each in (wanted,) if isinstance(wanted, str) else wanted:
                if each not in EVENTS:
                    refused.add_note(
                        f"{each!r}: {hint(each if '.' in str(each) else f'workflow.instance.{each}', EVENTS)}"
                    )
            if isinstance(wanted, str):
                refused.add_note(f"events is a list, like [{wanted!r}]")
            raise
        self._receivers.append(made)
        return made

    def unsubscribe(self, subscription: Subscription) -> None:
        """Nothing more is delivered to it. Raises WebhookNotFound."""
        self._access.read(lambda account: subscriptions.delete(account, subscription.id))
        self._receivers = [each for each in self._receivers if each is not subscription]

    def _connect_again(self, _kept: frozenset[str]) -> None:
        """After a reset: whoever was told before is told again, of nothing that was."""
        for receiver in self._receivers:
            subscriptions.subscribe_again(self._access.account, receiver)
        if self._inbox is not None:
            self._inbox.clear()

    def _connect_restored(self) -> None:
        """After a snapshot was restored: whoever was told before is told of what comes now."""
        for receiver in self._receivers:
            subscriptions.connect_again(self._access.account, receiver)
        if self._inbox is not None:
            self._inbox.clear()

    @property
    def inbox(self) -> Inbox:
        """A receiver in this process, told of all events from the first time it is asked for."""
        if self._inbox is None:
            settle, in_vain = self._access.settle_for_assertion, self._access.nobody_else_acts
            self._inbox = Inbox(INBOX_SECRET, situation=self._situation, settle=settle, in_vain=in_vain)
            self.subscribe(self._inbox, secret=INBOX_SECRET)
        return self._inbox

    def _situation(self, event: str) -> list[str]:
        """For whoever reads that something did not come: where the instances are, who else was told, and what is still
        on its way."""
        runs = [f"{run.id} ({run.workflow}) is {run.status} in {run.state}" for run in self._latest_runs()]
        coming = [
            f"still on its way: {each.event} of {each.instance_id} ({each.outcome}), next attempt at "
            f"{timestamp(each.due_ms)}; advance the clock to have it made"
            for each in self.pending[:_SHOWN]
        ]
        return [*(runs or ["no instance was started"]), *self._elsewhere(event), *coming]

    def _elsewhere(self, event: str) -> list[str]:
        """Who else was told of this event; and of which instance the inbox was not, since nobody had asked for it."""
        told = [each for each in self.deliveries if each.event == event]
        own = {each.id for each in self._receivers if each.app is self._inbox}
        known = self._access.read(lambda account: dict(account.outbox.subscriptions))
        lines = [
            f"{event} of {each.instance_id} was sent to {_receiver(known[each.subscription_id])}: {each.outcome}"
            for each in told[-_SHOWN:]
            if each.subscription_id not in own and each.subscription_id in known
        ]
        heard = {each.instance_id for each in told if each.subscription_id in own}
        missed = [each for each in self._access.read(lambda account: _happened(account, event)) if each not in heard]
        if lines:
            lines.append(_INBOX_ALONE)
        lines += [f"{event} of {each} came before the inbox was asked for: ask first" for each in missed[:_SHOWN]]
        return lines

    def _latest_runs(self) -> list[Run]:
        ids = self._access.read(lambda account: list(account.store.instances))
        return [Run(self._access, each) for each in ids[-_SHOWN:]]

    def wait_for(self, event: Heard, timeout: float = 5, **data: AnyJson) -> Received:
        """The inbox's next delivery of this event; `timeout` in seconds of wall time. Raises AssertionError.

        What other receivers were sent is in `deliveries`. Where this call is the first to ask for the inbox and the
        event has come before, nothing is waited for."""
        if self._inbox is None:
            self._access.settle_for_assertion()
            if self._access.read(lambda account: _happened(account, event)):
                timeout = 0
        return self.inbox.wait_for(event, timeout, **data)

    @property
    def deliveries(self) -> list[Delivery]:
        """All that are kept, oldest first, with every attempt."""
        return self._access.read(lambda account: list(account.outbox.deliveries.values()))

    @property
    def pending(self) -> list[Delivery]:
        """What has not been acknowledged and is still tried, oldest first."""
        return self._access.read(lambda account: list(account.outbox.pending()))

    @property
    def dead_letters(self) -> list[Delivery]:
        """What six attempts could not deliver, or nothing lets out, oldest first."""
        return self._access.read(lambda account: account.outbox.dead_letters())

    def replay(self, delivery: Delivery | None = None) -> list[Delivery]:
        """Send this delivery once more, outside its schedule, or every dead letter; returns those that were sent.

        Raises WebhookNotFound for one whose subscription is no more."""
        if delivery is not None:
            wanted = delivery.id
            return [self._access.perform(lambda account: subscriptions.replay(account, wanted))[0]]
        return [each for each, _ in self._access.perform(subscriptions.replay_all)]
