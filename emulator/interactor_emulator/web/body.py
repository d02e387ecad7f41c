"""Reading a request's body: whole or not at all, bounded, UTF-8, JSON, an object."""

from collections.abc import Callable, Mapping
from typing import Any

from starlette.types import Message, Receive

from interactor_emulator import bounds
from interactor_emulator.errors import CutOff, PayloadTooLarge, UnsupportedMediaType, ValidationError
from interactor_emulator.jsontext import NotJson, decode


def whole(receive: Receive) -> Receive:
    """The same, but for a body that ends before its end: an incomplete message is no request (RFC 9112, 8), and CutOff
    is raised before anybody has acted on it."""

    async def receive_more() -> Message:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise CutOff
        return message

    return receive_more


# More than is kept: what is redacted before it is cut may be longer.
_HEARD_BYTES = 8 * bounds.EXCHANGED.most


class Heard:
    """Where a body is read from: how many bytes were read of it so far, and the first of them."""

    __slots__ = ("_receive", "body", "size")

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self.body: bytes = b""
        self.size: int = 0

    async def __call__(self) -> Message:
        message = await self._receive()
        if body := message.get("body"):
            if self.size < _HEARD_BYTES:
                self.body += body
            self.size += len(body)
        return message


async def read(receive: Receive, limit_bytes: int) -> bytes:
    """The whole body; raises PayloadTooLarge as soon as it is longer than the limit, CutOff when the client leaves."""
    receive = whole(receive)
    message = await receive()
    body: bytes = message.get("body", b"")
    if message.get("more_body"):
        parts = [body]
        length = len(body)
        while message.get("more_body") and length <= limit_bytes:
            message = await receive()
            parts.append(message.get("body", b""))
            length += len(parts[-1])
        body = b"".join(parts)
    if len(body) > limit_bytes:
        raise PayloadTooLarge("Request body", limit_bytes)
    return body


class Overlong(dict[str, Any]):
    """Stands for a definition that is too long to be looked at."""


def require_json(content_type: str) -> None:
    """Raise UnsupportedMediaType for another."""
    if content_type.split(";", 1)[0].strip().lower() != "application/json":
        raise UnsupportedMediaType


def json_object(
    raw: bytes, content_type: str, depth: int, repeated: Callable[[str], object] = lambda _name: None
) -> Mapping[str, Any]:
    """The object that the body holds; "No body at all means `{}`, whatever the content type". `repeated` is called with
    each name that stands twice in one object."""
    if not raw:
        return {}
    require_json(content_type)
    try:
        value = decode(raw, depth, repeated)
    except NotJson as error:
        raise ValidationError(("body", str(error))) from None
    if not isinstance(value, dict):
        raise ValidationError(("body", "Body must be a JSON object"))
    return value
