"""What every answer shows, whatever was asked: the rules of the wire that no exchange has to name."""

import json
from collections.abc import Iterator
from typing import Any

import httpx

from .language import Difference
from .said import value_of

SHOWN = ("request-id", "rate-headers", "envelope", "json-text")
"""The rules that are looked at here."""

Found = tuple[str, Difference]
"""A rule and where an answer differs from it."""

_ERROR = ["code", "message", "details", "request_id"]
_ELSEWHERE = ("/oauth", "/.well-known", "/health")
_JSON = "application/json; charset=utf-8"


def differences(answer: httpx.Response, path: str, *, repeated: bool) -> Iterator[Found]:
    """What differs in an answer of the API to this path. `repeated`: the request had an Idempotency-Key, so that the
    body may be of an earlier one, whose id it has."""
    if path.startswith(_ELSEWHERE):
        return
    yield from _of_headers(answer)
    if not answer.content:
        return
    body = value_of(answer.content)
    yield from _of_text(answer, body)
    faults = list(_of_envelope(answer, body))
    yield from faults
    if not faults and answer.status_code >= 400 and not repeated:
        shown, told = body["error"]["request_id"], answer.headers.get("X-Request-Id")
        if shown != told:
            message = f"is {shown!r}, the header says {told!r}"
            yield "request-id", Difference("body.error.request_id", "value", message)


def wrong_envelope(found: list[Found]) -> bool:
    """Whether the body is so much another that to compare its members would say the same once more."""
    return any(rule == "envelope" for rule, _ in found)


def _of_headers(answer: httpx.Response) -> Iterator[Found]:
    if not answer.headers.get("X-Request-Id"):
        yield "request-id", Difference("header X-Request-Id", "header", "is missing")
    if answer.status_code != 401:
        for name in ("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"):
            if not answer.headers.get(name, "").isdigit():
                yield "rate-headers", Difference(f"header {name}", "header", "is missing, or no whole number")


def _of_text(answer: httpx.Response, body: object) -> Iterator[Found]:
    kind = answer.headers.get("Content-Type")
    if kind != _JSON:
        yield "json-text", Difference("header Content-Type", "header", f"expected {_JSON!r}, found {kind!r}")
    if isinstance(body, str) or body is None:
        yield "json-text", Difference("body", "value", f"is no JSON: {answer.text[:100]!r}")
    elif len(json.dumps(body, ensure_ascii=False, separators=(",", ":"))) < len(answer.text):
        yield "json-text", Difference("body", "value", "is not compact, or escapes what need not be escaped")


def _of_envelope(answer: httpx.Response, body: Any) -> Iterator[Found]:
    wanted = "error" if answer.status_code >= 400 else "data"
    if not isinstance(body, dict) or list(body) != [wanted]:
        found = list(body) if isinstance(body, dict) else type(body).__name__
        yield "envelope", Difference("body", "members", f"expected the one member {wanted!r}, found {found}")
    elif wanted == "error" and (not isinstance(body["error"], dict) or list(body["error"]) != _ERROR):
        told = list(body["error"]) if isinstance(body["error"], dict) else type(body["error"]).__name__
        yield "envelope", Difference("body.error", "members", f"expected the members {_ERROR}, found {told}")
