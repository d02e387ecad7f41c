"""What can happen, each written once to the journal.

The engine makes events; whoever records one gives it its id and its instant. History, explanation, coverage and
diagnostics are read from these and from nothing else.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from .definition.model import Json

Trigger = Literal["automatic", "resume"]


@dataclass(slots=True)
class Changes:
    """What became of `workflow_data`: `updated` has the old and the new value of each key."""

    added: dict[str, Json]
    updated: dict[str, tuple[Json, Json]]


# An event is equal to itself only. (Without this, comparing all members would be written for each class at import.)
@dataclass(slots=True, eq=False)
class Event:
    """`at_ms` is the emulator's time; `instance_id` is empty where no instance is concerned."""

    id: str = field(init=False)
    at_ms: int = field(init=False)
    instance_id: str = field(init=False)


@dataclass(slots=True, eq=False)
class ThreadEvent(Event):
    """Something that a thread did."""

    thread_id: str


@dataclass(slots=True, eq=False)
class Created(ThreadEvent):
    initial_state: str
    started_by: str
    input: Mapping[str, Json]


@dataclass(slots=True, eq=False)
class StepCompleted(ThreadEvent):
    """Logic of a state ran. `duration_ms` is on the emulator's clock."""

    state: str
    step_name: str
    step_type: str
    changes: Changes | None
    logs: list[str]
    duration_ms: int = field(default=0, init=False)


@dataclass(slots=True, eq=False)
class StepFailed(ThreadEvent):
    state: str
    step_name: str
    step_type: str
    error_code: str
    message: str
    logs: list[str]
    duration_ms: int = field(default=0, init=False)


@dataclass(slots=True, eq=False)
class OnEnterFailed(ThreadEvent):
    """Logic beside the workflow failed: recorded, and that is all."""

    state: str
    error_code: str
    message: str


@dataclass(slots=True, eq=False)
class StateChanged(ThreadEvent):
    """A transition was taken: the one at `index` of those of `from_state`."""

    from_state: str
    to_state: str
    index: int
    trigger: Trigger


@dataclass(slots=True, eq=False)
class Halted(ThreadEvent):
    """The thread waits for a person. `presentation` is rendered, None where the state has none."""

    state: str
    message: str | None
    presentation: Mapping[str, Json] | None


@dataclass(slots=True, eq=False)
class Resumed(ThreadEvent):
    """A person answered, and a transition holds."""

    state: str
    input: Mapping[str, Json]
    resumed_by: str
    changes: Changes | None
    choice: str | None = None


@dataclass(slots=True, eq=False)
class ResumeRefused(ThreadEvent):
    """A person answered, and no transition holds: nothing has changed."""

    state: str
    input: Mapping[str, Json]
    choice: str | None = None


@dataclass(slots=True, eq=False)
class InstanceFailed(ThreadEvent):
    """The instance ended in an error; `details` go into the answer of the request that ran it."""

    state: str
    error_code: str
    message: str
    details: Mapping[str, Json] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class ThreadCompleted(ThreadEvent):
    """The thread is in a terminal state."""

    state: str


@dataclass(slots=True, eq=False)
class Cancelled(Event):
    reason: Literal["requested", "ttl_expired"]


@dataclass(slots=True, eq=False)
class Noticed(Event):
    """A diagnostic: help that never goes into an answer. `where` names the place, `hint` the remedy."""

    code: str
    message: str
    hint: str
    where: str = ""
