"""Which requests of HTTP logic were those of an instance, and of which of its events."""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence

from interactor_emulator.adapters.http.caller import Record
from interactor_emulator.state.events import (
    Created,
    Event,
    OnEnterFailed,
    Resumed,
    RetryScheduled,
    StepCompleted,
    StepFailed,
)

_HTTP = "http"


def sent_for(records: Iterable[Record], happened: Iterable[Event]) -> list[Record]:
    """What was sent for these events of one instance. Each request carries the very cause of the create or resume that
    made it necessary: no other instance has that one."""
    causes = {id(event.cause) for event in happened if isinstance(event, Created | Resumed)}
    return [each for each in records if id(each.request.cause) in causes]


def by_event(records: Iterable[Record], happened: Sequence[Event]) -> Mapping[str, list[Record]]:
    """The same under the id of the event that tells how the call ended; what none tells of (a call beside the workflow
    that went well) is under the next event of a call, or under the last event."""
    found: dict[str, list[Record]] = {}
    left = deque(records)
    for event in happened:
        if not left:
            break
        state = _of_call(event)
        if state is None:
            continue
        until = next((at for at, each in enumerate(left) if each.request.state == state), None)
        if until is not None and left[until].at_ms <= event.at_ms:
            found[event.id] = [left.popleft() for _ in range(until + 1)]
    if left and happened:
        found.setdefault(happened[-1].id, []).extend(left)
    return found


def _of_call(event: Event) -> str | None:
    """The state in which a call ended with this event."""
    if isinstance(event, StepCompleted | StepFailed):
        return event.state if event.step_type == _HTTP else None
    return event.state if isinstance(event, RetryScheduled | OnEnterFailed) else None
