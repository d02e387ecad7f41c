"""The shapes of the wire: what stands in an answer's `data`, keys in the document's order."""

from collections.abc import Iterable, Mapping
from typing import Any

from interactor_emulator.clock import timestamp
from interactor_emulator.definition.validate import Finding
from interactor_emulator.projections.visits import Visit, visits
from interactor_emulator.state.deliveries import Subscription
from interactor_emulator.state.events import Event
from interactor_emulator.state.instance import MAIN_THREAD, Instance, Thread, Version
from interactor_emulator.state.store import File, Workflow

from . import halts

Data = dict[str, Any]


def version(version: Version) -> Data:
    """What creating a workflow or a version answers."""
    return {"name": version.workflow_name, **version_row(version)}


def version_row(version: Version) -> Data:
    return {
        "version_id": version.id,
        "status": "draft" if version.published_ms is None else "published",
        "created_at": timestamp(version.created_ms),
    }


def published(version: Version) -> Data:
    assert version.published_ms is not None
    return {"version_id": version.id, "status": "published", "published_at": timestamp(version.published_ms)}


def validation(errors: Iterable[Finding]) -> Data:
    listed = [error._asdict() for error in errors]
    return {"valid": False, "errors": listed} if listed else {"valid": True}


def workflow_row(workflow: Workflow) -> Data:
    return {
        "name": workflow.name,
        "latest_version_id": workflow.versions[-1].id,
        "published_version_id": None if workflow.published is None else workflow.published.id,
        "created_at": timestamp(workflow.created_ms),
    }


def created(instance: Instance) -> Data:
    """What creating an instance answers."""
    return {**_instance_head(instance), "created_at": timestamp(instance.created_ms)}


def resumed(instance: Instance) -> Data:
    """What resuming an instance answers."""
    return {
        "id": instance.id,
        "status": instance.status,
        "current_state": instance.current_state,
        **halts.options(instance.only_halt),
        "workflow_data": instance.data,
    }


def _instance_head(instance: Instance) -> Data:
    return {
        "id": instance.id,
        "workflow_name": instance.version.workflow_name,
        "version_id": instance.version.id,
        "namespace": instance.namespace,
        "status": instance.status,
        "current_state": instance.current_state,
        **halts.options(instance.only_halt),
        "workflow_data": instance.data,
    }


def cancelled(instance: Instance) -> Data:
    assert instance.cancelled_ms is not None
    return {"id": instance.id, "status": "cancelled", "cancelled_at": timestamp(instance.cancelled_ms)}


def instance(instance: Instance, events: Iterable[Event]) -> Data:
    """The whole instance."""
    data = _instance_head(instance)
    data.update(halts.presentation(instance.only_halt))
    data["threads"] = threads(instance)
    data["history"] = [_visit(visit) for visit in visits(events)]
    if instance.failure is not None:
        data["error"] = f"{instance.failure.error_code}: {instance.failure.message}"
    if instance.cancelled_ms is not None:
        data["cancelled_at"] = timestamp(instance.cancelled_ms)
    data["created_at"] = timestamp(instance.created_ms)
    return data


def instance_row(instance: Instance) -> Data:
    return {
        "id": instance.id,
        "workflow_name": instance.version.workflow_name,
        "status": instance.status,
        "current_state": instance.current_state,
        "created_at": timestamp(instance.created_ms),
    }


def threads(instance: Instance) -> list[Data]:
    return [_thread(thread) for thread in instance.threads.values()]


def threads_in_full(instance: Instance) -> list[Data]:
    """ "In `GET …/threads` of a forked instance each halted thread also has its own"."""
    if not instance.forked:
        return threads(instance)
    return [
        {**_thread(thread), **({} if thread.halted is None else halts.shown(thread.halted))}
        for thread in instance.threads.values()
    ]


def thread_resumed(instance: Instance) -> Data:
    """What resuming a thread answers."""
    return {"id": instance.id, "status": instance.status, "threads": threads(instance)}


def _thread(thread: Thread) -> Data:
    return {"id": thread.id, "status": thread.status, "current_state": thread.state}


def _visit(visit: Visit) -> Data:
    """Members are absent until they are true."""
    data: Data = {"state": visit.state}
    if visit.thread_id != MAIN_THREAD:
        data["thread_id"] = visit.thread_id
    data["entered_at"] = timestamp(visit.entered_ms)
    if visit.exited_ms is not None:
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


def subscription(subscription: Subscription, shown_secret: str | None = None) -> Data:
    """A secret is shown once, where the service itself has made it."""
    return {
        "id": subscription.id,
        "url": subscription.url,
        "events": list(subscription.events),
        **({} if shown_secret is None else {"secret": shown_secret}),
        "namespace_filter": subscription.namespace,
        "status": "active",
        "created_at": timestamp(subscription.created_ms),
    }


def file(file: File) -> Data:
    return {
        "file_id": file.id,
        "field": file.field,
        "filename": file.filename,
        "content_type": file.content_type,
        "size": len(file.content),
        "created_at": timestamp(file.created_ms),
    }


def failure(code: str, message: str, details: Any, request_id: str) -> Mapping[str, Any]:
    """The body of every error: "This standardized format"."""
    return {"error": {"code": code, "message": message, "details": details, "request_id": request_id}}
