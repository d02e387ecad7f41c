"""Mixed load in a process of its own: `python mixed.py PORT TOKEN SECONDS CONNECTIONS`.

Each connection starts an instance of the workflow `cycle`, looks at it, answers it, and lists a page. Prints a line of
JSON: requests a second, and of all answers the median, 99 of 100 and the longest, in milliseconds.
"""

import asyncio
import json
import sys
from time import perf_counter

CREATE = b'{"namespace":"user_1","input":{"id":"req_456","amount":5000}}'
RESUME = b'{"input":{"approved":true}}'


class Client:
    """One connection; how long each answer took, in milliseconds."""

    def __init__(self, port: int, token: str) -> None:
        self._port = port
        self._head = f"Host: 127.0.0.1\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n".encode()
        self.took_ms: list[float] = []

    async def run(self, end: float) -> None:
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
        while perf_counter() < end:
            made = json.loads(await self._call(b"POST", b"/workflows/cycle/instances", CREATE))
            path = f"/workflows/instances/{made['data']['id']}".encode()
            await self._call(b"GET", path)
            await self._call(b"POST", path + b"/resume", RESUME)
            await self._call(b"GET", b"/workflows/instances?limit=20")
        self._writer.close()

    async def _call(self, method: bytes, path: bytes, body: bytes = b"") -> bytes:
        began = perf_counter()
        self._writer.write(
            b"%b /api/v1%b HTTP/1.1\r\n%bContent-Length: %d\r\n\r\n%b" % (method, path, self._head, len(body), body)
        )
        head = await self._reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 20"), head
        answer = await self._reader.readexactly(int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0]))
        self.took_ms.append((perf_counter() - began) * 1000)
        return answer


async def main(port: int, token: str, seconds: float, connections: int) -> dict[str, float]:
    clients = [Client(port, token) for _ in range(connections)]
    end = perf_counter() + seconds
    await asyncio.gather(*(client.run(end) for client in clients))
    took = sorted(each for client in clients for each in client.took_ms)
    at = {"p50": len(took) // 2, "p99": len(took) * 99 // 100, "longest": len(took) - 1}
    return {"requests": len(took), "rate": len(took) / seconds, **{name: took[place] for name, place in at.items()}}


if __name__ == "__main__":
    import uvloop

    port, token, seconds, connections = int(sys.argv[1]), sys.argv[2], float(sys.argv[3]), int(sys.argv[4])
    print(json.dumps(uvloop.run(main(port, token, seconds, connections))))
