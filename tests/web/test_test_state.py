"""`POST /_emulator/test-state`: one state alone, over HTTP."""

from typing import Any

import httpx
import pytest
from interactor_emulator import Emulator
from interactor_fixtures import definition

from tests.workflows import halt, http, terminal, to, workflow

PURCHASE = definition("purchase_approval")


@pytest.fixture
def control(interactor_server: Any) -> Any:
    """A client of the control API."""
    with httpx.Client(base_url=f"{interactor_server.url}/_emulator") as client:
        yield client


def asked(control: httpx.Client, **body: Any) -> Any:
    answer = control.post("/test-state", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_result_transition_and_every_clause_with_its_value(control: httpx.Client) -> None:
    found = asked(control, definition=PURCHASE, state="submit", input={"amount": 1001, "description": "chairs"})
    assert (found["outcome"], found["transition"]["index"], found["transition"]["target"]) == (
        "transition",
        1,
        "manager_approval",
    )
    seen = [
        (each["target"], each["holds"], [clause["seen"] for clause in each["clauses"]]) for each in found["considered"]
    ]
    assert seen == [("auto_approved", False, [1001]), ("manager_approval", True, [1001])]
    assert found["changes"]["added"]["amount"] == found["workflow_data"]["amount"] == 1001
    assert found["text"].startswith("submit (action): → manager_approval\n")


def test_what_a_person_is_shown_and_what_an_answer_leads_to(control: httpx.Client, interactor: Emulator) -> None:
    interactor.load(PURCHASE)
    data = {"amount": 15000, "description": "chairs", "requester": "ann"}
    shown = asked(control, workflow="purchase_approval", state="manager_approval", workflow_data=data)
    assert (shown["outcome"], shown["transition"]) == ("halted", None)
    assert "chairs" in shown["halted"]["halting_presentation"]["description"]
    answered = asked(
        control, workflow="purchase_approval", state="manager_approval", workflow_data=data, input={"approved": True}
    )
    assert answered["transition"]["target"] == "vp_approval"


def test_an_answer_that_leads_nowhere_and_a_call_that_fails(control: httpx.Client) -> None:
    source = workflow(
        "w", {"ask": halt(to("call", ok=True)), "call": http("https://x.example/", "end"), "end": terminal()}
    )
    refused = asked(control, definition=source, state="ask", input={"ok": 1})
    assert (refused["outcome"], refused["error"]["code"]) == ("refused", "invalid_transition")
    failed = asked(control, definition=source, state="call")
    assert (failed["outcome"], failed["error"]["code"], failed["transition"]) == ("failed", "http_error", None)
    assert [each["code"] for each in failed["diagnostics"]] == ["egress_blocked"]
    control.post("/stubs", json={"url": "https://x.example/", "respond": {"json": {"ok": True}}})
    called = asked(control, definition=source, state="call")
    assert (called["transition"]["target"], called["requests"][0]["answered_by"]) == ("end", "stub")
    assert control.get("/stubs").json()["stubs"][0]["calls"] == 0
    assert (control.get("/requests").json()["requests"], control.get("/diagnostics").json()["diagnostics"]) == ([], [])


def test_the_app_that_a_state_calls_may_call_back(control: httpx.Client, interactor: Emulator) -> None:
    """What it asks meanwhile is answered: nothing is held while a state is tested."""

    async def app(_scope: Any, _receive: Any, send: Any) -> None:
        async with httpx.AsyncClient(base_url=str(control.base_url)) as client:
            settled = await client.post("settle", json={"timeout_seconds": 5})
            inner = await client.post("test-state", json={"definition": PURCHASE, "state": "complete"})
        told = f'{{"waiting": {str("waiting" in settled.json()).lower()}, "inner": "{inner.json()["outcome"]}"}}'
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]})
        await send({"type": "http.response.body", "body": told.encode()})

    interactor.routes = {"https://x.example": app}
    source = workflow("w", {"call": http("https://x.example/", "end"), "end": terminal()})
    found = asked(control, definition=source, state="call")
    assert found["workflow_data"] == {"waiting": False, "inner": "completed"}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"definition": PURCHASE}, "state"),
        ({"state": "submit"}, "definition"),
        ({"state": "submit", "definition": PURCHASE, "workflow": "w"}, "definition"),
        ({"state": "sumbit", "definition": PURCHASE}, "state"),
        ({"state": "submit", "definition": PURCHASE, "choice": "x"}, "choice"),
        ({"state": "submit", "definition": PURCHASE, "inptu": {}}, "inptu"),
        ({"state": "submit", "definition": PURCHASE, "input": []}, "input"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_its_member(control: httpx.Client, body: Any, field: str) -> None:
    answer = control.post("/test-state", json=body)
    assert answer.status_code == 400
    assert [each["field"] for each in answer.json()["error"]["details"]] == [field]


def test_a_definition_with_errors_a_workflow_and_a_version_that_there_are_not(
    control: httpx.Client, interactor: Emulator
) -> None:
    interactor.load(PURCHASE)
    broken = workflow("w", {"start": {"type": "action", "transitions": [{"target": "nowhere"}]}})
    bodies = [
        {"definition": broken, "state": "start"},
        {"workflow": "nope", "state": "start"},
        {"workflow": "purchase_approval", "version_id": "v_nope", "state": "submit"},
    ]
    found = [control.post("/test-state", json=each) for each in bodies]
    assert [each.json()["error"]["code"] for each in found] == [
        "invalid_workflow",
        "workflow_not_found",
        "version_not_found",
    ]
