"""One whole workflow, driven in process, over HTTP and in background mode: the same history, but for ids and times."""

from typing import Any

import httpx
import pytest
from interactor_emulator import Emulator
from interactor_emulator.account.settings import Execution
from interactor_fixtures import definition

CHECK, NOTIFY = "https://yourapp.com/api/orders/check", "https://yourapp.com/api/notifications"


def made(execution: Execution = "inline") -> Emulator:
    emulator = Emulator(seed=1, now="2026-01-20T12:00:00Z", execution=execution, secrets={"ORDERS_KEY": "key-12345"})
    emulator.load(definition("parallel_approval"))
    found = {"order": {"number": 123, "total": 150}, "risk_score": 23}
    answers = [httpx.Response(503), httpx.Response(503), httpx.Response(200, json=found)]
    emulator.http.post(CHECK).mock(side_effect=answers)
    emulator.http.post(NOTIFY).respond(200)
    return emulator


def story(emulator: Emulator, instance_id: str) -> Any:
    """The history without what differs from run to run, and whether the notification was sent."""
    with emulator.serve() as server:
        headers = {"Authorization": f"Bearer {emulator.token()}"}
        path = f"{server.api_url}/workflows/instances/{instance_id}/history?include_data=true"
        events = httpx.get(path, headers=headers).json()["data"]["events"]
    told = [{key: each[key] for key in each if key not in ("id", "timestamp", "duration_ms")} for each in events]
    sent = [(record.request.method, record.request.url) for record in emulator.account.caller.records]
    return told, sent


def in_process() -> Any:
    emulator = made()
    run = emulator.start("parallel_approval", {"order": 123}, namespace="user_123")
    assert run.status == "running"
    emulator.clock.advance(seconds=3)
    run.thread("department").resume(department_approved=True)
    options = run.thread("finance").options
    assert options is not None
    assert options.instruction.endswith('order: {"number":123,"total":150}, risk_score: 23')
    run.thread("finance").choose("approve").assert_completed("approved")
    return story(emulator, run.id)


def over_http(execution: Execution) -> Any:
    emulator = made(execution)
    with emulator.serve() as server:
        headers = {"Authorization": f"Bearer {emulator.token()}"}
        with httpx.Client(base_url=server.api_url, headers=headers) as client:

            def settled(body: Any = None) -> str:
                httpx.post(f"{server.url}/_emulator/settle", json={})
                return str(client.get(path).json()["data"]["status"])

            body = {"namespace": "user_123", "input": {"order": 123}}
            created = client.post("/workflows/parallel_approval/instances", json=body).json()["data"]
            path = f"/workflows/instances/{created['id']}"
            assert (created["status"], settled()) == ("running", "running")
            httpx.post(f"{server.url}/_emulator/clock/advance", json={"seconds": 3})
            settled()
            for thread, answer in (("department", {"department_approved": True}), ("finance", {"choice": "approve"})):
                resumed = client.post(f"{path}/threads/thread_{thread}/resume", json={"input": answer})
                assert resumed.status_code == 200
                status = settled()
            assert status == "completed"
    return story(emulator, created["id"])


@pytest.mark.parametrize("execution", ["inline", "background"])
def test_the_same_history_in_process_and_over_http(execution: Execution) -> None:
    told, sent = in_process()
    assert sent == [("POST", CHECK)] * 3 + [("POST", NOTIFY)]
    assert len(told) == 13
    assert over_http(execution) == (told, sent)
