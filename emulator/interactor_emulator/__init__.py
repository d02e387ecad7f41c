"""A local emulator of the Interactor workflow API."""

from typing import TYPE_CHECKING

from .errors import (
    AlreadyPublished,
    ConcurrentModification,
    EventNotFound,
    ExecutionFailed,
    Forbidden,
    HttpError,
    HttpTimeout,
    InstanceNotActive,
    InstanceNotFound,
    InstanceNotHalted,
    InteractorError,
    InvalidCursor,
    InvalidTransition,
    InvalidWorkflow,
    NamespaceQuotaExceeded,
    NotFound,
    PayloadTooLarge,
    RateLimited,
    ScriptError,
    ScriptTimeout,
    ThreadNotFound,
    Unauthorized,
    UnsupportedMediaType,
    ValidationError,
    VersionNotFound,
    WebhookNotFound,
    WorkflowExists,
    WorkflowNotFound,
    WorkflowNotPublished,
)
from .limits import Limits
from .moved import install
from .version import __version__ as __version__

if TYPE_CHECKING:
    from .account.tokens import Client
    from .adapters.http.stubs import Stub
    from .emulator import DefinitionNotFound, Emulator
    from .facade.aio import Aio, AsyncHeld, AsyncRun, AsyncThread
    from .facade.emulator_clock import EmulatorClock
    from .facade.holding import Held
    from .facade.inbox import Inbox, Received
    from .facade.receiving import Webhooks
    from .facade.run import Run, RunThread
    from .facade.sweeping import LostReply, Swept
    from .facade.words import (
        CallFaultName,
        CancelReason,
        DeliveryStatus,
        EventName,
        Execution,
        FaultName,
        Holdable,
        InstanceStatus,
        Timestamps,
    )
    from .faults.on_calls import CallRule
    from .faults.rules import Faults, Rule
    from .projections.explain import Considered, Decision
    from .projections.state_tested import StateTested
    from .projections.visits import Visit
    from .services.due import Fired, NextDue
    from .services.snapshots.reading import InvalidSnapshot
    from .state.deliveries import Attempt, Delivery, Subscription
    from .state.events import Clause, Noticed, Options
    from .state.people import People, Person
    from .variants import Variants
    from .web.hosting.serving import Server
    from .webhooks.certify import Report, certify

install()

__all__ = [
    "Aio",
    "AlreadyPublished",
    "AsyncHeld",
    "AsyncRun",
    "AsyncThread",
    "Attempt",
    "CallFaultName",
    "CallRule",
    "CancelReason",
    "Clause",
    "Client",
    "ConcurrentModification",
    "Considered",
    "Decision",
    "DefinitionNotFound",
    "Delivery",
    "DeliveryStatus",
    "Emulator",
    "EmulatorClock",
    "EventName",
    "EventNotFound",
    "Execution",
    "ExecutionFailed",
    "FaultName",
    "Faults",
    "Fired",
    "Forbidden",
    "Held",
    "Holdable",
    "HttpError",
    "HttpTimeout",
    "Inbox",
    "InstanceNotActive",
    "InstanceNotFound",
    "InstanceNotHalted",
    "InstanceStatus",
    "InteractorError",
    "InvalidCursor",
    "InvalidSnapshot",
    "InvalidTransition",
    "InvalidWorkflow",
    "Limits",
    "LostReply",
    "NamespaceQuotaExceeded",
    "NextDue",
    "NotFound",
    "Noticed",
    "Options",
    "PayloadTooLarge",
    "People",
    "Person",
    "RateLimited",
    "Received",
    "Report",
    "Rule",
    "Run",
    "RunThread",
    "ScriptError",
    "ScriptTimeout",
    "Server",
    "StateTested",
    "Stub",
    "Subscription",
    "Swept",
    "ThreadNotFound",
    "Timestamps",
    "Unauthorized",
    "UnsupportedMediaType",
    "ValidationError",
    "Variants",
    "VersionNotFound",
    "Visit",
    "WebhookNotFound",
    "Webhooks",
    "WorkflowExists",
    "WorkflowNotFound",
    "WorkflowNotPublished",
    "certify",
]

_LATE = {
    "Aio": "facade.aio",
    "AsyncHeld": "facade.aio",
    "AsyncRun": "facade.aio",
    "AsyncThread": "facade.aio",
    "Attempt": "state.deliveries",
    "CallFaultName": "facade.words",
    "CallRule": "faults.on_calls",
    "CancelReason": "facade.words",
    "Clause": "state.events",
    "Client": "account.tokens",
    "Considered": "projections.explain",
    "Decision": "projections.explain",
    "DefinitionNotFound": "emulator",
    "Delivery": "state.deliveries",
    "DeliveryStatus": "facade.words",
    "Emulator": "emulator",
    "EmulatorClock": "facade.emulator_clock",
    "EventName": "facade.words",
    "Execution": "facade.words",
    "FaultName": "facade.words",
    "Faults": "faults.rules",
    "Fired": "services.due",
    "Held": "facade.holding",
    "Holdable": "facade.words",
    "Inbox": "facade.inbox",
    "InstanceStatus": "facade.words",
    "InvalidSnapshot": "services.snapshots.reading",
    "LostReply": "facade.sweeping",
    "NextDue": "services.due",
    "Noticed": "state.events",
    "Options": "state.events",
    "People": "state.people",
    "Person": "state.people",
    "Received": "facade.inbox",
    "Report": "webhooks.certify",
    "Rule": "faults.rules",
    "Run": "facade.run",
    "RunThread": "facade.run",
    "Server": "web.hosting.serving",
    "StateTested": "projections.state_tested",
    "Stub": "adapters.http.stubs",
    "Subscription": "state.deliveries",
    "Swept": "facade.sweeping",
    "Timestamps": "facade.words",
    "Variants": "variants",
    "Visit": "projections.visits",
    "Webhooks": "facade.receiving",
    "certify": "webhooks.certify",
}


def __getattr__(name: str) -> object:
    """The engine is imported when it is asked for: a command line that prints its help needs none of it."""
    from importlib import import_module

    if name in _LATE:
        return getattr(import_module(f"{__name__}.{_LATE[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
