"""The stream of all that happens in an account: what it tells, in which shape, and how a follower finds its place."""

import asyncio
import json
import sys
from collections.abc import Iterator
from typing import Any, NamedTuple

import httpx
import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from interactor_emulator import Emulator, bounds
from interactor_emulator.state.events import Event, Failed, Noticed, ThreadEvent
from interactor_emulator.state.happenings import Happenings, Timed
from interactor_emulator.web.hosting.serving import Server
from interactor_emulator.wire.happenings import INSTANCE_KINDS, KINDS
from interactor_emulator.wire.schemas import Schemas

from tests.workflows import action, halt, http, script, terminal, to, workflow

PATH = "/_emulator/events"
MOST = bounds.HAPPENINGS.most


class Frame(NamedTuple):
    id: str
    kind: str
    data: dict[str, Any]


def frames(lines: Iterator[str]) -> Iterator[Frame]:
    for line in lines:
        if line.startswith("id: "):
            event = next(lines)
            if event:
                data = json.loads(next(lines).removeprefix("data: "))
                yield Frame(line.removeprefix("id: "), event.removeprefix("event: "), data)


@pytest.fixture
def url(interactor_server: Server) -> str:
    return interactor_server.url + PATH


def read(url: str, until: str = "clock", **options: Any) -> list[Frame]:
    """All from the beginning, or after an id, up to the first of this kind."""
    found = []
    with httpx.stream("GET", url, **options) as answer:
        assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
        for frame in frames(answer.iter_lines()):
            found.append(frame)
            if frame.kind == until:
                return found
    return found


START: dict[str, Any] = {"params": {"from": "start"}}
PLAIN = workflow("plain", {"ask": halt("end"), "end": terminal()})
BRANCHED = workflow(
    "branched",
    {
        "split": action("collect", fork={"left": "ask"}),
        "ask": halt(to("end", ok=True), presentation={"type": "message", "message": "Well?"}),
        "collect": action("work", join=True),
        "work": script("console.log('a line'); if (workflow_data.bad) throw new Error('no stock'); return {}", "end"),
        "end": terminal(),
    },
)


@pytest.fixture
def eventful(interactor: Emulator, interactor_client: httpx.Client) -> None:
    """Something of nearly every kind has happened; at the end the clock is moved."""
    interactor.load(BRANCHED)
    interactor.load(workflow("calls", {"call": http("https://x.example/q", "end"), "end": terminal()}))
    interactor.webhooks.subscribe("http://127.0.0.1:9/hook")
    path = "/workflows/instances"
    for bad in (False, True):
        made = interactor_client.post("/workflows/branched/instances", json={"namespace": "n", "input": {"bad": bad}})
        instance = f"{path}/{made.json()['data']['id']}"
        interactor_client.post(f"{instance}/threads/thread_left/resume", json={"input": {"ok": "maybe"}})
        interactor_client.post(f"{instance}/threads/thread_left/resume", json={"input": {"ok": True}})
    interactor_client.post("/workflows/calls/instances", json={"namespace": "n", "input": {}})
    interactor_client.get("/nowhere")
    made = interactor_client.post("/workflows/branched/instances", json={"namespace": "n", "input": {}})
    interactor_client.post(f"{path}/{made.json()['data']['id']}/cancel")
    interactor.settle()
    interactor.clock.advance(seconds=1)


def test_every_kind_has_the_shape_that_is_documented(eventful: None, url: str) -> None:
    found = read(url, **START)
    schemas = Schemas()
    for frame in found:
        schema = {**schemas.of(KINDS[frame.kind]), "components": {"schemas": schemas.named}}
        jsonschema.Draft202012Validator(schema).validate(frame.data)
        assert (frame.data["id"], frame.data["kind"]) == (frame.id, frame.kind)
    assert {frame.kind for frame in found} >= {
        "request", "created", "state_changed", "forked", "join_entered", "joined", "step_completed", "halted",
        "resumed", "resume_refused", "thread_completed", "completed", "failed", "cancelled", "delivery",
        "diagnostic", "published",
        "clock",
    }  # fmt: skip


def test_every_event_of_the_journal_is_told_but_for_one_that_says_nothing_new() -> None:
    def below(kind: type[Event]) -> set[type[Event]]:
        # A class with slots has a twin without them, which goes when garbage is looked for.
        there = [each for each in kind.__subclasses__() if getattr(sys.modules[each.__module__], each.__name__) is each]
        return {kind}.union(*map(below, there))

    concrete = below(Event) - {Event, ThreadEvent}
    assert concrete - set(INSTANCE_KINDS) == {Failed, Noticed}


def test_a_request_is_told_with_its_answer_after_what_it_did(
    interactor: Emulator, interactor_client: httpx.Client, instance: str, url: str
) -> None:
    refused = interactor_client.post(f"{instance}/resume", json={"input": {"ok": 3}})
    interactor.clock.advance(seconds=1)
    told = [frame.data for frame in read(url, **START) if frame.kind != "diagnostic"]
    assert [each["kind"] for each in told] == [
        "published", "created", "halted", "request", "resume_refused", "request", "clock",
    ]  # fmt: skip
    requests = [each for each in told if each["kind"] == "request"]
    assert [(each["method"], each["status"], each["code"]) for each in requests] == [
        ("POST", 201, None),
        ("POST", 400, "invalid_transition"),
    ]
    assert requests[1]["path"] == f"/api/v1{instance}/resume"
    assert requests[1]["request_id"] == refused.headers["x-request-id"]
    assert (told[2]["state"], told[2]["message"]) == ("await_answer", "Answer, please")


def test_who_asks_for_a_token_and_who_goes_astray_is_told_too(
    interactor: Emulator, interactor_server: Server, url: str
) -> None:
    httpx.post(f"{interactor_server.url}/oauth/token", json={"grant_type": "client_credentials", "client_id": "x"})
    httpx.get(f"{interactor_server.url}/workflows")
    httpx.get(f"{interactor_server.url}/_emulator/clock")
    interactor.clock.advance(seconds=1)
    requests = [frame.data for frame in read(url, **START) if frame.kind == "request"]
    assert [(each["path"], each["status"], each["code"]) for each in requests] == [
        ("/oauth/token", 401, "invalid_client"),
        ("/workflows", 404, "not_found"),
    ]


def test_a_follower_that_comes_back_after_a_frame_is_told_the_rest_and_nothing_twice(eventful: None, url: str) -> None:
    whole = read(url, **START)
    for place, frame in list(enumerate(whole[:-1]))[::5]:
        assert read(url, headers={"Last-Event-ID": frame.id}) == whole[place + 1 :]


def test_who_begins_to_follow_is_told_what_happens_from_then_on(interactor: Emulator, url: str) -> None:
    interactor.load(PLAIN)
    with httpx.stream("GET", url) as answer:
        lines = answer.iter_lines()
        place = next(lines).removeprefix("id: ")
        interactor.clock.advance(seconds=1)
        assert next(frames(lines)).kind == "clock"
    # And who loses the connection before anything was told has a place all the same.
    interactor.clock.freeze()
    assert [frame.kind for frame in read(url, headers={"Last-Event-ID": place})] == ["clock"]


def test_a_stream_goes_on_after_a_reset_with_what_was_told_before(interactor: Emulator, url: str) -> None:
    with httpx.stream("GET", url) as answer:
        lines = answer.iter_lines()
        place = next(lines).removeprefix("id: ")
        interactor.load(PLAIN)
        run = interactor.start("plain", namespace="n")
        interactor.reset()
        kinds = []
        for frame in frames(lines):
            kinds.append((frame.kind, frame.data.get("instance_id", run.id), frame.data.get("workflow", "plain")))
            if frame.kind == "reset":
                break
    again = read(url, until="reset", headers={"Last-Event-ID": place})
    assert ("created", run.id, "plain") in kinds
    assert [frame.kind for frame in again] == [kind for kind, *_ in kinds]


@pytest.mark.parametrize("id_", ["x", "1a2b-0.3", ".", "1a2b-0.99999999999999999999999"])
def test_of_another_run_of_the_server_nobody_knows_what_was_missed(interactor: Emulator, url: str, id_: str) -> None:
    interactor.load(PLAIN)
    interactor.clock.advance(seconds=1)
    told = read(url, headers={"Last-Event-ID": id_})
    assert [frame.kind for frame in told] == ["missed", "published", "clock"]
    assert told[0].data["count"] is None


def test_who_sleeps_for_too_long_is_told_how_much_is_forgotten(interactor: Emulator, url: str) -> None:
    with httpx.stream("GET", url) as answer:
        place = next(answer.iter_lines()).removeprefix("id: ")
    for _ in range(MOST + 2):
        interactor.account.happenings.add(Timed(0, frozen=True))
    interactor.load(PLAIN)
    told = read(url, until="published", headers={"Last-Event-ID": place})
    assert (told[0].kind, told[0].data["count"]) == ("missed", 3)
    assert len(told) == MOST + 1
    assert read(url, until="published", headers={"Last-Event-ID": told[0].id}) == told[1:]


def test_a_follower_hears_of_its_own_account_only(interactor: Emulator, interactor_server: Server, url: str) -> None:
    control = f"{interactor_server.url}/_emulator"
    httpx.post(f"{control}/accounts", json={"name": "other"})
    headers = {"X-Emulator-Account": "other"}
    interactor.clock.advance(seconds=1)
    httpx.put(f"{control}/clock", json={"frozen": True}, headers=headers)
    assert [frame.data["kind"] for frame in read(url, headers=headers, **START)] == ["clock"]
    with httpx.stream("GET", url, headers=headers) as answer:
        lines = answer.iter_lines()
        next(lines)
        httpx.request("DELETE", f"{control}/accounts/other")
        assert list(frames(lines)) == []
    refused = httpx.get(url, headers=headers)
    assert (refused.status_code, refused.json()["error"]["code"]) == (404, "not_found")


def test_only_so_many_may_follow_an_account_at_once(interactor: Emulator, url: str) -> None:
    for _ in range(bounds.FOLLOWERS.most):
        interactor.account.happenings.followers += 1
    refused = httpx.get(url)
    assert (refused.status_code, refused.json()["error"]["code"]) == (429, "rate_limited")
    interactor.account.happenings.followers -= 1
    with httpx.stream("GET", url) as answer:
        assert answer.status_code == 200


@pytest.mark.interactor(limits={"heartbeat_seconds": 0.01})
def test_a_heartbeat_comes_while_nothing_happens(url: str) -> None:
    with httpx.stream("GET", url) as answer:
        lines = (line for line in answer.iter_lines() if line)
        assert next(lines).startswith("id: ")
        assert [next(lines) for _ in range(2)] == [": nothing has happened"] * 2


def test_no_secret_is_told_and_no_text_is_long(
    interactor: Emulator, interactor_client: httpx.Client, approval: dict[str, Any], url: str
) -> None:
    interactor.secrets["KEY"] = "hunter2-hunter2"
    path = "/" + "x" * (bounds.HAPPENING.most - 5) + "hunter2-hunter2" + "x" * 1_000
    made = interactor_client.post(
        "/workflows/approval/instances", json={"namespace": "n", "input": {"said": "hunter2-hunter2" * 300}}
    )
    interactor_client.get(path)
    interactor_client.get(f"/workflows/instances/{made.json()['data']['id']}/hunter2-hunter2")
    interactor.clock.advance(seconds=1)
    told = read(url, **START)
    assert not any("hunter2" in json.dumps(frame.data) or "hunt" in frame.data.get("path", "") for frame in told)
    texts = [text for frame in told for text in frame.data.values() if isinstance(text, str)]
    assert bounds.HAPPENING.most >= max(map(len, texts)) > bounds.HAPPENING.most - 20


def test_of_a_log_ten_lines_are_told(interactor: Emulator, url: str) -> None:
    code = "for (let i = 0; i < 50; i++) console.log('x'.repeat(900)); return {}"
    interactor.load(workflow("talks", {"talk": script(code, "end"), "end": terminal()}))
    interactor.start("talks", namespace="n")
    interactor.clock.advance(seconds=1)
    logs = next(frame.data["logs"] for frame in read(url, **START) if frame.kind == "step_completed")
    assert logs == ["x" * bounds.HAPPENING.most] * 10


def test_a_delivery_that_is_told_can_be_looked_at(eventful: None, interactor_server: Server, url: str) -> None:
    told = next(frame.data for frame in read(url, **START) if frame.kind == "delivery")
    control = f"{interactor_server.url}/_emulator"
    delivery = httpx.get(f"{control}/deliveries/{told['delivery_id']}").json()
    attempt = delivery["attempts"][told["attempt"] - 1]
    assert (delivery["event"], attempt["error"], attempt["next"]) == (told["event"], told["error"], told["next"])
    assert attempt["request_headers"]["X-Interactor-Delivery"] == told["delivery_id"]
    missing = httpx.get(f"{control}/deliveries/del_nope")
    assert (missing.status_code, missing.json()["error"]["code"]) == (404, "webhook_not_found")


def test_followers_that_never_read_hold_up_nobody_and_keep_nothing(interactor: Emulator) -> None:
    """Their connections take nothing: whatever happens, there is one piece of the body for each, and no more."""
    interactor.load(PLAIN)
    pieces = []

    async def scenario() -> None:
        never = asyncio.Event()
        left = asyncio.Event()

        async def receive() -> Any:
            await left.wait()
            return {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            if message.get("body"):
                pieces.append(message["body"])
                await never.wait()

        scope = {"type": "http", "method": "GET", "path": PATH, "query_string": b"", "headers": [(b"host", b"[::1]")]}
        sleepers = [asyncio.create_task(interactor.asgi_app({**scope}, receive, send)) for _ in range(5)]
        while len(pieces) < len(sleepers):
            await asyncio.wait(sleepers, timeout=0)
        for _ in range(20):
            interactor.start("plain", namespace="n")
            await asyncio.wait(sleepers, timeout=0)
        left.set()
        await asyncio.gather(*sleepers)

    asyncio.run(scenario())
    assert len(pieces) == 5
    assert interactor.account.happenings.followers == 0


@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from([0, 1, 2, 5, MOST - 1, MOST, MOST + 1])), max_size=12))
def test_what_every_follower_is_told_and_told_to_have_missed_is_all_that_happened(
    steps: list[tuple[int, int]],
) -> None:
    """Four followers that read now and then, each at its own pace, as far as one piece goes."""
    kept = Happenings(lambda id_, _told: id_.encode())
    places, counts = dict.fromkeys(range(4), 0), dict.fromkeys(range(4), 0)
    for follower, number in steps:
        for _ in range(number):
            kept.add(Timed(0, frozen=False))
        passage = kept.after(kept.place_of(kept.id_of(places[follower])), 1_000)
        begin = places[follower] + (passage.missed or 0)
        assert passage.frames == [kept.id_of(place + 1).encode() for place in range(begin, passage.place)]
        assert kept.count - begin <= MOST
        counts[follower] += (passage.missed or 0) + len(passage.frames)
        places[follower] = passage.place
        assert counts[follower] == passage.place
