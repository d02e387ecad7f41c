"""Runs what the engine decides: records each event, hands on each effect, and keeps the instance's TTL."""

from typing import TYPE_CHECKING, Any

from interactor_emulator.effects import Effect, RunScript, ScriptResult, Steps
from interactor_emulator.engine.machine import Machine
from interactor_emulator.events import Event, Noticed, StepCompleted, StepFailed
from interactor_emulator.instance import Instance, apply
from interactor_emulator.jsontext import encode
from interactor_emulator.limits import Limits
from interactor_emulator.redaction import mentions

if TYPE_CHECKING:
    from interactor_emulator.account import Account

TTL = "instance_ttl"


def run(account: "Account", instance: Instance, machine: Machine) -> Steps[None]:
    """Run until the instance rests. Whatever happened to it while an effect was under way has won: if it is over by
    then, or its account was reset, the answer comes too late and is dropped."""
    answer: Any = None
    began_ms = account.clock.now_ms
    while True:
        try:
            yielded = machine.send(answer)
        except StopIteration:
            break
        answer = None
        if isinstance(yielded, Event):
            if isinstance(yielded, StepCompleted | StepFailed):
                yielded.duration_ms = account.clock.now_ms - began_ms
            record(account, instance, yielded)
            continue
        began_ms, was_active = account.clock.now_ms, instance.active
        answer = yield from _effect(account, instance, yielded)
        if account.store.instances.get(instance.id) is not instance:
            machine.close()
            return
        if was_active and not instance.active:
            machine.close()
            break
    keep_ttl(account, instance)


def _effect(account: "Account", instance: Instance, effect: Effect[Any]) -> Steps[Any]:
    answer = yield from effect.perform()
    if isinstance(effect, RunScript) and account.secrets and isinstance(answer, ScriptResult) and answer.value:
        _look_for_secrets(account, instance, answer)
    return answer


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
    """Write the event down and apply it."""
    was_active = instance.active
    account.journal.append(event, instance.id)
    apply(instance, event)
    if was_active and not instance.active:
        account.store.ended(instance)


def keep_ttl(account: "Account", instance: Instance) -> None:
    """ "Instance TTL (running) | 30 days", "(halted) | 90 days", counted from when it entered that status."""
    if instance.ttl is not None:
        account.clock.cancel(instance.ttl)
        instance.ttl = None
    if instance.active:
        at_ms = account.clock.now_ms + _ttl_seconds(account.limits, instance) * 1000
        instance.ttl = account.clock.call_at(at_ms, TTL, instance.id)


def _ttl_seconds(limits: Limits, instance: Instance) -> int:
    return limits.halted_ttl_seconds if instance.status == "halted" else limits.running_ttl_seconds
