"""What the tests of the wire share: a workflow to run."""

from typing import Any

import httpx
import pytest
from interactor_emulator import Emulator

from tests.workflows import halt, terminal, to, workflow

APPROVAL = workflow(
    "approval",
    {
        "await_answer": halt(to("done", ok=True), presentation={"type": "message", "message": "Answer, please"}),
        "done": terminal(),
    },
)


@pytest.fixture
def approval(interactor: Emulator) -> dict[str, Any]:
    """A published workflow that halts at once and wants `ok`."""
    interactor.load(APPROVAL)
    return APPROVAL


@pytest.fixture
def instance(approval: dict[str, Any], interactor_client: httpx.Client) -> str:
    """The path of an instance of it, in namespace user_1."""
    created = interactor_client.post("/workflows/approval/instances", json={"namespace": "user_1", "input": {}})
    return f"/workflows/instances/{created.json()['data']['id']}"
