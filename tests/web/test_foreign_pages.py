"""Pages of other origins and definitions do not get at the control API, whatever CORS and egress allow."""

from collections.abc import Iterator

import httpx
import pytest
from interactor_emulator import Emulator
from interactor_emulator.web.app import create_app
from interactor_emulator.web.hosting.serving import Server

from tests.workflows import halt, http, terminal, workflow

PAGE = "https://app.example"


@pytest.fixture(params=[PAGE, "*"])
def open_to(interactor: Emulator, request: pytest.FixtureRequest) -> Iterator[str]:
    """A server whose API pages of that origin may call."""
    with Server(create_app(interactor.accounts, cors=[request.param])) as server:
        yield server.url


def test_a_page_of_a_named_origin_may_call_the_api_alone(interactor: Emulator, open_to: str) -> None:
    asked = {"Origin": PAGE, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}
    preflight = httpx.options(f"{open_to}/api/v1/workflows", headers=asked)
    assert preflight.headers["access-control-allow-origin"] in (PAGE, "*")
    token = {"Origin": PAGE, "Authorization": f"Bearer {interactor.token()}"}
    assert "access-control-allow-origin" in httpx.get(f"{open_to}/api/v1/workflows", headers=token).headers
    assert "access-control-allow-origin" in httpx.post(f"{open_to}/oauth/token", headers={"Origin": PAGE}).headers
    for path in ("tokens", "reset", "nowhere", "../_emulator/tokens"):
        control = httpx.options(f"{open_to}/_emulator/{path}", headers=asked)
        assert (control.status_code, "access-control-allow-origin" in control.headers) == (403, False)


@pytest.mark.parametrize("origin", [PAGE, "null", "http://127.0.0.1.evil.example", "file://", "localhost", ""])
def test_a_control_call_of_a_foreign_page_is_refused(interactor: Emulator, open_to: str, origin: str) -> None:
    refused = httpx.post(f"{open_to}/_emulator/tokens", json={}, headers={"Origin": origin})
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "forbidden")
    assert httpx.get(f"{open_to}/_emulator/clock", headers={"Origin": origin}).status_code == 403


@pytest.mark.parametrize("origin", ["http://127.0.0.1:8787", "http://localhost:3000", "http://[::1]:8787"])
def test_a_page_of_this_machine_may_use_it(open_to: str, origin: str) -> None:
    assert httpx.post(f"{open_to}/_emulator/tokens", json={}, headers={"Origin": origin}).status_code == 200


WAYS = [
    "/_emulator/tokens",
    "/_emulator/reset",
    "//_emulator/tokens",
    "/x/../_emulator/tokens",
    "/%5Femulator/tokens",
    "/%255Femulator/tokens",
    "/./_emulator/tokens?x=1",
    "/..%2f_emulator/tokens",
]


@pytest.mark.parametrize("path", WAYS)
def test_http_logic_does_not_reach_the_control_api(interactor: Emulator, interactor_server: Server, path: str) -> None:
    interactor.secrets["base"] = interactor_server.url
    interactor.routes = {"https://yourapp.com": interactor_server.url, "https://mounted.example": interactor.asgi_app}
    for number, base in enumerate((interactor_server.url, "https://yourapp.com", "https://mounted.example")):
        states = {"call": http(f"{base}{path}", "end", method="POST", body={}), "end": terminal()}
        interactor.load(workflow(f"w{number}", states))
        run = interactor.start(f"w{number}").assert_failed(code="http_error", state="call")
        assert "control API" in str(run.failure)
    assert len(interactor.runs) == 3


def test_webhooks_do_not_reach_it_either(interactor: Emulator, interactor_server: Server) -> None:
    interactor.load(workflow("w", {"ask": halt("end"), "end": terminal()}))
    interactor.webhooks.subscribe(f"{interactor_server.url}/_emulator/reset")
    interactor.start("w")
    interactor.settle()
    assert len(interactor.runs) == 1
    assert {each.status for each in interactor.webhooks.deliveries} == {"dead"}
    assert "control API" in str(interactor.webhooks.deliveries[0].attempts[0].error)
