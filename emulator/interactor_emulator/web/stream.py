"""Server-sent events: what waits for one reader, and the sending of it.

What happens is put into the queue while the account is held, already as bytes, so that a reader sees the data as it was
at that moment. A reader that leaves too much unread is dropped: the server's memory does not grow for it.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from contextlib import suppress

from starlette.types import Receive, Scope, Send

from interactor_emulator.jsontext import encode

from .respond import Headers


class Stream:
    """One reader's events. `unread_bytes` is how much may wait for it, `heartbeat_seconds` is wall time, `now` the
    account's time, for a heartbeat."""

    def __init__(self, heartbeat_seconds: float, unread_bytes: int, now: Callable[[], str]) -> None:
        self.headers: Headers = [
            (b"content-type", b"text/event-stream; charset=utf-8"),
            (b"cache-control", b"no-store"),
        ]
        self.status = 200
        self.code: str | None = None
        self.unfollow: Callable[[], None] = lambda: None
        self._heartbeat_seconds = heartbeat_seconds
        self._most_unread = unread_bytes
        self._now = now
        self._loop = asyncio.get_running_loop()
        self._arrived = asyncio.Event()
        self._dropped = asyncio.Event()
        self._waiting: deque[bytes] = deque()
        self._unread = 0
        self._last_id = ""
        self._ended = False

    def put(self, event: str, data: str, id_: str) -> None:
        """Something to send, JSON, under the id that a reader who comes back names; callable from any thread."""
        self._last_id = id_
        frame = f"id: {id_}\nevent: {event}\ndata: {data}\n\n".encode()
        self._unread += len(frame)
        if self._unread > self._most_unread:
            self.unfollow()
            self._set(self._dropped)
        else:
            self._waiting.append(frame)
            self._set(self._arrived)

    def end(self) -> None:
        """Nothing more will come."""
        self._ended = True
        self.unfollow()
        self._set(self._arrived)

    def _set(self, event: asyncio.Event) -> None:
        with suppress(RuntimeError):  # the loop is closed: nobody reads any more
            self._loop.call_soon_threadsafe(event.set)

    async def __call__(self, _scope: Scope, receive: Receive, send: Send) -> None:
        """Send until the end, or until the reader goes away or is dropped."""
        tasks = [asyncio.create_task(each) for each in (self._send(send), self._dropped.wait(), gone(receive))]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self.unfollow()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _send(self, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status, "headers": self.headers})
        while True:
            self._arrived.clear()
            while self._waiting:
                frame = self._waiting.popleft()
                await send({"type": "http.response.body", "body": frame, "more_body": True})
                self._unread -= len(frame)
            if self._ended:
                await send({"type": "http.response.body", "body": b""})
                return
            try:
                async with asyncio.timeout(self._heartbeat_seconds):
                    await self._arrived.wait()
            except TimeoutError:
                # It tells nothing new: who comes back after it goes on after what was told before.
                self.put("heartbeat", encode({"timestamp": self._now()}), self._last_id)


async def gone(receive: Receive) -> None:
    """Return when the client has left."""
    while (await receive())["type"] != "http.disconnect":
        pass
