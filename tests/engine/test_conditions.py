"""Conditions: each operator, each kind of value, and the reasons."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from interactor_emulator.definition.conditions import holds
from interactor_emulator.definition.model import Combination, Comparison, Condition
from interactor_emulator.definition.rules.conditions import OPERATORS
from interactor_emulator.engine.conditions import trace
from interactor_emulator.picture.wording import in_words
from interactor_emulator.state.events import Clause

DATA: dict[str, Any] = {
    "n": 5,
    "f": 5.0,
    "s": "abc",
    "t": True,
    "nil": None,
    "list": [1, "a", {"x": 1}],
    "order": {"items": [{"p": 3}]},
}

ROWS: list[tuple[str, str, Any, bool]] = [
    ("n", "equals", 5, True),
    ("n", "equals", 5.0, True),
    ("t", "equals", True, True),
    ("t", "equals", 1, False),
    ("n", "equals", "5", False),
    ("nil", "equals", None, True),
    ("missing", "equals", None, True),
    ("missing", "not_equals", None, False),
    ("missing", "not_equals", "x", True),
    ("list", "equals", [1.0, "a", {"x": 1}], True),
    ("list", "equals", [True, "a", {"x": 1}], False),
    ("order", "equals", {"items": [{"p": 3}]}, True),
    ("n", "gt", 4, True),
    ("n", "gt", 5, False),
    ("n", "gte", 5, True),
    ("n", "lt", 5.5, True),
    ("n", "lte", 4, False),
    ("s", "lt", "b", True),
    ("s", "gt", 1, False),
    ("n", "gt", "1", False),
    ("t", "gt", 0, False),
    ("missing", "lt", 1, False),
    ("missing", "gte", None, False),
    ("s", "contains", "bc", True),
    ("s", "contains", "x", False),
    ("s", "contains", 1, False),
    ("list", "contains", 1, True),
    ("list", "contains", True, False),
    ("list", "contains", {"x": 1.0}, True),
    ("n", "contains", 5, False),
    ("s", "in", ["abc", "d"], True),
    ("t", "in", [1], False),
    ("missing", "in", [None], True),
    ("s", "in", [], False),
    ("order.items.0.p", "equals", 3, True),
    ("order.items.1.p", "equals", None, True),
    ("order.items.x", "equals", None, True),
    ("s.length", "equals", None, True),
]


@pytest.mark.parametrize("operator", OPERATORS)
def test_every_operator_that_a_definition_may_use_has_a_meaning_and_a_sign(operator: str) -> None:
    comparison = Comparison("n", operator, 5)
    assert {holds(comparison, {"n": 5}), holds(Comparison("n", operator, 6), {"n": 5})} <= {True, False}
    assert in_words(comparison).endswith("5")


@pytest.mark.parametrize(("field", "operator", "value", "expected"), ROWS)
def test_a_comparison(field: str, operator: str, value: Any, expected: bool) -> None:
    assert holds(Comparison(field, operator, value), DATA) is expected


def test_no_condition_and_of_nothing_and_or_of_nothing() -> None:
    assert [holds(None, {}), holds(Combination("and", ()), {}), holds(Combination("or", ()), {})] == [True, True, False]


def test_a_trace_has_every_comparison_with_what_it_saw() -> None:
    condition = Combination("and", (Comparison("n", "gt", 9), Combination("or", (Comparison("x", "equals", 1),))))
    assert trace(condition, DATA) == [
        Clause("n", "gt", 9, 5, present=True, holds=False, depth=1, joiner="and"),
        Clause("x", "equals", 1, None, present=False, holds=False, depth=2, joiner="or"),
    ]


VALUES = st.none() | st.booleans() | st.integers(-2, 2) | st.sampled_from(["", "a", "ab"]) | st.lists(st.integers(0, 1))
COMPARISONS = st.builds(
    Comparison,
    st.sampled_from("abc"),
    st.sampled_from(["equals", "not_equals", "gt", "gte", "lt", "lte", "contains", "in"]),
    VALUES,
)
CONDITIONS: st.SearchStrategy[Condition] = st.recursive(
    COMPARISONS,
    lambda inner: st.builds(Combination, st.sampled_from(["and", "or"]), st.lists(inner, max_size=3).map(tuple)),
)


@given(condition=CONDITIONS, data=st.dictionaries(st.sampled_from("abc"), VALUES))
def test_the_verdict_is_that_of_the_traced_clauses(condition: Condition, data: dict[str, Any]) -> None:
    clauses = iter(trace(condition, data))

    def verdict(part: Condition) -> bool:
        if isinstance(part, Comparison):
            return next(clauses).holds
        return (all if part.joiner == "and" else any)([verdict(clause) for clause in part.clauses])

    assert verdict(condition) is holds(condition, data)
    assert list(clauses) == []
