"""The published schema of an instance finds what does not fit it, in whatever answer it stands."""

import copy
from typing import Any

import pytest

from tests.published import faults, faults_of_answer

INSTANCE: dict[str, Any] = {
    "id": "inst_01kfdmdag0d5x5ezmzgwyx5xpj",
    "workflow_name": "w",
    "version_id": "v_c1blcib4v944",
    "namespace": "user_123",
    "status": "halted",
    "current_state": "ask",
    "workflow_data": {"note": None},
    "halting_presentation": {"type": "message", "message": "Answer, please"},
    "threads": [{"id": "thread_main", "status": "halted", "current_state": "ask"}],
    "history": [
        {
            "state": "work",
            "entered_at": "2026-01-20T12:00:00Z",
            "exited_at": "2026-01-20T12:00:01Z",
            "transition": "ask",
            "duration_ms": 45,
            "input_received": {"approved": None},
        },
    ],
    "created_at": "2026-01-20T12:00:00Z",
}


def test_an_instance_with_all_that_the_document_shows_fits() -> None:
    assert list(faults(INSTANCE)) == []


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("id",), "inst_01KFDMDAG0D5X5EZMZGWYX5XPJ"),
        (("namespace",), None),
        (("version_id",), None),
        (("error",), None),
        (("cancelled_at",), None),
        (("halted_options",), None),
        (("status",), "waiting"),
        (("workflow_data",), []),
        (("halting_presentation",), None),
        (("halting_presentation",), {}),
        (("halting_presentation", "type"), "letter"),
        (("halting_presentation", "type"), "form"),
        (("halting_presentation", "title"), None),
        (("threads", 0, "status"), "failed"),
        (("threads", 0, "status"), "cancelled"),
        (("threads", 0, "current_state"), None),
        (("threads", 0, "halted_options"), None),
        (("history", 0, "exited_at"), None),
        (("history", 0, "transition"), None),
        (("history", 0, "duration_ms"), 0.5),
        (("history", 0, "logs"), None),
    ],
)
def test_what_does_not_fit_is_found(place: tuple[Any, ...], value: Any) -> None:
    spoiled = copy.deepcopy(INSTANCE)
    inner: Any = spoiled
    for name in place[:-1]:
        inner = inner[name]
    inner[place[-1]] = value
    assert len(list(faults(spoiled))) == 1


@pytest.mark.parametrize("member", ["id", "workflow_name", "status", "current_state", "created_at"])
def test_what_is_required_is_missed(member: str) -> None:
    assert len(list(faults({name: value for name, value in INSTANCE.items() if name != member}))) == 1


API = "/api/v1/workflows"
ONE = f"{API}/instances/inst_1"
THREADS = {"threads": [{"id": "thread_main", "status": "cancelled", "current_state": "ask"}]}
RESUMED = {"id": "inst_1", "status": "running"}


@pytest.mark.parametrize(
    ("method", "path", "data"),
    [
        ("GET", ONE, {**INSTANCE, "error": None}),
        ("POST", f"{API}/w/instances", {**INSTANCE, "namespace": None}),
        ("GET", f"{API}/instances", {"instances": [INSTANCE, {**INSTANCE, "created_at": None}]}),
        ("POST", f"{ONE}/resume", {**RESUMED, "current_state": None}),
        ("POST", f"{ONE}/cancel", {**RESUMED, "status": "over"}),
        ("GET", f"{ONE}/threads", THREADS),
        ("POST", f"{ONE}/threads/thread_a/resume", {**RESUMED, **THREADS}),
    ],
)
def test_it_is_found_in_every_answer_that_has_an_instance(method: str, path: str, data: Any) -> None:
    assert len(list(faults_of_answer(method, path, data))) == 1


@pytest.mark.parametrize("path", [API, f"{ONE}/history", f"{ONE}/events/evt_1", f"{ONE}/files"])
def test_what_has_no_instance_is_left_alone(path: str) -> None:
    assert list(faults_of_answer("GET", path, {"id": None, "status": "over", "events": []})) == []
