"""The document of an account, as it is at this moment."""

from collections.abc import Iterator
from dataclasses import replace

from interactor_emulator.account.account import Account
from interactor_emulator.state.deliveries import Delivery
from interactor_emulator.state.deliveries import Subscription as Receiver
from interactor_emulator.state.store import File
from interactor_emulator.state.store import Workflow as Row
from interactor_emulator.version import __version__

from .document import (
    Answer,
    Counter,
    Document,
    Drawn,
    Durations,
    Instance,
    Rate,
    Subscription,
    Timer,
    Version,
    Workflow,
)


def document(account: Account) -> Document:
    """What the account holds; it rests, and is locked meanwhile."""
    store, outbox, clock = account.store, account.outbox, account.clock
    known = outbox.deliveries
    return Document(
        now_ms=clock.now_ms,
        frozen=clock.frozen,
        seed=str(account.ids.seed),
        generators={kind: Drawn(words, ms, f"{tail:x}") for kind, (words, ms, tail) in account.ids.drawn.items()},
        written_by=f"interactor-emulator {__version__}",
        variants=account.variants.values(),
        workflows=[_workflow(each) for each in store.workflows.values()],
        instances=list(_instances(account)),
        files=list(_files(account)),
        queue=[Timer(each.at_ms, each.kind, each.subject, each.detail) for each in clock.queue],
        answers=list(_answers(account)),
        idempotency_keys=account.idempotency.answers,
        subscriptions=[_subscription(each) for each in outbox.subscriptions.values()],
        deliveries=[_delivery(each) for each in known.values()],
        over=[each.id for each in outbox.over if known.get(each.id) is each],
        dead=[each.id for each in outbox.dead if known.get(each.id) is each],
        clients=list(account.clients.values()),
        refresh_tokens={token: replace(grant) for token, grant in account.grants.items()},
        revoked_tokens=dict(account.revoked),
        rates=list(_rates(account)),
        notices=[replace(each) for each in account.journal.notices],
        counters=[Counter(*key, count) for key, count in account.metrics.counters.items()],
        durations=[Durations(*key, list(each.counts), each.sum) for key, each in account.metrics.histograms.items()],
    )


def _workflow(row: Row) -> Workflow:
    versions = [Version(each.id, each.created_ms, each.definition, each.published_ms) for each in row.versions]
    return Workflow(row.id, row.name, row.created_ms, versions, None if row.published is None else row.published.id)


def _instances(account: Account) -> Iterator[Instance]:
    for each in account.store.instances.values():
        events = list(account.journal.of_instance(each.id))
        yield Instance(each.id, each.version.id, each.created_ms, each.revision, events, each.namespace)


def _files(account: Account) -> Iterator[File]:
    for instance_id in account.store.instances:
        yield from account.store.files_of(instance_id)


def _answers(account: Account) -> Iterator[Answer]:
    """Those that are on their way; a function's is no data."""
    for halt, answer in account.people.coming.items():
        if answer.input is not None and not callable(answer.input):
            yield Answer(halt, answer.input, answer.chosen)


def _rates(account: Account) -> Iterator[Rate]:
    for (client_id, category), window in account.rates.windows.items():
        yield Rate(client_id, category, window.starts_ms, window.limit, window.used)  # type: ignore[arg-type]  # a text


def _subscription(row: Receiver) -> Subscription:
    return Subscription(
        row.id,
        row.url,
        row.events,
        row.secret,
        row.created_ms,
        row.namespace,
        row.reach,
        row.app is not None,
        [each.id for each in row.waiting],
        [each.id for each in row.repeats],
        None if row.overtaken is None else row.overtaken.id,
        row.minute_ends_ms,
        row.left_in_minute,
    )


def _delivery(row: Delivery) -> Delivery:
    return replace(row, attempts=[replace(each) for each in row.attempts])
