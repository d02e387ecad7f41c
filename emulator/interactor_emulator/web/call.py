"""What an endpoint is given, what it gives back, and the checks of members that endpoints share."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import parse_qsl

from interactor_emulator.account.account import Account
from interactor_emulator.account.tokens import Principal
from interactor_emulator.effects import Steps
from interactor_emulator.errors import Forbidden, ValidationError
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

    data: Any
    status: int = 200


def query_of(query_string: bytes) -> Mapping[str, str]:
    """The parameters of a query; the last one of a name counts."""
    return dict(parse_qsl(query_string.decode("latin-1"), keep_blank_values=True))


Endpoint = Callable[[Call], Answer | Stream | Steps[Answer]]

_KINDS: Mapping[type, str] = {
    str: "a string",
    dict: "an object",
    bool: "a boolean",
    int: "an integer",
    list: "an array",
}


def member(body: Mapping[str, Any], name: str, kind: type[Value], default: Value) -> Value:
    """The member of that name, `default` when it is absent or null; raises ValidationError for another type."""
    value = body.get(name)
    if value is None:
        return default
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        raise ValidationError((name, f"{name} must be {_KINDS[kind]}"))
    return value


def optional(body: Mapping[str, Any], name: str, kind: type[Value]) -> Value | None:
    """The same, None when it is absent or null."""
    return None if body.get(name) is None else member(body, name, kind, kind())
