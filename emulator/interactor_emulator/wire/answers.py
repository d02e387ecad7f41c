"""What stands in an answer's `data`: the account's own objects in the shapes of the wire."""

from collections.abc import Iterable
from typing import cast

from interactor_emulator.clock import timestamp
from interactor_emulator.definition.validate import Finding
from interactor_emulator.errors import Details
from interactor_emulator.projections.visits import Visit, visits
from interactor_emulator.state.deliveries import Subscription
from interactor_emulator.state.events import Event
from interactor_emulator.state.instance import MAIN_THREAD, Instance, Thread, Version
from interactor_emulator.state.store import File, Workflow
from interactor_emulator.variants import Variants

from . import halts, shapes
from .owner import owner


def version(version: Version) -> shapes.Version:
    """What creating a workflow or a version answers."""
    return {"name": version.workflow_name, **version_row(version)}


def version_row(version: Version) -> shapes.VersionRow:
    return {
        "version_id": version.id,
        "status": "draft" if version.published_ms is None else "published",
        "created_at": timestamp(version.created_ms),
    }


def published(version: Version) -> shapes.Published:
    assert version.published_ms is not None
    return {"version_id": version.id, "status": "published", "published_at": timestamp(version.published_ms)}


def validation(errors: Iterable[Finding]) -> shapes.Validation:
    listed: list[shapes.DefinitionFault] = [{"path": error.path, "message": error.message} for error in errors]
    return {"valid": False, "errors": listed} if listed else {"valid": True}


def workflow_row(workflow: Workflow) -> shapes.WorkflowRow:
    return {
        "name": workflow.name,
        "latest_version_id": workflow.versions[-1].id,
        "published_version_id": None if workflow.published is None else workflow.published.id,
        "created_at": timestamp(workflow.created_ms),
    }


def created(found: Instance, events: Iterable[Event], variants: Variants) -> shapes.Created:
    """What creating an instance answers; "as Get does" is a variant."""
    if variants.answers == "whole":
        return instance(found, events, variants)
    return {**_head(found, variants), "created_at": timestamp(found.created_ms)}


def resumed(found: Instance, events: Iterable[Event], variants: Variants) -> shapes.Resumed:
    """What resuming an instance answers; "as Get does" is a variant."""
    return instance(found, events, variants) if variants.answers == "whole" else _resumed(found)


def _resumed(instance: Instance) -> shapes.Resumed:
    return {
        "id": instance.id,
        "status": instance.status,
        "current_state": instance.current_state,
        **halts.options(instance.shown_halt),
        "workflow_data": instance.data,
    }


def _head(instance: Instance, variants: Variants) -> shapes.InstanceHead:
    return {
        "id": instance.id,
        "workflow_name": instance.version.workflow_name,
        "version_id": instance.version.id,
        **owner(instance, variants),
        "status": instance.status,
        "current_state": instance.current_state,
        **halts.options(instance.shown_halt),
        "workflow_data": instance.data,
    }


def cancelled(instance: Instance) -> shapes.Cancelled:
    assert instance.cancelled_ms is not None
    return {"id": instance.id, "status": "cancelled", "cancelled_at": timestamp(instance.cancelled_ms)}


def instance(instance: Instance, events: Iterable[Event], variants: Variants) -> shapes.Instance:
    """The whole instance."""
    return {
        **_head(instance, variants),
        **halts.presentation(instance.shown_halt),
        "threads": threads(instance, variants),
        "history": [_visit(visit) for visit in visits(events)],
        **_ended(instance),
        "created_at": timestamp(instance.created_ms),
    }


def _ended(instance: Instance) -> shapes.Ended:
    data: shapes.Ended = {}
    if instance.failure is not None:
        data["error"] = f"{instance.failure.error_code}: {instance.failure.message}"
    if instance.cancelled_ms is not None:
        data["cancelled_at"] = timestamp(instance.cancelled_ms)
    return data


def instance_row(instance: Instance) -> shapes.InstanceRow:
    return {
        "id": instance.id,
        "workflow_name": instance.version.workflow_name,
        "status": instance.status,
        "current_state": instance.current_state,
        "created_at": timestamp(instance.created_ms),
    }


def threads(instance: Instance, variants: Variants) -> list[shapes.Thread]:
    return [_thread(thread, variants) for thread in instance.threads.values()]


def thread_rows(instance: Instance, variants: Variants) -> list[shapes.ThreadRow]:
    """The list of threads: three members each, as in the document; what each shows as well is a variant."""
    return [_row(thread, variants) for thread in instance.threads.values()]


def _row(thread: Thread, variants: Variants) -> shapes.ThreadRow:
    shown: shapes.Shown = {}
    if variants.thread_rows == "whole" and thread.halted is not None:
        shown = halts.shown(thread.halted)
    return {**_thread(thread, variants), **shown}


def thread_resumed(instance: Instance, variants: Variants) -> shapes.ThreadResumed:
    """What resuming a thread answers."""
    return {"id": instance.id, "status": instance.status, "threads": threads(instance, variants)}


def _thread(thread: Thread, variants: Variants) -> shapes.Thread:
    """ "running", "halted" or "completed" are all that the document's type of a thread has; that one which a failure or
    a cancel has stopped is `completed` is inferred, and a variant."""
    status = thread.status
    if status in ("failed", "cancelled") and variants.thread_ends == "completed":
        status = "completed"
    return {"id": thread.id, "status": cast(shapes.ThreadStatus, status), "current_state": thread.state}


def _visit(visit: Visit) -> shapes.Visit:
    """Members are absent until they are true."""
    entered_at = timestamp(visit.entered_ms)
    data: shapes.Visit = {"state": visit.state, "entered_at": entered_at}
    if visit.thread_id != MAIN_THREAD:
        data = {"state": visit.state, "thread_id": visit.thread_id, "entered_at": entered_at}
    if visit.exited_ms is not None and visit.transition is not None:
        data["exited_at"] = timestamp(visit.exited_ms)
        data["transition"] = visit.transition
    if visit.logs:
        data["logs"] = visit.logs
    if visit.duration_ms is not None:
        data["duration_ms"] = visit.duration_ms
    if visit.resumed is not None:
        data["input_received"] = visit.resumed.input
        data["resumed_at"] = timestamp(visit.resumed.at_ms)
        data["resumed_by"] = visit.resumed.cause.by
    return data


def subscription(subscription: Subscription, shown_secret: str | None = None) -> shapes.Subscription:
    """A secret is shown once, where the service itself has made it."""
    shown: shapes.ShownSecret = {} if shown_secret is None else {"secret": shown_secret}
    return {
        "id": subscription.id,
        "url": subscription.url,
        **shown,
        "events": list(subscription.events),
        "namespace_filter": subscription.namespace,
        "status": "active",
        "created_at": timestamp(subscription.created_ms),
    }


def file(file: File) -> shapes.File:
    return {
        "file_id": file.id,
        "field": file.field,
        "filename": file.filename,
        "content_type": file.content_type,
        "size": len(file.content),
        "created_at": timestamp(file.created_ms),
    }


def failure(code: str, message: str, details: Details, request_id: str) -> shapes.Error:
    """The body of every error: "This standardized format"."""
    return {"error": {"code": code, "message": message, "details": details, "request_id": request_id}}
