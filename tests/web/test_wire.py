"""The rules that every request and every answer obeys."""

from typing import Any

import httpx
import pytest
from interactor_emulator import Emulator

JSON = {"Content-Type": "application/json"}


def test_an_answer_is_compact_json_without_a_newline(interactor_client: httpx.Client, approval: Any) -> None:
    answer = interactor_client.get("/workflows")
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    assert answer.text.startswith('{"data":{"workflows":[{"name":"approval",')
    assert not answer.text.endswith("\n")


def test_text_is_not_escaped(interactor: Emulator, interactor_client: httpx.Client, approval: Any) -> None:
    body = {"namespace": "Zoë", "input": {}}
    assert '"namespace":"Zoë"' in interactor_client.post("/workflows/approval/instances", json=body).text


@pytest.mark.parametrize(
    ("own", "taken"),
    [
        ("your-correlation-id-123", True),
        ("x" * 200, True),
        ("x" * 201, False),
        ("", False),
        ("with space", False),
    ],
)
def test_a_visible_request_id_is_taken_over(interactor_client: httpx.Client, own: str, taken: bool) -> None:
    answer = interactor_client.get("/workflows/nope/versions", headers={"X-Request-Id": own})
    found = answer.headers["x-request-id"]
    assert answer.json()["error"]["request_id"] == found
    assert (found == own) is taken
    assert taken or found.startswith("req_")


def test_an_error_has_its_members_in_order(interactor_client: httpx.Client) -> None:
    answer = interactor_client.get("/workflows/nope/versions")
    assert answer.status_code == 404
    assert list(answer.json()["error"]) == ["code", "message", "details", "request_id"]
    assert answer.json()["error"]["details"] is None


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/nope"),
        ("PATCH", "/workflows"),
        ("DELETE", "/workflows/instances/x"),
        ("GET", "/workflows/"),
        ("GET", ""),
    ],
)
def test_an_unknown_path_or_method_is_not_found(interactor_client: httpx.Client, method: str, path: str) -> None:
    answer = interactor_client.request(method, path)
    assert answer.status_code == 404
    assert answer.json()["error"]["message"] == "Resource not found"


BAD_BODIES = [
    (b"{", "not valid JSON"),
    (b"[]", "must be a JSON object"),
    (b"null", "must be a JSON object"),
    (b"\xff\xfe{}", "not UTF-8"),
    (b"\xef\xbb\xbf{}", "not valid JSON"),
    (b'{"a": NaN}', "NaN"),
    (b'{"a": 1e400}', "out of range"),
    (b'{"a": ' + b"9" * 5000 + b"}", "too many digits"),
    (b'{"a": ' + b"[" * 101 + b"]" * 101 + b"}", "nested more than 100 levels"),
    (b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "nested more than 100 levels"),
]


@pytest.mark.parametrize(("body", "why"), BAD_BODIES)
@pytest.mark.parametrize("path", ["/workflows", "/workflows/validate", "/workflows/approval/instances"])
def test_a_body_that_is_no_json_object_is_refused(
    interactor_client: httpx.Client, approval: Any, path: str, body: bytes, why: str
) -> None:
    answer = interactor_client.post(path, content=body, headers=JSON)
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (400, "validation_error")
    assert error["details"][0]["field"] == "body"
    assert why in error["details"][0]["message"]


def test_nesting_of_a_hundred_levels_is_accepted(interactor_client: httpx.Client, approval: Any) -> None:
    body = b'{"namespace":"n","input":{"a":' + b"[" * 98 + b"]" * 98 + b"}}"
    assert interactor_client.post("/workflows/approval/instances", content=body, headers=JSON).status_code == 201


@pytest.mark.parametrize("headers", [{}, {"Content-Type": "text/plain"}, JSON])
def test_no_body_is_an_empty_object(interactor_client: httpx.Client, instance: str, headers: dict[str, str]) -> None:
    assert interactor_client.post(f"{instance}/cancel", headers=headers).status_code == 200


def test_another_content_type_is_refused(interactor_client: httpx.Client, approval: Any) -> None:
    answer = interactor_client.post("/workflows", content=b"{}", headers={"Content-Type": "text/plain"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (415, "unsupported_media_type")


MB = 1024 * 1024
TOO_LONG = [{"path": "", "message": "Definition exceeds the limit of 1048576 bytes"}]


def _definition_of(size: int) -> bytes:
    body = b'{"name":"' + b"x" * (size - 11) + b'"}'
    assert len(body) == size
    return body


@pytest.mark.parametrize(("size", "looked_at"), [(MB, True), (MB + 1, False), (8 * MB, False)])
def test_a_definition_over_a_megabyte_has_one_fault_and_is_not_looked_at(
    interactor_client: httpx.Client, size: int, looked_at: bool
) -> None:
    body = _definition_of(size)
    created = interactor_client.post("/workflows", content=body, headers=JSON)
    assert (created.status_code, created.json()["error"]["code"]) == (400, "invalid_workflow")
    assert (created.json()["error"]["details"]["errors"] != TOO_LONG) is looked_at
    validated = interactor_client.post("/workflows/validate", content=body, headers=JSON)
    assert (validated.status_code, validated.json()["data"]["valid"]) == (200, False)
    assert (validated.json()["data"]["errors"] != TOO_LONG) is looked_at


@pytest.mark.parametrize("path", ["/workflows", "/workflows/validate", "/workflows/w/versions"])
def test_a_definition_over_8_megabytes_is_too_large_a_body(interactor_client: httpx.Client, path: str) -> None:
    answer = interactor_client.post(path, content=_definition_of(8 * MB + 1), headers=JSON)
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "payload_too_large")


@pytest.mark.parametrize(("extra", "status"), [(0, 201), (1, 413)])
def test_an_input_has_at_most_64_kilobytes_however_it_is_spaced(
    interactor_client: httpx.Client, approval: Any, extra: int, status: int
) -> None:
    text = "x" * (64 * 1024 - len('{"a":""}') + extra)
    body = f'{{"namespace": "n",   "input":   {{  "a": "{text}"}}}}'
    answer = interactor_client.post("/workflows/approval/instances", content=body, headers=JSON)
    assert answer.status_code == status


@pytest.mark.parametrize("body", [{"input": []}, {"input": "x"}, {"namespace": 1}, {"namespace": True}, {"input": 0}])
def test_a_member_of_a_wrong_type_is_named(
    interactor_client: httpx.Client, approval: Any, body: dict[str, Any]
) -> None:
    answer = interactor_client.post("/workflows/approval/instances", json=body)
    assert answer.status_code == 400
    assert [each["field"] for each in answer.json()["error"]["details"]] == list(body)


def test_a_half_surrogate_is_escaped_in_the_answer(interactor_client: httpx.Client, approval: Any) -> None:
    body = b'{"namespace":"n","input":{}, "x": 1}'
    created = interactor_client.post("/workflows/approval/instances", content=body, headers=JSON).json()["data"]
    path = f"/workflows/instances/{created['id']}/resume"
    answer = interactor_client.post(path, content=b'{"input":{"ok":true,"half":"\\ud800"}}', headers=JSON)
    assert answer.status_code == 200
    assert '"half":"\\ud800"' in answer.text


def test_an_unknown_member_is_ignored_and_reported(
    interactor: Emulator, interactor_client: httpx.Client, approval: Any
) -> None:
    body = {"namespace": "n", "inputs": {"ok": True}}
    assert interactor_client.post("/workflows/approval/instances", json=body).status_code == 201
    (noticed,) = [each for each in interactor.diagnostics if each.code == "unknown_field"]
    assert "inputs" in noticed.message
    assert noticed.hint == "Did you mean 'input'?"


@pytest.mark.interactor(rate_limits=True)
def test_rates_are_counted_on_the_clock(interactor: Emulator, interactor_client: httpx.Client, approval: Any) -> None:
    path, body = "/workflows/approval/instances", {"namespace": "n"}
    answers = [interactor_client.post(path, json=body) for _ in range(51)]
    assert [answer.status_code for answer in answers] == [201] * 50 + [429]
    assert [answers[0].headers[f"x-ratelimit-{name}"] for name in ("limit", "remaining", "reset")] == [
        "50",
        "49",
        "1768910460",
    ]
    assert answers[50].json()["error"]["code"] == "rate_limited"
    assert answers[50].headers["retry-after"] == "60"
    assert interactor_client.get("/workflows").status_code == 200
    interactor.clock.advance(seconds=60)
    assert interactor_client.post(path, json=body).status_code == 201


def test_the_checks_come_in_their_order(interactor: Emulator, interactor_server: Any) -> None:
    """401 before the scope, the scope before the body, the body before what is not found."""
    url = f"{interactor_server.api_url}/workflows/nope/instances"
    assert httpx.post(url, content=b"{", headers=JSON).status_code == 401
    reader = {"Authorization": f"Bearer {interactor.token(scopes=['workflows:read'])}", **JSON}
    assert httpx.post(url, content=b"{", headers=reader).status_code == 403
    runner = {"Authorization": f"Bearer {interactor.token()}", **JSON}
    assert httpx.post(url, content=b"{", headers=runner).status_code == 400
    assert httpx.post(url, content=b"{}", headers=runner).status_code == 404
