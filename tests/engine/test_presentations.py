"""What a halt shows: texts are texts, values keep their type, and a choice has its ways."""

from typing import Any

import httpx
import pytest
from interactor_emulator import Emulator, ValidationError

from tests.workflows import halt, script, terminal, workflow

DATA = {"n": 5, "yes": True, "list": [1, "a"], "none": None, "big": 1e21}


def shown(emulator: Emulator, presentation: dict[str, Any]) -> Any:
    fill = script("return {n: 5, yes: true, list: [1, 'a'], none: null, big: 1e21}", "ask")
    emulator.load(workflow("w", {"fill": fill, "ask": halt("end", presentation=presentation), "end": terminal()}))
    return emulator.start("w", namespace="n").assert_halted("ask").presentation


FIELD = {"name": "f", "type": "number", "label": "L"}


@pytest.mark.parametrize(
    ("template", "text", "value"),
    [
        ("${workflow_data.n}", "5", 5),
        ("${workflow_data.yes}", "true", True),
        ("${workflow_data.list}", '[1,"a"]', [1, "a"]),
        ("${workflow_data.none}", "null", None),
        ("${workflow_data.big}", "1e+21", 1e21),
        ("${workflow_data.nothing}", "", None),
        ("n=${workflow_data.n}", "n=5", "n=5"),
        ("plain", "plain", "plain"),
    ],
)
def test_texts_are_texts_and_values_keep_their_type(interactor: Emulator, template: str, text: str, value: Any) -> None:
    field = {**FIELD, "label": template, "placeholder": template, "default": template, "min": template}
    option = {"value": template, "label": template, "description": template}
    presentation = {
        "type": "form",
        "title": template,
        "description": template,
        "fields": [field, {"name": "s", "type": "select", "label": "S", "options": [option, option]}],
        "message": template,
    }
    if value not in (5, None) and "min" in field:
        del field["min"]  # a bound is a number, or a template alone
    found = shown(interactor, presentation)
    texts = [found[name] for name in ("title", "description", "message")]
    texts += [found["fields"][0][name] for name in ("label", "placeholder")]
    texts += [found["fields"][1]["options"][0][name] for name in ("value", "label", "description")]
    assert texts == [text] * 8
    assert found["fields"][0]["default"] == value
    assert type(found["fields"][0]["default"]) is type(value)


def test_fields_of_a_template_are_shown_as_they_are(interactor: Emulator) -> None:
    fill = script("return {fields: [{name: 'a', type: 'number', label: 5}]}", "ask")
    presentation = {"type": "form", "fields": "${workflow_data.fields}"}
    interactor.load(workflow("w", {"fill": fill, "ask": halt("end", presentation=presentation), "end": terminal()}))
    run = interactor.start("w", namespace="n")
    assert run.presentation == {"type": "form", "fields": [{"name": "a", "type": "number", "label": 5}]}


CHOICES = [{"key": "yes", "description": "Approve", "to": "end"}, {"key": "no", "description": None, "to": "end"}]
OPTIONS = {
    "instruction": "",
    "include_data": [],
    "transition_mode": "selection",
    "choices": CHOICES,
    "generated": False,
}


@pytest.mark.parametrize("presentation", [None, {"type": "message", "message": "m"}])
def test_a_state_in_selection_mode_has_options_without_instructions(
    interactor: Emulator, interactor_client: httpx.Client, presentation: Any
) -> None:
    ways = [{"target": "end", "key": "yes", "description": "Approve"}, {"to": "end", "key": "no"}, {"to": "end"}]
    ask = {"type": "halting", "transition_mode": "selection", "transitions": ways}
    if presentation is not None:
        ask["presentation"] = presentation
    interactor.load(workflow("w", {"ask": ask, "end": terminal()}))
    inbox = interactor.webhooks.inbox
    made = interactor_client.post("/workflows/w/instances", json={"namespace": "n"}).json()["data"]
    got = interactor_client.get(f"/workflows/instances/{made['id']}").json()["data"]
    for each in (made, got):
        assert (each["halted_at_state"], each["halted_options"]) == ("ask", OPTIONS)
        assert list(each)[list(each).index("current_state") + 1] == "halted_at_state"
    assert got.get("halting_presentation") == presentation
    assert inbox.wait_for("workflow.instance.halted").data["halted_options"] == OPTIONS
    events = interactor_client.get(f"/workflows/instances/{made['id']}/history?types=halt").json()["data"]["events"]
    assert [event["message"] for event in events] == [None if presentation is None else "m"]
    chosen = interactor_client.post(f"/workflows/instances/{made['id']}/resume", json={"input": {"choice": "no"}})
    assert chosen.json()["data"]["status"] == "completed"


CHOICE = {"type": "choice", "options": [{"value": "a", "label": "A"}, {"value": "b", "label": "B"}]}


@pytest.mark.parametrize(
    ("body", "data"),
    [
        ({"selected_option": "a"}, {"choice": "a"}),
        ({"selected_option": "a", "input": {"q": 1}}, {"choice": "a", "q": 1}),
        ({"selected_option": "a", "input": {"choice": "b"}}, {"choice": "b"}),
        ({"selected_option": 5, "input": {"q": 1}}, {"q": 1}),
        ({"input": {"selected_option": "a"}}, {"selected_option": "a"}),
    ],
)
def test_a_selected_option_answers_a_choice_presentation(
    interactor: Emulator, interactor_client: httpx.Client, body: dict[str, Any], data: dict[str, Any]
) -> None:
    interactor.load(workflow("w", {"ask": halt("end", presentation=CHOICE), "end": terminal()}))
    run = interactor.start("w", namespace="n")
    path = f"/workflows/instances/{run.id}"
    assert interactor_client.post(f"{path}/resume", json=body).json()["data"]["workflow_data"] == data
    assert interactor_client.get(path).json()["data"]["history"][0]["input_received"] == data
    misfit = body.get("selected_option") == 5
    assert ("form_input_mismatch" in {each.code for each in interactor.diagnostics}) is misfit


def test_of_an_account_s_instances_a_choice_goes_to_the_thread_that_is_shown(interactor: Emulator) -> None:
    fields = [{"name": "ok", "type": "boolean", "label": "OK?"}]
    states = {
        "split": {"type": "action", "fork": {"a": "ask", "b": "ask"}, "transitions": [{"target": "end"}]},
        "ask": halt("end", fields=fields),
        "end": terminal(),
    }
    interactor.load(workflow("w", states))
    run = interactor.start("w", namespace="n")
    with pytest.raises(ValidationError, match="state 'ask' is not in selection mode; it shows the fields ok"):
        run.choose("granted")
    assert run.status == "halted"
