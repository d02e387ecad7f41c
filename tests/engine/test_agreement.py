"""Random definitions with threads, HTTP answers and inputs: in process and over HTTP the same happens, every history
is a legal walk of its definition, and the data adds up."""

import asyncio
import contextlib
from collections.abc import Mapping
from typing import Any

import httpx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from interactor_emulator import Emulator, InteractorError

from tests.workflows import workflow

NAMES = [f"s{number}" for number in range(7)]
KEYS = ["a", "b", "c"]
VALUES = st.integers(0, 2) | st.booleans() | st.sampled_from(["x", None])
URL = "https://x.example/"

targets = st.sampled_from(NAMES)
conditions = st.fixed_dictionaries({"field": st.sampled_from(KEYS), "equals": VALUES})
transitions = st.lists(st.fixed_dictionaries({"target": targets}, optional={"condition": conditions}), max_size=3)
changes = st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=2)
calls = st.fixed_dictionaries(
    {"type": st.just("http"), "method": st.just("GET"), "url": st.just(URL)},
    optional={
        "retry": st.fixed_dictionaries(
            {"attempts": st.integers(1, 3), "backoff": st.sampled_from(["linear", "exponential"])}
        ),
        "output": st.sampled_from(["a", {"path": "b.c", "mode": "merge"}]),
    },
)
# A script's result that needs no script: an HTTP call whose answer is the change itself.
logic = st.lists(calls, max_size=2)
action = st.fixed_dictionaries(
    {"type": st.just("action"), "transitions": transitions},
    optional={
        "logic": logic,
        "on_enter": calls,
        "fork": st.lists(targets, max_size=2) | st.dictionaries(st.sampled_from(["x", "y"]), targets, max_size=2),
        "join": st.booleans(),
    },
)
halting = st.fixed_dictionaries(
    {"type": st.just("halting"), "transitions": transitions},
    optional={
        "halting_instructions": st.just({"instruction": "Say so. Now.", "include_data": KEYS}),
        "transition_mode": st.sampled_from(["condition", "selection"]),
        "join": st.booleans(),
        "on_enter": calls,
    },
)
terminal = st.fixed_dictionaries({"type": st.just("terminal")}, optional={"join": st.booleans(), "on_enter": calls})


def keyed(state: dict[str, Any]) -> dict[str, Any]:
    return {
        **state,
        "transitions": [{**each, "key": f"k{index}"} for index, each in enumerate(state["transitions"])],
    }


definitions = st.fixed_dictionaries(
    {name: action | halting.map(keyed) | terminal for name in NAMES},
).map(lambda states: workflow("w", states))
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

    made.http.get(URL).mock(side_effect=answer)
    return made


def in_process(emulator: Emulator, moves: list[Any]) -> str:
    run = emulator.start("w", {"a": 1}, namespace="n")
    for thread, input_, choice, seconds in moves:
        halted = [name for name in run.threads if run.thread(name).status == "halted"]
        if halted:
            given = input_ if choice is None else {**input_, "choice": choice}
            with contextlib.suppress(InteractorError):
                run.thread(halted[thread % len(halted)]).resume(given)
        emulator.clock.advance(seconds=seconds)
    return run.id


async def over_http(emulator: Emulator, moves: list[Any], client: httpx.AsyncClient) -> str:
    created = await client.post("/workflows/w/instances", json={"namespace": "n", "input": {"a": 1}})
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


def applied(data: dict[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    updated = {key: both["to"] for key, both in changes.get("updated", {}).items()}
    return {**data, **changes.get("added", {}), **updated}


def check_history(definition: dict[str, Any], events: list[Any]) -> None:
    at: dict[str, str] = {}
    from_transitions: dict[str, Any] = {}
    since: list[Any] = []
    for event in events:
        thread = event.get("thread_id", "thread_main")
        if event["subtype"] == "created":
            at[thread] = event["initial_state"]
        elif event["subtype"] == "fork":
            assert at[event["parent_thread_id"]] == event["from_state"]
            forks = definition["states"][event["from_state"]]["fork"]
            assert event["to_state"] in (forks.values() if isinstance(forks, dict) else forks)
            at[thread] = event["to_state"]
        elif event["subtype"] == "join":
            assert at[thread] == event["from_state"]
            assert at[event["parent_thread_id"]] == event["to_state"]
            assert definition["states"][event["to_state"]]["join"] is True
        elif event["type"] == "transition":
            assert at[thread] == event["from_state"]
            state = definition["states"][event["from_state"]]
            assert event["to_state"] in [each["target"] for each in state["transitions"]]
            assert (state["type"] == "halting") == (event["trigger"] == "resume")
            at[thread] = event["to_state"]
        elif "state" in event:
            assert at[thread] == event["state"] or event["type"] == "error"
        changes = event.get("changes", {})
        if event["type"] == "transition" and event["subtype"] != "join":
            from_transitions, since = applied(from_transitions, changes), []
        elif event["type"] == "step":
            since.append(changes)
        folded = from_transitions
        for each in since:
            folded = applied(folded, each)
        assert event["workflow_data"] == folded, event


@settings(
    # What this finds is rare, and an example takes 20 ms: never fewer than 200.
    max_examples=max(200, settings().max_examples),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(definition=definitions, script=answers, moves=moves)
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
            check_history(definition, events)
            if events:
                assert events[-1]["workflow_data"] == shown["workflow_data"]

    asyncio.run(compare())
    assert here.run(mine).path == there.run(mine).path
