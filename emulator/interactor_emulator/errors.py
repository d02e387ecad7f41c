"""The tree of errors that a client can cause: code, HTTP status and message of each.

    InteractorError
    ├── Unauthorized              401 unauthorized
    ├── Forbidden                 403 forbidden
    ├── RateLimited               429 rate_limited
    ├── NotFound                  404 not_found
    │   ├── WorkflowNotFound          workflow_not_found
    │   ├── VersionNotFound           version_not_found
    │   ├── InstanceNotFound          instance_not_found
    │   ├── ThreadNotFound            thread_not_found
    │   └── EventNotFound             event_not_found
    ├── ValidationError           400 validation_error
    ├── CutOff                    400 incomplete_request
    ├── InvalidCursor             400 invalid_cursor
    ├── UnsupportedMediaType      415 unsupported_media_type
    ├── PayloadTooLarge           413 payload_too_large
    ├── InvalidWorkflow           400 invalid_workflow
    ├── WorkflowExists            409 workflow_exists
    ├── AlreadyPublished          400 already_published
    ├── WorkflowNotPublished      400 workflow_not_published
    ├── NamespaceQuotaExceeded    429 namespace_quota_exceeded
    ├── InstanceNotHalted         400 instance_not_halted
    ├── InstanceNotActive         400 instance_not_active
    ├── ConcurrentModification    409 concurrent_modification
    ├── IdempotencyConflict       409 idempotency_conflict
    ├── InvalidTransition         400 invalid_transition
    └── ExecutionFailed           500 script_error, script_timeout, http_error, http_timeout, internal_error

Each is raised where the mistake is noticed, and becomes JSON in one place (`web/failures.py`).
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

Details = Mapping[str, Any] | Sequence[Mapping[str, Any]] | None


class WrongValue(ValueError):
    """What a rule that a test sets does not take; `member` is where the control API has it: no answer of the API."""

    def __init__(self, member: str, message: str) -> None:
        super().__init__(message)
        self.member = member


class InteractorError(Exception):
    """An answer that is not a success. `details` is the JSON value of that name in the error body."""

    code: ClassVar[str] = "internal_error"
    status: ClassVar[int] = 500

    def __init__(self, message: str, details: Details = None) -> None:
        super().__init__(message)
        self.message = message
        self.details = details


class Unauthorized(InteractorError):
    """`why` and `hint` go into the diagnostics: the answer is the same for all."""

    code, status = "unauthorized", 401

    def __init__(self, why: str = "its token cannot be read", hint: str = "POST /oauth/token gives one") -> None:
        super().__init__("Missing or invalid access token")
        self.why = why
        self.hint = hint


class Forbidden(InteractorError):
    code, status = "forbidden", 403

    @classmethod
    def scope(cls, scope: str) -> "Forbidden":
        return cls(f"Requires scope {scope}")

    @classmethod
    def namespace(cls, namespace: str | None) -> "Forbidden":
        return cls(f"Token does not own namespace '{namespace}'")


class RateLimited(InteractorError):
    """`retry_after` is in seconds, for the header of that name."""

    code, status = "rate_limited", 429

    def __init__(self, retry_after: int) -> None:
        super().__init__("Rate limit exceeded")
        self.retry_after = retry_after


class NotFound(InteractorError):
    code, status = "not_found", 404

    def __init__(self, message: str = "Resource not found") -> None:
        super().__init__(message)


class WorkflowNotFound(NotFound):
    code = "workflow_not_found"

    def __init__(self, name: str) -> None:
        super().__init__(f"Workflow '{name}' not found")
        self.name = name


class WebhookNotFound(NotFound):
    code = "webhook_not_found"

    def __init__(self, subscription_id: str) -> None:
        super().__init__(f"Webhook '{subscription_id}' not found")


class VersionNotFound(NotFound):
    code = "version_not_found"

    def __init__(self, version_id: str) -> None:
        super().__init__(f"Version '{version_id}' not found")


class InstanceNotFound(NotFound):
    code = "instance_not_found"

    def __init__(self, instance_id: str) -> None:
        super().__init__(f"Instance '{instance_id}' not found")


class ThreadNotFound(NotFound):
    code = "thread_not_found"

    def __init__(self, thread_id: str) -> None:
        super().__init__(f"Thread '{thread_id}' not found")


class EventNotFound(NotFound):
    code = "event_not_found"

    def __init__(self, event_id: str) -> None:
        super().__init__(f"Event '{event_id}' not found")


class InvalidCursor(InteractorError):
    code, status = "invalid_cursor", 400

    def __init__(self) -> None:
        super().__init__("Cursor is not one that this API has given")


class ValidationError(InteractorError):
    """A request whose body or query is not what the endpoint takes: one detail for each field."""

    code, status = "validation_error", 400

    def __init__(self, *faults: tuple[str, str]) -> None:
        """`faults` are pairs of a field and what is wrong with it; the field of the body itself is ``body``."""
        super().__init__("Invalid request", [{"field": field, "message": message} for field, message in faults])
        self.faults = faults

    def __str__(self) -> str:
        """For whoever sees it in Python: every field, a line each."""
        return "\n".join([self.message, *(f"  {field}: {message}" for field, message in self.faults)])


class CutOff(InteractorError):
    """The client left before its request was whole. Nobody is there to read this answer; nothing was done."""

    code, status = "incomplete_request", 400

    def __init__(self) -> None:
        super().__init__("The request ended before its body did")


class UnsupportedMediaType(InteractorError):
    code, status = "unsupported_media_type", 415

    def __init__(self, message: str = "Content-Type must be application/json") -> None:
        super().__init__(message)


class PayloadTooLarge(InteractorError):
    code, status = "payload_too_large", 413

    def __init__(self, what: str, limit_bytes: int) -> None:
        super().__init__(f"{what} exceeds the limit of {limit_bytes} bytes")


class InvalidWorkflow(InteractorError):
    code, status = "invalid_workflow", 400

    def __init__(self, errors: Sequence[Mapping[str, str]]) -> None:
        super().__init__("Workflow definition is invalid", {"errors": errors})
        self.errors = errors

    @classmethod
    def too_long(cls, limit_bytes: int) -> "InvalidWorkflow":
        """ "Max workflow definition size | 1 MB | Total JSON size": it has one error then, and is not looked at."""
        return cls([{"path": "", "message": f"Definition exceeds the limit of {limit_bytes} bytes"}])

    def __str__(self) -> str:
        """For whoever sees it in Python: every error, a line each."""
        return "\n".join([self.message, *(f"  {error['path']}: {error['message']}" for error in self.errors)])


class WorkflowExists(InteractorError):
    code, status = "workflow_exists", 409

    def __init__(self, name: str) -> None:
        super().__init__(f"Workflow '{name}' already exists")


class AlreadyPublished(InteractorError):
    code, status = "already_published", 400

    def __init__(self, version_id: str) -> None:
        super().__init__(f"Version '{version_id}' is already published")


class WorkflowNotPublished(InteractorError):
    code, status = "workflow_not_published", 400

    def __init__(self, name: str) -> None:
        super().__init__(f"Workflow '{name}' has no published version")


class NamespaceQuotaExceeded(InteractorError):
    code, status = "namespace_quota_exceeded", 429

    def __init__(self, namespace: str | None, limit: int) -> None:
        super().__init__(f"Namespace '{namespace}' has reached its limit of {limit} active instances")


class InstanceNotHalted(InteractorError):
    code, status = "instance_not_halted", 400

    def __init__(self, instance_id: str, status: str, halted: Sequence[str] = ()) -> None:
        """`halted` are the threads that are, when several are or another one runs."""
        message = f"Instance '{instance_id}' is not halted (status: {status})"
        if halted:
            where = f"POST /workflows/instances/{instance_id}/threads/{{thread_id}}/resume"
            message = f"{message}; resume one of its threads ({', '.join(halted)}) with {where}"
        super().__init__(message)

    @classmethod
    def thread(cls, instance_id: str, thread_id: str, status: str) -> "InstanceNotHalted":
        error = cls(instance_id, status)
        error.message = f"Thread '{thread_id}' of instance '{instance_id}' is not halted (status: {status})"
        error.args = (error.message,)
        return error


class InstanceNotActive(InteractorError):
    code, status = "instance_not_active", 400

    def __init__(self, instance_id: str, status: str) -> None:
        super().__init__(f"Instance '{instance_id}' is not active (status: {status})")


class ConcurrentModification(InteractorError):
    """Another answer to the same thread was being processed, and won."""

    code, status = "concurrent_modification", 409

    def __init__(self, current_state: str, expected_state: str) -> None:
        details = {"current_state": current_state, "expected_state": expected_state}
        super().__init__("Instance was modified by another request", details)


class IdempotencyConflict(InteractorError):
    """A key that comes with another request; only where the variant `idempotent_other_body` says so."""

    code, status = "idempotency_conflict", 409

    def __init__(self) -> None:
        super().__init__("Idempotency-Key was used with another request")


class InvalidTransition(InteractorError):
    """No transition holds. On a resume nothing has changed; in an action state the instance has failed."""

    code, status = "invalid_transition", 400


class ExecutionFailed(InteractorError):
    """An instance that failed while the request ran it."""

    code, status = "internal_error", 500


class ScriptError(ExecutionFailed):
    code = "script_error"


class ScriptTimeout(ExecutionFailed):
    code = "script_timeout"


class HttpError(ExecutionFailed):
    code = "http_error"


class HttpTimeout(ExecutionFailed):
    code = "http_timeout"


FAILURES: Mapping[str, type[InteractorError]] = {
    cls.code: cls for cls in (InvalidTransition, ExecutionFailed, ScriptError, ScriptTimeout, HttpError, HttpTimeout)
}
"""What an instance can fail of, by its code."""
