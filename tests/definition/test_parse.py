"""What the engine reads of a definition, row by row."""

from typing import Any

import pytest
from interactor_emulator.definition.model import (
    Combination,
    Comparison,
    Condition,
    Definition,
    HttpCall,
    Instructions,
    Logic,
    Output,
    Retry,
    Script,
    State,
    Transition,
)
from interactor_emulator.definition.parse import parse


def state(**members: Any) -> State:
    source = {"name": "w", "initial_state": "a", "states": {"a": {"type": "halting", **members}}}
    return parse(source).states["a"]


def test_a_state_with_nothing() -> None:
    assert state() == State("a", "halting")


def test_null_leaves_a_member_out() -> None:
    members = ("logic", "on_enter", "transitions", "presentation", "halting_instructions", "transition_mode")
    assert state(**dict.fromkeys(members)) == State("a", "halting")


def test_the_definition_keeps_its_source_and_the_order_of_its_states() -> None:
    source: dict[str, Any] = {
        "initial_state": "b",
        "states": {"b": {"type": "action"}, "a": {"type": "terminal"}},
        "name": "w",
    }
    states = {"b": State("b", "action"), "a": State("a", "terminal")}
    definition = parse(source)
    assert definition == Definition("w", "b", states, source)
    assert list(definition.states) == ["b", "a"]
    assert definition.source is source


HTTP = {"type": "http", "method": "GET", "url": "u"}

LOGIC: list[tuple[Any, tuple[Logic, ...]]] = [
    ([], ()),
    ({"type": "script", "code": "c"}, (Script("c"),)),
    (
        [{"type": "script", "code": "c", "output": "a.b"}, HTTP],
        (Script("c", Output("a.b")), HttpCall("GET", "u", {}, None)),
    ),
    (
        {"type": "script", "code": "c", "output": {"path": "p", "mode": "merge"}},
        (Script("c", Output("p", merge=True)),),
    ),
    (
        {"type": "script", "code": "c", "output": {"mode": "replace", "extract": {"a": "b.c"}}},
        (Script("c", Output(None, merge=False, extract={"a": "b.c"})),),
    ),
    (
        {**HTTP, "headers": {"A": "b"}, "body": {"c": 1}, "timeout": 1500, "output": "p"},
        (HttpCall("GET", "u", {"A": "b"}, {"c": 1}, timeout_ms=1500, output=Output("p")),),
    ),
    ({**HTTP, "headers": None, "timeout": 0.2}, (HttpCall("GET", "u", {}, None, timeout_ms=1),)),
    (
        {**HTTP, "retry": {"attempts": 2.0, "backoff": "linear"}},
        (HttpCall("GET", "u", {}, None, retry=Retry(2, "linear")),),
    ),
    ({**HTTP, "retry": {"attempts": 2}}, (HttpCall("GET", "u", {}, None, retry=Retry(2, "exponential")),)),
]


@pytest.mark.parametrize(("source", "expected"), LOGIC)
@pytest.mark.parametrize("member", ["logic", "on_enter"])
def test_logic(member: str, source: Any, expected: tuple[Logic, ...]) -> None:
    assert getattr(state(**{member: source}), member) == expected


def test_transitions_in_both_spellings() -> None:
    source = [
        {"target": "x", "condition": None},
        {"to": "y", "target": None, "key": "k", "description": "d"},
    ]
    assert state(transitions=source).transitions == (
        Transition("x"),
        Transition("y", key="k", description="d"),
    )


CONDITIONS: list[tuple[Any, Condition]] = [
    ({"field": "f", "equals": None}, Comparison("f", "equals", None)),
    ({"field": "f", "not_equals": 1}, Comparison("f", "not_equals", 1)),
    ({"field": "f", "operator": "in", "value": [1]}, Comparison("f", "in", [1])),
    ({"and": []}, Combination("and", ())),
    (
        {"or": [{"field": "f", "equals": 1}, {"and": [{"field": "g", "not_equals": 2}]}]},
        Combination("or", (Comparison("f", "equals", 1), Combination("and", (Comparison("g", "not_equals", 2),)))),
    ),
]


@pytest.mark.parametrize(("source", "expected"), CONDITIONS)
def test_conditions(source: Any, expected: Condition) -> None:
    (transition,) = state(transitions=[{"to": "a", "condition": source}]).transitions
    assert transition.condition == expected


INSTRUCTIONS: list[tuple[Any, Instructions]] = [
    ({"instruction": "i"}, Instructions("i", generated=True)),
    ({"instruction": "i", "include_data": ["a", "b"]}, Instructions("i", generated=True, include_data=("a", "b"))),
    (
        {"type": "ai", "config": {"prompt": "p", "model": "m", "include_data_paths": ["a"]}},
        Instructions("p", generated=True, include_data=("a",)),
    ),
    (
        {"type": "message", "config": {"title": "t", "message": "m"}},
        Instructions("m", generated=False, title="t"),
    ),
    ({"type": "message", "config": {"message": "m"}}, Instructions("m", generated=False)),
]


@pytest.mark.parametrize(("source", "expected"), INSTRUCTIONS)
def test_instructions(source: Any, expected: Instructions) -> None:
    assert state(halting_instructions=source).instructions == expected


def test_selection() -> None:
    assert state(transition_mode="selection").selection
    assert not state(transition_mode="condition").selection


def test_a_presentation_is_kept_as_it_was_posted() -> None:
    presentation = {"type": "message", "message": "m", "more": 1}
    assert state(presentation=presentation).presentation is presentation
