"""What every handle of an emulator needs: to do something with its account, and to read it."""

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import Future, wait
from contextlib import suppress
from contextvars import copy_context
from functools import partial
from threading import Thread, current_thread
from threading import enumerate as enumerate_threads
from typing import TypeVar

from interactor_emulator.account.account import Account
from interactor_emulator.account.host import NOBODY
from interactor_emulator.effects import Steps
from interactor_emulator.errors import ValidationError
from interactor_emulator.jsontext import AnyJson, copied
from interactor_emulator.services import due
from interactor_emulator.state.events import Noticed
from interactor_emulator.tracing import Cause

Value = TypeVar("Value")

_OUR_THREADS = "interactor-"
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
        if not self.ticking and due.is_anything(account):
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

    def states(self) -> dict[str, list[str]]:
        """The states of every workflow that is loaded, of all its versions."""
        return self.read(
            lambda account: {
                name: [state for version in workflow.versions for state in version.definition.states]
                for name, workflow in account.store.workflows.items()
            }
        )

    def settle(self) -> None:
        """Return when nothing more can happen without time or input: background states have passed, calls are
        answered."""
        self.perform(due.settle)

    def settle_for_assertion(self) -> list[str]:
        """Let what has begun come to its end before anything is asserted of it; what it still waits for, if it does.

        Where a server hosts the account its threads go on meanwhile, and the wait is bounded. In a running event loop
        it is short: whoever is to answer may be in that very loop, and `await emulator.aio.settle()` is there for it.
        """
        if self.read(due.is_settled):
            return []
        in_loop = _in_event_loop()
        if self._account.host is NOBODY and not in_loop:
            self.settle()
            return []
        settled: Future[None] = Future()
        settling = partial(copy_context().run, _fulfil, settled, self._settle_beside)
        Thread(target=settling, name="interactor-settling", daemon=True).start()
        if wait([settled], _LOOP_SECONDS if in_loop else _SETTLE_SECONDS).done:
            with suppress(Exception):  # what went wrong shows in what is asserted; `pytest.fail` of a receiver is heard
                settled.result()
            return []
        told = self.read(due.waiting_for)
        return [*told, "await emulator.aio.settle() before an assertion in an event loop"] if in_loop else told

    def nobody_else_acts(self) -> bool:
        """Whether nothing more can happen unless this very thread acts: the clock stands, all is settled, no server
        hosts the account, and there is no other thread that might do something with it."""
        if self._account.host is not NOBODY or not _alone():
            return False
        return self.read(lambda account: account.clock.frozen and due.is_settled(account))

    def _settle_beside(self) -> None:
        """In a loop of this thread's own: there an application of this process is bounded by its time-out."""
        account = self._account
        asyncio.run(account.driver.run_async(due.settle(account)))
        if (raised := account.caller.take_raised()) is not None:
            raise raised

    @property
    def diagnostics(self) -> list[Noticed]:
        """What the emulator noticed, oldest first: help that never goes into an answer."""
        return self.read(lambda account: account.journal.notices)


def input_object(given: object, members: Mapping[str, AnyJson] | None = None) -> dict[str, AnyJson]:
    """A copy of an input and the members beside it, as JSON would have it; raises ValidationError for what is no
    object, as the API does."""
    if given is not None and not isinstance(given, Mapping):
        raise ValidationError(("input", "input must be an object"))
    copy: dict[str, AnyJson] = copied({**(given or {}), **(members or {})}, "input")
    return copy


def optional_text(name: str, given: object) -> str | None:
    """A text, None for an empty one; raises ValidationError for what is no text, as the API does."""
    if not isinstance(given, str | None):
        raise ValidationError((name, f"{name} must be a string"))
    return given or None


def _fulfil(settled: "Future[None]", work: Callable[[], None]) -> None:
    try:
        work()
        settled.set_result(None)
    except BaseException as error:  # noqa: BLE001 - whoever waits decides what to make of it
        settled.set_exception(error)


def _alone() -> bool:
    """Whether this is the only thread of the process, but for our own."""
    return all(each is current_thread() or each.name.startswith(_OUR_THREADS) for each in enumerate_threads())


def _in_event_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True
