"""How many instances may be there, how many requests may come, and what a hold does to those that are refused."""

from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from interactor_emulator import Emulator, NamespaceQuotaExceeded

from .conftest import APPROVAL

CREATE = "/workflows/approval/instances"


@pytest.mark.usefixtures("approval")
@pytest.mark.interactor(limits={"instances_per_namespace": 2})
@pytest.mark.parametrize("end", ["cancel", "resume"])
def test_one_that_ends_makes_room_for_exactly_one_more(interactor: Emulator, end: str) -> None:
    first, _ = (interactor.start("approval", namespace="n") for _ in range(2))
    with pytest.raises(NamespaceQuotaExceeded):
        interactor.start("approval", namespace="n")
    if end == "cancel":
        first.cancel()
    else:
        first.resume(ok=True)
    interactor.start("approval", namespace="n")
    with pytest.raises(NamespaceQuotaExceeded):
        interactor.start("approval", namespace="n")


@given(steps=st.lists(st.sampled_from(["start", "cancel", "expire"]), max_size=20))
def test_the_quota_counts_what_is_active_and_nothing_else(steps: list[str]) -> None:
    emulator = Emulator(seed=1, now="2026-01-20T12:00:00Z", limits={"instances_per_namespace": 2})
    emulator.load(APPROVAL)
    active: list[Any] = []
    for step in steps:
        if step == "cancel" and active:
            active.pop(0).cancel()
        elif step == "expire":
            emulator.clock.advance(days=90)
            active.clear()
        elif len(active) < 2:
            active.append(emulator.start("approval", namespace="n"))
        else:
            with pytest.raises(NamespaceQuotaExceeded):
                emulator.start("approval", namespace="n")
    assert emulator.start("approval", namespace="other").status == "halted"


@pytest.mark.usefixtures("approval")
@pytest.mark.interactor(limits={"creations_per_minute": 1}, rate_limits=True)
def test_a_minute_is_over_after_sixty_seconds_and_not_before(
    interactor: Emulator, interactor_client: httpx.Client
) -> None:
    def create() -> httpx.Response:
        return interactor_client.post(CREATE, json={"namespace": "n"})

    assert create().status_code == 201
    interactor.clock.advance(seconds=59.95)
    refused = create()
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "1")
    interactor.clock.advance(seconds=0.049)
    assert create().status_code == 429
    interactor.clock.advance(seconds=0.001)
    assert create().status_code == 201


@pytest.mark.usefixtures("approval")
@pytest.mark.interactor(limits={"instances_per_namespace": 1})
def test_what_is_refused_at_once_is_not_held(interactor: Emulator, queue: Any) -> None:
    interactor.start("approval", namespace="full")
    interactor.load({**APPROVAL, "name": "draft"}, publish=False)
    queue.hold("create")
    refused = [
        ("/workflows/no_such/instances", {}, 404, "workflow_not_found"),
        ("/workflows/draft/instances", {}, 400, "workflow_not_published"),
        (CREATE, {"namespace": "full"}, 429, "namespace_quota_exceeded"),
        (CREATE, {"namespace": "n", "input": {"a": "x" * 65536}}, 413, "payload_too_large"),
    ]
    for path, body, status, code in refused:
        sent = queue.send(path, body)
        assert queue.held == 0
        answer = sent.result()
        assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    queue.release()
