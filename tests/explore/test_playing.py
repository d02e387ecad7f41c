"""A scenario is played as people and time would do it, and what differs is told in words."""

from typing import Any

import pytest
from interactor_emulator import Emulator
from interactor_emulator.errors import WorkflowNotFound
from interactor_emulator.explore.scenarios.playing import Unplayable, differences, play
from interactor_emulator.wire.scenario import Advance, Answer, Cancel, Expected, Scenario, SetStub, Step

from tests.workflows import action, halt, http, script, terminal, to, workflow

LEAVE = workflow(
    "leave",
    {
        "ask": halt(to("granted", ok=True), to("refused", ok=False), to("odd", ok="odd")),
        "granted": terminal(),
        "refused": terminal(),
        "odd": script("return nothing.at_all", "granted"),
    },
)
CHOOSE = workflow(
    "choose",
    {
        "pick": halt(
            {"target": "left", "key": "l", "label": "Left"},
            {"target": "right", "key": "r", "label": "Right"},
            transition_mode="selection",
            halting_instructions={"instruction": "Which way?"},
        ),
        "left": terminal(),
        "right": terminal(),
    },
)
BOTH = workflow(
    "both",
    {
        "start": action("wait", fork={"finance": "ask_finance", "legal": "ask_legal"}),
        "wait": action("end", join=True),
        "ask_finance": halt("done"),
        "ask_legal": halt("done"),
        "done": terminal(),
        "end": terminal(),
    },
)
CALLS = workflow(
    "calls",
    {
        "call": http("https://a.example/x", "ask"),
        "ask": halt("again"),
        "again": http("https://b.example/y", "end"),
        "end": terminal(),
    },
)


@pytest.fixture
def loaded(interactor: Emulator) -> Emulator:
    for each in (LEAVE, CHOOSE, BOTH, CALLS):
        interactor.load(each)
    return interactor


def leave(*steps: Step, **expected: object) -> Scenario:
    return Scenario("of leave", "leave", {"days": 3}, steps, Expected(**expected))  # type: ignore[arg-type]


def test_what_came_of_it_is_told_whole(loaded: Emulator) -> None:
    played = play(loaded, leave(Answer("ask", {"ok": True})))
    assert (played.status, played.state, played.path) == ("completed", "granted", ("ask", "granted"))
    assert (played.data, played.error, played.fault) == ({"ok": True}, None, None)
    assert [each.refused for each in played.steps] == [None]
    assert played.run.id == loaded.runs[0].id


@pytest.mark.parametrize("variants", [{}, {"ttl_event": "none"}])
@pytest.mark.parametrize(
    "steps", [(Answer("ask", {"ok": True}),), (Answer("ask", {"ok": "odd"}),), (Cancel(),), (Advance(40 * 86400),)]
)
def test_its_events_are_those_that_a_receiver_is_told(steps: tuple[Step, ...], variants: dict[str, str]) -> None:
    emulator = Emulator(seed=1, now="2026-01-20T12:00:00Z", variants=variants)
    emulator.load(LEAVE)
    inbox = emulator.webhooks.inbox
    played = play(emulator, leave(*steps))
    assert list(played.events) == inbox.events
    assert played.events


def test_a_refused_answer_is_noted_and_nothing_has_changed(loaded: Emulator) -> None:
    played = play(loaded, leave(Answer("ask", {"ok": 1}), Answer("ask", {"ok": False})))
    assert [each.refused for each in played.steps] == ["invalid_transition", None]
    assert played.state == "refused"


def test_an_answer_that_leads_where_the_instance_fails_was_taken(loaded: Emulator) -> None:
    played = play(loaded, leave(Answer("ask", {"ok": "odd"})))
    assert [each.refused for each in played.steps] == [None]
    assert (played.status, played.state, played.error) == ("failed", "odd", "script_error")


def test_who_answers_late_is_refused_where_that_is_expected(loaded: Emulator) -> None:
    late = Answer("ask", {"ok": False}, refused="instance_not_halted")
    scenario = leave(Answer("ask", {"ok": True}), late)
    played = play(loaded, scenario)
    assert [each.refused for each in played.steps] == [None, "instance_not_halted"]
    assert differences(scenario.expect, played) == []


def test_a_choice_takes_its_way(loaded: Emulator) -> None:
    scenario = Scenario("r", "choose", steps=(Answer("pick", {"self": "me"}, choice="r"),))
    played = play(loaded, scenario)
    assert (played.state, played.data) == ("right", {"choice": "r", "self": "me"})


@pytest.mark.parametrize("thread", [None, "legal", "thread_legal"])
def test_an_answer_goes_to_the_thread_that_waits_in_its_state(loaded: Emulator, thread: str | None) -> None:
    scenario = Scenario("b", "both", steps=(Answer("ask_legal", {"legal": 1}, thread=thread),))
    played = play(loaded, scenario)
    assert played.fault is None
    assert played.run.threads["thread_legal"] == "done"
    assert played.run.threads["thread_finance"] == "ask_finance"


def test_time_passes_and_somebody_cancels(loaded: Emulator) -> None:
    before = loaded.clock.now
    played = play(loaded, leave(Advance(90), Cancel(), Cancel()))
    assert (loaded.clock.now - before).total_seconds() == 90
    assert (played.status, [each.refused for each in played.steps]) == (
        "cancelled",
        [None, None, "instance_not_active"],
    )


def test_stubs_are_in_force_from_their_step_on_and_gone_at_the_end(loaded: Emulator) -> None:
    first: dict[str, Any] = {"url": "https://a.example/*", "respond": {"json": {"a": 1}}}
    second: dict[str, Any] = {"url": "https://b.example/y", "respond": {"json": {"b": 2}}}
    scenario = Scenario("s", "calls", stubs=(first,), steps=(SetStub(second), Answer("ask")))
    assert play(loaded, scenario).data == {"a": 1, "b": 2}
    assert play(loaded, Scenario("n", "calls")).error == "http_error"


WRONG: list[tuple[Scenario, str]] = [
    (
        leave(Answer("ask", {"ok": True}), Answer("ask")),
        "step 2: an answer for ask, where nobody waits: it is completed in granted",
    ),
    (leave(Answer("aks")), "step 1: an answer for aks, which is no state of this workflow; did you mean ask?"),
    (leave(Answer("granted")), "it is halted in ask; it waits for an answer in ask, like .resume(approved=True)"),
    (leave(Answer("ask", choice="x")), "step 1: a choice that nobody hears: state 'ask' is not in selection mode"),
    (leave(Answer("ask", thread="legal")), "step 1: an answer for ask of thread legal, where nobody waits"),
    (
        leave(SetStub({"url": "https://a.example", "respond": {"state": 3}})),
        "step 1: a stub that is none: unknown: state",
    ),
    (leave(SetStub({"uri": "https://a.example"})), "step 1: a stub that is none: "),
    (leave(Advance(-1)), "step 1: time never moves backwards"),
    (leave(Advance(1e12)), "step 1: time ends with the year 9999"),
    (leave(Advance(1e300)), "step 1: "),
]


@pytest.mark.parametrize(("scenario", "said"), WRONG, ids=[said for _, said in WRONG])
def test_what_cannot_be_done_is_a_fault_of_the_scenario(loaded: Emulator, scenario: Scenario, said: str) -> None:
    played = play(loaded, scenario)
    assert played.fault is not None
    assert said in played.fault
    assert len(played.steps) == len(scenario.steps) - 1
    assert differences(scenario.expect, played)[0].startswith(played.fault)


def test_what_cannot_begin_is_an_error(loaded: Emulator) -> None:
    with pytest.raises(WorkflowNotFound):
        play(loaded, Scenario("n", "nowhere"))
    with pytest.raises(Unplayable, match="a stub that is none: url is required"):
        play(loaded, Scenario("n", "leave", stubs=({},)))


def test_nothing_is_told_of_what_is_as_expected(loaded: Emulator) -> None:
    scenario = leave(
        Answer("ask", {"ok": 1}, refused="invalid_transition"),
        Answer("ask", {"ok": True}),
        status="completed",
        state="granted",
        path=("ask", "granted"),
        data={"ok": True},
        events=tuple(f"workflow.instance.{each}" for each in ("created", "halted", "resumed", "completed")),
    )
    assert differences(scenario.expect, play(loaded, scenario)) == []


DIFFERING: list[tuple[Scenario, list[str]]] = [
    (leave(Answer("ask", {"ok": True}), status="halted"), ["expected it to be halted, but it is completed in granted"]),
    (
        leave(state="asking"),
        ["expected it to be in asking (no such state; did you mean ask?), but it is halted in ask"],
    ),
    (leave(error="http_error"), ["expected it to fail with http_error, but it is halted in ask"]),
    (
        leave(Answer("ask", {"ok": "odd"}), error="http_error"),
        ["expected it to fail with http_error, but it failed with script_error", "  error: script_error: "],
    ),
    (
        leave(Answer("ask", {"ok": False}), path=("ask", "granted")),
        ["  > granted   refused", "      ✗ granted: ok equals true, saw false ✗"],
    ),
    (leave(path=("ask", "grant")), ["  grant is no state of this workflow (no such state; did you mean granted?)"]),
    (leave(events=("workflow.instance.created",)), ["  > (end)                      workflow.instance.halted"]),
    (
        leave(Answer("ask", {"ok": True}), data={"ok": False, "oj": 1}),
        ["  ok: expected false, found true", "  oj: expected 1, but it is not there; there are ok"],
    ),
    (
        leave(Answer("ask", {"ok": 1})),
        [
            "step 1, the answer in ask: expected it to be taken, but it was refused with invalid_transition",
            "      ✗ granted: ok equals true, saw 1 ✗",
        ],
    ),
    (
        leave(Answer("ask", {"ok": True}, refused="invalid_transition")),
        ["step 1, the answer in ask: expected it to be refused with invalid_transition, but it was taken"],
    ),
]


@pytest.mark.parametrize(("scenario", "lines"), DIFFERING, ids=[lines[0] for _, lines in DIFFERING])
def test_what_differs_is_told_with_its_reason(loaded: Emulator, scenario: Scenario, lines: list[str]) -> None:
    told = differences(scenario.expect, play(loaded, scenario))
    for each in lines:
        assert any(found.startswith(each) for found in told), told


def test_each_step_that_was_refused_is_named(loaded: Emulator) -> None:
    steps = (Answer("pick", choice="x", thread="main"), Cancel(), Cancel())
    scenario = Scenario("c", "choose", steps=steps)
    told = differences(scenario.expect, play(loaded, scenario))
    refused = "expected it to be taken, but it was refused with"
    assert told[0] == f"step 1, the choice in pick of thread main: {refused} invalid_transition"
    assert told[1] == f"step 3, the cancel: {refused} instance_not_active"


def test_no_name_breaks_a_line(loaded: Emulator) -> None:
    told = differences(Expected(state="a\nb\x1b[1m"), play(loaded, leave()))
    assert all("\n" not in each and "\x1b" not in each for each in told)
