"""What HTTP logic hears is bounded, whoever answers and however it is called; and which address a route serves."""

from collections.abc import Iterable
from typing import Any

import httpx
import pytest
from interactor_emulator import Emulator

URL = "https://erp.example/export"
MB = 1024 * 1024


def asgi(size: int) -> Any:
    async def app(_scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"x" * (size - 1), "more_body": True})
        await send({"type": "http.response.body", "body": b"x"})

    return app


def wsgi(size: int) -> Any:
    def app(_environ: Any, start_response: Any) -> Iterable[bytes]:
        start_response("200 OK", [])
        return [b"x" * (size - 1), b"x"]

    return app


def calls(url: str = URL) -> dict[str, Any]:
    logic = {"type": "http", "method": "GET", "url": url}
    call = {"type": "action", "logic": logic, "transitions": [{"target": "end"}]}
    return {"name": "calls", "initial_state": "call", "states": {"call": call, "end": {"type": "terminal"}}}


@pytest.mark.parametrize("kind", [asgi, wsgi])
@pytest.mark.parametrize("over_http", [False, True], ids=["blocking", "awaiting"])
def test_an_answer_over_a_megabyte_fails_and_says_so(
    interactor: Emulator, interactor_client: httpx.Client, kind: Any, over_http: bool
) -> None:
    interactor.load(calls())

    def run(size: int) -> Any:
        interactor.routes = {"https://erp.example": kind(size)}
        if not over_http:
            return interactor.start("calls", namespace="n")
        interactor_client.post("/workflows/calls/instances", json={"namespace": "n"})
        return interactor.runs[-1]

    run(MB).assert_completed("end")
    failed = run(MB + 1).assert_failed(code="http_error", state="call")
    assert str(failed.failure) == f"GET {URL} answered more than 1048576 bytes"


@pytest.mark.parametrize(
    ("route", "url", "served"),
    [
        ("http://h", "http://h:80/a", True),
        ("http://h:80", "http://h/a", True),
        ("https://h", "https://h:443/a", True),
        ("https://h:443", "https://h/a", True),
        ("http://h", "http://h:443/a", False),
        ("https://h", "https://h:80/a", False),
        ("http://h", "https://h/a", False),
        ("http://h:8080", "http://h/a", False),
        ("http://h", "http://h:8080/a", False),
    ],
)
def test_a_route_serves_the_port_that_its_scheme_stands_for(
    interactor: Emulator, route: str, url: str, served: bool
) -> None:
    interactor.routes = {route: wsgi(2)}
    interactor.load(calls(url))
    run = interactor.start("calls", namespace="n")
    assert (run.status == "completed") is served
