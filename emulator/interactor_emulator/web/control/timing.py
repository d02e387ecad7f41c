"""Time: the clock, settling, and requests that are held back."""

from collections.abc import Mapping
from typing import cast, get_args

from interactor_emulator.account.account import Account
from interactor_emulator.clock import timestamp
from interactor_emulator.effects import Steps
from interactor_emulator.errors import ValidationError
from interactor_emulator.jsontext import is_number
from interactor_emulator.services import due
from interactor_emulator.services.due import Fired
from interactor_emulator.state.overlaps import Holdable
from interactor_emulator.web.call import instant, optional

from .call import Command, Done

# Longer than time has years that can be written with four digits.
_MOST_SECONDS = 10**12
# "Answers after `timeout_seconds`, 10, with what it still waits for". Wall time, since others' answers are waited for.
_TIMEOUT_SECONDS = 10
_MOST_TIMEOUT_SECONDS = 600


def show_clock(command: Command) -> Done:
    clock = command.account.clock
    return Done({"now": timestamp(clock.now_ms), "frozen": clock.frozen})


def set_clock(command: Command) -> Steps[Done]:
    account = command.account
    frozen = optional(command.body, "frozen", bool)
    now = optional(command.body, "now", str)
    if now is not None:
        yield from _advanced(account, "now", due.advance(account, instant("now", now)))
    if frozen is True:
        due.freeze(account)
    elif frozen is False:
        due.unfreeze(account)
    return show_clock(command)


def advance(command: Command) -> Steps[Done]:
    account, seconds, to = command.account, command.body.get("seconds"), optional(command.body, "to", str)
    if (seconds is None) == (to is None):
        raise ValidationError(("seconds", "give either seconds or to"))
    if to is not None:
        fired = yield from _advanced(account, "to", due.advance(account, instant("to", to)))
    else:
        if not is_number(seconds) or not 0 <= seconds <= _MOST_SECONDS:
            raise ValidationError(("seconds", f"seconds must be a number from 0 to {_MOST_SECONDS}"))
        fired = yield from _advanced(account, "seconds", due.advance_by(account, round(seconds * 1000)))
    return Done({"now": timestamp(account.clock.now_ms), "fired": [_fired(each) for each in fired]})


def _advanced(account: Account, name: str, steps: Steps[list[Fired]]) -> Steps[list[Fired]]:
    try:
        return (yield from steps)
    except ValueError as error:
        raise ValidationError((name, f"{error}: it is {timestamp(account.clock.now_ms)}")) from None


def unfinished(command: Command) -> Done:
    """What `settle` and `advance` answer when their time is up: they go on, and this is what they wait for."""
    shown: dict[str, object] = {"now": timestamp(command.account.clock.now_ms)}
    shown["waiting"] = due.waiting_for(command.account)
    return Done(shown)


def timeout_seconds(command: Command) -> float:
    """How long a call may wait; raises ValidationError."""
    seconds = command.body.get("timeout_seconds")
    if seconds is None:  # as everywhere in the API: no more than leaving it out
        return _TIMEOUT_SECONDS
    if not is_number(seconds) or not 0 <= seconds <= _MOST_TIMEOUT_SECONDS:
        message = f"timeout_seconds must be a number from 0 to {_MOST_TIMEOUT_SECONDS}"
        raise ValidationError(("timeout_seconds", message))
    return seconds


def _fired(fired: Fired) -> Mapping[str, object]:
    return {"at": timestamp(fired.at_ms), "kind": fired.kind, "subject": fired.subject}


def settle(command: Command) -> Steps[Done]:
    yield from due.settle(command.account)
    return show_clock(command)


def hold(command: Command) -> Done:
    """`{"operation": "resume", "instance_id": …}`: matching requests stop after they were accepted."""
    operation = optional(command.body, "operation", str)
    if operation not in get_args(Holdable):
        raise ValidationError(("operation", f"operation must be one of {', '.join(get_args(Holdable))}"))
    command.account.holds.hold(cast(Holdable, operation), optional(command.body, "instance_id", str))
    return show_held(command)


def show_held(command: Command) -> Done:
    return Done({"held": command.account.holds.held})


def release(command: Command) -> Done:
    return Done({"released": command.account.holds.release()})
