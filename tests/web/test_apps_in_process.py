"""Applications of this process, as receivers and as targets: whatever they do is their own call's fault."""

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from interactor_emulator import Emulator
from interactor_emulator.account.host import Host
from interactor_emulator.services import instances
from interactor_emulator.tracing import Cause
from interactor_emulator.web.hosting.serving import Server

from tests.workflows import halt, http, script, terminal, workflow

Raises = Callable[[], BaseException]
ENDS: list[Raises] = [
    lambda: SystemExit(3),
    lambda: pytest.fail.Exception("no call expected"),
    lambda: asyncio.CancelledError(),
    lambda: ValueError("plain"),
]
CALL = workflow("call", {"call": http("https://t.example/x", "end"), "end": terminal()})
ASK = workflow("ask", {"ask": halt("end"), "end": terminal()})


def wsgi(make: Raises) -> Any:
    def app(_environ: Any, _start: Any) -> Any:
        raise make()

    return app


def asgi(make: Raises) -> Any:
    async def app(_scope: Any, _receive: Any, _send: Any) -> None:
        raise make()

    return app


@pytest.mark.parametrize("kind", [wsgi, asgi])
@pytest.mark.parametrize("make", ENDS, ids=["exit", "fail", "cancelled", "error"])
def test_whatever_a_target_raises_fails_the_call(
    interactor: Emulator, interactor_client: httpx.Client, kind: Any, make: Raises
) -> None:
    interactor.routes = {"https://t.example": kind(make)}
    interactor.load(CALL)
    key = {"Idempotency-Key": "once"}
    first = interactor_client.post("/workflows/call/instances", json={"namespace": "n"}, headers=key)
    assert first.json()["error"]["code"] == "http_error"
    again = interactor_client.post("/workflows/call/instances", json={"namespace": "n"}, headers=key)
    assert again.content == first.content
    raised = make()
    if isinstance(raised, Exception | asyncio.CancelledError) and not isinstance(raised, pytest.fail.Exception):
        assert [run.status for run in interactor.runs] == ["failed"]
    else:
        with pytest.raises(type(raised)):  # told to whoever runs the test, once all is in good order
            interactor.settle()
    assert [run.status for run in interactor.runs] == ["failed"]


@pytest.mark.parametrize("kind", [wsgi, asgi])
@pytest.mark.parametrize("make", ENDS[:2], ids=["exit", "fail"])
def test_whatever_a_receiver_raises_fails_the_delivery(
    interactor: Emulator, interactor_client: httpx.Client, kind: Any, make: Raises
) -> None:
    interactor.webhooks.subscribe(kind(make))
    inbox = interactor.webhooks.inbox
    interactor.load(ASK)
    interactor_client.post("/workflows/ask/instances", json={"namespace": "n"})
    with pytest.raises(type(make())):
        interactor.settle()
    with pytest.raises(type(make())):
        interactor.clock.advance(hours=3)
    assert {(each.status, len(each.attempts)) for each in interactor.webhooks.dead_letters} == {("dead", 6)}
    assert len(interactor.webhooks.dead_letters) == 2
    inbox.assert_delivered("workflow.instance.halted")


@pytest.mark.interactor(limits={"webhook_timeout_seconds": 0.2})
@pytest.mark.parametrize("kind", ["wsgi", "asgi"])
def test_one_that_never_answers_is_given_up(interactor: Emulator, interactor_client: httpx.Client, kind: str) -> None:
    never = threading.Event()

    def hangs(_environ: Any, _start: Any) -> Any:
        never.wait()

    async def hangs_in_its_loop(_scope: Any, _receive: Any, _send: Any) -> None:
        never.wait()

    interactor.webhooks.subscribe(hangs if kind == "wsgi" else hangs_in_its_loop)
    interactor.load(ASK)
    created = interactor_client.post("/workflows/ask/instances", json={"namespace": "n"}).json()["data"]
    interactor.run(created["id"]).assert_halted("ask")
    assert [len(each.attempts) for each in interactor.webhooks.pending] == [1, 1]
    assert "did not answer within 200 ms" in str(interactor.webhooks.pending[0].attempts[0].error)
    never.set()


@pytest.mark.interactor(limits={"webhook_timeout_seconds": 0.2})
def test_an_assertion_that_comes_before_the_servers_own_thread_waits_for_a_bounded_time(interactor: Emulator) -> None:
    """Whoever takes up a delivery first: it is not the test's own thread that hangs in the receiver."""
    never, account = threading.Event(), interactor.account

    def hangs(_environ: Any, _start: Any) -> Any:
        never.wait()

    interactor.webhooks.subscribe(hangs)
    interactor.load(ASK)
    account.served_by(Host())  # one that has not come to it yet
    made = account.driver.run(instances.create(account, "ask", "n", {}, Cause("app", "req_1")))
    interactor.run(made.id).assert_halted("ask")
    assert [len(each.attempts) for each in interactor.webhooks.pending] == [1, 1]
    never.set()


def test_one_that_calls_back_holds_up_nobody(interactor: Emulator, interactor_server: Server) -> None:
    """An ASGI receiver with a blocking client, as many have: it is answered while its delivery waits."""
    interactor.load(ASK)
    token, answered = interactor.token(), []

    async def receiver(scope: Any, receive: Any, send: Any) -> None:
        assert scope["type"] == "http"
        message = await receive()
        if b"workflow.instance.halted" in message["body"]:
            instance = message["body"].split(b'"instance_id":"')[1][:31].decode()
            url = f"{interactor_server.api_url}/workflows/instances/{instance}/resume"
            headers = {"Authorization": f"Bearer {token}"}
            answered.append(httpx.post(url, json={"input": {"ok": True}}, headers=headers, timeout=20).status_code)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    interactor.webhooks.subscribe(receiver)
    created = httpx.post(
        f"{interactor_server.api_url}/workflows/ask/instances", json={}, headers={"Authorization": f"Bearer {token}"}
    )
    interactor.run(created.json()["data"]["id"]).assert_completed("end")
    assert answered == [200]


def test_what_was_secret_once_stays_hidden(interactor: Emulator, interactor_client: httpx.Client) -> None:
    interactor.secrets["K"] = "the-first-key"
    interactor.http.post("https://t.example/").respond(200)
    interactor.load(
        workflow("w", {"a": http("https://t.example/", "end", method="POST", body="${secrets.K}"), "end": terminal()})
    )
    interactor.start("w").assert_completed()
    interactor.secrets["K"] = "the-second-key"
    del interactor.secrets["K"]
    control = str(interactor_client.base_url).replace("/api/v1/", "/_emulator")
    shown = httpx.get(f"{control}/requests").text
    assert "the-first-key" not in shown
    assert "[REDACTED]" in shown


def test_a_presentation_is_shown_as_it_is_also_in_the_history(
    interactor: Emulator, interactor_client: httpx.Client
) -> None:
    interactor.secrets["K"] = "test"
    message = {"type": "message", "message": "${workflow_data.text}"}
    states = {
        "a": script("console.log('a test'); return {text: 'this is a test'}", "ask"),
        "ask": halt("end", presentation=message),
        "end": terminal(),
    }
    interactor.load(workflow("w", states))
    run = interactor.start("w")
    history = interactor_client.get(f"/workflows/instances/{run.id}/history").json()["data"]["events"]
    assert [event["message"] for event in history if event["type"] == "halt"] == ["this is a test"]
    assert run.history[0].logs == ["a [REDACTED]"]
