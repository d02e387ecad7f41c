"""What an endpoint is given, what it gives back, and the checks of members that endpoints share."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import parse_qsl

from interactor_emulator.account.account import Account
from interactor_emulator.account.tokens import Principal
from interactor_emulator.clock import parse_timestamp
from interactor_emulator.effects import Steps
from interactor_emulator.errors import Forbidden, ValidationError
from interactor_emulator.jsontext import encode
from interactor_emulator.tracing import Cause

from .stream import Stream

Value = TypeVar("Value")


@dataclass(slots=True)
class Call:
    """A request that has passed the checks which all requests share."""

    account: Account
    principal: Principal
    params: Mapping[str, str]
    query_string: bytes = b""
    sent: Mapping[bytes, bytes] = field(default_factory=dict)
    request_id: str = ""
    body: Mapping[str, Any] = field(default_factory=dict)
    # The instance that the request has changed, if it has changed one: then its answer is kept under its key.
    changed: str = ""

    @property
    def query(self) -> Mapping[str, str]:
        return query_of(self.query_string)

    def require_namespace(self, namespace: str | None) -> None:
        """ "Tokens can only access instances in namespaces they own": raises Forbidden."""
        owned = self.principal.namespaces
        if owned is not None and namespace not in owned:
            raise Forbidden.namespace(namespace)

    @property
    def cause(self) -> Cause:
        """What makes an instance move: this request."""
        return Cause(
            self.principal.subject,
            self.request_id,
            self.sent.get(b"traceparent", b"").decode("latin-1"),
            self.sent.get(b"tracestate", b"").decode("latin-1"),
        )


@dataclass(slots=True)
class Answer:
    """`data` goes under the member of that name."""

    data: object
    status: int = 200


def query_of(query_string: bytes) -> Mapping[str, str]:
    """The parameters of a query; the last one of a name counts."""
    return dict(parse_qsl(query_string.decode("latin-1"), keep_blank_values=True))


_ID_CHARACTERS = 200


def own_request_id(sent: Mapping[bytes, bytes]) -> str:
    """A caller's own `X-Request-Id` "(1 to 200 visible ASCII characters) is taken over"; empty when there is none."""
    own = sent.get(b"x-request-id", b"")
    if 0 < len(own) <= _ID_CHARACTERS and all(0x21 <= byte <= 0x7E for byte in own):
        return own.decode("ascii")
    return ""


Endpoint = Callable[[Call], Answer | Stream | Steps[Answer]]

_KINDS: Mapping[type, str] = {
    str: "a string",
    dict: "an object",
    bool: "a boolean",
    int: "an integer",
    list: "an array",
}


def member(body: Mapping[str, object], name: str, kind: type[Value], default: Value) -> Value:
    """The member of that name, `default` when it is absent or null; raises ValidationError for another type."""
    value = body.get(name)
    if value is None:
        return default
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        raise ValidationError((name, f"{name} must be {_KINDS[kind]}"))
    return value


def optional(body: Mapping[str, object], name: str, kind: type[Value]) -> Value | None:
    """The same, None when it is absent or null."""
    return None if body.get(name) is None else member(body, name, kind, kind())


def instant(name: str, text: str) -> int:
    """Unix milliseconds of a member's ISO 8601 text."""
    try:
        return parse_timestamp(text)
    except (ValueError, OverflowError):
        raise ValidationError((name, f"{name} must be an ISO 8601 time like 2026-01-20T12:00:00Z")) from None


def strings(body: Mapping[str, object], name: str) -> list[str] | None:
    """A member that is an array of strings, if it is there."""
    values = optional(body, name, list)
    if values is not None and not all(isinstance(value, str) for value in values):
        raise ValidationError((name, f"{name} must be an array of strings"))
    return values


def string_mapping(value: Mapping[str, Any]) -> Mapping[str, str]:
    """A body, or a member, all of whose members are strings."""
    for name, each in value.items():
        if not isinstance(each, str):
            raise ValidationError((name, f"{name} must be a string, not {encode(each)}"))
    return value


# "limit | integer | Max events (default: 100, max: 1000)"
_DEFAULT_LIMIT, _HIGHEST_LIMIT = 100, 1000
_MOST_DIGITS = 20


def page_size(query: Mapping[str, str]) -> int:
    """`limit`: 100 when it is left out; "more is cut to 1000"."""
    text = query.get("limit", str(_DEFAULT_LIMIT))
    if not (text.isascii() and text.isdigit() and len(text) < _MOST_DIGITS and int(text) > 0):
        raise ValidationError(("limit", "limit must be a positive integer"))
    return min(int(text), _HIGHEST_LIMIT)


def instant_of(query: Mapping[str, str], name: str) -> int | None:
    """The instant in Unix milliseconds that a parameter names, if it is there."""
    text = query.get(name)
    return None if text is None else instant(name, text)
