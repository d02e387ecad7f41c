"""The API's operations: what each takes, what it answers, and how it may refuse."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from interactor_emulator.wire.schemas import Schema

_ALL = ("unauthorized 401", "forbidden 403", "rate_limited 429", "internal_error 500")
_BODY = ("validation_error 400", "payload_too_large 413", "unsupported_media_type 415")
_RUN = (
    "invalid_transition 400",
    "script_error 500",
    "script_timeout 500",
    "http_error 500",
    "http_timeout 500",
)
_WORKFLOW, _INSTANCE = "workflow_not_found 404", "instance_not_found 404"
_NAME = "/workflows/{name}"
_ONE = "/workflows/instances/{instance_id}"

_LIMIT: Schema = {"type": "integer", "minimum": 1}
_TEXT: Schema = {"type": "string"}
_TIME: Schema = {"type": "string", "format": "date-time"}
_FLAG: Schema = {"enum": ["true", "false"]}


@dataclass(frozen=True, slots=True)
class Described:
    """One operation in the document. `refusals` are codes with their statuses, beside those that all may have."""

    summary: str
    answer: str
    status: int = 200
    body: str = ""
    refusals: tuple[str, ...] = ()
    query: Mapping[str, Schema] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    content_type: str = "application/json"

    @property
    def statuses(self) -> dict[str, list[str]]:
        """The codes of each refusal's status."""
        found: dict[str, list[str]] = {}
        for refusal in (*_ALL, *self.refusals):
            code, status = refusal.rsplit(" ", 1)
            found.setdefault(status, []).append(code)
        return found


DESCRIBED: Mapping[tuple[str, str], Described] = {
    ("POST", "/workflows"): Described(
        "Create a workflow",
        "Version",
        201,
        "Definition",
        (*_BODY, "invalid_workflow 400", "workflow_exists 409"),
    ),
    ("GET", "/workflows"): Described("List all workflows", "Workflows"),
    ("POST", "/workflows/validate"): Described("Validate without saving", "Validation", 200, "Definition", _BODY),
    ("POST", f"{_NAME}/versions"): Described(
        "Add a version", "Version", 201, "Definition", (*_BODY, "invalid_workflow 400", _WORKFLOW)
    ),
    ("GET", f"{_NAME}/versions"): Described("List the versions of a workflow", "Versions", refusals=(_WORKFLOW,)),
    ("POST", f"{_NAME}/versions/{{version_id}}/publish"): Described(
        "Publish a version",
        "Published",
        refusals=(*_BODY, _WORKFLOW, "version_not_found 404", "already_published 400"),
    ),
    ("POST", f"{_NAME}/instances"): Described(
        "Create an instance",
        "Created",
        201,
        "Create",
        (*_BODY, *_RUN, _WORKFLOW, "workflow_not_published 400", "namespace_quota_exceeded 429"),
    ),
    ("GET", "/workflows/instances"): Described(
        "List instances",
        "Instances",
        refusals=("validation_error 400",),
        query={"namespace": _TEXT, "workflow_name": _TEXT, "status": _TEXT, "limit": _LIMIT, "cursor": _TEXT},
    ),
    ("GET", _ONE): Described("Get an instance", "Instance", refusals=(_INSTANCE,)),
    ("POST", f"{_ONE}/resume"): Described(
        "Answer a halted instance",
        "Resumed",
        200,
        "Resume",
        (*_BODY, *_RUN, _INSTANCE, "instance_not_halted 400", "concurrent_modification 409"),
    ),
    ("POST", f"{_ONE}/cancel"): Described(
        "Cancel an active instance", "Cancelled", refusals=(*_BODY, _INSTANCE, "instance_not_active 400")
    ),
    ("GET", f"{_ONE}/threads"): Described("List threads", "Threads", refusals=(_INSTANCE,)),
    ("POST", f"{_ONE}/threads/{{thread_id}}/resume"): Described(
        "Answer a halted thread",
        "ThreadResumed",
        200,
        "Resume",
        (
            *_BODY,
            *_RUN,
            _INSTANCE,
            "thread_not_found 404",
            "instance_not_halted 400",
            "concurrent_modification 409",
        ),
    ),
    ("GET", f"{_ONE}/history"): Described(
        "List the events of an instance",
        "History",
        refusals=(_INSTANCE, "invalid_cursor 400", "validation_error 400"),
        query={
            "limit": _LIMIT,
            "cursor": _TEXT,
            "types": _TEXT,
            "since": _TIME,
            "until": _TIME,
            "thread": _TEXT,
            "state": _TEXT,
            "include_data": _FLAG,
        },
    ),
    ("GET", f"{_ONE}/events/{{event_id}}"): Described(
        "Get an event",
        "Event",
        refusals=(_INSTANCE, "event_not_found 404", "validation_error 400"),
        query={"include_data": _FLAG},
    ),
    ("GET", f"{_ONE}/stream"): Described(
        "Follow an instance, as server-sent events",
        "",
        refusals=(_INSTANCE,),
        query={"token": _TEXT},
        content_type="text/event-stream",
    ),
    ("POST", f"{_ONE}/files"): Described(
        "Upload a file for a field of the form that is shown",
        "File",
        201,
        "Upload",
        (*_BODY, _INSTANCE, "instance_not_halted 400"),
    ),
    ("POST", "/webhooks/subscriptions"): Described(
        "Subscribe to webhooks", "SubscriptionCreated", 201, "Subscribe", _BODY
    ),
    ("GET", "/webhooks/subscriptions"): Described("List subscriptions", "Subscriptions"),
    ("DELETE", "/webhooks/subscriptions/{subscription_id}"): Described(
        "Delete a subscription", "", 204, refusals=("webhook_not_found 404",)
    ),
    ("GET", "/workflows/errors"): Described(
        "What went wrong, over all workflows",
        "Errors",
        refusals=("validation_error 400",),
        query={"since": _TIME, "until": _TIME, "workflow_name": _TEXT, "error_code": _TEXT},
        required=("since",),
    ),
}
