"""Endpoints of the history: events, a single event, errors over all workflows."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from typing import get_args

from interactor_emulator import bounds, notices
from interactor_emulator.errors import EventNotFound, InvalidCursor, ValidationError
from interactor_emulator.jsontext import size
from interactor_emulator.projections import history
from interactor_emulator.state.events import Noticed
from interactor_emulator.state.instance import Instance
from interactor_emulator.web.call import Answer, Call, instant_of, page_size
from interactor_emulator.wire import history as history_shapes
from interactor_emulator.wire import shapes

from .instances import owned

_TYPES = get_args(history.Type)
_EVENT_ID_CHARACTERS = 30


def index(call: Call) -> Answer:
    instance, query = owned(call), call.query
    _look_at_thread(call, instance, query.get("thread"))
    wanted = history.Query(
        types=_types(query.get("types")),
        since_ms=instant_of(query, "since"),
        until_ms=instant_of(query, "until"),
        thread=query.get("thread"),
        state=query.get("state"),
        inclusive=_inclusive(call),
    )
    page = history.page(
        call.account.journal.of_instance(instance.id),
        wanted,
        _after(query.get("cursor")),
        page_size(query),
        include_data=_include_data(query),
    )
    events = _fitting(page)
    last_id = page.last_id if len(events) == len(page.entries) else events[-1]["id"]
    return Answer(
        {
            "instance_id": instance.id,
            "workflow_id": call.account.store.workflows[instance.version.workflow_name].id,
            "status": instance.status,
            "events": events,
            "pagination": {
                "has_more": last_id is not None,
                "next_cursor": None if last_id is None else _cursor(last_id),
            },
        }
    )


def _look_at_thread(call: Call, instance: Instance, thread_id: str | None) -> None:
    """ "An unknown thread gives none, and a diagnostic"."""
    if thread_id is not None and thread_id not in instance.threads:
        values = {"instance": instance.id, "thread": thread_id, "threads": ", ".join(instance.threads)}
        notice = Noticed.of(notices.UNKNOWN_THREAD, request_id=call.request_id, **values)
        call.account.journal.notice(notice, instance.id)


def _fitting(page: history.Page) -> list[shapes.Event]:
    """The events of a page, or the first of them, where each has changed so much that all would hold up everybody."""
    events: list[shapes.Event] = []
    left = bounds.PAGE.most
    for each in page.entries:
        events.append(history_shapes.entry(each))
        left -= size(events[-1])
        if left < 0:
            break
    return events


def show(call: Call) -> Answer:
    instance, event_id = owned(call), call.params["event_id"]
    happened = call.account.journal.of_instance(instance.id)
    entry = history.entry(happened, event_id, include_data=_include_data(call.query))
    if entry is None:
        raise EventNotFound(event_id)
    return Answer(history_shapes.entry(entry))


def errors(call: Call) -> Answer:
    query = call.query
    since_ms = instant_of(query, "since")
    if since_ms is None:
        raise ValidationError(("since", "since is required: an ISO 8601 time like 2026-01-20T12:00:00Z"))
    wanted = history.Query(since_ms=since_ms, until_ms=instant_of(query, "until"), inclusive=_inclusive(call))
    account, name, code = call.account, query.get("workflow_name"), query.get("error_code")
    rows = history.errors(account.journal, account.store.instances, wanted, name, code)
    namespaces = call.principal.namespaces
    seen = [
        (instance.version.workflow_name, event)
        for instance, event in rows
        if namespaces is None or instance.namespace in namespaces
    ]
    return Answer(history_shapes.errors(seen))


def _inclusive(call: Call) -> bool:
    """ "Events after this time", "before this time"."""
    return call.account.variants.history_bounds == "inclusive"


def _types(text: str | None) -> frozenset[str] | None:
    if text is None:
        return None
    types = frozenset(each.strip() for each in text.split(","))
    if unknown := types - set(_TYPES):
        raise ValidationError(("types", f"unknown type '{min(unknown)}'; there are {', '.join(_TYPES)}"))
    return types


def _include_data(query: Mapping[str, str]) -> bool:
    text = query.get("include_data", "false")
    if text not in ("true", "false"):
        raise ValidationError(("include_data", "include_data must be true or false"))
    return text == "true"


def _cursor(event_id: str) -> str:
    """ "Pagination cursor": opaque, so that nobody reads it; it names the last event that was shown."""
    return urlsafe_b64encode(event_id.encode()).decode().rstrip("=")


def _after(cursor: str | None) -> str | None:
    if cursor is None:
        return None
    try:
        event_id = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
    except ValueError:
        raise InvalidCursor from None
    if len(event_id) != _EVENT_ID_CHARACTERS or not event_id.startswith("evt_"):
        raise InvalidCursor
    return event_id
