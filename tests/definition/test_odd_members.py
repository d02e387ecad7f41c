"""Members of a presentation that are missing or odd: errors at their paths, or taken, and never exceptions."""

from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from interactor_emulator import Emulator, InvalidWorkflow

END: dict[str, Any] = {"type": "terminal"}
ODD: list[Any] = [[], {}, [1], {"a": 1}, 5, 0, True, "x", ""]


def asking(**members: Any) -> dict[str, Any]:
    """A workflow whose first state asks somebody."""
    ask = {"type": "halting", "transitions": [{"target": "end"}], **members}
    return {"name": "asks", "initial_state": "ask", "states": {"ask": ask, "end": END}}


def number(**members: Any) -> dict[str, Any]:
    return {"presentation": {"type": "form", "fields": [{"name": "n", "type": "number", "label": "N", **members}]}}


ROWS: list[tuple[dict[str, Any], str, str]] = [
    (
        {"presentation": {"type": "choice", "message": "Which way?"}},
        "presentation.options",
        "Presentation of type choice needs options: an array of objects with value and label",
    ),
    (
        {"presentation": {"type": "choice", "options": None}},
        "presentation.options",
        "Options must be an array, not null",
    ),
    (
        number(step="x"),
        "presentation.fields[0].step",
        "Field step must be a number above 0, not a string",
    ),
    (number(step=0), "presentation.fields[0].step", "Field step must be a number above 0, not 0"),
    (number(step=[]), "presentation.fields[0].step", "Field step must be a number above 0, not an array"),
    (number(min="x"), "presentation.fields[0].min", "Field min must be a number, not a string"),
    (
        {"halting_instructions": {"type": [], "config": {}}},
        "halting_instructions.type",
        "Halting instructions type must be ai or message, not an array",
    ),
    (
        {"halting_instructions": {"type": {}, "instruction": "Look at it"}},
        "halting_instructions.type",
        "Halting instructions type must be ai or message, not an object",
    ),
    (
        {"halting_instructions": {"type": "letter", "config": {}}},
        "halting_instructions.type",
        "Halting instructions type 'letter' is unknown; use ai or message",
    ),
    (
        {"presentation": {"type": []}},
        "presentation.type",
        "Presentation type must be form, choice or message, not an array",
    ),
]


@pytest.mark.parametrize(("members", "path", "message"), ROWS)
def test_what_is_odd_is_an_error_at_its_path(
    interactor_client: httpx.Client, members: dict[str, Any], path: str, message: str
) -> None:
    answer = interactor_client.post("/workflows/validate", json=asking(**members))
    assert answer.status_code == 200
    assert answer.json()["data"] == {
        "valid": False,
        "errors": [{"path": f"states.ask.{path}", "message": message}],
    }
    created = interactor_client.post("/workflows", json=asking(**members))
    assert (created.status_code, created.json()["error"]["code"]) == (400, "invalid_workflow")


PLACES = ["type", "title", "fields", "options", "message", "config", "instruction", "include_data"]


@given(
    member=st.sampled_from(["presentation", "halting_instructions"]),
    given_=st.dictionaries(st.sampled_from(PLACES), st.sampled_from([*ODD, "form", "choice", "message", "ai"])),
)
def test_no_member_of_an_odd_type_is_an_exception(member: str, given_: dict[str, Any]) -> None:
    emulator = Emulator(seed=1, now="2026-01-20T12:00:00Z")
    try:
        emulator.load(asking(**{member: given_}))
    except InvalidWorkflow:
        return
    emulator.start("asks").assert_halted("ask").resume().assert_completed("end")


# What a template gave is known only when it is shown; the definition itself is good.
RENDERED = asking(presentation={"type": "form", "fields": "${workflow_data.fields}"})


def answered(emulator: Emulator, field: dict[str, Any], answer: Any) -> list[str]:
    """What is noticed of an answer to a form with this field, which a script has made."""
    make = {"type": "script", "code": "return {fields: input.fields}"}
    states = {"make": {"type": "action", "logic": make, "transitions": [{"target": "ask"}]}, **RENDERED["states"]}
    emulator.load({"name": "made", "initial_state": "make", "states": states})
    fields = [{"name": "n", "label": "N", **field}]
    emulator.start("made", {"fields": fields}).assert_halted("ask").resume(n=answer).assert_completed("end")
    return [each.message for each in emulator.diagnostics if each.code == "form_input_mismatch"]


@pytest.mark.parametrize("type_", ["colour", "", None, 5, []])
@pytest.mark.parametrize("answer", ["red", 5, [], {"a": 1}])
def test_a_field_of_a_type_that_nobody_knows_takes_any_answer(interactor: Emulator, type_: Any, answer: Any) -> None:
    assert answered(interactor, {"type": type_}, answer) == []


@pytest.mark.parametrize("step", [0, 0.0, -1, "x", None, [], True])
def test_a_step_that_is_none_does_no_harm(interactor: Emulator, step: Any) -> None:
    assert answered(interactor, {"type": "number", "step": step}, 3) == []


def test_a_step_that_a_template_gave_is_looked_at(interactor: Emulator) -> None:
    [message] = answered(interactor, {"type": "number", "step": 2}, 3)
    assert message.endswith("n is 3, not a multiple of step 2")
