"""Definitions that are wide or deep within all limits: what is said of them ends, and breaks nothing."""

from typing import Any

import pytest
from interactor_emulator import Emulator
from interactor_emulator.definition.lint import lint
from interactor_emulator.definition.parse import parse
from interactor_emulator.explore import Bounds, explore

from tests.workflows import action, script, terminal, workflow


def _one(number: int) -> dict[str, Any]:
    return {"field": "n", "operator": "gt", "value": number}


def _deep(levels: int) -> dict[str, Any]:
    condition = _one(1)
    for level in range(levels):
        condition = {"and" if level % 2 else "or": [condition, _one(level)]}
    return condition


WIDE_AND_DEEP = {
    "an or of 2,000 clauses": [{"or": [_one(number) for number in range(2_000)]}],
    "an and of 2,000 clauses": [{"and": [_one(number) for number in range(2_000)]}],
    "an and of 1,000 ors": [{"and": [{"or": [_one(number), _one(-number)]} for number in range(1_000)]}],
    "as many transitions as a state may have": [_one(number) for number in range(19)],
    "conditions 80 levels deep": [_deep(40)],
    "a field of 3,000 steps": [{"field": ".".join(["a"] * 3_000), "equals": 1}],
    "numbers that no double holds": [_one(10**400), {"field": "n", "equals": -(10**400)}],
}


@pytest.mark.unmeasured
@pytest.mark.parametrize("conditions", WIDE_AND_DEEP.values(), ids=WIDE_AND_DEEP)
def test_what_is_wide_or_deep_is_advised_on_loaded_and_explored(conditions: list[dict[str, Any]]) -> None:
    ways = [{"target": "end", "condition": each} for each in conditions]
    states = {"start": script("return input", *ways, "next"), "next": action("end"), "end": terminal()}
    source = workflow("wide", states)
    assert isinstance(lint(parse(source), source), list)
    Emulator().load(source)
    explored = explore(source, bounds=Bounds(paths=2, runs=5, seconds=60))
    assert explored.cases


def test_the_whole_reason_is_told() -> None:
    """In one way the first transition is not taken for one field, in the other for the other: both are ruled out."""
    first = {"and": [{"field": "ok", "equals": True}, _one(10)]}
    second = {"and": [{"field": "ok", "equals": True}, _one(20)]}
    ways = [{"target": "a", "condition": first}, {"target": "b", "condition": second}]
    states = {"start": script("return input", *ways, "end"), "a": terminal(), "b": terminal(), "end": terminal()}
    source = workflow("whole", states)
    (told,) = [each.message for each in lint(parse(source), source) if each.code == "shadowed_transition"]
    assert "wherever n gt 20 holds, n gt 10 does too" in told
    assert "wherever ok equals true holds, ok equals true does too" not in told
