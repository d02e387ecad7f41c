"""The child process that runs customers' scripts: started as a file of its own, it imports nothing of the package.

It reads calls from the socket that is its standard input and answers on it, one after the other, until the other end
is closed. A script is only ever given text and only ever gives text back; it never meets a Python object.
"""

import os
import select
import signal
import struct
import sys
import time
from collections.abc import Callable
from typing import Any

CALL = struct.Struct(">IcdQ")
"""Ahead of a call's text: its length in bytes, the operation, the wall limit in seconds, the memory limit in bytes."""

REPLY = struct.Struct(">Icd")
"""Ahead of a reply's text: its length in bytes, what became of the call, and the seconds of processor time it took."""

RUN, CHECK, PROGRAM = b"R", b"C", b"P"
READY, BROKEN = b"R", b"B"
DONE, TIMEOUT, MEMORY, CRASH = OUTCOMES = b"D", b"T", b"M", b"X"

ALARM_MARGIN_SECONDS = 0.25
"""How long after the limit the process ends itself, when the engine does not look at its own limit."""

# A child at rest has 17 MB of address space; what a script may use, and the copies of its text, are far below the rest.
ADDRESS_SPACE_BYTES = 512 << 20
# Room to tell what was logged, once a script has used up what it was given.
LAST_WORDS_BYTES = 4 << 20
LAST_WORDS_SECONDS = 0.1
JS_STACK_BYTES = 1 << 20
SANDBOXES_AHEAD = 4
IDLE_MILLISECONDS = 20

# An engine that has been short of memory may crash later, over somebody else's script: after a script that took most of
# what it was given the process ends, and the next call starts another one.
MUCH_OF_THE_MEMORY = 0.7

BYTECODE, SOURCE = "bytecode", "source"

SOCKET = 0


def _status() -> int:
    """Asked after each script, and so kept open."""
    try:
        return os.open("/proc/self/status", os.O_RDONLY)
    except OSError:
        return -1


STATUS = _status()
Enter = Callable[..., str]


class Engine:
    """The one place that knows the binding: `quickjs`, or `quickjs-ng`, which answers to the same name.

    Their common C module is imported itself: the packages around it load thread pools that nothing here needs.
    """

    def __init__(self) -> None:
        binding: Any = __import__("_quickjs")  # it has no types, and only a child needs it
        self._new_context: Callable[[], Any] = binding.Context
        self.error: type[Exception] = binding.JSException
        here = os.path.dirname(os.path.abspath(__file__))
        self._prelude = _read(here, "prelude.js")
        self._texts = _read(here, "texts.js")
        self._failure = _read(here, "failure.js")
        self._syntax = _read(here, "syntax.js")
        self._removals: str = self._new_context().eval(_read(here, "language.js"))
        self._enter: Callable[[Any], Enter] = self._from_source

    def compile(self) -> None:
        """Make sandboxes from bytecode from now on, if there is any, and a script sees no difference."""
        compiled = _compiled_py()
        handed = f'globalThis["{_HANDLE}"] = {self._prelude.strip().removesuffix(";")};undefined'
        removed = f'delete globalThis["{_HANDLE}"];{self._removals};undefined'
        try:
            programs = compiled.Programs(sys.modules["_quickjs"], self._new_context(), [handed, removed])
            expected = self.sandbox().answer(_FIRST_CALL)

            def from_bytecode(native: Any) -> Enter:
                programs.run(native, 0)
                enter: Enter = native.get(_HANDLE)(self._texts)
                programs.run(native, 1)
                return enter

            self._enter = from_bytecode
            if _FIRST_ANSWER not in expected or self.sandbox().answer(_FIRST_CALL) != expected:
                self._enter = self._from_source
        except compiled.NoBytecodeError:
            self._enter = self._from_source

    def _from_source(self, native: Any) -> Enter:
        enter: Enter = native.eval(self._prelude)(self._texts)
        native.eval(self._removals)
        return enter

    def sandbox(self) -> "Realm":
        """A fresh context in which the prelude is in force: it runs one script and is thrown away."""
        native = self._new_context()
        native.set_max_stack_size(JS_STACK_BYTES)
        enter = self._enter(native)
        return Realm(
            native,
            answer=lambda call: enter("run", call),
            failure=lambda: enter("failure", native.eval(self._failure)),
            logs=lambda: enter("logs"),
        )

    def parser(self) -> "Realm":
        """A fresh context that parses code and runs none."""
        native = self._new_context()
        native.set_max_stack_size(JS_STACK_BYTES)
        return Realm(native, answer=native.eval(self._syntax), failure=lambda: "[]", logs=lambda: "[]")

    def computer(self) -> "Realm":
        """A fresh context that runs a program of the package itself, which gives text for text."""
        native = self._new_context()
        native.set_max_stack_size(JS_STACK_BYTES)
        return Realm(native, answer=native.eval(_PROGRAM), failure=lambda: "", logs=lambda: "[]")


# Where the prelude's function stands for the moment between the two programs.
_HANDLE = "(prelude)"
# A script that touches what the prelude has replaced, and what came of it.
_FIRST_CALL = """{
"code": "console.log(typeof eval, Math.random(), Date.now()); return {sum: input.a + 1, made: new Date()}",
"globals": {"input": {"a": 41}, "workflow_data": {}, "context": {}, "secrets": {}}, "now": 1768910400000,
"ticking": false, "seed": 7, "lines": 5, "characters": 100, "hidden": []}"""
_FIRST_ANSWER = '{"value":{"sum":42,"made":"2026-01-20T12:00:00.000Z"},"logs":["'

_PROGRAM = "(text) => { const call = JSON.parse(text); return (0, eval)(call.program)(call.input); }"


class Realm:
    """A context of the engine and what is done in it.

    `answer` gives the empty text when it failed, and `failure` tells how; `logs` is what there is when it was broken
    off.
    """

    __slots__ = ("_native", "answer", "failure", "logs")

    def __init__(
        self, native: Any, *, answer: Callable[[str], str], failure: Callable[[], str], logs: Callable[[], str]
    ) -> None:
        self._native = native
        self.answer = answer
        self.failure = failure
        self.logs = logs

    def limit(self, seconds: float, memory_bytes: int) -> None:
        """Seconds are of processor time here; the alarm and the other process watch the wall clock."""
        self._native.set_memory_limit(memory_bytes)
        self._native.set_time_limit(seconds)


def _compiled_py() -> Any:
    """The file beside this one; this folder is not where an interpreter without `site` looks."""
    from importlib.util import module_from_spec, spec_from_file_location

    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "compiled.py")
    spec: Any = spec_from_file_location("compiled", path)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def serve(engine: Engine) -> None:
    """Answer calls; while none is there, prepare sandboxes, so that a script need not wait for its own."""
    waiting = select.poll()
    waiting.register(SOCKET, select.POLLIN)
    stock = [engine.sandbox()]
    began_with = _peak_bytes()
    _send(READY, b"")
    while True:
        # One at once; more only when nobody has come for a while, for who comes meanwhile would have to wait.
        while len(stock) < SANDBOXES_AHEAD and not waiting.poll(IDLE_MILLISECONDS if stock else 0):
            stock.append(engine.sandbox())
        call = _receive()
        if call is None:
            return
        operation, seconds, memory, text = call
        if operation == CHECK:
            realm = engine.parser()
        elif operation == PROGRAM:
            realm = engine.computer()
        else:
            realm = stock.pop() if stock else engine.sandbox()
        outcome = _answer(engine, realm, seconds, memory, text)
        if outcome == MEMORY or _peak_bytes() - began_with > memory * MUCH_OF_THE_MEMORY:
            return
        # Now, while nobody waits: to take a context down costs as much as a small script.
        del realm


def _answer(engine: Engine, realm: Realm, seconds: float, memory: int, text: str) -> bytes:
    # The default action of SIGALRM ends the process wherever it hangs: in a regular expression, in the engine's own
    # loops, and also when nobody is left to end it.
    began = time.process_time()
    signal.setitimer(signal.ITIMER_REAL, seconds + ALARM_MARGIN_SECONDS)
    try:
        outcome, reply = _outcome(realm, seconds, memory, text)
    # Nothing that a script has thrown gets here: the prelude catches that. These are the engine's own errors.
    except engine.error as error:
        outcome, reply = _broken_off(realm, memory, TIMEOUT if "interrupted" in str(error) else MEMORY)
    except MemoryError:
        outcome, reply = _broken_off(realm, memory, MEMORY)
    except Exception as error:  # noqa: BLE001 - a fault of the engine or of ours is told, not died of
        outcome, reply = CRASH, f"{type(error).__name__}: {error}".encode(errors="replace")
    signal.setitimer(signal.ITIMER_REAL, 0)
    _send(outcome, reply, time.process_time() - began)
    return outcome


def _outcome(realm: Realm, seconds: float, memory: int, text: str) -> tuple[bytes, bytes]:
    began = time.monotonic()
    realm.limit(seconds, memory)
    reply = realm.answer(text)
    if not reply:
        # Each call has a budget of its own; a script that has used up its memory needs some for telling so.
        left = seconds - (time.monotonic() - began)
        realm.limit(max(left, LAST_WORDS_SECONDS), memory + LAST_WORDS_BYTES)
        reply = realm.failure()
    # An asynchronous function swallows the interruption and lets the script go on: its time is up all the same.
    if time.monotonic() - began >= seconds:
        return _broken_off(realm, memory, TIMEOUT)
    return DONE, reply.encode()


def _broken_off(realm: Realm, memory: int, outcome: bytes) -> tuple[bytes, bytes]:
    realm.limit(LAST_WORDS_SECONDS, memory + LAST_WORDS_BYTES)
    try:
        return outcome, realm.logs().encode()
    except Exception:  # noqa: BLE001 - the logs are a courtesy; the outcome is known
        return outcome, b"[]"


def _receive() -> tuple[bytes, float, int, str] | None:
    data = os.read(SOCKET, 1 << 16)
    while len(data) < CALL.size:
        more = os.read(SOCKET, 1 << 16)
        if not more:
            return None
        data += more
    length, operation, seconds, memory = CALL.unpack_from(data)
    chunks = [data[CALL.size :]]
    missing = length - len(chunks[0])
    while missing > 0:
        chunk = os.read(SOCKET, min(missing, 1 << 20))
        if not chunk:
            return None
        chunks.append(chunk)
        missing -= len(chunk)
    return operation, seconds, memory, b"".join(chunks).decode("ascii")


def _send(outcome: bytes, text: bytes, seconds: float = 0.0) -> None:
    data = memoryview(REPLY.pack(len(text), outcome, seconds) + text)
    while data:
        data = data[os.write(SOCKET, data) :]


def _peak_bytes() -> int:
    """The most memory this process has held; 0 where the system does not say.

    `getrusage` would count what the starting process held before: its peak is handed down.
    """
    if STATUS < 0:
        return 0
    text = os.pread(STATUS, 4096, 0)
    at = text.find(b"VmHWM:")
    return 0 if at < 0 else int(text[at : text.index(b"\n", at)].split()[1]) * 1024


def _read(folder: str, name: str) -> str:
    with open(os.path.join(folder, name), encoding="utf-8") as file:
        return file.read()


def _confine() -> None:
    import resource

    # Ctrl-C is for the other process, which ends this one; the alarm must work whatever was inherited.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGALRM})
    for limit, value in ((resource.RLIMIT_CORE, 0), (resource.RLIMIT_AS, ADDRESS_SPACE_BYTES)):
        try:
            _, hard = resource.getrlimit(limit)
            resource.setrlimit(limit, (value if hard == resource.RLIM_INFINITY else min(value, hard), hard))
        except (ValueError, OSError):  # a system that does not know this limit; the engine's own remains
            continue


def main() -> None:
    """The arguments are the engine's folder, which an interpreter without `site` does not find by itself, and whether
    sandboxes are made from bytecode or from source."""
    sys.path.append(sys.argv[1])
    try:
        engine = Engine()
        if sys.argv[2] == BYTECODE:
            engine.compile()
    except Exception as error:  # noqa: BLE001 - whatever it is, the other process has to say it
        _send(BROKEN, f"{type(error).__name__}: {error}".encode(errors="replace"))
        return
    _confine()
    try:
        serve(engine)
    except (BrokenPipeError, ConnectionResetError):
        return


if __name__ == "__main__":
    main()
