"""The stream of an instance: server-sent events."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import pytest
from interactor_emulator import Emulator

from tests.workflows import action, halt, terminal, workflow

Told = tuple[str, dict[str, Any]]


def told(lines: Iterator[str]) -> Iterator[Told]:
    for line in lines:
        if line.startswith("event: "):
            yield line.removeprefix("event: "), json.loads(next(lines).removeprefix("data: "))


def test_a_stream_tells_what_happens_until_the_end(interactor_client: httpx.Client, instance: str) -> None:
    with interactor_client.stream("GET", f"{instance}/stream") as answer:
        assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
        events = told(answer.iter_lines())
        first = next(events)
        interactor_client.post(f"{instance}/resume", json={"input": {"ok": True, "note": "fine"}})
        rest = list(events)
    assert first == ("state", {"state": "await_answer"})
    assert rest == [
        ("resumed", {"state": "await_answer", "input": {"ok": True, "note": "fine"}}),
        ("workflow_data_updated", {"key": "ok", "value": True}),
        ("workflow_data_updated", {"key": "note", "value": "fine"}),
        ("state_changed", {"state": "done", "previous_state": "await_answer", "thread_id": "thread_main"}),
        ("completed", {"status": "completed", "final_state": "done", "output": {"ok": True, "note": "fine"}}),
        ("done", {}),
    ]


CHOOSING = workflow(
    "choosing",
    {
        "start": action("ask", fork={"side": "choose"}),
        "ask": halt("end", presentation={"type": "message", "message": "m"}),
        "choose": {"type": "halting", "transition_mode": "selection", "transitions": [{"target": "end", "key": "go"}]},
        "end": terminal(),
    },
)


def test_a_halt_tells_what_is_shown_and_of_which_thread(interactor: Emulator, interactor_client: httpx.Client) -> None:
    interactor.load(workflow("w", {"first": halt("start"), **CHOOSING["states"]}))
    run = interactor.start("w", namespace="user_1")
    with interactor_client.stream("GET", f"/workflows/instances/{run.id}/stream") as answer:
        events = told(answer.iter_lines())
        run.resume().cancel()
        halts = [data for name, data in events if name == "halted"]
    choices = [{"key": "go", "description": None, "to": "end"}]
    options = {
        "instruction": "",
        "include_data": [],
        "transition_mode": "selection",
        "choices": choices,
        "generated": False,
    }
    assert halts == [
        {"state": "ask", "presentation": {"type": "message", "message": "m"}},
        {"state": "choose", "halted_options": options, "thread_id": "thread_side"},
    ]


@pytest.mark.interactor(rate_limits=True)
def test_an_account_has_10_streams_at_once(
    interactor: Emulator, interactor_client: httpx.Client, instance: str
) -> None:
    with ExitStack() as stack:
        for _ in range(10):
            stack.enter_context(interactor_client.stream("GET", f"{instance}/stream"))
        refused = interactor_client.get(f"{instance}/stream")
        assert (refused.status_code, refused.json()["error"]["code"]) == (429, "rate_limited")
        interactor.run(instance.rsplit("/", 1)[1]).cancel()
    assert interactor_client.get(f"{instance}/stream").status_code == 200


def test_an_instance_that_is_over_is_told_and_done(interactor_client: httpx.Client, instance: str) -> None:
    interactor_client.post(f"{instance}/cancel")
    events = list(told(iter(interactor_client.get(f"{instance}/stream").text.splitlines())))
    assert [name for name, _ in events] == ["state", "done"]
    assert events[0][1] == {"state": "await_answer"}


def test_the_token_may_stand_in_the_query_of_a_stream_only(
    interactor: Emulator, interactor_client: httpx.Client, interactor_server: Any, instance: str
) -> None:
    interactor_client.post(f"{instance}/cancel")
    url = f"{interactor_server.api_url}{instance}"
    assert httpx.get(f"{url}/stream", params={"token": interactor.token()}).status_code == 200
    assert httpx.get(f"{url}/stream").status_code == 401
    assert httpx.get(url, params={"token": interactor.token()}).status_code == 401


@pytest.mark.interactor(limits={"heartbeat_seconds": 0.01})
def test_a_heartbeat_comes_while_nothing_happens(interactor_client: httpx.Client, instance: str) -> None:
    with interactor_client.stream("GET", f"{instance}/stream") as answer:
        events = told(answer.iter_lines())
        first, *beats = [next(events) for _ in range(3)]
    assert first[0] == "state"
    assert beats == [("heartbeat", {"timestamp": "2026-01-20T12:00:00Z"})] * 2


def test_many_readers_hear_the_same(interactor: Emulator, interactor_client: httpx.Client, instance: str) -> None:
    with ExitStack() as stack:
        readers = [stack.enter_context(interactor_client.stream("GET", f"{instance}/stream")) for _ in range(5)]
        streams = [told(reader.iter_lines()) for reader in readers]
        for stream in streams:
            assert next(stream)[0] == "state"
        interactor.run(instance.rsplit("/", 1)[1]).cancel()
        heard = [list(stream) for stream in streams]
    assert all(each == heard[0] for each in heard)
    assert [name for name, _ in heard[0]] == ["cancelled", "done"]


def test_a_reset_ends_the_stream(interactor: Emulator, interactor_client: httpx.Client, instance: str) -> None:
    with interactor_client.stream("GET", f"{instance}/stream") as answer:
        events = told(answer.iter_lines())
        assert next(events)[0] == "state"
        interactor.reset()
        assert [name for name, _ in events] == ["done"]


def test_nobody_is_followed_once_the_reader_has_gone(interactor: Emulator, instance: str) -> None:
    """An ASGI server says `http.disconnect`; the stream ends, and nothing of it is left in the account."""

    async def scenario() -> None:
        left = asyncio.Event()
        sent: list[Any] = []

        async def receive() -> Any:
            await left.wait()
            return {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            sent.append(message)
            left.set()

        await interactor.asgi_app(_scope(interactor, instance), receive, send)
        assert sent[0]["status"] == 200

    asyncio.run(scenario())
    assert not interactor.account.feed.followed


@pytest.mark.interactor(limits={"stream_unread_bytes": 2_000})
def test_a_reader_that_does_not_read_is_dropped(interactor: Emulator, approval: dict[str, Any]) -> None:
    """Its connection takes nothing; what waits for it is bounded, and then it is forgotten."""
    interactor.load(workflow("again", {"ask": halt("ask")}))
    run = interactor.start("again", namespace="user_1")

    async def scenario() -> None:
        never = asyncio.Event()

        async def receive() -> Any:
            await never.wait()

        async def send(_message: Any) -> None:
            await never.wait()

        path = f"/workflows/instances/{run.id}"
        streaming = asyncio.create_task(interactor.asgi_app(_scope(interactor, path), receive, send))
        while not interactor.account.feed.followed:
            await asyncio.wait({streaming}, timeout=0)
        for number in range(100):
            run.resume(n=number)
        await streaming

    asyncio.run(scenario())
    assert not interactor.account.feed.followed


def _scope(emulator: Emulator, instance: str) -> dict[str, Any]:
    return {
        "type": "http",
        "method": "GET",
        "path": f"/api/v1{instance}/stream",
        "query_string": b"token=" + emulator.token().encode(),
        "headers": [],
    }
