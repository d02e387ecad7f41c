"""Awaitable twins of what blocks: for tests that run in an event loop, with asyncio or trio.

The work is done in a thread meanwhile, so that an application in the same loop can answer. An ASGI application that a
call or a webhook reaches runs in that very loop, with the queues and connections that it shares with the test; under
trio it gets a loop of its own.
"""

import asyncio
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeVar, cast

from anyio.to_thread import run_sync

from interactor_emulator.adapters.http.caller import awaiting_loop
from interactor_emulator.jsontext import AnyJson
from interactor_emulator.services.due import Fired

from .emulator_clock import EmulatorClock, Instant
from .inbox import Received
from .receiving import Webhooks
from .run import Run

Value = TypeVar("Value")


async def _beside(work: Callable[..., Value], *arguments: Any, **named: Any) -> Value:
    value, error = await run_sync(_done, _running_loop(), partial(work, *arguments, **named))
    if error is not None:
        raise error
    return cast(Value, value)


def _running_loop() -> asyncio.AbstractEventLoop | None:
    """The caller's; None under trio."""
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


def _done(
    loop: asyncio.AbstractEventLoop | None, work: Callable[[], Value]
) -> tuple[Value | None, BaseException | None]:
    """What came of it, or the error: raised where it is awaited, it shows no frame of what lies between."""
    awaiting_loop.set(loop)  # in a context of this thread's own
    try:
        return work(), None
    except BaseException as error:  # noqa: BLE001 - whoever awaits it is told
        return None, error


class AsyncRun:
    """A `Run` whose `resume`, `choose` and `cancel` are awaited; all else is as it is there, assertions included."""

    def __init__(self, run: Run) -> None:
        self.run = run

    def __getattr__(self, name: str) -> Any:
        return getattr(self.run, name)

    async def resume(self, input: Mapping[str, AnyJson] | None = None, /, **members: AnyJson) -> "AsyncRun":
        """Answer the halted instance. Raises the error that the API would answer with."""
        await _beside(self.run.resume, input, **members)
        return self

    async def choose(self, key: str, /, **members: AnyJson) -> "AsyncRun":
        """Answer with the key of a choice."""
        await _beside(self.run.choose, key, **members)
        return self

    async def cancel(self) -> "AsyncRun":
        """Cancel it."""
        await _beside(self.run.cancel)
        return self


class Aio:
    """What of an emulator blocks, to be awaited."""

    def __init__(
        self, start: Callable[..., Run], settle: Callable[[], None], clock: EmulatorClock, webhooks: Webhooks
    ) -> None:
        self._start = start
        self._settle = settle
        self._clock = clock
        self._webhooks = webhooks

    async def start(
        self,
        workflow: str,
        input: Mapping[str, AnyJson] | None = None,
        namespace: str | None = None,
        idempotency_key: str | None = None,
    ) -> AsyncRun:
        """As `Emulator.start`."""
        return AsyncRun(await _beside(self._start, workflow, input, namespace, idempotency_key))

    async def settle(self) -> None:
        """As `Emulator.settle`."""
        await _beside(self._settle)

    async def advance(
        self, *, days: float = 0, hours: float = 0, minutes: float = 0, seconds: float = 0
    ) -> list[Fired]:
        """As `clock.advance`."""
        return await _beside(self._clock.advance, days=days, hours=hours, minutes=minutes, seconds=seconds)

    async def advance_to(self, instant: Instant) -> list[Fired]:
        """As `clock.advance_to`."""
        return await _beside(self._clock.advance_to, instant)

    async def wait_for(self, event: str, timeout: float = 5, **data: AnyJson) -> Received:
        """As `webhooks.wait_for`; `timeout` in seconds of wall time."""
        return await _beside(self._webhooks.wait_for, event, timeout, **data)
