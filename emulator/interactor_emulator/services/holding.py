"""Holding requests back: a test lines up requests that overlap exactly.

A request that matches stops after it was accepted and before it acts, and goes on when it is released.
"""

from concurrent.futures import Future
from typing import TYPE_CHECKING, Literal

from interactor_emulator.effects import Await, Steps

if TYPE_CHECKING:
    from interactor_emulator.account.account import Account

Operation = Literal["create", "resume", "cancel"]


class Holds:
    """What is held in one account."""

    def __init__(self) -> None:
        self._rules: list[tuple[Operation, str | None]] = []
        self._held: list[Future[None]] = []

    def hold(self, operation: Operation, instance_id: str | None) -> None:
        """Hold requests of this kind from now on; None means those of any instance."""
        self._rules.append((operation, instance_id))

    def matches(self, operation: Operation, instance_id: str | None) -> bool:
        return any(kind == operation and wanted in (None, instance_id) for kind, wanted in self._rules)

    def add(self) -> "Future[None]":
        """One more is held; what is returned is done when it may go on."""
        self._held.append(Future())
        return self._held[-1]

    @property
    def held(self) -> int:
        """How many requests wait."""
        return len(self._held)

    def release(self) -> int:
        """Hold nothing more, and let those that wait go on in the order of their arrival; how many there were."""
        held, self._held = self._held, []
        self._rules.clear()
        for future in held:
            future.set_result(None)
        return len(held)


def pause(account: "Account", operation: Operation, instance_id: str | None = None) -> Steps[None]:
    """Wait here, if requests like this one are held."""
    if account.holds.matches(operation, instance_id):
        yield from Await(account.holds.add()).perform()
