"""How a server ends: what has not come to its end after a moment is broken off, and nobody logs that as an error.

"Ctrl-C and SIGTERM stop within a second": a script may run for five, a held request and a stream for ever.
"""

import asyncio

from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.server import ServerState

from interactor_emulator.clock import pause_async

# What is nearly done may be answered; the rest of the second is for everything else that has to end.
_GRACE_SECONDS = 0.4


class Ending:
    """An application whose requests can be broken off."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._broken_off = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self._app(scope, receive, send)
        except asyncio.CancelledError:
            if not self._broken_off:
                raise

    async def break_off(self, state: ServerState) -> None:
        """Give what is under way a moment, then close all connections and cancel what is left."""
        await pause_async(_GRACE_SECONDS)
        for connection in list(state.connections):
            connection.transport.abort()
        # Only when the connection is known to be lost does a request end without an answer, and without complaint.
        await pause_async(0)
        self._broken_off = True
        for task in list(state.tasks):
            task.cancel()
