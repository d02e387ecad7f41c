"""The history over HTTP: events, filters, pages, the data after each, errors over all workflows."""

from typing import Any

import httpx
import pytest
from interactor_emulator import Emulator

from tests.workflows import halt, http, terminal, to, workflow

LOOP = workflow(
    "loop",
    {
        "ask": halt(
            to("ask", more=True),
            to("work", more=False),
            presentation={"type": "message", "message": "Next, please"},
        ),
        "work": http("https://x.example/", "end"),
        "end": terminal(),
    },
)


@pytest.fixture
def looping(interactor: Emulator, interactor_client: httpx.Client) -> str:
    """The path of an instance that can halt any number of times."""
    interactor.load(LOOP)
    created = interactor_client.post("/workflows/loop/instances", json={"namespace": "user_1"})
    return f"/workflows/instances/{created.json()['data']['id']}"


def history(client: httpx.Client, path: str, **query: Any) -> Any:
    answer = client.get(f"{path}/history", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


def kinds(events: list[Any]) -> list[str]:
    return [f"{event['type']}/{event['subtype']}" for event in events]


def test_a_whole_history(interactor: Emulator, interactor_client: httpx.Client, looping: str) -> None:
    interactor.http.get("https://x.example/").respond(200, json={"n": 1})
    interactor_client.post(f"{looping}/resume", json={"input": {"more": True, "n": 0}})
    interactor_client.post(f"{looping}/resume", json={"input": {"more": False}})
    data = history(interactor_client, looping)
    assert list(data) == ["instance_id", "workflow_id", "status", "events", "pagination"]
    assert kinds(data["events"]) == [
        "lifecycle/created",
        "halt/waiting",
        "transition/state_change",
        "halt/waiting",
        "transition/state_change",
        "step/completed",
        "transition/state_change",
        "lifecycle/completed",
    ]
    assert data["events"][4] == {
        "id": data["events"][4]["id"],
        "type": "transition",
        "subtype": "state_change",
        "timestamp": "2026-01-20T12:00:00Z",
        "from_state": "ask",
        "to_state": "work",
        "trigger": "resume",
        "changes": {"updated": {"more": {"from": True, "to": False}}},
    }
    assert data["events"][5]["changes"] == {"updated": {"n": {"from": 0, "to": 1}}}


def test_pages_stay_right_while_events_arrive(interactor_client: httpx.Client, looping: str) -> None:
    first = history(interactor_client, looping, limit=1)
    assert first["pagination"]["has_more"] is True
    interactor_client.post(f"{looping}/resume", json={"input": {"more": True}})
    seen = first["events"]
    cursor = first["pagination"]["next_cursor"]
    while cursor is not None:
        page = history(interactor_client, looping, limit=1, cursor=cursor)
        seen += page["events"]
        cursor = page["pagination"]["next_cursor"]
    assert seen == history(interactor_client, looping)["events"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"types": "halt"}, ["halt/waiting"] * 2),
        ({"types": "halt,lifecycle"}, ["lifecycle/created", "halt/waiting", "halt/waiting"]),
        ({"since": "2026-01-20T12:00:00Z"}, ["transition/state_change", "halt/waiting"]),
        ({"since": "2026-01-20T12:00:01Z"}, []),
        ({"until": "2026-01-20T12:00:01Z"}, ["lifecycle/created", "halt/waiting"]),
        ({"until": "2026-01-20T12:00:00Z"}, []),
        ({"since": "2026-01-20T11:59:59Z", "until": "2026-01-20T12:00:01Z"}, ["lifecycle/created", "halt/waiting"]),
        ({"since": "2026-01-20T12:00:00.400Z", "until": "2026-01-20T12:00:00.600Z"}, []),
        ({"thread": "thread_other"}, []),
        ({"state": "work"}, []),
        ({"state": "ask", "types": "transition"}, ["transition/state_change"]),
    ],
)
def test_filters(
    interactor: Emulator, interactor_client: httpx.Client, looping: str, query: dict[str, str], expected: list[str]
) -> None:
    interactor.clock.advance(seconds=1.5)
    interactor_client.post(f"{looping}/resume", json={"input": {"more": True}})
    assert kinds(history(interactor_client, looping, **query)["events"]) == expected


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"types": "halts"}, "types"),
        ({"types": ""}, "types"),
        ({"limit": "0"}, "limit"),
        ({"limit": "-1"}, "limit"),
        ({"limit": "ten"}, "limit"),
        ({"since": "yesterday"}, "since"),
        ({"until": "2026-13-01"}, "until"),
        ({"include_data": "maybe"}, "include_data"),
    ],
)
def test_a_wrong_parameter_is_told(
    interactor_client: httpx.Client, looping: str, query: dict[str, str], field: str
) -> None:
    answer = interactor_client.get(f"{looping}/history", params=query)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "validation_error")
    assert [each["field"] for each in answer.json()["error"]["details"]] == [field]


@pytest.mark.parametrize("cursor", ["x", "evt_1", "????", "ZXZ0XzE", "é"])
def test_a_cursor_that_nobody_gave_is_refused(interactor_client: httpx.Client, looping: str, cursor: str) -> None:
    answer = interactor_client.get(f"{looping}/history", params={"cursor": cursor})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid_cursor")


def test_more_than_a_thousand_is_a_thousand(interactor_client: httpx.Client, looping: str) -> None:
    for _ in range(500):
        interactor_client.post(f"{looping}/resume", json={"input": {"more": True}})
    page = history(interactor_client, looping, limit=5000)
    assert (len(page["events"]), page["pagination"]["has_more"]) == (1000, True)
    assert len(history(interactor_client, looping)["events"]) == 100


def test_a_single_event(interactor_client: httpx.Client, looping: str) -> None:
    interactor_client.post(f"{looping}/resume", json={"input": {"more": True}})
    for event in history(interactor_client, looping, include_data="true")["events"]:
        path = f"{looping}/events/{event['id']}"
        assert interactor_client.get(path, params={"include_data": "true"}).json() == {"data": event}
        del event["workflow_data"]
        assert interactor_client.get(path).json() == {"data": event}


def test_an_event_of_the_emulators_own_is_not_found(
    interactor: Emulator, interactor_client: httpx.Client, looping: str
) -> None:
    interactor_client.post(f"{looping}/resume", json={"input": {"more": 1}})
    own = [event.id for event in interactor.account.journal.of_instance(looping.rsplit("/", 1)[1])][-1]
    for event_id in (own, "evt_nope"):
        answer = interactor_client.get(f"{looping}/events/{event_id}")
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "event_not_found")


def test_a_failure_has_three_events_and_stands_among_the_errors(
    interactor: Emulator, interactor_client: httpx.Client, looping: str
) -> None:
    interactor.http.get("https://x.example/").respond(500)
    interactor_client.post(f"{looping}/resume", json={"input": {"more": False}})
    events = history(interactor_client, looping)["events"]
    assert kinds(events)[-3:] == ["step/failed", "error/instance_failed", "lifecycle/failed"]
    answer = interactor_client.get("/workflows/errors", params={"since": "2026-01-20T00:00:00Z"}).json()["data"]
    assert answer == {
        "errors": [
            {
                "error_id": "err_" + events[-2]["id"].removeprefix("evt_"),
                "instance_id": looping.rsplit("/", 1)[1],
                "workflow_name": "loop",
                "error_code": "http_error",
                "message": "GET https://x.example/ answered 500",
                "timestamp": "2026-01-20T12:00:00Z",
            }
        ],
        "summary": {"total": 1, "by_error_code": {"http_error": 1}, "by_workflow": {"loop": 1}},
    }
    for query in ({"error_code": "script_error"}, {"workflow_name": "other"}, {"until": "2026-01-20T11:59:59Z"}):
        found = interactor_client.get("/workflows/errors", params={"since": "2026-01-20T00:00:00Z", **query})
        assert found.json()["data"]["summary"]["total"] == 0


def test_errors_want_a_since_and_leave_foreign_namespaces_out(
    interactor: Emulator, interactor_client: httpx.Client, interactor_server: Any, looping: str
) -> None:
    answer = interactor_client.get("/workflows/errors")
    assert answer.json()["error"]["details"][0]["field"] == "since"
    interactor.http.get("https://x.example/").respond(500)
    interactor_client.post(f"{looping}/resume", json={"input": {"more": False}})
    url = f"{interactor_server.api_url}/workflows/errors?since=2026-01-20T00:00:00Z"
    for namespace, total in (("user_1", 1), ("user_2", 0)):
        headers = {"Authorization": f"Bearer {interactor.token(namespaces=[namespace])}"}
        assert httpx.get(url, headers=headers).json()["data"]["summary"]["total"] == total
