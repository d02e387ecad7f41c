"""Templates, alone and inside text."""

from typing import Any

import pytest
from interactor_emulator.bounds import RENDERED
from interactor_emulator.engine.templates import Rendering, TooLong, UnsafeUrl

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
    assert Rendering(ROOTS).value(template) == expected


def test_what_holds_no_template_is_the_same_object() -> None:
    value = {"fields": [{"name": "approved", "label": "Approve?"}]}
    assert Rendering(ROOTS).value(value) is value


def test_each_missing_path_is_told() -> None:
    rendering = Rendering(ROOTS)
    rendering.value(["${workflow_data.none}", "${nope} and ${workflow_data.amount}"])
    assert list(rendering.missed) == ["workflow_data.none", "nope"]


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://x.com/${workflow_data.name}?q=${workflow_data.name}", "https://x.com/a%20b%2Fc?q=a%20b%2Fc"),
        ("${workflow_data.name}/x", "a b/c/x"),
    ],
)
def test_values_in_a_url_are_percent_encoded(url: str, expected: str) -> None:
    assert Rendering(ROOTS).url(url) == expected


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (1e20, "100000000000000000000"),
        (1e-7, "1e-7"),
        (1e21, "1e+21"),
        (1.5e300, "1.5e+300"),
        (123456789012345678901, "123456789012345680000"),
        (1.2345678901234567e20, "123456789012345670000"),
        (9007199254740993, "9007199254740992"),
        (0.000001, "0.000001"),
        (1e16, "10000000000000000"),
        (-0.0, "0"),
        (2.0, "2"),
        (0.1, "0.1"),
        (10**400, "null"),
        ([1e20, {"a": 1e-7}], '[100000000000000000000,{"a":1e-7}]'),
    ],
)
def test_numbers_in_text_are_written_as_javascript_does(number: Any, expected: str) -> None:
    roots = {"workflow_data": {"n": number}}
    assert Rendering(roots).text("n=${workflow_data.n}") == f"n={expected}"


@pytest.mark.parametrize("value", ["..", "."])
@pytest.mark.parametrize(
    "url", ["https://x.com/a/${input.v}/b", "https://x.com/a/${input.v}", "https://x.com/${input.v}?q"]
)
def test_a_value_leads_a_url_nowhere_else(url: str, value: str) -> None:
    with pytest.raises(UnsafeUrl):
        Rendering({"input": {"v": value}}).url(url)


@pytest.mark.parametrize(
    ("url", "value", "expected"),
    [
        ("https://x.com/a/v${input.v}/b", "..", "https://x.com/a/v../b"),
        ("https://x.com/a/?q=${input.v}", "..", "https://x.com/a/?q=.."),
        ("https://x.com/a/../${input.v}", "b", "https://x.com/a/../b"),
        ("${input.v}/c", "https://x.com/a/../b", "https://x.com/a/../b/c"),
        ("https://x.com/${input.v}", "../..", "https://x.com/..%2F.."),
    ],
)
def test_dots_that_lead_nowhere_else_are_sent(url: str, value: str, expected: str) -> None:
    assert Rendering({"input": {"v": value}}).url(url) == expected


def test_what_is_filled_in_is_bounded_over_all_templates() -> None:
    roots = {"workflow_data": {"x": "x" * 1000}}
    enough = RENDERED.most // 1000
    assert len(str(Rendering(roots).value(["${workflow_data.x}"] * enough))) > RENDERED.most - 2000
    for template in ("${workflow_data.x}", "<${workflow_data.x}>"):
        with pytest.raises(TooLong):
            Rendering(roots).value([template] * (enough + 1))
