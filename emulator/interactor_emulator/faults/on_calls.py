"""What a network, or the service on a bad day, does to a call of the API: rules that a test sets."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, get_args

from interactor_emulator import bounds
from interactor_emulator.errors import (
    Forbidden,
    InteractorError,
    NotFound,
    PayloadTooLarge,
    RateLimited,
    Unauthorized,
    UnsupportedMediaType,
    WrongValue,
)

from .often import Often, check_name, check_number, check_text, check_whole

CallEffect = Literal["status", "delay", "drop", "truncate_body"]
CALL_EFFECTS: tuple[CallEffect, ...] = get_args(CallEffect)

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")

_MOST_RETRY_AFTER = 24 * 60 * 60

# What the API's paths begin with: a pattern may begin with it too.
_PREFIX = "/api/v1"
_ELSEWHERE = ("/oauth", "/_emulator", "/health", "/.well-known")
_CODES = {
    each.status: each.code
    for each in (Unauthorized, Forbidden, NotFound, PayloadTooLarge, UnsupportedMediaType, RateLimited, InteractorError)
}
"""Of the statuses for which the service has one error. For 400 and 409 it has many: whoever sets a rule names it."""
_MESSAGES = {
    each.code: each.message for each in (Unauthorized(), NotFound(), UnsupportedMediaType(), RateLimited(retry_after=1))
}
"""Of the errors of which the service says the same always."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A call as rules look at it: its path without `/api/v1`, the instance that stands in that, and the namespace: of
    the instance, or the one for which it creates or lists."""

    method: str
    path: str
    instance: str | None = None
    namespace: str | None = None

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


@dataclass(slots=True, eq=False, kw_only=True)
class CallRule(Often):
    """Does `effect` to the calls that fit what is given of method, path, instance and namespace.

    It works `times` times (None: always), once `after` have passed unharmed, each with this `probability` (from 0 to
    1); `seen` counts what fitted, and `used` what it was done to.

    `committed` says whether the call is carried out all the same: its answer is then lost, cut or another one, and what
    it has changed stays. A delay lets it be carried out at once; its answer comes `delay_seconds` of wall time later,
    which every other effect may have too. `code`, `message` and `retry_after`, the seconds in `Retry-After`, go with a
    status: a 429 has the header in any case, as the service has it; of a cut answer come `size` bytes."""

    effect: CallEffect
    method: str | None = None
    path: str | None = None
    instance: str | None = None
    namespace: str | None = None
    committed: bool = True
    status: int = 503
    code: str = ""
    message: str = ""
    retry_after: int | None = None
    delay_seconds: float = 0
    size: int = 0
    _fits: re.Pattern[str] | None = field(init=False, repr=False)

    def __post_init__(self) -> None:
        # Written out: a dataclass with slots is another class than the one that `super()` knows here.
        Often.__post_init__(self)
        check_name("effect", "effect", self.effect, CALL_EFFECTS)
        check_text("match.method", self.method)
        if self.method is not None:
            self.method = self.method.upper()
            check_name("match.method", "method", self.method, METHODS)
        for name in ("path", "instance", "namespace"):
            check_text(f"match.{name}", getattr(self, name))
        self._fits = None if self.path is None else _pattern(self.path)
        for name in ("code", "message"):
            check_text(f"effect.{name}", getattr(self, name) or None)
        check_whole("effect.status", self.status, 400)
        check_number("effect.status", self.status, 400, 599)
        check_number("effect.delay_seconds", self.delay_seconds, 0, bounds.CALL_DELAY.most)
        if self.retry_after is not None:
            check_whole("effect.retry_after", self.retry_after, 0)
            check_number("effect.retry_after", self.retry_after, 0, _MOST_RETRY_AFTER)
        check_whole("effect.truncate_body", self.size, 0)
        self.code = self.code or _CODES.get(self.status) or _phrase(self.status).lower().replace(" ", "_")
        self.message = self.message or _MESSAGES.get(self.code) or _phrase(self.status)

    def takes(self, asked: Asked, chance: Callable[[], float]) -> bool:
        """Whether it does its work on this call; counts it if so."""
        if self.method not in (None, asked.method) or self.instance not in (None, asked.instance):
            return False
        if self.namespace not in (None, asked.namespace):
            return False
        if self._fits is not None and self._fits.fullmatch(asked.path) is None:
            return False
        return self.falls(chance)

    @property
    def done(self) -> str:
        """What it does, in words."""
        after = f" after {self.delay_seconds:g} s" if self.delay_seconds else ""
        carried_out = "it was carried out" if self.committed else "it was not carried out"
        return {
            "status": f"{carried_out}, and answered with {self.status} {self.code}{after}",
            "delay": f"it was answered{after}",
            "drop": f"{carried_out}, and the connection was closed without an answer{after}",
            "truncate_body": f"{carried_out}, and its answer was cut after {self.size} bytes{after}",
        }[self.effect]

    def __str__(self) -> str:
        of = f"{self.method or 'any'} {self.path or 'call'}"
        where = [f" of {name} {value}" for name in ("instance", "namespace") if (value := getattr(self, name))]
        return f"the fault {self.effect} on {of}{''.join(where)}"


class Sweep:
    """Counts the calls of one run of a test, and loses the reply of the one that has this number, from 0 on (None: of
    none). It outlives the resets of the run."""

    def __init__(self, lost: int | None = None, *, committed: bool = True) -> None:
        self.calls: list[str] = []
        self._lost = lost
        self._rule = CallRule(effect="drop", committed=committed)

    def on(self, asked: Asked) -> CallRule | None:
        """The rule for this call, if it is the one."""
        self.calls.append(str(asked))
        return self._rule if len(self.calls) - 1 == self._lost else None


def _phrase(status: int) -> str:
    from http import HTTPStatus

    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return f"Status {status}"


def _pattern(path: str) -> re.Pattern[str]:
    """A path of the API: `*` and `{name}` stand for one segment each, and a `*` at the end for all the rest."""
    path = path.removeprefix(_PREFIX) or "/"
    if not path.startswith("/") and path != "*":
        raise _wrong_path("path begins with a slash, as /workflows/{name}/instances does", path)
    if path.startswith(_ELSEWHERE):
        raise _wrong_path(f"faults are on calls under {_PREFIX}", path)
    if "?" in path:
        raise _wrong_path("path is without a query", path)
    *segments, last = path.split("/")
    rest = ".*" if last.endswith("*") else ""
    return re.compile("/".join([*map(_segment, segments), _segment(last.removesuffix("*"))]) + rest, re.DOTALL)


def _segment(text: str) -> str:
    if text == "*" or (text.startswith("{") and text.endswith("}")):
        return "[^/]+"
    if "*" in text:
        raise _wrong_path("* stands for a whole segment of a path, or for the rest at its end", text)
    return re.escape(text)


def _wrong_path(rule: str, found: str) -> WrongValue:
    return WrongValue("match.path", f"{rule}, not {found!r:.200}")
