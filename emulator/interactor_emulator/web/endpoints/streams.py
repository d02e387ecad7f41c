"""The stream of one instance: which of its events a reader is told, and how."""

from collections.abc import Callable, Mapping
from typing import Any

from interactor_emulator.state import events
from interactor_emulator.state.events import Event
from interactor_emulator.state.instance import Instance
from interactor_emulator.web.call import Call
from interactor_emulator.web.stream import Stream
from interactor_emulator.wire import halts

from .instances import owned


def open_stream(call: Call) -> Stream:
    """A stream that begins with the present state."""
    instance, limits = owned(call), call.account.limits
    stream = Stream(limits.heartbeat_seconds, limits.stream_unread_bytes)
    stream.put("state", {**_head(instance), "workflow_data": instance.data})
    if instance.active:
        stream.unfollow = call.account.feed.follow(
            instance.id, lambda seen, event: _tell(stream, seen, event), lambda: _finish(stream)
        )
    else:
        _finish(stream)
    return stream


def _tell(stream: Stream, instance: Instance, event: Event) -> None:
    told = _TOLD.get(type(event))
    if told is not None:
        name, data = told
        stream.put(name, data(instance, event))
    if isinstance(event, events.StepCompleted | events.Resumed) and event.changes is not None:
        stream.put("workflow_data_updated", {"workflow_data": instance.data})
    if not instance.active:
        _finish(stream)


def _finish(stream: Stream) -> None:
    """ "`done` before the end"."""
    stream.put("done", {})
    stream.end()


def _head(instance: Instance) -> Mapping[str, object]:
    return {"instance_id": instance.id, "status": instance.status, "state": instance.current_state}


def _moved(_instance: Instance, event: events.StateChanged) -> Mapping[str, object]:
    return {"state": event.to_state, "previous_state": event.from_state, "thread_id": event.thread_id}


def _forked(_instance: Instance, event: events.Forked) -> Mapping[str, object]:
    return {"state": event.to_state, "previous_state": event.from_state, "thread_id": event.thread_id}


def _halted(_instance: Instance, event: events.Halted) -> Mapping[str, object]:
    return {"state": event.state, "thread_id": event.thread_id, **halts.shown(event)}


def _resumed(_instance: Instance, event: events.Resumed) -> Mapping[str, object]:
    return {"state": event.state, "thread_id": event.thread_id, "resumed_by": event.cause.by}


def _completed(instance: Instance, _event: Event) -> Mapping[str, object]:
    return {**_head(instance), "workflow_data": instance.data}


def _failed(instance: Instance, _event: Event) -> Mapping[str, object]:
    failure = instance.failure
    assert failure is not None
    return {**_head(instance), "error": {"code": failure.error_code, "message": failure.message}}


def _cancelled(instance: Instance, event: events.Cancelled) -> Mapping[str, object]:
    return {**_head(instance), "reason": event.reason}


_TOLD: Mapping[type[Event], tuple[str, Callable[[Instance, Any], Mapping[str, Any]]]] = {
    events.StateChanged: ("state_changed", _moved),
    events.Forked: ("state_changed", _forked),
    events.Halted: ("halted", _halted),
    events.Resumed: ("resumed", _resumed),
    events.Completed: ("completed", _completed),
    events.Failed: ("failed", _failed),
    events.Cancelled: ("cancelled", _cancelled),
}
