"""HTTP as uvicorn speaks it, stricter where a message could be read in two ways.

With a bound on what comes ahead of a body: no client can fill the memory with headers.
"""

from collections.abc import Iterable
from typing import Any

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from interactor_emulator import bounds

# The colon, the space and the end of a line that has come and is not told of yet: they do not count.
_LINE_BYTES = 4

HANG_UP = "interactor_emulator.hang_up"
"""The extension of a request's scope that closes its connection once what was sent has left."""


class BoundedHttp(HttpToolsProtocol):
    """Refuses a request whose head is too long or ambiguous, with a 400 and the end of the connection."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._head_bytes = 0
        self._unended_bytes = 0
        self._in_head = True
        self._messages = 0

    def on_message_begin(self) -> None:
        self._messages += 1
        self._head_bytes = self._unended_bytes = 0
        self._in_head = True
        super().on_message_begin()
        self.scope["extensions"] = {HANG_UP: {"close": self.transport.close}}

    def on_header(self, name: bytes, value: bytes) -> None:
        if not self._in_head:
            return  # "a trailer field must not be merged into the headers" (RFC 9110, 6.5.1)
        self._head_bytes += len(name) + len(value)
        self._unended_bytes = 0
        if self._head_bytes > bounds.HEAD.most:
            raise httptools.HttpParserError("the headers are too long")
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        self._in_head = False
        version = self.parser.get_http_version()
        if (wrong := _ambiguous(version, self.headers)) is not None:
            raise httptools.HttpParserError(wrong)
        if version == "1.0":
            # "A server must not send a 1xx response to an HTTP/1.0 client" (RFC 9110, 15.2).
            self.expect_100_continue = False
        super().on_headers_complete()

    def data_received(self, data: bytes) -> None:
        before = (self._messages, self._head_bytes) if self._in_head else None
        super().data_received(data)
        # One header without end is told of only when it ends; until then its bytes are counted as they come, but for
        # the first ones, which may hold the end of another header or message.
        ended_nothing = self._in_head and before == (self._messages, self._head_bytes)
        if ended_nothing and not self.transport.is_closing():
            self._unended_bytes += len(data)
            if self._head_bytes + self._unended_bytes > bounds.HEAD.most + _LINE_BYTES:
                self.send_400_response("The request line and headers are too long.")


def _ambiguous(version: str, headers: Iterable[tuple[bytes, bytes]]) -> str | None:
    """Why a head cannot be acted on (RFC 9112: 2.3, 3.2, 6.1); None for a good one."""
    if version not in ("1.0", "1.1"):
        return f"HTTP/{version} is not spoken here"
    hosts = sum(name == b"host" for name, _ in headers)
    if hosts > 1 or (hosts == 0 and version == "1.1"):
        return "a request has one Host"
    codings = [value.strip().lower() for name, value in headers if name == b"transfer-encoding"]
    if codings not in ([], [b"chunked"]):
        return "the only transfer coding is chunked"
    return None
