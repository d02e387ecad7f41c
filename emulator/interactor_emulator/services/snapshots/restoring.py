"""From a document to an account: everything is built first, so that what is refused has changed nothing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from interactor_emulator.account.account import Account
from interactor_emulator.account.tokens import Client
from interactor_emulator.ids import Ids
from interactor_emulator.projections.metrics import Histogram
from interactor_emulator.services.execution import TTL
from interactor_emulator.services.record import RETRY
from interactor_emulator.state.deliveries import Subscription
from interactor_emulator.state.events import Event, RetryScheduled
from interactor_emulator.state.instance import Instance, Version, apply
from interactor_emulator.state.people import Answer
from interactor_emulator.state.plain import Misfit
from interactor_emulator.state.rates import Window
from interactor_emulator.state.store import Workflow
from interactor_emulator.variants import variants_from

from . import document as shapes
from .document import Document


@dataclass(slots=True)
class Built:
    """What a document comes to, made for one account."""

    document: Document
    ids: Ids
    workflows: dict[str, Workflow]
    instances: list[Instance]


def build(document: Document) -> Built:
    """Make what cannot be made of a document that says what is not so. Raises Misfit."""
    try:
        drawn = {kind: (each.words, each.ms, int(each.tail, 16)) for kind, each in document.generators.items()}
        ids = Ids(document.seed, drawn)
    except (TypeError, ValueError, OverflowError) as error:
        raise Misfit(str(error), "generators") from None
    workflows = {each.name: _workflow(each) for each in document.workflows}
    versions = {version.id: version for each in workflows.values() for version in each.versions}
    instances = [_instance(each, versions) for each in document.instances]
    ended = {each.id for each in instances if not each.active}
    for place, timer in enumerate(document.queue):
        if timer.kind == TTL and timer.subject in ended:
            raise Misfit("an instance that has ended does not expire", f"queue[{place}].subject")
    return Built(document, ids, workflows, instances)


def _workflow(row: shapes.Workflow) -> Workflow:
    versions = [
        Version(each.id, row.name, each.definition, each.created_ms, each.published_ms) for each in row.versions
    ]
    published = next((each for each in versions if each.id == row.published), None)
    return Workflow(row.id, row.name, row.created_ms, versions, published)


def _instance(row: shapes.Instance, versions: Mapping[str, Version]) -> Instance:
    """Whatever an instance is, its events say how it came to be so."""
    instance = Instance(row.id, versions[row.version], row.namespace, row.created_ms)
    for event in row.events:
        event.instance_id = row.id
        apply(instance, event)
    instance.revision = row.revision
    return instance


def put(account: Account, built: Built, clients: Iterable[Client], apps: Mapping[str, Any] | None = None) -> None:
    """Let the account be what was built; it is locked meanwhile. `clients` are those that it is to have, `apps` the
    applications to which its subscriptions deliver, by id."""
    document = built.document
    account.go_back(document.now_ms, document.frozen, built.ids, built.workflows)
    account.variants.become(variants_from(document.variants))
    _put_instances(account, built)
    _put_webhooks(account, document, apps or {})
    account.people.coming = {each.halt: Answer(each.input, chosen=each.chosen) for each in document.answers}
    account.idempotency.put_back(document.idempotency_keys)
    account.clients.clear()
    account.clients.update((each.client_id, each) for each in clients)
    account.grants.update(document.refresh_tokens)
    account.revoked.update(document.revoked_tokens)
    for rate in document.rates:
        account.rates.windows[rate.client_id, rate.category] = Window(rate.starts_ms, rate.limit, rate.used)
    for counter in document.counters:
        account.metrics.counters[counter.name, counter.workflow] = counter.count
    for each in document.durations:
        account.metrics.histograms[each.name, each.workflow, each.state] = Histogram(each.counts, each.sum)
    for told in account.after_restore:
        told()
    _leave_out(account, document)
    account.host.due_changed()


def _put_instances(account: Account, built: Built) -> None:
    document, store = built.document, account.store
    histories: dict[str, list[Event]] = {each.id: each.events for each in document.instances}
    account.journal.put_back(histories, document.notices)
    for instance in built.instances:
        store.add_instance(instance)
        if instance.active:
            account.metrics.go_on(instance)
        else:
            store.ended(instance)
    for file in document.files:
        store.add_file(file)
    for timer in document.queue:
        due = account.clock.call_at(timer.at_ms, timer.kind, timer.subject, timer.detail)
        if timer.kind == TTL:
            store.instances[timer.subject].ttl = due
        elif timer.kind == RETRY:
            account.retries[timer.detail] = _retry(histories[timer.subject], timer.detail)


def _retry(history: Iterable[Event], event_id: str) -> RetryScheduled:
    return next(each for each in reversed(list(history)) if isinstance(each, RetryScheduled) and each.id == event_id)


def _put_webhooks(account: Account, document: Document, apps: Mapping[str, Any]) -> None:
    outbox = account.outbox
    outbox.deliveries.update((each.id, each) for each in document.deliveries)
    outbox.brought = frozenset(each.id for each in document.deliveries if each.status == "delivered")
    for each in document.over:
        outbox.is_over(outbox.deliveries[each])
    for each in document.dead:
        outbox.is_dead(outbox.deliveries[each])
    for row in document.subscriptions:
        made = Subscription(
            row.id, row.url, row.events, row.namespace, row.reach, row.secret, row.created_ms, apps.get(row.id)
        )
        made.waiting.extend(outbox.deliveries[each] for each in row.waiting)
        made.repeats.extend(outbox.deliveries[each] for each in row.repeats)
        made.overtaken = None if row.overtaken is None else outbox.deliveries[row.overtaken]
        made.minute_ends_ms, made.left_in_minute = row.minute_ends_ms, row.left_in_minute
        outbox.subscriptions[row.id] = made


def _leave_out(account: Account, document: Document) -> None:
    """An application that is not here cannot be told."""
    for row in document.subscriptions:
        made = account.outbox.subscriptions.get(row.id)
        if row.in_process and made is not None and made.app is None:
            account.outbox.remove(made)
