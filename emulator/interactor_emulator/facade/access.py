"""What every handle of an emulator needs: to do something with its account, and to read it."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from contextvars import copy_context
from threading import Thread
from typing import TypeVar

from interactor_emulator.account.account import Account
from interactor_emulator.effects import Steps
from interactor_emulator.services import due
from interactor_emulator.state.events import Noticed
from interactor_emulator.tracing import Cause

Value = TypeVar("Value")

# Wall time that an assertion waits at most.
_SETTLE_SECONDS, _LOOP_SECONDS = 10.0, 2.0


class Access:
    """One account, as a program uses it: from any thread, and while a server answers requests for it."""

    def __init__(self, account: Account) -> None:
        self._account = account

    @property
    def account(self) -> Account:
        """The account itself, for whoever hosts it."""
        return self._account

    @property
    def ticking(self) -> bool:
        """Whether a server does by itself what is due, and sends what is to be sent."""
        return False

    def perform(self, operation: Callable[[Account], Steps[Value]]) -> Value:
        """Run an operation of the services to its end, after everything that has fallen due, and what follows from it.

        Raises what the operation raises."""
        account = self._account
        if account.clock.is_due:
            account.driver.run(due.catch_up(account))
        result = account.driver.run(operation(account))
        if not self.ticking:
            account.driver.run(due.pass_now(account))
        if (raised := account.caller.take_raised()) is not None:
            raise raised
        return result

    def read(self, reader: Callable[[Account], Value]) -> Value:
        """What a function makes of the account, which does not change meanwhile."""
        if self._account.clock.is_due:
            self._account.driver.run(due.catch_up(self._account))
        with self._account.driver.lock:
            return reader(self._account)

    def cause(self) -> Cause:
        """What makes an instance move that no request moves: the account's first client, with a request id of its
        own."""
        return Cause(next(iter(self._account.clients)), self._account.ids.request(self._account.clock.now_ms))

    def settle(self) -> None:
        """Return when nothing more can happen without time or input: background states have passed, calls are
        answered."""
        self.perform(due.settle)

    def settle_for_assertion(self) -> list[str]:
        """Let what has begun come to its end before anything is asserted of it; what it still waits for, if it does.

        A server's own thread goes on meanwhile. In a running event loop the wait is short: whoever is to answer may be
        in that very loop, and `await emulator.aio.settle()` is there for it."""
        if self.read(due.is_settled):
            return []
        in_loop = _in_event_loop()
        if not self.ticking and not in_loop:
            self.settle()
            return []
        context = copy_context()
        settling = Thread(target=context.run, args=(self._settle_quietly,), name="interactor-settling", daemon=True)
        settling.start()
        settling.join(_LOOP_SECONDS if in_loop else _SETTLE_SECONDS)
        if not settling.is_alive():
            return []
        told = self.read(due.waiting_for)
        return [*told, "await emulator.aio.settle() before an assertion in an event loop"] if in_loop else told

    def _settle_quietly(self) -> None:
        with suppress(BaseException):  # whatever goes wrong shows in what is asserted
            self.settle()

    @property
    def diagnostics(self) -> list[Noticed]:
        """What the emulator noticed, oldest first: help that never goes into an answer."""
        return self.read(lambda account: account.journal.of_kind(Noticed))


def _in_event_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True
