"""The application behind a real port, in this thread or in one of its own."""

import asyncio
import signal
import socket
import sys
import threading
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from types import TracebackType
from typing import Any

import uvicorn
from starlette.applications import Starlette
from uvicorn.server import HANDLED_SIGNALS

from .ending import Ending
from .hosted import Accounts
from .protocol import BoundedHttp
from .ticker import Ticker

# "Ctrl-C and SIGTERM stop within a second".
_SHUTDOWN_SECONDS = 1
_START_SECONDS = 10
_DROPPED_SECONDS = 2
_BACKLOG = 2048


class PortInUse(OSError):
    """Somebody else listens there; the message says how to choose another port."""


def bind(host: str, port: int) -> socket.socket:
    """A socket that listens at host and port; port 0 picks a free one. Raises PortInUse, or OSError for a bad host."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # The protocol must be named: with 0, asyncio leaves TCP_NODELAY off and each request waits 40 ms.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(_BACKLOG)
    except OSError as error:
        listening.close()
        if isinstance(error, PermissionError) or "in use" in str(error):
            message = f"cannot listen on {host}:{port}: {error.strerror}; choose another port, 0 picks a free one"
            raise PortInUse(message) from None
        said = f"cannot listen on {host}:{port}: {error.strerror or error}"
        raise OSError(f"{said}; a host is an address of this machine, like 127.0.0.1") from None
    return listening


class _Uvicorn(uvicorn.Server):
    """Says when it answers, and when it no more does."""

    def __init__(self, app: Starlette, started: Callable[[], None], ended: Callable[[], None]) -> None:
        self._accounts: Accounts = app.state.accounts
        self._app = Ending(app)
        config = uvicorn.Config(
            self._app,
            http=BoundedHttp,
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            ws="none",
            timeout_graceful_shutdown=_SHUTDOWN_SECONDS,
        )
        super().__init__(config)
        self._started = started
        self._ended = ended

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._ticker = Ticker(self._accounts)
        # Before anybody is told that it answers: whoever hears that may close another server of these accounts.
        self._accounts.watch(self._ticker)
        self._ticking = asyncio.create_task(self._ticker.run())
        self._started()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        breaking_off = asyncio.create_task(self._app.break_off(self.server_state))
        await super().shutdown(sockets)
        self._accounts.unwatch(self._ticker)
        for task in (breaking_off, self._ticking):
            task.cancel()
        await asyncio.gather(breaking_off, self._ticking, return_exceptions=True)
        self._ended()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """End in good order at a signal, with the status of that: uvicorn would send itself the signal once more."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {number: signal.signal(number, self.handle_exit) for number in HANDLED_SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def serve_here(
    app: Starlette, listening: socket.socket, started: Callable[["Callable[[], None]"], None], ended: Callable[[], None]
) -> None:
    """Serve in this thread until a signal ends it. `started` is called once it answers, with what stops it; `ended`
    after that."""

    def stop() -> None:
        server.should_exit = True

    server = _Uvicorn(app, lambda: started(stop), ended)
    server.run(sockets=[listening])


_OF_ALL: Mapping[str, str] = {"0.0.0.0": "127.0.0.1", "::": "::1"}
"""Where a client finds who listens at all addresses: those are none to connect to."""


def url_of(listening: socket.socket) -> str:
    """Scheme, host and port by which a client on this machine reaches a listening socket, one at all addresses too."""
    host, port = listening.getsockname()[:2]
    host = _OF_ALL.get(host, host)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _nobody_asks() -> None:
    """Who holds the emulator can ask it itself for what is pending."""


class Server:
    """A server in a thread of its own; a context manager that stops it in the end.

    One that is dropped goes with its thread and its sockets, and a ResourceWarning says that nobody closed it."""

    _thread: threading.Thread | None = None

    def __init__(self, app: Starlette, host: str = "127.0.0.1", port: int = 0) -> None:
        self._socket = bind(host, port)
        self.url: str = url_of(self._socket)
        ready = threading.Event()
        self._uvicorn = _Uvicorn(app, ready.set, _nobody_asks)
        # The thread does not hold this object, so that it can be dropped.
        serve = partial(self._uvicorn.run, sockets=[self._socket])
        self._thread = threading.Thread(target=serve, name="interactor-emulator", daemon=True)
        self._thread.start()
        if not ready.wait(_START_SECONDS):
            self.close()
            raise RuntimeError(f"the emulator's server did not start within {_START_SECONDS} seconds")

    @property
    def core_url(self) -> str:
        """What a client takes for `https://core.interactor.com`: scheme, host and port, no path."""
        return self.url

    @property
    def auth_url(self) -> str:
        """What a client takes for `https://auth.interactor.com`."""
        return self.url

    @property
    def api_url(self) -> str:
        """The base of all API paths."""
        return f"{self.url}/api/v1"

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.url.rsplit(":", 1)[1])

    def close(self) -> None:
        """Stop, and return when nothing of it is left."""
        if self._thread is not None:
            self._uvicorn.should_exit = True
            self._thread.join()
            self._socket.close()
            self._thread = None

    def __del__(self) -> None:
        if self._thread is None or sys.is_finalizing():
            return
        self._uvicorn.should_exit = True
        if self._thread is not threading.current_thread():
            # Whoever drops it may hold what its last requests wait for.
            self._thread.join(_DROPPED_SECONDS)
        # Last: where warnings are errors it ends this.
        warnings.warn(f"the emulator's server at {self.url} was not closed", ResourceWarning, stacklevel=2, source=self)

    def __enter__(self) -> "Server":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> Any:
        self.close()
