"""Sending an answer: JSON, UTF-8, compact, no trailing newline."""

from dataclasses import dataclass
from typing import Any

from starlette.types import Send

from interactor_emulator.jsontext import encode

Headers = list[tuple[bytes, bytes]]
_JSON = (b"content-type", b"application/json; charset=utf-8")


@dataclass(slots=True)
class Response:
    """A whole answer, ready to be sent."""

    status: int
    headers: Headers
    body: bytes


def json_response(status: int, value: Any, headers: Headers) -> Response:
    return Response(status, [_JSON, *headers], encode(value).encode())


async def send_response(send: Send, response: Response) -> None:
    headers = [*response.headers, (b"content-length", b"%d" % len(response.body))]
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send({"type": "http.response.body", "body": response.body})
