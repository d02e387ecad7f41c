"""What of a definition is proven to be impossible: states, transitions, and outcomes of comparisons.

From the conditions alone: a transition whose condition cannot hold where those before it do not is never taken. Where
no logic and no answer stands between two decisions, what the first one saw still holds at the second; and a new
instance has no data at all ("`workflow_data` `{}`"). What a script, a call or a person may do is never guessed.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from interactor_emulator.definition.conditions import OPERATORS, Operators, comparisons
from interactor_emulator.definition.model import Comparison, Definition, State

from .literals import Conjunction, Literal, Wanted, ways, worded
from .solving import TooMany, clash, consistent

SHADOWED = "a transition before it"
"""With this the reasons begin that lie in the order of the transitions."""

_ALTERNATIVES = 8
"""So many sets of facts are kept for one state; where there are more, nothing is known."""

Facts = frozenset[Conjunction] | None
"""What may be known of the data on entering a state, as alternatives; None where anything may be."""

Edge = tuple[str, int]
"""A state, and the place of a transition in it."""
Side = tuple[str, int, str, bool]
"""A state, the place of a transition in it, a comparison of its condition in words, and whether it holds."""


@dataclass(slots=True)
class Proven:
    """What can never happen, and why, in words."""

    states: dict[str, str] = field(default_factory=dict)
    transitions: dict[Edge, str] = field(default_factory=dict)
    outcomes: dict[Side, str] = field(default_factory=dict)


def proven(definition: Definition, operators: Operators = OPERATORS) -> Proven:
    """What of this definition is impossible. Nothing that is left out is thereby possible."""
    return _Prover(definition, operators).prove()


class _Prover:
    def __init__(self, definition: Definition, operators: Operators) -> None:
        self._definition = definition
        self._operators = operators
        self._entered: dict[str, Facts] = {}
        # Threads share their data: what one has seen another may have changed.
        self._forking = any(state.forks for state in definition.states.values())

    def prove(self) -> Proven:
        self._enter_all()
        found = Proven()
        for name, state in self._definition.states.items():
            if name not in self._entered:
                found.states[name] = "no way leads to it"
                found.transitions.update({(name, index): f"{name} is never entered" for index in _places(state)})
            elif state.type != "terminal":
                self._prove_state(state, found)
        return found

    def _enter_all(self) -> None:
        """Every state that may be entered, with what is known there: until nothing new comes of it."""
        start = self._definition.initial_state
        self._entered[start] = None if self._forking else frozenset({self._nothing()})
        waiting = [start]
        while waiting:
            name = waiting.pop()
            for target, facts in self._next(self._definition.states[name]):
                if target not in self._entered:
                    self._entered[target] = facts
                elif (joined := _joined(self._entered[target], facts)) != self._entered[target]:
                    self._entered[target] = joined
                else:
                    continue
                waiting.append(target)

    def _nothing(self) -> Conjunction:
        """A new instance's data: every field is missing, which conditions take for null."""
        conditions = (each.condition for state in self._definition.states.values() for each in state.transitions)
        names = dict.fromkeys(each.field for one in conditions for each in comparisons(one))
        return tuple(Literal(Comparison(name, "equals", None)) for name in names)

    def _next(self, state: State) -> Iterator[tuple[str, Facts]]:
        if state.type == "terminal":
            return
        if state.type == "action":
            for _, target in state.forks:
                yield target, None
        known = self._known(state)
        for index in _places(state):
            facts = self._facts_after(state, index, known)
            if facts is None or facts:
                yield state.transitions[index].target, facts

    def _known(self, state: State) -> Facts:
        """What is known when the state looks for its way out."""
        return None if state.type == "halting" or state.logic or state.join else self._entered[state.name]

    def _facts_after(self, state: State, index: int, known: Facts) -> Facts:
        """What is known once this transition was taken; no alternative at all where it cannot be."""
        possible = self._possible(_taken(state, index), known)
        if not possible:
            return possible
        return None if self._forking or len(possible) > _ALTERNATIVES else possible

    def _possible(self, wanted: Sequence[Wanted], known: Facts) -> Facts:
        """The ways in which all this comes out so; None where there are too many to look at."""
        alternatives: Iterable[Conjunction] = [()] if known is None else known
        try:
            return frozenset(
                way
                for facts in alternatives
                for way in islice(consistent(wanted, facts, self._operators), _ALTERNATIVES + 1)
            )
        except TooMany:
            return None

    def _prove_state(self, state: State, found: Proven) -> None:
        known = self._known(state)
        for index, transition in enumerate(state.transitions):
            if self._possible(_taken(state, index), known) == frozenset():
                found.transitions[state.name, index] = self._reason(state, index, known)
            for comparison in comparisons(transition.condition):
                for holds in (True, False):
                    if self._possible([*_before(state, index), (comparison, holds)], known) == frozenset():
                        why = f"{worded(comparison)} is always {'false' if holds else 'true'} there"
                        found.outcomes[state.name, index, worded(comparison), holds] = why

    def _reason(self, state: State, index: int, known: Facts) -> str:
        """Why this transition is never taken: the first of these that is enough."""
        condition = state.transitions[index].condition
        if self._possible([(condition, True)], None) == frozenset():
            return f"its condition contradicts itself: {self._clash([(condition, True)], None)}"
        if self._possible([(condition, True)], known) == frozenset():
            return f"what leads here rules it out: {self._clash([(condition, True)], known)}"
        before = [each for each in _before(state, index) if each[0] is None]
        if before:
            return f"{SHADOWED} always holds"
        return f"{SHADOWED} is taken first: {self._clash(_taken(state, index), known)}"

    def _clash(self, wanted: Sequence[Wanted], known: Facts) -> str:
        """What clashes, in one of the ways in which it does."""
        facts = () if known is None else min(known, key=str)
        found = (clash(facts + way, self._operators) for way in islice(ways(wanted), _ALTERNATIVES))
        return f"nothing is {next(filter(None, found), 'all of that')}"


def _places(state: State) -> range:
    return range(len(state.transitions))


def _before(state: State, index: int) -> list[Wanted]:
    """What must be for a transition to be looked at: "Evaluated in order", but for those that are chosen by key."""
    return [] if state.by_selection else [(each.condition, False) for each in state.transitions[:index]]


def _taken(state: State, index: int) -> list[Wanted]:
    return [*_before(state, index), (state.transitions[index].condition, True)]


def _joined(known: Facts, more: Facts) -> Facts:
    """What is known when either may be so."""
    if known is None or more is None:
        return None
    both = known | more
    return both if len(both) <= _ALTERNATIVES else None
