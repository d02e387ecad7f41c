"""Where a request of HTTP logic goes, and what of an answer is a result."""

from typing import Any

import httpx
import pytest
from interactor_emulator import Emulator

from tests.workflows import http, terminal, workflow

JSON = "application/json"


def called(emulator: Emulator, url: str, **given: Any) -> Any:
    emulator.load(workflow("w", {"call": http(url, "end"), "end": terminal()}))
    return emulator.start("w", given, namespace="n")


@pytest.mark.parametrize("url", ["https://API.example/y?q=A", "HTTPS://Api.Example/y?q=A", "https://api.example/*"])
def test_scheme_and_host_of_a_stub_ignore_case(interactor: Emulator, interactor_server: Any, url: str) -> None:
    body = {"url": url, "respond": {"json": {"ok": True}}}
    assert httpx.post(f"{interactor_server.url}/_emulator/stubs", json=body).status_code == 201
    for asked in ("https://api.example/y?q=A", "https://API.EXAMPLE/y?q=A"):
        assert called(interactor, asked).data == {"ok": True}
    interactor.http.get("https://Other.Example/x").respond(200, json={"other": 1})
    assert called(interactor, "https://oTHER.example/x").data == {"other": 1}


def test_a_path_does_not_ignore_case(interactor: Emulator, interactor_server: Any) -> None:
    body = {"url": "https://api.example/Y", "respond": {"json": {"ok": True}}}
    assert httpx.post(f"{interactor_server.url}/_emulator/stubs", json=body).status_code == 201
    called(interactor, "https://api.example/y").assert_failed(code="http_error")


@pytest.mark.parametrize("value", ["..", "."])
def test_a_value_cannot_lead_to_another_path(interactor: Emulator, value: str) -> None:
    route = interactor.http.get(host="api.example").respond(200, json={})
    run = called(interactor, "https://api.example/users/${input.id}/orders", id=value)
    run.assert_failed(code="http_error", state="call")
    assert not route.called


@pytest.mark.parametrize(
    ("content", "type_", "why"),
    [
        (b'\xef\xbb\xbf{"a":1}', JSON, "it begins with a byte order mark"),
        (b"[1]", JSON, "it is an array"),
        (b'"text"', "application/problem+json", "it is no object"),
        (b'{"a":NaN}', JSON, "NaN is no JSON value"),
        (b"{", JSON, "is not valid JSON"),
    ],
)
def test_an_answer_that_was_meant_as_a_result_and_is_none_is_told(
    interactor: Emulator, content: bytes, type_: str, why: str
) -> None:
    interactor.http.get("https://api.example/z").respond(200, content=content, headers={"Content-Type": type_})
    assert called(interactor, "https://api.example/z").data == {}
    [notice] = [each for each in interactor.diagnostics if each.code == "http_result_ignored"]
    assert why in notice.message


@pytest.mark.parametrize(
    ("content", "type_", "data"),
    [(b"", JSON, {}), (b"  ", JSON, {}), (b"done", "text/plain", {}), (b'{"a":1}', "text/plain", {"a": 1})],
)
def test_an_answer_that_was_not_is_not(interactor: Emulator, content: bytes, type_: str, data: Any) -> None:
    interactor.http.get("https://api.example/z").respond(200, content=content, headers={"Content-Type": type_})
    assert called(interactor, "https://api.example/z").data == data
    assert interactor.diagnostics == []


def test_an_application_may_answer_with_any_header_that_latin_1_has(interactor: Emulator) -> None:
    def app(_environ: Any, start_response: Any) -> list[bytes]:
        start_response("200 OK", [("Content-Type", JSON), ("X-Name", "J\xfcrgen")])
        return [b'{"ok":true}']

    interactor.routes = {"https://api.example": app}
    assert called(interactor, "https://api.example/x").data == {"ok": True}


def test_an_application_is_sent_any_header_that_latin_1_has(interactor: Emulator) -> None:
    seen: list[str] = []

    def app(environ: Any, start_response: Any) -> list[bytes]:
        seen.append(environ["HTTP_X_NAME"])
        start_response("200 OK", [("Content-Type", JSON)])
        return [b"{}"]

    interactor.routes = {"https://api.example": app}
    state = http("https://api.example/x", "end")
    state["logic"]["headers"] = {"X-Name": "${input.name}"}
    interactor.load(workflow("w", {"call": state, "end": terminal()}))
    interactor.start("w", {"name": "J\xfcrgen"}, namespace="n").assert_completed("end")
    assert seen == ["J\xfcrgen"]
