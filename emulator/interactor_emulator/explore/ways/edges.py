"""Cases on both sides of each threshold: 999, 1000 and 1001, where a condition says 1000."""

from collections.abc import Callable, Iterator
from itertools import islice

from interactor_emulator.definition.conditions import comparisons
from interactor_emulator.definition.model import Comparison
from interactor_emulator.definition.reasoning.values import around
from interactor_emulator.explore.values.steering import placed
from interactor_emulator.jsontext import is_number

from .cases import Case, Place
from .paths import Searched
from .traces import Decision, Trace

_MOST = 200
"""So many thresholds of one definition are tried."""


def edges(found: Searched, run: Callable[[Case], Trace]) -> Iterator[Trace]:
    """One below, at, and one above each number that a condition compares with, where it can be given as it is: in the
    first case that comes to the condition."""
    for trace, decision, comparison, place in islice(_thresholds(found), _MOST):
        for value in around(comparison.value) if is_number(comparison.value) else ():
            case = trace.case.put(place, placed(trace.case.at(place), comparison.field, value))
            yield _as_far(case, decision, run)


def _as_far(case: Case, decision: Decision, run: Callable[[Case], Trace]) -> Trace:
    """With all its answers, if the case goes on to where they are given; else with those up to the decision."""
    whole = run(case)
    return whole if whole.played.fault is None and not whole.refused else run(case.up_to(decision.answers))


def _thresholds(found: Searched) -> Iterator[tuple[Trace, Decision, Comparison, Place]]:
    """Each number that a condition compares a field with, in the first case in which the field has a place."""
    told = set[tuple[str, str, object]]()
    for trace in dict.fromkeys(found.paths.values()):
        for decision in trace.decisions:
            state = found.definition.states[decision.state]
            for transition in state.transitions:
                for comparison in comparisons(transition.condition):
                    place = decision.origins.get(comparison.field.split(".")[0])
                    if place is None or not is_number(comparison.value):
                        continue
                    key = (state.name, comparison.field, comparison.value)
                    if key not in told:
                        told.add(key)
                        yield trace, decision, comparison, place
