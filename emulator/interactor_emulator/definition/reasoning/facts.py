"""What of a definition is proven to be impossible: states, transitions, and outcomes of comparisons.

From the conditions alone: a transition whose condition cannot hold where those before it do not is never taken. Where
no logic and no answer stands between two decisions, what the first one saw still holds at the second; and a new
instance has no data at all ("`workflow_data` `{}`"). What a script, a call or a person may do is never guessed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Literal as OneOf

from interactor_emulator.definition.conditions import OF_TEXT_ALONE, OPERATORS, Operators, comparisons
from interactor_emulator.definition.model import Comparison, Definition, State

from .literals import Conjunction, Literal, Wanted, ways, worded
from .narrowing import ANYTHING, Alternatives, Narrowing, Spent
from .solving import clash

_CARRIED = 8
"""So many alternatives are carried from one state to the next; where there are more, nothing is known there."""

_LOOKS = 500_000
"""So many looks of one comparison at another, before the rest counts as possible: a few seconds."""

_CLASHES, _TOLD = 8, 3
"""So many ways are looked at for what clashes, and so many clashes are told."""

Edge = tuple[str, int]
"""A state, and the place of a transition in it."""
Side = tuple[str, int, str, bool]
"""A state, the place of a transition in it, a comparison of its condition in words, and whether it holds."""
Kind = OneOf["never_entered", "terminal", "contradiction", "ruled_out", "shadowed"]
"""Why a transition is never taken: its state is not entered, or is terminal; its condition contradicts itself, or what
leads there; one before it is taken first."""


@dataclass(slots=True)
class Proven:
    """What can never happen, and why, in words. `exhaustive` are the states of which one transition or another is
    always taken; `always` are the transitions whose condition holds whatever the data are."""

    states: dict[str, str] = field(default_factory=dict)
    transitions: dict[Edge, str] = field(default_factory=dict)
    outcomes: dict[Side, str] = field(default_factory=dict)
    kinds: dict[Edge, Kind] = field(default_factory=dict)
    exhaustive: dict[str, None] = field(default_factory=dict)
    always: dict[Edge, None] = field(default_factory=dict)

    def never(self, edge: Edge, kind: Kind, why: str) -> None:
        self.transitions[edge], self.kinds[edge] = why, kind

    def also(self, other: "Proven") -> "Proven":
        """What the other one has proven, too."""
        return Proven(
            {key: why for key, why in self.states.items() if key in other.states},
            {key: why for key, why in self.transitions.items() if key in other.transitions},
            {key: why for key, why in self.outcomes.items() if key in other.outcomes},
            self.kinds,
            {key: None for key in self.exhaustive if key in other.exhaustive},
            {key: None for key in self.always if key in other.always},
        )


def proven(definition: Definition, operators: Operators = OPERATORS, most: int = _LOOKS) -> Proven:
    """What of this definition is impossible. Nothing that is left out is thereby possible: after `most` looks no more
    is said of what leads to a state, and after as many again nothing of the states that are left."""
    return _Prover(definition, operators, most).prove()


def proven_anyhow(definition: Definition, most: int = _LOOKS) -> Proven:
    """The same, whatever `contains` means to the account in which it runs."""
    found = proven(definition, OPERATORS, most)
    conditions = (each.condition for state in definition.states.values() for each in state.transitions)
    if any(each.operator == "contains" for one in conditions for each in comparisons(one)):
        return found.also(proven(definition, OF_TEXT_ALONE, most))
    return found


class _Prover:
    def __init__(self, definition: Definition, operators: Operators, most: int) -> None:
        self._definition = definition
        self._operators = operators
        self._most = most
        self._narrowing = Narrowing(operators, most)
        self._entered: dict[str, Alternatives] = {}
        self._clashes: dict[Conjunction, str] = {}
        # Threads share their data: what one has seen another may have changed.
        self._forking = any(state.forks for state in definition.states.values())

    def prove(self) -> Proven:
        found = Proven()
        try:
            self._enter_all()
        except Spent:
            # Where what leads to a state is too much to follow, each is looked at by itself.
            self._entered = dict.fromkeys(self._definition.states, ANYTHING)
        self._narrowing.begin_anew(self._most)
        try:
            for state in self._definition.states.values():
                self._prove_state(state, found)
        except Spent:
            pass  # what is proven by now is proven
        return found

    def _enter_all(self) -> None:
        """Every state that may be entered, with what may be so there: until nothing new comes of it."""
        start = self._definition.initial_state
        self._entered[start] = ANYTHING if self._forking else self._nothing()
        waiting = {start: None}
        while waiting:
            name = next(iter(waiting))
            del waiting[name]
            for target, facts in self._next(self._definition.states[name]):
                known = self._entered.get(target)
                joined = facts if known is None else _joined(known, facts)
                if joined != known:
                    self._entered[target] = joined
                    # What is known on entering counts only where nothing changes the data.
                    if known is None or _keeps_data(self._definition.states[target]):
                        waiting[target] = None

    def _nothing(self) -> Alternatives:
        """A new instance's data: every field is missing, which conditions take for null."""
        conditions = (each.condition for state in self._definition.states.values() for each in state.transitions)
        names = dict.fromkeys(each.field for one in conditions for each in comparisons(one))
        return frozenset({tuple(Literal(Comparison(name, "equals", None)) for name in names)})

    def _next(self, state: State) -> Iterator[tuple[str, Alternatives]]:
        if state.type == "terminal":
            return
        if state.type == "action":
            for _, target in state.forks:
                yield target, ANYTHING
        for index, before in self._looked_at(state):
            transition = state.transitions[index]
            if taken := self._narrowing.narrowed(before, (transition.condition, True)):
                yield transition.target, ANYTHING if self._forking or len(taken) > _CARRIED else taken

    def _known(self, state: State) -> Alternatives:
        """What may be so when the state looks for its way out."""
        return self._entered[state.name] if _keeps_data(state) else ANYTHING

    def _looked_at(self, state: State) -> Iterator[tuple[int, Alternatives]]:
        """Each transition, with what may be so when it is looked at: "Evaluated in order", but for those that are
        chosen by key."""
        before = self._known(state)
        for index in _places(state):
            yield index, before
            if not state.by_selection:
                before = self._narrowing.narrowed(before, (state.transitions[index].condition, False))

    def _prove_state(self, state: State, found: Proven) -> None:
        if state.name not in self._entered:
            _never_entered(state, found)
        elif state.type == "terminal":
            for index in _places(state):
                found.never((state.name, index), "terminal", "a terminal state is never left")
        else:
            self._prove_ways_out(state, found)

    def _prove_ways_out(self, state: State, found: Proven) -> None:
        can = self._narrowing.can
        for index, before in self._looked_at(state):
            transition, edge = state.transitions[index], (state.name, index)
            if not can(before, (transition.condition, True)):
                found.never(edge, *self._reason(state, index, before))
            elif transition.condition is not None and not can(ANYTHING, (transition.condition, False)):
                found.always[edge] = None
            for comparison in comparisons(transition.condition):
                for holds in (True, False):
                    if not can(before, (comparison, holds)):
                        why = f"{worded(comparison)} is always {'false' if holds else 'true'} there"
                        found.outcomes[state.name, index, worded(comparison), holds] = why
            if not state.by_selection and not can(before, (transition.condition, False)):
                found.exhaustive[state.name] = None

    def _reason(self, state: State, index: int, before: Alternatives) -> tuple[Kind, str]:
        """Why this transition is never taken: the first of these that is enough."""
        can, known, condition = self._narrowing.can, self._known(state), state.transitions[index].condition
        wanted = (condition, True)
        if not can(ANYTHING, wanted):
            return "contradiction", f"its condition contradicts itself: {self._clash(ANYTHING, [wanted])}"
        if not can(known, wanted):
            return "ruled_out", f"what leads here rules it out: {self._clash(known, [wanted])}"
        if any(each.condition is None for each in state.transitions[:index]):
            return "shadowed", "a transition before it always holds"
        if not before:
            return "shadowed", "one of the transitions before it is always taken"
        return "shadowed", f"a transition before it is taken first: {self._clash(before, [wanted])}"

    def _clash(self, before: Alternatives, wanted: Sequence[Wanted]) -> str:
        """What clashes, in each of the ways that there are; of very many the first."""
        each = (facts + way for facts in sorted(before, key=str) for way in islice(ways(wanted), _CLASHES))
        found = dict.fromkeys(filter(None, map(self._clash_of, islice(each, _CLASHES))))
        return "; ".join(islice(found, _TOLD)) or "the same stands there"

    def _clash_of(self, conjunction: Conjunction) -> str:
        known = self._clashes.get(conjunction)
        if known is None:
            self._narrowing.spend(len(conjunction) ** 3)  # of all but each it is asked whether they are enough
            found = clash(conjunction, self._operators)
            # That a comparison cannot be true and false at once needs no telling.
            known = self._clashes[conjunction] = "" if found is None or found.is_plain else str(found)
        return known


def _never_entered(state: State, found: Proven) -> None:
    found.states[state.name] = "no way leads to it"
    for index in _places(state):
        found.never((state.name, index), "never_entered", f"{state.name} is never entered")


def _keeps_data(state: State) -> bool:
    """Whether the data are the same when it looks for its way out as when it was entered."""
    return state.type != "halting" and not state.logic and not state.join


def _places(state: State) -> range:
    return range(len(state.transitions))


def _joined(known: Alternatives, more: Alternatives) -> Alternatives:
    """What may be so when either may be."""
    both = known | more
    return ANYTHING if () in both or len(both) > _CARRIED else both
