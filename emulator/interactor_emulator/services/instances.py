"""Instances: create, read, resume, cancel, expire, explain."""

from collections.abc import Iterable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, replace
from typing import Literal

from interactor_emulator import bounds, jsontext, notices
from interactor_emulator.account.account import Account
from interactor_emulator.definition.conditions import operators
from interactor_emulator.effects import Await, Steps, WaitsForItself
from interactor_emulator.engine import machine
from interactor_emulator.engine.forms import misfits
from interactor_emulator.errors import (
    FAILURES,
    ConcurrentModification,
    InstanceNotActive,
    InstanceNotFound,
    InstanceNotHalted,
    InteractorError,
    InvalidTransition,
    NamespaceQuotaExceeded,
    PayloadTooLarge,
    ThreadNotFound,
    ValidationError,
    WorkflowNotPublished,
)
from interactor_emulator.jsontext import Json
from interactor_emulator.projections import explain as explaining
from interactor_emulator.redaction import beginning, redact
from interactor_emulator.state.brief import brief_clause
from interactor_emulator.state.events import Cancelled, Noticed
from interactor_emulator.state.idempotency import Kept
from interactor_emulator.state.instance import Instance, Status, Thread, Version
from interactor_emulator.state.overlaps import Hold, Holdable, PendingResume
from interactor_emulator.tracing import Cause

from . import execution
from .record import record
from .workflows import find

Input = Mapping[str, Json]


def create(account: Account, workflow_name: str, namespace: str | None, input_: Input, cause: Cause) -> Steps[Instance]:
    """Start an instance of the published version; it is returned also when it failed on its way."""
    version = _startable(account, workflow_name, namespace, input_)
    if account.holds.matching("create", None) is not None:
        yield from _pause(account, "create")
        version = _startable(account, workflow_name, namespace, input_)  # much may have changed meanwhile
    now_ms = account.clock.now_ms
    instance = Instance(account.ids.instance(now_ms), version, namespace, now_ms)
    account.store.add_instance(instance)
    yield from execution.run(account, instance, machine.start(instance, account.terms, input_, cause))
    return instance


def create_once(
    account: Account, key: str | None, workflow_name: str, namespace: str | None, input_: Input, cause: Cause
) -> Steps[str]:
    """The id of a new instance, or of the one that was started under the same key within 24 hours."""
    keys, now_ms = account.idempotency, account.clock.now_ms
    if key is not None:
        while isinstance(found := keys.look_up(key, now_ms), Future):
            yield from _await_held(account.holds.matching("create", None), found)
        if found is not None:
            return found.instance_id
    try:
        instance = yield from create(account, workflow_name, namespace, input_, cause)
    except BaseException:
        if key is not None:
            keys.forget(key)
        raise
    if key is not None:
        keys.keep(key, Kept(instance.id, cause.request_id, now_ms))
    return instance.id


def _startable(account: Account, workflow_name: str, namespace: str | None, input_: Input) -> Version:
    """The version that a new instance runs; raises whatever speaks against one."""
    workflow = find(account, workflow_name)
    if workflow.published is None:
        raise WorkflowNotPublished(workflow_name)
    check_input(account, input_)
    limit = account.limits.instances_per_namespace
    if account.store.active_in(namespace) >= limit:
        raise NamespaceQuotaExceeded(namespace, limit)
    return workflow.published


def get(account: Account, instance_id: str) -> Instance:
    """The instance; raises InstanceNotFound."""
    instance = account.store.instances.get(instance_id)
    if instance is None:
        raise InstanceNotFound(instance_id)
    return instance


@dataclass(frozen=True, slots=True)
class Filter:
    """Which instances to list; None means all."""

    namespace: str | None = None
    workflow_name: str | None = None
    status: Status | None = None

    def accepts(self, instance: Instance) -> bool:
        return (
            self.namespace in (None, instance.namespace)
            and self.workflow_name in (None, instance.version.workflow_name)
            and self.status in (None, instance.status)
        )


def newest(account: Account, wanted: Filter) -> Iterable[Instance]:
    """The instances that the filter accepts, newest first."""
    return filter(wanted.accepts, account.store.newest_instances())


def resume(
    account: Account,
    instance_id: str,
    input_: Input,
    cause: Cause,
    thread_id: str | None = None,
    selected_option: object = None,
) -> Steps[Instance]:
    """Answer a halted thread: the one of that id, or the one that the instance shows. `selected_option` stood beside
    the input.

    Raises InvalidTransition when no transition holds, ConcurrentModification when another answer was being processed,
    InstanceNotHalted, ThreadNotFound, PayloadTooLarge."""
    instance = get(account, instance_id)
    check_input(account, input_)
    choice = _choice(input_, selected_option)
    before, ahead = None, account.overlaps.ahead(instance, thread_id)
    while ahead is not None:
        if before is None:
            yield from _pause(account, "resume", instance_id)
        yield from Await(ahead.over).perform()
        if ahead.acted:
            if ahead.asks_the_same(input_, choice):
                return instance
            raise ConcurrentModification(ahead.thread.state, ahead.state)
        before, ahead = ahead, ahead.follower or account.overlaps.ahead(instance, thread_id)
    # A reset puts others in their place; what was begun ends where it began.
    thread, overlaps = _to_resume(instance, thread_id), account.overlaps
    attempt = PendingResume(thread, thread.state, input_, choice, shown=thread is instance.halted_thread)
    overlaps.begin(instance, attempt)
    if before is not None:
        before.follower = attempt
    try:
        if before is None:
            yield from _pause(account, "resume", instance_id)
        yield from _resume(account, get(account, instance_id), attempt, selected_option, cause)
    finally:
        overlaps.end(instance, attempt)
    return instance


def _choice(input_: Input, beside: object) -> str | None:
    """`onSubmit({ choice: value })` is what the document's own component sends; `selected_option` is published."""
    given = (input_.get("choice"), input_.get("selected_option"), beside)
    return next((each for each in given if isinstance(each, str)), None)


def _with_choice(instance: Instance, attempt: PendingResume, beside: object) -> Input:
    """Outside selection mode a `selected_option` beside the input "is stored as `choice`", and `input.choice` wins."""
    state = instance.definition.states[attempt.state]
    return attempt.input if state.by_selection or not isinstance(beside, str) else {"choice": beside, **attempt.input}


def _resume(account: Account, instance: Instance, attempt: PendingResume, beside: object, cause: Cause) -> Steps[None]:
    thread, choice = attempt.thread, attempt.choice
    _halted(instance, thread.id)
    input_ = _with_choice(instance, attempt, beside)
    _look_at_form(account, instance, thread, input_, cause)
    state = thread.state
    attempt.acted = True
    refusal = yield from execution.run(
        account, instance, machine.resume(instance, account.terms, thread, input_, cause, choice)
    )
    get(account, instance.id)  # a reset may have come in between
    if refusal is not None:
        attempt.acted = False
        raise _refused(account, instance, thread, state, refusal)


def _refused(
    account: Account, instance: Instance, thread: Thread, state: str, refusal: machine.Refusal
) -> InteractorError:
    if refusal == "data_too_large":
        return PayloadTooLarge("workflow_data", account.limits.workflow_data_bytes)
    details = {"instance_id": instance.id, "state": state, "thread_id": thread.id, "status": "halted"}
    return InvalidTransition(f"Input does not match any transition of state '{state}'", details)


def _look_at_form(account: Account, instance: Instance, thread: Thread, input_: Input, cause: Cause) -> None:
    """What does not fit the form that is shown is noticed; whether the service refuses it too is a variant."""
    presentation = thread.halted.presentation if thread.halted is not None else None
    if presentation is None:
        return
    files = {file.id for file in account.store.files_of(instance.id)}
    secrets = account.secrets.ever
    found = list(misfits(presentation, input_, files, lambda value: redact(jsontext.encode(value), secrets)))
    if found and account.variants.form_answers == "checked":
        raise ValidationError(*((f"input.{each.field}", each.said) for each in found))
    for misfit in found:
        row = notices.FORM_AS_POSTED if misfit.as_posted else notices.FORM_MISMATCH
        where, values = f"states.{thread.state}.presentation", {"state": thread.state, "instance": instance.id}
        notice = Noticed.of(row, where, cause.request_id, misfit=misfit.said, **values)
        account.journal.notice(notice, instance.id)


def _to_resume(instance: Instance, thread_id: str | None) -> Thread:
    return _shown(instance) if thread_id is None else _halted(instance, thread_id)


def _shown(instance: Instance) -> Thread:
    """ "Resuming a `halted` instance answers the thread whose presentation or options Get shows"."""
    shown = instance.halted_thread
    if shown is None:
        halted = [thread.id for thread in instance.threads.values() if thread.status == "halted"]
        raise InstanceNotHalted(instance.id, instance.status, halted)
    return shown


def _halted(instance: Instance, thread_id: str) -> Thread:
    found = thread(instance, thread_id)
    if found.status != "halted":
        raise InstanceNotHalted.thread(instance.id, thread_id, found.status)
    return found


def thread(instance: Instance, thread_id: str) -> Thread:
    """The thread of that id; raises ThreadNotFound."""
    found = instance.threads.get(thread_id)
    if found is None:
        raise ThreadNotFound(thread_id)
    return found


def cancel(account: Account, instance_id: str) -> Steps[Instance]:
    """End an active instance; raises InstanceNotActive."""
    get(account, instance_id)
    yield from _pause(account, "cancel", instance_id)
    instance = get(account, instance_id)
    if not instance.active:
        raise InstanceNotActive(instance_id, instance.status)
    _cancel(account, instance, "requested")
    return instance


def expire(account: Account, instance_id: str) -> None:
    """The TTL is over: "Auto-cancelled after"."""
    instance = get(account, instance_id)
    instance.ttl = None
    _cancel(account, instance, "ttl_expired")


def _cancel(account: Account, instance: Instance, reason: Literal["requested", "ttl_expired"]) -> None:
    record(account, instance, Cancelled(reason))
    execution.keep_ttl(account, instance)


def explain(account: Account, instance_id: str, most_clauses: int | None = None) -> list[explaining.Decision]:
    """The decisions that the instance has made, with every clause that was looked at: all of them, or the latest."""
    instance = get(account, instance_id)
    made = explaining.decisions(
        instance.definition, account.journal.of_instance(instance_id), operators(account.variants)
    )
    found = explaining.latest(made, most_clauses)
    return [in_brief(each, account.secrets.ever) for each in found]


def in_brief(decision: explaining.Decision, secrets: Iterable[str]) -> explaining.Decision:
    considered = tuple(
        replace(each, clauses=tuple(brief_clause(clause, secrets) for clause in each.clauses))
        for each in decision.considered
    )
    choice = decision.choice and beginning(decision.choice, bounds.VALUE.most, secrets)
    return replace(decision, choice=choice, considered=considered)


def failure(instance: Instance) -> InteractorError | None:
    """The error that the request which ran a failed instance is answered with."""
    failed = instance.failure
    if failed is None:
        return None
    details = {
        "instance_id": instance.id,
        "state": failed.state,
        "thread_id": failed.thread_id,
        "status": instance.status,
        **failed.details,
    }
    return FAILURES[failed.error_code](failed.message, details)


def check_input(account: Account, input_: Input) -> None:
    """Raises PayloadTooLarge. "Max input payload size | 64 KB | Per resume/create call"."""
    if jsontext.size(input_) > account.limits.input_bytes:
        raise PayloadTooLarge("input", account.limits.input_bytes)


def cancel_reason(account: Account, instance_id: str) -> str | None:
    """Why an instance was cancelled: `requested` or `ttl_expired`; None if it was not."""
    events = account.journal.of_instance(get(account, instance_id).id)
    return next((event.reason for event in events if isinstance(event, Cancelled)), None)


def _pause(account: Account, operation: Holdable, instance_id: str | None = None) -> Steps[None]:
    """Wait here, if requests like this one are held."""
    if (hold := account.holds.matching(operation, instance_id)) is not None:
        waiting = hold.add()
        try:
            yield from _await_held(hold, waiting)
        except WaitsForItself:
            hold.leave(waiting)
            raise


def _await_held(hold: Hold | None, happened: "Future[None]") -> Steps[None]:
    """Wait for what a hold holds up, unless the thread that would wait is the one that could release it."""
    operation, holder = ("", None) if hold is None else (hold.operation, hold.holder)
    try:
        yield from Await(happened, holder).perform()
    except WaitsForItself:
        raise WaitsForItself(
            f"{operation} is held by this very thread, and nobody else can release it: "
            "let another thread send it, of a ThreadPoolExecutor say, or await it by emulator.aio"
        ) from None
