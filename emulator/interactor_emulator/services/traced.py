"""What a request caused: what its instances did, the calls of their HTTP logic, the webhooks that told of it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from interactor_emulator.account.account import Account
from interactor_emulator.adapters.http.caller import Record
from interactor_emulator.state.deliveries import Delivery
from interactor_emulator.state.events import (
    Cancelled,
    Created,
    Event,
    Forked,
    Joined,
    OnEnterFailed,
    Resumed,
    RetryScheduled,
    StepCompleted,
    StepFailed,
    ThreadEvent,
)
from interactor_emulator.state.instance import MAIN_THREAD, Instance
from interactor_emulator.wire import payload

Caused = Event | Record | Delivery
"""One thing that a request caused."""

_MOST = 500
_INSTANCES = 100
# Histories that are read for a request of which nothing is known: few enough that nobody waits for it.
_LOOKED_AT = 5_000


@dataclass(frozen=True, slots=True)
class Trace:
    """An instance that the request moved, and what came of it, in order: a call before the step that made it, a
    delivery after its event."""

    instance: Instance
    caused: list[Caused]


def trace(account: Account, request_id: str, hints: Iterable[str] = ()) -> list[Trace]:
    """All that is known of what the request caused; `hints` are ids of instances that it may concern. Without one that
    fits it is looked for: those that it moved last, and the whole history of the newest ones."""
    instances = account.store.instances
    hinted = [instances[each] for each in dict.fromkeys(hints) if each in instances]
    if found := list(_traces(account, request_id, hinted)):
        return found
    moved = [each for each in instances.values() if each.cause is not None and each.cause.request_id == request_id]
    newest = islice(account.store.newest_instances(), _LOOKED_AT)
    return list(_traces(account, request_id, moved[-_INSTANCES:] or newest))


def _traces(account: Account, request_id: str, instances: Iterable[Instance]) -> Iterator[Trace]:
    for instance in instances:
        happened = account.journal.of_instance(instance.id)
        if not any(_cause(each) == request_id for each in happened):
            continue
        events = list(_of_request(happened, request_id))
        yield Trace(instance, list(_in_order(account, instance, events, request_id))[:_MOST])


def _cause(event: Event) -> str:
    return event.cause.request_id if isinstance(event, Created | Resumed | RetryScheduled) else ""


def _of_request(happened: Iterable[Event], request_id: str) -> Iterator[Event]:
    """A thread goes on because of the request that moved it last, and a forked one because of what moved its parent."""
    because = {MAIN_THREAD: ""}
    last = ""
    for event in happened:
        if isinstance(event, ThreadEvent):
            if isinstance(event, Created | Resumed):
                because[event.thread_id] = event.cause.request_id
            elif isinstance(event, Forked):
                because[event.thread_id] = because.get(event.parent_id, "")
            last = because.get(event.thread_id, "")
            if isinstance(event, Joined):
                because[event.parent_id] = last
        if last == request_id and not isinstance(event, Cancelled):
            yield event


def _in_order(account: Account, instance: Instance, events: list[Event], request_id: str) -> Iterator[Caused]:
    calls = [
        each
        for each in account.caller.records
        if each.request.instance_id == instance.id
        and each.request.cause is not None
        and each.request.cause.request_id == request_id
    ]
    deliveries = [each for each in account.outbox.deliveries.values() if each.instance_id == instance.id]
    for event in events:
        if _is_call(event) and (made := next((each for each in calls if each.request.state == _state(event)), None)):
            calls.remove(made)
            yield made
        yield event
        name = payload.name_of(event)
        told = [each for each in deliveries if (each.event, each.at_ms) == (name, event.at_ms)]
        deliveries = [each for each in deliveries if each not in told]
        yield from told
    yield from calls


def _is_call(event: Event) -> bool:
    of_http = isinstance(event, StepCompleted | StepFailed) and event.step_type == "http"
    return of_http or isinstance(event, RetryScheduled | OnEnterFailed)


def _state(event: Event) -> str:
    return str(getattr(event, "state", ""))
