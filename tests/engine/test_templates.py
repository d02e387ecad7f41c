"""Templates, alone and inside text."""

from typing import Any

import pytest
from interactor_emulator.engine.templates import render, render_url

ROOTS: dict[str, Any] = {
    "workflow_data": {"amount": 15000, "name": "a b/c", "list": [1, None], "yes": True},
    "input": {"x": None},
}

ROWS: list[tuple[Any, Any]] = [
    ("${workflow_data.amount}", 15000),
    ("${workflow_data.list}", [1, None]),
    ("${ workflow_data.amount }", 15000),
    ("$${workflow_data.amount}", "$15000"),
    ("Total: ${workflow_data.amount} ${workflow_data.yes} ${workflow_data.list}", "Total: 15000 true [1,null]"),
    ("${workflow_data.none}", None),
    ("[${workflow_data.none}]", "[]"),
    ("${input.x}", None),
    ("(${input.x})", "(null)"),
    ("${}", None),
    ("plain", "plain"),
    ("$5 {x} ${", "$5 {x} ${"),
    ({"a": ["${workflow_data.yes}", 1], "b": {}}, {"a": [True, 1], "b": {}}),
]


@pytest.mark.parametrize(("template", "expected"), ROWS)
def test_a_value_is_rendered(template: Any, expected: Any) -> None:
    assert render(template, ROOTS, lambda _path: None) == expected


def test_what_holds_no_template_is_the_same_object() -> None:
    value = {"fields": [{"name": "approved", "label": "Approve?"}]}
    assert render(value, ROOTS, lambda _path: None) is value


def test_each_missing_path_is_told() -> None:
    missed: list[str] = []
    render(["${workflow_data.none}", "${nope} and ${workflow_data.amount}"], ROOTS, missed.append)
    assert missed == ["workflow_data.none", "nope"]


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://x.com/${workflow_data.name}?q=${workflow_data.name}", "https://x.com/a%20b%2Fc?q=a%20b%2Fc"),
        ("${workflow_data.name}/x", "a b/c/x"),
    ],
)
def test_values_in_a_url_are_percent_encoded(url: str, expected: str) -> None:
    assert render_url(url, ROOTS, lambda _path: None) == expected
