"""What the control API does not take: told with the member that is wrong, and nothing has changed."""

import json
from typing import Any

import httpx
import pytest

# Method, path, body, and the member that the answer names.
WRONG: list[tuple[str, str, Any, str]] = [
    ("POST", "/reset", {"keep": "workflows"}, "keep"),
    ("POST", "/reset", {"keep": [1]}, "keep[0]"),
    ("POST", "/reset", {"keep": ["workflows", "faults"]}, "keep[1]"),
    ("POST", "/tokens", {"expires_in": "3600"}, "expires_in"),
    ("POST", "/tokens", {"expires_in": -1}, "body"),
    ("POST", "/tokens", {"scopes": ["workflows:read", "admin"]}, "scopes[1]"),
    ("POST", "/accounts", {"name": "default"}, "name"),
    ("POST", "/accounts", {"name": "a b"}, "name"),
    ("POST", "/accounts", {"name": "ü"}, "name"),
    ("POST", "/accounts", {"name": "_-"}, "name"),
    ("POST", "/accounts", {"name": "x" * 65}, "name"),
    ("POST", "/accounts", {"name": 5}, "name"),
    ("POST", "/accounts", {"seed": "7"}, "seed"),
    ("POST", "/accounts", {"now": "soon"}, "now"),
    ("POST", "/accounts", {"now": 5}, "now"),
    ("POST", "/accounts", {"frozen": 1}, "frozen"),
    ("POST", "/accounts", {"rate_limits": "yes"}, "rate_limits"),
    ("POST", "/accounts", {"execution": "later"}, "execution"),
    ("POST", "/clients", {"client_secret": "s"}, "client_id"),
    ("POST", "/clients", {"client_id": "app"}, "client_secret"),
    ("POST", "/clients", {"client_id": "app", "client_secret": ""}, "client_id"),
    ("POST", "/clients", {"client_id": 5, "client_secret": "s"}, "client_id"),
    ("POST", "/clients", {"client_id": "app", "client_secret": "s", "scopes": ["admin"]}, "scopes[0]"),
    ("POST", "/clients", {"client_id": "app", "client_secret": "s", "scopes": "workflows:read"}, "scopes"),
    ("POST", "/clients", {"client_id": "app", "client_secret": "s", "namespaces": [1]}, "namespaces[0]"),
    ("PUT", "/clock", {"now": "soon"}, "now"),
    ("PUT", "/clock", {"now": "2026-01-20T11:59:59Z"}, "now"),
    ("PUT", "/clock", {"now": "9999-12-31T23:59:59.500Z"}, "now"),
    ("PUT", "/clock", {"frozen": "no"}, "frozen"),
    ("POST", "/clock/advance", {"to": "9999-12-31T23:59:59.500Z"}, "to"),
    ("POST", "/clock/advance", {"seconds": [1]}, "seconds"),
    ("POST", "/hold", {}, "operation"),
    ("POST", "/hold", {"operation": 5}, "operation"),
    ("POST", "/hold", {"operation": "resume", "instance_id": 5}, "instance_id"),
    ("PUT", "/ai", {"text": 5}, "text"),
    ("PUT", "/ai", {"fail": "yes"}, "fail"),
    ("PUT", "/routes", {"https://a.example": 5}, "https://a.example"),
    ("PUT", "/routes", {"a.example": "http://127.0.0.1:1"}, "body"),
    ("PUT", "/routes", {"https://a.example": "127.0.0.1:1"}, "body"),
    ("PUT", "/routes", {"https://a.example/path": "http://127.0.0.1:1"}, "body"),
    ("PUT", "/routes", {"https://a.example?a=1": "http://127.0.0.1:1"}, "body"),
    ("PUT", "/routes", {"ftp://a.example": "http://127.0.0.1:1"}, "body"),
    ("POST", "/stubs", {}, "url"),
    ("POST", "/stubs", {"url": 5}, "url"),
    ("POST", "/stubs", {"url": "https://a.example/", "method": 5}, "method"),
    ("POST", "/stubs", {"url": "https://a.example/", "times": "2"}, "times"),
    ("POST", "/stubs", {"url": "https://a.example/", "respond": []}, "respond"),
    ("POST", "/stubs", {"url": "https://a.example/", "respond": {"status": "200"}}, "respond.status"),
    ("POST", "/stubs", {"url": "https://a.example/", "respond": {"status": 99}}, "respond.status"),
    ("POST", "/stubs", {"url": "https://a.example/", "respond": {"status": 600}}, "respond.status"),
    ("POST", "/stubs", {"url": "https://a.example/", "respond": {"delay_seconds": -1}}, "respond.delay_seconds"),
    ("POST", "/stubs", {"url": "https://a.example/", "respond": {"delay_seconds": "1"}}, "respond.delay_seconds"),
    ("POST", "/stubs", {"url": "https://a.example/", "respond": {"delay_seconds": True}}, "respond.delay_seconds"),
    ("POST", "/stubs", {"url": "https://a.example/", "respond": {"headers": {"A": 1}}}, "respond.headers.A"),
    ("POST", "/stubs", {"url": "https://a.example/", "respond": {"headers": []}}, "respond.headers"),
    ("POST", "/faults", {"effect": "delay", "match": {"event": 5}}, "match.event"),
    ("POST", "/faults", {"effect": "delay", "match": {"after": -1}}, "match.after"),
    ("POST", "/faults", {"effect": "delay", "match": {"probability": True}}, "match.probability"),
    ("POST", "/faults", {"effect": "delay", "match": []}, "match"),
    ("POST", "/faults", {"effect": {"delay_seconds": -1}}, "effect.delay_seconds"),
    ("POST", "/faults", {"effect": {"delay_seconds": 61}}, "effect.delay_seconds"),
    ("POST", "/faults", {"effect": {"delay_seconds": 0}}, "effect.delay_seconds"),
    ("POST", "/faults", {"effect": {"delay_seconds": 1, "committed": False}}, "effect.committed"),
    ("POST", "/faults", {"effect": {"status": 200}}, "effect.status"),
    ("POST", "/faults", {"effect": {"status": 503, "drop": True}}, "effect.drop"),
    ("POST", "/faults", {"effect": {"drop": True, "code": "x"}}, "effect.code"),
    ("POST", "/faults", {"effect": {"drop": True, "retry_after": 1}}, "effect.retry_after"),
    ("POST", "/faults", {"effect": {"drop": False}}, "effect.drop"),
    ("POST", "/faults", {"effect": {"truncate_body": -1}}, "effect.truncate_body"),
    ("POST", "/faults", {"effect": {}}, "effect"),
    ("POST", "/faults", {"effect": "drop"}, "effect"),
    ("POST", "/faults", {"effect": "duplicate", "match": {"path": "/workflows"}}, "effect"),
    ("POST", "/faults", {"effect": {"drop": True}, "match": {"path": "/x", "subscription": "s"}}, "match.subscription"),
    ("POST", "/faults", {"effect": {"drop": True}, "match": {"path": "workflows"}}, "match.path"),
    ("POST", "/faults", {"effect": {"drop": True}, "match": {"path": "/work*/x"}}, "match.path"),
    ("POST", "/faults", {"effect": {"drop": True}, "match": {"path": "/workflows?a=b"}}, "match.path"),
    ("POST", "/faults", {"effect": {"drop": True}, "match": {"method": "PSOT"}}, "match.method"),
    ("POST", "/faults", {"effect": {"drop": True}, "match": {"times": 0}}, "match.times"),
    ("POST", "/faults", {"effect": "delay", "match": {"probability": 2}}, "match.probability"),
    ("POST", "/faults", {"effect": "dupliacte"}, "effect"),
    # What is not named is refused, with the nearest name.
    ("POST", "/stubs", {"url": "https://a.example/", "respond": {"staus": 200}}, "respond.staus"),
    ("POST", "/stubs", {"url": "https://a.example/", "responds": {}}, "responds"),
    ("POST", "/clock/advance", {"seconds": 1, "days": 3}, "days"),
    ("POST", "/faults", {"effect": "duplicate", "match": {"event": "instance.completed"}}, "match.event"),
    ("POST", "/faults", {"effect": "duplicate", "match": {"evnt": "x"}}, "match.evnt"),
    ("POST", "/clients", {"client_id": "app", "client_secret": "s", "namespace": "n"}, "namespace"),
    ("POST", "/tokens", {"scope": ["workflows:read"]}, "scope"),
    ("POST", "/reset", {"keeps": []}, "keeps"),
    ("POST", "/accounts", {"name": "new", "rate_limit": True}, "rate_limit"),
    ("POST", "/accounts", {"name": "dev"}, "name"),
    ("POST", "/accounts", {"name": "new", "limits": {"script_second": 1}}, "body"),
    ("POST", "/accounts", {"name": "new", "limits": {"script_seconds": "1"}}, "limits.script_seconds"),
    ("POST", "/accounts", {"name": "new", "limits": {"script_seconds": 0}}, "body"),
    ("POST", "/accounts", {"name": "new", "limits": {"input_bytes": -1}}, "body"),
    ("POST", "/accounts", {"name": "new", "limits": {"input_bytes": 1.5}}, "body"),
    ("POST", "/accounts", {"name": "new", "limits": {"json_depth": 10**30}}, "body"),
    ("POST", "/accounts", {"name": "new", "limits": {"json_depth": None}}, "limits.json_depth"),
    ("POST", "/accounts", {"name": "new", "variants": {"answers": "long"}}, "body"),
    ("POST", "/settle", {"timeout": 3}, "timeout"),
    ("PUT", "/clock", {"frozn": True}, "frozn"),
    ("PUT", "/ai", {"txt": "x"}, "txt"),
    ("PUT", "/variants", {"answer": "whole"}, "body"),
    ("PUT", "/variants", {"answers": "long"}, "body"),
    ("PUT", "/variants", {"lists": "bare", "answers": "long"}, "body"),
    ("POST", "/clock/advance?seconds=1", {"seconds": 1}, "seconds"),
    (
        "POST",
        "/faults",
        {"effect": {"delay_seconds": 31_536_001}, "match": {"subscription": "s"}},
        "effect.delay_seconds",
    ),
]
SHOWN = ("/variants", "/clock", "/clients", "/hold", "/secrets", "/routes", "/stubs", "/faults")


@pytest.fixture
def control(interactor_server: Any) -> Any:
    """A client of the control API, of an account that holds something already."""
    with httpx.Client(base_url=f"{interactor_server.url}/_emulator") as client:
        assert client.put("/secrets", json={"KEY": "kept"}).status_code == 200
        assert client.put("/routes", json={"https://kept.example": "http://127.0.0.1:9"}).status_code == 200
        yield client


def shown(control: httpx.Client) -> dict[str, Any]:
    return {path: control.get(path).json() for path in SHOWN}


@pytest.mark.parametrize(("method", "path", "body", "field"), WRONG)
def test_a_wrong_member_is_named_and_nothing_has_changed(
    control: httpx.Client, method: str, path: str, body: Any, field: str
) -> None:
    before = shown(control)
    answer = control.request(method, path, json=body)
    assert answer.status_code == 400, answer.text
    error = answer.json()["error"]
    assert (error["code"], [each["field"] for each in error["details"]]) == ("validation_error", [field])
    assert shown(control) == before


@pytest.mark.parametrize(("body", "field"), [({"A": "good", "B": 1}, "B"), ({"A": None}, "A"), ({"A": ["x"]}, "A")])
def test_a_secret_that_is_no_text_is_named(control: httpx.Client, body: Any, field: str) -> None:
    answer = control.put("/secrets", json=body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "validation_error")
    assert [each["field"] for each in answer.json()["error"]["details"]] == [field]


@pytest.mark.parametrize(
    ("method", "path", "code"),
    [
        ("DELETE", "/accounts/default", "not_found"),
        ("DELETE", "/accounts/nobody", "not_found"),
        ("POST", "/deliveries/del_nope/replay", "webhook_not_found"),
        ("GET", "/instances/inst_nope/explain", "instance_not_found"),
        ("GET", "/instances/inst_nope/files", "instance_not_found"),
        ("GET", "/instances/inst_nope/graph", "instance_not_found"),
        ("GET", "/workflows/nope/graph", "workflow_not_found"),
        ("PATCH", "/clock", "not_found"),
        ("GET", "/nowhere", "not_found"),
    ],
)
def test_what_is_not_there_is_not_found(control: httpx.Client, method: str, path: str, code: str) -> None:
    answer = control.request(method, path, json=None if method == "GET" else {})
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, code)


@pytest.mark.parametrize(
    ("path", "field"), [("/deliveries?status=lost", "status"), ("/workflows/w/graph?format=png", "format")]
)
def test_a_wrong_parameter_is_named(control: httpx.Client, path: str, field: str) -> None:
    answer = control.get(path)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "validation_error")
    assert [each["field"] for each in answer.json()["error"]["details"]] == [field]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 400, "validation_error"),
        (b"[]", 400, "validation_error"),
        (b'{"a": NaN}', 400, "validation_error"),
        (b'{"a": ' + b"[" * 101 + b"]" * 101 + b"}", 400, "validation_error"),
        (json.dumps({"A": "x" * (1024 * 1024)}).encode(), 413, "payload_too_large"),
    ],
)
def test_a_body_that_cannot_be_read_is_refused(control: httpx.Client, body: bytes, status: int, code: str) -> None:
    answer = control.put("/secrets", content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert control.get("/secrets").json() == {"names": ["KEY"]}


@pytest.mark.parametrize(("levels", "field"), [(100, "A"), (101, "body")])
def test_a_body_is_read_to_a_hundred_levels(control: httpx.Client, levels: int, field: str) -> None:
    """What is read is refused all the same, though for what it says: a secret is no array."""
    body = b'{"A": ' + b"[" * (levels - 1) + b"]" * (levels - 1) + b"}"
    answer = control.put("/secrets", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400
    assert [each["field"] for each in answer.json()["error"]["details"]] == [field]


@pytest.mark.parametrize("type_", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_no_form_of_a_page_changes_anything(control: httpx.Client, type_: str) -> None:
    answer = control.put("/secrets", content=b'{"A": "1"}', headers={"Content-Type": type_})
    assert (answer.status_code, answer.json()["error"]["code"]) == (415, "unsupported_media_type")
    assert control.get("/secrets").json() == {"names": ["KEY"]}


@pytest.mark.parametrize("body", [{"A": "good", "B": 1}, {"A": None}])
def test_secrets_that_are_refused_leave_those_that_were_there(interactor_server: Any, body: Any) -> None:
    with httpx.Client(base_url=f"{interactor_server.url}/_emulator") as control:
        control.put("/secrets", json={"KEY": "kept"})
        assert control.put("/secrets", json=body).status_code == 400
        assert control.get("/secrets").json() == {"names": ["KEY"]}


def test_of_many_faults_the_first_twenty_are_told(control: httpx.Client) -> None:
    answer = control.post("/reset", json={f"m{number}": 1 for number in range(100)})
    assert [each["field"] for each in answer.json()["error"]["details"]] == [f"m{number}" for number in range(20)]


@pytest.mark.parametrize(
    ("method", "path", "said"),
    [
        ("PATCH", "/clock", "/_emulator/clock takes GET or PUT, not PATCH"),
        ("GET", "/clocks", "/_emulator/clocks is no call of the control API; GET /_emulator/openapi.json has all"),
        ("GET", "/deliveries/x", "Delivery 'x' not found; GET /_emulator/deliveries lists them"),
        ("POST", "/deliveries/x/replay", "Delivery 'x' not found; GET /_emulator/deliveries lists them"),
        ("POST", "/accounts/x/fork", "Account 'x' not found; create it with POST /_emulator/accounts"),
    ],
)  # fmt: skip
def test_what_is_not_there_is_told_with_what_there_is(control: httpx.Client, method: str, path: str, said: str) -> None:
    answer = control.request(method, path, json=None if method == "GET" else {})
    assert answer.json()["error"]["message"] == said
