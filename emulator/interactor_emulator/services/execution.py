"""Runs what the engine decides: records each event, hands on each effect, and keeps the instance's TTL.

An instance goes at once as far as its account's mode lets it: to its rest (`inline`), or one state at a time
(`background`). In background mode a create or resume is answered with `running`, and the rest is left for later: a
state lasts until somebody has looked at the instance, or until `background_state_seconds` have passed on the emulator's
clock. So a client that polls sees every state in turn, and one that waits for a webhook is not kept waiting for ever.
"""

import logging
from collections.abc import Mapping
from dataclasses import replace
from time import perf_counter
from typing import Any, Final, Literal

from interactor_emulator import notices, tracing
from interactor_emulator.account.account import Account
from interactor_emulator.adapters.http.under_way import inside_call
from interactor_emulator.effects import Await, Effect, RunScript, ScriptFault, ScriptResult, SendHttp, Steps
from interactor_emulator.engine.machine import Machine, Refusal
from interactor_emulator.jsontext import encode
from interactor_emulator.limits import Limits
from interactor_emulator.projections import metrics
from interactor_emulator.redaction import mentions, redact
from interactor_emulator.state.events import (
    Created,
    Event,
    Failed,
    Forked,
    InstanceFailed,
    Noticed,
    RetryScheduled,
    StateChanged,
    StepCompleted,
    StepFailed,
)
from interactor_emulator.state.instance import Instance

from .bulkhead import contain
from .record import record

log: logging.Logger = logging.getLogger("interactor_emulator")

TTL = "instance_ttl"
STATE = "background_state"

_BROKE = "Internal error of the emulator; its log has the traceback"
_BROKEN_OFF = "The call that ran this step was broken off"

Paused = Literal["paused"]
_PAUSED: Final = "paused"
# What a poll can see: a thread has come to another state.
_STATES: frozenset[type[Event]] = frozenset({Created, StateChanged, Forked})
_NOWHERE: frozenset[type[Event]] = frozenset()


def run(
    account: Account, instance: Instance, machine: Machine, retry: RetryScheduled | None = None
) -> Steps[Refusal | None]:
    """Run as far as the account's mode lets it go at once; the machine's verdict.

    Whatever happened to the instance while an effect was under way has won: if it is over by then, or its account was
    reset, the answer comes too late and is dropped."""
    began_ms = None if retry is None else retry.began_ms
    account.running.began()
    try:
        verdict = yield from _steps(account, instance, machine, began_ms)
    finally:
        account.running.ended()
    if verdict == _PAUSED:
        _leave(account, instance, machine)
        return None
    return verdict


def _leave(account: Account, instance: Instance, machine: Machine) -> None:
    account.background.setdefault(instance.id, []).append(machine)
    at_ms = account.clock.now_ms + round(account.limits.background_state_seconds * 1000)
    account.clock.call_at(at_ms, STATE, instance.id, str(instance.revision))


def go_on_after_look(account: Account, instance_id: str) -> Steps[None]:
    """Somebody has seen the instance: it may go on to its next state."""
    instance = account.store.instances.get(instance_id)
    for machine in account.background.pop(instance_id, ()):
        if instance is not None and instance.active:
            yield from run(account, instance, machine)
        else:
            machine.close()


def state_is_over(account: Account, instance_id: str, revision: str) -> Steps[bool]:
    """The time of a state has passed; false if somebody looked meanwhile, and it has gone on."""
    if instance_id not in account.background or str(account.store.instances[instance_id].revision) != revision:
        return False
    yield from go_on_after_look(account, instance_id)
    return True


def break_off(account: Account) -> None:
    """End what is between two states, as the end of a server ends what is in the midst of one."""
    for instance_id, machines in account.background.items():
        for machine in machines:
            machine.close()
        instance = account.store.instances[instance_id]
        _fail(account, instance, _BROKEN_OFF)
        keep_ttl(account, instance)
    account.background.clear()


def is_settled(account: Account) -> bool:
    """Whether no instance runs; who asks from within a call that one of them waits for would wait for himself."""
    return not account.background and (not account.running or inside_call.get())


def settle(account: Account) -> Steps[None]:
    """Return when no instance runs any more: neither here nor in a request that is still under way."""
    while not is_settled(account):
        for instance_id in list(account.background):
            yield from go_on_after_look(account, instance_id)
        if account.running and not inside_call.get():
            yield from Await(account.running.idle()).perform()


class _Overtaken(Exception):
    """While an effect was under way its instance has ended, or is gone with the account that it was in."""


def _steps(
    account: Account, instance: Instance, machine: Machine, retried_ms: int | None
) -> Steps[Refusal | Paused | None]:
    """The machine's verdict; whatever breaks inside a step fails the instance.

    `retried_ms` is when the step began that a retry goes on with."""
    verdict: Refusal | Paused | None = None
    try:
        verdict = yield from _driven(account, instance, machine, retried_ms)
    except _Overtaken:
        machine.close()
    except Exception as error:  # noqa: BLE001 - nobody finds the instance `running` for ever
        machine.close()
        contain(account, f"A step of instance {instance.id}", error, instance.id)
        _fail(account, instance, _BROKE)
    except GeneratorExit:
        # The task of the caller was cancelled, or the server has ended.
        machine.close()
        _fail(account, instance, _BROKEN_OFF)
        raise
    finally:
        if account.store.instances.get(instance.id) is instance:
            keep_ttl(account, instance)
    return verdict


def _driven(
    account: Account, instance: Instance, machine: Machine, retried_ms: int | None
) -> Steps[Refusal | Paused | None]:
    """Record each event and have each effect carried out, until the machine is done, or the mode lets it pause."""
    pauses = _STATES if account.settings.execution == "background" else _NOWHERE
    began_ms, answer = account.clock.now_ms, None
    try:
        while True:
            yielded = machine.send(answer)
            if isinstance(yielded, Event):
                answer = None
                record(account, instance, _timed(account, yielded, began_ms))
                if type(yielded) in pauses:
                    return _PAUSED
            else:
                began_ms, retried_ms = account.clock.now_ms if retried_ms is None else retried_ms, None
                answer = yield from _carried_out(account, instance, yielded)
    except StopIteration as end:
        verdict: Refusal | None = end.value
        return verdict


def _timed(account: Account, event: Event, began_ms: int) -> Event:
    """The engine knows no time: how long its step took is added here."""
    if isinstance(event, StepCompleted | StepFailed):
        return replace(event, duration_ms=account.clock.now_ms - began_ms)
    if isinstance(event, RetryScheduled):
        return replace(event, began_ms=began_ms)
    return event


def _carried_out(account: Account, instance: Instance, effect: Effect[Any]) -> Steps[Any]:
    """The answer to an effect; raises _Overtaken, whatever the answer, when it comes too late."""
    was_active, broken, answer = instance.active, None, None
    try:
        answer = yield from _effect(account, instance, effect)
    except Exception as error:  # noqa: BLE001 - raised below, unless it comes too late
        broken = error
    if account.store.instances.get(instance.id) is not instance or (was_active and not instance.active):
        raise _Overtaken
    if broken is not None:
        raise broken
    return answer


def _fail(account: Account, instance: Instance, message: str) -> None:
    """Fail the instance in the middle of a step, for what no definition can help."""
    if instance.active and account.store.instances.get(instance.id) is instance:
        thread = next((each for each in instance.unfinished() if each.status == "running"), instance.main)
        record(account, instance, InstanceFailed(thread.id, thread.state, "internal_error", message))
        record(account, instance, Failed())


def _effect(account: Account, instance: Instance, effect: Effect[Any]) -> Steps[Any]:
    if isinstance(effect, SendHttp):
        effect = replace(effect, headers=_traced(account, effect))
    began = perf_counter()
    answer = yield from effect.perform()
    if isinstance(effect, RunScript):
        own = answer.seconds if isinstance(answer, ScriptResult | ScriptFault) else None
        _measured_script(account, instance, effect, perf_counter() - began, own)
    elif isinstance(effect, SendHttp):
        workflow = instance.version.workflow_name
        account.metrics.took(metrics.HTTP, workflow, effect.state, perf_counter() - began)
        log.info(
            "http %s %s of %s/%s for request %s",
            effect.method,
            redact(effect.url, account.secrets.ever),
            instance.id,
            effect.state,
            effect.cause.request_id if effect.cause else "-",
        )
    if isinstance(effect, RunScript) and account.secrets and isinstance(answer, ScriptResult) and answer.value:
        _look_for_secrets(account, instance, answer)
    return answer


def _measured_script(
    account: Account, instance: Instance, script: RunScript, seconds: float, own: float | None
) -> None:
    """ "Keep scripts simple and fast (<100ms recommended)". What counts is its own time on a processor, for on a busy
    machine it waits for one; of a script whose process was ended only the time that passed is known."""
    state, limit = str(script.context["state_name"]), account.limits.slow_script_seconds
    account.metrics.took(metrics.SCRIPT, instance.version.workflow_name, state, seconds)
    request_id = instance.cause.request_id if instance.cause is not None else "-"
    log.info("script of %s/%s ran %.1f ms for request %s", instance.id, state, seconds * 1000, request_id)
    used = seconds if own is None else own
    if used > limit:
        where, took, recommended = f"states.{state}.logic", f"{used * 1000:.0f}", f"{limit * 1000:.0f}"
        notice = Noticed.of(notices.SLOW_SCRIPT, where, state=state, milliseconds=took, limit=recommended)
        record(account, instance, notice)


def _traced(account: Account, request: SendHttp) -> Mapping[str, str]:
    """ "Requests carry `traceparent`, `X-Request-Id`"; what the definition itself says comes first."""
    if request.cause is None:
        return request.headers
    own = {name.lower() for name in request.headers}
    added = tracing.headers(request.cause, account.ids.trace(), account.ids.span())
    return {**{name: value for name, value in added.items() if name.lower() not in own}, **request.headers}


def _look_for_secrets(account: Account, instance: Instance, result: ScriptResult) -> None:
    """Data is data and stays as it is, but somebody should know."""
    if mentions(encode(result.value), account.secrets.ever):
        where = f"states.{instance.current_state}.logic"
        event = Noticed.of(notices.SECRET_IN_OUTPUT, where, instance=instance.id)
        record(account, instance, event)


def keep_ttl(account: Account, instance: Instance) -> None:
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
