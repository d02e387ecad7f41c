"""Answers that do not fit the form that was shown: taken all the same, and told."""

from typing import Any

import pytest
from interactor_emulator import Emulator
from interactor_emulator.engine.forms import misfits

from tests.workflows import action, halt, terminal, workflow

OPTIONS = [{"value": "a", "label": "A"}, {"value": "b", "label": "B"}]

ROWS: list[tuple[dict[str, Any], Any, str | None]] = [
    ({"type": "string"}, "x", None),
    ({"type": "string"}, 1, "f is 1, not a string"),
    ({"type": "string", "maxLength": 3}, "abc", None),
    ({"type": "string", "maxLength": 3}, "abcd", 'f is "abcd", longer than maxLength 3'),
    ({"type": "string", "required": True}, None, "f is required, and missing"),
    ({"type": "string", "required": True}, "", "f is required, and missing"),
    ({"type": "string", "required": False}, None, None),
    ({"type": "number"}, 1.5, None),
    ({"type": "number"}, True, "f is true, not a number"),
    ({"type": "number"}, "1", 'f is "1", not a number'),
    ({"type": "number", "min": 1, "max": 3}, 1, None),
    ({"type": "number", "min": 1}, 0.5, "f is 0.5, below min 1"),
    ({"type": "number", "max": 3}, 4, "f is 4, above max 3"),
    ({"type": "number", "step": 0.1}, 0.3, None),
    ({"type": "number", "step": 5, "min": 1}, 6, None),
    ({"type": "number", "step": 5}, 6, "f is 6, not a multiple of step 5"),
    ({"type": "number", "min": "${x}"}, 0, None),
    ({"type": "boolean"}, False, None),
    ({"type": "boolean"}, "yes", 'f is "yes", not a boolean'),
    ({"type": "select", "options": OPTIONS}, "a", None),
    ({"type": "select", "options": OPTIONS}, "c", 'f is "c", not among the options ["a","b"]'),
    ({"type": "date"}, "2026-01-20", None),
    ({"type": "date"}, "2026-01-20T12:00:00Z", None),
    ({"type": "date"}, "20.1.2026", 'f is "20.1.2026", not a date like 2026-01-20'),
    ({"type": "date", "minDate": "2026-01-21"}, "2026-01-20", 'f is "2026-01-20", before minDate 2026-01-21'),
    ({"type": "date", "maxDate": "2026-01-19"}, "2026-01-20", 'f is "2026-01-20", after maxDate 2026-01-19'),
    ({"type": "date", "minDate": "soon"}, "2026-01-20", None),
    ({"type": "file"}, "file_1", None),
    ({"type": "file"}, ["file_1"], None),
    ({"type": "file"}, "file_2", 'f is "file_2", not the id of a file that was uploaded for this instance'),
]


@pytest.mark.parametrize(("field", "value", "expected"), ROWS)
def test_a_field(field: dict[str, Any], value: Any, expected: str | None) -> None:
    presentation: dict[str, Any] = {"type": "form", "fields": [{"name": "f", "label": "F", **field}]}
    found = [each.said for each in misfits(presentation, {"f": value}, {"file_1"})]
    assert found == ([] if expected is None else [expected])


@pytest.mark.parametrize(
    ("input_", "expected"),
    [
        ({"choice": "a"}, []),
        ({"selected_option": "b"}, []),
        ({"choice": "c"}, ['choice is "c", not among the options ["a","b"]']),
        ({}, ['choice is null, not among the options ["a","b"]']),
    ],
)
def test_a_choice(input_: dict[str, Any], expected: list[str]) -> None:
    assert [each.said for each in misfits({"type": "choice", "options": OPTIONS}, input_, ())] == expected


@pytest.mark.parametrize("garbage", [None, 1, "x", [1], {"a": 1}])
def test_what_a_template_put_in_place_of_fields_is_no_form(garbage: Any) -> None:
    assert list(misfits({"type": "form", "fields": garbage}, {}, ())) == []


def test_an_answer_that_does_not_fit_is_taken_and_told(interactor: Emulator) -> None:
    fields = [{"name": "age", "type": "number", "label": "Age", "min": 18}]
    interactor.load(workflow("w", {"ask": halt("end", fields=fields), "end": terminal()}))
    run = interactor.start("w").resume(age=7).assert_completed()
    (notice,) = interactor.diagnostics
    assert notice.code == "form_input_mismatch"
    assert notice.message == f"Answer in state 'ask' of instance '{run.id}': age is 7, below min 18"
    assert notice.request_id.startswith("req_")


def test_a_condition_whose_field_is_in_the_input_only_is_told(interactor: Emulator) -> None:
    big = {"target": "big", "condition": {"field": "amount", "operator": "gt", "value": 10}}
    interactor.load(workflow("w", {"check": action(big, "small"), "big": terminal(), "small": terminal()}))
    of_definition = [each.code for each in interactor.diagnostics]
    assert of_definition == ["impossible_transition", "unreachable_state"]
    interactor.start("w", {"amount": 100}).assert_completed("small")
    (notice,) = interactor.diagnostics[len(of_definition) :]
    assert (notice.code, notice.where) == ("field_only_in_input", "states.check.transitions[0].condition")
    interactor.start("w", {"other": 100})
    assert interactor.diagnostics[len(of_definition) :] == [notice]


def test_a_header_that_nobody_reads_is_told_once(interactor: Emulator, interactor_client: Any) -> None:
    for _ in range(2):
        interactor_client.get("/workflows", headers={"X-Tenant": "user_1", "X-Request-Id": "r", "X-Forwarded-For": "1"})
    (notice,) = interactor.diagnostics
    assert (notice.code, notice.request_id, notice.times) == ("unknown_header", "r", 2)
