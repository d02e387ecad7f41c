"""Copies of the service that are wrong in one thing: it is found, named by its rule, and nothing else is blamed."""

import json
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from interactor_emulator import Emulator
from interactor_emulator.contract.exchanges import all_exchanges
from interactor_emulator.contract.receiver import Receiver
from interactor_emulator.contract.report import Report
from interactor_emulator.contract.runner import needed_rules, run
from interactor_emulator.contract.service import Service

INSTANCES = r"POST /workflows/[^/]+/instances"
INSTANCE = r"GET /workflows/instances/inst_[a-z0-9]+"
TOKENS = {"client-credentials", "all-scopes", "refresh-once", "refresh-narrows"}
VERSIONS = r"GET /workflows/[^/]+/versions"
ANY = r"\w+ /(workflows|webhooks).*"


@dataclass
class Said:
    """An answer of the emulator, to be spoiled."""

    status: int
    headers: dict[str, str]
    body: Any
    text: Callable[[Any], str] = field(default=lambda body: json.dumps(body, ensure_ascii=False, separators=(",", ":")))


Deviation = tuple[str, Callable[[Said], object], set[str]]
"""The requests whose answers are wrong, what is wrong with them, and the rules that are broken by that."""


class Wrong(httpx.BaseTransport):
    """The network, on which answers to some requests are changed."""

    def __init__(self, *deviations: Deviation, strip: str = "") -> None:
        self._deviations = [(re.compile(asked), spoil) for asked, spoil, _ in deviations]
        self._strip = strip
        self._real = httpx.HTTPTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.extensions["otherwise"] = True  # the suite's own look at every answer is not for these
        if self._strip:
            request.headers.pop(self._strip, None)
        answer = self._real.handle_request(request)
        path = request.url.raw_path.decode().removeprefix("/api/v1").partition("?")[0]
        content = answer.read()
        line = f"{request.method} {path}"
        spoils = [spoil for asked, spoil in self._deviations if asked.fullmatch(line)]
        if path.startswith("/_emulator") or not spoils:
            return httpx.Response(answer.status_code, headers=answer.headers, content=content)
        said = Said(answer.status_code, dict(answer.headers), json.loads(content) if content else None)
        for spoil in spoils:
            spoil(said)
        said.headers.pop("content-length", None)
        return httpx.Response(
            said.status, headers=said.headers, content=b"" if said.body is None else said.text(said.body).encode()
        )

    def close(self) -> None:
        self._real.close()


def everywhere_in(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {name: everywhere_in(child, change) for name, child in value.items()}
    return [everywhere_in(child, change) for child in value] if isinstance(value, list) else value


def renamed(said: Said) -> None:
    if "data" in said.body:
        said.body["data"] = {("state" if k == "current_state" else k): v for k, v in said.body["data"].items()}


def reordered(said: Said) -> None:
    if "data" in said.body:
        said.body["data"] = dict(reversed(said.body["data"].items()))


def other_status(said: Said) -> None:
    said.status = 201 if said.status == 200 else said.status


def dropped(name: str) -> Callable[[Said], object]:
    return lambda said: said.headers.pop(name, None)


def with_milliseconds(said: Said) -> None:
    whole = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)Z")
    said.body = everywhere_in(said.body, lambda text: f"{found[1]}.000Z" if (found := whole.fullmatch(text)) else text)


def wrapped(said: Said) -> None:
    if said.body and "error" in said.body:
        said.body = {"errors": [said.body["error"]]}


def without_envelope(said: Said) -> None:
    if "data" in said.body:
        said.body = said.body["data"]


def number_as_text(said: Said) -> None:
    if said.status == 200 and "expires_in" in said.body:
        said.body["expires_in"] = str(said.body["expires_in"])


def null_member(said: Said) -> None:
    if "data" in said.body:
        said.body["data"].setdefault("error", None)


def looked_up_first(said: Said) -> None:
    if said.status == 400:
        told = {"code": "instance_not_found", "message": "Instance 'inst_nope' not found", "details": None}
        said.status, said.body["error"] = 404, {**told, "request_id": said.body["error"]["request_id"]}


def code(old: str, new: str) -> Callable[[Said], None]:
    def spoil(said: Said) -> None:
        if said.body and "error" in said.body and said.body["error"]["code"] == old:
            said.body["error"]["code"] = new

    return spoil


def oldest_first(said: Said) -> None:
    if "data" in said.body:
        said.body["data"]["versions"].reverse()


def spaced(said: Said) -> None:
    said.text = lambda body: json.dumps(body, ensure_ascii=False)


def plain_type(said: Said) -> None:
    if "content-type" in said.headers:
        said.headers["content-type"] = "application/json"


def other_request_id(said: Said) -> None:
    said.headers["x-request-id"] = "req_" + "0" * 26


def secret_shown(said: Said) -> None:
    if said.status == 201:
        said.body["data"]["secret_hint"] = "whsec_…"


def main_thread_left_out(said: Said) -> None:
    if "data" in said.body:
        said.body["data"]["threads"] = [each for each in said.body["data"]["threads"] if each["id"] != "thread_main"]


def bare_threads(said: Said) -> None:
    if "data" in said.body:
        said.body["data"] = said.body["data"]["threads"]


def extra_member(said: Said) -> None:
    if said.status == 200:
        said.body["data"]["workflow_id"] = "wf_abc"


def published_draft(said: Said) -> None:
    if said.status == 201:
        said.body["data"]["status"] = "published"


def escaped(said: Said) -> None:
    said.text = lambda body: json.dumps(body, separators=(",", ":")).replace("/", "\\/")


DEVIATIONS: dict[str, Deviation] = {
    "a renamed key": (INSTANCES, renamed, {"create"}),
    "re-ordered keys": (INSTANCE, reordered, {"json-text"}),
    "another status": (r"POST .*/publish", other_status, {"publish"}),
    "a dropped rate header": (ANY, dropped("x-ratelimit-reset"), {"rate-headers"}),
    "a dropped request id": (ANY, dropped("x-request-id"), {"request-id"}),
    "a re-formatted timestamp": (ANY, with_milliseconds, {"timestamps"}),
    "a wrapped error": (ANY, wrapped, {"envelope"}),
    "an answer without its envelope": (INSTANCE, without_envelope, {"envelope"}),
    "a number as a text": ("POST /oauth/token", number_as_text, TOKENS),
    "null for a missing member": (INSTANCE, null_member, {"get"}),
    "another order of checks": (r"POST /workflows/instances/inst_nope/resume", looked_up_first, {"order-of-checks"}),
    "another code": (ANY, code("workflow_exists", "conflict"), {"errors"}),
    "another code of one refusal": (ANY, code("already_published", "version_published"), {"publish"}),
    "a list the other way round": (VERSIONS, oldest_first, {"list-workflows"}),
    "JSON with spaces": (ANY, spaced, {"json-text"}),
    "slashes that are escaped": (INSTANCE, escaped, {"json-text"}),
    "a content type without charset": (ANY, plain_type, {"json-text"}),
    "an id in the body that is not the header's": (ANY, other_request_id, {"request-id"}),
    "a secret that is hinted at": ("POST /webhooks/subscriptions", secret_shown, {"subscriptions"}),
    "a thread that is left out": (".*/threads", main_thread_left_out, {"threads"}),
    "a list without its name": (".*/threads", bare_threads, {"threads"}),
    "a member more": (r"POST /workflows/instances/inst_[a-z0-9]+/cancel", extra_member, {"cancel"}),
    "a draft that says published": ("POST /workflows/[^/]+/versions", published_draft, {"further-version"}),
}
# One copy may be wrong in several things of which each breaks rules of its own, and does not hide another: a copy takes
# two seconds. Where there is time, each has a copy to itself.
_SECOND = {
    "an answer without its envelope",
    "another order of checks",
    "JSON with spaces",
    "an id in the body that is not the header's",
    "a list without its name",
}
_THIRD = {"another code", "another code of one refusal", "slashes that are escaped"}
_FOURTH = {"a content type without charset"}
_FIRST = set(DEVIATIONS) - _SECOND - _THIRD - _FOURTH
ALONE = [{name} for name in DEVIATIONS]
COPIES = ALONE if os.environ.get("HYPOTHESIS_PROFILE") == "deep" else [_FIRST, _SECOND, _THIRD, _FOURTH]


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    listening = Receiver()
    yield listening
    listening.close()


def checked(url: str, receiver: Receiver, transport: httpx.BaseTransport | None) -> Report:
    service = Service(url, transport=transport)
    try:
        return run(service, all_exchanges("x"), needed_rules([]), None, receiver)[0]
    finally:
        service.close()


def test_the_emulator_is_right(interactor: Emulator, interactor_server: Any, receiver: Receiver) -> None:
    report = checked(interactor_server.url, receiver, None)
    assert report.ok, str(report)
    assert report.of("differs") == []
    assert len(report.of("holds")) > 90


def test_those_that_are_wrong_at_once_break_rules_of_their_own() -> None:
    for names in COPIES:
        broken = [rule for name in names for rule in DEVIATIONS[name][2]]
        assert len(broken) == len(set(broken))
    assert set().union(*COPIES) == set(DEVIATIONS)


@pytest.mark.unmeasured
@pytest.mark.parametrize("names", COPIES, ids=len)
def test_what_is_wrong_is_found_and_nothing_else_is_blamed(
    interactor: Emulator, interactor_server: Any, receiver: Receiver, names: set[str]
) -> None:
    deviations = [DEVIATIONS[name] for name in DEVIATIONS if name in names]
    report = checked(interactor_server.url, receiver, Wrong(*deviations))
    assert {each.rule.id for each in report.of("differs")} == set().union(*(rules for _, _, rules in deviations)), str(
        report
    )


def test_a_key_that_is_not_heard_is_found(interactor: Emulator, interactor_server: Any, receiver: Receiver) -> None:
    report = checked(interactor_server.url, receiver, Wrong(strip="Idempotency-Key"))
    assert "idempotency" in {each.rule.id for each in report.of("differs")}
    assert not report.ok
