"""The history of an instance, as the API tells it: which events it has, what each changed, the data after each.

Nothing of this is stored: steps and resumes keep what they changed, and the rest is put together from that when
somebody asks.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Literal

from interactor_emulator.jsontext import Json, equal
from interactor_emulator.state import events
from interactor_emulator.state.events import Changes, Event, ThreadEvent
from interactor_emulator.state.instance import MAIN_THREAD, Instance, merge
from interactor_emulator.state.journal import Journal

Type = Literal["transition", "step", "halt", "error", "lifecycle"]

KINDS: Mapping[type[Event], tuple[Type, str]] = {
    events.Created: ("lifecycle", "created"),
    events.Completed: ("lifecycle", "completed"),
    events.Failed: ("lifecycle", "failed"),
    events.Cancelled: ("lifecycle", "cancelled"),
    events.StateChanged: ("transition", "state_change"),
    events.Forked: ("transition", "fork"),
    events.Joined: ("transition", "join"),
    events.StepCompleted: ("step", "completed"),
    events.StepFailed: ("step", "failed"),
    events.Halted: ("halt", "waiting"),
    events.OnEnterFailed: ("error", "step_failed"),
    events.InstanceFailed: ("error", "instance_failed"),
}
"""What the history tells of, each with its type and subtype; all other events are the emulator's own."""

_CHANGING = (events.StepCompleted, events.Resumed)
_STATES = ("state", "from_state", "to_state", "initial_state")


@dataclass(frozen=True, slots=True)
class Query:
    """Which events to show: all conditions hold, None means any.

    `since_ms` and `until_ms` are "after" and "before", exclusive unless `inclusive`, and compared with whole seconds,
    as a client sees them.
    """

    types: frozenset[str] | None = None
    since_ms: int | None = None
    until_ms: int | None = None
    thread: str | None = None
    state: str | None = None
    inclusive: bool = False

    def accepts(self, event: Event) -> bool:
        kind = KINDS.get(type(event))
        if kind is None or (self.types is not None and kind[0] not in self.types):
            return False
        if not self._is_in_time(event.at_ms - event.at_ms % 1000):
            return False
        if self.thread is not None and getattr(event, "thread_id", MAIN_THREAD) != self.thread:
            return False
        return self.state is None or any(getattr(event, name, None) == self.state for name in _STATES)

    def _is_in_time(self, seen_ms: int) -> bool:
        if self.inclusive and seen_ms in (self.since_ms, self.until_ms):
            return (self.since_ms or seen_ms) <= seen_ms <= (self.until_ms or seen_ms)
        after = self.since_ms is None or seen_ms > self.since_ms
        return after and (self.until_ms is None or seen_ms < self.until_ms)


@dataclass(frozen=True, slots=True)
class Entry:
    """One event of the history: `changes` are a step's or a transition's, `data` is `workflow_data` after it."""

    event: Event
    changes: Changes | None = None
    data: Mapping[str, Json] | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Some events, oldest first; `last_id` is that of the last one if more follow, else None."""

    entries: list[Entry] = field(default_factory=list)
    last_id: str | None = None


def page(happened: Sequence[Event], query: Query, after: str | None, limit: int, *, include_data: bool) -> Page:
    """At most `limit` events that the query accepts, from the one after the id `after` on.

    An event keeps its place for ever, so pages fit together also while new events arrive.
    """
    first = 0 if after is None else bisect_right(happened, after, key=_id)
    accepted = (at for at in range(first, len(happened)) if query.accepts(happened[at]))
    found = list(islice(accepted, limit + 1))
    shown = found[:limit]
    data: Iterable[Mapping[str, Json] | None] = _data_at(happened, shown) if include_data else (None for _ in shown)
    entries = [Entry(happened[at], _changes(happened, at), each) for at, each in zip(shown, data, strict=True)]
    return Page(entries, happened[shown[-1]].id if len(found) > limit else None)


def entry(happened: Sequence[Event], event_id: str, *, include_data: bool) -> Entry | None:
    """The event of that id, if the history tells of it."""
    at = bisect_right(happened, event_id, key=_id) - 1
    if at < 0 or happened[at].id != event_id or type(happened[at]) not in KINDS:
        return None
    data = next(_data_at(happened, [at])) if include_data else None
    return Entry(happened[at], _changes(happened, at), data)


def _id(event: Event) -> str:
    return event.id


def _data_at(happened: Sequence[Event], places: Iterable[int]) -> Iterator[Mapping[str, Json]]:
    """The data after each of these places, which are in order."""
    data: dict[str, Json] = {}
    done = 0
    for at in places:
        for event in islice(happened, done, at + 1):
            if isinstance(event, _CHANGING) and event.changes is not None:
                merge(data, event.changes)
        done = at + 1
        yield dict(data)


def _changes(happened: Sequence[Event], at: int) -> Changes | None:
    event = happened[at]
    compose = _COMPOSED.get(type(event))
    return None if compose is None else compose(happened, at)


def _of_step(happened: Sequence[Event], at: int) -> Changes | None:
    event = happened[at]
    assert isinstance(event, events.StepCompleted)
    return event.changes


def _since_entered(happened: Sequence[Event], at: int) -> Changes | None:
    """All that changed since the thread that takes this transition entered the state that it leaves.

    That is also what other threads changed meanwhile: whoever adds up transitions has the data as it is.
    """
    leaving = happened[at]
    assert isinstance(leaving, events.StateChanged | events.Forked)
    mover = leaving.parent_id if isinstance(leaving, events.Forked) else leaving.thread_id
    parts: list[Changes] = []
    shared = False
    for place in range(at - 1, -1, -1):
        event = happened[place]
        if not isinstance(event, ThreadEvent):
            continue
        if isinstance(event, _CHANGING) and event.changes is not None:
            parts.append(event.changes)
        if event.thread_id == mover:
            if isinstance(event, events.StateChanged | events.Created | events.Forked):
                break
        else:
            shared = True
    return _composed(reversed(parts), keep_unchanged=shared)


def _composed(parts: Iterable[Changes], *, keep_unchanged: bool) -> Changes | None:
    """Several changes as one. What was changed and changed back counts only if a transition of another thread may have
    told of it in between."""
    added: dict[str, Json] = {}
    updated: dict[str, tuple[Json, Json]] = {}
    for part in parts:
        added.update(part.added)
        for key, (old, new) in part.updated.items():
            if key in added:
                added[key] = new
            else:
                updated[key] = (updated[key][0] if key in updated else old, new)
    if not keep_unchanged:
        updated = {key: both for key, both in updated.items() if not equal(*both)}
    return Changes(added, updated) if added or updated else None


_COMPOSED: Mapping[type[Event], Callable[[Sequence[Event], int], Changes | None]] = {
    events.StepCompleted: _of_step,
    events.StateChanged: _since_entered,
    events.Forked: _since_entered,
}


Error = events.OnEnterFailed | events.InstanceFailed


def errors(
    journal: Journal,
    instances: Mapping[str, Instance],
    wanted: Query,
    workflow_name: str | None,
    error_code: str | None,
) -> Iterator[tuple[Instance, Error]]:
    """What went wrong over all instances, newest first, each with its instance; None means any."""
    found: list[Error] = [*journal.of_kind(events.InstanceFailed), *journal.of_kind(events.OnEnterFailed)]
    for event in sorted(found, key=_id, reverse=True):
        instance = instances[event.instance_id]
        if (
            wanted.accepts(event)
            and workflow_name in (None, instance.version.workflow_name)
            and error_code in (None, event.error_code)
        ):
            yield instance, event
