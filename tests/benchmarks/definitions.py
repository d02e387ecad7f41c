"""The definition that is measured: one step, a person's answer, the end."""

from typing import Any

SCRIPT = (
    'return { request_id: input.id, amount: input.amount, status: "pending", submitted_at: new Date().toISOString() }'
)


def cycle(*, script: bool) -> dict[str, Any]:
    """Create, maybe one script, halted, resumed, completed."""
    logic = {"logic": {"type": "script", "code": SCRIPT}} if script else {}
    form = {"type": "form", "fields": [{"name": "approved", "type": "boolean", "label": "Approve?"}]}
    approved = {"field": "approved", "equals": True}
    return {
        "name": "cycle",
        "initial_state": "request",
        "states": {
            "request": {"type": "action", **logic, "transitions": [{"target": "await_approval"}]},
            "await_approval": {
                "type": "halting",
                "presentation": form,
                "transitions": [{"target": "approved", "condition": approved}, {"target": "rejected"}],
            },
            "approved": {"type": "terminal"},
            "rejected": {"type": "terminal"},
        },
    }
