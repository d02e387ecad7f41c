"""What fault rules do to calls of the API: as a client sees it over a socket, and whether the call was carried out."""

import asyncio
import json
import re
import socket
import warnings
from collections.abc import Iterator
from typing import Any, cast

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from interactor_emulator import Emulator, bounds
from interactor_emulator.faults.described import described, set_described
from interactor_emulator.faults.on_calls import CALL_EFFECTS, METHODS, Asked, CallRule
from interactor_emulator.faults.rules import Faults
from interactor_emulator.web.endpoints.operations import OPERATIONS
from interactor_emulator.web.hosting.serving import Server

from tests.workflows import halt, terminal, workflow

WORKFLOW = workflow("w", {"ask": halt("end"), "end": terminal()})
CREATE = "/workflows/w/instances"
GONE = "Server disconnected without sending a response."
# Which effects leave a call undone, unless they are told otherwise.
COMMITTED = {"status": False, "drop": True, "truncate_body": True}


@pytest.fixture(autouse=True)
def _loaded(interactor: Emulator) -> None:
    interactor.load(WORKFLOW)


def create(client: httpx.Client, namespace: str = "n", **headers: str) -> httpx.Response:
    """A status that a rule wants is one that no description names."""
    body = {"namespace": namespace}
    return client.post(CREATE, json=body, headers=headers, extensions={"otherwise": True})


class Raw:
    """A client that shows every byte, and when the connection ends."""

    def __init__(self, server: Server, token: str) -> None:
        self.socket = socket.create_connection(("127.0.0.1", server.port), timeout=20)
        self._token = token

    def ask(self, method: str, path: str, body: object = None) -> None:
        content = b"" if body is None else json.dumps(body).encode()
        head = f"{method} /api/v1{path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {self._token}\r\n"
        sent = f"{head}Content-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n".encode()
        self.socket.sendall(sent + content)

    def answer(self) -> bytes:
        """All that comes until the server closes the connection."""
        parts = []
        while part := self.socket.recv(65536):
            parts.append(part)
        return b"".join(parts)


@pytest.fixture
def raw(interactor: Emulator, interactor_server: Server) -> Iterator[Raw]:
    made = Raw(interactor_server, interactor.token())
    yield made
    made.socket.close()


@pytest.mark.parametrize("committed", [None, True, False])
@pytest.mark.parametrize("effect", list(COMMITTED))
def test_a_call_is_carried_out_or_not_as_its_rule_says(
    interactor: Emulator, interactor_client: httpx.Client, effect: Any, committed: bool | None
) -> None:
    rule = interactor.faults.call(effect, method="post", path="/workflows/*/instances", times=1, committed=committed)
    try:
        answer = create(interactor_client, **{"Idempotency-Key": "k"})
        assert (effect, answer.status_code) == ("status", 503)
    except httpx.RemoteProtocolError:
        assert effect != "status"
    done = COMMITTED[effect] if committed is None else committed
    assert (rule.used, len(interactor.runs)) == (1, int(done))
    again = create(interactor_client, **{"Idempotency-Key": "k"})
    assert again.json()["data"]["id"] == interactor.runs[0].id
    assert len(interactor.runs) == 1
    (told,) = interactor.diagnostics
    assert (told.code, told.provoked) == ("fault_on_call", True)
    assert ("not carried out" in told.message) is not done


def test_a_drop_closes_the_connection_without_a_byte(interactor: Emulator, raw: Raw) -> None:
    interactor.faults.call("drop", method="POST", times=1)
    raw.ask("GET", "/workflows")
    assert raw.socket.recv(15) == b"HTTP/1.1 200 OK"
    raw.ask("POST", CREATE, {"namespace": "n"})
    assert raw.answer().endswith(b"}]}}")
    assert len(interactor.runs) == 1


@pytest.mark.parametrize("size", [0, 1, 20, 10_000])
@pytest.mark.parametrize("committed", [True, False])
def test_a_cut_answer_has_its_full_length_in_its_head(
    interactor: Emulator, raw: Raw, size: int, committed: bool
) -> None:
    interactor.faults.call("truncate_body", size=size, committed=committed)
    raw.ask("POST", CREATE, {"namespace": "n"})
    head, _, body = raw.answer().partition(b"\r\n\r\n")
    length = int(re.findall(rb"content-length: (\d+)", head)[0])
    assert len(body) == min(size, length - 1)
    assert (b'{"data":{"id":' if committed else b'{"error":{"code').startswith(body[:14])
    assert head.startswith(b"HTTP/1.1 201" if committed else b"HTTP/1.1 503")


def test_an_answer_without_a_body_that_is_cut_is_none(interactor: Emulator, raw: Raw) -> None:
    interactor.webhooks.subscribe("https://x.example/hook", ["workflow.instance.created"])
    (subscription,) = interactor.account.outbox.subscriptions
    interactor.faults.call("truncate_body", method="DELETE", size=5)
    raw.ask("DELETE", f"/webhooks/subscriptions/{subscription}")
    assert raw.answer() == b""
    assert list(interactor.account.outbox.subscriptions) == []


def test_a_stream_ends_where_it_is_cut(interactor: Emulator, raw: Raw) -> None:
    run = interactor.start("w", namespace="n")
    interactor.faults.call("truncate_body", path="/workflows/instances/{instance_id}/stream", size=30)
    raw.ask("GET", f"/workflows/instances/{run.id}/stream")
    run.resume()
    head, _, body = raw.answer().partition(b"\r\n\r\n")
    assert b"text/event-stream" in head
    sent = b""
    while body:
        length, _, rest = body.partition(b"\r\n")
        sent, body = sent + rest[: int(length, 16)], rest[int(length, 16) + 2 :]
    assert (len(sent), sent[:4]) == (30, b"id: ")
    assert interactor.account.feed.readers == 0


@pytest.mark.parametrize("effect", ["drop", "status"])
def test_a_stream_that_nobody_hears_of_is_followed_by_nobody(interactor: Emulator, raw: Raw, effect: Any) -> None:
    run = interactor.start("w", namespace="n")
    interactor.faults.call(effect, committed=True, times=1)
    raw.ask("GET", f"/workflows/instances/{run.id}/stream")
    assert raw.socket.recv(12) == (b"" if effect == "drop" else b"HTTP/1.1 503")
    assert interactor.account.feed.readers == 0


@pytest.mark.parametrize(
    ("wanted", "status", "code", "header"),
    [
        ({}, 503, "service_unavailable", None),
        ({"status": 500}, 500, "internal_error", None),
        ({"status": 504}, 504, "gateway_timeout", None),
        ({"status": 429}, 429, "rate_limited", "retry-after"),
        ({"status": 429, "retry_after": 1}, 429, "rate_limited", "retry-after"),
        ({"status": 503, "retry_after": 86400}, 503, "service_unavailable", "retry-after"),
        ({"status": 401}, 401, "unauthorized", "www-authenticate"),
        ({"status": 599}, 599, "status_599", None),
        (
            {"status": 409, "code": "concurrent_modification", "message": "Try again"},
            409,
            "concurrent_modification",
            None,
        ),
    ],
)
def test_a_status_comes_in_the_envelope_of_the_service(
    interactor: Emulator, interactor_client: httpx.Client, wanted: Any, status: int, code: str, header: str | None
) -> None:
    interactor.faults.call("status", **wanted)
    answer = create(interactor_client, **{"X-Request-Id": "mine"})
    error = answer.json()["error"]
    assert (answer.status_code, error["code"], error["request_id"]) == (status, code, "mine")
    assert error["message"] == wanted.get("message", error["message"])
    assert list(error) == ["code", "message", "details", "request_id"]
    assert answer.headers["x-request-id"] == "mine"
    assert answer.headers.get("x-ratelimit-limit") == (None if status == 401 else "50")
    assert header is None or header in answer.headers
    assert answer.headers.get("retry-after", "") == str(wanted.get("retry_after", "60" if status == 429 else ""))


@pytest.mark.interactor(limits={"creations_per_minute": 1}, rate_limits=True)
@pytest.mark.parametrize("committed", [True, False])
@pytest.mark.parametrize(
    ("method", "path", "sent"),
    [
        ("POST", CREATE, {"json": {"namespace": "n"}}),  # the second in a minute that has one
        ("GET", "/workflows", {"headers": {"Authorization": "Bearer nobody's"}}),
        ("GET", "/nowhere", {}),
        ("POST", "/workflows", {"content": "name=w"}),
    ],
    ids=["429", "401", "404", "415"],
)
def test_a_status_that_the_service_has_one_error_for_is_answered_as_the_service_answers_it(
    interactor: Emulator, interactor_client: httpx.Client, method: str, path: str, sent: Any, committed: bool
) -> None:
    """An app that minds more than the status would pass its tests, and fail at the service."""
    good = {"Authorization": f"Bearer {interactor.token()}"}
    create(interactor_client)

    def ask(**sent: Any) -> tuple[httpx.Response, Any]:
        with httpx.Client(base_url=interactor_client.base_url) as client:  # one that asks for no other token
            answer = client.request(method, path, **{"headers": good, **sent})
        error = {name: value for name, value in answer.json()["error"].items() if name != "request_id"}
        return answer, (answer.status_code, error, list(answer.headers), answer.headers.get("retry-after"))

    refused, of_the_service = ask(**sent)
    interactor.clock.advance(minutes=1)
    interactor.faults.call("status", status=refused.status_code, committed=committed)
    disturbed, of_the_fault = ask(**{**sent, "headers": good})
    assert of_the_fault == of_the_service
    assert disturbed.status_code != 429 or disturbed.headers["x-ratelimit-remaining"] == "0"


def test_an_answer_that_comes_late_is_to_a_call_that_is_done_and_holds_up_nobody(
    interactor: Emulator, interactor_client: httpx.Client, raw: Raw
) -> None:
    interactor.faults.call("delay", method="POST", times=1, delay_seconds=bounds.CALL_DELAY.most)
    raw.ask("POST", CREATE, {"namespace": "n"})
    while not interactor.runs:  # the answer to it waits for a minute
        assert interactor_client.get("/workflows").is_success
    raw.socket.close()
    with pytest.raises(ValueError, match="delay_seconds must be a number from 0 to 60"):
        interactor.faults.call("delay", delay_seconds=bounds.CALL_DELAY.most + 0.5)


def test_a_short_delay_is_waited_for(interactor: Emulator, interactor_client: httpx.Client) -> None:
    interactor.faults.call("status", delay_seconds=0.01, times=1)
    assert create(interactor_client).status_code == 503
    interactor.faults.call("delay", delay_seconds=0.01)
    assert create(interactor_client).status_code == 201


@pytest.mark.parametrize(("effect", "message"), [("drop", GONE), ("truncate_body", "peer closed connection without")])
@pytest.mark.parametrize("committed", [True, False])
def test_in_one_process_httpx_is_told_what_it_tells_over_a_socket(
    interactor: Emulator, effect: Any, message: str, committed: bool
) -> None:
    headers = {"Authorization": f"Bearer {interactor.token()}"}
    inbox = interactor.webhooks.inbox

    async def asked() -> None:
        transport = httpx.ASGITransport(interactor.asgi_app)
        async with httpx.AsyncClient(transport=transport, base_url="http://x/api/v1", headers=headers) as client:
            await client.post(CREATE, json={"namespace": "n"})

    interactor.faults.call(effect, method="POST", committed=committed)
    with pytest.raises(httpx.RemoteProtocolError, match=message):
        asyncio.run(asked())
    assert len(interactor.runs) == int(committed)
    # What follows from the call happens, though nobody heard of it.
    assert len(inbox.received) == 2 * int(committed)


def test_so_is_the_client_of_starlette(interactor: Emulator) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # which client of HTTP it prefers
        from starlette.testclient import TestClient
    interactor.faults.call("drop")
    headers = {"Authorization": f"Bearer {interactor.token()}"}
    with pytest.raises(httpx.RemoteProtocolError, match=GONE):
        TestClient(interactor.asgi_app).get("/api/v1/workflows", headers=headers)


def test_calls_of_the_test_itself_meet_with_nothing(interactor: Emulator) -> None:
    rule = interactor.faults.call("drop")
    interactor.start("w", namespace="n").resume().assert_completed("end")
    assert rule.used == 0


def test_neither_do_calls_of_another_account_instance_or_namespace(
    interactor: Emulator, interactor_server: Server, interactor_client: httpx.Client
) -> None:
    first, second = (interactor.start("w", namespace=each) for each in ("one", "two"))
    control = f"{interactor_server.url}/_emulator"
    other = httpx.post(f"{control}/accounts", json={"name": "other"}).json()
    elsewhere = {"Authorization": f"Bearer {other['access_token']}"}
    for match in ({"instance": first.id}, {"namespace": "one"}):
        interactor.faults.clear()
        made = httpx.post(f"{control}/faults", json={"match": match, "effect": {"drop": True}})
        assert made.json()["used"] == 0
        with pytest.raises(httpx.RemoteProtocolError):
            interactor_client.get(f"/workflows/instances/{first.id}")
        assert interactor_client.get(f"/workflows/instances/{second.id}").is_success
        assert create(interactor_client, "two").is_success
        assert interactor_client.get(f"/workflows/instances/{first.id}x").status_code == 404
        assert httpx.get(f"{interactor_server.api_url}/workflows", headers=elsewhere).is_success
        assert httpx.get(f"{control}/faults").json()["faults"][0]["used"] == 1
        assert httpx.get(f"{control}/faults", headers={"X-Emulator-Account": "other"}).json() == {"faults": []}


@pytest.mark.parametrize(
    ("call", "token", "hit"),
    [
        ({"json": {"namespace": "one"}}, None, True),
        ({"json": {"namespace": "two"}}, None, False),
        ({"json": {}, "headers": {"X-Namespace": "one"}}, None, True),
        ({"json": {"namespace": "two"}, "headers": {"X-Namespace": "one"}}, None, False),
        ({"json": {}}, ["one"], True),
        ({"json": {}}, ["two"], False),
        ({"json": {}}, ["one", "two"], False),
        ({"json": {}}, None, False),
        ({"json": {"namespace": 5}}, ["one"], False),
        ({"content": b"[" * 5_000, "headers": {"Content-Type": "application/json"}}, None, False),
        ({"content": b"x" * (bounds.BODY.most + 1), "headers": {"Content-Type": "application/json"}}, None, False),
    ],
)
def test_the_namespace_of_a_create_stands_in_its_body_its_header_or_its_token(
    interactor: Emulator, interactor_server: Server, call: Any, token: list[str] | None, hit: bool
) -> None:
    url, bearer = f"{interactor_server.api_url}{CREATE}", f"Bearer {interactor.token(namespaces=token)}"
    asked = {**call, "headers": {"Authorization": bearer, **call.get("headers", {})}}
    with httpx.Client(trust_env=False) as client:
        before = client.post(url, **asked)
        rule = interactor.faults.call("status", namespace="one")
        after = client.post(url, **asked, extensions={"otherwise": True})
    assert (rule.used, after.status_code) == (int(hit), 503 if hit else before.status_code)


def test_a_body_that_is_longer_than_what_is_read_ahead_is_read_to_its_end(
    interactor: Emulator, interactor_client: httpx.Client
) -> None:
    """A definition may be longer than any other body."""
    body = {**WORKFLOW, "description": "x" * (bounds.BODY.most - 500), "more": "y" * 100_000}
    before = interactor_client.post("/workflows/validate", json=body)
    rule = interactor.faults.call("drop", namespace="one")
    after = interactor_client.post("/workflows/validate", json=body)
    assert (after.status_code, after.json(), rule.used) == (before.status_code, before.json(), 0)


def test_the_nth_call_alone(interactor: Emulator, interactor_client: httpx.Client) -> None:
    interactor.faults.call("status", after=2, times=1, method="POST")
    assert [create(interactor_client).status_code for _ in range(5)] == [201, 201, 503, 201, 201]


def test_chance_is_of_the_seed(interactor: Emulator, interactor_client: httpx.Client) -> None:
    def statuses() -> list[int]:
        interactor.reset(keep="workflows")
        interactor.faults.call("status", probability=0.5)
        return [create(interactor_client).status_code for _ in range(20)]

    assert statuses() == statuses()
    assert 0 < statuses().count(503) < 20


def test_what_was_not_used_is_told(interactor: Emulator, interactor_client: httpx.Client) -> None:
    interactor.faults.call("drop", path="/workflows/x/instances", namespace="n")
    interactor.faults.call("status")
    interactor.faults.webhook("duplicate", event="workflow.instance.failed")
    assert create(interactor_client).status_code == 503
    assert interactor.prepared() == [
        ("the fault duplicate on workflow.instance.failed", False),
        ("the fault drop on any /workflows/x/instances of namespace n", False),
        ("the fault status on any call", True),
    ]


@pytest.mark.parametrize(
    ("wrong", "member", "said"),
    [
        ({"effect": "dorp"}, "effect", "did you mean drop?"),
        ({"times": "x"}, "match.times", "times must be a whole number, 1 or more, not 'x'"),
        ({"times": True}, "match.times", "not True"),
        ({"after": -1}, "match.after", "after must be a whole number, 0 or more, not -1"),
        ({"probability": "1"}, "match.probability", "probability must be a number from 0 to 1, not '1'"),
        ({"path": 5}, "match.path", "path must be a text, not 5"),
        ({"path": "/oauth/token"}, "match.path", "faults are on calls under /api/v1"),
        ({"method": "GETS"}, "match.method", "did you mean GET?"),
        ({"namespace": ""}, "match.namespace", "namespace must be a text"),
        ({"committed": 1}, "effect.committed", "committed must be True or False"),
        ({"effect": "delay"}, "effect.delay_seconds", "delay needs delay_seconds"),
        ({"status": 200}, "effect.status", "status must be"),
        ({"code": 5}, "effect.code", "code must be a text"),
        ({"retry_after": 0.5}, "effect.retry_after", "retry_after must be a whole number"),
        ({"retry_after": 86401}, "effect.retry_after", "retry_after must be a number from 0 to 86400"),
        ({"size": -1}, "effect.truncate_body", "truncate_body must be a whole number"),
    ],
)
def test_what_makes_no_rule_is_refused(interactor: Emulator, wrong: Any, member: str, said: str) -> None:
    with pytest.raises(ValueError, match=re.escape(said)) as refused:
        interactor.faults.call(**{"effect": "drop", **wrong})
    assert getattr(refused.value, "member", None) == member
    assert list(interactor.faults) == []


@pytest.mark.parametrize(
    ("rule", "member"),
    [
        ({"match": 5, "effect": "duplicate"}, "match"),
        ({"match": {"pth": "/x"}, "effect": {"drop": True}}, "match.pth"),
        ({"mtach": {}, "effect": {"drop": True}}, "mtach"),
        ({"effect": {"dorp": True}}, "effect.dorp"),
        ({"effect": 5}, "effect"),
        ({}, "effect"),
    ],
)
def test_neither_does_what_the_control_api_would_not_take(interactor: Emulator, rule: Any, member: str) -> None:
    with pytest.raises(ValueError, match=r"\w") as refused:
        set_described(interactor.faults, rule)
    assert getattr(refused.value, "member", None) == member


def test_a_rule_on_webhooks_is_refused_as_clearly(interactor: Emulator) -> None:
    for wrong in ({"times": "x"}, {"after": None}, {"probability": None}, {"subscription": 5}, {"delay_seconds": "1"}):
        with pytest.raises(ValueError, match="must be"):
            interactor.faults.webhook("delay", **wrong)


def test_an_account_has_a_thousand_rules(interactor: Emulator) -> None:
    for _ in range(bounds.FAULTS.most // 2):
        interactor.faults.call("drop")
        interactor.faults.webhook("duplicate")
    for rule in (lambda: interactor.faults.call("drop"), lambda: interactor.faults.webhook("duplicate")):
        with pytest.raises(ValueError, match="there are 1000 fault rules already"):
            rule()


# ---- which calls a rule takes

segments = st.text("ab{}*.1", min_size=1, max_size=4)
names = st.text("abc1.-", min_size=1, max_size=5)
rules = st.fixed_dictionaries(
    {"effect": st.sampled_from(CALL_EFFECTS), "delay_seconds": st.just(1)},
    optional={"method": st.sampled_from(["GET", "POST"]), "instance": names, "namespace": names},
)
calls = st.builds(Asked, st.sampled_from(METHODS), st.just("/workflows"), names | st.none(), names | st.none())


@given(rules, calls)
def test_a_rule_takes_a_call_that_is_as_all_its_members_say(members: dict[str, Any], asked: Asked) -> None:
    fits = all(getattr(asked, name) == members[name] for name in ("method", "instance", "namespace") if name in members)
    assert CallRule(**members).takes(asked, lambda: 0.0) is fits


effects = st.one_of(
    st.fixed_dictionaries({"drop": st.just(True)}, optional={"committed": st.booleans()}),
    st.fixed_dictionaries({"truncate_body": st.integers(0, 9)}, optional={"committed": st.booleans()}),
    st.fixed_dictionaries({"status": st.integers(400, 599)}, optional={"committed": st.booleans(), "code": names}),
    st.fixed_dictionaries({"delay_seconds": st.integers(1, 60)}),
)
matches = st.fixed_dictionaries(
    {},
    optional={
        "method": st.sampled_from(METHODS),
        "path": st.sampled_from([each.path for each in OPERATIONS]),
        "namespace": names,
        "times": st.integers(1, 9),
        "after": st.integers(0, 9),
        "probability": st.floats(0, 1),
    },
)


@given(matches, effects)
def test_a_rule_that_is_shown_can_be_set_as_it_is_shown(match: dict[str, Any], effect: dict[str, Any]) -> None:
    faults = Faults(lambda: 0.5)
    shown = described(set_described(faults, {"match": match, "effect": effect}))
    again = described(set_described(faults, {name: shown[name] for name in ("match", "effect")}))
    assert again == shown
    wanted, found = {**match, **effect}, {**cast(Any, shown["match"]), **cast(Any, shown["effect"])}
    assert {name: found[name] for name in wanted} == wanted


@given(st.data())
def test_a_path_of_the_table_takes_its_own_calls_and_no_others(data: st.DataObject) -> None:
    """As it stands there, with stars in place of its names, with what the paths begin with, or with values."""
    table = sorted({each.path for each in OPERATIONS})
    of, at = data.draw(st.sampled_from(table)), data.draw(st.sampled_from(table))
    # Values that are no word of the table.
    path = re.sub(r"{\w+}", lambda _: "x" + data.draw(names), at)
    starred = re.sub(r"{\w+}", "*", of)
    expected = of == at or (re.fullmatch(re.sub(r"{\w+}", "[^/]+", of), path) is not None)
    for pattern in (of, starred, f"/api/v1{of}", f"/api/v1{starred}"):
        # At its end a star is all the rest.
        rest = pattern.endswith("*") and path.startswith("/") and _begins(starred[:-1], path)
        assert CallRule(effect="drop", path=pattern).takes(Asked("GET", path), lambda: 0.0) is (expected or rest)
    assert CallRule(effect="drop", path=path).takes(Asked("GET", path), lambda: 0.0)
    cut = data.draw(st.integers(0, len(path)))
    assert CallRule(effect="drop", path=f"{path[:cut]}*").takes(Asked("GET", path), lambda: 0.0) or cut == 0


def _begins(pattern: str, path: str) -> bool:
    wanted, found = pattern.split("/"), path.split("/")
    same = all(each in ("*", other) for each, other in zip(wanted[:-1], found, strict=False))
    return same and len(found) >= len(wanted) and found[len(wanted) - 1].startswith(wanted[-1])


@given(st.lists(segments, max_size=4))
def test_whatever_is_given_as_a_path_is_a_pattern_or_refused(parts: list[str]) -> None:
    path = "/" + "/".join(parts)
    try:
        rule = CallRule(effect="drop", path=path)
    except ValueError as error:
        assert "* stands for a whole segment" in str(error)  # noqa: PT017
        assert re.search(r"[^/]\*|\*[^/]", path)
    else:
        assert rule.takes(Asked("GET", path), lambda: 0.0)
