"""The document's own requests and answers, replayed against the server."""

from typing import Any

import httpx
import pytest
from interactor_emulator import Emulator
from interactor_fixtures import definition, exchange, exchanges

from .exchanges import differences, filled


@pytest.mark.parametrize("name", exchanges())
def test_an_exchange_is_answered_as_the_document_shows(
    interactor: Emulator, interactor_client: httpx.Client, interactor_server: Any, name: str
) -> None:
    captured: dict[str, str] = {}
    for number, step in enumerate(exchange(name)["steps"], start=1):
        request, response = step["request"], step["response"]
        path = filled(request["path"], captured)
        outside = path.startswith(("/oauth", "/_emulator"))
        url = interactor_server.url + path if outside else interactor_server.api_url + path
        content = _content(filled(request.get("body"), captured))
        # A request that says who is calling brings its own token.
        sender: Any = httpx if outside or "Authorization" in request.get("headers", {}) else interactor_client
        answer = sender.request(request["method"], url, **content, headers=request.get("headers"))
        assert answer.status_code == response["status"], f"step {number}: {answer.text}"
        lines = differences(response["body"], answer.json() if answer.content else None, captured)
        assert not lines, f"step {number}, {request['method']} {path}:\n" + "\n".join(lines)


def _content(body: Any) -> dict[str, Any]:
    if isinstance(body, dict) and "$definition" in body:
        return {"json": definition(body["$definition"])}
    if isinstance(body, dict) and "$form" in body:
        form, file = body["$form"], body["$form"]["file"]
        return {"data": form["fields"], "files": {"file": (file["filename"], file["content"], file["content_type"])}}
    return {"json": body}


@pytest.mark.parametrize(
    ("expected", "found"),
    [
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
        ({"a": 1}, {"a": 1, "b": 2}),
        ({"a": 1, "b": 2}, {"a": 1}),
        ({"a": 1}, {"a": 1.0}),
        ({"a": True}, {"a": 1}),
        ([1], [1, 2]),
        ("$time", "2026-01-20T12:00:00.000Z"),
        ("$instance_id", "inst_xyz"),
        (["$version_id", "$version_id"], ["v_aaaaaaaaaaaa", "v_bbbbbbbbbbbb"]),
    ],
)
def test_what_differs_is_found(expected: Any, found: Any) -> None:
    assert differences(expected, found, {})
