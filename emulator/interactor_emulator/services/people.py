"""Gives the answers of people who answer by themselves, when their time has come."""

from interactor_emulator import notices
from interactor_emulator.account.account import Account
from interactor_emulator.effects import Steps, WaitsForItself
from interactor_emulator.errors import InteractorError
from interactor_emulator.jsontext import copied
from interactor_emulator.state.events import Noticed
from interactor_emulator.tracing import Cause

from . import choices, instances
from .bulkhead import contain


def give(account: Account, instance_id: str, halt_id: str) -> Steps[bool]:
    """Resume the thread that still waits in that very halt; false when it does no more."""
    answer = account.people.coming.pop(halt_id, None)
    instance = account.store.instances.get(instance_id)
    if answer is None or instance is None:
        return False
    waiting = [each for each in instance.unfinished() if each.halted is not None and each.halted.id == halt_id]
    if not waiting:
        return False
    thread_id = waiting[0].id
    cause = Cause("person", account.ids.request(account.clock.now_ms))
    try:
        if answer.chosen:
            choices.check(account, instance_id, thread_id)
        given = copied(answer.given(dict(instance.data)), "input")
        yield from instances.resume(account, instance_id, given, cause, thread_id)
    except InteractorError as error:
        values = {"state": waiting[0].state, "code": error.code, "why": str(error)}
        account.journal.notice(Noticed.of(notices.ANSWER_REFUSED, **values), instance_id)
    except WaitsForItself:
        raise  # the mistake of whoever moves the time
    except Exception as error:  # noqa: BLE001 - the function that a test gave for an answer may raise anything
        contain(account, f"The answer to '{waiting[0].state}'", error, instance_id)
    return True
