"""A request and its answer, as they are kept."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import httpx

from interactor_emulator.clock import timestamp
from interactor_emulator.hiding import hidden, hidden_in
from interactor_emulator.jsontext import NotJson, decode
from interactor_emulator.redaction import REDACTED

PREFIX = "/api/v1"
_ELSEWHERE = ("/oauth", "/.well-known", "/health")
_AUTHORIZATION, _TYPE, _JSON = "Authorization", "Content-Type", "application/json"
# Headers that say something about an exchange; all others are of the connection, or differ from answer to answer.
_SENT = (_AUTHORIZATION, "Idempotency-Key", "X-Namespace", "traceparent")
_TOLD = (_TYPE, "Cache-Control", "WWW-Authenticate", "X-RateLimit-Limit")
# What an exchange says of a body is no body of somebody's own.
_WORDS = frozenset({"$definition", "$form", "$text", "$has"})
_LEVELS = 100


@dataclass(frozen=True, slots=True)
class Said:
    """A request and its answer. `path` has its query and no `/api/v1` in front; bodies are values of JSON, or text;
    what was sent as anything but JSON is `{"$text": …, "type": …}`, as in an exchange. `exchange` and `step` are of the
    run of the contract to which it belongs."""

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
    return told_of(
        timestamp(at_ms),
        request.method,
        request.url.raw_path.decode("ascii", "replace"),
        request.headers,
        request.read(),
        answer.status_code,
        answer.headers,
        answer.content,
        exchange,
        step,
    )


def told_of(
    at: str,
    method: str,
    path: str,
    sent_headers: Mapping[str, str],
    sent: bytes,
    status: int,
    headers: Mapping[str, str],
    body: bytes,
    exchange: str = "",
    step: int = 0,
) -> Said:
    """The same of its parts."""
    kept = _named(sent_headers, _SENT)
    if _AUTHORIZATION in kept:
        kept[_AUTHORIZATION] = REDACTED
    asked = hidden_in(path.removeprefix(PREFIX) if path.startswith(f"{PREFIX}/") else path)
    kind = _named(sent_headers, (_TYPE,)).get(_TYPE, "")
    answered = hidden(value_of(body))
    return Said(at, method, asked, kept, _sent(sent, kind), status, _named(headers, _TOLD), answered, exchange, step)


def is_ours(path: str) -> bool:
    """Whether it is a path of this API."""
    return path.startswith((f"{PREFIX}/", *_ELSEWHERE))


def value_of(content: bytes) -> Any:
    """A body as JSON, or as the text that it is; None where there is none."""
    if not content:
        return None
    try:
        return decode(content, _LEVELS)
    except NotJson:
        return content.decode("utf-8", "replace")


def _sent(content: bytes, kind: str) -> Any:
    value = value_of(content)
    if value is None:
        return None
    if (
        kind.startswith(_JSON)
        and not isinstance(value, str)
        and not (isinstance(value, dict) and _WORDS & value.keys())
    ):
        return hidden(value)
    return {"$text": hidden_in(content.decode("utf-8", "replace")), "type": kind}


def _named(headers: Mapping[str, str], names: Iterable[str]) -> dict[str, str]:
    lower = {name.lower(): value for name, value in headers.items()}
    return {name: lower[name.lower()] for name in names if name.lower() in lower}
