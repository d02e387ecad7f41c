"""A request and its answer, as they are kept: without what would let somebody else in."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import httpx

from interactor_emulator.clock import timestamp
from interactor_emulator.redaction import REDACTED

PREFIX = "/api/v1"
_ELSEWHERE = ("/oauth", "/.well-known", "/health")
_SECRET = frozenset({"client_secret", "access_token", "refresh_token", "token", "secret", "client_assertion"})
_TOKEN_IN_QUERY = re.compile(r"(?<=[?&])(token|access_token)=[^&]*")
_AUTHORIZATION = "Authorization"
# Headers that say something about an exchange; all others are of the connection, or differ from answer to answer.
_SENT = (_AUTHORIZATION, "Idempotency-Key", "X-Namespace", "traceparent")
_TOLD = ("Content-Type", "Cache-Control", "WWW-Authenticate", "X-RateLimit-Limit")


@dataclass(frozen=True, slots=True)
class Said:
    """A request and its answer. `path` has its query and no `/api/v1` in front; bodies are values of JSON, or text;
    `exchange` and `step` are of the run of the contract to which it belongs."""

    at: str
    method: str
    path: str
    sent_headers: Mapping[str, str]
    sent: Any
    status: int
    headers: Mapping[str, str]
    body: Any
    exchange: str = ""
    step: int = 0

    def with_other(self, text: str, other: str) -> "Said":
        """The same with another text in its bodies wherever this one stands."""
        sent, body = (json.loads(json.dumps(each).replace(text, other)) for each in (self.sent, self.body))
        return replace(self, sent=sent, body=body)


def said(at_ms: int, request: httpx.Request, answer: httpx.Response, exchange: str = "", step: int = 0) -> Said:
    """What is kept of a request that was sent at this instant."""
    path, sent = path_of(request.url.raw_path.decode("ascii")), value_of(request.read())
    body, headers = value_of(answer.content), answer.headers
    return told_of(
        timestamp(at_ms), request.method, path, request.headers, sent, answer.status_code, headers, body, exchange, step
    )


def told_of(
    at: str,
    method: str,
    path: str,
    sent_headers: Mapping[str, str],
    sent: Any,
    status: int,
    headers: Mapping[str, str],
    body: Any,
    exchange: str = "",
    step: int = 0,
) -> Said:
    """The same of its parts."""
    kept = _named(sent_headers, _SENT)
    if _AUTHORIZATION in kept:
        kept[_AUTHORIZATION] = REDACTED
    return Said(at, method, path, kept, redacted(sent), status, _named(headers, _TOLD), redacted(body), exchange, step)


def is_ours(path: str) -> bool:
    """Whether it is a path of this API."""
    return path.startswith((f"{PREFIX}/", *_ELSEWHERE))


def path_of(path: str) -> str:
    """The path without `/api/v1`, and without a token in its query."""
    return _TOKEN_IN_QUERY.sub(rf"\1={REDACTED}", path.removeprefix(PREFIX) if path.startswith(f"{PREFIX}/") else path)


def value_of(content: bytes) -> Any:
    """A body as JSON, or as the text that it is; None where there is none."""
    if not content:
        return None
    try:
        return json.loads(content)
    except ValueError:
        return content.decode("utf-8", "replace")


def redacted(value: Any) -> Any:
    """The value without the members that hold secrets and tokens."""
    if isinstance(value, dict):
        return {
            name: REDACTED if name.lower() in _SECRET and isinstance(child, str) else redacted(child)
            for name, child in value.items()
        }
    return [redacted(child) for child in value] if isinstance(value, list) else value


def _named(headers: Mapping[str, str], names: Iterable[str]) -> dict[str, str]:
    lower = {name.lower(): value for name, value in headers.items()}
    return {name: lower[name.lower()] for name in names if name.lower() in lower}
