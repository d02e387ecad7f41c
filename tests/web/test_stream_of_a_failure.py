"""What a stream tells of an instance that fails."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from interactor_emulator import Emulator


def told(lines: Iterator[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    for line in lines:
        if line.startswith("event: "):
            data = next(each for each in lines if each.startswith("data: "))
            yield line.removeprefix("event: "), json.loads(data.removeprefix("data: "))


@pytest.fixture
def failing(interactor: Emulator, interactor_client: httpx.Client) -> str:
    """The path of an instance that fails when it is answered."""
    broken = {"type": "script", "code": "throw new Error('no stock')"}
    states = {
        "ask": {"type": "halting", "transitions": [{"target": "work"}]},
        "work": {"type": "action", "logic": broken, "transitions": [{"target": "end"}]},
        "end": {"type": "terminal"},
    }
    interactor.load({"name": "failing", "initial_state": "ask", "states": states})
    made = interactor_client.post("/workflows/failing/instances", json={"namespace": "n"}).json()["data"]
    return f"/workflows/instances/{made['id']}"


def test_a_failure_is_told_with_its_error_and_is_the_end(interactor_client: httpx.Client, failing: str) -> None:
    with interactor_client.stream("GET", f"{failing}/stream") as answer:
        events = told(answer.iter_lines())
        assert next(events)[0] == "state"
        refused = interactor_client.post(f"{failing}/resume", json={"input": {}})
        rest = list(events)
    assert refused.status_code == 500
    assert [name for name, _ in rest] == ["resumed", "state_changed", "failed", "done"]
    error = refused.json()["error"]
    assert rest[2][1] == {
        "status": "failed",
        "state": "work",
        "error": {"code": "script_error", "message": error["message"]},
    }
    assert "no stock" in error["message"]


def test_an_instance_that_has_failed_is_told_and_done(interactor_client: httpx.Client, failing: str) -> None:
    interactor_client.post(f"{failing}/resume", json={"input": {}})
    events = list(told(iter(interactor_client.get(f"{failing}/stream").text.splitlines())))
    assert events == [("state", {"state": "work"}), ("done", {})]
