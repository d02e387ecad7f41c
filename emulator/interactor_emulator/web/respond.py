"""Answers: JSON, UTF-8, compact, no trailing newline; errors become answers here and nowhere else; rates as headers."""

import logging
import traceback
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from time import perf_counter
from typing import Protocol

from starlette.types import Receive, Scope, Send

from interactor_emulator import bounds
from interactor_emulator.account.account import Account
from interactor_emulator.errors import InteractorError, RateLimited, ValidationError
from interactor_emulator.jsontext import encode
from interactor_emulator.redaction import beginning, redact
from interactor_emulator.state.exchanges import Sent
from interactor_emulator.state.happenings import Answered
from interactor_emulator.state.rates import Window
from interactor_emulator.variants import Variants
from interactor_emulator.wire import answers

log: logging.Logger = logging.getLogger("interactor_emulator")

Header = tuple[bytes, bytes]
Headers = list[Header]
_NO_CONTENT = 204
_TOLD_CHARACTERS = 300
JSON = (b"content-type", b"application/json; charset=utf-8")


@dataclass(slots=True)
class Response:
    """A whole answer, ready to be sent; `afterwards` is done once it is. `code` is that of an error."""

    status: int
    headers: Headers
    body: bytes
    afterwards: Callable[[], Awaitable[object]] | None = None
    code: str | None = None

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        # An answer without content has no length either.
        length = [(b"content-length", b"%d" % len(self.body))] if self.status != _NO_CONTENT else []
        headers = [*self.headers, *length]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": self.body})
        if self.afterwards is not None:
            await self.afterwards()


class Told(Protocol):
    """What is told of an answer."""

    status: int
    code: str | None
    headers: Headers


def tell(account: Account, scope: Scope, began: float, response: "Told", request_id: str, sent: Sent = None) -> None:
    """Tell who follows the account of a request that came when `perf_counter` said `began`, and of its answer; both are
    kept to be looked at, their bodies only where it is said what was sent."""
    path: str = scope["path"]
    if len(path) > bounds.HAPPENING.most:
        path = beginning(path, bounds.HAPPENING.most, account.secrets.ever)
    now_ms, code = account.clock.now_ms, response.code
    told = Answered(now_ms, request_id, scope["method"], path, response.status, code, began, perf_counter())
    account.happenings.add(told)
    body = response.body if sent is not None and isinstance(response, Response) else None
    account.exchanges.add(told, scope["query_string"], scope["headers"], sent, response.headers, body)


def json_response(status: int, value: object, headers: Headers) -> Response:
    return Response(status, [JSON, *headers], encode(value).encode())


def failure_response(
    error: Exception, request_id: str, secrets: Iterable[str] = (), variants: Variants | None = None
) -> Response:
    """The answer that tells of an error. One that nobody meant is a 500, and is logged in full, but for secrets."""
    if not isinstance(error, InteractorError):
        told = redact("".join(traceback.format_exception(error)), secrets)
        log.error("request %s failed inside the emulator\n%s", request_id, told)
        error = InteractorError("Internal error of the emulator; its log has the traceback")
    headers: Headers = []
    if isinstance(error, RateLimited):
        headers = [(b"retry-after", b"%d" % error.retry_after)]
    message, details = redact(error.message, secrets), redact(error.details, secrets)
    if isinstance(error, ValidationError):
        details = [{name: shortened(text) for name, text in each.items()} for each in details]
    body = answers.failure(error.code, message, details, request_id)
    # Guides of other months have 422 for it: a variant.
    status = int(variants.validation_status) if variants and isinstance(error, ValidationError) else error.status
    response = json_response(status, body, headers)
    response.code = error.code
    return response


def shortened(text: str) -> str:
    """What a client wrote where something else belongs is told to it, but not all of it."""
    return text if len(text) <= _TOLD_CHARACTERS else f"{text[: _TOLD_CHARACTERS - 1]}…"


def rate_headers(window: Window) -> Headers:
    """`X-RateLimit-Limit: 100 X-RateLimit-Remaining: 95 X-RateLimit-Reset: 1705752060`"""
    limit, reset = _unchanging(window.limit, window.ends_ms)
    return [limit, (b"x-ratelimit-remaining", b"%d" % window.remaining), reset]


@lru_cache(maxsize=256)
def _unchanging(limit: int, ends_ms: int) -> tuple[Header, Header]:
    """What all answers of one window have in common."""
    return (b"x-ratelimit-limit", b"%d" % limit), (b"x-ratelimit-reset", b"%d" % _seconds(ends_ms))


def check_rate(window: Window, now_ms: int) -> None:
    """Raise RateLimited if the limit is passed."""
    if window.exceeded:
        raise RateLimited(seconds_left(window, now_ms))


def seconds_left(window: Window, now_ms: int) -> int:
    """For `Retry-After`."""
    return max(1, _seconds(window.ends_ms - now_ms))


def _seconds(milliseconds: int) -> int:
    """Rounded up: a client that waits so long does not come too early."""
    return -(-milliseconds // 1000)
