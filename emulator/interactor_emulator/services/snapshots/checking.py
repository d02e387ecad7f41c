"""Whether what a document says belongs together: one that a person has edited may name what is not there."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import chain
from typing import Any

from interactor_emulator.clock import FIRST_MS, LAST_MS
from interactor_emulator.errors import FAILURES, ValidationError
from interactor_emulator.limits import Limits
from interactor_emulator.nearest import hint
from interactor_emulator.projections.metrics import Histogram
from interactor_emulator.services import subscriptions
from interactor_emulator.services.due import KINDS
from interactor_emulator.services.execution import TTL
from interactor_emulator.services.record import RETRY
from interactor_emulator.state.deliveries import ATTEMPTS
from interactor_emulator.state.events import (
    Created,
    Event,
    Forked,
    InstanceFailed,
    ResumeRefused,
    RetryScheduled,
    StateChanged,
)
from interactor_emulator.state.instance import MAIN_THREAD
from interactor_emulator.state.plain import Misfit
from interactor_emulator.variants import variants_from

from .document import Document, Instance, Version

_STATES = ("state", "from_state", "to_state", "initial_state")
# The number of a ULID has 80 bits.
_TAIL = re.compile("[0-9a-f]{1,20}")
_SHOWN = 60

Fault = tuple[str, str]
"""Where, and what is wrong there."""


def check(document: Document, limits: Limits) -> None:
    """Raises Misfit for the first thing that does not belong."""
    rules = (_of_time(document), _of_workflows(document), _of_instances(document), _of_webhooks(document, limits))
    for path, message in chain.from_iterable(rules):
        raise Misfit(message, path)


def _of_time(document: Document) -> Iterator[Fault]:
    if not FIRST_MS <= document.now_ms <= LAST_MS:
        yield "now_ms", "must be in the years 1 to 9999"
    for name, drawn in document.generators.items():
        if not -1 <= drawn.ms <= LAST_MS or not _TAIL.fullmatch(drawn.tail):
            yield f"generators.{name[:_SHOWN]}", "no ULID has such a time or number"
    try:
        variants_from(document.variants)
    except ValueError as error:
        yield "variants", str(error)
    for place, durations in enumerate(document.durations):
        if len(durations.counts) != len(Histogram().counts):
            yield f"durations[{place}].counts", f"must be {len(Histogram().counts)} numbers"


def _of_workflows(document: Document) -> Iterator[Fault]:
    yield from _twice("workflows", [each.name for each in document.workflows])
    versions = Counter(version.id for each in document.workflows for version in each.versions)
    for place, workflow in enumerate(document.workflows):
        at = f"workflows[{place}]"
        for number, version in enumerate(workflow.versions):
            if version.definition.name != workflow.name:
                yield f"{at}.versions[{number}].definition.name", f"must be that of the workflow, {workflow.name!r}"
            if versions[version.id] > 1:
                yield f"{at}.versions[{number}].id", f"stands here twice: {version.id[:_SHOWN]}"
        published = [each.id for each in workflow.versions if each.published_ms is not None]
        if workflow.published is not None and workflow.published not in published:
            yield f"{at}.published", f"unknown: {workflow.published[:_SHOWN]}; {hint(workflow.published, published)}"


def _of_instances(document: Document) -> Iterator[Fault]:
    versions = {each.id: each for workflow in document.workflows for each in workflow.versions}
    yield from _twice("instances", [each.id for each in document.instances])
    for place, instance in enumerate(document.instances):
        at = f"instances[{place}]"
        version = versions.get(instance.version)
        if version is None:
            yield f"{at}.version", _unknown(instance.version, versions)
        elif instance.revision < len(instance.events):
            yield f"{at}.revision", "must be at least the number of the events"
        else:
            for where, what in _of_events(instance, version):
                yield f"{at}.events{where}", what
    known = {each.id for each in document.instances}
    yield from _twice("files", [each.id for each in document.files])
    for place, file in enumerate(document.files):
        if file.instance_id not in known:
            yield f"files[{place}].instance_id", _unknown(file.instance_id, known)
    yield from _of_queue(document)


def _of_events(instance: Instance, version: Version) -> Iterator[Fault]:
    states, threads = version.definition.states, set[str]()
    for place, event in enumerate(instance.events):
        if isinstance(event, Created) is not (place == 0) or (place == 0 and event.thread_id != MAIN_THREAD):  # type: ignore[attr-defined]  # a Created by then
            yield f"[{place}].type", f"the first event, and no other, is Created, of {MAIN_THREAD}"
            return
        for name in _STATES:
            state = getattr(event, name, None)
            if state is not None and state not in states:
                yield f"[{place}].{name}", _unknown(state, states)
                return
        if isinstance(event, Created | Forked):
            if event.thread_id in threads:
                yield f"[{place}].thread_id", f"stands here twice: {event.thread_id[:_SHOWN]}"
            threads.add(event.thread_id)
        for name in ("thread_id", "parent_id"):
            thread = getattr(event, name, None)
            if thread is not None and thread not in threads:
                yield f"[{place}].{name}", _unknown(thread, threads)
                return
        for where, what in _of_event(event, version):
            yield f"[{place}].{where}", what
    if not instance.events:
        yield "", "must begin with Created"


def _of_event(event: Event, version: Version) -> Iterator[Fault]:
    """What stands in an event alone."""
    states = version.definition.states
    if isinstance(event, StateChanged):
        ways = states[event.from_state].transitions
        if not 0 <= event.index < len(ways) or ways[event.index].target != event.to_state:
            yield "index", f"no such transition leads from {event.from_state[:_SHOWN]!r} to {event.to_state[:_SHOWN]!r}"
    elif isinstance(event, InstanceFailed) and event.error_code not in FAILURES:
        yield "error_code", _unknown(event.error_code, FAILURES)
    elif isinstance(event, ResumeRefused) and len(event.clauses) != len(states[event.state].transitions):
        yield "clauses", f"must be {len(states[event.state].transitions)}, those of each transition"
    elif isinstance(event, RetryScheduled) and not 0 <= event.number < len(getattr(states[event.state], event.member)):
        yield "number", f"the state has no such {event.member}"


def _of_queue(document: Document) -> Iterator[Fault]:
    """An instance expires once, and a retry is one that was scheduled."""
    ids = {each.id for each in document.instances}
    retries = {
        event.id: each.id for each in document.instances for event in each.events if isinstance(event, RetryScheduled)
    }
    expiring, retried = set[str](), set[str]()
    for place, timer in enumerate(document.queue):
        at = f"queue[{place}]"
        if timer.kind not in KINDS:
            yield f"{at}.kind", _unknown(timer.kind, KINDS)
        if timer.kind == TTL and (timer.subject not in ids or timer.subject in expiring):
            yield f"{at}.subject", f"no instance of its own: {timer.subject[:_SHOWN]}"
        if timer.kind == RETRY and (retries.get(timer.detail) != timer.subject or timer.detail in retried):
            yield f"{at}.detail", f"no retry of its own: {timer.detail[:_SHOWN]}"
        if timer.kind == TTL:
            expiring.add(timer.subject)
        elif timer.kind == RETRY:
            retried.add(timer.detail)


def _of_webhooks(document: Document, limits: Limits) -> Iterator[Fault]:
    yield from _twice("subscriptions", [each.id for each in document.subscriptions])
    yield from _twice("deliveries", [each.id for each in document.deliveries])
    subscribed = {each.id for each in document.subscriptions}
    deliveries = {each.id: each for each in document.deliveries}
    for place, delivery in enumerate(document.deliveries):
        if delivery.status == "pending" and not 0 <= delivery.tries < ATTEMPTS:
            yield f"deliveries[{place}].tries", f"must be from 0 to {ATTEMPTS - 1} while it is tried"
        if delivery.status in ("pending", "dead") and delivery.subscription_id not in subscribed:
            yield f"deliveries[{place}].subscription_id", _unknown(delivery.subscription_id, subscribed)
    for place, each in enumerate(document.subscriptions):
        at = f"subscriptions[{place}]"
        try:
            subscriptions.check(each.url, each.events, each.secret, each.namespace, limits)
        except ValidationError as error:
            yield from ((f"{at}.{field}", message) for field, message in error.faults)
        for name in ("waiting", "repeats"):
            for number, waiting in enumerate(getattr(each, name)):
                if waiting not in deliveries or deliveries[waiting].subscription_id != each.id:
                    yield f"{at}.{name}[{number}]", f"no delivery to it: {waiting[:_SHOWN]}"
        if each.overtaken is not None and each.overtaken not in deliveries:
            yield f"{at}.overtaken", f"no delivery to it: {each.overtaken[:_SHOWN]}"
    for name in ("over", "dead"):
        ids = getattr(document, name)
        yield from _twice(name, ids)
        for place, each in enumerate(ids):
            if each not in deliveries:
                yield f"{name}[{place}]", f"no delivery: {each[:_SHOWN]}"


def _twice(name: str, values: Iterable[str], member: str = "") -> Iterator[Fault]:
    seen = set[str]()
    for place, value in enumerate(values):
        if value in seen:
            yield f"{name}[{place}]{member}", f"stands here twice: {value[:_SHOWN]}"
        seen.add(value)


def _unknown(name: str, known: Collection[str] | Mapping[str, Any]) -> str:
    """Of many names only the nearest is worth a word."""
    return f"unknown: {name[:_SHOWN]}" + (f"; {hint(name, known)}" if len(known) <= _SHOWN else "")
