"""A running execution of a workflow, and how each event changes it.

`apply` is the only function that changes an instance: whatever an instance is, its events say how it came to be so.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from . import events
from .clock import Due
from .definition.model import Definition, Json

Status = Literal["running", "halted", "completed", "failed", "cancelled"]
ACTIVE: frozenset[Status] = frozenset({"running", "halted"})
MAIN_THREAD = "thread_main"


@dataclass(slots=True, eq=False)
class Version:
    """One version of a workflow: `published_ms` is None while it is a draft."""

    id: str
    workflow_name: str
    definition: Definition
    created_ms: int
    published_ms: int | None = None


@dataclass(slots=True, eq=False)
class Thread:
    """A path of execution within an instance. `input` is that of the create, or of its latest resume."""

    id: str
    state: str
    input: Mapping[str, Json]
    status: Status = "running"
    presentation: Mapping[str, Json] | None = None


@dataclass(slots=True, eq=False)
class Instance:
    """An instance and its data; all threads share the data."""

    id: str
    version: Version
    namespace: str | None
    created_ms: int
    threads: dict[str, Thread] = field(default_factory=dict)
    status: Status = "running"
    data: dict[str, Json] = field(default_factory=dict)
    failure: events.InstanceFailed | None = None
    cancelled_ms: int | None = None
    ttl: Due | None = None
    revision: int = 0  # one more for each event: whoever waits outside sees that something happened meanwhile

    @property
    def definition(self) -> Definition:
        return self.version.definition

    @property
    def main(self) -> Thread:
        return self.threads[MAIN_THREAD]

    @property
    def current_state(self) -> str:
        return self.main.state

    @property
    def active(self) -> bool:
        return self.status in ACTIVE


def apply(instance: Instance, event: events.Event) -> None:
    """Change the instance as the event says."""
    instance.revision += 1
    change = _CHANGES.get(type(event))
    if change is not None:
        change(instance, event)


def _created(instance: Instance, event: events.Created) -> None:
    instance.threads[event.thread_id] = Thread(event.thread_id, event.initial_state, event.input)


def _step_completed(instance: Instance, event: events.StepCompleted) -> None:
    _merge(instance, event.changes)


def _state_changed(instance: Instance, event: events.StateChanged) -> None:
    instance.threads[event.thread_id].state = event.to_state


def _halted(instance: Instance, event: events.Halted) -> None:
    thread = instance.threads[event.thread_id]
    thread.status, thread.presentation = "halted", event.presentation
    instance.status = "halted"


def _resumed(instance: Instance, event: events.Resumed) -> None:
    thread = instance.threads[event.thread_id]
    thread.status, thread.input, thread.presentation = "running", event.input, None
    instance.status = "running"
    _merge(instance, event.changes)


def _thread_completed(instance: Instance, event: events.ThreadCompleted) -> None:
    instance.threads[event.thread_id].status = "completed"
    if all(thread.status == "completed" for thread in instance.threads.values()):
        instance.status = "completed"


def _failed(instance: Instance, event: events.InstanceFailed) -> None:
    instance.failure = event
    _end(instance, "failed")


def _cancelled(instance: Instance, event: events.Cancelled) -> None:
    instance.cancelled_ms = event.at_ms
    _end(instance, "cancelled")


def _end(instance: Instance, status: Status) -> None:
    instance.status = status
    for thread in instance.threads.values():
        if thread.status in ACTIVE:
            thread.status, thread.presentation = status, None


def _merge(instance: Instance, changes: events.Changes | None) -> None:
    if changes is not None:
        instance.data.update(changes.added)
        instance.data.update((key, new) for key, (_, new) in changes.updated.items())


_CHANGES: Mapping[type[events.Event], Callable[[Instance, Any], None]] = {
    events.Created: _created,
    events.StepCompleted: _step_completed,
    events.StateChanged: _state_changed,
    events.Halted: _halted,
    events.Resumed: _resumed,
    events.ThreadCompleted: _thread_completed,
    events.InstanceFailed: _failed,
    events.Cancelled: _cancelled,
}
