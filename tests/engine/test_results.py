"""Results, and where they go in the data."""

from typing import Any

import pytest
from interactor_emulator.definition.model import Output
from interactor_emulator.engine.results import changes, merged, placed
from interactor_emulator.state.events import Changes

DATA: dict[str, Any] = {"a": 1, "o": {"x": 1, "y": {"z": 2}}}


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        ({}, None),
        ({"a": 1.0}, None),
        ({"a": True}, Changes({}, {"a": (1, True)})),
        ({"b": None}, Changes({"b": None}, {})),
        ({"a": 2, "b": 3}, Changes({"b": 3}, {"a": (1, 2)})),
        ({"o": {"x": 1, "y": {"z": 2}}}, None),
    ],
)
def test_only_what_differs_is_a_change(result: dict[str, Any], expected: Changes | None) -> None:
    assert changes(DATA, result) == expected
    assert merged(DATA, changes(DATA, result)) == {**DATA, **result}


RESULT: dict[str, Any] = {"outputs": {"status": "ok"}, "n": 5}


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        (None, RESULT),
        (Output("api"), {"api": RESULT}),
        (Output("o.new"), {"o": {"x": 1, "y": {"z": 2}, "new": RESULT}}),
        (Output("o", merge=True), {"o": {"x": 1, "y": {"z": 2}, **RESULT}}),
        (
            Output("o.y.deep.er", extract={"s": "outputs.status"}),
            {"o": {"x": 1, "y": {"z": 2, "deep": {"er": {"s": "ok"}}}}},
        ),
        (Output("a.b"), {"a": {"b": RESULT}}),
        (Output(extract={"s": "outputs.status", "m": "missing"}), {"s": "ok", "m": None}),
    ],
)
def test_output_says_where_a_result_goes(output: Output | None, expected: dict[str, Any]) -> None:
    before = repr(DATA)
    assert placed(DATA, RESULT, output) == expected
    assert repr(DATA) == before
