"""What can happen, each written once to the journal.

The engine says what happened; the journal keeps the event that it makes of it, with an id and an instant. History,
explanation, coverage and diagnostics are read from these and from nothing else.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from interactor_emulator.clock import moment
from interactor_emulator.definition.model import Transition
from interactor_emulator.jsontext import Json
from interactor_emulator.notices import Notice
from interactor_emulator.tracing import Cause

Trigger = Literal["automatic", "resume"]


@dataclass(slots=True)
class Changes:
    """What became of `workflow_data`: members that were `added`, and of those `updated` the old and the new value."""

    added: dict[str, Json]
    updated: dict[str, tuple[Json, Json]]


# An event is equal to itself only. (Without this, comparing all members would be written for each class at import.)
@dataclass(slots=True, eq=False)
class Event:
    """`id` and `at_ms`, the emulator's time, come with being written down; `instance_id` is empty where no instance is
    concerned."""

    id: str = field(default="", kw_only=True)
    at_ms: int = field(default=0, kw_only=True)
    instance_id: str = field(default="", kw_only=True)

    @property
    def at(self) -> datetime:
        """When it happened, on the emulator's clock."""
        return moment(self.at_ms)


@dataclass(slots=True, eq=False)
class ThreadEvent(Event):
    """Something that a thread did."""

    thread_id: str


@dataclass(slots=True, eq=False)
class Created(ThreadEvent):
    initial_state: str
    cause: Cause
    input: Mapping[str, Json]


@dataclass(slots=True, eq=False)
class Forked(ThreadEvent):
    """A thread was started, in `to_state`, by the one that is in `from_state`."""

    parent_id: str
    from_state: str
    to_state: str


@dataclass(slots=True, eq=False)
class JoinEntered(ThreadEvent):
    """The thread waits at a join until all threads that it forked have completed."""

    state: str


@dataclass(slots=True, eq=False)
class Joined(ThreadEvent):
    """A forked thread ended in `from_state`, and its parent goes on from the join `to_state`."""

    parent_id: str
    from_state: str
    to_state: str


@dataclass(slots=True, eq=False)
class StepCompleted(ThreadEvent):
    """Logic of a state ran. `duration_ms` is on the emulator's clock."""

    state: str
    step_name: str
    step_type: str
    changes: Changes | None
    logs: list[str]
    duration_ms: int = 0


@dataclass(slots=True, eq=False)
class StepFailed(ThreadEvent):
    state: str
    step_name: str
    step_type: str
    error_code: str
    message: str
    logs: list[str]
    duration_ms: int = 0


@dataclass(slots=True, eq=False)
class RetryScheduled(ThreadEvent):
    """An HTTP call failed and will be tried again: the next try is number `attempt`, `delay_seconds` from now.

    `member` is `logic` or `on_enter`, `number` the place within it. `roots` are what its templates were filled from,
    so that the same request is sent again, whatever becomes of the data meanwhile.
    """

    state: str
    member: Literal["logic", "on_enter"]
    number: int
    attempt: int
    delay_seconds: int
    error_code: str
    message: str
    roots: Mapping[str, Json]
    cause: Cause
    began_ms: int = 0


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


@dataclass(frozen=True, slots=True)
class Options:
    """What `halting_instructions` came to: the `instruction` to show, maybe with a `title`, and the `choices`: the
    transitions that have a key. `generated` says whether an AI, or what stands in for it, composed the text;
    `include_data` are the paths that it was given."""

    instruction: str
    include_data: tuple[str, ...]
    selection: bool
    choices: tuple[Transition, ...]
    generated: bool
    title: str | None

    @property
    def transition_mode(self) -> Literal["selection", "condition"]:
        """As the wire has it: `selection` where a person names the way by its key."""
        return "selection" if self.selection else "condition"


@dataclass(slots=True, eq=False)
class Halted(ThreadEvent):
    """The thread waits for a person. `presentation` is rendered, None where the state has none; so are `options`."""

    state: str
    message: str | None
    presentation: Mapping[str, Json] | None
    options: Options | None = None


@dataclass(slots=True, eq=False)
class Resumed(ThreadEvent):
    """A person answered in `state` with this `input`, and a transition holds; `choice` is the key that was named, and
    `changes` are what became of the data."""

    state: str
    input: Mapping[str, Json]
    cause: Cause
    changes: Changes | None
    choice: str | None = None


@dataclass(frozen=True, slots=True)
class Clause:
    """One comparison as it was evaluated: the `field`, the `operator`, the value `wanted` and the one `seen`, and
    whether it `holds`. `seen` is None for a missing value too; `present` tells them apart.

    `depth` counts the `and` and `or` around it; `joiner` is the innermost of them, None for a plain comparison.
    """

    field: str
    operator: str
    wanted: Json
    seen: Json
    present: bool
    holds: bool
    depth: int = 0
    joiner: str | None = None


@dataclass(slots=True, eq=False)
class ResumeRefused(ThreadEvent):
    """A person answered, and no transition holds: nothing has changed. Of the answer there is its size in bytes and
    its beginning, and for each transition what its condition saw: a client that is always wrong fills no memory."""

    state: str
    input_bytes: int
    input_begins: str
    clauses: tuple[tuple[Clause, ...], ...]
    choice: str | None = None


@dataclass(slots=True, eq=False)
class InstanceFailed(ThreadEvent):
    """What the instance failed of; `details` go into the answer of the request that ran it."""

    state: str
    error_code: str
    message: str
    details: Mapping[str, Json] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class ThreadCompleted(ThreadEvent):
    """The thread is in a terminal state."""

    state: str


@dataclass(slots=True, eq=False)
class Completed(Event):
    """No thread is left."""


@dataclass(slots=True, eq=False)
class Failed(Event):
    """The instance is over: an InstanceFailed came just before."""


@dataclass(slots=True, eq=False)
class FileUploaded(ThreadEvent):
    """A file for a field of the form that the thread shows."""

    file_id: str
    state: str
    field: str


@dataclass(slots=True, eq=False)
class Cancelled(Event):
    reason: Literal["requested", "ttl_expired"]


@dataclass(slots=True, eq=False)
class Noticed(Event):
    """A diagnostic: help that never goes into an answer. `where` names the place, `hint` the remedy, `request_id` the
    request in which it was first noticed, `times` how often it was since. `provoked` is what a test
    brought about itself: a fault rule, a receiver that was told to fail."""

    code: str
    message: str
    hint: str
    where: str = ""
    request_id: str = ""
    times: int = 1
    provoked: bool = False

    @classmethod
    def of(cls, notice: Notice, where: str = "", request_id: str = "", **values: object) -> "Noticed":
        """What a row of the table says, with these values in its places."""
        message, hint = notice.message.format(**values), notice.hint.format(**values)
        return cls(notice.code, message, hint, where, request_id)
