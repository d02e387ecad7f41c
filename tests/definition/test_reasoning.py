"""What is said of conditions without running anything: never that a thing cannot be that is, and found where it is."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from interactor_emulator.definition.conditions import OPERATORS, holds
from interactor_emulator.definition.model import Combination, Comparison, Condition
from interactor_emulator.definition.parse import parse
from interactor_emulator.definition.reasoning.facts import proven
from interactor_emulator.definition.reasoning.literals import Literal, ways
from interactor_emulator.definition.reasoning.solving import clash, consistent, members, values
from interactor_emulator.definition.reasoning.values import boundaries

from tests.workflows import workflow

CONSTANTS: list[Any] = [
    *(0, 1, 2, 2.5, -1, 1000, True, False, None, "", "a", "ab", "b", "other", "2", "\x01"),
    *([], ["a"], ["a", "b"], {}, {"a": 1}, [1]),
]
SEEN = [*CONSTANTS, *(0.5, 1.5, 999, 1001, 1e6, -7, "c", "aa", "aba", "bab", "a\x00", "~", ["b", 1, "x"], {"b": 2})]


def _comparisons(fields: tuple[str, ...]) -> st.SearchStrategy[Comparison]:
    constants = st.sampled_from(CONSTANTS)
    listed = st.lists(constants, max_size=3)
    any_value = st.sampled_from([name for name in OPERATORS if name != "in"])
    return st.builds(Comparison, st.sampled_from(fields), any_value, constants) | st.builds(
        Comparison, st.sampled_from(fields), st.just("in"), listed
    )


def _literals(*fields: str) -> st.SearchStrategy[tuple[Literal, ...]]:
    return st.lists(st.builds(Literal, _comparisons(fields), st.booleans()), min_size=1, max_size=5).map(tuple)


def _met(literals: tuple[Literal, ...], data: dict[str, Any]) -> bool:
    return all(holds(each.comparison, data) == each.holds for each in literals)


@given(_literals("x"))
def test_a_value_is_found_where_there_is_one_and_none_where_a_clash_is_told(literals: tuple[Literal, ...]) -> None:
    found = next(values(literals), "no value")
    exists = [value for value in SEEN if _met(literals, {"x": value})]
    if found != "no value":
        assert _met(literals, {"x": found})
    if clash(literals) is not None:
        assert found == "no value"
        assert not exists
    elif found == "no value":
        # Texts that are searched and ordered at once are the one thing that is left open.
        operators = {each.comparison.operator for each in literals}
        assert "contains" in operators
        assert operators & {"gt", "gte", "lt", "lte"}


@given(_literals("x.a", "x.b.c", "x", "x.0"))
def test_members_that_are_looked_into_are_put_together(literals: tuple[Literal, ...]) -> None:
    ((name, about),) = members(literals).items()
    for value in values(about):
        assert _met(literals, {name: value})
    if clash(literals) is not None:
        assert not any(_met(literals, {"x": value}) for value in [*SEEN, {"a": 1}, {"b": {"c": "a"}}, {"0": 1}, [2]])


def _wanted(*literals: tuple[str, Any, bool]) -> tuple[Literal, ...]:
    return tuple(Literal(Comparison("x", operator, value), outcome) for operator, value, outcome in literals)


@pytest.mark.parametrize(
    ("literals", "value"),
    [
        (_wanted(("contains", 1, True), ("equals", [1], False), ("equals", [1, {"other": True}], False)), [1, 2, 3]),
        (_wanted(("contains", 1, True), ("equals", [1], False), ("contains", {"other": True}, False)), [1, 2]),
        (_wanted(("gt", 2.0**60, True), ("lt", 2.0**60 + 256, True)), 2**60 + 3),
        (
            _wanted(
                ("contains", "ab", True),
                ("contains", "cd", True),
                ("contains", "bo", False),
                ("in", [["ab", "cd"]], False),
                ("contains", {"other": True}, False),
            ),
            "ab cd",
        ),
    ],
)
def test_what_is_hard_to_find_is_not_called_impossible(literals: tuple[Literal, ...], value: Any) -> None:
    assert _met(literals, {"x": value})
    assert clash(literals) is None


def _conditions() -> st.SearchStrategy[Condition]:
    return st.recursive(
        _comparisons(("x", "y")),
        lambda inner: st.builds(
            Combination, st.sampled_from(["and", "or"]), st.lists(inner, max_size=3).map(lambda each: tuple(each))
        ),
        max_leaves=6,
    )


@given(_conditions(), st.booleans(), st.sampled_from(SEEN), st.sampled_from(SEEN))
def test_the_ways_of_a_condition_are_all_and_only_those_in_which_it_comes_out_so(
    condition: Condition, wanted: bool, x: Any, y: Any
) -> None:
    data = {"x": x, "y": y}
    assert any(_met(way, data) for way in ways([(condition, wanted)])) == (holds(condition, data) == wanted)


@given(st.lists(st.tuples(_conditions(), st.booleans()), max_size=3), st.sampled_from(SEEN), st.sampled_from(SEEN))
def test_no_way_that_data_take_is_left_out(wanted: list[tuple[Condition, bool]], x: Any, y: Any) -> None:
    data = {"x": x, "y": y}
    if all(holds(condition, data) == want for condition, want in wanted):
        assert any(_met(way, data) for way in consistent(wanted))


@pytest.mark.parametrize(
    ("operator", "value", "tried"),
    [
        ("gt", 1000, [999, 1000, 1001]),
        ("lte", 0.5, [0.4, 0.5, 0.6]),
        ("gte", 2.25, [2.24, 2.25, 2.26]),
        ("in", ["A", "B"], ["A", "B"]),
        ("equals", True, [True, False, None]),
    ],
)
def test_boundaries(operator: str, value: Any, tried: list[Any]) -> None:
    found = boundaries(Comparison("x", operator, value))
    assert [each for each in tried if each not in found] == []


def _when(field: str, operator: str, value: Any) -> dict[str, Any]:
    return {"field": field, "operator": operator, "value": value}


END = {"type": "terminal"}
FILLED = {"type": "script", "code": "return input"}


@pytest.mark.parametrize(
    ("transitions", "why"),
    [
        ([_when("n", "gt", 5), _when("n", "gt", 10)], "wherever n gt 10 holds, n gt 5 does too"),
        ([None, _when("n", "gt", 10)], "a transition before it always holds"),
        ([_when("m", "equals", 1), {"and": [_when("n", "equals", 1), _when("n", "gt", 2)]}], "contradicts itself"),
        ([{"or": [_when("n", "lt", 5), _when("n", "gte", 5)]}, {"or": []}], "contradicts itself"),
        (
            [_when("s", "in", ["a", "b"]), _when("s", "equals", "b")],
            'wherever s equals "b" holds, s in ["a","b"] does too',
        ),
    ],
)
def test_a_transition_that_is_never_taken_says_why(transitions: list[Any], why: str) -> None:
    ways_out = [{"target": "end"} | ({} if each is None else {"condition": each}) for each in transitions]
    source = workflow("w", {"a": {"type": "action", "logic": FILLED, "transitions": ways_out}, "end": END})
    found = proven(parse(source))
    assert list(found.transitions) == [("a", 1)]
    assert why in found.transitions["a", 1]


def test_what_one_state_saw_holds_in_the_next_unless_something_stands_between() -> None:
    first = {"type": "action", "logic": FILLED, "transitions": [{"target": "b", "condition": _when("n", "gt", 5)}]}
    second = {"type": "action", "transitions": [{"target": "end", "condition": _when("n", "lt", 3)}, {"target": "c"}]}
    states: dict[str, Any] = {"a": first, "b": second, "c": END, "end": END}
    found = proven(parse(workflow("w", states)))
    assert (list(found.states), list(found.transitions)) == (["end"], [("b", 0)])
    assert "n gt 5 and n lt 3" in found.transitions["b", 0]
    changed = {**states, "b": {**second, "logic": FILLED}}
    assert proven(parse(workflow("w", changed))).transitions == {}


def test_a_new_instance_has_no_data() -> None:
    ways_out = [{"target": "big", "condition": _when("amount", "gt", 5)}, {"target": "end"}]
    states: dict[str, Any] = {"a": {"type": "action", "transitions": ways_out}, "big": END, "end": END}
    assert list(proven(parse(workflow("w", states))).states) == ["big"]


def test_threads_share_their_data_so_nothing_is_known_of_it() -> None:
    ways_out = [{"target": "big", "condition": _when("amount", "gt", 5)}, {"target": "end"}]
    other = {"type": "action", "logic": FILLED, "transitions": [{"target": "end"}]}
    states: dict[str, Any] = {
        "a": {"type": "action", "fork": ["o"], "transitions": ways_out},
        "o": other,
        "big": END,
        "end": END,
    }
    assert proven(parse(workflow("w", states))).states == {}


def test_a_terminal_state_is_never_left_and_conditions_may_leave_nothing_over() -> None:
    ways_out: list[dict[str, Any]] = [
        {"target": "end", "condition": {"field": "ok", "equals": 1}},
        {"target": "end", "condition": {"field": "ok", "not_equals": 1}},
        {"target": "a"},
    ]
    states: dict[str, Any] = {
        "a": {"type": "halting", "transitions": ways_out},
        "end": {**END, "transitions": [{"target": "a"}]},
    }
    found = proven(parse(workflow("w", states)))
    assert found.kinds == {("a", 2): "shadowed", ("end", 0): "terminal"}
    assert found.transitions["a", 2] == "one of the transitions before it is always taken"
    assert list(found.exhaustive) == ["a"]


def test_what_there_is_no_time_for_counts_as_possible() -> None:
    ways_out = [{"target": "a", "condition": _when("n", "gt", number)} for number in range(20)]
    source = workflow("w", {"a": {"type": "halting", "transitions": ways_out}, "end": END})
    whole, part = proven(parse(source)), proven(parse(source), most=10_000)
    assert (len(whole.transitions), list(whole.states)) == (19, ["end"])
    assert 0 < len(part.transitions) < 19
    assert part.transitions.items() <= whole.transitions.items()
    nothing = proven(parse(source), most=10)
    assert (nothing.states, nothing.transitions) == ({}, {})


def test_a_refused_answer_makes_both_of_two_answers_false() -> None:
    ways_out = [{"target": "end", "condition": {"field": "ok", "equals": each}} for each in (True, False)]
    states: dict[str, Any] = {"a": {"type": "halting", "transitions": ways_out}, "end": END}
    assert proven(parse(workflow("w", states))).outcomes == {}
