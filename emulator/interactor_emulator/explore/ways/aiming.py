"""From a case to others that should go another way at one of its decisions: the conditions are solved.

Each comparison that is to come out otherwise looks at a member of the data, and the trace knows the place that it was
taken from. So the member is given another value there, one that the decisions before it allow as well. What a script
computes has no such place, and is left to `searching`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice, product

from interactor_emulator.definition.conditions import fields, holds
from interactor_emulator.definition.data_path import MISSING, Missing
from interactor_emulator.definition.model import Comparison, Condition, Definition, State
from interactor_emulator.definition.reasoning.literals import Conjunction, Literal, Wanted
from interactor_emulator.definition.reasoning.solving import TooMany, consistent, members, values
from interactor_emulator.engine.forms import misfits
from interactor_emulator.engine.machine import considered
from interactor_emulator.explore.values.steering import Steering
from interactor_emulator.explore.values.worth import Candidates, Value
from interactor_emulator.jsontext import Json
from interactor_emulator.wire.scenario import Answer

from .cases import Case, Place
from .traces import Decision, Trace

_WAYS = 8
"""So many ways of a condition are tried, of those that are consistent."""
_PLACINGS = 6
"""So many ways to say from where its members come."""


@dataclass(frozen=True, slots=True)
class Target:
    """At the decision of this place in a trace all these shall come out as wanted; `take` is the transition that is
    taken then, None for none. `answer` is given there first, where the instance waits for one."""

    at: int
    wanted: tuple[Wanted, ...]
    take: int | None
    answer: Answer | None = None


def wanted(state: State, take: int | None, choice: str | None = None) -> tuple[Wanted, ...] | None:
    """What must come out how, for this transition to be taken, or for none: "Evaluated in order", of those that the
    state's mode lets be taken. None where it does not let this one."""
    looked_at = [index for index, each in enumerate(state.transitions) if considered(state, each, choice)]
    if take is None:
        return tuple((state.transitions[index].condition, False) for index in looked_at)
    if take not in looked_at:
        return None
    before = looked_at[: looked_at.index(take)]
    return (*((state.transitions[each].condition, False) for each in before), (state.transitions[take].condition, True))


class Aim:
    """Solves the conditions of one definition, with values that its forms and thresholds suggest.

    A person answers what the form asks. The service takes any member beside; that is tried where `any_answer` is set.
    """

    def __init__(self, definition: Definition, steering: Steering) -> None:
        self._states = definition.states
        self._steering = steering
        self.any_answer = False
        self._known_ways: dict[tuple[tuple[int, bool], ...], list[Conjunction]] = {}

    def at(self, trace: Trace, target: Target) -> Iterator[Case]:
        """Cases that should do what is wanted, the likeliest first. Whether they do is seen by running them."""
        case = trace.case if target.answer is None else trace.case.and_then(target.answer)
        if target.answer is None:
            case = case.up_to(trace.decisions[target.at].answers)
        for way in self._ways(target):
            for placing in self._placings(trace, target, way):
                solved = self._solved(case, trace, target, way, placing)
                if solved is not None:
                    yield solved

    def computed(self, trace: Trace, target: Target) -> bool:
        """Whether the conditions look at something that has no place of its own, as far as can be seen."""
        origins = trace.rest.origins if target.answer is not None else trace.decisions[target.at].origins
        names = {name.split(".")[0] for condition, _ in target.wanted for name in fields(condition)}
        return any(origins.get(name) is None for name in names)

    def _ways(self, target: Target) -> list[Conjunction]:
        """The ways to what is wanted, which are the same for every case."""
        key = tuple((id(condition), outcome) for condition, outcome in target.wanted)
        if key not in self._known_ways:
            self._known_ways[key] = _first_ways(target.wanted)
        return self._known_ways[key]

    def _placings(self, trace: Trace, target: Target, way: Conjunction) -> Iterator[Mapping[str, Place]]:
        """From where each member is to come that the conditions look at, the likeliest first."""
        names = list(members(way))
        each = [self._places(trace, target, name) for name in names]
        for places in islice(product(*each), _PLACINGS):
            yield dict(zip(names, places, strict=True))

    def _places(self, trace: Trace, target: Target, name: str) -> list[Place]:
        decision = trace.decisions[target.at] if target.answer is None else trace.open(target.answer)
        case = trace.case if target.answer is None else trace.case.and_then(target.answer)
        known = decision.origins.get(name)
        offered = [each for each in decision.offered if self.any_answer or self._is_asked(name, each, case)]
        if name not in decision.origins:
            return offered
        # What a script computed has no place; an answer that is given anew goes before what was there.
        latest = [
            each for each in offered[:1] if each.kind == "answer" and self._states[decision.state].type == "halting"
        ]
        return list(dict.fromkeys([*latest, *([] if known is None else [known])]))

    def _is_asked(self, name: str, place: Place, case: Case) -> bool:
        """Whether one would give this member there: in an answer, if its form has it, or if there is no form."""
        return place.kind != "answer" or asks(self._steering, case.answers[int(place.key)].state, name)

    def _solved(
        self, case: Case, trace: Trace, target: Target, way: Conjunction, placing: Mapping[str, Place]
    ) -> Case | None:
        """The case with a value for each member in its place; None where one has none."""
        for name, literals in members(way).items():
            place = placing[name]
            both = [*literals, *self._before(trace, target.at, name, place)]
            given = case.at(place)
            # What is to be refused need not fit.
            may = self.any_answer or target.take is None or place.kind != "answer"
            value = self._value(name, both, given.get(name, MISSING), place, case, any_value=may)
            if isinstance(value, Missing):
                return None
            case = case.put(place, {**given, name: value})
        return case

    def _before(self, trace: Trace, at: int, name: str, place: Place) -> Iterator[Literal]:
        """What the decisions before this one have seen of the value in this place, and are to see again."""
        for decision in trace.decisions[:at]:
            if decision.origins.get(name) == place:
                literals = seen_by(decision, self._states[decision.state])
                yield from (each for each in literals if each.field.split(".")[0] == name)

    def _value(
        self, name: str, literals: Sequence[Literal], current: Value, place: Place, case: Case, *, any_value: bool
    ) -> Value:
        """A value of the member that meets these: the one that it has, one that a person would give, or any; but none
        that a form does not allow, unless it may be `any_value`."""
        for value in chain((current,), self._suggested(name, place, case), islice(values(literals), 1)):
            if isinstance(value, Missing) or not _meets(name, value, literals):
                continue
            if any_value or fits(self._state_of(place, case), name, value):
                return value
        return MISSING

    def _state_of(self, place: Place, case: Case) -> State:
        return self._states[case.answers[int(place.key)].state]

    def _suggested(self, name: str, place: Place, case: Case) -> Iterator[Json]:
        """What the form and the thresholds suggest for this member."""
        candidates = self._members(place, case).get(name)
        if candidates is not None:
            yield from (*candidates.fitting, *candidates.telling)

    def _members(self, place: Place, case: Case) -> Mapping[str, Candidates]:
        if place.kind == "answer":
            return self._steering.answers.get(case.answers[int(place.key)].state, {})
        return self._steering.input


def _first_ways(outcomes: tuple[Wanted, ...]) -> list[Conjunction]:
    try:
        return list(islice(consistent(outcomes), _WAYS))
    except TooMany:
        return []


def seen_by(decision: Decision, state: State) -> list[Literal]:
    """The comparisons by which the decision came to what it took."""
    outcomes = wanted(state, decision.taken, decision.choice) or ()
    return [each for condition, outcome in outcomes for each in _seen(condition, outcome, decision.data)]


def asks(steering: Steering, state: str, name: str) -> bool:
    """Whether a person is asked for this member there; where nothing is asked, for what the conditions look at."""
    members = steering.answers.get(state, {})
    form = [path for path, candidates in members.items() if candidates.fitting]
    return any(path.split(".")[0] == name for path in form or members)


def fits(state: State, name: str, value: Json) -> bool:
    """Whether the form of the state, as it stands in the definition, allows this value of a member."""
    return not any(each.field == name for each in misfits(state.presentation or {}, {name: value}, ()))


def _seen(condition: Condition | None, outcome: bool, data: Mapping[str, Json]) -> Iterator[Literal]:
    """The comparisons by which the condition has come out so for this data."""
    if isinstance(condition, Comparison):
        yield Literal(condition, outcome)
    elif condition is not None and (condition.joiner == "and") == outcome:
        for clause in condition.clauses:
            yield from _seen(clause, outcome, data)
    elif condition is not None:
        decisive = next((clause for clause in condition.clauses if holds(clause, data) == outcome), None)
        yield from _seen(decisive, outcome, data)


def _meets(name: str, value: Json, literals: Sequence[Literal]) -> bool:
    data = {name: value}
    return all(holds(each.comparison, data) == each.holds for each in literals)
