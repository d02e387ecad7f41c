"""An instance as it was after one of its events: nothing of that is stored, its events say how it came to be so."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from interactor_emulator.errors import EventNotFound
from interactor_emulator.jsontext import Json
from interactor_emulator.picture.graph import Walk
from interactor_emulator.state.events import Event, Resumed, StepCompleted, ThreadEvent
from interactor_emulator.state.instance import Instance, apply


@dataclass(frozen=True, slots=True)
class Moment:
    """What was so after the event at `index`, of `count`. `changed` are the members of the data that it changed, each
    with what it was before (absent: it was not there); `moved` is the thread that it was about."""

    index: int
    count: int
    event: Event
    instance: Instance
    changed: Mapping[str, tuple[Json, ...]]
    moved: str
    walk: Walk
    latest: bool


def moment(instance: Instance, happened: Sequence[Event], at: str, step: str) -> Moment:
    """The moment of the event with the id `at`, of the number `step` (1 is the first), or the latest one. Raises
    EventNotFound."""
    index = _index(happened, at, step)
    then = Instance(instance.id, instance.version, instance.namespace, instance.created_ms)
    for event in happened[: index + 1]:
        apply(then, event)
    event = happened[index]
    moved = event.thread_id if isinstance(event, ThreadEvent) else ""
    latest = index == len(happened) - 1
    walk = Walk().add(happened[: index + 1])
    return Moment(index, len(happened), event, then, changed(event), moved, walk, latest)


def _index(happened: Sequence[Event], at: str, step: str) -> int:
    if at:
        found = next((index for index, event in enumerate(happened) if event.id == at), None)
        if found is None:
            raise EventNotFound(at[:100])
        return found
    if step.isascii() and step.isdigit() and len(step) < 10:
        return min(max(int(step), 1), len(happened)) - 1
    return len(happened) - 1


def changed(event: Event) -> Mapping[str, tuple[Json, ...]]:
    """The members of the data that it changed, each with what it was before: nothing for one that was not there."""
    changes = event.changes if isinstance(event, StepCompleted | Resumed) else None
    if changes is None:
        return {}
    before: dict[str, tuple[Json, ...]] = dict.fromkeys(changes.added, ())
    before.update((key, (old,)) for key, (old, _new) in changes.updated.items())
    return before
