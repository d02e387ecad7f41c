"""Random definitions with threads, HTTP answers and inputs: in process and over HTTP the same happens, every history
is a legal walk of its definition, and the data adds up."""

import asyncio
import contextlib
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from interactor_emulator import Emulator, InteractorError
from interactor_emulator.definition.parse import parse
from pytest_interactor.invariants import Seen, broken
from pytest_interactor.strategies import FEATURES, definitions

# A script's result needs no script here: the answer of an HTTP call is the change itself.
KINDS = FEATURES - {"scripts", "throwing", "odd"}
KEYS = ["a", "b", "c"]
VALUES = st.integers(0, 3) | st.booleans() | st.sampled_from(["x", None])
changes = st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=2)
answers = st.lists(st.tuples(st.sampled_from([200, 200, 200, 500]), changes), min_size=1, max_size=6)
moves = st.lists(
    st.tuples(st.integers(0, 3), changes, st.sampled_from([None, "k0", "k1"]), st.integers(0, 3)), max_size=6
)
LIMITS = {"transitions_per_run": 25}


def emulator(definition: dict[str, Any], script: list[tuple[int, dict[str, Any]]]) -> Emulator:
    made = Emulator(seed=3, now="2026-01-20T12:00:00Z", limits=LIMITS)
    made.load(definition)
    turn = iter(script * 200)

    def answer(_request: httpx.Request) -> httpx.Response:
        status, body = next(turn)
        return httpx.Response(status, json=body)

    made.http.route(host="api.example").mock(side_effect=answer)
    return made


def workflow_of(emulator: Emulator) -> str:
    """The name of the one that is loaded."""
    return next(iter(emulator.states()))


def in_process(emulator: Emulator, moves: list[Any]) -> str:
    run = emulator.start(workflow_of(emulator), {"a": 1}, namespace="n")
    for thread, input_, choice, seconds in moves:
        halted = [name for name in run.threads if run.thread(name).status == "halted"]
        if halted:
            given = input_ if choice is None else {**input_, "choice": choice}
            with contextlib.suppress(InteractorError):
                run.thread(halted[thread % len(halted)]).resume(given)
        emulator.clock.advance(seconds=seconds)
    return run.id


async def over_http(emulator: Emulator, moves: list[Any], client: httpx.AsyncClient) -> str:
    created = await client.post(
        f"/workflows/{workflow_of(emulator)}/instances", json={"namespace": "n", "input": {"a": 1}}
    )
    body = created.json()
    id_ = body["data"]["id"] if created.status_code == 201 else body["error"]["details"]["instance_id"]
    for thread, input_, choice, seconds in moves:
        threads = (await client.get(f"/workflows/instances/{id_}/threads")).json()["data"]["threads"]
        halted = [each["id"] for each in threads if each["status"] == "halted"]
        if halted:
            given = input_ if choice is None else {**input_, "choice": choice}
            path = f"/workflows/instances/{id_}/threads/{halted[thread % len(halted)]}/resume"
            answer = await client.post(path, json={"input": given})
            assert answer.status_code in (200, 400, 500)
        await client.post("/_emulator/clock/advance", json={"seconds": seconds})
    return str(id_)


async def whole(emulator: Emulator, id_: str, client: httpx.AsyncClient) -> tuple[Any, list[Any]]:
    """The instance, and its history in pages of three."""
    shown = (await client.get(f"/workflows/instances/{id_}")).json()["data"]
    events: list[Any] = []
    query: dict[str, Any] = {"limit": 3, "include_data": "true"}
    while True:
        page = (await client.get(f"/workflows/instances/{id_}/history", params=query)).json()["data"]
        events += page["events"]
        if not page["pagination"]["has_more"]:
            return shown, events
        query["cursor"] = page["pagination"]["next_cursor"]


def client_of(emulator: Emulator) -> httpx.AsyncClient:
    async def rewritten(request: httpx.Request) -> None:
        if "/_emulator" in request.url.path:
            request.url = request.url.copy_with(path=request.url.path.removeprefix("/api/v1"))

    headers = {"Authorization": f"Bearer {emulator.token(expires_in=10**6)}"}
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(emulator.asgi_app),
        base_url="http://127.0.0.1/api/v1",
        headers=headers,
        event_hooks={"request": [rewritten]},
    )


@pytest.mark.unmeasured
@settings(
    # What this finds is rare, and an example takes 20 ms: never fewer than 200.
    max_examples=max(200, settings().max_examples),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(definition=definitions(min_states=2, max_states=7, features=KINDS), script=answers, moves=moves)
def test_in_process_and_over_http_the_same_happens(
    definition: dict[str, Any], script: list[Any], moves: list[Any]
) -> None:
    here, there = emulator(definition, script), emulator(definition, script)
    mine = in_process(here, moves)

    async def compare() -> None:
        async with client_of(here) as one, client_of(there) as other:
            theirs = await over_http(there, moves, other)
            assert mine == theirs
            shown, events = await whole(here, mine, one)
            assert (shown, events) == await whole(there, theirs, other)
            seen = Seen(shown, events, here.clock.now)
            assert [
                each for each in broken(parse(definition), seen) if not each.startswith("the instance failed")
            ] == []

    asyncio.run(compare())
    assert here.run(mine).path == there.run(mine).path
