"""Pages of other origins, and paths that lead nowhere."""

import asyncio
from collections.abc import Sequence
from typing import Any

import httpx
import pytest
from interactor_emulator import Emulator
from interactor_emulator.web.app import create_app

PAGE = "https://app.example"


@pytest.mark.parametrize("path", ["/", "/workflows", "/api/v2/workflows", "/api", "/favicon.ico", "/oauth", "/a%2Fb"])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_a_path_outside_the_api_is_not_found_and_has_a_request_id(
    interactor_server: Any, method: str, path: str
) -> None:
    answer = httpx.request(method, interactor_server.url + path)
    assert answer.status_code == 404
    error = answer.json()["error"]
    assert (error["code"], error["message"]) == ("not_found", "Resource not found")
    assert error["request_id"] == answer.headers["x-request-id"]
    assert answer.headers["x-request-id"].startswith("req_")


def test_a_callers_own_request_id_is_taken_over_there_too(interactor_server: Any) -> None:
    answer = httpx.get(f"{interactor_server.url}/nowhere", headers={"X-Request-Id": "mine-1"})
    assert (answer.headers["x-request-id"], answer.json()["error"]["request_id"]) == ("mine-1", "mine-1")


def asked(emulator: Emulator, cors: Sequence[str], method: str, path: str, **headers: str) -> httpx.Response:
    """What an application with these origins answers."""
    app = create_app(emulator.accounts, cors=cors)

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            return await client.request(method, path, headers=headers)

    return asyncio.run(ask())


def preflight(emulator: Emulator, cors: Sequence[str], origin: str) -> httpx.Response:
    wanted = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization, content-type"}
    return asked(emulator, cors, "OPTIONS", "/api/v1/workflows", Origin=origin, **wanted)


def test_a_page_of_a_named_origin_may_ask_for_anything(interactor: Emulator) -> None:
    answer = preflight(interactor, [PAGE], PAGE)
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == PAGE
    assert "POST" in answer.headers["access-control-allow-methods"]
    assert "authorization" in answer.headers["access-control-allow-headers"]
    bearer = f"Bearer {interactor.token()}"
    read = asked(interactor, [PAGE], "GET", "/api/v1/workflows", Origin=PAGE, Authorization=bearer)
    assert (read.status_code, read.headers["access-control-allow-origin"]) == (200, PAGE)


def test_a_refusal_can_be_read_by_that_page_too(interactor: Emulator) -> None:
    answer = asked(interactor, [PAGE], "GET", "/api/v1/workflows", Origin=PAGE)
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (401, PAGE)


@pytest.mark.parametrize("cors", [[PAGE], ["*"]])
def test_that_page_may_read_the_headers_of_the_api(interactor: Emulator, cors: list[str]) -> None:
    answer = asked(interactor, cors, "GET", "/api/v1/workflows", Origin=PAGE)
    exposed = answer.headers["access-control-expose-headers"].split(", ")
    assert exposed == [
        "X-Request-Id",
        "X-RateLimit-Limit",
        "X-RateLimit-Remaining",
        "X-RateLimit-Reset",
        "Retry-After",
    ]


@pytest.mark.parametrize("origin", ["https://evil.example", "http://app.example", "https://app.example:8443", "null"])
def test_a_page_of_another_origin_may_not(interactor: Emulator, origin: str) -> None:
    answer = preflight(interactor, [PAGE], origin)
    assert answer.status_code == 400
    assert "access-control-allow-origin" not in answer.headers


def test_without_named_origins_no_page_of_another_origin_reads_anything(interactor: Emulator) -> None:
    assert "access-control-allow-origin" not in preflight(interactor, [], PAGE).headers
    bearer = f"Bearer {interactor.token()}"
    read = asked(interactor, [], "GET", "/api/v1/workflows", Origin=PAGE, Authorization=bearer)
    assert read.status_code == 200
    assert "access-control-allow-origin" not in read.headers
