"""What a program is told that makes one of the usual mistakes: each message names the place and the remedy."""

import traceback
from typing import Any

import httpx
import pytest
from interactor_emulator import Emulator
from interactor_emulator.errors import InvalidTransition, ValidationError, WorkflowNotFound

from tests.workflows import halt, terminal, workflow

ASK = workflow("ask", {"wait": halt("end"), "end": terminal()})
YES: dict[str, Any] = workflow(
    "yes",
    {
        "ask": {
            "type": "halting",
            "transitions": [{"target": "end", "condition": {"field": "ok", "operator": "equals", "value": True}}],
        },
        "end": terminal(),
    },
)


def told(error: BaseException) -> str:
    """As a traceback ends."""
    return "".join(traceback.format_exception_only(error))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"secret": "short"}, "secret: secret must have at least 32 characters"),
        ({"events": ["workflow.instance.closed"]}, "events[0]: Unknown event: workflow.instance.closed"),
        ({"events": "workflow.instance.completed"}, "events: events must be a list of at least one event"),
    ],
)
def test_a_wrong_subscription_says_what_is_wrong(interactor: Emulator, arguments: Any, said: str) -> None:
    with pytest.raises(ValidationError) as error:
        interactor.webhooks.subscribe("http://127.0.0.1:9/", **arguments)
    assert f"Invalid request\n  {said}" in told(error.value)
    assert error.value.message == "Invalid request"


@pytest.mark.parametrize("given", ["text", "", ["a"], [], 5, 0, False])
def test_an_input_that_is_no_object_is_refused_as_over_http(
    interactor: Emulator, interactor_client: httpx.Client, given: Any
) -> None:
    interactor.load(ASK)
    with pytest.raises(ValidationError, match="input must be an object") as in_process:
        interactor.start("ask", given)
    assert interactor.runs == []
    run = interactor.start("ask")
    with pytest.raises(ValidationError, match="input must be an object"):
        run.resume(given)
    over_http = interactor_client.post(f"/workflows/instances/{run.id}/resume", json={"input": given})
    assert over_http.json()["error"]["details"] == in_process.value.details
    run.assert_halted("wait")


def test_a_workflow_that_there_is_not_is_told_with_those_that_there_are(interactor: Emulator) -> None:
    with pytest.raises(WorkflowNotFound) as error:
        interactor.start("ask")
    assert "Nothing is loaded" in told(error.value)
    interactor.load(ASK)
    wrong: list[tuple[Any, str]] = [
        ("aks", "Did you mean 'ask'?"),
        ("payment", "Loaded are ask"),
        (5, "Loaded are ask"),
    ]
    for name, hint in wrong:
        with pytest.raises(WorkflowNotFound) as error:
            interactor.start(name)
        assert told(error.value).endswith(f"Workflow '{name}' not found\n{hint}\n")


def test_an_answer_that_fits_no_transition_is_told_with_the_reason(interactor: Emulator) -> None:
    interactor.load(YES)
    with pytest.raises(InvalidTransition) as error:
        interactor.start("yes").resume(ok="yes")
    assert 'ok equals true, saw "yes"' in told(error.value)


def test_a_forgotten_answer_is_told_and_so_is_one_that_was_prepared_in_vain(interactor: Emulator) -> None:
    interactor.load(ASK)
    interactor.when("wiat").answer(ok=True)
    with pytest.raises(AssertionError) as error:
        interactor.start("ask").assert_completed("end")
    assert "waits for: an answer in wait, like .resume(approved=True)" in str(error.value)
    assert "prepared, and not used" in str(error.value)
    assert "wiat" in str(error.value)


def test_what_a_failed_assertion_says_beside_holds_no_secret(interactor: Emulator) -> None:
    interactor.load(ASK)
    interactor.secrets["K"] = "pass/word-4711"
    interactor.when("wiat").answer(key="pass/word-4711")
    with pytest.raises(AssertionError) as error:
        interactor.start("ask").assert_completed("end")
    assert "{'key': '[REDACTED]'}" in str(error.value)
    assert "4711" not in str(error.value)
