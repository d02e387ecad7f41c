"""The definition that is measured: one step, a person's answer, the end."""

from typing import Any

from tests import workflows

SCRIPT = (
    'return { request_id: input.id, amount: input.amount, status: "pending", submitted_at: new Date().toISOString() }'
)


def cycle(*, script: bool) -> dict[str, Any]:
    """Create, maybe one script, halted, resumed, completed."""
    fields = [{"name": "approved", "type": "boolean", "label": "Approve?"}]
    states = {
        "request": workflows.script(SCRIPT, "await_approval") if script else workflows.action("await_approval"),
        "await_approval": workflows.halt(workflows.to("approved", approved=True), "rejected", fields=fields),
        "approved": workflows.terminal(),
        "rejected": workflows.terminal(),
    }
    return workflows.workflow("cycle", states)
