"""The control API's bodies and answers, each with an example that works."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from interactor_emulator.account.tokens import SCOPES
from interactor_emulator.wire.schemas import ANY_OBJECT, COUNT, FLAG, NULLABLE_TEXT, TEXT, TIME, Schema, list_of, shaped

_NAMES = list_of(TEXT)
_CLOCK = shaped({"now": TIME, "frozen": FLAG})
_TEXTS: Schema = {"type": "object", "additionalProperties": TEXT}
_FORMAT: Mapping[str, Schema] = {"format": {"enum": ["svg", "mermaid", "dot"]}}
_INSTANT = "2027-01-20T12:00:00Z"

_ATTEMPT = shaped(
    {
        "at": TIME,
        "request_headers": _TEXTS,
        "request_body": TEXT,
        "status": {"type": ["integer", "null"]},
        "answer": TEXT,
        "error": NULLABLE_TEXT,
        "duration_ms": {"type": "integer", "minimum": 0},
        "fault": NULLABLE_TEXT,
        "next": TEXT,
    }
)
_DELIVERY = shaped(
    {
        "id": TEXT,
        "subscription_id": TEXT,
        "event": TEXT,
        "instance_id": TEXT,
        "status": {"enum": ["pending", "delivered", "dead", "stopped"]},
        "created_at": TIME,
        "next_attempt_at": {"type": ["string", "null"]},
        "body": TEXT,
        "attempts": list_of(_ATTEMPT),
    }
)
_DELIVERIES = shaped({"deliveries": list_of(_DELIVERY)})
_FAULT = shaped({"match": ANY_OBJECT, "effect": {}, "used": {"type": "integer", "minimum": 0}})


@dataclass(frozen=True, slots=True)
class Control:
    """One call of the control API: members that its body may have, an example of it, and the shape of the answer."""

    summary: str
    answer: Schema = field(default_factory=lambda: ANY_OBJECT)
    body: Mapping[str, Schema] | None = None
    example: Mapping[str, Any] = field(default_factory=dict)
    status: int = 200
    query: Mapping[str, Schema] = field(default_factory=dict)
    content_types: tuple[str, ...] = ("application/json",)


_PICTURES = ("image/svg+xml", "text/plain")

CONTROLS: Mapping[tuple[str, str], Control] = {
    ("GET", "/health"): Control("Whether the server answers", shaped({"status": {"const": "ok"}})),
    ("POST", "/reset"): Control(
        "Empty the account", shaped({}), {"keep": list_of({"enum": ["workflows", "clients"]})}, {"keep": ["workflows"]}
    ),
    ("GET", "/clock"): Control("The account's time", _CLOCK),
    ("PUT", "/clock"): Control(
        "Set the clock, freeze it or let it run",
        _CLOCK,
        {"now": TEXT, "frozen": FLAG},
        {"now": _INSTANT, "frozen": True},
    ),
    ("POST", "/clock/advance"): Control(
        "Move on by seconds, or to an instant; everything that falls due fires",
        shaped({"now": TIME, "fired": list_of(shaped({"at": TIME, "kind": TEXT, "subject": TEXT}))}),
        {"seconds": {"type": "number", "minimum": 0}, "to": TEXT},
        {"seconds": 3600},
    ),
    ("POST", "/settle"): Control("Return when nothing more can happen without time or input", _CLOCK, {}),
    ("GET", "/hold"): Control("How many requests are held", shaped({"held": COUNT})),
    ("POST", "/hold"): Control(
        "Hold requests of a kind from now on",
        shaped({"held": COUNT}),
        {"operation": {"enum": ["create", "resume", "cancel"]}, "instance_id": TEXT},
        {"operation": "resume"},
    ),
    ("POST", "/release"): Control("Let held requests go in the order of arrival", shaped({"released": COUNT}), {}),
    ("PUT", "/ai"): Control(
        "What AI instructions come to: a text, a failure, or the built-in rules",
        shaped({}),
        {"text": TEXT, "fail": FLAG},
        {"text": "Order #123 is ready."},
    ),
    ("POST", "/tokens"): Control(
        "A token with these scopes and namespaces",
        shaped({"access_token": TEXT, "expires_in": COUNT}),
        {"scopes": list_of({"enum": list(SCOPES)}), "namespaces": _NAMES, "expires_in": {"type": "integer"}},
        {"scopes": ["workflows:read"], "namespaces": ["user_123"], "expires_in": 600},
    ),
    ("GET", "/clients"): Control("Who may ask for tokens", shaped({"clients": list_of(ANY_OBJECT)})),
    ("POST", "/clients"): Control(
        "Add a client",
        shaped({"client_id": TEXT, "scopes": _NAMES, "namespaces": {"type": ["array", "null"], "items": TEXT}}),
        {"client_id": TEXT, "client_secret": TEXT, "scopes": list_of({"enum": list(SCOPES)}), "namespaces": _NAMES},
        {"client_id": "app", "client_secret": "app-secret", "namespaces": ["user_123"]},
        201,
    ),
    ("GET", "/secrets"): Control("The names of the secrets; values are never shown", shaped({"names": _NAMES})),
    ("PUT", "/secrets"): Control("Replace all secrets", shaped({"names": _NAMES}), {}, {"API_KEY": "key-12345"}),
    ("GET", "/routes"): Control("Where HTTP logic's requests are led", _TEXTS),
    ("PUT", "/routes"): Control("Replace all routes", _TEXTS, {}, {"https://yourapp.com": "http://127.0.0.1:3000"}),
    ("GET", "/stubs"): Control("Answers that are set in place of a server's", shaped({"stubs": list_of(ANY_OBJECT)})),
    ("POST", "/stubs"): Control(
        "Set an answer",
        ANY_OBJECT,
        {"method": TEXT, "url": TEXT, "times": COUNT, "respond": ANY_OBJECT},
        {"method": "POST", "url": "https://yourapp.com/*", "respond": {"status": 200, "json": {"ok": True}}},
        201,
    ),
    ("DELETE", "/stubs"): Control("Forget all stubs", shaped({}), {}),
    ("GET", "/deliveries"): Control(
        "Webhook deliveries and every attempt, oldest first",
        _DELIVERIES,
        query={
            "subscription": TEXT,
            "event": TEXT,
            "status": {"enum": ["pending", "delivered", "dead", "stopped"]},
        },
    ),
    ("POST", "/deliveries/{delivery_id}/replay"): Control("Send a delivery once more, now", _DELIVERY, {}),
    ("GET", "/dead-letters"): Control("What six attempts could not deliver", _DELIVERIES),
    ("POST", "/dead-letters/replay"): Control("Send every dead letter once more, oldest first", _DELIVERIES, {}),
    ("GET", "/faults"): Control("Fault rules", shaped({"faults": list_of(_FAULT)})),
    ("POST", "/faults"): Control(
        "Do something hostile to deliveries",
        _FAULT,
        {"match": ANY_OBJECT, "effect": {}},
        {"match": {"event": "workflow.instance.halted", "times": 1}, "effect": "duplicate"},
        201,
    ),
    ("DELETE", "/faults"): Control("Forget all fault rules", shaped({}), {}),
    ("GET", "/requests"): Control("What HTTP logic has sent", shaped({"requests": list_of(ANY_OBJECT)})),
    ("GET", "/coverage"): Control(
        "States, transitions and outcomes of conditions that were taken",
        shaped({"percent": {"type": "number"}, "workflows": ANY_OBJECT}),
    ),
    ("GET", "/diagnostics"): Control(
        "What the emulator noticed",
        shaped(
            {
                "diagnostics": list_of(
                    shaped(
                        {
                            "code": TEXT,
                            "message": TEXT,
                            "hint": TEXT,
                            "where": NULLABLE_TEXT,
                            "request_id": NULLABLE_TEXT,
                            "instance_id": NULLABLE_TEXT,
                            "at": TIME,
                        }
                    )
                )
            }
        ),
    ),
    ("GET", "/metrics"): Control("Metrics in the Prometheus text format", TEXT, content_types=("text/plain",)),
    ("GET", "/openapi.json"): Control("This document"),
    ("GET", "/instances/{instance_id}/explain"): Control(
        "Every decision, with every condition and the value it saw",
        shaped({"instance_id": TEXT, "text": TEXT, "decisions": list_of(ANY_OBJECT)}),
    ),
    ("GET", "/instances/{instance_id}/files"): Control(
        "The files of an instance", shaped({"files": list_of({"$ref": "#/components/schemas/File"})})
    ),
    ("GET", "/instances/{instance_id}/graph"): Control(
        "The picture of an instance's path", TEXT, query=_FORMAT, content_types=_PICTURES
    ),
    ("GET", "/workflows/{name}/graph"): Control(
        "The picture of a definition", TEXT, query={**_FORMAT, "version_id": TEXT}, content_types=_PICTURES
    ),
    ("POST", "/accounts"): Control(
        "A new, empty account with a client of its own",
        shaped({"name": TEXT, "client_id": TEXT, "client_secret": TEXT, "access_token": TEXT}),
        {
            "name": TEXT,
            "seed": {"type": "integer"},
            "now": TEXT,
            "frozen": FLAG,
            "execution": {"enum": ["inline", "background"]},
            "rate_limits": FLAG,
        },
        {"name": "test_1", "seed": 7, "now": "2026-01-20T12:00:00Z"},
        201,
    ),
    ("DELETE", "/accounts/{name}"): Control("Remove an account", shaped({}), {}),
}
