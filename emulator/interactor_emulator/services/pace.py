"""How far an instance goes at once: to its rest (`inline`), or one state at a time (`background`).

In background mode a create or resume is answered with `running`, and the rest is left for later: a state lasts until
somebody has looked at the instance, or until `background_state_seconds` have passed on the emulator's clock. So a
client that polls sees every state in turn, and one that waits for a webhook is not kept waiting for ever.
"""

from concurrent.futures import Future
from typing import TYPE_CHECKING

from interactor_emulator.adapters.http.caller import inside_call
from interactor_emulator.effects import Await, Steps
from interactor_emulator.engine.machine import Machine
from interactor_emulator.state.events import Created, Event, Forked, RetryScheduled, StateChanged
from interactor_emulator.state.instance import Instance

from . import execution

if TYPE_CHECKING:
    from interactor_emulator.account.account import Account

STATE = "background_state"

# What a poll can see: a thread has come to another state.
_PAUSES: frozenset[type[Event]] = frozenset({Created, StateChanged, Forked})


def run(account: "Account", instance: Instance, machine: Machine, retry: RetryScheduled | None = None) -> Steps[None]:
    """Run as far as the account's mode lets it go at once."""
    began_ms = None if retry is None else retry.began_ms
    pauses = _PAUSES if account.settings.execution == "background" else execution.NOWHERE
    if not (yield from execution.run(account, instance, machine, pauses, began_ms)):
        _leave(account, instance, machine)


def _leave(account: "Account", instance: Instance, machine: Machine) -> None:
    account.background.setdefault(instance.id, []).append(machine)
    at_ms = account.clock.now_ms + round(account.limits.background_state_seconds * 1000)
    account.clock.call_at(at_ms, STATE, instance.id, str(instance.revision))


def looked(account: "Account", instance_id: str) -> Steps[None]:
    """Somebody has seen the instance: it may go on to its next state."""
    instance = account.store.instances.get(instance_id)
    for machine in account.background.pop(instance_id, ()):
        if instance is not None and instance.active:
            yield from run(account, instance, machine)
        else:
            machine.close()


def state_is_over(account: "Account", instance_id: str, revision: str) -> Steps[bool]:
    """The time of a state has passed; false if somebody looked meanwhile, and it has gone on."""
    if instance_id not in account.background or str(account.store.instances[instance_id].revision) != revision:
        return False
    yield from looked(account, instance_id)
    return True


def is_settled(account: "Account") -> bool:
    """Whether no instance runs; who asks from within a call that one of them waits for would wait for himself."""
    return not account.background and (not account.busy or inside_call.get())


def settle(account: "Account") -> Steps[None]:
    """Return when no instance runs any more: neither here nor in a request that is still under way."""
    while not is_settled(account):
        for instance_id in list(account.background):
            yield from looked(account, instance_id)
        if account.busy and not inside_call.get():
            happened: Future[None] = Future()
            account.when_idle.append(happened)
            yield from Await(happened).perform()
