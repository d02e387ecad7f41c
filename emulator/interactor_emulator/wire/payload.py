"""What a receiver is told of an event: the member `data` of a delivery."""

from collections.abc import Callable, Mapping
from typing import Any

from interactor_emulator.clock import timestamp
from interactor_emulator.jsontext import encode
from interactor_emulator.state.events import Cancelled, Completed, Created, Event, Failed, Halted, Resumed, ThreadEvent
from interactor_emulator.state.instance import MAIN_THREAD, Instance

from . import halts

Data = dict[str, Any]
Extra = Callable[[Instance, Any], Data]


def name_of(event: Event) -> str | None:
    """The event's name in webhooks; None for what nobody outside is told of."""
    found = _EVENTS.get(type(event))
    return None if found is None else found[0]


def data_of(instance: Instance, event: Event) -> bytes:
    """The data of a delivery, with the instance as it is now."""
    extra = _EVENTS[type(event)][1]
    return encode({**_head(instance, event), **extra(instance, event)}).encode()


def _head(instance: Instance, event: Event) -> Data:
    state, thread = instance.current_state, {}
    if isinstance(event, ThreadEvent) and event.thread_id != MAIN_THREAD:
        state, thread = instance.threads[event.thread_id].state, {"thread_id": event.thread_id}
    return {
        "instance_id": instance.id,
        "workflow_name": instance.version.workflow_name,
        "version_id": instance.version.id,
        "namespace": instance.namespace,
        "current_state": state,
        **thread,
        "workflow_data": instance.data,
    }


def _nothing(_instance: Instance, _event: Event) -> Data:
    return {}


def _halted(_instance: Instance, event: Halted) -> Data:
    shown = halts.shown(event)
    return {name: shown[name] for name in ("halting_presentation", "halted_options") if name in shown}


def _resumed(_instance: Instance, event: Resumed) -> Data:
    return {"resumed_by": event.cause.by}


def _failed(instance: Instance, _event: Failed) -> Data:
    failure = instance.failure
    assert failure is not None, "an InstanceFailed comes before"
    return {"error": {"code": failure.error_code, "message": failure.message}}


def _cancelled(_instance: Instance, event: Cancelled) -> Data:
    return {"cancelled_at": timestamp(event.at_ms), "reason": event.reason}


_EVENTS: Mapping[type[Event], tuple[str, Extra]] = {
    Created: ("workflow.instance.created", _nothing),
    Halted: ("workflow.instance.halted", _halted),
    Resumed: ("workflow.instance.resumed", _resumed),
    Completed: ("workflow.instance.completed", _nothing),
    Failed: ("workflow.instance.failed", _failed),
    Cancelled: ("workflow.instance.cancelled", _cancelled),
}

EVENTS = tuple(name for name, _ in _EVENTS.values())
"""All events that can be subscribed to, in the order of the document's table."""
