"""The stream of all that happens in a running server, as a client reads it: taken up again wherever it breaks off."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

import httpx

from interactor_emulator import terminal
from interactor_emulator.clock import pause

Told = dict[str, Any]
"""One happening, as `docs/reference/events.md` has it."""

_CONNECT_SECONDS = 5.0
_SILENCE_SECONDS = 90.0  # the server has a heartbeat every 30
_AGAIN_SECONDS = 0.25
# No happening is so long: whoever sends more is no emulator.
_FRAME_BYTES = 1_000_000


class NotFollowed(OSError):
    """Nobody is there who tells what happens; the message says why, and what helps."""


class Following:
    """What happens in one account of the server at this URL."""

    def __init__(self, url: str, account: str, *, from_start: bool) -> None:
        self._url = url.rstrip("/")
        self._client = httpx.Client(
            base_url=f"{self._url}/_emulator",
            headers={"X-Emulator-Account": account},
            timeout=httpx.Timeout(_CONNECT_SECONDS, read=_SILENCE_SECONDS),
            trust_env=False,
        )
        self._query = {"from": "start"} if from_start else {}
        self._seen = ""
        self._lost = False

    def all(self) -> Iterator[Told]:
        """Every happening, for ever. Raises NotFollowed when there is no such server or account at the start."""
        while True:
            try:
                yield from self._connected()
            except (httpx.HTTPError, NotFollowed) as error:
                if not self._seen:
                    raise self._why(error) from None
            if not self._lost:
                self._lost = True
                self._say("has gone; it is followed again once it is back")
            pause(_AGAIN_SECONDS)

    def delivery(self, delivery_id: str) -> Told | None:
        """A delivery with its attempts; None where the server has it no more."""
        try:
            answer = self._client.get(f"/deliveries/{delivery_id}")
            return dict(answer.json()) if answer.is_success else None
        except (httpx.HTTPError, ValueError):
            return None

    def _connected(self) -> Iterator[Told]:
        headers = {"Last-Event-ID": self._seen} if self._seen else {}
        with self._client.stream("GET", "/events", params=self._query, headers=headers) as answer:
            if not answer.headers.get("content-type", "").startswith("text/event-stream"):
                raise NotFollowed(f"{self._url} does not tell what happens in it: {_refusal(answer)}")
            if self._lost:
                self._lost = False
                self._say("is back")
            for frame in _frames(answer.iter_bytes()):
                fields = dict(each.split(": ", 1) for each in frame.split("\n") if ": " in each)
                self._seen = fields.get("id", self._seen)
                if "data" in fields:
                    yield json.loads(fields["data"])

    def _why(self, error: Exception) -> Exception:
        if isinstance(error, NotFollowed):
            return error
        return NotFollowed(f"no emulator answers at {self._url}: interactor-emulator serve starts one, --url names one")

    def _say(self, what: str) -> None:
        terminal.complain(f"interactor-emulator: {terminal.line(self._url)} {what}")


def _frames(chunks: Iterable[bytes]) -> Iterator[str]:
    """The events of a stream, each the lines up to an empty one. Raises NotFollowed for one without end."""
    rest = b""
    for chunk in chunks:
        *whole, rest = (rest + chunk).split(b"\n\n")
        yield from (each.decode("utf-8", "replace") for each in whole)
        if len(rest) > _FRAME_BYTES:
            raise NotFollowed("what it tells is too long")


def _refusal(answer: httpx.Response) -> str:
    """Why, as the control API says it, or whoever answers there in its place."""
    try:
        text = next(answer.iter_bytes(), b"")
        return str(json.loads(text)["error"]["message"])
    except (ValueError, KeyError, TypeError, httpx.HTTPError):
        return f"status {answer.status_code}"
