"""The document's six metrics: three counters by workflow, three durations by state."""

from collections.abc import Mapping
from itertools import islice
from typing import Any

from interactor_emulator.projections.metrics import BOUNDS, COUNTED, HELP, HTTP, SCRIPT, STATE, Histogram, Metrics
from interactor_emulator.web.dashboard.charts import Bar, columns, rows
from interactor_emulator.web.dashboard.visit import Answer, Page, Text, Visit

_MOST = 100
_KINDS: Mapping[str, str] = {"workflow_instance_completed": "completed", "workflow_instance_failed": "failed"}


def show(visit: Visit) -> Answer:
    """Charts, each with a table of its numbers."""
    metrics = visit.account.metrics
    counters = [_counter(metrics, name) for name in COUNTED.values()]
    durations = [_durations(metrics, name) for name in (STATE, SCRIPT, HTTP)]
    anything = bool(metrics.counters or metrics.histograms)
    return Page("metrics.html", "Metrics", {"counters": counters, "durations": durations, "anything": anything})


def as_text(visit: Visit) -> Answer:
    """As Prometheus reads them."""
    return Text(visit.account.metrics.text(), "text/plain; version=0.0.4; charset=utf-8")


def _counter(metrics: Metrics, name: str) -> Mapping[str, Any]:
    """One counter, the workflows with the most first."""
    found = [(workflow, count) for (counter, workflow), count in metrics.counters.items() if counter == name]
    found.sort(key=lambda row: (-row[1], row[0]))
    bars = [Bar(workflow, count, _KINDS.get(name, "")) for workflow, count in found]
    chart = rows(f"{HELP[name]}, by workflow", bars)
    return {"name": name, "words": HELP[name], "rows": found[:_MOST], "more": len(found) - _MOST, "chart": chart}


def _durations(metrics: Metrics, name: str) -> Mapping[str, Any]:
    """One histogram over all states, and a row for each state, those with the most durations first."""
    found = [(key, each) for key, each in metrics.histograms.items() if key[0] == name]
    found.sort(key=lambda row: -row[1].count)
    added = [sum(each) for each in zip(*(histogram.counts for _, histogram in found), strict=True)]
    bars = [Bar(label, count) for label, count in zip(_labels(), added, strict=False)]
    chart = columns(f"{HELP[name]}: how many took at most so long", bars)
    table = [_row(workflow, state, each) for (_, workflow, state), each in islice(found, _MOST)]
    return {"name": name, "words": HELP[name], "rows": table, "more": len(found) - _MOST, "chart": chart}


def _row(workflow: str, state: str, durations: Histogram) -> tuple[str, str, int, str, str, str]:
    """Workflow, state, how many, their mean, and what half and nineteen of twenty did not exceed."""
    mean = durations.sum / durations.count if durations.count else 0
    return workflow, state, durations.count, _said(mean), _most(durations.within(0.5)), _most(durations.within(0.95))


def _labels() -> list[str]:
    return [*map(_said, BOUNDS), "more"]


def _most(bound: float | None) -> str:
    return f"≤ {_said(bound)}" if bound is not None else f"> {_said(BOUNDS[-1])}"


_UNITS = ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s"))


def _said(seconds: float) -> str:
    """A time of any length, short: `25 ms`, `5 min`."""
    for size, unit in _UNITS:
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds * 1000:.3g} ms"
