"""Sample webhooks, one of each event, as the document's examples have them: for `trigger` and `certify`."""

from collections.abc import Mapping

from interactor_emulator.clock import timestamp
from interactor_emulator.jsontext import encode
from interactor_emulator.nearest import hint
from interactor_emulator.state.deliveries import EVENTS, body_of

Data = Mapping[str, object]

_DATA: Mapping[str, object] = {"request_id": "req_456", "amount": 5000, "status": "pending"}
_FORM = {
    "type": "form",
    "title": "Approval Required",
    "fields": [
        {"name": "approved", "type": "boolean", "label": "Approve this request?"},
        {"name": "comment", "type": "string", "label": "Comment"},
    ],
}
_STATES: Mapping[str, tuple[str, Data]] = {
    "created": ("request", {}),
    "halted": ("await_approval", {"halting_presentation": _FORM}),
    "resumed": ("await_approval", {"resumed_by": "client_dev"}),
    "completed": ("approved", {}),
    "failed": ("request", {"error": {"code": "script_error", "message": "Script failed: amount is not defined"}}),
    "cancelled": ("await_approval", {"reason": "requested"}),
}


def full_name(event: str) -> str:
    """The event's whole name; `halted` stands for `workflow.instance.halted`. Raises ValueError for no event."""
    for name in EVENTS:
        if event in (name, name.rsplit(".", 1)[1]):
            return name
    short = [name.rsplit(".", 1)[1] for name in EVENTS]
    raise ValueError(f"unknown event '{event}': {hint(event, short)}")


def sample_data(event: str, now_ms: int) -> dict[str, object]:
    """The member `data` of a sample of this event."""
    short, data = event.rsplit(".", 1)[1], _DATA
    state, more = _STATES.get(short, ("await_approval", {}))
    if short == "cancelled":
        more = {"cancelled_at": timestamp(now_ms), **more}
    if short == "completed":
        data = {**data, "status": "approved", "approved_at": timestamp(now_ms)}
    return {
        "instance_id": "inst_01kfdmdag0sample0000000000",
        "workflow_name": "approval_workflow",
        "version_id": "v_sample000000",
        "namespace": "user_123",
        "current_state": state,
        "workflow_data": data,
        **more,
    }


def sample_body(event: str, delivery_id: str, now_ms: int, data: Data | None = None) -> bytes:
    """A whole sample's bytes, with other data if it is given."""
    return body_of(event, delivery_id, now_ms, encode(sample_data(event, now_ms) if data is None else data).encode())
