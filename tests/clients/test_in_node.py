"""The document's clients in Node, against a real port: its workflow manager, and its receiver of webhooks."""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from interactor_emulator import Emulator
from interactor_fixtures import definition

from tests.clients.bundles import bundled
from tests.workflows import action, halt, script, terminal, workflow

PARALLEL = workflow(
    "parallel",
    {
        "split": action("collect", fork={"left": "ask_left", "right": "ask_right"}),
        "ask_left": halt("end"),
        "ask_right": halt("end"),
        "collect": action("count", join=True),
        "count": script("return {...workflow_data, counted: true}", "end"),
        "end": terminal(),
    },
)
PATH = "/webhooks/workflows"
SECRET = "whsec_of_the_documents_own_receiver"


def test_the_documents_manager_gets_what_it_expects_from_every_call(
    interactor: Emulator, interactor_env: dict[str, str], tmp_path: Path
) -> None:
    interactor.http.post("https://yourapp.com/api/notifications").respond(200)
    program = bundled("usage.ts", tmp_path)
    given = {"PURCHASE_APPROVAL": json.dumps(definition("purchase_approval")), "PARALLEL": json.dumps(PARALLEL)}
    done = subprocess.run(
        ["node", program], env={**os.environ, **interactor_env, **given}, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    *told, last = done.stdout.splitlines()
    assert told[1:] == [
        "Current state: manager_approval",
        "Status: halted",
        "Waiting for approval...",
        # The document's contradiction: its example reads a presentation where its own answers have none.
        "Presentation: undefined",
        "New status: completed",
        "New state: complete",
    ]
    came = json.loads(last)
    found, dropped = came["found"], came["found"].pop("dropped")
    assert found.pop("invalid") == {
        "valid": False,
        "errors": [{"path": "initial_state", "message": "Initial state 'nowhere' does not exist"}],
    }
    assert found == {
        "valid": {"valid": True},
        "workflows": ["parallel", "purchase_approval"],
        "versions": ["published"],
        "cancelled": [dropped],
        "of_the_purchase": 1,
        "all": 3,
        "purchase": ["submit", "manager_approval", "approved", "notify_requester", "complete"],
        "forked": {"thread_left": True, "thread_right": True, "counted": True},
        "again": [400, "instance_not_halted"],
        "nobody": [404, "instance_not_found"],
        "twice": [409, "workflow_exists"],
        "late": [None, None],
    }
    assert max(came["statuses"]) < 500


@pytest.fixture
def receiver(tmp_path: Path) -> Iterator[str]:
    """The address of the document's receiver, in a Node of its own."""
    program = bundled("receiver.ts", tmp_path)
    environment = {**os.environ, "WEBHOOK_SECRET": SECRET}
    with subprocess.Popen(["node", program], env=environment, stdout=subprocess.PIPE, text=True) as node:
        assert node.stdout is not None
        try:
            yield node.stdout.readline().strip()
        finally:
            node.kill()


def test_the_documents_receiver_takes_every_delivery_and_refuses_a_wrong_signature(
    interactor: Emulator, receiver: str
) -> None:
    interactor.load(workflow("ask", {"ask": halt("end", fields=[]), "end": terminal()}))
    interactor.routes = {"https://yourapp.com": receiver.removesuffix(PATH)}
    interactor.webhooks.subscribe(f"https://yourapp.com{PATH}", secret=SECRET)
    interactor.start("ask", {"name": "Zoë \u2028 \U0001f600"}, namespace="user_1").resume()
    interactor.start("ask", namespace="user_1").cancel()
    answered = [attempt.status for each in interactor.webhooks.deliveries for attempt in each.attempts]
    assert answered == [200] * 7
    stranger: dict[str, Any] = {"X-Interactor-Signature": "sha256=" + "0" * 64, "X-Interactor-Timestamp": "1768910400"}
    assert httpx.post(receiver, json={}, headers=stranger).status_code == 401
