"""What somebody does first: a workflow, its version published, an instance; as commands, and at once."""

import json
from collections.abc import Iterator, Mapping
from shlex import quote
from typing import Any

from interactor_emulator.account.account import Account

from .visit import Visit

EXAMPLE: Mapping[str, Any] = {
    "name": "leave_request",
    "initial_state": "check",
    "states": {
        "check": {
            "type": "action",
            "logic": {"type": "script", "code": "return { days: input.days, needs_approval: input.days > 3 };"},
            "transitions": [
                {"target": "await_approval", "condition": {"field": "needs_approval", "equals": True}},
                {"target": "granted"},
            ],
        },
        "await_approval": {
            "type": "halting",
            "presentation": {
                "type": "form",
                "title": "${workflow_data.days} days of leave",
                "fields": [
                    {"name": "approved", "type": "boolean", "label": "Approve?"},
                    {"name": "comment", "type": "string", "label": "Comment"},
                ],
            },
            "transitions": [
                {"target": "granted", "condition": {"field": "approved", "equals": True}},
                {"target": "declined"},
            ],
        },
        "granted": {"type": "terminal"},
        "declined": {"type": "terminal"},
    },
}
"""A workflow that asks a person only when it must."""
INPUT: Mapping[str, Any] = {"days": 5}
NAMESPACE = "user_1"


def commands(visit: Visit) -> Iterator[tuple[str, str]]:
    """Words and a command each, to be pasted into a shell one after the other; none for an account without a client."""
    client = next(iter(visit.account.clients.values()), None)
    if client is None:
        return
    given = f"--data-urlencode {quote('client_id=' + client.client_id)} "
    given += f"--data-urlencode {quote('client_secret=' + client.client_secret)}"
    url = f"http://{visit.host}"
    yield (
        "A token for this server, good for an hour:",
        f"export API={url}/api/v1\n"
        f"export TOKEN=$(curl -s {url}/oauth/token -d grant_type=client_credentials {given} "
        f"| {_member('access_token')})",
    )
    name = EXAMPLE["name"]
    yield (
        "A workflow, and its version published:",
        f"VERSION=$({_post('workflows', EXAMPLE)} | {_member('version_id')})\n"
        + _post(f"workflows/{name}/versions/$VERSION/publish", {}),
    )
    yield "An instance of it:", _post(f"workflows/{name}/instances", {"namespace": NAMESPACE, "input": INPUT})


def _post(path: str, body: Mapping[str, Any]) -> str:
    headers = "-H \"Authorization: Bearer $TOKEN\" -H 'Content-Type: application/json'"
    return f"curl -s $API/{path} {headers} -d {quote(json.dumps(body))}"


def _member(name: str) -> str:
    """A text member of an answer, with nothing that a shell has not."""
    return f"""sed 's/.*"{name}": *"\\([^"]*\\)".*/\\1/'"""


def is_there(account: Account) -> bool:
    """Whether the example can be started."""
    workflow = account.store.workflows.get(str(EXAMPLE["name"]))
    return workflow is not None and workflow.published is not None
