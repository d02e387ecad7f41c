"""The states that an instance went through: the short history that stands in the instance itself."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from interactor_emulator.clock import moment
from interactor_emulator.state.events import Created, Event, Forked, Resumed, StateChanged, StepCompleted, StepFailed

ENTERING = Created, Forked, StateChanged
"""The events with which a stay begins."""


@dataclass(slots=True)
class Visit:
    """One stay of a thread in a state; what has not happened is None.

    `transition` is the state that it was left for, `logs` are the lines of its scripts, `duration_ms` is that of its
    logic on the emulator's clock, `resumed` the answer that ended it."""

    thread_id: str
    state: str
    entered_ms: int
    exited_ms: int | None = None
    transition: str | None = None
    logs: list[str] = field(default_factory=list)
    duration_ms: int | None = None
    resumed: Resumed | None = None

    @property
    def entered_at(self) -> datetime:
        """When it began, on the emulator's clock."""
        return moment(self.entered_ms)

    @property
    def exited_at(self) -> datetime | None:
        """When it ended; None while it lasts."""
        return None if self.exited_ms is None else moment(self.exited_ms)


def visits(events: Iterable[Event]) -> list[Visit]:
    """All stays that these events of one instance tell of, in the order in which they began."""
    found: list[Visit] = []
    current: dict[str, Visit] = {}
    for event in events:
        if isinstance(event, Created):
            current[event.thread_id] = Visit(event.thread_id, event.initial_state, event.at_ms)
            found.append(current[event.thread_id])
        elif isinstance(event, Forked):
            current[event.thread_id] = Visit(event.thread_id, event.to_state, event.at_ms)
            found.append(current[event.thread_id])
        elif isinstance(event, StateChanged):
            left = current[event.thread_id]
            left.exited_ms, left.transition = event.at_ms, event.to_state
            current[event.thread_id] = Visit(event.thread_id, event.to_state, event.at_ms)
            found.append(current[event.thread_id])
        elif isinstance(event, StepCompleted | StepFailed):
            stay = current[event.thread_id]
            stay.duration_ms = (stay.duration_ms or 0) + event.duration_ms
            stay.logs += event.logs
        elif isinstance(event, Resumed):
            current[event.thread_id].resumed = event
    return found


def path(events: Iterable[Event]) -> list[str]:
    """The names of the states, in the order in which they were entered."""
    return [visit.state for visit in visits(events)]
