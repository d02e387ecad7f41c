"""Answers that a form allows, and that are refused all the same."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from itertools import islice, product

from interactor_emulator.definition.conditions import OPERATORS, fields
from interactor_emulator.definition.data_path import MISSING, Missing
from interactor_emulator.definition.model import State
from interactor_emulator.definition.steering.members import Steering, nested
from interactor_emulator.definition.steering.worth import Value
from interactor_emulator.engine.forms import misfits
from interactor_emulator.engine.machine import chosen
from interactor_emulator.jsontext import Json
from interactor_emulator.wire.scenario import Answer

from . import natural
from .aiming import Target, wanted
from .cases import Case, Place
from .climbing import Climb, towards
from .paths import Searched
from .traces import Trace, Waiting

CHOICES = ("choice", "selected_option")
"""The members of an answer that say what was chosen."""
_COMBINED = 256
"""So many answers of one state are looked at; only those are run that should be refused."""
_CLIMBED = 6
"""For so many answers data are looked for that make them be refused."""
_RUNS = 60


def refused_though_it_fits(found: Searched, run: Callable[[Case], Trace]) -> Iterator[tuple[str, Trace]]:
    """For each state one answer that fits what is asked, and for which no transition holds."""
    for name, trace in found.halted.items():
        state = found.definition.states[name]
        if trace.waiting is not None and trace.waiting.asked:
            refused = next(_refused(state, trace, trace.waiting, found, run), None)
            if refused is not None:
                yield name, refused


def _refused(
    state: State, trace: Trace, waiting: Waiting, found: Searched, run: Callable[[Case], Trace]
) -> Iterator[Trace]:
    """First with the data as they are; then for the likeliest answers with data that rule every way out."""
    whom, shown = trace.whom, waiting.presentation or {}
    each = [
        replace(answer, input=given)
        for answer in natural.answers(state, whom, found.steering)
        for given in islice(_answers(state, shown, found.steering, answer.input), _COMBINED)
    ]
    for answer in each:
        if chosen(state, {**trace.rest.data, **answer.input}, answer.choice, OPERATORS) is None:
            yield from _if_refused(run(trace.case.and_then(answer)))
    for answer in each[:_CLIMBED]:
        yield from _climbed(state, trace, answer, found, run)


def _climbed(
    state: State, trace: Trace, answer: Answer, found: Searched, run: Callable[[Case], Trace]
) -> Iterator[Trace]:
    outcomes, at = wanted(state, None, answer.choice), len(trace.decisions)
    if not outcomes or any(condition is None for condition, _ in outcomes):
        return
    base = run(trace.case.and_then(answer))
    climb = Climb(found.definition, found.steering, run, _RUNS, fixed=Place("answer", len(trace.case.answers)))
    reached = climb.reach(base, towards(base, Target(at, outcomes, None)))
    if reached is not None:
        yield from _if_refused(reached)


def _if_refused(trace: Trace) -> Iterator[Trace]:
    if trace.refused:
        yield trace


def _answers(
    state: State, shown: Mapping[str, Json], steering: Steering, usual: Mapping[str, Json]
) -> Iterator[Mapping[str, Json]]:
    """The usual answer with every value that fits for the members that the conditions look at."""
    names = dict.fromkeys(field for transition in state.transitions for field in fields(transition.condition))
    asked = steering.answers.get(state.name, {})
    # Whoever chooses gives no other choice with it: no form asks for that.
    members = {
        name: (*asked[name].all, MISSING)
        for name in names
        if name in asked and asked[name].fitting and not (state.by_selection and name in CHOICES)
    }
    for values in product(*members.values()):
        given = _with(usual, dict(zip(members, values, strict=True)))
        if next(misfits(shown, given, ()), None) is None:
            yield given


def _with(usual: Mapping[str, Json], values: Mapping[str, Value]) -> dict[str, Json]:
    kept = {name: value for name, value in usual.items() if name not in values}
    return {**kept, **nested({name: value for name, value in values.items() if not isinstance(value, Missing)})}
