"""Server-sent events of all that happens in an account: what one follower is sent, and when.

It is sent what is there as fast as it takes it, and then waits to be woken once. One that does not read holds up nobody
and is told nothing: what it comes back for is found by its place.
"""

import asyncio
from contextlib import suppress

from starlette.types import Receive, Scope, Send

from interactor_emulator.account.account import Account
from interactor_emulator.clock import pause_async
from interactor_emulator.web.stream import gone
from interactor_emulator.wire import happenings

# So many happenings go into one piece of the body.
_AT_ONCE = 200
# Between two pieces, for each follower of the account: all of them together are at work some 250 times a second, at
# most, however much happens.
_PAUSE_SECONDS = 0.004
_NUDGE_SECONDS = 0.2


class Following:
    """A follower of this account from a place on; None where it was before is not known here."""

    def __init__(self, account: Account, place: int | None) -> None:
        self._account = account
        self._kept = account.happenings
        self._run = self._kept.ended
        self._place = place
        self._loop = asyncio.get_running_loop()
        self._arrived = asyncio.Event()

    async def __call__(self, _scope: Scope, receive: Receive, send: Send) -> None:
        """Send until the account is no more, or the follower has gone."""
        self._kept.followers += 1
        tasks = [asyncio.create_task(each) for each in (self._send(send), gone(receive))]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._kept.followers -= 1
            self._kept.forget(self._wake)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _send(self, send: Send) -> None:
        headers = [(b"content-type", b"text/event-stream; charset=utf-8"), (b"cache-control", b"no-store")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        # "The last event ID" is set, and nothing is told: who loses this connection at once misses nothing.
        body = b"" if self._place is None else f"id: {self._kept.id_of(self._place)}\n\n".encode()
        while self._kept.ended == self._run:
            if body:
                await send({"type": "http.response.body", "body": body, "more_body": True})
                await pause_async(self._pause_seconds())
            elif not await self._something_new():
                body = b": nothing has happened\n\n"
                continue
            body = self._next()
        await send({"type": "http.response.body", "body": b""})

    def _pause_seconds(self) -> float:
        return _PAUSE_SECONDS * self._kept.followers

    def _next(self) -> bytes:
        """All that has come since, with what was missed before it."""
        passage = self._kept.after(self._place, _AT_ONCE)
        frames = passage.frames
        if passage.missed != 0:
            id_ = self._kept.id_of(passage.place - len(frames))
            frames = [happenings.missed(id_, passage.missed, self._account.clock.now_ms), *frames]
        self._place = passage.place
        return b"".join(frames)

    async def _something_new(self) -> bool:
        """Wait for it; false when a heartbeat is due, in wall time."""
        if self._place is None:
            return True
        self._arrived.clear()
        self._kept.wait(self._place, self._wake)
        try:
            async with asyncio.timeout(self._account.limits.heartbeat_seconds):
                await self._arrived.wait()
        except TimeoutError:
            self._kept.forget(self._wake)
            return False
        return True

    def _wake(self) -> None:
        with suppress(RuntimeError):  # the loop is closed: nobody reads any more
            self._loop.call_soon_threadsafe(self._arrived.set)


class Nudging(Following):
    """A follower that is told only that something has happened, a few times a second at most: a page looks for itself.
    Nothing of what happened is written out for it."""

    def __init__(self, account: Account) -> None:
        super().__init__(account, account.happenings.count)

    def _pause_seconds(self) -> float:
        return _NUDGE_SECONDS

    def _next(self) -> bytes:
        self._place = self._kept.count
        return b"event: happened\ndata: 1\n\n"
