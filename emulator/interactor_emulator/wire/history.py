"""The shapes of the history: every event as a client sees it, its members in the order of the wire."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from interactor_emulator.clock import timestamp
from interactor_emulator.projections.history import KINDS, Entry
from interactor_emulator.state import events
from interactor_emulator.state.events import Changes, Event, InstanceFailed, OnEnterFailed
from interactor_emulator.state.instance import MAIN_THREAD

from . import shapes

Members = Callable[[Any], shapes.EventMembers]


def entry(entry: Entry) -> shapes.Event:
    """One event of the history."""
    event = entry.event
    type_, subtype = KINDS[type(event)]
    thread_id = getattr(event, "thread_id", MAIN_THREAD)
    other: shapes.OtherThread = {} if thread_id == MAIN_THREAD else {"thread_id": thread_id}
    members = _MEMBERS.get(type(event))
    own: shapes.EventMembers = {} if members is None else members(event)
    if entry.changes is not None:
        own["changes"] = changes(entry.changes)
    if entry.data is not None:
        own["workflow_data"] = entry.data
    return {"id": event.id, "type": type_, "subtype": subtype, "timestamp": timestamp(event.at_ms), **other, **own}


def changes(changes: Changes) -> shapes.Changes:
    """`{"added": {}, "updated": {"k": {"from","to"}}}`, members absent when empty. Nothing ever removes a member."""
    data: shapes.Changes = {}
    if changes.added:
        data["added"] = changes.added
    if changes.updated:
        data["updated"] = {key: {"from": old, "to": new} for key, (old, new) in changes.updated.items()}
    return data


def _created(event: events.Created) -> shapes.EventMembers:
    return {"initial_state": event.initial_state, "started_by": event.cause.by}


def _cancelled(event: events.Cancelled) -> shapes.EventMembers:
    return {"reason": event.reason}


def _state_changed(event: events.StateChanged) -> shapes.EventMembers:
    return {"from_state": event.from_state, "to_state": event.to_state, "trigger": event.trigger}


def _between_threads(event: events.Forked | events.Joined) -> shapes.EventMembers:
    return {
        "parent_thread_id": event.parent_id,
        "from_state": event.from_state,
        "to_state": event.to_state,
        "trigger": "automatic",
    }


def _step(event: events.StepCompleted | events.StepFailed) -> shapes.EventMembers:
    return {
        "state": event.state,
        "step_name": event.step_name,
        "step_type": event.step_type,
        "duration_ms": event.duration_ms,
    }


def _halted(event: events.Halted) -> shapes.EventMembers:
    return {"state": event.state, "message": event.message}


def _error(event: OnEnterFailed | InstanceFailed) -> shapes.EventMembers:
    return {"state": event.state, "error_code": event.error_code, "message": event.message}


_MEMBERS: Mapping[type[Event], Members] = {
    events.Created: _created,
    events.Cancelled: _cancelled,
    events.StateChanged: _state_changed,
    events.Forked: _between_threads,
    events.Joined: _between_threads,
    events.StepCompleted: _step,
    events.StepFailed: _step,
    events.Halted: _halted,
    events.OnEnterFailed: _error,
    events.InstanceFailed: _error,
}


def errors(rows: Iterable[tuple[str, OnEnterFailed | InstanceFailed]]) -> shapes.Errors:
    """The error dashboard; each row is a workflow's name and what went wrong."""
    listed: list[shapes.ErrorRow] = [
        {
            "error_id": f"err_{event.id.removeprefix('evt_')}",
            "instance_id": event.instance_id,
            "workflow_name": workflow_name,
            "error_code": event.error_code,
            "message": event.message,
            "timestamp": timestamp(event.at_ms),
        }
        for workflow_name, event in rows
    ]
    summary: shapes.ErrorSummary = {
        "total": len(listed),
        "by_error_code": _counted(row["error_code"] for row in listed),
        "by_workflow": _counted(row["workflow_name"] for row in listed),
    }
    return {"errors": listed, "summary": summary}


def _counted(names: Iterable[str]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for name in names:
        counts[name] = counts.get(name, 0) + 1
    return counts
