"""Every body that the API takes and every answer that it gives, as types: members in the document's order.

What an answer is made of is checked against these by the type checker, and the OpenAPI document is made from them
(`schemas.py`), so none of the three can say something else than the others.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal, NotRequired, TypedDict

from interactor_emulator.jsontext import Json
from interactor_emulator.state.instance import Status

from .facts import Fact

ULID = "[0-9a-hjkmnp-tv-z]{26}"

Timestamp = Annotated[str, Fact(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$", examples=("2026-01-20T12:00:00Z",))]
InstanceId = Annotated[str, Fact(pattern=f"^inst_{ULID}$")]
EventId = Annotated[str, Fact(pattern="^evt_[0-9A-Z]{26}$")]
ErrorId = Annotated[str, Fact(pattern="^err_[0-9A-Z]{26}$")]
VersionId = Annotated[str, Fact(pattern="^v_[a-z0-9]{12}$")]
WorkflowId = Annotated[str, Fact(pattern="^wf_[a-z0-9]{12}$")]
SubscriptionId = Annotated[str, Fact(pattern="^whsub_[a-z0-9]{12}$")]
FileId = Annotated[str, Fact(pattern=f"^file_{ULID}$")]
Count = Annotated[int, Fact(minimum=0)]
Object = Mapping[str, Json]
ThreadStatus = Literal["running", "halted", "completed"]
EventName = Literal[
    "workflow.instance.created",
    "workflow.instance.halted",
    "workflow.instance.resumed",
    "workflow.instance.completed",
    "workflow.instance.failed",
    "workflow.instance.cancelled",
]


# ---- what is sent


class CreateBody(TypedDict, total=False):
    namespace: str | None
    input: Object | None


class ResumeBody(TypedDict, total=False):
    input: Object | None
    selected_option: Json


class SubscribeBody(TypedDict):
    url: str
    events: Annotated[list[EventName], Fact(min_items=1)]
    secret: NotRequired[Annotated[str, Fact(min_length=32)] | None]
    namespace_filter: NotRequired[str | None]


class UploadForm(TypedDict):
    field: str
    file: Annotated[str, Fact(format="binary")]


# ---- workflows and versions


class Version(TypedDict):
    name: str
    version_id: VersionId
    status: Literal["draft", "published"]
    created_at: Timestamp


class VersionRow(TypedDict):
    version_id: VersionId
    status: Literal["draft", "published"]
    created_at: Timestamp


class Versions(TypedDict):
    versions: list[VersionRow]


class Published(TypedDict):
    version_id: VersionId
    status: Literal["published"]
    published_at: Timestamp


class DefinitionFault(TypedDict):
    path: str
    message: str


class Validation(TypedDict):
    valid: bool
    errors: NotRequired[list[DefinitionFault]]


class WorkflowRow(TypedDict):
    name: str
    latest_version_id: VersionId
    published_version_id: VersionId | None
    created_at: Timestamp


class Workflows(TypedDict):
    workflows: list[WorkflowRow]


# ---- instances


class Choice(TypedDict):
    key: str
    description: str | None
    to: str


class HaltedOptions(TypedDict):
    instruction: str
    include_data: list[str]
    transition_mode: Literal["selection", "condition"]
    choices: list[Choice]
    generated: bool
    title: NotRequired[str]


class HaltedAt(TypedDict, total=False):
    """There while it is halted in a state with instructions, or in selection mode."""

    halted_at_state: str
    halted_options: HaltedOptions


class Presented(TypedDict, total=False):
    """There while it is halted in a state with a presentation."""

    halting_presentation: Object


class Shown(HaltedAt, Presented):
    """All that a halt shows to a person."""


class Owned(TypedDict, total=False):
    """Not there where the instance belongs to the account alone: "no member is ever null"."""

    namespace: str


class InstanceHead(TypedDict):
    """What a create and a get have in common."""

    id: InstanceId
    workflow_name: str
    version_id: VersionId
    namespace: NotRequired[str]
    status: Status
    current_state: str
    halted_at_state: NotRequired[str]
    halted_options: NotRequired[HaltedOptions]
    workflow_data: Object


class Created(InstanceHead):
    created_at: Timestamp


class Resumed(TypedDict):
    id: InstanceId
    status: Status
    current_state: str
    halted_at_state: NotRequired[str]
    halted_options: NotRequired[HaltedOptions]
    workflow_data: Object


class Thread(TypedDict):
    id: str
    status: ThreadStatus
    current_state: str


class ThreadRow(Thread):
    """A thread in the list of them: with the variant `thread_rows=whole` each halted one tells what it shows."""

    halted_at_state: NotRequired[str]
    halted_options: NotRequired[HaltedOptions]
    halting_presentation: NotRequired[Object]


class Threads(TypedDict):
    threads: list[ThreadRow]


class ThreadResumed(TypedDict):
    id: InstanceId
    status: Status
    threads: list[Thread]


class Visit(TypedDict):
    state: str
    thread_id: NotRequired[str]
    entered_at: Timestamp
    exited_at: NotRequired[Timestamp]
    transition: NotRequired[str]
    logs: NotRequired[list[str]]
    duration_ms: NotRequired[Count]
    input_received: NotRequired[Object]
    resumed_at: NotRequired[Timestamp]
    resumed_by: NotRequired[str]


class Ended(TypedDict, total=False):
    """There once it has failed or was cancelled."""

    error: str
    cancelled_at: Timestamp


class Instance(InstanceHead):
    halting_presentation: NotRequired[Object]
    threads: list[Thread]
    history: list[Visit]
    error: NotRequired[str]
    cancelled_at: NotRequired[Timestamp]
    created_at: Timestamp


class InstanceRow(TypedDict):
    id: InstanceId
    workflow_name: str
    status: Status
    current_state: str
    created_at: Timestamp


class Pagination(TypedDict):
    has_more: bool
    next_cursor: str | None


class Instances(TypedDict):
    instances: list[InstanceRow]
    pagination: NotRequired[Pagination]


class Cancelled(TypedDict):
    id: InstanceId
    status: Literal["cancelled"]
    cancelled_at: Timestamp


class File(TypedDict):
    file_id: FileId
    field: str
    filename: str
    content_type: str
    size: Count
    created_at: Timestamp


# ---- history

Updated = TypedDict("Updated", {"from": Json, "to": Json})


class Changes(TypedDict, total=False):
    added: Object
    updated: dict[str, Updated]
    removed: list[str]


class EventMembers(TypedDict, total=False):
    """What an event has beside its head: which of these, its type and subtype say."""

    initial_state: str
    started_by: str
    reason: Literal["requested", "ttl_expired"]
    parent_thread_id: str
    from_state: str
    to_state: str
    trigger: Literal["automatic", "resume"]
    state: str
    step_name: str
    step_type: str
    duration_ms: Count
    message: str | None
    error_code: str
    changes: Changes
    workflow_data: Object


class OtherThread(TypedDict, total=False):
    """There where it is about another thread than main."""

    thread_id: str


class EventHead(TypedDict):
    id: EventId
    type: Literal["transition", "step", "halt", "error", "lifecycle"]
    subtype: str
    timestamp: Timestamp
    thread_id: NotRequired[str]


class Event(EventHead, EventMembers):
    """One event of the history."""


class History(TypedDict):
    instance_id: InstanceId
    workflow_id: WorkflowId
    status: Status
    events: list[Event]
    pagination: Pagination


class ErrorRow(TypedDict):
    error_id: ErrorId
    instance_id: InstanceId
    workflow_name: str
    error_code: str
    message: str
    timestamp: Timestamp


class ErrorSummary(TypedDict):
    total: Count
    by_error_code: dict[str, Count]
    by_workflow: dict[str, Count]


class Errors(TypedDict):
    errors: list[ErrorRow]
    summary: ErrorSummary


# ---- webhooks


class ShownSecret(TypedDict, total=False):
    """There once: where the service itself has made the secret."""

    secret: str


class Subscription(TypedDict):
    id: SubscriptionId
    url: str
    secret: NotRequired[str]
    events: list[str]
    namespace_filter: str | None
    status: Literal["active"]
    created_at: Timestamp


class Subscriptions(TypedDict):
    subscriptions: list[Subscription]


# ---- what every refusal looks like


class ErrorMembers(TypedDict):
    code: str
    message: str
    details: Object | Sequence[Object] | None
    request_id: str


class Error(TypedDict):
    error: ErrorMembers
