"""Requests that overlap, in an order that is certain."""

from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import httpx


class Queue:
    """Sends requests one after the other: each is held, or answered, before the next one is sent."""

    def __init__(self, client: httpx.Client, control: httpx.Client, threads: ThreadPoolExecutor) -> None:
        self._client, self._control, self._threads = client, control, threads

    def hold(self, operation: str) -> None:
        assert self._control.post("/hold", json={"operation": operation}).status_code == 200

    def send(self, path: str, body: Any = None, **headers: str) -> "Future[httpx.Response]":
        before = self.held
        sent = self._threads.submit(self._client.post, path, json=body or {}, headers=headers)
        while self.held == before and not sent.done():
            pass
        return sent

    @property
    def held(self) -> int:
        return int(self._control.get("/hold").json()["held"])

    def release(self) -> int:
        return int(self._control.post("/release", json={}).json()["released"])
