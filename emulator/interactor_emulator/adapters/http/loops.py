"""In which event loop an ASGI application of this process runs: the one whose queues and connections it shares.

That is the loop which awaits the work that calls it, or in which it was handed over. An application that belongs to no
loop, or whose loop is held up, gets one of its own.
"""

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from contextlib import suppress
from contextvars import ContextVar
from typing import Any, TypeVar
from weakref import WeakKeyDictionary, ref

Value = TypeVar("Value")
Work = Callable[[], Coroutine[Any, Any, Value]]

# How long a loop may take to begin with it: one that takes longer waits for something, perhaps for us.
_BEGIN_SECONDS = 0.25

awaiting_loop: ContextVar["asyncio.AbstractEventLoop | None"] = ContextVar("awaiting_loop", default=None)
"""The event loop that awaits this work, which is done in a thread."""

_homes: "WeakKeyDictionary[Any, ref[asyncio.AbstractEventLoop]]" = WeakKeyDictionary()


def hand_over(app: object) -> None:
    """Remember the running loop, if one runs, as that of this application."""
    loop = running_loop()
    if loop is not None and app is not None and not isinstance(app, str):
        with suppress(TypeError):  # what cannot be referred to weakly belongs to no loop
            _homes[app] = ref(loop)


def running_loop() -> asyncio.AbstractEventLoop | None:
    """That of this thread; None under trio too."""
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


def begin(work: Work[Value]) -> "Future[Value] | None":
    """Do it in the loop that awaits this thread's work; None when there is none, or this very thread holds it up."""
    loop = awaiting_loop.get()
    if loop is None or not loop.is_running() or running_loop() is not None:
        return None
    return asyncio.run_coroutine_threadsafe(work(), loop)


async def begin_at_home(app: object, work: Work[Value]) -> "asyncio.Future[Value] | None":
    """Do it in the loop to which the application belongs; None when there is none, or it does not begin with it."""
    try:
        home = _homes.get(app)
    except TypeError:
        return None
    loop = None if home is None else home()
    if loop is None or not loop.is_running():
        return None
    if loop is asyncio.get_running_loop():
        return asyncio.ensure_future(work())
    begun: Future[None] = Future()

    async def beginning() -> Value:
        begun.set_result(None)
        return await work()

    done = asyncio.run_coroutine_threadsafe(beginning(), loop)
    try:
        await asyncio.wait_for(asyncio.wrap_future(begun), _BEGIN_SECONDS)
    except TimeoutError:
        done.cancel()
        return None
    return asyncio.wrap_future(done)
