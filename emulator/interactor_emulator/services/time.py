"""Moving an account's time, and firing what falls due on the way."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from interactor_emulator.clock import LAST_MS, Due
from interactor_emulator.effects import Steps

from . import instances
from .execution import TTL

if TYPE_CHECKING:
    from interactor_emulator.account import Account


@dataclass(frozen=True, slots=True)
class Fired:
    """Something that fell due. `subject` is the id of what it happened to."""

    at_ms: int
    kind: str
    subject: str


def advance(account: "Account", to_ms: int) -> Steps[list[Fired]]:
    """Move the clock to this instant, "in order of its time, each seeing the clock at its own moment".

    Returns what fired, once all of it has settled; what it scheduled within the span is part of that. Raises
    ValueError for an instant that has passed, or that no timestamp of four-digit years can name.
    """
    if to_ms < account.clock.now_ms:
        raise ValueError("time never moves backwards")
    if to_ms > LAST_MS:
        raise ValueError("time ends with the year 9999")
    fired = yield from _fire_until(account, to_ms)
    account.clock.move_to(to_ms)
    return fired


def catch_up(account: "Account") -> Steps[list[Fired]]:
    """Fire what has fallen due while a running clock ran."""
    return (yield from _fire_until(account, account.clock.now_ms))


def _fire_until(account: "Account", instant_ms: int) -> Steps[list[Fired]]:
    fired: list[Fired] = []
    while (due := account.clock.take_due(instant_ms)) is not None:
        yield from _FIRE[due.kind](account, due)
        fired.append(Fired(due.at_ms, due.kind, due.subject))
    return fired


def _expire(account: "Account", due: Due) -> Steps[None]:
    instances.expire(account, due.subject)
    yield from ()


_FIRE: Mapping[str, Callable[["Account", Due], Steps[None]]] = {TTL: _expire}
"""What to do for each kind of thing in the clock's queue."""
