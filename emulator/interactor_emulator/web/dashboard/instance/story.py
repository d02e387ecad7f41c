"""What happened to an instance, an event a row: in words, with its logs, calls, changes, and why it went that way."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from interactor_emulator.account.account import Account
from interactor_emulator.adapters.http.caller import Record
from interactor_emulator.jsontext import Json
from interactor_emulator.projections.calls import by_event
from interactor_emulator.projections.explain import Decision
from interactor_emulator.redaction import redact
from interactor_emulator.services import instances
from interactor_emulator.state import events
from interactor_emulator.state.events import Event
from interactor_emulator.state.instance import MAIN_THREAD, Instance
from interactor_emulator.wire import seen

from .moments import changed

MOST = 200
"""Events that are told on one page."""


@dataclass(frozen=True, slots=True)
class Row:
    """One event. `number` is its place from 1 on, `kind` a class of the style sheet."""

    number: int
    event: Event
    kind: str
    thread: str
    said: str
    given: Mapping[str, Json] | None
    changed: Mapping[str, tuple[Json, ...]]
    now: Mapping[str, Json]
    logs: Sequence[str]
    calls: Sequence[Mapping[str, Any]]
    decision: Decision | None


def story(
    account: Account, instance: Instance, happened: Sequence[Event], records: Iterable[Record], until: int
) -> list[Row]:
    """The events up to the place `until`, the latest of them, oldest first."""
    secrets = account.secrets.ever
    why = {each.event_id: each for each in instances.explain(account, instance.id, _CLAUSES)}
    calls = by_event(records, happened)
    rows = []
    for number, event in list(enumerate(happened[:until], 1))[-MOST:]:
        rows.append(
            Row(
                number,
                event,
                kind_of(event),
                getattr(event, "thread_id", MAIN_THREAD),
                redact(words(event), secrets),
                redact(dict(event.input), secrets) if isinstance(event, events.Created | events.Resumed) else None,
                redact(changed(event), secrets),
                redact(_now(event), secrets),
                getattr(event, "logs", ()),
                [seen.request(each, secrets) for each in calls.get(event.id, ())],
                why.get(event.id),
            )
        )
    return rows


_CLAUSES = 2_000


def _now(event: Event) -> Mapping[str, Json]:
    """The members that it changed, as they are after it."""
    changes = event.changes if isinstance(event, events.StepCompleted | events.Resumed) else None
    if changes is None:
        return {}
    return {**changes.added, **{key: new for key, (_old, new) in changes.updated.items()}}


def _took(event: events.StepCompleted) -> str:
    return f", which took {event.duration_ms:,} ms" if event.duration_ms else ""


def _resumed(event: events.Resumed) -> str:
    chosen = "" if event.choice is None else f", who chose {event.choice}"
    return f"{event.cause.by} answered in {event.state}{chosen}"


_SAID: Mapping[type[Event], tuple[str, Callable[[Any], str]]] = {
    events.Created: ("created", lambda it: f"started in {it.initial_state} by {it.cause.by}"),
    events.StateChanged: ("moved", lambda it: f"{it.from_state} → {it.to_state}"),
    events.Forked: ("moved", lambda it: f"forked in {it.from_state}: begins in {it.to_state}"),
    events.JoinEntered: ("waits", lambda it: f"waits in {it.state} for the threads that it forked"),
    events.Joined: ("moved", lambda it: f"ended in {it.from_state}; {it.parent_id} goes on from {it.to_state}"),
    events.StepCompleted: ("step", lambda it: f"{it.state}: {it.step_name} ({it.step_type}) is done{_took(it)}"),
    events.StepFailed: ("failed", lambda it: f"{it.state}: {it.step_name} failed: {it.error_code}: {it.message}"),
    events.RetryScheduled: (
        "retry",
        lambda it: f"{it.state}: {it.error_code}: {it.message}; try {it.attempt} in {it.delay_seconds} s",
    ),
    events.OnEnterFailed: ("failed", lambda it: f"{it.state}: on_enter failed: {it.error_code}: {it.message}"),
    events.Halted: ("halted", lambda it: f"halted in {it.state}" + (f": {it.message}" if it.message else "")),
    events.Resumed: ("resumed", _resumed),
    events.ResumeRefused: (
        "failed",
        lambda it: f"an answer in {it.state} was refused, since no transition holds: {it.input_begins}",
    ),
    events.FileUploaded: ("step", lambda it: f"a file was uploaded for {it.field}: {it.file_id}"),
    events.ThreadCompleted: ("moved", lambda it: f"the thread ended in {it.state}"),
    events.Completed: ("completed", lambda _it: "completed"),
    events.InstanceFailed: ("failed", lambda it: f"{it.state}: {it.error_code}: {it.message}"),
    events.Failed: ("failed", lambda _it: "failed"),
    events.Cancelled: (
        "cancelled",
        lambda it: (
            "cancelled, as somebody asked" if it.reason == "requested" else "cancelled: its time to live was over"
        ),
    ),
}
"""Each kind of event: its class, and what is said of it."""


def kind_of(event: Event) -> str:
    """The class of a row about it."""
    return _SAID[type(event)][0] if type(event) in _SAID else ""


def words(event: Event) -> str:
    """What happened, in a line."""
    said = _SAID.get(type(event))
    return type(event).__name__ if said is None else said[1](event)
