"""Background execution: an answer at once, every state to be seen in turn, and settling."""

from typing import Any

import httpx
import pytest
from interactor_emulator import Emulator

from tests.workflows import action, halt, script, terminal, to, workflow

STATES = {
    "one": action("two"),
    "two": action("ask"),
    "ask": halt(to("three", ok=True)),
    "three": script("return {n: 1}", "end"),
    "end": terminal(),
}

pytestmark = pytest.mark.interactor(execution="background")


@pytest.fixture
def steps(interactor: Emulator) -> None:
    interactor.load(workflow("steps", STATES))


def create(client: httpx.Client) -> str:
    data = client.post("/workflows/steps/instances", json={"namespace": "user_1"}).json()["data"]
    assert (data["status"], data["current_state"]) == ("running", "one")
    return f"/workflows/instances/{data['id']}"


def polled(client: httpx.Client, path: str, until: str) -> list[str]:
    """The states that a polling client sees, each once."""
    seen: list[str] = []
    while True:
        data = client.get(path).json()["data"]
        if data["current_state"] not in seen[-1:]:
            seen.append(data["current_state"])
        if data["status"] == until:
            return seen


@pytest.mark.usefixtures("steps")
def test_a_polling_client_sees_every_state_in_turn(interactor_client: httpx.Client) -> None:
    path = create(interactor_client)
    assert polled(interactor_client, path, "halted") == ["one", "two", "ask"]
    resumed = interactor_client.post(f"{path}/resume", json={"input": {"ok": True}}).json()["data"]
    assert (resumed["status"], resumed["current_state"]) == ("running", "three")
    assert polled(interactor_client, path, "completed") == ["three", "end"]


@pytest.mark.usefixtures("steps")
def test_settle_waits_until_nothing_more_can_happen(interactor_client: httpx.Client, interactor_server: Any) -> None:
    path = create(interactor_client)
    httpx.post(f"{interactor_server.url}/_emulator/settle", json={})
    assert interactor_client.get(path).json()["data"]["status"] == "halted"


@pytest.mark.usefixtures("steps")
def test_settle_in_python(interactor: Emulator) -> None:
    run = interactor.start("steps")
    assert (run.status, run.state) == ("running", "one")
    interactor.settle()
    run.assert_halted("ask").resume(ok=True)
    assert run.state == "three"
    interactor.settle()
    run.assert_completed("end").assert_data(ok=True, n=1)


@pytest.mark.usefixtures("steps")
def test_states_also_pass_with_time(interactor: Emulator) -> None:
    """For a client that waits for a webhook, and looks at nothing."""
    run = interactor.start("steps")
    seen = [run.state]
    for _ in range(3):
        interactor.clock.advance(seconds=2)
        seen.append(run.state)
    assert seen == ["one", "two", "ask", "ask"]
    run.assert_halted("ask")
    assert interactor.clock.advance(hours=1) == []


@pytest.mark.usefixtures("steps")
def test_a_refused_answer_is_refused_at_once(interactor: Emulator, interactor_client: httpx.Client) -> None:
    path = create(interactor_client)
    interactor.settle()
    assert interactor_client.post(f"{path}/resume", json={"input": {"ok": 0}}).status_code == 400


@pytest.mark.usefixtures("steps")
def test_a_cancel_ends_what_was_left(interactor: Emulator, interactor_client: httpx.Client) -> None:
    path = create(interactor_client)
    assert interactor_client.post(f"{path}/cancel").status_code == 200
    interactor.settle()
    assert interactor_client.get(path).json()["data"]["current_state"] == "one"


def test_a_failure_shows_when_it_has_happened(interactor: Emulator, interactor_client: httpx.Client) -> None:
    interactor.load(workflow("steps", {**STATES, "one": script("throw 1", "two")}))
    path = create(interactor_client)
    interactor.settle()
    data = interactor_client.get(path).json()["data"]
    assert (data["status"], data["error"].split(":")[0]) == ("failed", "script_error")


def test_an_unknown_mode_is_told() -> None:
    with pytest.raises(ValueError, match="inline or background"):
        Emulator(execution="later")  # type: ignore[arg-type]
