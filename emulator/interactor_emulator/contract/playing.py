"""Plays an exchange in an account: sends its requests, takes what is sent to us, and compares, step by step."""

import re
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import httpx

from interactor_emulator.clock import pause, wall_ms
from interactor_emulator.signing import SignatureError, verify
from interactor_emulator.unanswered import in_words

from . import endpoints, everywhere
from .exchanges import Exchange, content_of
from .language import Difference, Unfilled, differences, filled, header_differences
from .receiver import Receiver
from .said import Said, said, value_of
from .service import Account, Service

RECEIVER = "https://receiver.example"
"""What a recording says in place of our own address."""

_MADE = re.compile(r"\b(?:inst|whsub)_[A-Za-z0-9]+")
_LOOKED_THROUGH = 10_000
_HELD_SECONDS = 10
_RECEIVED_SECONDS = 10
# The rules that differences of a kind belong to, wherever they are met.
_BY_FORM = {"timestamp": "timestamps", "ulid": "ids", "ULID": "ids", "id": "ids"}
_BY_HEADER = {"x-request-id": "request-id", "content-type": "json-text"}


@dataclass(slots=True)
class Played:
    """One step: the rules that it shows, what differs (with the rule that it belongs to), and why it was not reached,
    if it was not."""

    exchange: str
    step: int
    title: str
    rules: tuple[str, ...]
    found: list[tuple[str, Difference]] = field(default_factory=list)
    unreached: str = ""


class Player:
    """Plays exchanges against a server. `rows` is all that the API was asked and has answered, `left` what was made
    and could not be taken back."""

    def __init__(self, service: Service, receiver: Receiver | None) -> None:
        self._service, self._receiver = service, receiver
        self.rows: list[Said] = []
        self.left: list[str] = []
        self._made: list[str] = []

    def play(self, exchange: Exchange, account: Account) -> Iterator[Played]:
        """The steps of an exchange, one after the other; what they capture stands for the steps that follow."""
        captured = {"client_id": account.client_id, "client_secret": account.client_secret}
        if self._receiver is not None:
            self._receiver.forget()
            captured["receiver"] = self._receiver.url
        # What was not answered as expected may be needed later: the step that needs it says so.
        unprepared = ""
        try:
            for number, step in enumerate(exchange.steps, start=1):
                played = Played(exchange.name, number, _title(step), tuple(step.get("rules", ())), unreached=unprepared)
                if not unprepared:
                    self._try(played, step, account, captured)
                if played.found and not played.rules:
                    unprepared = f"step {number}, {played.title}: {played.found[0][1]}"
                yield played
        finally:
            self._tidy(account)

    def _try(self, played: Played, step: Mapping[str, Any], account: Account, captured: dict[str, str]) -> None:
        try:
            played.found += self._step(played.exchange, played.step, step, account, captured)
        except Unfilled as error:
            played.unreached = f"no answer before has given {error.args[0]}"
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
            told = f"no answer: {type(error).__name__}, {in_words(error)}"
            played.found.append((_blamed(step), Difference("answer", "status", told)))

    def _step(
        self, name: str, number: int, step: Mapping[str, Any], account: Account, captured: dict[str, str]
    ) -> Iterator[tuple[str, Difference]]:
        if "received" in step:
            yield from self._received(step, captured)
        elif "overlapping" in step:
            yield from self._overlapping(name, number, step, account, captured)
        else:
            for _ in range(step.get("times", 1)):
                answer = self._send(name, number, filled(step["request"], captured), account)
                yield from _compared(step, answer, captured)

    def _send(self, name: str, number: int, request: Mapping[str, Any], account: Account) -> httpx.Response:
        content = content_of(request.get("body"))
        sent = request.get("headers", {})
        answer = self._service.send(account, request["method"], request["path"], sent, content)
        if not request["path"].startswith("/_emulator"):
            row = said(wall_ms(), answer.request, answer, name, number)
            # Where we are reached differs from run to run, and says nothing about the server.
            self.rows.append(row if self._receiver is None else row.with_other(self._receiver.url, RECEIVER))
            if not account.name:
                self._made += made_by(answer)
        return answer

    def _overlapping(
        self, name: str, number: int, step: Mapping[str, Any], account: Account, captured: dict[str, str]
    ) -> Iterator[tuple[str, Difference]]:
        """Each request is held, or answered, before the next one is sent."""
        self._service.send(account, "POST", "/_emulator/hold", content={"json": {"operation": step["overlapping"]}})
        sent: list[Future[httpx.Response]] = []
        with ThreadPoolExecutor(len(step["steps"])) as threads:
            try:
                for count, each in enumerate(step["steps"], start=1):
                    request = filled(each["request"], captured)
                    sent.append(threads.submit(self._send, name, number, request, account))
                    self._wait_until_held(account, count, sent[-1])
            finally:
                self._service.send(account, "POST", "/_emulator/release")
        for each, answer in zip(step["steps"], sent, strict=True):
            yield from _compared({"rules": step["rules"], **each}, answer.result(), captured)

    def _wait_until_held(self, account: Account, count: int, sent: "Future[httpx.Response]") -> None:
        for _ in range(_HELD_SECONDS * 100):
            if sent.done() or self._service.send(account, "GET", "/_emulator/hold").json()["held"] >= count:
                return
            pause(0.01)

    def _received(self, step: Mapping[str, Any], captured: dict[str, str]) -> Iterator[tuple[str, Difference]]:
        rule, expected = _blamed(step), step["received"]
        if self._receiver is None:
            return
        came = self._receiver.take(_RECEIVED_SECONDS)
        if came is None:
            yield rule, Difference("received", "status", f"nothing came within {_RECEIVED_SECONDS} s")
            return
        found = {"method": came.method, "url": self._receiver.url + came.path}
        told = [
            *differences({name: expected[name] for name in found}, found, captured, "received"),
            *header_differences(expected.get("headers", {}), came.headers, captured),
            *differences(expected["body"], value_of(came.body), captured, "received body"),
            *_unsigned(expected, came.headers, came.body),
        ]
        yield from ((_rule_of(each, rule, rule), each) for each in told)

    def _tidy(self, account: Account) -> None:
        """Cancel what was started and take subscriptions back, in an account that others use as well."""
        while self._made:
            path = self._made.pop()
            if not taken_back(self._service, account, path):
                self.left.append(path)


def made_by(answer: httpx.Response) -> list[str]:
    """The paths of the instances and subscriptions that an answer tells of, in whatever shape, where it made some."""
    if answer.request.method != "POST" or answer.request.url.path.endswith("/cancel"):
        return []
    ids = _MADE.findall(answer.text[:_LOOKED_THROUGH])
    kinds = {"inst": "/workflows/instances/", "whsub": "/webhooks/subscriptions/"}
    return [kinds[each.partition("_")[0]] + each for each in dict.fromkeys(ids)]


def taken_back(service: Service, account: Account, path: str) -> bool:
    """Whether what stands at this path is gone, or has ended, now."""
    try:
        if path.startswith("/webhooks"):
            return service.send(account, "DELETE", path).status_code in (204, 404)
        return service.send(account, "POST", f"{path}/cancel").status_code < 500
    except (httpx.HTTPError, httpx.InvalidURL):
        return False


def _compared(
    step: Mapping[str, Any], answer: httpx.Response, captured: dict[str, str]
) -> Iterator[tuple[str, Difference]]:
    expected, request = step["response"], step["request"]
    path, rule = request["path"], _blamed(step)
    found: list[tuple[str, Difference]] = []
    if not path.startswith("/_emulator"):
        found = list(everywhere.differences(answer, path, repeated="Idempotency-Key" in request.get("headers", {})))
    yield from found
    shaped = (answer.status_code < 400 and endpoints.rule_of(request["method"], path)) or rule
    if answer.status_code != expected["status"]:
        told = f"expected {expected['status']}, found {answer.status_code}: {answer.text[:300]}"
        of_one_class = answer.status_code // 100 == expected["status"] // 100
        yield (shaped if of_one_class else rule), Difference("status", "status", told)
        if not of_one_class:
            return
    if everywhere.wrong_envelope(found):
        return
    told_twice = {each.at for _, each in found}
    compared = [
        *header_differences(expected.get("headers", {}), answer.headers, captured),
        *(() if "body" not in expected else differences(expected["body"], value_of(answer.content), captured)),
    ]
    yield from ((_rule_of(each, rule, shaped), each) for each in compared if each.at not in told_twice)


def _rule_of(difference: Difference, rule: str, shaped: str) -> str:
    """To which rule it belongs: a timestamp of another form is no fault of the endpoint that shows it, and a member
    that is missing none of what the request was to show."""
    if difference.kind == "order":
        return "json-text"
    if difference.kind == "form":
        return _BY_FORM.get(difference.form.partition(":")[0], rule)
    if difference.kind == "header":
        name = difference.at.removeprefix("header ").lower()
        return "rate-headers" if name.startswith("x-ratelimit") else _BY_HEADER.get(name, rule)
    return shaped if difference.kind == "members" else rule


def _blamed(step: Mapping[str, Any]) -> str:
    """The first of its rules; what it asks of `/_emulator` shows none."""
    return str(next(iter(step.get("rules", ())), ""))


def _title(step: Mapping[str, Any]) -> str:
    if "received" in step:
        return f"what is sent to {step['received']['url']}"
    if "overlapping" in step:
        return f"{len(step['steps'])} overlapping requests to {step['overlapping']}"
    return f"{step['request']['method']} {step['request']['path']}"


def _unsigned(expected: Mapping[str, Any], headers: Mapping[str, str], body: bytes) -> Iterator[Difference]:
    if "secret" not in expected:
        return
    lower = {name.lower(): value for name, value in headers.items()}
    signature, timestamp = (lower.get(f"x-interactor-{name}") for name in ("signature", "timestamp"))
    try:
        verify(expected["secret"], body, signature, timestamp)
    except SignatureError as error:
        yield Difference("signature", "value", str(error))
