"""In an event loop: awaited twins, blocking calls from inside a running loop, and other libraries' time."""

import asyncio
import datetime
from typing import Any, Final

import freezegun
import httpx
import pytest
import time_machine
from interactor_emulator import Emulator, Server
from interactor_emulator.errors import InstanceNotHalted
from interactor_emulator.facade.inbox import Inbox

from tests.workflows import http, terminal, workflow

from .test_people import ASK

HALTED: Final = "workflow.instance.halted"


@pytest.fixture(autouse=True)
def ask(interactor: Emulator) -> None:
    interactor.load(ASK)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def _approves(interactor: Emulator) -> None:
    inbox = interactor.webhooks.inbox
    run = await interactor.aio.start("ask", {"a": 1}, namespace="u")
    assert (await interactor.aio.wait_for(HALTED)).data["namespace"] == "u"
    await run.resume(b=2)
    await interactor.aio.advance(hours=1)
    (await run.resume(ok=True)).assert_completed("end").assert_path("first", "second", "end")
    with pytest.raises(InstanceNotHalted):
        await run.resume(ok=True)
    other = await interactor.aio.start("ask")
    (await other.cancel()).assert_cancelled(reason="requested")
    await interactor.aio.settle()
    assert inbox.events[-1] == "workflow.instance.cancelled"


@pytest.mark.anyio
async def test_with_anyio(interactor: Emulator) -> None:
    await _approves(interactor)


@pytest.mark.asyncio
async def test_with_asyncio(interactor: Emulator) -> None:
    await _approves(interactor)


def test_blocking_calls_work_inside_a_running_loop(interactor: Emulator) -> None:
    async def app(_scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await asyncio.sleep(0)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async def work() -> None:
        interactor.webhooks.subscribe(app)
        interactor.start("ask").resume().resume(ok=True).assert_completed("end")
        assert {each.status for each in interactor.webhooks.deliveries} == {"delivered"}

    asyncio.run(work())


def test_the_emulators_clock_stands_apart_from_time_machine(interactor: Emulator, interactor_inbox: Inbox) -> None:
    """An app whose time is moved checks a webhook's age by its own time: the header is dated by that."""
    with time_machine.travel(datetime.datetime(2031, 5, 1, tzinfo=datetime.UTC), tick=False):
        run = interactor.start("ask")
        assert interactor.clock.now.isoformat() == "2026-01-20T12:00:00+00:00"
        interactor.clock.advance(days=89)
        assert interactor_inbox.received[0].headers["x-interactor-timestamp"] == "1935360000"
    interactor.clock.advance(days=1)
    run.assert_cancelled(reason="ttl_expired")


def test_the_emulators_clock_stands_apart_from_freezegun(interactor: Emulator, interactor_inbox: Inbox) -> None:
    with freezegun.freeze_time("2031-05-01T00:00:00Z"):
        interactor.start("ask").resume().resume(ok=True).assert_completed("end")
        assert interactor.clock.now.isoformat() == "2026-01-20T12:00:00+00:00"
    assert {each.headers["x-interactor-timestamp"] for each in interactor_inbox.received} == {"1935360000"}


@pytest.mark.asyncio
async def test_an_app_shares_the_loop_of_whoever_awaits(interactor: Emulator) -> None:
    """A queue, a lock or a connection of the test's is then the app's too."""
    heard: asyncio.Queue[tuple[str, bool]] = asyncio.Queue()
    gate, mine = asyncio.Event(), asyncio.get_running_loop()

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await gate.wait()
        await heard.put((scope["path"], asyncio.get_running_loop() is mine))
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]})
        await send({"type": "http.response.body", "body": b'{"seen": true}'})

    interactor.routes = {"https://app.example": app}
    interactor.webhooks.subscribe(app, ["workflow.instance.completed"], path="/hook")
    interactor.load(workflow("calls", {"call": http("https://app.example/logic", "end"), "end": terminal()}))
    starting = asyncio.create_task(interactor.aio.start("calls"))
    gate.set()
    assert await heard.get() == ("/logic", True)
    assert await heard.get() == ("/hook", True)
    (await starting).assert_completed("end").assert_data(seen=True)


@pytest.mark.asyncio
async def test_an_app_may_call_back_from_that_loop_awaiting_or_blocking(interactor: Emulator) -> None:
    states: list[str] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if not states:
            states.append((await interactor.aio.start("ask")).state)
            states.append(interactor.start("ask").state)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    interactor.webhooks.subscribe(app, ["workflow.instance.created"])
    await interactor.aio.start("ask")
    assert states == ["first", "first"]


@pytest.mark.asyncio
async def test_behind_a_server_too_an_app_runs_in_the_loop_in_which_it_was_handed_over(
    interactor: Emulator, interactor_server: Server
) -> None:
    gate, mine, heard = asyncio.Event(), asyncio.get_running_loop(), asyncio.Queue[tuple[str, bool]]()

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await gate.wait()
        await heard.put((scope["path"], asyncio.get_running_loop() is mine))
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"{}"})

    interactor.routes = {"https://app.example": app}
    interactor.webhooks.subscribe(app, ["workflow.instance.completed"], path="/hook")
    interactor.load(workflow("calls", {"call": http("https://app.example/logic", "end"), "end": terminal()}))
    headers = {"Authorization": f"Bearer {interactor.token()}"}
    async with httpx.AsyncClient(base_url=interactor_server.api_url, headers=headers) as client:
        starting = asyncio.create_task(client.post("/workflows/calls/instances", json={"namespace": "n"}))
        gate.set()
        assert await heard.get() == ("/logic", True)
        assert (await starting).json()["data"]["status"] == "completed"
    assert await heard.get() == ("/hook", True)


@pytest.mark.asyncio
async def test_an_app_whose_loop_is_held_up_gets_one_of_its_own(
    interactor: Emulator, interactor_client: httpx.Client
) -> None:
    """The test waits without awaiting, for what the app is to answer."""
    mine, others = asyncio.get_running_loop(), []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        others.append(asyncio.get_running_loop() is not mine)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"{}"})

    interactor.routes = {"https://app.example": app}
    interactor.load(workflow("calls", {"call": http("https://app.example/logic", "end"), "end": terminal()}))
    made = interactor_client.post("/workflows/calls/instances", json={"namespace": "n"})
    assert (made.json()["data"]["status"], others) == ("completed", [True])


@pytest.mark.asyncio
async def test_an_app_that_is_mounted_and_one_that_it_calls_share_the_loop(interactor: Emulator) -> None:
    mine, same = asyncio.get_running_loop(), []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        same.append(asyncio.get_running_loop() is mine)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"{}"})

    interactor.routes = {"https://app.example": app}
    interactor.load(workflow("calls", {"call": http("https://app.example/logic", "end"), "end": terminal()}))
    headers, transport = {"Authorization": f"Bearer {interactor.token()}"}, httpx.ASGITransport(interactor.asgi_app)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost/api/v1", headers=headers) as client:
        made = await client.post("/workflows/calls/instances", json={"namespace": "n"})
    assert (made.json()["data"]["status"], same) == ("completed", [True])
