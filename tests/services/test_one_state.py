"""One state alone: what an instance did in it is what the state does by itself, and nothing is created."""

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from interactor_emulator import Emulator, InteractorError, StateTested, ValidationError
from interactor_emulator.errors import InvalidWorkflow, PayloadTooLarge, VersionNotFound
from interactor_emulator.state.events import (
    Created,
    Event,
    Forked,
    Halted,
    InstanceFailed,
    Resumed,
    ResumeRefused,
    RetryScheduled,
    StateChanged,
    StepCompleted,
    StepFailed,
    ThreadCompleted,
)
from interactor_fixtures import definition
from pytest_interactor.strategies import definitions

from tests.engine.test_agreement import KINDS, LIMITS, changes, moves
from tests.workflows import action, halt, http, script, terminal, to, workflow

URL = "https://api.example*"
NAMES = [f"s{number}" for number in range(7)]
# Without templates: what a state was given before stands in no test of one alone.
made_up = definitions(min_states=2, max_states=7, features=KINDS - {"templates"})
ENDS = (StateChanged, Halted, InstanceFailed, ThreadCompleted)
TOLD = (Created, Forked, Resumed, ResumeRefused, StepCompleted, StepFailed, RetryScheduled, *ENDS)
OF_MANY = ("Transition limit", "Thread limit")


def prepared(source: dict[str, Any], answers: dict[str, Any]) -> Emulator:
    """An emulator whose servers answer by the state that asks: the same however often, but for a first attempt."""
    made = Emulator(seed=3, now="2026-01-20T12:00:00Z", limits=LIMITS)
    made.load(source)
    for state, (first, later, body) in answers.items():
        made.stub(URL, state=state, attempt=1, respond={"status": first, "json": body})
        made.stub(URL, state=state, respond={"status": later, "json": body})
    return made


def played(emulator: Emulator, moves: list[Any]) -> list[Event]:
    """What happens to an instance that is answered by these moves."""
    run = emulator.start("w", {"a": 1}, namespace="n")
    for thread, input_, choice, seconds in moves:
        halted = [name for name in run.threads if run.thread(name).status == "halted"]
        if halted:
            try:
                chosen = input_ if choice is None else {**input_, "choice": choice}
                run.thread(halted[thread % len(halted)]).resume(chosen)
            except InteractorError:
                pass
        emulator.clock.advance(seconds=seconds)
    return emulator.read(lambda account: list(account.journal.of_instance(run.id)))


Stay = tuple[str, dict[str, Any] | None, dict[str, Any], Any, dict[str, Any]]
"""A state, the answer that it was given, the data before, what it came to, the data then."""


def stays(events: list[Any]) -> Iterator[Stay]:
    """Every time that a thread came to a state or was answered, and did without others between what it does there."""
    data: dict[str, Any] = {}
    begun: tuple[str, str, dict[str, Any] | None, dict[str, Any]] | None = None
    for event in events:
        if isinstance(event, ResumeRefused):
            yield event.state, json.loads(event.input_begins), data, event, data
            continue
        if begun is not None and begun[0] != event.thread_id and not isinstance(event, Forked):
            begun = None
        if isinstance(event, Resumed):
            begun = (event.thread_id, event.state, dict(event.input), data)
        if isinstance(event, StepCompleted | Resumed) and event.changes is not None:
            data = {**data, **event.changes.added, **{key: new for key, (_, new) in event.changes.updated.items()}}
        if begun is not None and isinstance(event, ENDS):
            yield begun[1], begun[2], begun[3], event, data
            begun = None
        if isinstance(event, Created):
            begun = (event.thread_id, event.initial_state, None, data)
        elif isinstance(event, StateChanged):
            begun = (event.thread_id, event.to_state, None, data)


def check(tested: StateTested, came_to: Any, data: dict[str, Any]) -> None:
    assert dict(tested.data) == data
    if isinstance(came_to, StateChanged):
        assert tested.decision is not None
        assert (tested.outcome, tested.target) == ("transition", came_to.to_state)
        assert tested.decision.considered[-1].index == came_to.index
    elif isinstance(came_to, Halted):
        assert tested.halted is not None
        assert (tested.outcome, tested.halted.options) == ("halted", came_to.options)
    elif isinstance(came_to, InstanceFailed):
        assert tested.error is not None
        assert (tested.outcome, tested.error.code) == ("failed", came_to.error_code)
        assert tested.error.message == came_to.message
    elif isinstance(came_to, ResumeRefused):
        assert tested.decision is not None
        assert (tested.outcome, tested.target) == ("refused", None)
        assert tuple(each.clauses for each in tested.decision.considered) == came_to.clauses
    else:
        assert tested.outcome == "completed"


answers = st.fixed_dictionaries(
    {name: st.tuples(st.sampled_from([200, 200, 500]), st.sampled_from([200, 500]), changes) for name in NAMES}
)


@given(source=made_up.map(lambda source: {**source, "name": "w"}), answers=answers, moves=moves)
def test_a_state_alone_does_what_an_instance_did_in_it(
    source: dict[str, Any], answers: dict[str, Any], moves: list[Any]
) -> None:
    events = [each for each in played(prepared(source, answers), moves) if isinstance(each, TOLD)]
    asked = prepared(source, answers)
    before = json.dumps(asked.snapshot())
    for state, answer, data, came_to, after in list(stays(events))[:30]:
        if not isinstance(came_to, InstanceFailed) or not came_to.message.startswith(OF_MANY):
            check(asked.test_state("w", state, answer, data, namespace="n"), came_to, after)
    assert json.dumps(asked.snapshot()) == before


CHANCE = workflow(
    "chance",
    {
        "draw": script("console.log('drawn'); return { x: Math.random(), id: context.instance_id }", "tell"),
        "tell": http("https://tell.example/", "end", method="POST", body={"id": "${context.instance_id}"}),
        "end": terminal(),
    },
)


def chance() -> Emulator:
    made = Emulator(seed=7, now="2026-01-20T12:00:00Z", secrets={"KEY": "hunter22"})
    made.load(CHANCE)
    made.stub("https://tell.example/", times=1, respond={"json": {"told": True}})
    made.webhooks.subscribe("https://hook.example/", secret="s" * 32)
    return made


def untimed(emulator: Emulator) -> dict[str, Any]:
    """All that it holds, but for how long on the wall something took."""
    return {name: each for name, each in emulator.snapshot().items() if name != "durations"}


def test_nothing_is_created_and_what_comes_next_is_as_without() -> None:
    asked, other = chance(), chance()
    before = json.dumps(asked.snapshot())
    drawn = asked.test_state("chance", "draw")
    told = asked.test_state("chance", "tell")
    assert (told.outcome, told.data) == ("transition", {"told": True})
    assert [each.request.state for each in told.requests] == ["tell"]
    assert json.dumps(asked.snapshot()) == before
    assert (asked.runs, asked.diagnostics, len(asked.account.caller.records)) == ([], [], 0)
    assert asked.prepared() == other.prepared()
    mine, theirs = asked.start("chance"), other.start("chance")
    assert (mine.id, mine.data, mine.status) == (theirs.id, theirs.data, "completed")
    assert dict(drawn.data) == {name: mine.data[name] for name in ("x", "id")}
    assert drawn.logs == ["drawn"]
    assert untimed(asked) == untimed(other)


def test_calls_are_tried_again_at_once_on_a_clock_of_their_own() -> None:
    emulator = Emulator(seed=1, now="2026-01-20T12:00:00Z")
    retried = {"attempts": 3, "backoff": "exponential"}
    source = workflow("w", {"call": http("https://x.example/", to("end", ok=True), retry=retried), "end": terminal()})
    emulator.stub("https://x.example/", respond=[{"status": 503}, {"status": 503}, {"json": {"ok": True}}])
    tested = emulator.test_state(source, "call")
    assert (tested.target, [each.request.attempt for each in tested.requests]) == ("end", [1, 2, 3])
    assert [each.at_ms - tested.requests[0].at_ms for each in tested.requests] == [0, 1000, 3000]
    assert emulator.clock.now.isoformat() == "2026-01-20T12:00:00+00:00"
    assert emulator.next_due is None


def test_the_router_of_a_test_answers_and_what_it_raises_is_raised() -> None:
    emulator = Emulator(seed=1, now="2026-01-20T12:00:00Z")
    source = workflow("w", {"call": http("https://x.example/", to("end", ok=True)), "end": terminal()})
    asked = emulator.http.get("https://x.example/").respond(json={"ok": True})
    assert (emulator.test_state(source, "call").target, asked.call_count) == ("end", 1)

    def answer(_request: httpx.Request) -> httpx.Response:
        raise KeyboardInterrupt

    asked.mock(side_effect=answer)
    with pytest.raises(KeyboardInterrupt):
        emulator.test_state(source, "call")


def test_people_answer_nothing_and_a_choice_is_the_answer() -> None:
    emulator = Emulator(seed=1, now="2026-01-20T12:00:00Z")
    choices = [{"target": "end", "key": "yes", "description": "Yes"}, {"target": "ask", "key": "no"}]
    states = {"ask": {"type": "halting", "transition_mode": "selection", "transitions": choices}, "end": terminal()}
    source = workflow("w", states)
    person = emulator.when("ask").choose("yes")
    shown = emulator.test_state(source, "ask")
    assert (shown.outcome, shown.wrong) == ("halted", False)
    assert "choice: yes → end" in shown.explain()
    assert emulator.test_state(source, "ask", choice="yes").target == "end"
    assert emulator.test_state(source, "ask", {"selected_option": "no", "x": 1}).data == {"x": 1}
    refused = emulator.test_state(source, "ask", choice="maybe")
    assert (refused.outcome, refused.wrong, refused.error and refused.error.code) == (
        "refused",
        True,
        "invalid_transition",
    )
    assert [each.used for each in person.all_answers] == [0]


def test_a_terminal_state_completes_and_one_without_a_way_is_stuck() -> None:
    emulator = Emulator()
    source = workflow("w", {"start": action(), "end": terminal(), "ways": action("end", fork=["end", "start"])})
    assert emulator.test_state(source, "end").explain() == "end (terminal): completes"
    stuck = emulator.test_state(source, "start")
    assert (stuck.outcome, stuck.wrong) == ("stuck", True)
    forked = emulator.test_state(source, "ways")
    assert (forked.forked, forked.target) == ({"thread_1": "end", "thread_2": "start"}, "end")


def test_a_version_can_be_named_and_a_draft_tested_before_it_is_published() -> None:
    emulator = Emulator()
    first = emulator.load(workflow("w", {"start": action("a"), "a": terminal(), "b": terminal()}))
    draft = emulator.load(workflow("w", {"start": action("b"), "a": terminal(), "b": terminal()}), publish=False)
    found = [emulator.test_state("w", "start", version_id=each).target for each in (None, first, draft)]
    assert found == ["a", "a", "b"]
    with pytest.raises(VersionNotFound):
        emulator.test_state("w", "start", version_id="v_nope")


@pytest.mark.parametrize(
    ("state", "more", "error", "said"),
    [
        ("strat", {}, ValidationError, "did you mean start"),
        ("start", {"choice": "x"}, ValidationError, "does not halt"),
        ("ask", {"choice": "x"}, ValidationError, "not in selection mode"),
        ("start", {"version_id": "v_1"}, ValidationError, "of a loaded workflow"),
        ("start", {"input": {"x": "y" * 70_000}}, PayloadTooLarge, "input"),
        ("start", {"workflow_data": {"x": "y" * 300_000}}, PayloadTooLarge, "workflow_data"),
    ],
)
def test_what_cannot_be_asked_is_said(state: str, more: dict[str, Any], error: type[Exception], said: str) -> None:
    source = workflow("w", {"start": action("ask"), "ask": halt("end"), "end": terminal()})
    with pytest.raises(error, match=said):
        Emulator().test_state(source, state, **more)


def test_a_definition_with_errors_is_refused_with_all_of_them() -> None:
    with pytest.raises(InvalidWorkflow, match="nowhere"):
        Emulator().test_state(workflow("w", {"start": action("nowhere")}), "start")


def test_a_secret_is_hidden_in_what_went_wrong() -> None:
    emulator = Emulator(secrets={"KEY": "hunter22"})
    source = workflow("w", {"start": script("throw new Error(secrets.KEY)", "end"), "end": terminal()})
    tested = emulator.test_state(source, "start")
    assert tested.error is not None
    assert tested.error.code == "script_error"
    assert "[REDACTED]" in tested.error.message
    assert "hunter22" not in tested.explain()


def test_it_can_be_awaited() -> None:
    source = definition("purchase_approval")
    tested = asyncio.run(Emulator().aio.test_state(source, "submit", {"amount": 1000}))
    assert tested.target == "auto_approved"
