"""A running execution of a workflow, and how each event changes it.

`apply` is the only function that changes an instance: whatever an instance is, its events say how it came to be so.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from interactor_emulator.clock import Due
from interactor_emulator.definition.model import Definition
from interactor_emulator.jsontext import Json
from interactor_emulator.tracing import Cause

from . import events

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
    """A path of execution within an instance. `input` is that of the create, or of its latest resume.

    `joining` is true while it waits at a join for the threads that it forked; `joined` once its parent has waited for
    it.
    """

    id: str
    state: str
    input: Mapping[str, Json]
    cause: Cause
    parent_id: str | None = None
    status: Status = "running"
    joining: bool = False
    joined: bool = False
    halted: events.Halted | None = None

    @property
    def active(self) -> bool:
        return self.status in ACTIVE


@dataclass(slots=True, eq=False)
class Instance:
    """An instance and its data; all threads share the data. `status_since_ms` is when it entered its status."""

    id: str
    version: Version
    namespace: str | None
    created_ms: int
    threads: dict[str, Thread] = field(default_factory=dict)
    status: Status = "running"
    status_since_ms: int = 0
    data: dict[str, Json] = field(default_factory=dict)
    failure: events.InstanceFailed | None = None
    cancelled_ms: int | None = None
    last_completed: Thread | None = None
    cause: Cause | None = None  # the latest: of the create or of a resume
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
        """The main thread's while it is unfinished, then that of the last one to end (inferred)."""
        if self.last_completed is None or self.main.status != "completed":
            return self.main.state
        return self.last_completed.state

    @property
    def active(self) -> bool:
        return self.status in ACTIVE

    @property
    def forked(self) -> bool:
        """Whether it ever had another thread than the main one."""
        return len(self.threads) > 1

    def unfinished(self) -> Iterator[Thread]:
        """The threads that are running or halted."""
        return (thread for thread in self.threads.values() if thread.active)

    def forked_by(self, parent: Thread) -> Iterator[Thread]:
        """The threads that this one forked."""
        return (thread for thread in self.threads.values() if thread.parent_id == parent.id)

    @property
    def halted_thread(self) -> Thread | None:
        """The thread that a halted instance shows, and that a resume of the instance answers: the main one if it is
        halted, else the one that was forked first (inferred). None while the instance is not halted."""
        if self.status != "halted":
            return None
        return next(thread for thread in self.threads.values() if thread.status == "halted")

    @property
    def shown_halt(self) -> events.Halted | None:
        """What that thread shows."""
        thread = self.halted_thread
        return None if thread is None else thread.halted


def apply(instance: Instance, event: events.Event) -> bool:
    """Change the instance as the event says; true when it has ended by that."""
    instance.revision += 1
    change = _CHANGES.get(type(event))
    if change is None:
        return False
    before, was_active = instance.status, instance.active
    change(instance, event)
    if instance.status != before or instance.revision == 1:
        instance.status_since_ms = event.at_ms
    return was_active and not instance.active


def _created(instance: Instance, event: events.Created) -> None:
    instance.cause = event.cause
    instance.threads[event.thread_id] = Thread(event.thread_id, event.initial_state, event.input, event.cause)


def _forked(instance: Instance, event: events.Forked) -> None:
    parent = instance.threads[event.parent_id]
    instance.threads[event.thread_id] = Thread(event.thread_id, event.to_state, parent.input, parent.cause, parent.id)


def _join_entered(instance: Instance, event: events.JoinEntered) -> None:
    instance.threads[event.thread_id].joining = True


def _joined(instance: Instance, event: events.Joined) -> None:
    instance.threads[event.thread_id].joined = True
    instance.threads[event.parent_id].joining = False


def _step_completed(instance: Instance, event: events.StepCompleted) -> None:
    _merge(instance, event.changes)


def _state_changed(instance: Instance, event: events.StateChanged) -> None:
    instance.threads[event.thread_id].state = event.to_state


def _halted(instance: Instance, event: events.Halted) -> None:
    thread = instance.threads[event.thread_id]
    thread.status, thread.halted = "halted", event
    _settle(instance)


def _resumed(instance: Instance, event: events.Resumed) -> None:
    thread = instance.threads[event.thread_id]
    thread.status, thread.input, thread.halted = "running", event.input, None
    thread.cause = instance.cause = event.cause
    _settle(instance)
    _merge(instance, event.changes)


def _thread_completed(instance: Instance, event: events.ThreadCompleted) -> None:
    thread = instance.last_completed = instance.threads[event.thread_id]
    thread.status = "completed"
    _settle(instance)


def _settle(instance: Instance) -> None:
    """`halted` when every unfinished thread is halted; else `running`. Its end has an event of its own."""
    if instance.active:
        statuses = {thread.status for thread in instance.unfinished()}
        instance.status = "halted" if statuses == {"halted"} else "running"


def _completed(instance: Instance, _event: events.Completed) -> None:
    instance.status = "completed"


def _instance_failed(instance: Instance, event: events.InstanceFailed) -> None:
    instance.failure = event


def _failed(instance: Instance, _event: events.Failed) -> None:
    _end(instance, "failed")


def _cancelled(instance: Instance, event: events.Cancelled) -> None:
    instance.cancelled_ms = event.at_ms
    _end(instance, "cancelled")


def _end(instance: Instance, status: Status) -> None:
    instance.status = status
    for thread in instance.unfinished():
        thread.status, thread.halted, thread.joining = status, None, False


def _merge(instance: Instance, changes: events.Changes | None) -> None:
    if changes is not None:
        merge(instance.data, changes)


def merge(data: dict[str, Json], changes: events.Changes) -> None:
    """Make the data what it is after these changes."""
    data.update(changes.added)
    data.update((key, new) for key, (_, new) in changes.updated.items())


_CHANGES: Mapping[type[events.Event], Callable[[Instance, Any], None]] = {
    events.Created: _created,
    events.Forked: _forked,
    events.JoinEntered: _join_entered,
    events.Joined: _joined,
    events.StepCompleted: _step_completed,
    events.StateChanged: _state_changed,
    events.Halted: _halted,
    events.Resumed: _resumed,
    events.ThreadCompleted: _thread_completed,
    events.Completed: _completed,
    events.InstanceFailed: _instance_failed,
    events.Failed: _failed,
    events.Cancelled: _cancelled,
}
