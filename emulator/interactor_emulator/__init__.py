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
from .version import __version__ as __version__

if TYPE_CHECKING:
    from interactor_emulator.account.tokens import Client
    from interactor_emulator.facade.run import Run

    from .emulator import DefinitionNotFound, Emulator

__all__ = [
    "AlreadyPublished",
    "Client",
    "ConcurrentModification",
    "DefinitionNotFound",
    "Emulator",
    "EventNotFound",
    "ExecutionFailed",
    "Forbidden",
    "HttpError",
    "HttpTimeout",
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
    "PayloadTooLarge",
    "RateLimited",
    "Run",
    "ScriptError",
    "ScriptTimeout",
    "ThreadNotFound",
    "Unauthorized",
    "UnsupportedMediaType",
    "ValidationError",
    "VersionNotFound",
    "WebhookNotFound",
    "WorkflowExists",
    "WorkflowNotFound",
    "WorkflowNotPublished",
]

_LATE = {"Emulator": "emulator", "DefinitionNotFound": "emulator", "Run": "facade.run", "Client": "account.tokens"}


def __getattr__(name: str) -> object:
    """The engine is imported when it is asked for: a command line that prints its help needs none of it."""
    from importlib import import_module

    if name in _LATE:
        return getattr(import_module(f"{__name__}.{_LATE[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
