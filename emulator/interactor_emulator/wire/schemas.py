"""The shapes of bodies and answers as JSON Schemas, by the name under which the document refers to them."""

from collections.abc import Mapping
from typing import Any, get_args

from interactor_emulator.projections.history import Type
from interactor_emulator.state.instance import Status

from .payload import EVENTS

Schema = Mapping[str, Any]

TEXT: Schema = {"type": "string"}
FLAG: Schema = {"type": "boolean"}
COUNT: Schema = {"type": "integer", "minimum": 0}
ANY_OBJECT: Schema = {"type": "object"}
TIME: Schema = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$", "examples": ["2026-01-20T12:00:00Z"]}
NULLABLE_TEXT: Schema = {"type": ["string", "null"]}
ULID = "[0-9a-hjkmnp-tv-z]{26}"


def ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def list_of(schema: Schema) -> Schema:
    return {"type": "array", "items": schema}


def shaped(required: Mapping[str, Schema], optional: Mapping[str, Schema] | None = None, **more: Any) -> Schema:
    """An object with these members and no others."""
    return {
        "type": "object",
        "properties": {**required, **(optional or {})},
        "required": list(required),
        "additionalProperties": False,
        **more,
    }


def matching(pattern: str) -> Schema:
    return {"type": "string", "pattern": f"^{pattern}$"}


INSTANCE_ID = matching(f"inst_{ULID}")
EVENT_ID = matching("evt_[0-9A-Z]{26}")
VERSION_ID = matching("v_[a-z0-9]{12}")
STATUS: Schema = {"enum": list(get_args(Status))}
PAGINATION = shaped({"has_more": FLAG, "next_cursor": NULLABLE_TEXT})
CHANGES = shaped(
    {},
    {
        "added": ANY_OBJECT,
        "updated": {"type": "object", "additionalProperties": shaped({"from": {}, "to": {}})},
        "removed": list_of(TEXT),
    },
)

_SUBSCRIPTION: Mapping[str, Schema] = {
    "id": matching("whsub_[a-z0-9]{12}"),
    "url": TEXT,
    "events": list_of({"enum": list(EVENTS)}),
    "namespace_filter": NULLABLE_TEXT,
    "status": {"const": "active"},
    "created_at": TIME,
}
_HALTED: Mapping[str, Schema] = {"halted_at_state": TEXT, "halted_options": ref("HaltedOptions")}
_HEAD: Mapping[str, Schema] = {
    "id": INSTANCE_ID,
    "workflow_name": TEXT,
    "version_id": VERSION_ID,
    "namespace": NULLABLE_TEXT,
    "status": STATUS,
    "current_state": TEXT,
    "workflow_data": ANY_OBJECT,
}

SCHEMAS: Mapping[str, Schema] = {
    "Definition": {
        "type": "object",
        "description": "A workflow: what may stand in it is told by POST /workflows/validate.",
        "examples": [
            {
                "name": "approval",
                "initial_state": "await_approval",
                "states": {
                    "await_approval": {
                        "type": "halting",
                        "presentation": {"type": "message", "message": "Approve?"},
                        "transitions": [{"target": "done"}],
                    },
                    "done": {"type": "terminal"},
                },
            }
        ],
    },
    "Fault": shaped({"path": TEXT, "message": TEXT}),
    "Validation": shaped({"valid": FLAG}, {"errors": list_of(ref("Fault"))}),
    "Version": shaped(
        {"name": TEXT, "version_id": VERSION_ID, "status": {"enum": ["draft", "published"]}, "created_at": TIME}
    ),
    "VersionRow": shaped({"version_id": VERSION_ID, "status": {"enum": ["draft", "published"]}, "created_at": TIME}),
    "Published": shaped({"version_id": VERSION_ID, "status": {"const": "published"}, "published_at": TIME}),
    "WorkflowRow": shaped(
        {"name": TEXT, "latest_version_id": VERSION_ID, "published_version_id": NULLABLE_TEXT, "created_at": TIME}
    ),
    "Workflows": shaped({"workflows": list_of(ref("WorkflowRow"))}),
    "Versions": shaped({"versions": list_of(ref("VersionRow"))}),
    "HaltedOptions": shaped(
        {
            "instruction": TEXT,
            "include_data": list_of(TEXT),
            "transition_mode": {"enum": ["selection", "condition"]},
            "choices": list_of(shaped({"key": TEXT, "description": NULLABLE_TEXT, "to": TEXT})),
            "generated": FLAG,
        },
        {"title": TEXT},
    ),
    "Create": {
        "type": "object",
        "properties": {"namespace": NULLABLE_TEXT, "input": {"type": ["object", "null"]}},
        "examples": [{"namespace": "user_123", "input": {"amount": 5000}}],
    },
    "Resume": {
        "type": "object",
        "properties": {"input": {"type": ["object", "null"]}, "selected_option": {}},
        "examples": [{"input": {"approved": True, "comment": "Looks good"}}],
    },
    "Created": shaped({**_HEAD, "created_at": TIME}, _HALTED),
    "Resumed": shaped(
        {"id": INSTANCE_ID, "status": STATUS, "current_state": TEXT, "workflow_data": ANY_OBJECT}, _HALTED
    ),
    "Thread": shaped(
        {"id": TEXT, "status": STATUS, "current_state": TEXT}, {**_HALTED, "halting_presentation": ANY_OBJECT}
    ),
    "Threads": shaped({"threads": list_of(ref("Thread"))}),
    "ThreadResumed": shaped({"id": INSTANCE_ID, "status": STATUS, "threads": list_of(ref("Thread"))}),
    "Subscribe": shaped(
        {"url": TEXT, "events": {**list_of({"enum": list(EVENTS)}), "minItems": 1}},
        {"secret": {"type": ["string", "null"], "minLength": 32}, "namespace_filter": NULLABLE_TEXT},
    ),
    "Subscription": shaped(_SUBSCRIPTION),
    "SubscriptionCreated": shaped(_SUBSCRIPTION, {"secret": TEXT}),
    "Subscriptions": shaped({"subscriptions": list_of(ref("Subscription"))}),
    "Cancelled": shaped({"id": INSTANCE_ID, "status": {"const": "cancelled"}, "cancelled_at": TIME}),
    "Visit": shaped(
        {"state": TEXT, "entered_at": TIME},
        {
            "thread_id": TEXT,
            "exited_at": TIME,
            "transition": TEXT,
            "logs": list_of(TEXT),
            "duration_ms": COUNT,
            "input_received": ANY_OBJECT,
            "resumed_at": TIME,
            "resumed_by": TEXT,
        },
    ),
    "Instance": shaped(
        {**_HEAD, "threads": list_of(ref("Thread")), "history": list_of(ref("Visit")), "created_at": TIME},
        {**_HALTED, "halting_presentation": ANY_OBJECT, "error": TEXT, "cancelled_at": TIME},
    ),
    "InstanceRow": shaped(
        {"id": INSTANCE_ID, "workflow_name": TEXT, "status": STATUS, "current_state": TEXT, "created_at": TIME}
    ),
    "Instances": shaped({"instances": list_of(ref("InstanceRow"))}, {"pagination": PAGINATION}),
    "Event": shaped(
        {
            "id": matching("evt_[0-9A-Z]{26}"),
            "type": {"enum": list(get_args(Type))},
            "subtype": TEXT,
            "timestamp": TIME,
        },
        {
            "thread_id": TEXT,
            "initial_state": TEXT,
            "started_by": TEXT,
            "reason": {"enum": ["requested", "ttl_expired"]},
            "parent_thread_id": TEXT,
            "from_state": TEXT,
            "to_state": TEXT,
            "trigger": {"enum": ["automatic", "resume"]},
            "state": TEXT,
            "step_name": TEXT,
            "step_type": {"enum": ["script", "http"]},
            "duration_ms": COUNT,
            "message": NULLABLE_TEXT,
            "error_code": TEXT,
            "changes": CHANGES,
            "workflow_data": ANY_OBJECT,
        },
    ),
    "History": shaped(
        {
            "instance_id": INSTANCE_ID,
            "workflow_id": matching("wf_[a-z0-9]{12}"),
            "status": STATUS,
            "events": list_of(ref("Event")),
            "pagination": PAGINATION,
        }
    ),
    "Errors": shaped(
        {
            "errors": list_of(
                shaped(
                    {
                        "error_id": matching("err_[0-9A-Z]{26}"),
                        "instance_id": INSTANCE_ID,
                        "workflow_name": TEXT,
                        "error_code": TEXT,
                        "message": TEXT,
                        "timestamp": TIME,
                    }
                )
            ),
            "summary": shaped(
                {
                    "total": COUNT,
                    "by_error_code": {"type": "object", "additionalProperties": COUNT},
                    "by_workflow": {"type": "object", "additionalProperties": COUNT},
                }
            ),
        }
    ),
    "Upload": {
        "type": "object",
        "properties": {"field": TEXT, "file": {"type": "string", "format": "binary"}},
        "required": ["field", "file"],
    },
    "File": shaped(
        {
            "file_id": matching(f"file_{ULID}"),
            "field": TEXT,
            "filename": TEXT,
            "content_type": TEXT,
            "size": COUNT,
            "created_at": TIME,
        }
    ),
    "TokenRequest": {
        "type": "object",
        "properties": {
            "grant_type": {"enum": ["client_credentials", "refresh_token"]},
            "client_id": TEXT,
            "client_secret": TEXT,
            "refresh_token": TEXT,
            "scope": TEXT,
        },
        "required": ["grant_type"],
        "examples": [
            {"grant_type": "client_credentials", "client_id": "client_dev", "client_secret": "secret_dev"},
        ],
    },
    "Revocation": {
        "type": "object",
        "properties": {"token": TEXT, "client_id": TEXT, "client_secret": TEXT},
        "required": ["token"],
        "examples": [{"token": "rt_…", "client_id": "client_dev", "client_secret": "secret_dev"}],
    },
    "Token": {
        "type": "object",
        "properties": {
            "access_token": TEXT,
            "token_type": {"const": "Bearer"},
            "expires_in": COUNT,
            "refresh_token": TEXT,
            "scope": TEXT,
        },
        "required": ["access_token", "token_type", "expires_in", "refresh_token", "scope"],
    },
    "OAuthError": shaped({"error": TEXT, "error_description": TEXT}),
    "Error": shaped(
        {
            "error": shaped(
                {
                    "code": TEXT,
                    "message": TEXT,
                    "details": {"type": ["object", "array", "null"]},
                    "request_id": TEXT,
                }
            )
        }
    ),
}
