"""Some twenty deliveries, good and hostile, against a webhook receiver, and what it should mend.

Each case is one idea: what is sent, whether a right receiver accepts or refuses it, and what to do if it does not.
"""

import hashlib
import hmac
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from time import monotonic
from typing import Any, Literal
from urllib.parse import urlsplit

from interactor_emulator.adapters.http.caller import Caller
from interactor_emulator.adapters.http.egress import Egress, Target
from interactor_emulator.clock import wall_ms
from interactor_emulator.effects import HttpAnswer, SendWebhook
from interactor_emulator.faults.on_webhooks import CHANGES, STALE_SECONDS, UNKNOWN_EVENT
from interactor_emulator.signing import PREFIX, sign
from interactor_emulator.state.deliveries import EVENTS, Sending
from interactor_emulator.wire import samples

Verdict = Literal["passed", "failed", "not judged"]
Headers = dict[str, str]

_HALTED = "workflow.instance.halted"
_COMPLETED = "workflow.instance.completed"
_TIMEOUT_SECONDS = 30
_SHOWN_CHARACTERS = 80
# Not found, and method not allowed.
_NOT_THERE = ("404", "405")
_SIGNATURE, _TIMESTAMP = "X-Interactor-Signature", "X-Interactor-Timestamp"
_RAW = "Verify the raw bytes as they came, before anything parses them"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One case by its `name`: whether a right receiver accepts or refuses it, the `verdict` (`not judged` where genuine
    deliveries are refused), what was `answered` (statuses, or why there is none), and the `remedy`. `seconds` of wall
    time."""

    name: str
    expected: Literal["accept", "refuse"]
    verdict: Verdict
    answered: tuple[str, ...]
    remedy: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Report:
    """What `certify` found: the `outcomes` of all cases, in their order. Printed, it is for people."""

    outcomes: tuple[Outcome, ...]

    @property
    def faults(self) -> list[Outcome]:
        """The cases that the receiver did not pass."""
        return [each for each in self.outcomes if each.verdict == "failed"]

    @property
    def ok(self) -> bool:
        """Whether it passed all that could be judged."""
        return not self.faults

    def __str__(self) -> str:
        marks: Mapping[Verdict, str] = {"passed": "ok  ", "failed": "FAIL", "not judged": "-   "}
        lines = []
        for each in self.outcomes:
            lines.append(
                f"{marks[each.verdict]} {each.expected}s {each.name}: answered {', then '.join(each.answered)}"
            )
            if each.verdict == "failed":
                lines.append(f"       {each.remedy}")
        unjudged = sum(each.verdict == "not judged" for each in self.outcomes)
        slowest = max((each.seconds for each in self.outcomes), default=0)
        end = f"{len(self.outcomes) - len(self.faults) - unjudged} passed, {len(self.faults)} failed"
        if unjudged:
            end += f", {unjudged} not judged (a receiver that refuses genuine deliveries cannot pass or fail them)"
        return "\n".join([*lines, f"{end}; the slowest answer took {slowest:.2f} s of {_TIMEOUT_SECONDS} s"])


@dataclass(frozen=True, slots=True)
class _Case:
    """`make` gives the requests from a kit. `needs_genuine`: it means nothing where genuine ones are refused."""

    name: str
    expected: Literal["accept", "refuse"]
    make: Callable[["_Kit"], Iterable[tuple[Sending, Headers]]]
    remedy: str
    needs_genuine: bool = True
    # A forged delivery that does not parse must be refused as any forged one is.
    like_forged: bool = False


@dataclass(slots=True)
class _Kit:
    """Makes genuine deliveries, to be spoiled."""

    secret: str = field(repr=False)
    made: int = 0
    now_ms: int = field(default_factory=wall_ms)

    def genuine(self, event: str = _HALTED, body: bytes | None = None) -> Sending:
        self.made += 1
        delivery_id = f"del_01KFDMDAG0CERT{self.made:012d}"
        raw = body if body is not None else samples.sample_body(event, delivery_id, self.now_ms)
        return Sending(self.secret, event, delivery_id, 0, wall_ms() // 1000, raw, raw)


class NoReceiver(ValueError):
    """Nothing takes deliveries at this URL: what it answers says nothing about a receiver."""


def certify(receiver: Target, secret: str, *, path: str = "/", told: Callable[[str], None] | None = None) -> Report:
    """Send all cases to `receiver`: a URL, or an ASGI or WSGI application, which is called at `path`.

    `secret` is the one that the receiver verifies with; `told` is called with each case's name before it is sent.
    Raises ValueError for what is no URL, and NoReceiver where nothing takes deliveries.
    """
    url = receiver if isinstance(receiver, str) else f"http://receiver.invalid{path}"
    caller = Caller(Egress({}, [urlsplit(url).hostname or ""], loopback=True), wall_ms, _nobody)
    post = _Post(caller, url, None if isinstance(receiver, str) else receiver)
    kit = _Kit(secret)
    outcomes: list[Outcome] = []
    genuine, forged = True, ""
    for case in CASES:
        if told is not None:
            told(case.name)
        began = monotonic()
        answers = [post(sending, headers) for sending, headers in case.make(kit)]
        if case is _GENUINE and post.app is None:
            _check_reached(url, answers[0])
        verdict = _verdict(case, answers, genuine, forged)
        outcomes.append(Outcome(case.name, case.expected, verdict, tuple(answers), case.remedy, monotonic() - began))
        if case is _GENUINE:
            genuine = verdict == "passed"
        elif case is _FORGED:
            forged = answers[0]
    return Report(tuple(outcomes))


def _check_reached(url: str, answer: str) -> None:
    if not answer[0].isdigit():
        raise NoReceiver(f"nothing answers at {url}; is the receiver running? ({answer})")
    if _status(answer) in _NOT_THERE:
        raise NoReceiver(f"{url} answers a genuine delivery with {answer}; is the path right?")


def _verdict(case: _Case, answers: list[str], genuine: bool, forged: str) -> Verdict:
    if case.needs_genuine and not genuine:
        return "not judged"
    accepted = [answer.startswith("2") for answer in answers]
    if case.expected == "accept":
        return "passed" if all(accepted) else "failed"
    if any(accepted) or (case.like_forged and _status(answers[0]) != _status(forged)):
        return "failed"
    return "passed" if all(answer[0].isdigit() for answer in answers) else "failed"


def _status(answer: str) -> str:
    return answer.split(" ", 1)[0]


@dataclass(frozen=True, slots=True)
class _Post:
    caller: Caller
    url: str
    app: Any

    def __call__(self, sending: Sending, headers: Headers) -> str:
        webhook = SendWebhook(self.url, headers, sending.body, _TIMEOUT_SECONDS * 1000, self.app, sending.slowly)
        outcome = self.caller.deliver(webhook)
        if not isinstance(outcome, HttpAnswer):
            return outcome.message
        said = outcome.body.decode("utf-8", "replace")[:_SHOWN_CHARACTERS].strip()
        return f"{outcome.status} {said}".strip()


def _nobody(_request: object, _reason: str, _of_webhook: bool) -> None:
    """Nothing is blocked: the one host is allowed."""


def _event(event: str) -> Callable[[_Kit], Iterable[tuple[Sending, Headers]]]:
    return lambda kit: [_as_is(kit.genuine(event))]


def _as_is(sending: Sending) -> tuple[Sending, Headers]:
    return sending, sending.headers


def _changed(effect: str) -> Callable[[_Kit], Iterable[tuple[Sending, Headers]]]:
    return lambda kit: [_as_is(CHANGES[effect](kit.genuine()))]


def _with(**headers: str | None) -> Callable[[_Kit], Iterable[tuple[Sending, Headers]]]:
    """A genuine one with headers replaced, or left out."""

    def make(kit: _Kit) -> Iterable[tuple[Sending, Headers]]:
        sending = kit.genuine()
        names = {"signature": _SIGNATURE, "timestamp": _TIMESTAMP}
        changed = {**sending.headers, **{names[name]: value for name, value in headers.items() if value is not None}}
        for name, value in headers.items():
            if value is None:
                del changed[names[name]]
        return [(sending, changed)]

    return make


def _signed(sign_as: Callable[[Sending], str]) -> Callable[[_Kit], Iterable[tuple[Sending, Headers]]]:
    """A genuine one with another signature."""

    def make(kit: _Kit) -> Iterable[tuple[Sending, Headers]]:
        sending = kit.genuine()
        return [(sending, {**sending.headers, _SIGNATURE: sign_as(sending)})]

    return make


def _hmac(sending: Sending, signed: bytes, algorithm: str = "sha256") -> str:
    return hmac.new(sending.secret.encode(), signed, algorithm).hexdigest()


def _stamped(sending: Sending) -> bytes:
    return b"%d." % sending.timestamp + sending.body


def _spaced(kit: _Kit) -> bytes:
    return json.dumps(json.loads(kit.genuine().body), indent=1).encode()


def _twice(kit: _Kit) -> Iterable[tuple[Sending, Headers]]:
    sending = kit.genuine()
    again = replace(sending, retry_count=1)
    return [_as_is(sending), _as_is(again)]


def _out_of_order(kit: _Kit) -> Iterable[tuple[Sending, Headers]]:
    first, second = kit.genuine(_HALTED), kit.genuine(_COMPLETED)
    return [_as_is(second), _as_is(first)]


def _strange_letters(kit: _Kit) -> Iterable[tuple[Sending, Headers]]:
    data = {**samples.sample_data(_HALTED, kit.now_ms), "workflow_data": {"name": "Zoë \U0001f600 \u2028 \\u0000"}}
    return [_as_is(kit.genuine(body=samples.sample_body(_HALTED, "del_01KFDMDAG0CERTLETTERS0000", kit.now_ms, data)))]


def _tampered(kit: _Kit) -> Iterable[tuple[Sending, Headers]]:
    sending = kit.genuine()
    return [_as_is(replace(sending, body=sending.body.replace(b"5000", b"9000")))]


def _new_timestamp(kit: _Kit) -> Iterable[tuple[Sending, Headers]]:
    sending = kit.genuine()
    old = replace(sending, timestamp=sending.timestamp - STALE_SECONDS)
    return [(sending, {**old.headers, _TIMESTAMP: str(sending.timestamp)})]


def _reserialized(kit: _Kit) -> Iterable[tuple[Sending, Headers]]:
    spaced = kit.genuine(body=_spaced(kit))
    compact = json.dumps(json.loads(spaced.body), separators=(",", ":")).encode()
    return [_as_is(replace(spaced, signed=compact))]


def _broken_and_forged(kit: _Kit) -> Iterable[tuple[Sending, Headers]]:
    return [_as_is(replace(kit.genuine(body=b'{"event": "workflow.inst'), forged=True))]


_GENUINE = _Case(
    "a genuine delivery",
    "accept",
    _event(_HALTED),
    "The signature is 'sha256=' and HMAC-SHA256, in lower-case hex, over '{timestamp}.{raw body}' with the secret; "
    "answer 2xx",
    needs_genuine=False,
)
_FORGED = _Case(
    "one that is signed with another secret",
    "refuse",
    _signed(lambda sending: sign("whsec_of_somebody_else_entirely_0000", sending.body, sending.timestamp)),
    "Compare the signature with your own, and answer 401 when it differs",
    needs_genuine=False,
)
CASES: tuple[_Case, ...] = (
    _GENUINE,
    *(
        _Case(f"event {event}", "accept", _event(event), "Answer 2xx to every event, also to those you do not need")
        for event in EVENTS
        if event != _HALTED
    ),
    _Case(
        "an event that it does not know",
        "accept",
        _event(UNKNOWN_EVENT),
        "New events may come any day: ignore them, and answer 2xx",
    ),
    _Case(
        "members that it does not know", "accept", _changed("extra_members"), "Ignore what you do not know, answer 2xx"
    ),
    _Case(
        "the same delivery twice",
        "accept",
        _twice,
        "Deliveries may repeat: keep delivery_id, do nothing the second time, and answer 2xx",
    ),
    _Case(
        "a completed before the halted it follows",
        "accept",
        _out_of_order,
        "Retries change the order: go by `timestamp` and the instance's state, not by the order of arrival",
    ),
    _Case("letters beyond ASCII", "accept", _strange_letters, _RAW),
    _Case("JSON with spaces and line breaks", "accept", lambda kit: [_as_is(kit.genuine(body=_spaced(kit)))], _RAW),
    _Case("a body that comes slowly", "accept", _changed("slow_body"), "Read the body to its end before verifying"),
    _FORGED,
    _Case(
        "one without a signature",
        "refuse",
        _with(signature=None),
        "Answer 401 when X-Interactor-Signature is missing",
        needs_genuine=False,
    ),
    _Case(
        "one whose body was changed on the way",
        "refuse",
        _tampered,
        "The signature must be over the whole raw body",
        needs_genuine=False,
    ),
    _Case(
        "one that is ten minutes old",
        "refuse",
        _changed("stale_timestamp"),
        "Refuse what X-Interactor-Timestamp says is older than 300 seconds: it may be a replay",
    ),
    _Case(
        "an old one under a new timestamp",
        "refuse",
        _new_timestamp,
        "The timestamp is part of what is signed: '{timestamp}.{raw body}'",
        needs_genuine=False,
    ),
    _Case(
        "one without a timestamp",
        "refuse",
        _with(timestamp=None),
        "Answer 401 when X-Interactor-Timestamp is missing",
        needs_genuine=False,
    ),
    _Case(
        "one that is signed over the body alone",
        "refuse",
        _signed(lambda sending: PREFIX + _hmac(sending, sending.body)),
        "Sign '{timestamp}.{raw body}', not the body alone: without the timestamp anybody can replay a delivery",
        needs_genuine=False,
    ),
    _Case(
        "one that is signed over the body alone, without 'sha256='",
        "refuse",
        _signed(lambda sending: _hmac(sending, sending.body)),
        "Compute 'sha256=' + HMAC-SHA256 over '{timestamp}.{raw body}'; this one has neither prefix nor timestamp",
        needs_genuine=False,
    ),
    _Case(
        "a signature without 'sha256='",
        "refuse",
        _signed(lambda sending: _hmac(sending, _stamped(sending))),
        "Compare with the prefix, as the service sends it",
        needs_genuine=False,
    ),
    _Case(
        "HMAC-SHA1 in place of HMAC-SHA256",
        "refuse",
        _signed(lambda sending: "sha1=" + _hmac(sending, _stamped(sending), "sha1")),
        "Never take the algorithm from the header: it is SHA-256",
        needs_genuine=False,
    ),
    _Case(
        "a plain SHA-256 without the secret",
        "refuse",
        _signed(lambda sending: PREFIX + hashlib.sha256(_stamped(sending)).hexdigest()),
        "Use HMAC with the secret: a plain hash can be made by anybody",
        needs_genuine=False,
    ),
    _Case("one that is signed over other bytes of the same JSON", "refuse", _reserialized, _RAW, needs_genuine=False),
    _Case(
        "a forged one that is no JSON",
        "refuse",
        _broken_and_forged,
        "It is answered otherwise than a forged one that is JSON: the body is parsed before it is verified. " + _RAW,
        needs_genuine=False,
        like_forged=True,
    ),
)
