"""Runs what the engine decides: records each event, hands on each effect, and keeps the instance's TTL."""

import logging
from collections.abc import Callable, Mapping
from time import perf_counter
from typing import TYPE_CHECKING, Any

from interactor_emulator import tracing
from interactor_emulator.effects import Effect, RunScript, ScriptResult, SendHttp, Steps
from interactor_emulator.engine.machine import DataTooLarge, Machine
from interactor_emulator.jsontext import encode
from interactor_emulator.limits import Limits
from interactor_emulator.projections import metrics
from interactor_emulator.redaction import mentions, redact
from interactor_emulator.state.events import (
    Event,
    Failed,
    Halted,
    InstanceFailed,
    Noticed,
    RetryScheduled,
    StepCompleted,
    StepFailed,
)
from interactor_emulator.state.instance import Instance, apply

from . import answers
from .bulkhead import contain

if TYPE_CHECKING:
    from interactor_emulator.account.account import Account

log = logging.getLogger("interactor_emulator")

TTL = "instance_ttl"
RETRY = "http_retry"
FILES = "file_retention"

_BROKE = "Internal error of the emulator; its log has the traceback"

NOWHERE: frozenset[type[Event]] = frozenset()


def run(
    account: "Account",
    instance: Instance,
    machine: Machine,
    pauses: frozenset[type[Event]] = NOWHERE,
    began_ms: int | None = None,
) -> Steps[bool]:
    """Run until the instance rests, or past the first event of a kind in `pauses`; whether it came to its end.

    Whatever happened to the instance while an effect was under way has won: if it is over by then, or its account was
    reset, the answer comes too late and is dropped. `began_ms` is when the step began that a retry goes on with.
    """
    account.began()
    try:
        return (yield from _run(account, instance, machine, pauses, began_ms))
    finally:
        account.ended()


def _run(
    account: "Account", instance: Instance, machine: Machine, pauses: frozenset[type[Event]], retried_ms: int | None
) -> Steps[bool]:
    answer: Any = None
    began_ms = account.clock.now_ms
    finished = True
    while True:
        try:
            yielded = machine.send(answer)
        except StopIteration:
            break
        except DataTooLarge:  # the resume is refused, and the machine has not begun
            raise
        except Exception as error:  # noqa: BLE001 - whatever happens inside a step fails the instance
            _broke(account, instance, error)
            break
        answer = None
        if isinstance(yielded, Event):
            if isinstance(yielded, StepCompleted | StepFailed):
                yielded.duration_ms = account.clock.now_ms - began_ms
            elif isinstance(yielded, RetryScheduled):
                yielded.began_ms = began_ms
            record(account, instance, yielded)
            if type(yielded) in pauses:
                finished = False
                break
            continue
        began_ms = account.clock.now_ms if retried_ms is None else retried_ms
        retried_ms, was_active = None, instance.active
        broken: Exception | None = None
        try:
            answer = yield from _effect(account, instance, yielded)
        except Exception as error:  # noqa: BLE001 - as above: it could not be carried out
            broken = error
        if account.store.instances.get(instance.id) is not instance:
            machine.close()
            return True
        if was_active and not instance.active:
            machine.close()
            break
        if broken is not None:
            machine.close()
            _broke(account, instance, broken)
            break
    keep_ttl(account, instance)
    return finished


def _broke(account: "Account", instance: Instance, error: Exception) -> None:
    """A fault of the emulator in the middle of a step: nobody finds the instance `running` for ever."""
    contain(account, f"A step of instance {instance.id}", error, instance.id)
    if instance.active:
        thread = next((each for each in instance.unfinished() if each.status == "running"), instance.main)
        record(account, instance, InstanceFailed(thread.id, thread.state, "internal_error", _BROKE))
        record(account, instance, Failed())


def _effect(account: "Account", instance: Instance, effect: Effect[Any]) -> Steps[Any]:
    if isinstance(effect, SendHttp):
        effect.headers = _traced(account, effect)
    began = perf_counter()
    answer = yield from effect.perform()
    if isinstance(effect, RunScript):
        _measured_script(account, instance, effect, perf_counter() - began)
    elif isinstance(effect, SendHttp):
        workflow = instance.version.workflow_name
        account.metrics.took(metrics.HTTP, workflow, effect.state, perf_counter() - began)
        log.info(
            "http %s %s of %s/%s for request %s",
            effect.method,
            redact(effect.url, account.secrets.values()),
            instance.id,
            effect.state,
            effect.cause.request_id if effect.cause else "-",
        )
    if isinstance(effect, RunScript) and account.secrets and isinstance(answer, ScriptResult) and answer.value:
        _look_for_secrets(account, instance, answer)
    return answer


def _measured_script(account: "Account", instance: Instance, script: RunScript, seconds: float) -> None:
    """ "Keep scripts simple and fast (<100ms recommended)"."""
    state, limit = str(script.context["state_name"]), account.limits.slow_script_seconds
    account.metrics.took(metrics.SCRIPT, instance.version.workflow_name, state, seconds)
    request_id = instance.cause.request_id if instance.cause is not None else "-"
    log.info("script of %s/%s ran %.1f ms for request %s", instance.id, state, seconds * 1000, request_id)
    if seconds > limit:
        message = f"A script of state '{state}' took {seconds * 1000:.0f} ms"
        hint = f"The document recommends less than {limit * 1000:.0f} ms; leave heavy work to an HTTP endpoint"
        record(account, instance, Noticed("slow_script", message, hint, f"states.{state}.logic"))


def _traced(account: "Account", request: SendHttp) -> Mapping[str, str]:
    """ "Requests carry `traceparent`, `X-Request-Id`"; what the definition itself says comes first."""
    if request.cause is None:
        return request.headers
    own = {name.lower() for name in request.headers}
    added = tracing.headers(request.cause, account.ids.trace(), account.ids.span())
    return {**{name: value for name, value in added.items() if name.lower() not in own}, **request.headers}


def _look_for_secrets(account: "Account", instance: Instance, result: ScriptResult) -> None:
    """Data is data and stays as it is, but somebody should know."""
    if mentions(encode(result.value), account.secrets.values()):
        event = Noticed(
            "secret_in_output",
            f"A script of instance '{instance.id}' returned the value of a secret",
            "Whoever may read the instance can read it now; return whether it is there instead",
            f"states.{instance.current_state}.logic",
        )
        record(account, instance, event)


def record(account: "Account", instance: Instance, event: Event) -> None:
    """Write the event down, apply it, and tell whoever follows the instance."""
    if isinstance(event, Noticed):
        event.request_id = instance.cause.request_id if instance.cause is not None else ""
        account.journal.append(event, instance.id)
        return
    was_active = instance.active
    account.journal.append(event, instance.id)
    apply(instance, event)
    if isinstance(event, RetryScheduled):
        account.retries[event.id] = event
        account.clock.call_at(event.at_ms + event.delay_seconds * 1000, RETRY, instance.id, event.id)
    if was_active and not instance.active:
        account.store.ended(instance)
        if account.store.files_of(instance.id):
            at_ms = event.at_ms + account.limits.file_retention_seconds * 1000
            account.clock.call_at(at_ms, FILES, instance.id)
    for tell in (account.metrics.happened, account.outbox.happened, account.feed.tell):
        _tell(account, tell, instance, event)
    if isinstance(event, Halted) and account.people.people:
        answers.halted(account, instance, event)


def _tell(account: "Account", tell: Callable[[Instance, Event], None], instance: Instance, event: Event) -> None:
    try:
        tell(instance, event)
    except Exception as error:  # noqa: BLE001 - it has happened, whoever could not be told of it
        contain(account, f"A reader of {type(event).__name__} of instance {instance.id}", error, instance.id)


def keep_ttl(account: "Account", instance: Instance) -> None:
    """ "Instance TTL (running) | 30 days", "(halted) | 90 days", counted from when it entered that status."""
    ends_ms = instance.status_since_ms + _ttl_seconds(account.limits, instance) * 1000
    if instance.ttl is not None:
        if instance.active and instance.ttl.at_ms == ends_ms:
            return
        account.clock.cancel(instance.ttl)
        instance.ttl = None
    if instance.active:
        instance.ttl = account.clock.call_at(ends_ms, TTL, instance.id)


def _ttl_seconds(limits: Limits, instance: Instance) -> int:
    return limits.halted_ttl_seconds if instance.status == "halted" else limits.running_ttl_seconds
