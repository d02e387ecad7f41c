"""Fires what falls due while a server waits for requests: retries, TTLs, and whatever else the clock's queue holds."""

import asyncio
from collections.abc import Coroutine
from contextlib import suppress

from interactor_emulator.account.account import Account
from interactor_emulator.adapters.http.connections import Connections
from interactor_emulator.clock import Due, pause_async
from interactor_emulator.effects import Steps
from interactor_emulator.services import deliveries, due
from interactor_emulator.services.bulkhead import contain

from .hosted import Accounts, Ticking

# A webhook gives way for at most 50 ms: 20 a second are more than the 1000 a minute that a subscription may have.
_PAUSE_SECONDS = 0.005
_PAUSES = 10


class Ticker(Ticking):
    """A task of the server's event loop. What is due gets a task of its own, so that nothing holds up anything else."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts
        self._loop = asyncio.get_running_loop()
        self._changed = asyncio.Event()
        self._told = False
        self._under_way: set[asyncio.Task[None]] = set()
        self.connections: Connections = Connections()

    def due_changed(self) -> None:
        """Something will be due earlier than was known; callable from any thread."""
        if not self._told:
            self._told = True
            with suppress(RuntimeError):  # the loop is closed: nobody waits any more
                self._loop.call_soon_threadsafe(self._changed.set)

    async def run(self) -> None:
        """Wait, fire, wait again, until cancelled."""
        try:
            while True:
                self._told = False
                self._changed.clear()
                for account in self._accounts:
                    try:
                        self.fire_due(account)
                        self._send_webhooks(account)
                    except Exception as error:  # noqa: BLE001 - the other accounts' time goes on
                        contain(account, "The ticker", error)
                with suppress(TimeoutError):
                    async with asyncio.timeout(self._seconds_left()):
                        await self._changed.wait()
        finally:
            for task in self._under_way:
                task.cancel()
            await asyncio.gather(*self._under_way, return_exceptions=True)
            await self.connections.close()

    def fire_due(self, account: Account) -> None:
        """Fire what is due: what needs no waiting at once, all else beside whoever asks."""
        while (taken := _taken(account)) is not None:
            self._begin(account, due.fire(account, taken))

    async def give_way(self) -> None:
        """Let requests go first: a webhook waits while they come one after the other, though not for long."""
        for _ in range(_PAUSES):
            seen = self._accounts.requests
            await pause_async(_PAUSE_SECONDS)
            if self._accounts.requests == seen:
                return

    def _send_webhooks(self, account: Account) -> None:
        with account.driver.lock:
            ready = [each for each in account.outbox.ready(account.clock.now_ms) if each.under_way is None]
        for subscription in ready:
            self._begin(account, deliveries.drain(account, subscription))

    def _begin(self, account: Account, steps: Steps[object]) -> None:
        rest = account.driver.begin(steps)
        if rest is not None:
            task = self._loop.create_task(_contained(account, rest))
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)

    def _seconds_left(self) -> float | None:
        """Until the next thing is due; None when nothing is."""
        left = [seconds for account in self._accounts if (seconds := _seconds_to_next(account)) is not None]
        return min(left, default=None)


def _taken(account: Account) -> Due | None:
    with account.driver.lock:
        return None if account.clock.frozen else account.clock.take_due(account.clock.now_ms)


def _seconds_to_next(account: Account) -> float | None:
    with account.driver.lock:
        next_ms = None if account.clock.frozen else account.clock.next_due_ms
        return None if next_ms is None else max(0.0, (next_ms - account.clock.now_ms) / 1000)


async def _contained(account: Account, work: Coroutine[object, object, object]) -> None:
    """What is done beside everybody has nobody to tell of an error but the log."""
    try:
        await work
    except Exception as error:  # noqa: BLE001 - see above
        contain(account, "Something that was due", error)
