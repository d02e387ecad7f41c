"""What holds of every instance: each rule is broken here, by telling otherwise what was seen."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from interactor_emulator import Emulator
from interactor_emulator.definition.model import Definition
from pytest_interactor.invariants import Seen, broken, check, seen

from tests.workflows import action, halt, terminal, to, workflow

FORKED = workflow(
    "forked",
    {
        "split": action("wait", fork={"x": "ask", "y": "ask"}),
        "ask": halt(to("done", ok=True), "ask"),
        "done": terminal(),
        "wait": action("end", join=True),
        "end": terminal(),
    },
)


@pytest.fixture
def half(interactor: Emulator) -> tuple[Definition, Seen]:
    """An instance of which one thread has ended and one waits for an answer."""
    interactor.load(FORKED)
    run = interactor.start("forked").thread("x").resume(ok=True)
    definition = interactor.account.store.workflows["forked"].versions[0].definition
    return definition, interactor.read(lambda account: seen(account, run.id))


def test_nothing_is_wrong_with_an_instance_on_its_way(interactor: Emulator, half: tuple[Definition, Seen]) -> None:
    assert broken(*half) == []
    (run,) = interactor.runs
    check(interactor, run)
    run.thread("y").resume(ok=False).thread("y").resume(ok=True)
    check(interactor, run.assert_completed())


def test_a_failed_instance_is_wrong_unless_it_may_fail(interactor: Emulator) -> None:
    interactor.load(workflow("w", {"go": action(to("end", x=1)), "end": terminal()}))
    run = interactor.start("w")
    with pytest.raises(AssertionError, match="the instance failed in go: invalid_transition: No transition of state"):
        check(interactor, run)
    check(interactor, run, may_fail={"invalid_transition"})


INSTANCES: list[tuple[dict[str, Any], str]] = [
    ({"status": "halted"}, "it is halted, but its threads are running, completed, halted"),
    ({"error": "script_error: no"}, "it is running, and has an error"),
    ({"cancelled_at": "2026-01-20T12:00:00Z"}, "it is running, and has a time of its cancel"),
    ({"history": [{"state": "split"}]}, "its path is split, but its events tell of split → ask → ask → wait → done"),
    ({"workflow_data": {"a": 1}}, "its data is not that after its last event"),
]


@pytest.mark.parametrize(("members", "wrong"), INSTANCES)
def test_what_its_own_members_tell_otherwise(
    half: tuple[Definition, Seen], members: dict[str, Any], wrong: str
) -> None:
    definition, found = half
    assert wrong in broken(definition, replace(found, instance={**found.instance, **members}))


THREADS: list[tuple[dict[str, str], str]] = [
    ({"status": "halted", "current_state": "end"}, "thread_y is halted in end, which is terminal"),
    ({"status": "halted", "current_state": "split"}, "thread_y is halted in split, which is action"),
    ({"status": "completed", "current_state": "ask"}, "thread_y is completed in ask, which is halting"),
    ({"current_state": "nowhere"}, "thread_y is in nowhere, which is no state of the definition"),
]


@pytest.mark.parametrize(("members", "wrong"), THREADS)
def test_what_a_thread_tells_otherwise(half: tuple[Definition, Seen], members: dict[str, str], wrong: str) -> None:
    definition, found = half
    threads = [{**each, **members} if each["id"] == "thread_y" else each for each in found.threads]
    assert wrong in broken(definition, replace(found, instance={**found.instance, "threads": threads}))


# The events of it: created, fork, fork, state_change to wait, halt, halt, state_change to done.
EVENTS: list[tuple[int, dict[str, Any], str]] = [
    (0, {"initial_state": "wait"}, "it began in wait, not in split"),
    (1, {"to_state": "end"}, "split forks no thread to end"),
    (1, {"from_state": "wait"}, "thread_main is in split, and has left wait"),
    (3, {"to_state": "done"}, "split has no transition to done"),
    (3, {"trigger": "resume"}, "split, which is action, was left by a transition of trigger resume"),
    (4, {"state": "end"}, "thread_x is in ask, and an event of it tells of end"),
    (3, {"timestamp": "2026-01-20T12:00:09Z"}, "its events are not in the order of their times"),
    (6, {"workflow_data": {"ok": False}}, 'after state_change the data is {"ok":false}, not {"ok":true}'),
]


def event(found: Seen, number: int, members: Mapping[str, Any]) -> Seen:
    """The same, one of its events told otherwise."""
    events = [{**each, **members} if at == number else each for at, each in enumerate(found.events)]
    return replace(found, events=events)


@pytest.mark.parametrize(("number", "members", "wrong"), EVENTS)
def test_what_an_event_tells_otherwise(
    half: tuple[Definition, Seen], number: int, members: dict[str, Any], wrong: str
) -> None:
    definition, found = half
    assert wrong in broken(definition, event(found, number, members))


def test_a_thread_joins_where_its_parent_waits(half: tuple[Definition, Seen], interactor: Emulator) -> None:
    definition, _ = half
    (run,) = interactor.runs
    run.thread("y").resume(ok=True)
    found = interactor.read(lambda account: seen(account, run.id))
    number = next(at for at, each in enumerate(found.events) if each["subtype"] == "join")
    wrong = "thread_x has joined in end, where thread_main does not wait for it"
    assert wrong in broken(definition, event(found, number, {"to_state": "end"}))


def test_no_id_comes_twice(half: tuple[Definition, Seen]) -> None:
    definition, found = half
    assert "two of its events have one id" in broken(
        definition, replace(found, events=found.events + found.events[-1:])
    )


def test_there_are_at_most_ten_threads_and_none_outlives_its_time(half: tuple[Definition, Seen]) -> None:
    definition, found = half
    many = [each for each in found.threads if each["status"] != "completed"] * 6
    wrong = broken(definition, replace(found, instance={**found.instance, "threads": many}))
    assert "there are 12 unfinished threads; at most 10 are allowed" in wrong
    assert broken(definition, replace(found, now=found.now + timedelta(days=29))) == []
    late = broken(definition, replace(found, now=found.now + timedelta(days=31)))
    assert late == ["it is running, and nothing has happened for 2.6784e+06 s; its TTL is 2592000 s"]


def test_nothing_is_told_otherwise_than_before(half: tuple[Definition, Seen]) -> None:
    definition, found = half
    other = replace(found, instance={**found.instance, "id": "inst_other"})
    assert broken(definition, found, before=other) == [f"its id was inst_other, and is {found.instance['id']}"]
    begun = event(found, 0, {"id": "evt_other"})
    assert broken(definition, found, before=begun) == ["its history has another beginning than before"]
    over = replace(found, instance={**found.instance, "status": "completed"})
    assert "it was over (completed), and has changed" in broken(definition, found, before=over)
