"""One child process: started when it is first needed, ended when in doubt, and started anew."""

import asyncio
import importlib.util
import os
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from .making import making
from .verdict import End, GarbledError, Reply, Silence
from .worker import ADDRESS_SPACE_BYTES, ALARM_MARGIN_SECONDS, BROKEN, READY, REPLY

WORKER = Path(__file__).with_name("worker.py")

# Of the environment the child is given only what some interpreters need to start at all.
PASSED_ON = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")

START_SECONDS = 30.0
# Later than the child's own alarm, and early enough for a verdict within a second of the limit.
DEADLINE_MARGIN_SECONDS = ALARM_MARGIN_SECONDS + 0.25
# How much nicer a process becomes that runs on and on beside others (inferred); it cannot be taken back.
STEP_BACK = 5
_NO_GREETING = "The process that runs scripts does not say that it is ready"
LEAST_CHUNK = 1 << 16
LARGEST_CHUNK = 1 << 20


class ScriptEngineError(RuntimeError):
    """Scripts cannot be run at all: the child does not start, or the engine is not installed."""


class _UnreadError(Exception):
    """The child was gone before it had read the call: another one may be asked."""


class Child:
    """Used by one call at a time; the same child serves threads and event loops in turn."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._socket: socket.socket | None = None
        self._greeted = False
        self._closed = False
        self._asked_at: float | None = None

    @property
    def busy_seconds(self) -> float:
        """How long the present call has run; that its process had to start first is not the call's fault."""
        asked_at = self._asked_at
        return 0.0 if asked_at is None else time.monotonic() - asked_at

    def start(self) -> None:
        """Start the process, if there is none; does not wait until it is ready."""
        if self._process is not None:
            return
        # Without `site` it starts in half the time; it finds the engine by the folder it is given.
        command = [sys.executable, "-I", "-S", str(WORKER), _engine_folder(), making.word]
        ours, theirs = socket.socketpair()
        try:
            self._process = subprocess.Popen(
                command,
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=_environment(),
            )
        except OSError as error:
            ours.close()
            raise ScriptEngineError(f"The process that runs scripts could not be started: {error}") from error
        finally:
            theirs.close()
        self._socket, self._greeted, self._closed = ours, False, False

    def ask(self, frame: bytes, seconds: float) -> Reply | End:
        """Blocking: the reply to a call, or how the child ended over it."""
        for _ in range(2):
            try:
                self.start()
                self._greet()
                return self._exchange(frame, time.monotonic() + seconds + DEADLINE_MARGIN_SECONDS)
            except _UnreadError:
                self.end()
                if self._closed:
                    return Silence.CLOSED
            except TimeoutError:
                self.end()
                return Silence.LATE
            except GarbledError:
                self.end()
                return Silence.GARBLED
            except BaseException:
                self.end()
                raise
        raise ScriptEngineError("The process that runs scripts ends as soon as it has started")

    async def ask_async(self, frame: bytes, seconds: float) -> Reply | End:
        """The same in an event loop. A cancelled call ends the child, so that nobody else is given its answer."""
        for _ in range(2):
            try:
                self.start()
                await self._greet_async()
                async with asyncio.timeout(seconds + DEADLINE_MARGIN_SECONDS):
                    return await self._exchange_async(frame)
            except _UnreadError:
                self.end()
                if self._closed:
                    return Silence.CLOSED
            except TimeoutError:
                self.end()
                return Silence.LATE
            except GarbledError:
                self.end()
                return Silence.GARBLED
            except BaseException:
                self.end()
                raise
        raise ScriptEngineError("The process that runs scripts ends as soon as it has started")

    def end(self) -> int | None:
        """End the process and wait for that; its exit code."""
        process, connection = self._process, self._socket
        self._process = self._socket = None
        if connection is not None:
            connection.close()
        if process is None:
            return None
        process.kill()
        return process.wait()

    def interrupt(self) -> None:
        """End the process from another thread, in the middle of a call: the call's own thread finds out."""
        process = self._process
        if process is not None:
            self._closed = True
            process.kill()
            process.wait()

    def step_back(self) -> None:
        """From another thread, in the middle of a call: the process goes on when others leave it the time."""
        process = self._process
        if process is not None and process.poll() is None:
            with suppress(OSError):  # it has ended in this moment
                niceness = os.getpriority(os.PRIO_PROCESS, process.pid)
                os.setpriority(os.PRIO_PROCESS, process.pid, niceness + STEP_BACK)

    def let_go(self) -> None:
        """In a process that was forked off: the child belongs to the other one, here is only a copy of the socket."""
        if self._socket is not None:
            self._socket.close()
        if self._process is not None:
            # It is not ours to wait for; a return code keeps Popen from complaining.
            self._process.returncode = 0
        self._process = self._socket = None

    # ---- blocking

    def _greet(self) -> None:
        if not self._greeted:
            deadline = time.monotonic() + START_SECONDS
            try:
                self._take_greeting(*self._receive(deadline))
            except EOFError:
                making.crashed()
                raise _UnreadError from None
            except TimeoutError:
                raise ScriptEngineError("The process that runs scripts does not get ready") from None
            except GarbledError:
                raise ScriptEngineError(_NO_GREETING) from None

    def _exchange(self, frame: bytes, deadline: float) -> Reply | End:
        assert self._socket is not None
        self._asked_at = time.monotonic()
        try:
            self._socket.settimeout(_left(deadline))
            try:
                self._socket.sendall(frame)
            except ConnectionError:
                raise _UnreadError from None
            return self._receive(deadline)
        except EOFError:
            return self._ended()
        finally:
            self._asked_at = None

    def _receive(self, deadline: float) -> Reply:
        assert self._socket is not None
        data = bytearray()
        while (missing := _missing(data)) > 0:
            self._socket.settimeout(_left(deadline))
            try:
                chunk = self._socket.recv(_chunk(missing))
            except ConnectionError:
                raise _UnreadError from None
            if not chunk:
                raise EOFError
            data += chunk
        return _split(data)

    # ---- in an event loop

    async def _greet_async(self) -> None:
        if not self._greeted:
            try:
                async with asyncio.timeout(START_SECONDS):
                    self._take_greeting(*await self._receive_async())
            except EOFError:
                making.crashed()
                raise _UnreadError from None
            except TimeoutError:
                raise ScriptEngineError("The process that runs scripts does not get ready") from None
            except GarbledError:
                raise ScriptEngineError(_NO_GREETING) from None

    async def _exchange_async(self, frame: bytes) -> Reply | End:
        assert self._socket is not None
        self._asked_at = time.monotonic()
        try:
            self._socket.setblocking(False)
            try:
                await asyncio.get_running_loop().sock_sendall(self._socket, frame)
            except ConnectionError:
                raise _UnreadError from None
            return await self._receive_async()
        except EOFError:
            return self._ended()
        finally:
            self._asked_at = None

    async def _receive_async(self) -> Reply:
        assert self._socket is not None
        self._socket.setblocking(False)
        receive = asyncio.get_running_loop().sock_recv
        data = bytearray()
        while (missing := _missing(data)) > 0:
            try:
                chunk = await receive(self._socket, _chunk(missing))
            except ConnectionError:
                raise _UnreadError from None
            if not chunk:
                raise EOFError
            data += chunk
        return _split(data)

    # ---- both

    def _take_greeting(self, outcome: bytes, text: bytes, _seconds: float) -> None:
        if outcome == BROKEN:
            raise ScriptEngineError(f"Scripts cannot be run: {text.decode(errors='replace')}")
        if outcome != READY:
            raise ScriptEngineError(_NO_GREETING)
        self._greeted = True

    def _ended(self) -> End:
        code = self.end()
        return Silence.CLOSED if self._closed or code is None else code


def _engine_folder() -> str:
    found = importlib.util.find_spec("_quickjs")
    if found is None or found.origin is None:
        raise ScriptEngineError("Scripts cannot be run: neither quickjs nor quickjs-ng is installed")
    return os.path.dirname(found.origin)


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _missing(data: bytearray) -> int:
    if len(data) < REPLY.size:
        return REPLY.size - len(data)
    length, _, _ = REPLY.unpack_from(data)
    # No child can hold more than that.
    if length > ADDRESS_SPACE_BYTES:
        raise GarbledError
    return REPLY.size + int(length) - len(data)


def _split(data: bytearray) -> Reply:
    length, outcome, seconds = REPLY.unpack_from(data)
    # Only what is asked is answered: what goes on after a reply would be taken for somebody else's.
    if len(data) > REPLY.size + length:
        raise GarbledError
    return outcome, bytes(data[REPLY.size :]), seconds


def _chunk(missing: int) -> int:
    return min(max(missing, LEAST_CHUNK), LARGEST_CHUNK)


def _environment() -> dict[str, str]:
    # QuickJS reads the time zone only when its process starts.
    return {"TZ": "UTC"} | {name: os.environ[name] for name in PASSED_ON if name in os.environ}
