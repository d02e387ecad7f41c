"""Which comparisons came out true and which false, and cases for those that did not yet."""

from collections.abc import Callable, Iterator

from interactor_emulator.definition.conditions import OPERATORS, comparisons, seen
from interactor_emulator.definition.model import Comparison, State
from interactor_emulator.definition.reasoning.facts import Side
from interactor_emulator.definition.reasoning.literals import Wanted, worded
from interactor_emulator.engine.machine import considered

from . import natural
from .aiming import Aim, Target, wanted
from .cases import Case
from .paths import Searched
from .traces import Decision, Trace

_AIMED = 6


def outcomes(trace: Trace, found: Searched) -> Iterator[Side]:
    """What the decisions of a case saw: those transitions that they looked at, up to the one that was taken."""
    for decision in trace.decisions:
        state = found.definition.states[decision.state]
        for index, comparison in _looked_at(state, decision):
            yield state.name, index, worded(comparison), _came_out(comparison, decision)


def _looked_at(state: State, decision: Decision) -> Iterator[tuple[int, Comparison]]:
    last = len(state.transitions) if decision.taken is None else decision.taken + 1
    for index, transition in enumerate(state.transitions[:last]):
        if considered(state, transition, decision.choice):
            yield from ((index, each) for each in comparisons(transition.condition))


def _came_out(comparison: Comparison, decision: Decision) -> bool:
    return OPERATORS[comparison.operator](seen(comparison, decision.data), comparison.value)


def missing(found: Searched, traces: Iterator[Trace] | list[Trace]) -> list[tuple[Side, Comparison]]:
    """The outcomes that none of these cases showed, and that are not proven to be impossible."""
    shown = {each for trace in traces for each in outcomes(trace, found)}
    every = [
        ((state.name, index, worded(comparison), holds), comparison)
        for state in found.definition.states.values()
        for index, transition in enumerate(state.transitions)
        for comparison in comparisons(transition.condition)
        for holds in (True, False)
    ]
    return [each for each in every if each[0] not in shown and each[0] not in found.proven.outcomes]


def cases(found: Searched, aim: Aim, run: Callable[[Case], Trace], traces: list[Trace]) -> Iterator[Trace]:
    """For each outcome that these do not show a case that does, where one is found."""
    for side, comparison in missing(found, traces):
        for trace in found.arrived.get(side[0], ()):
            shows = next(_shown(found, aim, run, trace, side, comparison), None)
            if shows is not None:
                yield shows
                break


def _shown(
    found: Searched, aim: Aim, run: Callable[[Case], Trace], trace: Trace, side: Side, comparison: Comparison
) -> Iterator[Trace]:
    for target in _targets(found, trace, side, comparison):
        for number, case in enumerate(aim.at(trace, target)):
            ran = run(case)
            if side in outcomes(ran, found):
                yield ran
            if number == _AIMED:
                break


def _targets(found: Searched, trace: Trace, side: Side, comparison: Comparison) -> Iterator[Target]:
    """Every time that the case was at a decision of this state, or may be now."""
    name, index, _, holds = side
    state = found.definition.states[name]
    for at, decision in enumerate(trace.decisions):
        if decision.state == name and state.type == "action":
            yield Target(at, (*_before(state, index, None), (comparison, holds)), None)
    if trace.waiting is not None and trace.waiting.state == name:
        for answer in natural.answers(state, trace.whom, found.steering):
            if considered(state, state.transitions[index], answer.choice):
                before = _before(state, index, answer.choice)
                yield Target(len(trace.decisions), (*before, (comparison, holds)), None, answer)


def _before(state: State, index: int, choice: str | None) -> tuple[Wanted, ...]:
    taken = wanted(state, index, choice)
    return () if taken is None else taken[:-1]
