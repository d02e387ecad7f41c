"""A load of GET requests over keep-alive connections, in a process of its own: `python load.py PORT PATH TOKEN`.

Prints requests a second. It only looks for the end of each answer, so that the server is what is measured.
"""

import asyncio
import sys
from functools import partial
from time import perf_counter
from typing import cast

CONNECTIONS = 8
REQUESTS = 4_000


class _Connection(asyncio.Protocol):
    def __init__(self, request: bytes, body_bytes: int, done: "asyncio.Future[None]") -> None:
        self._request, self._body_bytes, self._done = request, body_bytes, done
        self._left = REQUESTS // CONNECTIONS
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        self._received += data
        head = self._received.find(b"\r\n\r\n")
        if head < 0 or len(self._received) < head + 4 + self._body_bytes:
            return
        self._received = b""
        self._left -= 1
        if self._left:
            self._transport.write(self._request)
        else:
            self._transport.close()
            self._done.set_result(None)


async def _body_bytes(port: int, request: bytes) -> int:
    """All answers have a body of the same length."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    head = await reader.readuntil(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200"), head
    writer.close()
    return int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])


async def main(port: int, path: str, token: str) -> float:
    head = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n\r\n".encode()
    length = await _body_bytes(port, head)
    loop = asyncio.get_running_loop()
    began = perf_counter()
    ends = [loop.create_future() for _ in range(CONNECTIONS)]
    for end in ends:
        await loop.create_connection(partial(_Connection, head, length, end), "127.0.0.1", port)
    await asyncio.gather(*ends)
    return REQUESTS / (perf_counter() - began)


if __name__ == "__main__":
    import uvloop

    print(uvloop.run(main(int(sys.argv[1]), sys.argv[2], sys.argv[3])))
