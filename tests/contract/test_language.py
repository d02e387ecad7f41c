"""The language of exchanges: what differs is found, and what does not is let through."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from interactor_emulator.contract.generalising import steps_of
from interactor_emulator.contract.language import Unfilled, differences, filled, header_differences
from interactor_emulator.contract.said import Said

ID, OTHER = "inst_" + "a" * 26, "inst_" + "b" * 26
TWICE = "{{one=ulid:inst_}}"


@pytest.mark.parametrize(
    ("expected", "found", "told"),
    [
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, "body: expected the members in the order ['a', 'b'], found ['b', 'a']"),
        ({"a": 1}, {"a": 1, "b": 2}, "body.b: is not expected: 2"),
        ({"a": 1, "b": 2}, {"a": 1}, "body.b: is missing"),
        ({"a": 1}, {"a": 1.0}, "body.a: expected 1, found 1.0"),
        ({"a": True}, {"a": 1}, "body.a: expected True, found 1"),
        ({"a": 5}, {"a": "5"}, "body.a: expected 5, found '5'"),
        ({"a": None}, {}, "body.a: is missing"),
        ({}, {"a": None}, "body.a: is not expected: None"),
        ([1], [1, 2], "body: expected 1 elements, found 2"),
        ([[1]], [[2]], "body[0][0]: expected 1, found 2"),
        ("{{timestamp}}", "2026-01-20T12:00:00.000Z", "body: expected timestamp, found '2026-01-20T12:00:00.000Z'"),
        ("{{timestamp:ms}}", "2026-01-20T12:00:00Z", "body: expected timestamp:ms, found '2026-01-20T12:00:00Z'"),
        ("{{ulid:inst_}}", "inst_xyz", "body: expected ulid:inst_, found 'inst_xyz'"),
        ("{{ULID:req_}}", "req_" + "a" * 26, f"body: expected ULID:req_, found 'req_{'a' * 26}'"),
        ("{{integer}}", 1.5, "body: expected a whole number, found 1.5"),
        ("{{integer}}", True, "body: expected a whole number, found True"),
        ([TWICE, "{{one}}"], [ID, OTHER], f"body[1]: expected '{ID}', found '{OTHER}'"),
        ([TWICE, "at {{one}}!"], [ID, f"at {OTHER}!"], f"body[1]: expected 'at {ID}!', found 'at {OTHER}!'"),
        ("no {{ulid:inst_}} is", "no such is", "body: expected 'no {{ulid:inst_}} is', found 'no such is'"),
        ({"$has": [1, 3]}, [3, 1], "body: element 1 of the expected ones is not there: 3"),
        ({"$has": [1]}, {"a": 1}, "body: expected a list, found {'a': 1}"),
        ("costs $5 (a.c)", "costs $5 (abc)", "body: expected 'costs $5 (a.c)', found 'costs $5 (abc)'"),
    ],
)
def test_what_differs_is_found(expected: Any, found: Any, told: str) -> None:
    assert [str(each) for each in differences(expected, found, {})] == [told]


@pytest.mark.parametrize(
    ("expected", "found"),
    [
        ("no {{ulid:inst_}} is", f"no {ID} is"),
        ("00-{{hex:4}}-01", "00-0af7-01"),
        ("a.c {{any}}", "a.c whatever\nfollows"),
        ("Dear {{braces}} name }}", "Dear {{ name }}"),
        ("{{braces}}one}}", "{{one}}"),
        ("for $150.00, or {x}", "for $150.00, or {x}"),
        ({"a": "{{any}}"}, {"a": {"b": []}}),
        ([TWICE, "/{{one}}/x"], [ID, f"/{ID}/x"]),
        (f"{TWICE} and {{{{one}}}}", f"{ID} and {ID}"),
        ({"{{one}}": 1}, {ID: 1}),
        ({"$has": [{"a": 2}, {"a": 4}]}, [{"a": 1}, {"a": 2}, {"a": 3}, {"a": 4}]),
        ({"$has": []}, []),
    ],
)
def test_what_does_not_differ_is_let_through(expected: Any, found: Any) -> None:
    known = {"one": ID} if isinstance(expected, dict) and "{{one}}" in expected else {}
    assert list(differences(expected, found, known)) == []


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda children: st.lists(children) | st.dictionaries(st.text(), children),
)


@given(JSON)
def test_a_value_differs_from_none_like_it(value: Any) -> None:
    assert filled(value, {}) == value if "{{" not in repr(value) else True
    assert list(differences({"a": value}, {"a": value}, {})) == [] or "{{" in repr(value) or "$has" in repr(value)


@given(JSON, JSON)
def test_values_that_are_not_equal_differ(one: Any, other: Any) -> None:
    if repr(one) != repr(other) and "{{" not in repr(one) and "$has" not in repr(one):
        assert list(differences(one, other, {}))


def test_a_name_that_no_answer_has_given_cannot_be_sent() -> None:
    with pytest.raises(Unfilled, match="version_id"):
        filled({"path": "/versions/{{version_id}}"}, {"instance_id": ID})


@pytest.mark.parametrize("found", [{}, {"x-ratelimit-limit": "99"}, {"X-RateLimit-Limit": "100", "Retry-After": "1"}])
def test_what_differs_in_a_header_is_found(found: dict[str, str]) -> None:
    expected = {"X-RateLimit-Limit": "100", "Retry-After": None}
    assert list(header_differences(expected, found, {}))
    assert not list(header_differences(expected, {"x-ratelimit-limit": "100", "other": "1"}, {}))


VARYING = st.sampled_from(
    [
        ID,
        OTHER,
        "{{one}}",
        "{{any}}",
        "{{",
        "}}",
        "v_abcdef012345",
        "2026-01-20T12:00:00Z",
        "2026-01-20T12:00:00.123Z",
        "x",
    ]
)
TEXTS = st.lists(VARYING, max_size=4).map(" ".join)
BODIES = st.recursive(TEXTS | st.integers(), lambda children: st.lists(children) | st.dictionaries(TEXTS, children))


def asked(sent: Any, body: Any) -> Said:
    return Said("2026-01-20T12:00:00Z", "POST", "/x", {}, sent, 200, {}, body)


@given(st.lists(st.tuples(BODIES, BODIES), max_size=4))
def test_what_was_said_is_an_exchange_that_it_fits(rows: list[tuple[Any, Any]]) -> None:
    """Whatever the data holds, braces and ids in the names of members too: what is sent is what was sent."""
    captured: dict[str, str] = {}
    for (sent, body), step in zip(rows, steps_of(asked(*row) for row in rows), strict=True):
        assert filled(step["request"].get("body"), captured) == sent
        assert list(differences(step["response"].get("body"), body, captured)) == []
