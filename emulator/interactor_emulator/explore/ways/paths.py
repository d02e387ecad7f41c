"""All ways through a definition: found by running it, turning one decision at a time.

A first case is run. At each of its decisions the other transitions are aimed at: the conditions are solved for an input
and answers that should take them, and the run shows whether they do. Every run is a case from which others start. So
nothing is believed that was not seen, and what was not found is called impossible only where that is proven.
"""

import heapq
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import chain, count, islice

from interactor_emulator.definition.conditions import fields
from interactor_emulator.definition.data_path import Missing, look_up
from interactor_emulator.definition.model import Definition, State
from interactor_emulator.definition.reasoning.facts import Proven, proven
from interactor_emulator.definition.reasoning.literals import Wanted
from interactor_emulator.definition.steering.members import Steering, steering, whole_input
from interactor_emulator.jsontext import encode
from interactor_emulator.wire.scenario import Answer

from . import natural
from .aiming import Aim, Target, wanted
from .cases import Case
from .climbing import REACHED, Climb, Judge, past, towards
from .leaving_out import without_an_option
from .probing import reads
from .running import Runner, TimeIsUp
from .traces import Decision, Step, Trace, Waiting

_AIMED = 10
"""So many solutions are run before a target is climbed to."""
_CLIMBED = 150
"""So many runs are spent on one climb."""
_CLIMBS = 3
"""So often a transition is climbed to that nobody has taken yet."""
_TRIES = 2
"""So often a turn is tried that comes of the same way."""
_ARRIVALS = 3
"""So many cases are kept that come to a state."""
_NEW, _TAKEN, _COVERED = range(3)
"""How much is known of a transition: nothing, that it can be taken, that it stands in a path."""
SAW_MOST = 6
"""A field that had more values than these may have any."""
_LEFT_OUT = 300
"""So often an optional field is left out of an answer."""
_DEPTH = 80
"""So many decisions of one case are turned."""
_OF_LOGIC = ("script_error", "script_timeout", "http_error", "http_timeout")


@dataclass(frozen=True, slots=True)
class Bounds:
    """How far a search goes: so many `paths`, so many `seconds` of wall time, so many `runs` of the definition, each
    transition so often (`turns`) in one path.

    `patient` is whether a script that seems endless is run once for as long as the service would wait."""

    paths: int = 1_000
    seconds: float = 20.0
    runs: int = 50_000
    turns: int = 2
    patient: bool = True


Way = tuple[tuple[Step, ...], tuple[str, str | None]]
"""The steps of a path, and how it came to rest."""


@dataclass(slots=True)
class Searched:
    """What a search has found.

    `fields` are what the conditions of each state look at.
    `paths` are the ways that came to an end, or to where no answer leads on; `covered` are the transitions in them.
    Of each state `refused` has the first answer that no transition took, `halted` the first case that waits there, and
    `arrived` the first cases that come there; `taken` has of each transition the first case that takes it, its place
    being None where none held. `saw` has what a state saw in a field of its conditions, as JSON. `stopped` says why the
    search ended before it was through, None if it was."""

    definition: Definition
    fields: Mapping[str, tuple[str, ...]]
    steering: Steering
    proven: Proven
    paths: dict[Way, Trace] = field(default_factory=dict)
    refused: dict[str, Trace] = field(default_factory=dict)
    halted: dict[str, Trace] = field(default_factory=dict)
    taken: dict[tuple[str, int | None], Trace] = field(default_factory=dict)
    arrived: dict[str, list[Trace]] = field(default_factory=dict)
    saw: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    covered: set[tuple[str, int | None]] = field(default_factory=set)
    stopped: str | None = None
    runs: int = 0


Tell = Callable[[int, str], object]
"""Is told how far the search is: paths that were found, and a word on it."""

_Key = tuple[tuple[Step, ...], str, str, int | None]
"""The steps before a decision, its thread and state, and what is to be taken there."""


@dataclass(order=True, slots=True)
class _Turn:
    """A target that is to be tried. First what is least known, then the shorter way."""

    rank: tuple[int, int, int]
    trace: Trace = field(compare=False)
    target: Target = field(compare=False)
    key: _Key = field(compare=False)

    @property
    def edge(self) -> tuple[str, int | None]:
        return self.key[2], self.key[3]


class Search:
    """One search of one definition; `enough` says when it may end before everything was tried."""

    def __init__(self, runner: Runner, bounds: Bounds, tell: Tell, enough: Callable[[Searched], bool]) -> None:
        self._run = runner.run
        self._runner = runner
        self._bounds = bounds
        self._tell = tell
        self._enough = enough
        definition = runner.definition
        self._states = definition.states
        self._fields = {
            name: tuple(dict.fromkeys(field for each in state.transitions for field in fields(each.condition)))
            for name, state in definition.states.items()
        }
        self.found: Searched = Searched(
            definition,
            self._fields,
            steering(definition, reads(runner.emulator.account, definition)),
            proven(definition),
        )
        self.aim: Aim = Aim(definition, self.found.steering)
        self._outcomes: dict[tuple[str, int | None, str | None], tuple[Wanted, ...] | None] = {}
        self._queue: list[_Turn] = []
        self._number = count()
        self._tried: Counter[_Key] = Counter()
        self._reached: set[_Key] = set()
        self._climbs: Counter[tuple[str, int | str | None]] = Counter()
        self._seen: set[Way] = set()

    def search(self) -> Searched:
        """Look until everything was tried, or a bound is met; Ctrl-C ends it with what was found by then."""
        found = self.found
        try:
            # What a person would give first, so that the cases read like real ones; then nothing at all.
            for input_ in (whole_input(found.steering), {}):
                self._note(self._run(Case(input_)))
                self._through()
            self._leave_out()
            if found.stopped is None:
                self._any_answer()
        except TimeIsUp:
            found.stopped = f"{self._bounds.seconds:g} seconds"
        except KeyboardInterrupt:
            found.stopped = "interrupted"
        found.runs = self._runner.runs
        return found

    def _through(self) -> None:
        """Try all that waits to be tried."""
        while self._queue and self.found.stopped is None and not self._enough(self.found):
            self._try(heapq.heappop(self._queue))
            self._tell(len(self.found.paths), "paths")
            self.found.stopped = self._bound_met()

    def _bound_met(self) -> str | None:
        if len(self.found.paths) >= self._bounds.paths:
            return f"{self._bounds.paths} paths"
        return f"{self._bounds.runs} runs" if self._runner.runs >= self._bounds.runs else None

    def _leave_out(self) -> None:
        """Whoever answers may leave out what a form does not require: each way is tried without such a field."""
        answered = (trace.case for trace in list(self.found.paths.values()) if not trace.played.error)
        for case in islice(chain.from_iterable(without_an_option(each, self._states) for each in answered), _LEFT_OUT):
            if self.found.stopped is None:
                self._note(self._run(case))
                self.found.stopped = self._bound_met()

    def _any_answer(self) -> None:
        """What nobody has taken yet may be for an answer that has more than its form asks for."""
        self.aim.any_answer = True
        self._tried.clear()
        for name, traces in list(self.found.arrived.items()):
            if any((name, index) not in self.found.taken for index in range(len(self._states[name].transitions))):
                for trace in traces:
                    self._expand(trace)
        self._queue = [each for each in self._queue if each.edge[1] is not None and each.edge not in self.found.taken]
        heapq.heapify(self._queue)
        while self._queue and self.found.stopped is None:
            turn = heapq.heappop(self._queue)
            if turn.edge not in self.found.taken:
                self._try(turn)
            self.found.stopped = self._bound_met()

    # ---- one target

    def _try(self, turn: _Turn) -> None:
        """Aim at it, and where that does not do it climb to it; what was tried twice from one way is left."""
        if turn.rank[0] < self._known(turn.key):
            self._push(turn.trace, turn.target, turn.key)
            return
        if turn.key in self._reached or self._tried[turn.key] >= _TRIES:
            return
        # An answer that is refused changes nothing: one is as good as another.
        if turn.target.answer is not None and turn.target.take is None and turn.edge in self.found.taken:
            return
        self._tried[turn.key] += 1
        judge = towards(turn.trace, turn.target)
        solved = list(islice(self.aim.at(turn.trace, turn.target), _AIMED))
        for case in solved:
            if self._comes_to(self._run(case), judge, turn.key):
                return
        # Where every field has its place and nothing solves them, no try will.
        refusal = turn.target.answer is not None and turn.target.take is None
        hopeful = not refusal and (bool(solved) or self.aim.computed(turn.trace, turn.target))
        if hopeful and turn.edge not in self.found.taken and self._climbs[turn.edge] < _CLIMBS:
            self._climbs[turn.edge] += 1
            found = self._climb(self._noted).reach(self._based(turn), judge)
            if found is not None:
                self._comes_to(found, judge, turn.key)

    def _comes_to(self, trace: Trace, judge: Judge, key: _Key) -> bool:
        self._note(trace)
        if judge(trace) != REACHED:
            return False
        self._reached.add(key)
        return True

    def _based(self, turn: _Turn) -> Trace:
        """From where the climb begins: where an answer is to be given, with the one that suggests itself."""
        trace, answer = turn.trace, turn.target.answer
        return trace if answer is None else self._noted(trace.case.and_then(answer))

    def _noted(self, case: Case) -> Trace:
        trace = self._run(case)
        self._note(trace)
        return trace

    # ---- what a run has shown

    def _note(self, trace: Trace) -> None:
        """Keep what is new, and aim from here at all that was not taken."""
        way = trace.steps, trace.end
        if way in self._seen:
            return
        self._seen.add(way)
        for decision in trace.decisions:
            self.found.taken.setdefault((decision.state, decision.taken), trace)
            self._keep_what_was_seen(decision)
        for state in dict.fromkeys(trace.played.path):
            arrived = self.found.arrived.setdefault(state, [])
            if len(arrived) < _ARRIVALS:
                arrived.append(trace)
        if trace.refused:
            self.found.refused.setdefault(trace.decisions[-1].state, trace)
            return
        if trace.waiting is None:
            self.found.paths[way] = trace
            self.found.covered.update(step[1:] for step in trace.steps)
        self._expand(trace)

    def _keep_what_was_seen(self, decision: Decision) -> None:
        for name in self._fields[decision.state]:
            value = look_up(decision.data, name)
            values = self.found.saw.setdefault((decision.state, name), set())
            if len(values) <= SAW_MOST and not isinstance(value, Missing):
                values.add(encode(value))

    def _expand(self, trace: Trace) -> None:
        for at, decision in enumerate(trace.decisions[:_DEPTH]):
            state = self._states[decision.state]
            if state.type == "action":
                for take in (*range(len(state.transitions)), None):
                    if take != decision.taken:
                        self._aim_at(trace, at, decision.thread, state, take, None)
        if trace.waiting is not None and len(trace.decisions) < _DEPTH:
            self.found.halted.setdefault(trace.waiting.state, trace)
            self._expand_halt(trace, trace.waiting)
        elif trace.played.error in _OF_LOGIC:
            self._get_past(trace)

    def _expand_halt(self, trace: Trace, waiting: Waiting) -> None:
        thread, state = waiting.thread, self._states[waiting.state]
        for answer in natural.answers(state, trace.whom, self.found.steering):
            for take in (*range(len(state.transitions)), None):
                self._aim_at(trace, len(trace.decisions), thread, state, take, answer)

    def _aim_at(
        self, trace: Trace, at: int, thread: str, state: State, take: int | None, answer: Answer | None
    ) -> None:
        if take is not None and (state.name, take) in self.found.proven.transitions:
            return
        choice = None if answer is None else answer.choice
        outcomes = self._wanted(state, take, choice)
        if outcomes is None:
            return
        before = trace.steps[:at]
        if sum(step[1:] == (state.name, take) for step in before) >= self._bounds.turns:
            return
        self._push(trace, Target(at, outcomes, take, answer), (before, thread, state.name, take))

    def _wanted(self, state: State, take: int | None, choice: str | None) -> tuple[Wanted, ...] | None:
        """What must be for this to be taken; None where a transition before it always holds."""
        key = state.name, take, choice
        if key not in self._outcomes:
            outcomes = wanted(state, take, choice)
            shadowed = outcomes is None or any(condition is None and not holds for condition, holds in outcomes)
            self._outcomes[key] = None if shadowed else outcomes
        return self._outcomes[key]

    def _push(self, trace: Trace, target: Target, key: _Key) -> None:
        # What stands in no path yet is followed to its end; all else is tried from the beginning on.
        known, before = self._known(key), len(key[0])
        rank = (known, -before if known == _TAKEN else before, next(self._number))
        heapq.heappush(self._queue, _Turn(rank, trace, target, key))

    def _known(self, key: _Key) -> int:
        edge = key[2], key[3]
        return _COVERED if edge in self.found.covered else _TAKEN if edge in self.found.taken else _NEW

    def _get_past(self, trace: Trace) -> None:
        """Logic failed of what it was given: look for what it does not fail of."""
        state = trace.played.state
        if self._climbs[state, "past"] < _CLIMBS:
            self._climbs[state, "past"] += 1
            found = self._climb(self._run).reach(trace, past(trace, self._is_known))
            if found is not None:
                self._note(found)

    def _is_known(self, trace: Trace) -> bool:
        return (trace.steps, trace.end) in self._seen

    def _climb(self, run: Callable[[Case], Trace]) -> Climb:
        found = self.found
        return Climb(found.definition, found.steering, run, _CLIMBED, any_answer=self.aim.any_answer)
