"""All that happens in an account as its followers are told of it: one frame of server-sent events each, whose data is
one line of JSON. The members of each kind are these types; `docs/reference/events.md` is written from them.
"""

from collections.abc import Iterable, Mapping
from operator import attrgetter
from typing import Any, Literal, NotRequired, TypedDict

from interactor_emulator import bounds, jsontext
from interactor_emulator.clock import timestamp
from interactor_emulator.redaction import beginning, redact
from interactor_emulator.state import events, happenings
from interactor_emulator.state.events import Event
from interactor_emulator.state.happenings import Happening
from interactor_emulator.state.instance import Instance

from .shapes import Count, InstanceId, Timestamp, VersionId

_LINES = 10


class _Told(TypedDict):
    id: str
    kind: str
    at: Timestamp


class RequestTold(_Told):
    """A request of the API, of OAuth, or of a path that leads nowhere, and its answer. `duration_ms` is wall time."""

    request_id: str
    method: str
    path: str
    status: int
    code: str | None
    duration_ms: float


class InstanceTold(_Told):
    """What an instance did, by the events of its journal. The members after `namespace` are those of the kind."""

    instance_id: InstanceId
    workflow: str
    version_id: VersionId
    namespace: str | None
    thread_id: NotRequired[str]
    parent_id: NotRequired[str]
    state: NotRequired[str]
    from_state: NotRequired[str]
    trigger: NotRequired[Literal["automatic", "resume"]]
    step_name: NotRequired[str]
    step_type: NotRequired[str]
    duration_ms: NotRequired[Count]
    logs: NotRequired[list[str]]
    attempt: NotRequired[Count]
    delay_seconds: NotRequired[Count]
    code: NotRequired[str]
    message: NotRequired[str | None]
    input_begins: NotRequired[str]
    choice: NotRequired[str | None]
    field: NotRequired[str]
    file_id: NotRequired[str]
    reason: NotRequired[str]
    request_id: NotRequired[str]


class DeliveryTold(_Told):
    """One attempt to deliver a webhook. `GET deliveries/{delivery_id}` has its body and its headers."""

    delivery_id: str
    subscription_id: str
    instance_id: str
    event: str
    url: str
    attempt: Count
    status: int | None
    answer: str
    error: str | None
    duration_ms: Count
    fault: str | None
    next: str
    delivery_status: str


class DiagnosticTold(_Told):
    """Something was noticed, for the first time."""

    code: str
    message: str
    hint: str
    where: str | None
    request_id: str | None
    instance_id: str | None


class PublishedTold(_Told):
    """New instances of the workflow run this version from now on."""

    workflow: str
    version_id: VersionId


class ClockTold(_Told):
    """The clock was moved, stopped or let run; `at` is where it is."""

    frozen: bool


class ResetTold(_Told):
    """The account was emptied."""


class MissedTold(_Told):
    """What comes next is not what came after the last id: so many happenings are forgotten, or, where `count` is null,
    the server is another one."""

    count: Count | None


_Table = Mapping[type[Event] | type[Happening], tuple[str, Mapping[str, str]]]


def _as_named(*names: str) -> Mapping[str, str]:
    return {name: name for name in names}


_OF_THREAD = _as_named("thread_id", "state")
_OF_STEP = {**_OF_THREAD, **_as_named("step_name", "step_type", "duration_ms", "logs")}
_OF_FAULT = {"code": "error_code", "message": "message"}
_REQUEST_ID = {"request_id": "cause.request_id"}

INSTANCE_KINDS: _Table = {
    events.Created: (
        "created",
        {"thread_id": "thread_id", "state": "initial_state", "input_begins": "input", **_REQUEST_ID},
    ),
    events.StepCompleted: ("step_completed", _OF_STEP),
    events.StepFailed: ("step_failed", {**_OF_STEP, **_OF_FAULT}),
    events.RetryScheduled: ("retry_scheduled", {**_OF_THREAD, **_as_named("attempt", "delay_seconds"), **_OF_FAULT}),
    events.OnEnterFailed: ("on_enter_failed", {**_OF_THREAD, **_OF_FAULT}),
    events.StateChanged: (
        "state_changed",
        {"thread_id": "thread_id", "state": "to_state", **_as_named("from_state", "trigger")},
    ),
    events.Forked: ("forked", {**_as_named("thread_id", "parent_id", "from_state"), "state": "to_state"}),
    events.JoinEntered: ("join_entered", _OF_THREAD),
    events.Joined: ("joined", {**_as_named("thread_id", "parent_id", "from_state"), "state": "to_state"}),
    events.Halted: ("halted", {**_OF_THREAD, "message": "message"}),
    events.Resumed: ("resumed", {**_OF_THREAD, "choice": "choice", "input_begins": "input", **_REQUEST_ID}),
    events.ResumeRefused: ("resume_refused", {**_OF_THREAD, **_as_named("choice", "input_begins")}),
    events.FileUploaded: ("file_uploaded", {**_OF_THREAD, **_as_named("field", "file_id")}),
    events.ThreadCompleted: ("thread_completed", _OF_THREAD),
    events.Completed: ("completed", {}),
    events.InstanceFailed: ("failed", {**_OF_THREAD, **_OF_FAULT}),
    events.Cancelled: ("cancelled", {"reason": "reason"}),
}
"""The kinds of what instances do; each member with what it is made of. `Failed` says no more than its predecessor."""

_OTHER: _Table = {
    events.Noticed: (
        "diagnostic",
        _as_named("code", "message", "hint", "where", "request_id", "instance_id"),
    ),
    happenings.Answered: (
        "request",
        _as_named("request_id", "method", "path", "status", "code", "duration_ms"),
    ),
    happenings.Attempted: (
        "delivery",
        _as_named(*(name for name in DeliveryTold.__annotations__ if name not in _Told.__annotations__)),
    ),
    happenings.Published: ("published", _as_named("workflow", "version_id")),
    happenings.Timed: ("clock", _as_named("frozen")),
    happenings.Emptied: ("reset", {}),
}
_TOLD: _Table = {**INSTANCE_KINDS, **_OTHER}
_OR_NULL = {"where", "request_id", "instance_id"}

KINDS: Mapping[str, type] = {
    "request": RequestTold,
    **{kind: InstanceTold for kind, _ in INSTANCE_KINDS.values()},
    "delivery": DeliveryTold,
    "diagnostic": DiagnosticTold,
    "published": PublishedTold,
    "clock": ClockTold,
    "reset": ResetTold,
    "missed": MissedTold,
}
"""The shape of each kind."""


def frame(id_: str, told: Event | Happening, instance: Instance | None, secrets: Iterable[str]) -> bytes:
    """What followers are sent of a happening, of this instance if of any: without secrets, each text in brief; nothing
    for what nobody is told of."""
    found = _TOLD.get(type(told))
    if found is None:
        return b""
    kind, members = found
    shown: dict[str, Any] = {} if instance is None or type(told) not in INSTANCE_KINDS else _owner(instance)
    for name, source in members.items():
        shown[name] = _brief(attrgetter(source)(told), secrets)
    if isinstance(told, events.Noticed):
        shown |= {name: None for name in _OR_NULL if not shown[name]}
    return _written(id_, kind, told.at_ms, redact(shown, secrets))


def missed(id_: str, count: int | None, now_ms: int) -> bytes:
    """That a follower has missed something; None when nobody knows how much."""
    return _written(id_, "missed", now_ms, {"count": count})


def _written(id_: str, kind: str, at_ms: int, members: Mapping[str, Any]) -> bytes:
    data = jsontext.encode({"id": id_, "kind": kind, "at": timestamp(at_ms), **members})
    return f"id: {id_}\nevent: {kind}\ndata: {data}\n\n".encode()


def _owner(instance: Instance) -> dict[str, Any]:
    return {
        "instance_id": instance.id,
        "workflow": instance.version.workflow_name,
        "version_id": instance.version.id,
        "namespace": instance.namespace,
    }


def _brief(value: Any, secrets: Iterable[str]) -> Any:
    """A text from its beginning, an object as such a text, the first lines of a log."""
    most = bounds.HAPPENING.most
    if isinstance(value, str):
        return beginning(value, most, secrets)
    if isinstance(value, Mapping):
        return beginning(jsontext.beginning(dict(value), most + 1), most, secrets)
    if isinstance(value, list):
        return [_brief(each, secrets) for each in value[:_LINES]]
    return value
