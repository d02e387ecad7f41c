"""The way to a decision whose fields a script computes: by trying, and going where it gets nearer.

Nothing is read from the script. Each run says how far it came: how many of the decisions before went as they should,
and how far what was seen is from what is wanted there. A number is moved for as long as that brings it nearer.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import zip_longest

from interactor_emulator.definition.conditions import holds, seen
from interactor_emulator.definition.data_path import Missing, look_up
from interactor_emulator.definition.model import Comparison, Condition, Definition, HttpCall
from interactor_emulator.definition.reasoning.literals import Wanted
from interactor_emulator.explore.values.steering import Members, Steering, placed
from interactor_emulator.explore.values.worth import Value
from interactor_emulator.jsontext import Json, equal, is_number

from .aiming import Target, asks
from .cases import Case, Place, Values
from .traces import Trace

Score = tuple[int, float]
"""How far a run is from what is wanted: decisions that are missing, then the distance of what was seen."""

Judge = Callable[[Trace], Score]

REACHED: Score = (0, 0.0)
_LEAST = 1e-9


def towards(base: Trace, target: Target) -> Judge:
    """How far a run is from taking the target as `base` would come to it."""
    steps = base.steps[: target.at]

    def judge(trace: Trace) -> Score:
        matched = sum(1 for _ in _same(steps, trace.steps))
        if matched < target.at or len(trace.decisions) <= target.at:
            return 1 + target.at - matched, 1.0
        decision = trace.decisions[target.at]
        if decision.taken == target.take:
            return REACHED
        return 0, max(_LEAST, _apart_all(target.wanted, decision.data))

    return judge


def past(base: Trace, known: Callable[[Trace], bool]) -> Judge:
    """How far a run is from getting past the logic that `base` failed of, on a way that is not known yet: back to where
    it did not come to that logic there is always one."""
    steps = base.steps

    def judge(trace: Trace) -> Score:
        missing = len(steps) - sum(1 for _ in _same(steps, trace.steps))
        failed = trace.played.status == "failed" and len(trace.decisions) <= len(steps)
        return (missing, 0.0) if not failed and not known(trace) else (missing + 1, 1.0)

    return judge


def _same(wanted: Sequence[object], found: Sequence[object]) -> Iterator[object]:
    for one, other in zip(wanted, found, strict=False):
        if one != other:
            return
        yield one


def _apart_all(wanted: Sequence[Wanted], data: Mapping[str, Json]) -> float:
    return sum(_apart(condition, outcome, data) for condition, outcome in wanted)


def _apart(condition: Condition | None, outcome: bool, data: Mapping[str, Json]) -> float:
    """0 where the condition comes out so; else the more the further the data are from it."""
    if holds(condition, data) == outcome:
        return 0.0
    if condition is None:
        return 1.0
    if isinstance(condition, Comparison):
        return _from_constant(seen(condition, data), condition.value)
    each = [_apart(clause, outcome, data) for clause in condition.clauses]
    together = sum if (condition.joiner == "and") == outcome else min
    return together(each) if each else 1.0


def _from_constant(value: Json, constant: Json) -> float:
    if is_number(value) and is_number(constant):
        # Between 0 and 1, and never 0: on the edge itself an order may still be wrong.
        return 1 - 1 / (2 + abs(value - constant))
    if isinstance(value, str) and isinstance(constant, str):
        return 1 - sum(1 for _ in _same(value, constant)) / (2 + len(constant))
    return 1.0 if value is not None else 1.5


def _stands(given: Values, path: str, value: Value) -> bool:
    """Whether this is there already."""
    there = look_up(given, path)
    if isinstance(there, Missing) or isinstance(value, Missing):
        return there is value
    return equal(there, value)


class Climb:
    """Looks for a case that does what is wanted, from one that does not, in at most so many runs.

    With `any_answer` answers may have members that nobody asks for; what is given at the `fixed` place stays."""

    def __init__(
        self,
        definition: Definition,
        steering: Steering,
        run: Callable[[Case], Trace],
        most: int,
        *,
        any_answer: bool = False,
        fixed: Place | None = None,
    ) -> None:
        self._states = definition.states
        self._fixed = fixed
        self._steering = steering
        self._run = run
        self._left = most
        self._any_answer = any_answer

    def reach(self, base: Trace, judge: Judge) -> Trace | None:
        """The trace of a case that comes there; None if none was found."""
        best, score = base, judge(base)
        while score > REACHED:
            nearer = self._nearer(best, score, judge)
            if nearer is None:
                return None
            best, score = nearer
        return best

    def _nearer(self, best: Trace, score: Score, judge: Judge) -> tuple[Trace, Score] | None:
        """The first change that comes nearer, followed for as long as it does."""
        for place, path, value in self._moves(best):
            tried = self._tried(best.case, place, path, value, judge)
            if tried is None:
                return None
            if tried[1] < score:
                return self._followed(place, path, value, tried, judge)
        return None

    def _followed(
        self, place: Place, path: str, value: Value, found: tuple[Trace, Score], judge: Judge
    ) -> tuple[Trace, Score]:
        """A number goes on in the direction that comes nearer, in steps that double until they overshoot."""
        if not is_number(value):
            return found
        for direction in (1, -1):
            by = direction
            while found[1] > REACHED:
                tried = self._tried(found[0].case, place, path, value + by, judge)
                if tried is not None and tried[1] < found[1]:
                    found, value, by = tried, value + by, by * 2
                elif tried is not None and abs(by) > 1:
                    by = direction
                else:
                    break
        return found

    def _tried(self, case: Case, place: Place, path: str, value: Value, judge: Judge) -> tuple[Trace, Score] | None:
        """What comes of the case with this value there; None when there were runs enough."""
        if self._left <= 0:
            return None
        self._left -= 1
        found = self._run(case.put(place, placed(case.at(place), path, value)))
        return found, judge(found)

    def _moves(self, trace: Trace) -> Iterator[tuple[Place, str, Value]]:
        """Every value that is worth trying, in every place that there is, but for what stands there: of each member the
        first, the latest places before the others, then of each the second."""
        places = dict.fromkeys((*trace.rest.offered, *trace.case.places()))
        each = [
            [(place, path, value) for value in candidates.all if not _stands(trace.case.at(place), path, value)]
            for place in places
            if place != self._fixed
            for path, candidates in self._members(place, trace.case).items()
        ]
        for row in zip_longest(*each):
            yield from filter(None, row)

    def _members(self, place: Place, case: Case) -> Members:
        if place.kind == "heard":
            return self._heard(str(place.key))
        if place.kind == "input":
            return self._steering.input
        state = case.answers[int(place.key)].state
        members = self._steering.answers.get(state, {})
        if self._any_answer:
            return members
        return {path: each for path, each in members.items() if asks(self._steering, state, path.split(".")[0])}

    def _heard(self, state: str) -> Members:
        """What a call may hear: where its `output` puts that away, what is read of there."""
        outputs = [each.output for each in self._states[state].logic if isinstance(each, HttpCall)]
        into = [output.path for output in outputs if output is not None and output.path is not None]
        if not into:
            return self._steering.input
        members = self._steering.input.items()
        return {path[len(into[0]) + 1 :]: each for path, each in members if path.startswith(f"{into[0]}.")}
