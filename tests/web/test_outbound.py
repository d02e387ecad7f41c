"""What HTTP logic may reach: stubs, routes, apps in this process, and nothing unasked."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import httpx
import pytest
from interactor_emulator import Emulator
from interactor_emulator.adapters.http.stubs import Stub
from interactor_fixtures import definition

from tests.workflows import halt, http, terminal, workflow

URL = "https://yourapp.com/api/notifications"


@pytest.fixture
def receiver() -> Iterator[Any]:
    """A local server that remembers the bodies it was sent."""
    received: list[Any] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            received.append((self.path, json.loads(body), dict(self.headers)))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_arguments: object) -> None:
            return

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", received
    server.shutdown()
    thread.join()
    server.server_close()


SCENARIOS = [
    ("auto-approve", 500, [], ["submit", "auto_approved", "notify_requester", "complete"]),
    ("manager only", 5000, [True], ["submit", "manager_approval", "approved", "notify_requester", "complete"]),
    (
        "VP required",
        15000,
        [True, True],
        ["submit", "manager_approval", "vp_approval", "approved", "notify_requester", "complete"],
    ),
    ("rejected", 5000, [False], ["submit", "manager_approval", "rejected", "notify_requester", "complete"]),
]


@pytest.mark.parametrize(("name", "amount", "answers", "path"), SCENARIOS, ids=[row[0] for row in SCENARIOS])
def test_the_documents_scenarios_take_their_paths_in_process_and_over_http(
    interactor: Emulator,
    interactor_client: httpx.Client,
    receiver: Any,
    name: str,
    amount: int,
    answers: list[bool],
    path: list[str],
) -> None:
    """The notification arrives at a local receiver through a route, and both ways agree on path and data."""
    origin, received = receiver
    interactor.routes = {"https://yourapp.com": origin}
    interactor.load(definition("purchase_approval"))
    input_ = {"id": "PO-2026-001", "amount": amount, "requester": "john@example.com", "description": "Laptop"}

    run = interactor.start("purchase_approval", input_, namespace="user_123")
    for approved in answers:
        run.resume(approved=approved)
    run.assert_completed("complete").assert_path(*path)

    body = {"namespace": "user_123", "input": input_}
    created = interactor_client.post("/workflows/purchase_approval/instances", json=body).json()["data"]
    for approved in answers:
        resume = {"input": {"approved": approved}}
        interactor_client.post(f"/workflows/instances/{created['id']}/resume", json=resume)
    shown = interactor_client.get(f"/workflows/instances/{created['id']}").json()["data"]
    assert [visit["state"] for visit in shown["history"]] == path
    assert (shown["status"], shown["workflow_data"]) == ("completed", run.data)

    status = "rejected" if name == "rejected" else "approved"
    expected = {"type": "purchase_decision", "email": "john@example.com", "status": status, "amount": amount}
    assert [(at, sent) for at, sent, _ in received] == [("/api/notifications", expected)] * 2
    assert received[0][2]["User-Agent"].startswith("Interactor-Emulator/")


async def _asgi(scope: Any, receive: Any, send: Any) -> None:
    await receive()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]})
    await send({"type": "http.response.body", "body": b'{"seen": "' + scope["path"].encode() + b'"}'})


def _wsgi(environ: Any, start_response: Any) -> list[bytes]:
    start_response("200 OK", [("Content-Type", "application/json")])
    return [b'{"seen": "' + environ["PATH_INFO"].encode() + b'"}']


def _caller(url: str = URL, **members: Any) -> dict[str, Any]:
    call = http(url, "end", **{"method": "POST", "body": {"a": 1}, **members})
    return workflow("caller", {"call": call, "end": terminal()})


@pytest.mark.parametrize("app", [_asgi, _wsgi], ids=["ASGI", "WSGI"])
def test_a_route_may_lead_to_an_app_in_this_process(
    interactor: Emulator, interactor_client: httpx.Client, app: Any
) -> None:
    interactor.routes = {"https://yourapp.com": app}
    interactor.load(_caller())
    interactor.start("caller", namespace="n").assert_completed().assert_data(seen="/api/notifications")
    created = interactor_client.post("/workflows/caller/instances", json={"namespace": "n"}).json()["data"]
    assert created["workflow_data"] == {"seen": "/api/notifications"}


@pytest.mark.parametrize("url", [URL, "http://127.0.0.1:9/", "http://localhost/x", "https://user:pw@yourapp.com/"])
def test_egress_is_blocked_and_the_error_says_what_would_help(interactor: Emulator, url: str) -> None:
    interactor.load(_caller(url))
    run = interactor.start("caller", namespace="n").assert_failed(code="http_error", state="call")
    assert "add a stub for it, a route" in str(run.failure)
    assert "egress_blocked" in {each.code for each in interactor.diagnostics}


@pytest.mark.parametrize("host", ["127.0.0.1:9", "localhost"])
def test_how_to_reach_this_machine_is_said_of_calls_and_webhooks(interactor: Emulator, host: str) -> None:
    interactor.load(_caller(f"http://{host}/"))
    interactor.webhooks.subscribe(f"http://{host}/hook")
    failed = interactor.start("caller").assert_failed(code="http_error")
    dead = interactor.webhooks.dead_letters[0].attempts[0].error
    way = "request interactor_server or interactor_env, or Emulator(loopback_egress=True)"
    assert (way in str(failed.failure), way in str(dead)) == (True, True)
    assert "stub" not in str(dead)
    hints = [each.hint for each in interactor.diagnostics if each.message.startswith(f"POST http://{host}/hook")]
    assert ["stub" in hint or ".http." in hint for hint in hints] == [False] * len(hints)


@pytest.mark.parametrize(
    ("prepare", "said"),
    [
        (lambda emulator: emulator.http.get(URL).respond(200), "; the stub for it is for GET, not POST"),
        (
            lambda emulator: emulator.http.put(url__startswith=URL[:20]).respond(200),
            "; the stub for it is for PUT, not",
        ),
        (lambda emulator: emulator.account.caller.stubs.append(Stub(URL, "GET")), "; the stub for it is for GET, not"),
        (
            lambda emulator: emulator.account.caller.stubs.append(Stub(URL, times=0)),
            "; the stub for it has given its 0",
        ),
        (lambda emulator: emulator.http.get("https://other.example/").respond(200), "allow egress to yourapp.com"),
    ],
)
def test_a_stub_that_nearly_fits_is_named(interactor: Emulator, prepare: Any, said: str) -> None:
    prepare(interactor)
    interactor.load(_caller())
    failure = interactor.start("caller").assert_failed(code="http_error").failure
    assert said in str(failure)
    assert str(failure).endswith("yourapp.com") == said.endswith("yourapp.com")


@pytest.mark.parametrize("stubbed", [False, True])
@pytest.mark.parametrize(
    ("url", "headers", "why"),
    [
        ("", {}, "Bad URL"),
        ("ftp://yourapp.com/", {}, "not an http or https URL"),
        ("http://[::1/", {}, "Bad URL"),
        ("http://yourapp.com:99999/", {}, "Bad URL"),
        (URL, {"X-Broken": "a\r\nb"}, "line break"),
        (URL, {"X-Broken": "日本"}, "failed"),
    ],
)
def test_a_request_that_cannot_be_sent_is_an_http_error(
    interactor: Emulator, url: str, headers: dict[str, str], why: str, stubbed: bool
) -> None:
    if stubbed:
        interactor.http.post("https://other.com/").respond(200)
    interactor.routes = {"https://yourapp.com": _wsgi}
    interactor.load(_caller(url, headers=headers))
    run = interactor.start("caller", namespace="n").assert_failed(code="http_error")
    assert why in str(run.failure)


def test_stubs_answer_in_turn_and_times_are_counted(interactor: Emulator, interactor_server: Any) -> None:
    with httpx.Client(base_url=f"{interactor_server.url}/_emulator") as control:
        busy = {"method": "post", "url": URL, "times": 1, "respond": {"status": 503, "json": {"busy": True}}}
        assert control.post("/stubs", json=busy).status_code == 201
        control.post("/stubs", json={"url": "https://yourapp.com/*", "respond": {"json": {"ok": True}}})
        interactor.load(_caller())
        failed = interactor.start("caller", namespace="n").assert_failed(code="http_error")
        details = failed.failure.details if failed.failure else None
        assert isinstance(details, dict)
        assert (details["http_status"], details["body"]) == (503, '{"busy":true}')
        interactor.start("caller", namespace="n").assert_completed().assert_data(ok=True)
        assert [stub["calls"] for stub in control.get("/stubs").json()["stubs"]] == [1, 1]
        first, second = control.get("/requests").json()["requests"]
        assert (first["answered_by"], first["answer"]["status"], second["answer"]["status"]) == ("stub", 503, 200)
        assert control.request("DELETE", "/stubs", json={}).json() == {}
        interactor.start("caller", namespace="n").assert_failed(code="http_error")


def test_a_stub_that_answers_too_late_is_a_time_out(interactor: Emulator, interactor_server: Any) -> None:
    respond = {"json": {}, "delay_seconds": 3}
    httpx.post(f"{interactor_server.url}/_emulator/stubs", json={"url": URL, "respond": respond})
    interactor.load(_caller(timeout=3000))
    interactor.start("caller", namespace="n").assert_failed(code="http_timeout")


def test_respx_is_a_source_of_stubs_in_process_and_for_the_server(
    interactor: Emulator, interactor_client: httpx.Client
) -> None:
    route = interactor.http.post(URL).respond(json={"ok": True})
    interactor.load(_caller())
    interactor.start("caller", namespace="n").assert_data(ok=True)
    interactor_client.post("/workflows/caller/instances", json={"namespace": "n"})
    assert route.call_count == 2
    assert json.loads(route.calls[0].request.content) == {"a": 1}


def test_a_receiver_that_calls_the_api_back_is_answered(interactor: Emulator, interactor_client: httpx.Client) -> None:
    """Nothing is locked while I/O is under way: whoever is told of a halt may answer at once."""
    told = {"type": "http", "method": "POST", "url": "https://yourapp.com/${context.instance_id}"}
    interactor.load(workflow("eager", {"ask": halt("end", on_enter=told), "end": terminal()}))

    def answer(request: httpx.Request) -> httpx.Response:
        interactor.run(request.url.path[1:]).assert_halted("ask").resume(ok=True)
        return httpx.Response(200)

    interactor.http.post(url__startswith="https://yourapp.com/").mock(side_effect=answer)
    interactor.start("eager", namespace="n").assert_completed("end")
    created = interactor_client.post("/workflows/eager/instances", json={"namespace": "n"}).json()["data"]
    assert created["status"] == "completed"


def test_a_failing_on_enter_is_recorded_and_that_is_all(interactor: Emulator) -> None:
    interactor.load(definition("approval_workflow"))
    run = interactor.start("approval_workflow", {"id": "r", "amount": 1}, namespace="n")
    run.resume(approved=True).assert_completed("approved")
    assert "on_enter_failed" in {each.code for each in interactor.diagnostics}


def _while_it_calls(interactor: Emulator, act: Any) -> None:
    """Have something done while an instance of the caller waits for its HTTP answer."""

    def answer(_request: httpx.Request) -> httpx.Response:
        act()
        return httpx.Response(200, json={"late": True})

    interactor.http.post(URL).mock(side_effect=answer)
    interactor.load(_caller())


def test_a_cancel_wins_over_an_answer_that_comes_later(interactor: Emulator, interactor_client: httpx.Client) -> None:
    _while_it_calls(interactor, lambda: interactor.runs[-1].cancel())
    run = interactor.start("caller", namespace="n")
    run.assert_cancelled(reason="requested").assert_path("call")
    assert run.data == {}
    created = interactor_client.post("/workflows/caller/instances", json={"namespace": "n"}).json()["data"]
    assert created["status"] == "cancelled"


def test_a_reset_drops_what_is_under_way(interactor: Emulator, interactor_client: httpx.Client) -> None:
    _while_it_calls(interactor, interactor.reset)
    created = interactor_client.post("/workflows/caller/instances", json={"namespace": "n"}).json()["data"]
    assert interactor.runs == []
    assert interactor_client.get(f"/workflows/instances/{created['id']}").status_code == 404
    assert interactor.clock.advance(days=100) == []


def test_time_that_passes_during_a_call_is_seen_by_what_follows(interactor: Emulator) -> None:
    _while_it_calls(interactor, lambda: interactor.clock.advance(hours=1))
    run = interactor.start("caller", namespace="n").assert_completed("end")
    (call, _end) = run.history
    assert call.duration_ms == 3_600_000


@pytest.mark.parametrize(
    ("body", "data"),
    [
        (b'{"ok": true}', {"ok": True}),
        (b"[1]", {}),
        (b"hello", {}),
        (b"", {}),
        (b'{"a": NaN}', {}),
        (b'{"a": 1e999}', {}),
        (b"\xff{}", {}),
        (b'{"a": ' + b"[" * 5000 + b"]" * 5000 + b"}", {}),
    ],
)
def test_only_a_json_object_is_a_result(interactor: Emulator, body: bytes, data: dict[str, Any]) -> None:
    interactor.http.post(URL).respond(content=body)
    interactor.load(_caller())
    assert interactor.start("caller", namespace="n").assert_completed("end").data == data


def test_what_respx_does_not_know_goes_on_to_routes_and_egress(interactor: Emulator) -> None:
    known = interactor.http.post("https://other.com/").respond(200)
    interactor.load(_caller())
    interactor.start("caller", namespace="n").assert_failed(code="http_error")
    interactor.routes = {"https://yourapp.com": _wsgi}
    interactor.start("caller", namespace="n").assert_completed("end")
    assert not known.called
    assert len(interactor.http.calls) == 0
