"""What the document says can be measured: counters of instances, and histograms of durations.

Durations are wall time, in seconds, whatever the emulator's clock does: they measure the work, not the story.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from time import perf_counter
from typing import Any

from interactor_emulator.jsontext import escaped
from interactor_emulator.state import events
from interactor_emulator.state.events import Event
from interactor_emulator.state.instance import Instance

# From a quick script to a person who answers on the same day.
BOUNDS = (0.001, 0.005, 0.025, 0.1, 0.5, 1.0, 5.0, 30.0, 300.0, 3_600.0, 86_400.0)
"""The upper bounds of the parts of a histogram, in seconds; the last part has none."""
_NONE = (0,) * (len(BOUNDS) + 1)

# "`workflow.instance.created` | Counter: instances created", and so on.
COUNTED: Mapping[type[Event], str] = {
    events.Created: "workflow_instance_created",
    events.Completed: "workflow_instance_completed",
    events.Failed: "workflow_instance_failed",
}
# Events with which a thread comes to a state or leaves one.
_MOVES: frozenset[type[Event]] = frozenset(
    {
        events.Created,
        events.Forked,
        events.StateChanged,
        events.ThreadCompleted,
        events.Failed,
        events.Cancelled,
    }
)
STATE, SCRIPT, HTTP = "workflow_state_duration", "workflow_script_duration", "workflow_http_duration"
HELP: Mapping[str, str] = {
    "workflow_instance_created": "instances created",
    "workflow_instance_completed": "instances completed",
    "workflow_instance_failed": "instances failed",
    STATE: "time in each state",
    SCRIPT: "script execution time",
    HTTP: "HTTP action duration",
}


class Histogram:
    """How many durations were at most so long."""

    def __init__(self, counts: Iterable[int] = _NONE, sum: float = 0.0) -> None:
        self.counts: list[int] = list(counts)
        self.sum: float = sum

    def observe(self, seconds: float) -> None:
        self.counts[bisect_left(BOUNDS, seconds)] += 1
        self.sum += seconds

    @property
    def count(self) -> int:
        """How many there were."""
        return sum(self.counts)

    def within(self, share: float) -> float | None:
        """The bound that so large a share of them did not exceed; None where that is the part without one."""
        left = share * self.count
        for bound, count in zip(BOUNDS, self.counts, strict=False):
            left -= count
            if left <= 0:
                return bound
        return None

    def cumulative(self) -> Iterator[tuple[str, int]]:
        """Bound and number, as the text format wants them."""
        total = 0
        for bound, count in zip([*map(str, BOUNDS), "+Inf"], self.counts, strict=True):
            total += count
            yield bound, total


class Metrics:
    """The metrics of one account, by workflow, and by state where it is about one."""

    def __init__(self) -> None:
        self.counters: dict[tuple[str, str], int] = {}
        self.histograms: dict[tuple[str, str, str], Histogram] = {}
        self._entered: dict[tuple[str, str], float] = {}

    def happened(self, instance: Instance, event: Event) -> None:
        """Count what this event says; called once the instance shows it."""
        kind = type(event)
        counter = COUNTED.get(kind)
        if counter is not None:
            key = counter, instance.version.workflow_name
            self.counters[key] = self.counters.get(key, 0) + 1
        if kind in _MOVES:
            self._moved(instance, event)

    def _moved(self, instance: Instance, event: Any) -> None:
        if isinstance(event, events.StateChanged):
            self._left(instance, event.thread_id, event.from_state)
        elif isinstance(event, events.ThreadCompleted):
            self._left(instance, event.thread_id, event.state)
            return
        elif isinstance(event, events.Failed | events.Cancelled):
            for thread in instance.threads.values():
                self._left(instance, thread.id, thread.state)
            return
        self._entered[instance.id, event.thread_id] = perf_counter()

    def go_on(self, instance: Instance) -> None:
        """Its threads are in their states from now on: how long they were before, no wall clock has counted."""
        for thread in instance.unfinished():
            self._entered[instance.id, thread.id] = perf_counter()

    def _left(self, instance: Instance, thread_id: str, state: str) -> None:
        entered = self._entered.pop((instance.id, thread_id), None)
        if entered is not None:
            self.took(STATE, instance.version.workflow_name, state, perf_counter() - entered)

    def took(self, histogram: str, workflow: str, state: str, seconds: float) -> None:
        """Something of a state took this long."""
        self.histograms.setdefault((histogram, workflow, state), Histogram()).observe(seconds)

    def families(self) -> Iterable[object]:
        """All of it, as the Prometheus client wants it."""
        from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily

        for name in COUNTED.values():
            counters = CounterMetricFamily(name, HELP[name], labels=["workflow"])
            for (counter, workflow), count in self.counters.items():
                if counter == name:
                    counters.add_metric([escaped(workflow)], count)
            yield counters
        for name in (STATE, SCRIPT, HTTP):
            histograms = HistogramMetricFamily(name, HELP[name], labels=["workflow", "state"], unit="seconds")
            for (kind, workflow, state), histogram in self.histograms.items():
                if kind == name:
                    histograms.add_metric(
                        [escaped(workflow), escaped(state)], list(histogram.cumulative()), histogram.sum
                    )
            yield histograms

    def text(self) -> str:
        """The Prometheus text format: dots as underscores, counters with `_total`, durations with `_seconds`."""
        from prometheus_client import CollectorRegistry, generate_latest

        registry = CollectorRegistry()
        registry.register(_Collector(self))  # type: ignore[arg-type]  # anything that has `collect`
        return generate_latest(registry).decode()


class _Collector:
    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics

    def collect(self) -> Iterable[object]:
        return self._metrics.families()
