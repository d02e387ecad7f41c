"""Awaitable twins of what blocks: for tests that run in an event loop, with asyncio or trio.

The work is done in a thread meanwhile, so that an application in the same loop can answer. An ASGI application that a
call or a webhook reaches runs in that very loop, with the queues and connections that it shares with the test; under
trio it gets an asyncio loop of its own.
"""

import asyncio
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, ParamSpec, Protocol, TypeVar, cast

from anyio.to_thread import run_sync

from interactor_emulator.adapters.http.loops import awaiting_loop, running_loop
from interactor_emulator.jsontext import AnyJson
from interactor_emulator.services.due import Fired
from interactor_emulator.state.deliveries import Delivery
from interactor_emulator.state.overlaps import Holdable

from .emulator_clock import EmulatorClock, Instant
from .holding import Held
from .inbox import Heard, Received
from .receiving import Webhooks
from .run import Run, RunReader, RunThread, ThreadReader

if TYPE_CHECKING:
    from interactor_emulator.projections.state_tested import StateTested
    from interactor_emulator.services.pictures import Format

    from .sweeping import Swept

Value = TypeVar("Value")
Given = ParamSpec("Given")


async def _beside(work: Callable[Given, Value], *arguments: Given.args, **named: Given.kwargs) -> Value:
    value, error = await run_sync(_done, running_loop(), partial(work, *arguments, **named))
    if error is not None:
        raise error
    return cast(Value, value)


def _done(
    loop: asyncio.AbstractEventLoop | None, work: Callable[[], Value]
) -> tuple[Value | None, BaseException | None]:
    """What came of it, or the error: raised where it is awaited, it shows no frame of what lies between."""
    awaiting_loop.set(loop)  # in a context of this thread's own
    try:
        return work(), None
    except BaseException as error:  # noqa: BLE001 - whoever awaits it is told
        return None, error


class AsyncThread(ThreadReader):
    """A `RunThread` whose `resume` and `choose` are awaited; all else is as it is there, assertions included."""

    def __init__(self, thread: RunThread, run: "AsyncRun") -> None:
        super().__init__(run, thread.id)
        self.thread = thread
        self._run: AsyncRun = run

    async def resume(self, input: Mapping[str, AnyJson] | None = None, /, **members: AnyJson) -> "AsyncRun":
        """Answer this thread; the run is returned."""
        await _beside(self.thread.resume, input, **members)
        return self._run

    async def choose(self, key: str, /, **members: AnyJson) -> "AsyncRun":
        """Answer this thread with the key of a choice; the run is returned."""
        await _beside(self.thread.choose, key, **members)
        return self._run


class AsyncRun(RunReader):
    """A `Run` whose `resume`, `choose` and `cancel` are awaited; all else is as it is there, assertions included."""

    def __init__(self, run: Run) -> None:
        super().__init__(run._access, run.id)
        self.run = run

    async def resume(self, input: Mapping[str, AnyJson] | None = None, /, **members: AnyJson) -> "AsyncRun":
        """As `Run.resume`."""
        await _beside(self.run.resume, input, **members)
        return self

    async def choose(self, key: str, /, **members: AnyJson) -> "AsyncRun":
        """As `Run.choose`."""
        await _beside(self.run.choose, key, **members)
        return self

    async def cancel(self) -> "AsyncRun":
        """As `Run.cancel`."""
        await _beside(self.run.cancel)
        return self

    async def graph(self, format: "Format" = "svg") -> str:
        """As `Run.graph`."""
        return await _beside(self.run.graph, format)

    def thread(self, name: str) -> AsyncThread:
        """One of its threads, as `Run.thread` finds it."""
        return AsyncThread(self.run.thread(name), self)

    def waiting_in(self, state: str) -> AsyncThread:
        """The thread that waits for a person in this state, as `Run.waiting_in` finds it."""
        return AsyncThread(self.run.waiting_in(state), self)


class AsyncHeld:
    """An asynchronous context manager, as `Held`: requests of one kind stop after they were accepted and before they
    act, until it ends."""

    def __init__(self, hold: Callable[[], Held]) -> None:
        self._begin = hold

    async def __aenter__(self) -> "AsyncHeld":
        self._held = self._begin()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self._held.release()

    @property
    def held(self) -> int:
        """How many requests wait."""
        return self._held.held

    async def wait_for(self, count: int = 1, timeout: float = 5) -> "AsyncHeld":
        """As `Held.wait_for`; `timeout` in seconds of wall time."""
        await _beside(self._held.wait_for, count, timeout)
        return self

    def release(self) -> int:
        """As `Held.release`."""
        return self._held.release()


class Blocking(Protocol):
    """What of an emulator blocks."""

    @property
    def clock(self) -> EmulatorClock: ...
    @property
    def webhooks(self) -> Webhooks: ...
    def load(self, definition: str | Path | Mapping[str, AnyJson], *, publish: bool = True) -> str: ...
    def start(
        self,
        workflow: str,
        input: Mapping[str, AnyJson] | None = None,
        namespace: str | None = None,
        idempotency_key: str | None = None,
    ) -> Run: ...
    def run(self, instance_id: str) -> Run: ...
    def settle(self) -> None: ...
    def graph(self, workflow: str, format: "Format" = "svg", version_id: str | None = None) -> str: ...
    def test_state(
        self,
        definition: str | Path | Mapping[str, AnyJson],
        state: str,
        input: Mapping[str, AnyJson] | None = None,
        workflow_data: Mapping[str, AnyJson] | None = None,
        *,
        choice: str | None = None,
        namespace: str | None = None,
        version_id: str | None = None,
    ) -> "StateTested": ...
    def hold(self, operation: Holdable, instance_id: str | None = None) -> Held: ...
    def sweep_lost_replies(self, test: Callable[..., object], calls: int = 50) -> "Swept": ...
    def snapshot(self, file: str | Path | None = None) -> dict[str, AnyJson]: ...
    def restore(self, snapshot: Mapping[str, AnyJson] | str | Path) -> None: ...


class Aio:
    """What of an emulator blocks, to be awaited; each takes, returns and raises what its twin does."""

    def __init__(self, emulator: Blocking) -> None:
        self._emulator = emulator

    async def load(self, definition: str | Path | Mapping[str, AnyJson], *, publish: bool = True) -> str:
        """As `Emulator.load`."""
        return await _beside(self._emulator.load, definition, publish=publish)

    async def start(
        self,
        workflow: str,
        input: Mapping[str, AnyJson] | None = None,
        namespace: str | None = None,
        idempotency_key: str | None = None,
    ) -> AsyncRun:
        """As `Emulator.start`."""
        return AsyncRun(await _beside(self._emulator.start, workflow, input, namespace, idempotency_key))

    def run(self, instance_id: str) -> AsyncRun:
        """As `Emulator.run`."""
        return AsyncRun(self._emulator.run(instance_id))

    async def settle(self) -> None:
        """As `Emulator.settle`."""
        await _beside(self._emulator.settle)

    async def sweep_lost_replies(self, test: Callable[..., object], calls: int = 50) -> "Swept":
        """As `Emulator.sweep_lost_replies`; a coroutine function runs in this loop."""
        return await _beside(self._emulator.sweep_lost_replies, test, calls)

    async def advance(
        self,
        span: timedelta | None = None,
        /,
        *,
        weeks: float | None = None,
        days: float | None = None,
        hours: float | None = None,
        minutes: float | None = None,
        seconds: float | None = None,
    ) -> list[Fired]:
        """As `clock.advance`."""
        parts = {"weeks": weeks, "days": days, "hours": hours, "minutes": minutes, "seconds": seconds}
        return await _beside(self._emulator.clock.advance, span, **parts)

    async def advance_to(self, instant: Instant) -> list[Fired]:
        """As `clock.advance_to`."""
        return await _beside(self._emulator.clock.advance_to, instant)

    async def advance_to_next(self) -> list[Fired]:
        """As `clock.advance_to_next`."""
        return await _beside(self._emulator.clock.advance_to_next)

    def hold(self, operation: Holdable, instance_id: str | None = None) -> AsyncHeld:
        """As `Emulator.hold`: `async with emulator.aio.hold("resume") as held: …; await held.wait_for(2)`."""
        return AsyncHeld(partial(self._emulator.hold, operation, instance_id))

    async def wait_for(self, event: Heard, timeout: float = 5, **data: AnyJson) -> Received:
        """As `webhooks.wait_for`; `timeout` in seconds of wall time."""
        return await _beside(self._emulator.webhooks.wait_for, event, timeout, **data)

    async def replay(self, delivery: Delivery | None = None) -> list[Delivery]:
        """As `webhooks.replay`."""
        return await _beside(self._emulator.webhooks.replay, delivery)

    async def snapshot(self, file: str | Path | None = None) -> dict[str, AnyJson]:
        """As `Emulator.snapshot`."""
        return await _beside(self._emulator.snapshot, file)

    async def restore(self, snapshot: Mapping[str, AnyJson] | str | Path) -> None:
        """As `Emulator.restore`."""
        await _beside(self._emulator.restore, snapshot)

    async def test_state(
        self,
        definition: str | Path | Mapping[str, AnyJson],
        state: str,
        input: Mapping[str, AnyJson] | None = None,
        workflow_data: Mapping[str, AnyJson] | None = None,
        *,
        choice: str | None = None,
        namespace: str | None = None,
        version_id: str | None = None,
    ) -> "StateTested":
        """As `Emulator.test_state`."""
        named = {"choice": choice, "namespace": namespace, "version_id": version_id}
        return await _beside(self._emulator.test_state, definition, state, input, workflow_data, **named)

    async def graph(self, workflow: str, format: "Format" = "svg", version_id: str | None = None) -> str:
        """As `Emulator.graph`."""
        return await _beside(self._emulator.graph, workflow, format, version_id)
