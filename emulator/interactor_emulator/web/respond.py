"""Sending an answer: JSON, UTF-8, compact, no trailing newline."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from starlette.types import Receive, Scope, Send

from interactor_emulator.jsontext import encode

Header = tuple[bytes, bytes]
Headers = list[Header]
_NO_CONTENT = 204
JSON = (b"content-type", b"application/json; charset=utf-8")


@dataclass(slots=True)
class Response:
    """A whole answer, ready to be sent; `afterwards` is done once it is. `request_id` is given where it is another
    request's, of which this answer is a repeat."""

    status: int
    headers: Headers
    body: bytes
    request_id: str | None = None
    afterwards: Callable[[], Awaitable[object]] | None = None

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        # An answer without content has no length either.
        length = [(b"content-length", b"%d" % len(self.body))] if self.status != _NO_CONTENT else []
        headers = [*self.headers, *length]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": self.body})
        if self.afterwards is not None:
            await self.afterwards()


def json_response(status: int, value: Any, headers: Headers) -> Response:
    return Response(status, [JSON, *headers], encode(value).encode())
