"""Moving an account's time, and firing what falls due on the way."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from interactor_emulator.account.account import Account
from interactor_emulator.clock import LAST_MS, Clock, Due, moment
from interactor_emulator.effects import Steps, WaitsForItself
from interactor_emulator.engine import machine
from interactor_emulator.errors import NotFound
from interactor_emulator.state.happenings import Timed

from . import deliveries, execution, instances, people
from .bulkhead import contain
from .execution import TTL
from .record import ANSWER, FILES, RETRY


@dataclass(frozen=True, slots=True)
class NextDue:
    """Something that will fall due. `subject` is the id of what it will happen to.

    `kind` is `instance_ttl`, `http_retry`, `background_state`, `file_retention`, `person_answers`, `webhook_attempt` or
    `webhook_minute`."""

    at_ms: int
    kind: str
    subject: str

    @property
    def at(self) -> datetime:
        """When, on the emulator's clock."""
        return moment(self.at_ms)


class Fired(NextDue):
    """Something that fell due, and happened: `at`, `kind` and `subject` as before."""

    __slots__ = ()


def advance(account: Account, to_ms: int) -> Steps[list[Fired]]:
    """Move the clock to this instant, "in order of its time, each seeing the clock at its own moment".

    Returns what fired, once all of it has settled; what it scheduled within the span is part of that. Raises
    ValueError for an instant that has passed, or that no timestamp of four-digit years can name, NotFound when the
    account is reset or removed meanwhile.
    """
    _check(account, to_ms)
    clock, fired = account.clock, []
    yield from _settle_in(account, clock)
    while (due := clock.take_due(to_ms)) is not None:
        if (yield from fire(account, due)):
            fired.append(Fired(due.at_ms, due.kind, due.subject))
        yield from _settle_in(account, clock)
    clock.move_to(to_ms)
    account.happenings.add(Timed(clock.now_ms, clock.frozen))
    return fired


def advance_by(account: Account, span_ms: int) -> Steps[list[Fired]]:
    """Move the clock on by so much, as `advance` does, from when all that is due at first has been done.

    An attempt to deliver takes time on a clock that runs: were the span counted from before it, what is due 30 seconds
    after it would lie some milliseconds beyond 30 seconds."""
    _check(account, account.clock.now_ms + span_ms)
    yield from _settle_in(account, account.clock)
    return (yield from advance(account, account.clock.now_ms + span_ms))


def _check(account: Account, to_ms: int) -> None:
    if to_ms < account.clock.now_ms:
        raise ValueError("time never moves backwards")
    if to_ms > LAST_MS:
        raise ValueError("time ends with the year 9999")


def freeze(account: Account) -> None:
    """Let the clock stand where it is."""
    account.clock.freeze()
    account.happenings.add(Timed(account.clock.now_ms, frozen=True))


def unfreeze(account: Account) -> None:
    """Let the clock run with the wall clock, from where it is."""
    account.clock.unfreeze()
    account.happenings.add(Timed(account.clock.now_ms, frozen=False))


def _settle_in(account: Account, clock: Clock) -> Steps[None]:
    """Raises NotFound when the account was emptied meanwhile: its time is another one."""
    yield from deliveries.settle(account)
    if account.clock is not clock:
        raise NotFound("The account was reset while its time moved: what was awaited is gone")


def coming(account: Account) -> NextDue | None:
    """What falls due next, if anything does before the end of time."""
    due = account.clock.next_due
    return None if due is None or due.at_ms > LAST_MS else NextDue(due.at_ms, due.kind, due.subject)


def advance_to_next(account: Account) -> Steps[list[Fired]]:
    """Move the clock to the instant at which something falls due next, and no further; nothing is due, nothing moves.

    Returns what fired."""
    due = coming(account)
    return [] if due is None else (yield from advance(account, max(due.at_ms, account.clock.now_ms)))


def catch_up(account: Account) -> Steps[None]:
    """Fire what has fallen due while a running clock ran. Webhooks are sent by whoever sends them."""
    while (due := account.clock.take_due(account.clock.now_ms)) is not None:
        yield from fire(account, due)


def pass_now(account: Account) -> Steps[None]:
    """Do all that is due at this instant: people answer, webhooks are delivered, and what follows from it."""
    while is_anything(account):
        yield from catch_up(account)
        yield from deliveries.settle(account)


def is_anything(account: Account) -> bool:
    """Whether anything is due or to be sent at this instant."""
    return account.clock.is_due or not deliveries.is_settled(account)


def settle(account: Account) -> Steps[None]:
    """Return when nothing more can happen without time or input: no state is left to pass, no attempt to be made."""
    while not is_settled(account):
        yield from execution.settle(account)
        yield from pass_now(account)


def is_settled(account: Account) -> bool:
    """Whether nothing more can happen without time or input."""
    return not account.clock.is_due and execution.is_settled(account) and deliveries.is_settled(account)


def waiting_for(account: Account) -> list[str]:
    """What is under way, a line each: for whoever has waited in vain."""
    found = ["an instance is running: a script, or a call whose answer has not come"] if account.running else []
    for subscription in account.outbox.ready(account.clock.now_ms):
        found.append(f"webhooks to {deliveries.receiver_of(subscription)} are under way: the receiver has not answered")
    return found


def fire(account: Account, due: Due) -> Steps[bool]:
    """Do what has fallen due; false when it has become needless meanwhile, or failed."""
    try:
        fired = yield from _FIRE[due.kind](account, due)
        if fired:
            account.ledger.add(due.at_ms, due.kind, due.subject)
        return fired
    except WaitsForItself:
        raise  # nobody else's: the thread that moves the time would wait for itself
    except Exception as error:  # noqa: BLE001 - what else is due must not wait for it
        contain(account, f"{due.kind} of {due.subject}", error)
        return False


def _expire(account: Account, due: Due) -> Steps[bool]:
    instances.expire(account, due.subject)
    yield from ()
    return True


def _retry(account: Account, due: Due) -> Steps[bool]:
    """A call of `on_enter` is tried again also when the instance is over; one that it waits for is not."""
    instance, retry = account.store.instances[due.subject], account.retries.pop(due.detail)
    if not instance.active and retry.member == "logic":
        return False
    yield from execution.run(account, instance, machine.wake(instance, account.terms, retry), retry)
    return True


def _next_state(account: Account, due: Due) -> Steps[bool]:
    return (yield from execution.state_is_over(account, due.subject, due.detail))


def _forget_files(account: Account, due: Due) -> Steps[bool]:
    """ "File retention | 7 days after instance completion"."""
    account.store.forget_files(due.subject)
    yield from ()
    return True


def _give_answer(account: Account, due: Due) -> Steps[bool]:
    return (yield from people.give(account, due.subject, due.detail))


def _repeat_webhook(account: Account, due: Due) -> Steps[bool]:
    yield from ()
    return deliveries.repeat(account, due.subject)


def _webhook_minute(account: Account, due: Due) -> Steps[bool]:
    yield from ()
    return deliveries.minute_over(account, due.subject)


_FIRE: Mapping[str, Callable[[Account, Due], Steps[bool]]] = {
    TTL: _expire,
    RETRY: _retry,
    execution.STATE: _next_state,
    FILES: _forget_files,
    ANSWER: _give_answer,
    deliveries.REPEAT: _repeat_webhook,
    deliveries.MINUTE: _webhook_minute,
}
"""What to do for each kind of thing in the clock's queue."""

KINDS = frozenset(_FIRE)
"""What can stand in the queue."""
