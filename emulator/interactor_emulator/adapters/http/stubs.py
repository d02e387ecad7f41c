"""Answers that a test set in place of a server's, in turn, and to which requests."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

from interactor_emulator import bounds
from interactor_emulator.effects import HttpAnswer, HttpFault, SendHttp
from interactor_emulator.errors import WrongValue
from interactor_emulator.jsontext import Json, NotJson, copied, decode, encode, equal, is_number
from interactor_emulator.nearest import hint

_DEPTH = 100
_SHOWN_CHARACTERS = 60


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer: its `status`, the `json` of its body (None: none), its `headers`. `delay_seconds` are not waited for:
    they decide whether the request times out."""

    status: int = 200
    json: Json = None
    headers: Mapping[str, str] = field(default_factory=dict)
    delay_seconds: float = 0


@dataclass(slots=True, eq=False)
class Stub:
    """Answers requests with this method (None: any) to this URL, which may end in `*`, at most `times` times.

    It may be for one `state` of a workflow alone, for one `attempt` (1 is the first), for a body that has these members
    and for a query that has these parameters, whatever else they have; with a `query` the URL is compared without one.
    It gives its `replies` in turn, and the last one from then on; `calls` counts the requests that it answered."""

    url: str
    method: str | None = None
    times: int | None = None
    replies: Sequence[Reply] = (Reply(),)
    state: str | None = None
    attempt: int | None = None
    body: Mapping[str, Json] | None = None
    query: Mapping[str, str] | None = None
    calls: int = 0

    def __str__(self) -> str:
        of = [
            ("in state", self.state),
            ("at attempt", self.attempt),
            ("with body", self.body),
            ("with query", self.query),
        ]
        parts = [f" {word} {_shown(value)}" for word, value in of if value is not None]
        return f"a stub for {self.method or 'any'} {self.url}{''.join(parts)}"

    def matches(self, request: SendHttp) -> bool:
        """Whether it answers this request."""
        return self._fits(request) and not self._unlike(request)

    def misses(self, request: SendHttp) -> str:
        """Why it does not answer a request to its URL; empty where it does, or the URL is another."""
        if self._fits(request):
            return self._unlike(request)
        if self._fits(replace(request, url=request.url.partition("?")[0])):
            return "the stub for it is for that URL without a query: end it in *, or name what the query has"
        return ""

    def _fits(self, request: SendHttp) -> bool:
        wanted, url = _lowered(self.url), _lowered(request.url)
        if self.query is not None and "?" not in wanted:
            url = url.partition("?")[0]
        return url.startswith(wanted[:-1]) if wanted.endswith("*") else url == wanted

    def _unlike(self, request: SendHttp) -> str:
        if self.method not in (None, request.method):
            return f"the stub for it is for {self.method}, not {request.method}"
        if self.state not in (None, request.state):
            return f"the stub for it is for state {self.state}, not {request.state or 'a webhook'}"
        if self.attempt not in (None, request.attempt):
            return f"the stub for it is for attempt {self.attempt}, not {request.attempt}"
        if unlike := self._unlike_query(request) or self._unlike_body(request):
            return f"the stub for it wants {unlike}"
        used_up = self.times is not None and self.calls >= self.times
        return f"the stub for it has given its {self.times} answers" if used_up else ""

    def _unlike_query(self, request: SendHttp) -> str:
        found = parse_qs(urlsplit(request.url).query, keep_blank_values=True) if self.query else {}
        for name, wanted in (self.query or {}).items():
            if wanted not in found.get(name, ()):
                given = _shown(", ".join(found[name])) if name in found else "none"
                return f"query {name} {_shown(wanted)}, not {given}"
        return ""

    def _unlike_body(self, request: SendHttp) -> str:
        if self.body is None:
            return ""
        try:
            found = cast(Json, decode(request.body or b"", _DEPTH))
        except NotJson:
            return "a body of JSON"
        return _unlike(self.body, found, "body")

    def answer(self, request: SendHttp) -> HttpAnswer | HttpFault:
        """The reply whose turn it is, or the time-out that it comes to; counts the call."""
        reply = self.replies[min(self.calls, len(self.replies) - 1)]
        self.calls += 1
        if reply.delay_seconds * 1000 >= request.timeout_ms:
            return timed_out(request)
        body = b"" if reply.json is None else encode(reply.json).encode()
        return HttpAnswer(reply.status, {"content-type": "application/json", **reply.headers}, body)


def _unlike(wanted: Json, found: Json, at: str) -> str:
    """What is not as wanted: of an object only the members that are wanted count, all else is equal or not."""
    if not isinstance(wanted, Mapping):
        return "" if equal(found, wanted) else f"{at} {_shown(wanted)}, not {_shown(found)}"
    if not isinstance(found, Mapping):
        return f"{at} as an object, not {_shown(found)}"
    for name, each in wanted.items():
        if name not in found:
            return f"{at}.{name} {_shown(each)}, and there is none"
        if unlike := _unlike(each, found[name], f"{at}.{name}"):
            return unlike
    return ""


def _shown(value: object) -> str:
    text = value if isinstance(value, str) else encode(value)
    return text if len(text) <= _SHOWN_CHARACTERS else f"{text[: _SHOWN_CHARACTERS - 1]}…"


def stub_from(
    url: str,
    *,
    method: str | None = None,
    times: int | None = None,
    state: str | None = None,
    attempt: int | None = None,
    body: Mapping[str, Any] | None = None,
    query: Mapping[str, str] | None = None,
    respond: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None,
) -> Stub:
    """A stub as the control API and `Emulator.stub` describe it; raises WrongValue, which names the member."""
    if not isinstance(url, str) or not url:
        raise WrongValue("url", "url is required: the URL to answer for, which may end in *")
    for name, text in (("method", method), ("state", state)):
        if text is not None and (not isinstance(text, str) or not text):
            raise WrongValue(name, f"{name} must be a text, not {text!r:.200}")
    for name, number in (("times", times), ("attempt", attempt)):
        if number is not None and (not isinstance(number, int) or isinstance(number, bool) or number < 1):
            raise WrongValue(name, f"{name} must be a whole number, 1 or more, not {number!r:.200}")
    if body is not None and not isinstance(body, Mapping):
        raise WrongValue("body", f"body must be an object: the members that a request's has, not {body!r:.200}")
    method = None if method is None else method.upper()
    replies = _replies({} if respond is None else respond)
    return Stub(url, method, times, replies, state, attempt, _copy("body", body), _texts("query", query))


def add(stubs: list[Stub], stub: Stub) -> Stub:
    """Ask it after those that are there; raises WrongValue when there are too many."""
    if len(stubs) >= bounds.STUBS.most:
        raise WrongValue("body", f"there are {bounds.STUBS.most} stubs already; a reset or DELETE stubs ends them")
    stubs.append(stub)
    return stub


def _replies(respond: Mapping[str, Any] | Sequence[Mapping[str, Any]]) -> list[Reply]:
    if isinstance(respond, Mapping):
        return [_reply(respond, "respond")]
    if not isinstance(respond, Sequence) or isinstance(respond, str) or not respond:
        raise WrongValue("respond", f"respond is an answer, or a list of answers in turn, not {respond!r:.200}")
    return [_reply(each, f"respond[{place}]") for place, each in enumerate(respond)]


_MEMBERS = ("status", "json", "headers", "delay_seconds")


def _reply(given: Mapping[str, Any], at: str) -> Reply:
    if not isinstance(given, Mapping):
        raise WrongValue(at, f"{at} must be an object with {', '.join(_MEMBERS)}, not {given!r:.200}")
    for name in given:
        if name not in _MEMBERS:
            raise WrongValue(f"{at}.{name!s:.100}", f"unknown: {name!s:.100}; {hint(name, _MEMBERS)}")
    known = {name: value for name, value in given.items() if value is not None}
    status, delay = known.get("status", 200), known.get("delay_seconds", 0)
    if not isinstance(status, int) or isinstance(status, bool) or not 100 <= status <= 599:
        raise WrongValue(f"{at}.status", "status must be from 100 to 599")
    if not is_number(delay) or delay < 0:
        raise WrongValue(f"{at}.delay_seconds", "delay_seconds must be a number, 0 or more")
    return Reply(
        status, _copy(f"{at}.json", known.get("json")), _texts(f"{at}.headers", known.get("headers")) or {}, delay
    )


def _copy(member: str, value: Any) -> Any:
    try:
        return None if value is None else copied(value, member)
    except (TypeError, ValueError) as error:
        raise WrongValue(member, str(error)) from None


def _texts(member: str, given: Mapping[str, str] | None) -> Mapping[str, str] | None:
    if given is None:
        return None
    if not isinstance(given, Mapping):
        raise WrongValue(member, f"{member} must be an object of texts, not {given!r:.200}")
    for name, value in given.items():
        if not isinstance(name, str) or not isinstance(value, str):
            raise WrongValue(f"{member}.{name!s:.100}", f"{name!s:.100} must be a text, not {value!r:.200}")
    return dict(given)


def _lowered(url: str) -> str:
    """ "Scheme and host are case-insensitive" (RFC 3986, 6.2.2.1); a path is not."""
    return _ORIGIN.sub(lambda found: found[0].lower(), url)


_ORIGIN = re.compile(r"^[^/?#]*//[^/?#]*")


def timed_out(request: SendHttp) -> HttpFault:
    """No answer in time."""
    return HttpFault("http_timeout", f"{request.method} {request.url} did not answer within {request.timeout_ms} ms")
