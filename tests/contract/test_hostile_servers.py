"""Servers that answer what no server should: the run ends with a report, whatever comes."""

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from interactor_emulator.contract.calibration import calibrate
from interactor_emulator.contract.exchanges import all_exchanges
from interactor_emulator.contract.probing import Probing
from interactor_emulator.contract.report import Report
from interactor_emulator.contract.runner import needed_rules, run
from interactor_emulator.contract.service import Account, Service, Unreachable
from interactor_emulator.variants import VARIANTS

ACCOUNT = Account("me", "secret_of_mine", "token")
DEEP = b"[" * 50_000 + b"]" * 50_000
ANSWERS: dict[str, Callable[[httpx.Request], httpx.Response]] = {
    "nothing": lambda _: httpx.Response(200),
    "no content": lambda _: httpx.Response(204),
    "HTML": lambda _: httpx.Response(200, html="<h1>It works</h1>"),
    "a list": lambda _: httpx.Response(200, json=[1]),
    "a number": lambda _: httpx.Response(201, json=5),
    "null": lambda _: httpx.Response(200, json=None),
    "NaN": lambda _: httpx.Response(200, content=b'{"data":{"id":NaN}}'),
    "deep": lambda _: httpx.Response(200, content=DEEP),
    "a megabyte": lambda _: httpx.Response(200, content=b'{"data":"' + b"x" * 1_000_000 + b'"}'),
    "no UTF-8": lambda _: httpx.Response(200, content=b'{"data":"\xff\xfe"}'),
    "half a surrogate": lambda _: httpx.Response(201, content=b'{"data":{"id":"inst_\\ud800"}}'),
    "a line break as id": lambda _: httpx.Response(201, json={"data": {"id": "inst_a\nb", "version_id": "v\n"}}),
    "elsewhere": lambda _: httpx.Response(302, headers={"Location": "http://127.0.0.1:1/"}),
    "forbidden": lambda _: httpx.Response(403, json={"error": {"code": "forbidden", "message": "no"}}),
    "an error without a code": lambda _: httpx.Response(500, json={"error": "broken"}),
    "a forged line": lambda _: httpx.Response(500, text="x\n0 differ: all is well\x1b[2J"),
    "strange rates": lambda _: httpx.Response(
        200, json={"data": {}}, headers=[(b"X-RateLimit-Remaining", "²".encode()), (b"X-RateLimit-Reset", b"9" * 5000)]
    ),
    "rates of the past": lambda _: httpx.Response(
        200, json={"data": {}}, headers={"X-RateLimit-Remaining": "9", "X-RateLimit-Reset": "1"}
    ),
}


def _cut(request: httpx.Request) -> httpx.Response:
    raise httpx.RemoteProtocolError("peer closed connection without sending complete message body", request=request)


ANSWERS["half an answer"] = _cut


class Unseen(httpx.MockTransport):
    """No network, and no look of the suite's at every answer: these are none of the emulator's."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.extensions["otherwise"] = True
        return super().handle_request(request)


def checked(answer: Callable[[httpx.Request], httpx.Response], *only: str) -> Report:
    service = Service("http://service.example", transport=Unseen(answer))
    try:
        return run(service, all_exchanges("x"), needed_rules(only), ACCOUNT, None)[0]
    finally:
        service.close()


@pytest.mark.parametrize("name", ANSWERS)
def test_the_run_ends_with_a_report(name: str) -> None:
    report = checked(ANSWERS[name])
    assert not report.ok
    assert {each.rule.id for each in report.of("differs")} >= {"client-credentials"}
    text = str(report)
    assert "\x1b" not in text
    assert not any(line.startswith("0 differ") for line in text.splitlines())
    assert json.loads(json.dumps(report.to_json()))["ok"] is False
    assert report.to_junit().startswith("<?xml")


@pytest.mark.parametrize("name", ANSWERS)
def test_no_probe_makes_up_a_value(name: str) -> None:
    service = Service("http://service.example", transport=Unseen(ANSWERS[name]))
    found = calibrate(Probing(service, ACCOUNT, "x", None, control=False, slow=False))
    service.close()
    # What a list is can be seen in any answer that has data.
    assert set(found.found) <= {"lists"}
    assert set(found.untold) | set(found.found) == set(VARIANTS)


@pytest.mark.parametrize("name", ["nothing", "HTML", "a list", "null", "deep", "forbidden", "half an answer"])
def test_a_server_without_a_token_is_told(name: str) -> None:
    service = Service("http://service.example", transport=Unseen(ANSWERS[name]))
    with pytest.raises(Unreachable, match=r"http://service\.example/oauth/token"):
        service.account("me", "secret_of_mine")
    service.close()


def test_what_could_not_be_seen_for_what_went_before_is_no_success() -> None:
    """Only a later rule is asked about, and what it builds upon is broken."""
    report = checked(lambda _: httpx.Response(200, json={"result": {}}), "cancel")
    assert not report.ok
    assert "create-definition" in {each.rule.id for each in report.of("differs")}


def test_a_rule_that_nothing_shows_is_no_success() -> None:
    assert not checked(lambda _: httpx.Response(500), "half-surrogates").ok


def test_what_was_made_is_taken_back_in_whatever_shape_it_was_told(tmp_path: Any) -> None:
    """No envelope, another member: what looks like an instance's or a subscription's id is cancelled, or deleted."""
    asked: list[tuple[str, str]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append((request.method, request.url.path.removeprefix("/api/v1")))
        if request.url.path.endswith("/instances") and request.method == "POST":
            return httpx.Response(201, json={"made": {"instance": f"inst_{len(asked):026}"}})
        if request.url.path.endswith("/subscriptions"):
            return httpx.Response(201, json={"made": "whsub_abcdef012345"})
        return httpx.Response(500 if request.url.path.endswith("/cancel") else 204)

    service = Service("http://service.example", transport=Unseen(answer))
    _, player = run(service, all_exchanges("x"), needed_rules([]), ACCOUNT, None)
    service.close()
    assert ("DELETE", "/webhooks/subscriptions/whsub_abcdef012345") in asked
    assert player.left
    assert all(path.startswith("/workflows/instances/inst_") for path in player.left)
    assert {("POST", f"{path}/cancel") for path in player.left} <= set(asked)


def test_an_interrupted_run_takes_back_what_it_has_made() -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(f"{request.method} {request.url.path}")
        if request.url.path.endswith("/instances"):
            return httpx.Response(201, json={"data": {"id": "inst_" + "a" * 26}})
        if request.url.path.endswith("/resume"):
            raise KeyboardInterrupt
        return httpx.Response(200, json={"data": {"version_id": "v_abcdef012345"}})

    service = Service("http://service.example", transport=Unseen(answer))
    with pytest.raises(KeyboardInterrupt):
        run(service, all_exchanges("x"), needed_rules([]), ACCOUNT, None)
    service.close()
    assert asked[-1] == f"POST /api/v1/workflows/instances/inst_{'a' * 26}/cancel"
