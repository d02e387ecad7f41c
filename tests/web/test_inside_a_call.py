"""A receiver or HTTP target that moves the clock or settles, over HTTP, while its own call is waited for."""

from collections.abc import Callable, Iterator
from threading import Thread
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import httpx
import pytest
from interactor_emulator import Emulator

from tests.workflows import halt, http, terminal, workflow

Marks = Callable[[Any], dict[str, str]]

MARKS: dict[str, Marks] = {
    "delivery": lambda environ: {"X-Interactor-Delivery": environ.get("HTTP_X_INTERACTOR_DELIVERY", "")},
    "trace": lambda environ: {"traceparent": environ.get("HTTP_TRACEPARENT", "")},
    # A target that is traced itself names a parent of its own.
    "own span": lambda environ: {"traceparent": environ.get("HTTP_TRACEPARENT", "")[:36] + "f" * 16 + "-01"},
}


class CallingBack:
    """A server of the customer's, on a real port, that calls the control API before it answers."""

    def __init__(self, control: str) -> None:
        self.said: list[Any] = []
        self.marks: Marks = lambda _environ: {}
        self._control = control

        class Silent(WSGIRequestHandler):
            def log_message(self, format: str, *args: Any) -> None:
                pass

        self._server = make_server("127.0.0.1", 0, self._answer, handler_class=Silent)
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def _answer(self, environ: Any, start_response: Any) -> list[bytes]:
        with httpx.Client(base_url=self._control, headers=self.marks(environ), trust_env=False, timeout=60) as client:
            for path, body in (("/settle", {}), ("/clock/advance", {"seconds": 1})):
                self.said.append(client.post(path, json={**body, "timeout_seconds": 0.2}).json())
        start_response("200 OK", [("Content-Type", "application/json")])
        return [b"{}"]

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def control(interactor_server: Any) -> str:
    return f"{interactor_server.url}/_emulator"


@pytest.fixture
def calling_back(interactor: Emulator, control: str) -> Iterator[CallingBack]:
    interactor.account.allow_loopback()
    server = CallingBack(control)
    yield server
    server.close()


def deliver(emulator: Emulator, client: httpx.Client, target: CallingBack) -> None:
    emulator.load(workflow("w", {"ask": halt("end"), "end": terminal()}))
    body = {"url": target.url, "events": ["workflow.instance.created"]}
    assert client.post("/webhooks/subscriptions", json=body).status_code == 201
    assert client.post("/workflows/w/instances", json={"namespace": "n"}).status_code == 201
    emulator.settle()


def call(emulator: Emulator, client: httpx.Client, target: CallingBack) -> None:
    emulator.load(workflow("w", {"call": http(target.url, "end"), "end": terminal()}))
    made = client.post("/workflows/w/instances", json={"namespace": "n"})
    assert made.json()["data"]["status"] == "completed"


SETTLED = [
    {"now": "2026-01-20T12:00:00Z", "frozen": True},
    {"now": "2026-01-20T12:00:01Z", "fired": []},
]


@pytest.mark.parametrize(("how", "mark"), [(deliver, "delivery"), (call, "trace"), (call, "own span")])
def test_who_says_whose_call_it_is_does_not_wait_for_it(
    interactor: Emulator, interactor_client: httpx.Client, calling_back: CallingBack, how: Any, mark: str
) -> None:
    calling_back.marks = MARKS[mark]
    how(interactor, interactor_client, calling_back)
    assert calling_back.said == SETTLED


@pytest.mark.parametrize(
    ("how", "waits_for"),
    [(deliver, "webhooks to http://127.0.0.1:"), (call, "an instance is running")],
    ids=["delivery", "call"],
)
def test_who_does_not_say_is_answered_when_the_time_is_up_with_what_is_waited_for(
    interactor: Emulator, interactor_client: httpx.Client, calling_back: CallingBack, how: Any, waits_for: str
) -> None:
    how(interactor, interactor_client, calling_back)
    settled = calling_back.said[0]
    assert settled["now"] == "2026-01-20T12:00:00Z"
    assert [each.startswith(waits_for) for each in settled["waiting"]] == [True]


def test_a_mark_of_a_call_that_is_over_says_nothing(
    interactor: Emulator, interactor_client: httpx.Client, control: str
) -> None:
    """Whoever keeps the headers of an earlier delivery waits like everybody else."""
    inbox = interactor.webhooks.inbox
    interactor.load(workflow("w", {"ask": halt("end"), "end": terminal()}))
    interactor_client.post("/workflows/w/instances", json={"namespace": "n"})
    old = inbox.wait_for("workflow.instance.created").delivery_id
    assert not interactor.account.caller.under_way.holds({"X-Interactor-Delivery": old})
    answer = httpx.post(f"{control}/settle", json={}, headers={"X-Interactor-Delivery": old})
    assert answer.json() == SETTLED[0]


def test_null_says_no_more_than_leaving_it_out(control: str) -> None:
    for path, body in (("/settle", {}), ("/clock/advance", {"seconds": 1})):
        assert httpx.post(f"{control}{path}", json={**body, "timeout_seconds": None}).status_code == 200


@pytest.mark.parametrize("seconds", [-1, 601, "soon", True])
def test_a_time_that_makes_no_sense_is_refused(control: str, seconds: Any) -> None:
    for path, body in (("/settle", {}), ("/clock/advance", {"seconds": 1})):
        answer = httpx.post(f"{control}{path}", json={**body, "timeout_seconds": seconds})
        assert answer.status_code == 400
        assert answer.json()["error"]["details"][0]["field"] == "timeout_seconds"
