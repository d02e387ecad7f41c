"""What a receiver is told of an event: the member `data` of a delivery."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Literal, NotRequired, TypedDict

from interactor_emulator.clock import timestamp
from interactor_emulator.jsontext import encode
from interactor_emulator.state.deliveries import EventName
from interactor_emulator.state.events import Cancelled, Completed, Created, Event, Failed, Halted, Resumed, ThreadEvent
from interactor_emulator.state.instance import MAIN_THREAD, Instance
from interactor_emulator.variants import Variants

from . import halts
from .owner import owner

if TYPE_CHECKING:  # types alone: an emulator in process starts without them
    from . import shapes


class Error(TypedDict):
    code: str
    message: str


class Extra(TypedDict, total=False):
    """What one kind of event has beside what all have."""

    halting_presentation: shapes.Object
    halted_options: shapes.HaltedOptions
    error: Error
    cancelled_at: str
    reason: Literal["requested", "ttl_expired"]
    resumed_by: str


class Head(TypedDict):
    instance_id: str
    workflow_name: str
    version_id: str
    namespace: NotRequired[str]
    current_state: str
    thread_id: NotRequired[str]
    workflow_data: shapes.Object


class Data(Head, Extra):
    """The member `data` of a delivery."""


Make = Callable[[Instance, Any], Extra]


def name_of(event: Event) -> EventName | None:
    """The event's name in webhooks; None for what nobody outside is told of."""
    found = _EVENTS.get(type(event))
    return None if found is None else found[0]


def told(event: Event, variants: Variants) -> EventName | None:
    """The same for what receivers are told of: `workflow.instance.cancelled` is "Manually cancelled" in one table, and
    a TTL "Auto-cancelled" in another."""
    if isinstance(event, Cancelled) and event.reason != "requested" and variants.ttl_event == "none":
        return None
    return name_of(event)


def data_of(instance: Instance, event: Event, variants: Variants) -> bytes:
    """The data of a delivery, with the instance as it is now."""
    extra = _EVENTS[type(event)][1]
    return encode({**_head(instance, event, variants), **extra(instance, event)}).encode()


def _head(instance: Instance, event: Event, variants: Variants) -> Head:
    state = instance.current_state
    other: shapes.OtherThread = {}
    if isinstance(event, ThreadEvent) and event.thread_id != MAIN_THREAD:
        state, other = instance.threads[event.thread_id].state, {"thread_id": event.thread_id}
    return {
        "instance_id": instance.id,
        "workflow_name": instance.version.workflow_name,
        "version_id": instance.version.id,
        **owner(instance, variants),
        "current_state": state,
        **other,
        "workflow_data": instance.data,
    }


def _nothing(_instance: Instance, _event: Event) -> Extra:
    return {}


def _halted(_instance: Instance, event: Halted) -> Extra:
    data: Extra = {}
    if event.presentation is not None:
        data["halting_presentation"] = event.presentation
    if event.options is not None:
        data["halted_options"] = halts.choices(event.options)
    return data


def _resumed(_instance: Instance, event: Resumed) -> Extra:
    return {"resumed_by": event.cause.by}


def _failed(instance: Instance, _event: Failed) -> Extra:
    failure = instance.failure
    assert failure is not None, "an InstanceFailed comes before"
    return {"error": {"code": failure.error_code, "message": failure.message}}


def _cancelled(_instance: Instance, event: Cancelled) -> Extra:
    return {"cancelled_at": timestamp(event.at_ms), "reason": event.reason}


_EVENTS: Mapping[type[Event], tuple[EventName, Make]] = {
    Created: ("workflow.instance.created", _nothing),
    Halted: ("workflow.instance.halted", _halted),
    Resumed: ("workflow.instance.resumed", _resumed),
    Completed: ("workflow.instance.completed", _nothing),
    Failed: ("workflow.instance.failed", _failed),
    Cancelled: ("workflow.instance.cancelled", _cancelled),
}
