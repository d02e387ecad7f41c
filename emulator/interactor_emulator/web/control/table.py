"""What the control API can do: a row each.

Routing, the OpenAPI document and `docs/reference/control-api.md` are made from it.
"""

from typing import Literal

from interactor_emulator import bounds
from interactor_emulator.errors import (
    InstanceNotFound,
    InvalidWorkflow,
    RateLimited,
    VersionNotFound,
    WebhookNotFound,
    WorkflowNotFound,
)
from interactor_emulator.state.deliveries import Status
from interactor_emulator.web.operation import ControlOperation
from interactor_emulator.wire import control as shapes
from interactor_emulator.wire.shapes import EventName, Object

from . import accounts, deliveries, faults, observed, outside, snapshots, state_tests, timing, variants
from .call import Command, Done

_PICTURES = ("image/svg+xml", "text/plain")
_FORMAT = {"format": Literal["svg", "mermaid", "dot"]}
_INSTANT = "2027-01-20T12:00:00Z"
_LEAVE = {
    "name": "leave",
    "initial_state": "ask",
    "states": {
        "ask": {
            "type": "halting",
            "transitions": [{"target": "granted", "condition": {"field": "approved", "equals": True}}],
        },
        "granted": {"type": "terminal"},
    },
}


def _describe(_command: Command) -> Done:
    from interactor_emulator.web.description import document  # late: it is put together for whoever asks
    from interactor_emulator.web.endpoints.operations import OPERATIONS

    return Done(document(OPERATIONS, CONTROLS))


def _scenario_schema(_command: Command) -> Done:
    from interactor_emulator.wire.scenario_file import schema  # late: it is read for whoever asks

    return Done(schema())


CONTROLS: tuple[ControlOperation, ...] = (
    ControlOperation("GET", "/health", observed.health, "Whether the server answers", shapes.Health),
    ControlOperation(
        "POST",
        "/reset",
        accounts.reset,
        "Empty the account: it is what it was made with, but for what `keep` names",
        body=shapes.ResetBody,
        example={"keep": ["workflows"]},
    ),
    ControlOperation("GET", "/clock", timing.show_clock, "The account's time", shapes.Clock),
    ControlOperation(
        "PUT",
        "/clock",
        timing.set_clock,
        "Set the clock, freeze it or let it run",
        shapes.Clock,
        shapes.ClockBody,
        {"now": _INSTANT, "frozen": True},
    ),
    ControlOperation(
        "POST",
        "/clock/advance",
        timing.advance,
        "Move on by seconds, or to an instant; everything that falls due fires",
        shapes.Advanced,
        shapes.AdvanceBody,
        {"seconds": 3600},
        waits=True,
    ),
    ControlOperation(
        "POST",
        "/settle",
        timing.settle,
        "Return when nothing more can happen without time or input",
        shapes.Settled,
        shapes.SettleBody,
        {"timeout_seconds": 10},
        waits=True,
    ),
    ControlOperation("GET", "/hold", timing.show_held, "How many requests are held", shapes.Held),
    ControlOperation(
        "POST",
        "/hold",
        timing.hold,
        "Hold requests of a kind from now on",
        shapes.Held,
        shapes.HoldBody,
        {"operation": "resume"},
    ),
    ControlOperation(
        "POST",
        "/release",
        timing.release,
        "Let held requests go in the order of arrival",
        shapes.Released,
        shapes.Nothing,
    ),
    ControlOperation(
        "PUT",
        "/ai",
        outside.set_writer,
        "What AI instructions come to: a text, a failure, or the built-in rules",
        body=shapes.WriterBody,
        example={"text": "Order #123 is ready."},
    ),
    ControlOperation(
        "POST",
        "/tokens",
        accounts.create_token,
        "A token with these scopes and namespaces",
        shapes.MintedToken,
        shapes.TokenBody,
        {"scopes": ["workflows:read"], "namespaces": ["user_123"], "expires_in": 600},
    ),
    ControlOperation("GET", "/clients", accounts.show_clients, "Who may ask for tokens", shapes.Clients),
    ControlOperation(
        "POST",
        "/clients",
        accounts.create_client,
        "Add a client",
        shapes.Client,
        shapes.ClientBody,
        {"client_id": "app", "client_secret": "app-secret", "namespaces": ["user_123"]},
        201,
    ),
    ControlOperation(
        "GET", "/secrets", outside.show_secrets, "The names of the secrets; values are never shown", shapes.SecretNames
    ),
    ControlOperation(
        "PUT",
        "/secrets",
        outside.set_secrets,
        "Replace all secrets",
        shapes.SecretNames,
        shapes.Texts,
        {"API_KEY": "key-12345"},
    ),
    ControlOperation("GET", "/routes", outside.show_routes, "Where HTTP logic's requests are led", shapes.Texts),
    ControlOperation(
        "PUT",
        "/routes",
        outside.set_routes,
        "Replace all routes",
        shapes.Texts,
        shapes.Texts,
        {"https://yourapp.com": "http://127.0.0.1:3000"},
    ),
    ControlOperation("GET", "/stubs", outside.show_stubs, "Answers that are set in place of a server's", shapes.Stubs),
    ControlOperation(
        "POST",
        "/stubs",
        outside.create_stub,
        "Set an answer, or several in turn: to a URL, and maybe for one state, attempt, body or query",
        shapes.Stub,
        shapes.StubBody,
        {"url": "https://yourapp.com/*", "state": "charge", "respond": [{"status": 500}, {"json": {"ok": True}}]},
        201,
    ),
    ControlOperation("DELETE", "/stubs", outside.delete_stubs, "Forget all stubs", body=shapes.Nothing),
    ControlOperation("GET", "/requests", outside.show_requests, "What HTTP logic has sent", shapes.SentRequests),
    ControlOperation(
        "GET",
        "/deliveries",
        deliveries.show_deliveries,
        "Webhook deliveries and every attempt, oldest first",
        shapes.Deliveries,
        query={
            "subscription": str,
            "event": EventName,
            "status": Status,
        },
    ),
    ControlOperation(
        "GET",
        "/deliveries/{delivery_id}",
        deliveries.show_delivery,
        "One delivery and every attempt",
        shapes.Delivery,
        refusals=(WebhookNotFound,),
    ),
    ControlOperation(
        "POST",
        "/deliveries/{delivery_id}/replay",
        deliveries.replay,
        "Send a delivery once more, now",
        shapes.Delivery,
        shapes.Nothing,
        refusals=(WebhookNotFound,),
    ),
    ControlOperation(
        "GET", "/dead-letters", deliveries.show_dead_letters, "What six attempts could not deliver", shapes.Deliveries
    ),
    ControlOperation(
        "POST",
        "/dead-letters/replay",
        deliveries.replay_dead_letters,
        "Send every dead letter once more, oldest first",
        shapes.Deliveries,
        shapes.Nothing,
    ),
    ControlOperation("GET", "/variants", variants.show, "What the service may do otherwise", shapes.Texts),
    ControlOperation(
        "PUT",
        "/variants",
        variants.change,
        "Choose other values by name; a reset takes them back",
        shapes.Texts,
        Object,
        {"answers": "whole"},
    ),
    ControlOperation("GET", "/faults", faults.show_faults, "Fault rules", shapes.Faults),
    ControlOperation(
        "POST",
        "/faults",
        faults.create_fault,
        "Do something hostile to calls of the API, or to deliveries",
        shapes.Fault,
        shapes.FaultBody,
        {"match": {"method": "POST", "path": "/workflows/*/instances", "times": 1}, "effect": {"drop": True}},
        201,
    ),
    ControlOperation("DELETE", "/faults", faults.delete_faults, "Forget all fault rules", body=shapes.Nothing),
    ControlOperation("GET", "/diagnostics", observed.show_diagnostics, "What the emulator noticed", shapes.Diagnostics),
    ControlOperation(
        "GET",
        "/events",
        observed.follow,
        "All that happens, as server-sent events; `docs/reference/events.md` has their kinds",
        str,
        query={"from": Literal["start"]},
        content_types=("text/event-stream",),
        refusals=(RateLimited,),
    ),
    ControlOperation(
        "GET",
        "/instances/{instance_id}/explain",
        observed.explain,
        "Every decision, with every condition and the value it saw",
        shapes.Explanation,
        refusals=(InstanceNotFound,),
    ),
    ControlOperation(
        "GET",
        "/instances/{instance_id}/files",
        observed.show_files,
        "The files of an instance",
        shapes.Files,
        refusals=(InstanceNotFound,),
    ),
    ControlOperation(
        "GET",
        "/instances/{instance_id}/graph",
        observed.draw_instance,
        "The picture of an instance's path",
        str,
        query=_FORMAT,
        content_types=_PICTURES,
        refusals=(InstanceNotFound,),
    ),
    ControlOperation(
        "GET",
        "/workflows/{name}/graph",
        observed.draw_workflow,
        "The picture of a definition",
        str,
        query={**_FORMAT, "version_id": str},
        content_types=_PICTURES,
        refusals=(WorkflowNotFound, VersionNotFound),
    ),
    ControlOperation(
        "POST",
        "/test-state",
        state_tests.test_state,
        "One state alone: its result, the transition that it takes and why; nothing is created",
        shapes.StateTested,
        shapes.StateTestBody,
        {"definition": _LEAVE, "state": "ask", "workflow_data": {"days": 3}, "input": {"approved": True}},
        refusals=(InvalidWorkflow, WorkflowNotFound, VersionNotFound),
    ),
    ControlOperation(
        "GET",
        "/coverage",
        observed.show_coverage,
        "States, transitions and outcomes of conditions that were taken",
        shapes.CoverageAnswer,
    ),
    ControlOperation(
        "GET",
        "/metrics",
        observed.show_metrics,
        "Metrics in the Prometheus text format",
        str,
        content_types=("text/plain",),
    ),
    ControlOperation("GET", "/snapshot", snapshots.show, "All that the account holds, to be put back", Object),
    ControlOperation(
        "PUT",
        "/snapshot",
        snapshots.put,
        "Let the account be what a snapshot says",
        body=Object,
        example={"format": 1, "now_ms": 1_768_910_400_000, "frozen": True, "seed": "7", "generators": {}},
        raw=bounds.SNAPSHOT,
    ),
    ControlOperation("GET", "/scenario.schema.json", _scenario_schema, "The JSON Schema of scenario files", Object),
    ControlOperation("GET", "/openapi.json", _describe, "All of this, as OpenAPI 3.1", Object),
    ControlOperation(
        "POST",
        "/accounts",
        accounts.create_account,
        "A new, empty account with a client of its own; a name has up to 64 letters, digits, `_` and `-`",
        shapes.MadeAccount,
        shapes.AccountBody,
        {"name": "test_1", "seed": 7, "now": "2026-01-20T12:00:00Z"},
        201,
    ),
    ControlOperation(
        "POST",
        "/accounts/{name}/fork",
        snapshots.fork,
        "A copy of the account that goes its own way, with a client of its own",
        shapes.MadeAccount,
        shapes.ForkBody,
        {"name": "test_2"},
        201,
    ),
    ControlOperation("DELETE", "/accounts/{name}", accounts.delete_account, "Remove an account", body=shapes.Nothing),
)


def by_path() -> dict[str, dict[str, ControlOperation]]:
    """The calls of each path, by method."""
    found: dict[str, dict[str, ControlOperation]] = {}
    for control in CONTROLS:
        found.setdefault(control.path, {})[control.method] = control
    return found
