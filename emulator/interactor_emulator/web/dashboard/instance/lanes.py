"""The timeline: a lane for each thread, its stays as bars in proportion to their time, and what happened on them.

Emulated time often stands while much happens. So each step along the line has some width of its own, and the rest is
shared out as time was."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from interactor_emulator.adapters.http.caller import Record
from interactor_emulator.definition.model import Definition
from interactor_emulator.state import events
from interactor_emulator.state.events import Event
from interactor_emulator.state.instance import Instance

_WIDTH, _LEFT, _LANE, _BAR, _TOP = 1000, 12, 46, 26, 8
_LEAST, _BELOW = 26.0, 2
_CHARACTER = 7.2
MOST = 300
"""Events that one line shows: the latest."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A stay in a state. `kind` is the type of the state, or how the thread ended in it; `text` fits into it."""

    x: float
    width: float
    y: float
    kind: str
    text: str
    title: str
    event: str
    open: bool
    seconds: float


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that happened within a stay."""

    x: float
    y: float
    kind: str
    title: str
    event: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """The whole line. `at_x` is where the moment that is shown lies, `ticks` are instants with their places."""

    width: int
    height: float
    lanes: Sequence[tuple[str, float]]
    bars: Sequence[Bar]
    marks: Sequence[Mark]
    at_x: float
    ticks: Sequence[tuple[float, int, str]]
    left_out: int


@dataclass(slots=True)
class _Stay:
    thread: str
    state: str
    began: int
    ended: int | None
    event: str


_MARKS: Mapping[type[Event], str] = {
    events.RetryScheduled: "retry",
    events.StepFailed: "failed",
    events.OnEnterFailed: "failed",
    events.Halted: "halted",
    events.Resumed: "resumed",
    events.ResumeRefused: "failed",
    events.InstanceFailed: "failed",
    events.Cancelled: "cancelled",
    events.FileUploaded: "step",
}
_HTTP = "http"


def timeline(
    instance: Instance, happened: Sequence[Event], calls: Mapping[str, list[Record]], shown: int, say: Mapping[str, str]
) -> Timeline:
    """The line of these events; the moment after the one at place `shown` is marked. `say` has the words of each."""
    first = max(0, len(happened) - MOST)
    places = _Places(happened, first)
    stays = _stays(happened)
    threads = list(dict.fromkeys(each.thread for each in stays))
    lanes = {name: _TOP + 18 + number * _LANE for number, name in enumerate(threads)}
    bars = [
        _bar(each, instance.definition, places, lanes[each.thread], happened, instance.active)
        for each in stays
        if each.ended is None or each.ended > first
    ]
    marks = []
    for place in range(first, len(happened)):
        event = happened[place]
        kind = _MARKS.get(type(event)) or _beside(event, calls)
        lane = lanes.get(getattr(event, "thread_id", threads[0]))
        if kind is not None and lane is not None:
            marks.append(Mark(places.x(place), lane + _BAR + _BELOW, kind, say[event.id], event.id))
    return Timeline(
        _WIDTH,
        _TOP + 18 + len(threads) * _LANE + 14,
        [(name, y - 4) for name, y in lanes.items()],
        bars,
        marks,
        places.x(max(shown, first)),
        places.ticks(),
        first,
    )


def _beside(event: Event, calls: Mapping[str, list[Record]]) -> str | None:
    """What a step is marked by: a call that it made, or what it logged."""
    if event.id in calls:
        return _HTTP
    return "log" if isinstance(event, events.StepCompleted) and event.logs else None


class _Places:
    """Where each event lies along the line."""

    def __init__(self, happened: Sequence[Event], first: int) -> None:
        shown = happened[first:]
        spans = [after.at_ms - before.at_ms for before, after in pairwise(shown)]
        room, total = _WIDTH - 2 * _LEFT, sum(spans)
        least = min(_LEAST, room / max(1, len(spans)) * (0.5 if total else 1))
        free = room - least * len(spans) if total else 0.0
        if not total and spans:
            least = min(room / len(spans), 90.0)
        self._first = first
        self._shown = shown
        self._x = [float(_LEFT)]
        for span in spans:
            self._x.append(self._x[-1] + least + (free * span / total if total else 0.0))

    def x(self, place: int) -> float:
        return round(self._x[min(max(0, place - self._first), len(self._x) - 1)], 1)

    @property
    def end(self) -> float:
        return round(min(self._x[-1] + 60.0, _WIDTH - 2.0), 1)

    def ticks(self) -> list[tuple[float, int, str]]:
        """Instants where the line has room for them."""
        found: list[tuple[float, int, str]] = []
        for x, event in zip(self._x, self._shown, strict=True):
            if not found or (x - found[-1][0] > 190 and event.at_ms != found[-1][1] and x < _WIDTH - 150):
                found.append((round(x, 1), event.at_ms, event.id))
        return found


def _stays(happened: Sequence[Event]) -> list[_Stay]:
    found: list[_Stay] = []
    current: dict[str, _Stay] = {}
    for place, event in enumerate(happened):
        if isinstance(event, events.Created | events.StateChanged | events.Forked):
            state = event.initial_state if isinstance(event, events.Created) else event.to_state
            if event.thread_id in current:
                current[event.thread_id].ended = place
            current[event.thread_id] = _Stay(event.thread_id, state, place, None, event.id)
            found.append(current[event.thread_id])
        elif isinstance(event, events.ThreadCompleted):
            current[event.thread_id].ended = place
    return found


def _bar(
    stay: _Stay, definition: Definition, places: _Places, y: float, happened: Sequence[Event], active: bool
) -> Bar:
    began, end = places.x(stay.began), len(happened) - 1 if stay.ended is None else stay.ended
    open_ = stay.ended is None
    until = places.end if open_ and active else places.x(end)
    seconds = (happened[end].at_ms - happened[stay.began].at_ms) / 1000
    width = max(round(until - began, 1), 6.0)
    fits = int((width - 8) / _CHARACTER)
    text = stay.state if len(stay.state) <= fits else stay.state[: fits - 1] + "…" if fits > 3 else ""
    kind = definition.states[stay.state].type
    return Bar(began, width, y, kind, text, stay.state, stay.event, open_ and active, seconds)
