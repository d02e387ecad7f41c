"""One account may not harm another: whatever text, script, receiver or target it has, the other notices nothing."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from interactor_emulator import Emulator
from interactor_emulator.emulator import close_shared_pool
from interactor_emulator.web.hosting.serving import Server

from tests.workflows import halt, http, script, terminal, to, workflow

SAMPLES = ["", "\ud800" * 40, "\x00\x1b]0;", "a" * 3_000, "../..", "%"]
text = st.text(st.characters(), max_size=12) | st.sampled_from(SAMPLES)
CREATED: Final = "workflow.instance.created"
HEADERS = {"Content-Type": "application/json"}
RETRY = {"attempts": 3, "backoff": "linear"}


class Account:
    """An account of a server, as a program sees it that speaks HTTP."""

    def __init__(self, server: httpx.Client, name: str, **settings: Any) -> None:
        self.server, self.name = server, name
        assert server.post("/_emulator/accounts", json={"name": name, **settings}).status_code == 201
        self.token = self.control("POST", "/tokens", {"expires_in": 10**9}).json()["access_token"]

    def __enter__(self) -> "Account":
        return self

    def __exit__(self, *_error: object) -> None:
        self.server.request("DELETE", f"/_emulator/accounts/{self.name}", headers=HEADERS)

    def api(self, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
        content = None if body is None else json.dumps(body)
        sent = {"Authorization": f"Bearer {self.token}", **HEADERS, **headers}
        return self.server.request(method, f"/api/v1{path}", content=content, headers=sent)

    def control(self, method: str, path: str, body: Any = None) -> httpx.Response:
        content = None if body is None else json.dumps(body)
        sent = {"X-Emulator-Account": self.name, **HEADERS}
        return self.server.request(method, f"/_emulator{path}", content=content, headers=sent)

    def publish(self, definition: Any) -> bool:
        """Whether the definition was taken, as a first version or a further one."""
        made = self.api("POST", "/workflows", definition)
        if made.status_code == 409:
            made = self.api("POST", f"/workflows/{definition['name']}/versions", definition)
        if made.status_code == 400:
            return False
        path = f"/workflows/{definition['name']}/versions/{made.json()['data']['version_id']}/publish"
        return self.api("POST", path, {}).is_success


@pytest.fixture(scope="module")
def server() -> Iterator[httpx.Client]:
    emulator = Emulator(loopback_egress=True, limits={"script_seconds": 0.3})
    with Server(emulator.asgi_app) as served, httpx.Client(base_url=served.url, timeout=60, trust_env=False) as client:
        yield client


Stored = Callable[[str, str], dict[str, Any]]
STORED: list[tuple[str, str, Stored]] = [
    ("POST", "/clients", lambda one, two: {"client_id": one, "client_secret": two, "namespaces": [one]}),
    ("PUT", "/secrets", lambda one, two: {one: two, "K": one}),
    ("POST", "/stubs", lambda one, two: {"url": f"https://x.example/{one}*", "respond": {"json": {one: two}}}),
    ("POST", "/stubs", lambda one, two: {"url": one, "method": two, "respond": {"headers": {one: two}}}),
    ("PUT", "/routes", lambda one, two: {f"https://{one}": f"http://{two}"}),
    ("POST", "/tokens", lambda one, two: {"namespaces": [one, two]}),
    ("PUT", "/ai", lambda one, two: {"text": one + two}),
    ("POST", "/faults", lambda one, two: {"match": {"event": one, "subscription": two}, "effect": "duplicate"}),
]
SHOWN = ["deliveries", "requests", "diagnostics", "metrics", "coverage", "clients", "stubs", "routes", "faults"]


def all_answers(account: Account, one: str, two: str) -> Iterator[httpx.Response]:
    """What every call answers that stores or shows these texts."""
    for method, path, body in STORED:
        yield account.control(method, path, body(one, two))
    for secret in (one, (one + two).ljust(32, "x")):
        hook = {"url": f"http://127.0.0.1:9/{two}", "events": [CREATED], "secret": secret}
        yield account.api("POST", "/webhooks/subscriptions", {**hook, "namespace_filter": one})
        yield account.api("POST", "/webhooks/subscriptions", hook)
    field = {"name": "f", "type": "string", "label": one, "default": two}
    states = {
        one or "s": script("return {...input, k: secrets.K}", "call"),
        "call": http(f"https://x.example/{one}", "ask", method="POST", headers={"X-K": two}, body={one: two}),
        "ask": halt(to("end", **{one or "x": two}), "call", fields=[field]),
        "end": terminal(),
    }
    if account.publish({**workflow("w", states), "description": two}):
        body_ = {"namespace": one, "input": {one: two}}
        made = account.api("POST", "/workflows/w/instances", body_, **{"Idempotency-Key": "k"})
        # What the definition's own steps make of these texts is the service's to say, and no fault of ours.
        if made.status_code != 500 or made.json()["error"]["code"] not in ("script_error", "http_error"):
            yield made
        for row in account.api("GET", "/workflows/instances").json()["data"]["instances"]:
            path = f"/workflows/instances/{row['id']}"
            yield account.api("GET", path)
            yield account.api("GET", f"{path}/history?include_data=true")
            yield account.control("GET", f"/instances/{row['id']}/explain")
    for name in SHOWN:
        yield account.control("GET", f"/{name}")
    yield account.control("POST", "/clock/advance", {"seconds": 600})


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture], max_examples=20)
@given(one=text, two=text)
def test_hostile_text_in_every_member_that_is_stored(server: httpx.Client, one: str, two: str) -> None:
    with Account(server, "hostile") as account, Account(server, "quiet") as other:
        answers = list(all_answers(account, one, two))
        assert [answer.text for answer in answers if answer.status_code >= 500] == []
        assert "internal_fault" not in account.control("GET", "/diagnostics").text
        assert other.publish(workflow("w", {"a": script("return {n: 1}", "end"), "end": terminal()}))
        assert other.api("POST", "/workflows/w/instances", {"namespace": "n"}).json()["data"]["status"] == "completed"


def ten_minutes(account: Account, target: str) -> Iterator[Any]:
    """Ten minutes of an account's clock, with all that it sees on the way."""
    account.control("POST", "/stubs", {"url": target, "times": 2, "respond": {"status": 503}})
    account.control("POST", "/stubs", {"url": target, "respond": {"json": {"checked": True}}})
    states = {
        "start": script("console.log('on'); return {n: input.n, at: new Date().toISOString()}", "call"),
        "call": http(target, "ask", retry={"attempts": 3, "backoff": "exponential"}),
        "ask": halt(to("end", ok=True), "end"),
        "end": terminal(),
    }
    assert account.publish(workflow("w", states))
    hook = {"url": "https://receiver.example/hook", "events": ["workflow.instance.halted"], "secret": "s" * 32}
    yield account.api("POST", "/webhooks/subscriptions", hook).json()
    for minute in range(10):
        yield account.api("POST", "/workflows/w/instances", {"namespace": "n", "input": {"n": minute}}).content
        yield account.control("POST", "/clock/advance", {"seconds": 60}).json()
        for row in account.api("GET", "/workflows/instances").json()["data"]["instances"]:
            if row["status"] == "halted":
                yield account.api("POST", f"/workflows/instances/{row['id']}/resume", {"input": {"ok": True}}).content
    for name in ("deliveries", "requests", "diagnostics"):
        shown = account.control("GET", f"/{name}").json()
        # How long a script took on this machine is no part of the story; nor is how a receiver's timestamp reads.
        yield [_timeless(each) for each in shown[name] if each.get("code") != "slow_script"]


def _timeless(row: dict[str, Any]) -> dict[str, Any]:
    for attempt in row.get("attempts", ()):
        for name in ("X-Interactor-Signature", "X-Interactor-Timestamp"):
            del attempt["request_headers"][name]
    return row


def everything_hostile(account: Account) -> None:
    half, url = "\ud800", account.server.base_url
    account.control("PUT", "/secrets", {"K": half * 3 + '"\n', half: half})
    definitions = {
        "endless": {"a": script("for(;;);", "end"), "end": terminal()},
        "greedy": {"a": script("const a = []; for(;;) a.push(new Array(1e5).fill(1))", "end"), "end": terminal()},
        "deep": {"a": script("return {x: 1}", "end", output=".".join("a" * 1_200)), "end": terminal()},
        "loop": {"a": script("return {}", "a")},
        "bad_url": {"a": http(f"http://127.0.0.1:9/{half}", "end", retry=RETRY), "end": terminal()},
        "control": {"a": http(f"{url}/_emulator/reset", "end", method="POST", body={}), "end": terminal()},
        "names": {f"a{half}": halt(f"b\x1b{half}"), f"b\x1b{half}": terminal()},
    }
    for name, states in definitions.items():
        assert account.publish(workflow(name, states))
    for secret in (half * 32, "s" * 32):
        hook = {"url": "http://127.0.0.1:9/", "events": [CREATED], "secret": secret}
        account.api("POST", "/webhooks/subscriptions", hook)
    for name in definitions:
        account.api("POST", f"/workflows/{name}/instances", {"namespace": half, "input": {half: half}})
    account.control("POST", "/clock/advance", {"seconds": 3_600})


@pytest.mark.unmeasured
def test_ten_minutes_beside_an_account_with_everything_hostile_in_it(server: httpx.Client) -> None:
    made = {"name": "quiet", "seed": 3, "now": "2026-01-20T12:00:00Z"}
    with Account(server, **made) as alone:  # type: ignore[arg-type]  # one mapping for all
        expected = list(ten_minutes(alone, "https://target.example/check"))
    seen = []
    with Account(server, "hostile", seed=4) as hostile, Account(server, **made) as beside:  # type: ignore[arg-type]
        for number, each in enumerate(ten_minutes(beside, "https://target.example/check")):
            seen.append(each)
            if number % 12 == 0:
                everything_hostile(hostile)
    assert seen == expected
    assert len(seen) > 30


def test_a_receiver_that_cannot_be_signed_for_stops_nobody_elses_time(
    interactor: Emulator, interactor_server: Server, interactor_client: httpx.Client, caplog: pytest.LogCaptureFixture
) -> None:
    """Should such a secret get in by another way after all, it harms its own deliveries alone."""
    interactor.load(workflow("w", {"ask": halt("end"), "end": terminal()}))
    refused = interactor_client.post(
        "/webhooks/subscriptions",
        content=json.dumps({"url": "http://127.0.0.1:9/", "events": [CREATED], "secret": "\ud800" * 32}),
        headers=HEADERS,
    )
    assert (refused.status_code, refused.json()["error"]["details"][0]["field"]) == (400, "secret")
    bad = interactor.webhooks.subscribe("http://127.0.0.1:9/", secret="s" * 32)
    bad.secret = "\ud800" * 32
    inbox = interactor.webhooks.inbox
    interactor_client.post("/workflows/w/instances", json={"namespace": "n"})
    inbox.assert_delivered("workflow.instance.halted")
    own = [each for each in interactor.webhooks.deliveries if each.subscription_id == bad.id]
    assert {(each.status, len(each.attempts)) for each in own} == {("pending", 0)}
    assert [each.code for each in interactor.diagnostics if each.code == "internal_fault"] == ["internal_fault"] * 2
    bad.secret = "s" * 32
    interactor.clock.advance(seconds=30)
    assert [len(each.attempts) for each in own] == [1, 1]
    assert "Delivery del_" in caplog.text


def test_a_person_whose_function_raises_harms_that_answer_alone(interactor: Emulator) -> None:
    def forgetful(_data: Any) -> Any:
        raise KeyError("forgot")

    interactor.load(workflow("w", {"ask": halt("end"), "end": terminal()}))
    interactor.when("ask").answer(forgetful).answer(ok=True, times=None)
    first, second = interactor.start("w"), interactor.start("w")
    assert (first.status, second.status) == ("halted", "completed")
    assert "internal_fault" in {each.code for each in interactor.diagnostics}


def test_ten_scripts_that_run_on_hold_up_nobody_else() -> None:
    """ "A runaway script never blocks other requests": not their scripts, nor what is published, nor a picture."""
    emulator = Emulator(limits={"script_seconds": 3_600})
    with (
        Server(emulator.asgi_app) as served,
        httpx.Client(base_url=served.url, timeout=60, trust_env=False) as client,
        Account(client, "hostile", limits={"script_seconds": 3_600}) as hostile,
        Account(client, "quiet") as quiet,
        ThreadPoolExecutor(10) as threads,
    ):
        assert hostile.publish(workflow("endless", {"a": script("for(;;);", "end"), "end": terminal()}))
        path = "/workflows/endless/instances"
        endless = [threads.submit(hostile.api, "POST", path, {"namespace": "n"}) for _ in range(10)]
        for number in range(3):
            states = {"a": script(f"return {{n: {number}}}", "end"), "end": terminal()}
            assert quiet.publish(workflow(f"w{number}", states))
            made = quiet.api("POST", f"/workflows/w{number}/instances", {"namespace": "n"}).json()["data"]
            assert (made["status"], made["workflow_data"]) == ("completed", {"n": number})
            assert quiet.control("GET", f"/workflows/w{number}/graph?format=svg").is_success
        assert not any(each.done() for each in endless)
        close_shared_pool()
        assert {each.result().json()["error"]["code"] for each in endless} == {"script_error"}
