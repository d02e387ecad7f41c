"""Instances over HTTP: what cannot be done, and what the lists show."""

from typing import Any

import httpx
import pytest
from interactor_emulator import Emulator

from tests.workflows import action, halt, http, script, terminal, to, workflow

from .conftest import APPROVAL

FAILING = {
    "script_error": script("throw new Error('no luck')", "end"),
    "script_timeout": script("for (;;);", "end"),
    "http_error": http("https://api.example.com/", "end"),
    "invalid_transition": action(to("end", x=1)),
    "internal_error": action("start"),
}


@pytest.mark.interactor(limits={"script_seconds": 0.2})
@pytest.mark.parametrize("code", FAILING)
def test_an_instance_that_fails_on_create_answers_with_its_error(
    interactor: Emulator, interactor_client: httpx.Client, code: str
) -> None:
    interactor.load(workflow(code, {"start": FAILING[code], "end": terminal()}))
    answer = interactor_client.post(f"/workflows/{code}/instances", json={"namespace": "n"})
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (400 if code == "invalid_transition" else 500, code)
    assert list(error["details"])[:4] == ["instance_id", "state", "thread_id", "status"]
    assert error["details"]["status"] == "failed"
    shown = interactor_client.get(f"/workflows/instances/{error['details']['instance_id']}").json()["data"]
    assert shown["status"] == "failed"
    assert shown["error"] == f"{code}: {error['message']}"
    assert list(shown)[-2:] == ["error", "created_at"]


HEAD = ["id", "workflow_name", "version_id", "namespace", "status", "current_state", "workflow_data"]


def test_a_member_is_there_only_while_it_is_true(interactor: Emulator, interactor_client: httpx.Client) -> None:
    """The presentation while it is halted, the error when it has failed, the time when it was cancelled."""
    presentation = {"type": "message", "message": "Answer, please"}
    ask = halt(to("done", ok=True), to("break", ok=False), presentation=presentation)
    states = {"ask": ask, "done": terminal(), "break": script("throw new Error('no luck')", "done")}
    interactor.load(workflow("w", states))

    def members(*requests: tuple[str, Any]) -> list[str]:
        path = f"/workflows/instances/{interactor.start('w', namespace='n').id}"
        for verb, body in requests:
            interactor_client.post(f"{path}/{verb}", json=body)
        return list(interactor_client.get(path).json()["data"])

    always = [*HEAD, "threads", "history", "created_at"]
    assert members() == [*HEAD, "halting_presentation", "threads", "history", "created_at"]
    assert members(("resume", {"input": {"ok": True}})) == always
    assert members(("resume", {"input": {"ok": False}})) == [*HEAD, "threads", "history", "error", "created_at"]
    assert members(("cancel", {})) == [*HEAD, "threads", "history", "cancelled_at", "created_at"]


def test_a_thread_that_was_stopped_is_shown_as_completed(interactor: Emulator, interactor_client: httpx.Client) -> None:
    """The document's types have three statuses of a thread, and five of an instance."""
    split = action("wait", fork={"good": "ask", "bad": "ask"})
    states = {"split": split, "wait": terminal(join=True), "ask": halt(to("break", bad=True), "end"), "end": terminal()}
    interactor.load(workflow("w", {**states, "break": script("throw new Error('no luck')", "end")}))

    def shown(verb: str, status: str) -> list[str]:
        path = f"/workflows/instances/{interactor.start('w', namespace='n').id}"
        listed = interactor_client.get(f"{path}/threads").json()["data"]["threads"]
        assert [each["status"] for each in listed] == ["running", "halted", "halted"]
        interactor_client.post(f"{path}/{verb}", json={"input": {"bad": True}})
        found = interactor_client.get(path).json()["data"]
        assert found["status"] == status
        assert found["threads"] == interactor_client.get(f"{path}/threads").json()["data"]["threads"]
        return [each["status"] for each in found["threads"]]

    assert shown("threads/thread_bad/resume", "failed") == ["completed"] * 3
    assert shown("cancel", "cancelled") == ["completed"] * 3


def test_an_input_that_matches_nothing_changes_nothing(interactor_client: httpx.Client, instance: str) -> None:
    before = interactor_client.get(instance).text
    answer = interactor_client.post(f"{instance}/resume", json={"input": {"ok": False}})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid_transition")
    assert interactor_client.get(instance).text == before


def test_a_resume_that_would_make_the_data_too_large_is_refused(
    interactor: Emulator, interactor_client: httpx.Client
) -> None:
    interactor.load(workflow("hoard", {"more": halt("more")}))
    created = interactor_client.post("/workflows/hoard/instances", json={"namespace": "n"}).json()["data"]
    path = f"/workflows/instances/{created['id']}/resume"
    statuses = [
        interactor_client.post(path, json={"input": {f"k{number}": "x" * 60_000}}).status_code for number in range(5)
    ]
    assert statuses == [200, 200, 200, 200, 413]
    assert interactor_client.get(f"/workflows/instances/{created['id']}").json()["data"]["status"] == "halted"


def test_what_is_over_can_neither_be_resumed_nor_cancelled(interactor_client: httpx.Client, instance: str) -> None:
    assert interactor_client.post(f"{instance}/resume", json={"input": {"ok": True}}).status_code == 200
    resumed = interactor_client.post(f"{instance}/resume", json={"input": {"ok": True}})
    assert (resumed.status_code, resumed.json()["error"]["code"]) == (400, "instance_not_halted")
    cancelled = interactor_client.post(f"{instance}/cancel")
    assert (cancelled.status_code, cancelled.json()["error"]["code"]) == (400, "instance_not_active")
    assert cancelled.json()["error"]["message"].endswith("is not active (status: completed)")


@pytest.mark.parametrize("call", ["GET ", "POST /resume", "POST /cancel", "GET /threads"])
def test_an_unknown_instance_is_not_found(interactor_client: httpx.Client, call: str) -> None:
    method, path = call.split(" ")
    answer = interactor_client.request(method, f"/workflows/instances/inst_nope{path}")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "instance_not_found")


def test_a_workflow_must_be_published(interactor: Emulator, interactor_client: httpx.Client) -> None:
    interactor.load(APPROVAL, publish=False)
    answer = interactor_client.post("/workflows/approval/instances", json={})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "workflow_not_published")


@pytest.mark.interactor(limits={"instances_per_namespace": 3})
def test_a_namespace_holds_so_many_active_instances(interactor_client: httpx.Client, approval: Any) -> None:
    path, body = "/workflows/approval/instances", {"namespace": "user_1"}
    created = [interactor_client.post(path, json=body) for _ in range(4)]
    assert [each.status_code for each in created] == [201, 201, 201, 429]
    assert created[3].json()["error"]["code"] == "namespace_quota_exceeded"
    assert interactor_client.post(path, json={"namespace": "user_2"}).status_code == 201
    interactor_client.post(f"/workflows/instances/{created[0].json()['data']['id']}/cancel")
    assert interactor_client.post(path, json=body).status_code == 201


def test_an_instance_keeps_its_version(interactor: Emulator, interactor_client: httpx.Client, instance: str) -> None:
    before = interactor_client.get(instance).json()["data"]["version_id"]
    newer = interactor.load(APPROVAL)
    assert newer != before
    assert interactor_client.get(instance).json()["data"]["version_id"] == before
    listed = interactor_client.get("/workflows").json()["data"]["workflows"][0]
    assert (listed["latest_version_id"], listed["published_version_id"]) == (newer, newer)


def test_lists_are_newest_first_filtered_and_paged(interactor_client: httpx.Client, approval: Any) -> None:
    ids = [
        interactor_client.post("/workflows/approval/instances", json={"namespace": f"user_{number % 2}"}).json()[
            "data"
        ]["id"]
        for number in range(5)
    ]

    def listed(**query: str) -> Any:
        return interactor_client.get("/workflows/instances", params=query).json()["data"]

    assert [each["id"] for each in listed()["instances"]] == ids[::-1]
    assert [each["id"] for each in listed(namespace="user_1", status="halted")["instances"]] == [ids[3], ids[1]]
    assert listed(workflow_name="other")["instances"] == []
    page = listed(limit="2")
    assert [each["id"] for each in page["instances"]] == [ids[4], ids[3]]
    assert page["pagination"]["has_more"] is True
    rest = listed(limit="3", cursor=page["pagination"]["next_cursor"])
    assert [each["id"] for each in rest["instances"]] == [ids[2], ids[1], ids[0]]
    assert rest["pagination"] == {"has_more": False, "next_cursor": None}
    assert interactor_client.get("/workflows/instances?status=asleep").status_code == 400
    assert interactor_client.get("/workflows/instances?limit=0").status_code == 400


def test_the_ttl_cancels_a_halted_instance(
    interactor: Emulator, interactor_client: httpx.Client, instance: str
) -> None:
    """Instance TTL (halted): 90 days."""
    assert interactor.clock.advance(days=89, hours=23) == []
    (fired,) = interactor.clock.advance(hours=1)
    assert (fired.kind, fired.subject) == ("instance_ttl", instance.rsplit("/", 1)[1])
    shown = interactor_client.get(instance).json()["data"]
    assert (shown["status"], shown["cancelled_at"]) == ("cancelled", "2026-04-20T12:00:00Z")


def test_a_stuck_instance_runs_until_its_ttl(interactor: Emulator, interactor_client: httpx.Client) -> None:
    """Instance TTL (running): 30 days."""
    interactor.load(workflow("stuck", {"start": action()}))
    created = interactor_client.post("/workflows/stuck/instances", json={"namespace": "n"}).json()["data"]
    assert created["status"] == "running"
    assert "stuck_state" in {each.code for each in interactor.diagnostics}
    interactor.clock.advance(days=30)
    interactor.run(created["id"]).assert_cancelled(reason="ttl_expired")
