"""The tree of errors that a client can cause: code, HTTP status and message of each.

A class says when it is answered, and then what to do: `docs/reference/errors.md` is written from that. Each is raised
where the mistake is noticed, and becomes JSON in one place (`web/respond.py`).
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
    """An answer that is not a success, as the API gives it, raised where the same is done in Python.

    `message` is for people, and `details` is the JSON value of that name in the error body, None where it has none.
    """

    code: ClassVar[str] = "internal_error"
    """What programs look at."""
    status: ClassVar[int] = 500
    """The HTTP status."""

    def __init__(self, message: str, details: Details = None) -> None:
        super().__init__(message)
        self.message = message
        self.details = details


class Unauthorized(InteractorError):
    """There is no access token, or one that is malformed, expired, revoked or signed by somebody else.

    Ask for one at `POST /oauth/token`; which of these it was stands in the diagnostics (`why` and `hint`)."""

    code, status = "unauthorized", 401

    def __init__(self, why: str = "its token cannot be read", hint: str = "POST /oauth/token gives one") -> None:
        super().__init__("Missing or invalid access token")
        self.why = why
        self.hint = hint


class Forbidden(InteractorError):
    """The token lacks the scope of the operation, or does not own the namespace of the instance.

    Ask for a token with the scope that the message names, or for that namespace."""

    code, status = "forbidden", 403

    @classmethod
    def scope(cls, scope: str) -> "Forbidden":
        """For want of this scope."""
        return cls(f"Requires scope {scope}")

    @classmethod
    def namespace(cls, namespace: str | None) -> "Forbidden":
        """For want of this namespace."""
        return cls(f"Token does not own namespace '{namespace}'")


class RateLimited(InteractorError):
    """The client has made more requests in this minute than its rate allows.

    Wait for the seconds in `Retry-After` (`retry_after`), and look at `X-RateLimit-Remaining` before."""

    code, status = "rate_limited", 429

    def __init__(self, retry_after: int) -> None:
        super().__init__("Rate limit exceeded")
        self.retry_after = retry_after


class NotFound(InteractorError):
    """There is no such path, or it has not this method.

    Compare it with the table of calls; the diagnostic `unknown_path` names the nearest one."""

    code, status = "not_found", 404

    def __init__(self, message: str = "Resource not found") -> None:
        super().__init__(message)


class WorkflowNotFound(NotFound):
    """No workflow has this name.

    Create and publish it first; the diagnostic `unknown_workflow` names the nearest one."""

    code = "workflow_not_found"

    def __init__(self, name: str) -> None:
        super().__init__(f"Workflow '{name}' not found")
        self.name = name


class WebhookNotFound(NotFound):
    """No subscription has this id, or it reaches further than the token.

    Take the id that creating it, or the list of subscriptions, has shown."""

    code = "webhook_not_found"

    def __init__(self, subscription_id: str) -> None:
        super().__init__(f"Webhook '{subscription_id}' not found")


class VersionNotFound(NotFound):
    """The workflow has no version of this id.

    Take the `version_id` that creating it, or the list of versions, has shown."""

    code = "version_not_found"

    def __init__(self, version_id: str) -> None:
        super().__init__(f"Version '{version_id}' not found")


class InstanceNotFound(NotFound):
    """No instance has this id in this account.

    Take the `id` that the create has answered; a reset forgets all instances."""

    code = "instance_not_found"

    def __init__(self, instance_id: str) -> None:
        super().__init__(f"Instance '{instance_id}' not found")


class ThreadNotFound(NotFound):
    """The instance has no thread of this id.

    Take an id from the list of its threads: `thread_main`, or `thread_` and a name."""

    code = "thread_not_found"

    def __init__(self, thread_id: str) -> None:
        super().__init__(f"Thread '{thread_id}' not found")


class EventNotFound(NotFound):
    """The instance has no event of this id.

    Take an id from its history."""

    code = "event_not_found"

    def __init__(self, event_id: str) -> None:
        super().__init__(f"Event '{event_id}' not found")


class InvalidCursor(InteractorError):
    """A `cursor` is none that this API has given out.

    Take the cursor of the page before as it is, or begin without one."""

    code, status = "invalid_cursor", 400

    def __init__(self) -> None:
        super().__init__("Cursor is not one that this API has given")


class ValidationError(InteractorError):
    """The body or the query of a request is not what the operation takes; `details` have an entry with `field` and
    `message` for each fault.

    Mend every field that is named; with the variant `validation_status` its status may be 422."""

    code, status = "validation_error", 400

    def __init__(self, *faults: tuple[str, str]) -> None:
        """`faults` are pairs of a field and what is wrong with it; the field of the body itself is ``body``."""
        super().__init__("Invalid request", [{"field": field, "message": message} for field, message in faults])
        self.faults = faults

    def __str__(self) -> str:
        """For whoever sees it in Python: every field, a line each."""
        return "\n".join([self.message, *(f"  {field}: {message}" for field, message in self.faults)])


class CutOff(InteractorError):
    """The client left before its request was whole. Nobody is there to read this answer; nothing was done.

    Send it again."""

    code, status = "incomplete_request", 400

    def __init__(self) -> None:
        super().__init__("The request ended before its body did")


class UnsupportedMediaType(InteractorError):
    """A body comes with another content type than `application/json` (`multipart/form-data` for a file), or a file has
    a type that its field does not accept.

    Send the header `Content-Type: application/json`."""

    code, status = "unsupported_media_type", 415

    def __init__(self, message: str = "Content-Type must be application/json") -> None:
        super().__init__(message)


class PayloadTooLarge(InteractorError):
    """A body, an input, a file or the `workflow_data` that would come of an answer is over its limit; the message
    names which, and the limit in bytes.

    Send less, or keep a reference in place of the thing itself."""

    code, status = "payload_too_large", 413

    def __init__(self, what: str, limit_bytes: int) -> None:
        super().__init__(f"{what} exceeds the limit of {limit_bytes} bytes")


class InvalidWorkflow(InteractorError):
    """A definition has faults; `details.errors` have `path` and `message` of each, in the order of the document.

    Mend each at its path; `interactor-emulator validate` shows them with line and column."""

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
    """A workflow of this name is there already.

    Add a version to it with `POST /workflows/{name}/versions`."""

    code, status = "workflow_exists", 409

    def __init__(self, name: str) -> None:
        super().__init__(f"Workflow '{name}' already exists")


class AlreadyPublished(InteractorError):
    """The version is the published one already.

    Nothing is left to do."""

    code, status = "already_published", 400

    def __init__(self, version_id: str) -> None:
        super().__init__(f"Version '{version_id}' is already published")


class WorkflowNotPublished(InteractorError):
    """An instance is to be created of a workflow that has only drafts.

    Publish a version with `POST /workflows/{name}/versions/{version_id}/publish`."""

    code, status = "workflow_not_published", 400

    def __init__(self, name: str) -> None:
        super().__init__(f"Workflow '{name}' has no published version")


class NamespaceQuotaExceeded(InteractorError):
    """The namespace has as many active instances as it may have.

    Let some come to an end, or cancel them."""

    code, status = "namespace_quota_exceeded", 429

    def __init__(self, namespace: str | None, limit: int) -> None:
        super().__init__(f"Namespace '{namespace}' has reached its limit of {limit} active instances")


class InstanceNotHalted(InteractorError):
    """An answer comes to an instance, or a thread of it, that waits for none: it runs, or is over.

    Get the instance and look at its `status` before; where one of several threads waits, resume that one."""

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
        """The same of one thread."""
        error = cls(instance_id, status)
        error.message = f"Thread '{thread_id}' of instance '{instance_id}' is not halted (status: {status})"
        error.args = (error.message,)
        return error


class InstanceNotActive(InteractorError):
    """An instance is to be cancelled that is over.

    Nothing is left to do."""

    code, status = "instance_not_active", 400

    def __init__(self, instance_id: str, status: str) -> None:
        super().__init__(f"Instance '{instance_id}' is not active (status: {status})")


class ConcurrentModification(InteractorError):
    """Another answer to the same thread was being processed, and won; `details` have `current_state` and
    `expected_state`.

    Get the instance, and decide anew."""

    code, status = "concurrent_modification", 409

    def __init__(self, current_state: str, expected_state: str) -> None:
        details = {"current_state": current_state, "expected_state": expected_state}
        super().__init__("Instance was modified by another request", details)


class IdempotencyConflict(InteractorError):
    """A key that was used comes with another request; only where the variant `idempotent_other_body` is `conflict`.

    Give each request a key of its own, and the same one to its repeats."""

    code, status = "idempotency_conflict", 409

    def __init__(self) -> None:
        super().__init__("Idempotency-Key was used with another request")


class InvalidTransition(InteractorError):
    """No transition of the state holds. After a resume nothing has changed, and the instance waits as before; in an
    action state the instance has failed.

    See what each condition saw (`interactor-emulator run --explain`, `run.explain()`); a last transition without a
    condition takes the rest."""

    code, status = "invalid_transition", 400


class ExecutionFailed(InteractorError):
    """The instance failed over something that is no fault of a script or a call: a loop without a halt, too many
    threads, a text that is too long.

    Read the message; the diagnostics name the place."""


class ScriptError(ExecutionFailed):
    """A script has thrown, returned what is no JSON object, or made `workflow_data` too large.

    Try the state alone: `interactor-emulator test-state FILE STATE`."""

    code = "script_error"


class ScriptTimeout(ExecutionFailed):
    """A script has run longer than it may.

    Move heavy work to a service of your own, and call it by HTTP logic."""

    code = "script_timeout"


class HttpError(ExecutionFailed):
    """HTTP logic was answered with another status than 2xx, or with nothing; `details` have `method`, `url`,
    `http_status` and `body`.

    Where nothing allowed the call, set a stub, a route or `allow_egress`; else look at what was answered."""

    code = "http_error"


class HttpTimeout(ExecutionFailed):
    """HTTP logic was not answered in time.

    Answer sooner, set `timeout`, or `retry`."""

    code = "http_timeout"


FAILURES: Mapping[str, type[InteractorError]] = {
    cls.code: cls for cls in (InvalidTransition, ExecutionFailed, ScriptError, ScriptTimeout, HttpError, HttpTimeout)
}
"""What an instance can fail of, by its code."""
