"""A reader of the stream that comes back: it goes on after what it has seen."""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

import httpx
import pytest
from interactor_emulator import Emulator, Run
from interactor_emulator.errors import ScriptError

from tests.workflows import action, halt, script, terminal, workflow


class Frame(NamedTuple):
    id: str
    event: str
    data: Any


def frames(lines: Iterator[str]) -> Iterator[Frame]:
    for line in lines:
        if line.startswith("id: "):
            event, data = next(lines).removeprefix("event: "), next(lines).removeprefix("data: ")
            yield Frame(line.removeprefix("id: "), event, json.loads(data))


def completed(emulator: Emulator) -> Run:
    """Forks, joins and steps between the halts."""
    states = {
        "split": action("collect", fork={"left": "ask_left", "right": "ask_right"}),
        "ask_left": halt("end"),
        "ask_right": halt("end"),
        "collect": action("count", join=True),
        "count": script("return {...workflow_data, counted: true}", "end"),
        "end": terminal(),
    }
    emulator.load(workflow("forked", states))
    return emulator.start("forked", namespace="user_1", input={"amount": 5})


def answer(run: Run) -> None:
    run.thread("left").resume(left=1)
    run.thread("right").resume(right=2)


def failed(emulator: Emulator) -> Run:
    states = {"ask": halt("work"), "work": script("throw new Error('no stock')", "end"), "end": terminal()}
    emulator.load(workflow("failing", states))
    return emulator.start("failing", namespace="user_1")


def cancelled(emulator: Emulator) -> Run:
    emulator.load(workflow("again", {"ask": halt("ask")}))
    return emulator.start("again", namespace="user_1")


def fail(run: Run) -> None:
    with pytest.raises(ScriptError):
        run.resume(n=1)


def cancel(run: Run) -> None:
    run.resume(n=1).resume(n=2).cancel()


@pytest.mark.parametrize(
    ("make", "end"),
    [(completed, answer), (failed, fail), (cancelled, cancel)],
    ids=["completed", "failed", "cancelled"],
)
def test_a_reader_that_comes_back_after_any_frame_is_told_the_rest_and_nothing_twice(
    interactor: Emulator, interactor_client: httpx.Client, make: Any, end: Any
) -> None:
    run = make(interactor)
    path = f"/workflows/instances/{run.id}/stream"
    with interactor_client.stream("GET", path) as stream:
        lines = frames(stream.iter_lines())
        first = next(lines)
        end(run)
        whole = [first, *lines]
    assert [whole[0].event, whole[-1].event] == ["state", "done"]
    assert len({frame.id for frame in whole}) == len(whole) > 4
    for number, seen in enumerate(whole[:-1], 1):
        again = interactor_client.get(path, headers={"Last-Event-ID": seen.id})
        assert list(frames(iter(again.text.splitlines()))) == whole[number:]
    over = interactor_client.get(path, headers={"Last-Event-ID": whole[-1].id})
    assert (over.status_code, over.content) == (204, b"")


def test_what_was_missed_comes_before_what_happens_now(
    interactor: Emulator, interactor_client: httpx.Client, instance: str
) -> None:
    run = interactor.run(instance.rsplit("/", 1)[1])
    with interactor_client.stream("GET", f"{instance}/stream") as stream:
        seen = next(frames(stream.iter_lines()))
    with interactor_client.stream("GET", f"{instance}/stream", headers={"Last-Event-ID": seen.id}) as stream:
        run.resume(ok=True)
        told = [frame.event for frame in frames(stream.iter_lines())]
    assert told == ["resumed", "workflow_data_updated", "state_changed", "completed", "done"]


@pytest.mark.parametrize("seen", ["", "7", "evt_", "evt_01KFDVZ000000000000000000Z.1", "a.b.c", "ü", "x" * 5_000])
def test_an_id_that_nobody_gave_out_begins_anew(interactor_client: httpx.Client, instance: str, seen: str) -> None:
    interactor_client.post(f"{instance}/cancel")
    headers = {b"Last-Event-ID": seen.encode()}
    again = interactor_client.get(f"{instance}/stream", headers=headers)
    assert [frame.event for frame in frames(iter(again.text.splitlines()))] == ["state", "done"]


def test_an_id_of_another_instance_begins_anew(
    interactor: Emulator, interactor_client: httpx.Client, approval: Any
) -> None:
    first, second = (interactor.start("approval", namespace="user_1").cancel() for _ in range(2))
    told = interactor_client.get(f"/workflows/instances/{first.id}/stream").text
    done = list(frames(iter(told.splitlines())))[-1]
    again = interactor_client.get(f"/workflows/instances/{second.id}/stream", headers={"Last-Event-ID": done.id})
    assert again.status_code == 200


@pytest.mark.interactor(limits={"stream_unread_bytes": 2_000})
def test_who_has_missed_more_than_a_reader_may_leave_unread_begins_anew(
    interactor: Emulator, interactor_client: httpx.Client
) -> None:
    run = cancelled(interactor)
    path = f"/workflows/instances/{run.id}/stream"
    with interactor_client.stream("GET", path) as stream:
        seen = next(frames(stream.iter_lines()))
    for number in range(20):
        run.resume(n=number)
    with interactor_client.stream("GET", path, headers={"Last-Event-ID": seen.id}) as stream:
        begun = next(frames(stream.iter_lines()))
    assert (begun.event, begun.data) == ("state", {"state": "ask"})


@pytest.mark.interactor(limits={"heartbeat_seconds": 0.01})
def test_a_heartbeat_has_the_id_of_what_was_told_before_it(interactor_client: httpx.Client, instance: str) -> None:
    with interactor_client.stream("GET", f"{instance}/stream") as stream:
        lines = frames(stream.iter_lines())
        state, heartbeat = next(lines), next(lines)
    assert (heartbeat.event, heartbeat.id) == ("heartbeat", state.id)
