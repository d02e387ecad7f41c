"""Our own server, to which webhooks and HTTP logic are sent: it takes everything, and keeps it as it came."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Empty, SimpleQueue
from typing import Any

from interactor_emulator.clock import pause

_BODY_BYTES = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Received:
    """A request as it came; `path` with its query."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


class Receiver:
    """Listens on this machine. `public_url` is where others reach it, when they cannot reach this machine by its own
    name; paths under it arrive here as they are."""

    def __init__(self, public_url: str | None = None, port: int = 0) -> None:
        self._came: SimpleQueue[Received] = SimpleQueue()
        self._statuses: dict[str, int] = {}
        self._delays: dict[str, float] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", port), _handler(self._came, self._statuses, self._delays))
        self.url: str = (public_url or f"http://127.0.0.1:{self._server.server_port}").rstrip("/")
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def port(self) -> int:
        return self._server.server_port

    def take(self, seconds: float) -> Received | None:
        """The next request; None when none comes within these seconds of wall time."""
        try:
            return self._came.get(timeout=seconds)
        except Empty:
            return None

    def answer(self, path: str, status: int) -> None:
        """Answer this path with another status than 200 from now on."""
        self._statuses[path] = status

    def delay(self, path: str, seconds: float) -> None:
        """Let whoever asks for this path wait so long from now on."""
        self._delays[path] = seconds

    def forget(self) -> None:
        """Nothing has come."""
        while self.take(0):
            pass

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def _handler(
    came: "SimpleQueue[Received]", statuses: Mapping[str, int], delays: Mapping[str, float]
) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 30

        def _take(self) -> None:
            length = self.headers.get("Content-Length", "0")
            body = self.rfile.read(min(int(length), _BODY_BYTES)) if length.isdigit() else b""
            came.put(Received(self.command, self.path, dict(self.headers.items()), body))
            path = self.path.partition("?")[0]
            pause(delays.get(path, 0))
            self.send_response(statuses.get(path, 200))
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_arguments: Any) -> None:
            """Nobody asked."""

    for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
        setattr(Handler, f"do_{method}", Handler._take)
    return Handler
