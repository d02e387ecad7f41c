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
    from .emulator import DefinitionNotFound, Emulator
    from .facade.aio import Aio, AsyncRun
    from .facade.emulator_clock import EmulatorClock
    from .facade.inbox import Inbox, Received
    from .facade.receiving import Webhooks
    from .facade.run import Run, RunThread
    from .projections.explain import Considered, Decision
    from .projections.visits import Visit
    from .services.due import Fired
    from .state.deliveries import Attempt, Delivery, Subscription
    from .state.events import Clause, Noticed, Options
    from .state.people import Person
    from .web.hosting.serving import Server
    from .webhooks.certify import Report, certify

install()

__all__ = [
    "Aio",
    "AlreadyPublished",
    "AsyncRun",
    "Attempt",
    "Clause",
    "Client",
    "ConcurrentModification",
    "Considered",
    "Decision",
    "DefinitionNotFound",
    "Delivery",
    "Emulator",
    "EmulatorClock",
    "EventNotFound",
    "ExecutionFailed",
    "Fired",
    "Forbidden",
    "HttpError",
    "HttpTimeout",
    "Inbox",
    "InstanceNotActive",
    "InstanceNotFound",
    "InstanceNotHalted",
    "InteractorError",
    "InvalidCursor",
    "InvalidTransition",
    "InvalidWorkflow",
    "Limits",
    "NamespaceQuotaExceeded",
    "NotFound",
    "Noticed",
    "Options",
    "PayloadTooLarge",
    "Person",
    "RateLimited",
    "Received",
    "Report",
    "Run",
    "RunThread",
    "ScriptError",
    "ScriptTimeout",
    "Server",
    "Subscription",
    "ThreadNotFound",
    "Unauthorized",
    "UnsupportedMediaType",
    "ValidationError",
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
    "AsyncRun": "facade.aio",
    "Attempt": "state.deliveries",
    "Clause": "state.events",
    "Client": "account.tokens",
    "Considered": "projections.explain",
    "Decision": "projections.explain",
    "DefinitionNotFound": "emulator",
    "Delivery": "state.deliveries",
    "Emulator": "emulator",
    "EmulatorClock": "facade.emulator_clock",
    "Fired": "services.due",
    "Inbox": "facade.inbox",
    "Noticed": "state.events",
    "Options": "state.events",
    "Person": "state.people",
    "Received": "facade.inbox",
    "Report": "webhooks.certify",
    "Run": "facade.run",
    "RunThread": "facade.run",
    "Server": "web.hosting.serving",
    "Subscription": "state.deliveries",
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
