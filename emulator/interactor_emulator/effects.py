"""What an operation may ask of the world outside, and the answer to each.

An effect is yielded (`answer = yield from effect.perform()`), carried out by whoever drives the operation, blocking or
awaiting, and its answer is sent back. Whoever yields it touches nothing.
"""

from collections.abc import Awaitable, Callable, Generator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar, cast

from .jsontext import Json
from .tracing import Cause

if TYPE_CHECKING:
    from concurrent.futures import Future
    from threading import Thread

Answer = TypeVar("Answer")
Result = TypeVar("Result")


class Effect(Generic[Answer]):
    """Something to be done outside; `perform` gives it to the driver and types the answer."""

    __slots__ = ()

    def perform(self) -> "Steps[Answer]":
        return cast(Answer, (yield self))


Steps = Generator[Effect[Any], Any, Result]
"""An operation that may have effects: yields them, is sent their answers, returns its result."""


@dataclass(slots=True)
class ScriptResult:
    """A script that ended well. `value` is None when it returned `undefined` or `null`; `seconds` of processor time."""

    value: dict[str, Json] | None
    logs: list[str]
    seconds: float | None = field(default=None, compare=False)


@dataclass(slots=True)
class ScriptFault:
    """A script that did not. `line` and `column` count from 1 in the customer's own code, if known;
    `seconds` of processor time, unless its process was ended."""

    kind: Literal["error", "timeout"]
    message: str
    line: int | None
    column: int | None
    logs: list[str]
    seconds: float | None = field(default=None, compare=False)


# An effect is equal to itself only: nobody compares two, and the methods for it would be made at each start.
@dataclass(frozen=True, slots=True, eq=False)
class RunScript(Effect[ScriptResult | ScriptFault]):
    """Run the function body `code` with these four globals and the secrets of the account."""

    code: str
    input: Mapping[str, Json]
    workflow_data: Mapping[str, Json]
    context: Mapping[str, Json]


@dataclass(slots=True)
class SyntaxFault:
    """Why a piece of code is not one function body."""

    message: str
    line: int | None
    column: int | None


@dataclass(frozen=True, slots=True, eq=False)
class CheckSyntax(Effect[list[SyntaxFault | None]]):
    """Parse each code as one function body, without running it; the answers are in the order of `codes`."""

    codes: list[str]


@dataclass(slots=True)
class HttpAnswer:
    """What a server answered, whatever its status."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(slots=True)
class HttpFault:
    """No answer at all: `code` is the error code of the document that says why."""

    code: Literal["http_error", "http_timeout"]
    message: str
    # Whether another try is useless: the emulator's own refusal will be the same again.
    final: bool = False
    # Whether an application of this process raised it.
    raised: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class SendHttp(Effect[HttpAnswer | HttpFault]):
    """Send one request; `timeout_ms` is wall time, `cause` whose request made this one necessary, in which `state` of
    which instance, at which `attempt` from 1 on."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes | None
    timeout_ms: int
    cause: Cause | None = None
    state: str = ""
    attempt: int = 1
    instance_id: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class SendWebhook(Effect[HttpAnswer | HttpFault]):
    """Post these very bytes to a receiver: to `app`, an ASGI or WSGI application, or to where the URL leads.

    With `slowly` the body comes in small pieces, over a second of wall time.
    """

    url: str
    headers: Mapping[str, str]
    body: bytes
    timeout_ms: int
    app: object = None
    slowly: bool = False


@dataclass(slots=True)
class TextFault:
    """No text came of it; the message says why. `provoked` when a test wanted it so."""

    message: str
    provoked: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class ComposeText(Effect[str | TextFault]):
    """Compose what a person is told, from a prompt and the data that it is about, by path."""

    prompt: str
    data: Mapping[str, Json]


@dataclass(frozen=True, slots=True, eq=False)
class Compute(Effect[str]):
    """Run a program of the package's own: JavaScript whose value is a function from text to text."""

    program: str
    given: str


@dataclass(frozen=True, slots=True, eq=False)
class Walk(Effect[Answer]):
    """A long walk over data that nobody changes meanwhile: others need not wait until it is over."""

    work: Callable[[], Answer]


@dataclass(frozen=True, slots=True, eq=False)
class Elsewhere(Effect[Answer]):
    """What another account does: blocking, or awaiting. This one is not held meanwhile."""

    run: Callable[[], Answer]
    run_async: Callable[[], Awaitable[Answer]]


@dataclass(frozen=True, slots=True, eq=False)
class Await(Effect[None]):
    """Wait until something that another thread or task does has happened.

    `holder` is the thread that holds up what is waited for, if one does: in that thread nobody may block for it.
    """

    happened: "Future[None]"
    holder: "Thread | None" = None


class WaitsForItself(RuntimeError):
    """A thread was about to block until it had itself released what it holds."""
