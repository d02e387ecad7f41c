"""What is worth trying with a definition is read from the definition."""

from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from interactor_emulator.definition.data_path import MISSING, look_up
from interactor_emulator.definition.parse import parse
from interactor_emulator.explore.values.steering import Members, nested, steering
from interactor_fixtures import definition

from tests.workflows import action, halt, script, terminal, workflow


def of(*states: dict[str, Any]) -> Any:
    return steering(parse(workflow("w", {f"s{number}": each for number, each in enumerate((*states, terminal()))})))


def compared(operator: str, value: Any) -> tuple[Any, ...]:
    condition = {"field": "x", "operator": operator, "value": value}
    found: Members = of(action({"target": "s1", "condition": condition})).input
    return found["x"].all


@pytest.mark.parametrize(
    ("operator", "value", "tried"),
    [
        ("lte", 1000, (1000, 999, 1001, "1000", None, MISSING)),
        ("gt", 0.25, (0.25, 0.24, 0.26)),
        ("equals", True, (True, False, "true", 1)),
        ("equals", "gold", ("gold", "gol", "golda", "agold", "")),
        ("contains", "@", ("@", "a @ b", ["@"], [], "")),
        ("in", ["A", 5], ("A", 5, 4, 6)),
        ("not_equals", None, (None, True, 0, "", [], {})),
    ],
)
def test_the_values_around_a_constant_are_tried(operator: str, value: Any, tried: tuple[Any, ...]) -> None:
    found = compared(operator, value)
    for each in tried:
        assert any(each == other and type(each) is type(other) for other in found), each


FIELDS: list[tuple[dict[str, Any], set[Any], set[Any]]] = [
    ({"type": "number", "min": 1, "max": 9}, {1, 2, 9, 8}, {0, 10}),
    ({"type": "number", "min": 0, "step": 0.5}, {0, 0.5, 1}, {-0.5, 0.25}),
    ({"type": "string", "maxLength": 4}, {"", "text", "xxxx"}, {"xxxxx"}),
    ({"type": "boolean"}, {True, False}, set()),
    ({"type": "select", "options": [{"value": "a", "label": "A"}]}, {"a"}, {"none of the options"}),
    ({"type": "date", "minDate": "2026-01-10"}, {"2026-01-10"}, {"2026-01-09", "2026-02-30"}),
    ({"type": "number", "default": 7}, {7, 0, 1}, set()),
]


@pytest.mark.parametrize(("field", "fitting", "past"), FIELDS)
def test_a_field_is_tried_at_its_limits_and_just_past_them(
    field: dict[str, Any], fitting: set[Any], past: set[Any]
) -> None:
    found = of(halt("s1", fields=[{"name": "x", "label": "X", **field}])).answers["s0"]["x"]
    assert fitting <= set(found.fitting)
    assert past <= set(found.telling)
    assert None in found.odd
    assert MISSING in found.odd


def test_what_scripts_read_is_tried_with_the_constants_of_code_and_conditions() -> None:
    code = "const { tier, who } = input; if (input.order?.weight > 20.5) return { tier: 'heavy' }; return {}"
    above = {"target": "s1", "condition": {"field": "total", "operator": "gt", "value": 100}}
    found = of(script(code, above))
    assert {"tier", "who", "order.weight", "total"} == set(found.input)
    assert all(each in found.input["order.weight"].telling for each in (100, 101, 20.5, 20.6, "heavy"))
    assert found.literals == (20.5, "heavy")


def test_a_list_that_a_script_adds_up_is_tried_with_elements() -> None:
    code = "return { total: input.items.reduce((sum, item) => sum + item.price, 0) }"
    found = of(script(code, {"target": "s1", "condition": {"field": "total", "operator": "gt", "value": 100}}))
    tried = found.input["items"].telling
    assert [] in tried
    assert [{"price": 100}] in tried
    assert [{"price": 101}] in tried


def test_keys_and_templates_are_tried() -> None:
    found = steering(parse(definition("parallel_approval")))
    assert found.choices == {"await_finance_approval": ("approve", "reject")}
    assert found.answers["await_finance_approval"]["choice"].fitting == ("approve", "reject")
    assert "order" in found.input


PATHS = st.lists(st.sampled_from(["a", "b", "0", "2"]), min_size=1, max_size=3).map(".".join)


@given(st.dictionaries(PATHS, st.integers() | st.just(MISSING), max_size=4))
def test_every_value_stands_at_its_path(members: dict[str, Any]) -> None:
    there = {path: value for path, value in members.items() if value is not MISSING}
    assume(not any(_in_the_way(one, other) for one in there for other in there if one != other))
    made = nested(members)
    assert {path: look_up(made, path) for path in there} == there
    assert bool(made) == bool(there)


def _in_the_way(one: str, other: str) -> bool:
    """Whether a value has a member where the other one needs a number, a text or a list."""
    for mine, theirs in zip(one.split("."), other.split("."), strict=False):
        if mine != theirs:
            return mine.isdigit() != theirs.isdigit()
    return True


@given(st.permutations(["b", "a.c", "a.0.d"]))
def test_the_order_in_which_members_are_given_makes_no_difference(paths: list[str]) -> None:
    assert nested(dict.fromkeys(paths, 1)) == nested(dict.fromkeys(sorted(paths), 1))
