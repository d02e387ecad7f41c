"""What of a definition can be taken: each state, each transition, each comparison of a condition for true and for
false."""

from collections.abc import Iterator
from dataclasses import dataclass

from interactor_emulator.definition.conditions import comparisons
from interactor_emulator.definition.model import Comparison, Definition
from interactor_emulator.jsontext import Json, encode


@dataclass(frozen=True, slots=True, order=True)
class Entered:
    """A state was entered."""

    state: str


@dataclass(frozen=True, slots=True, order=True)
class Left:
    """The transition at this place of a state was taken."""

    state: str
    index: int


@dataclass(frozen=True, slots=True, order=True)
class Outcome:
    """A clause of the transition's condition was seen to hold, or not to."""

    state: str
    index: int
    clause: str
    holds: bool


Key = Entered | Left | Outcome


def states(definition: Definition) -> Iterator[Entered]:
    """One for each state."""
    return map(Entered, definition.states)


def transitions(definition: Definition) -> Iterator[Left]:
    """One for each transition."""
    for state in definition.states.values():
        yield from (Left(state.name, index) for index in range(len(state.transitions)))


def outcomes(definition: Definition) -> Iterator[Outcome]:
    """Each condition's clauses, once for true and once for false."""
    for state in definition.states.values():
        for index, transition in enumerate(state.transitions):
            for each in comparisons(transition.condition):
                text = _of(each)
                yield Outcome(state.name, index, text, True)
                yield Outcome(state.name, index, text, False)


def _of(comparison: Comparison) -> str:
    return clause(comparison.field, comparison.operator, comparison.value)


def clause(field: str, operator: str, wanted: Json) -> str:
    """A comparison as an outcome names it."""
    return f"{field} {operator} {encode(wanted)}"


def told(definition: Definition, key: Key) -> str:
    """The key in words: `state done`, `transition ask → done`, `condition ask → done: ok equals true`."""
    if isinstance(key, Entered):
        return f"state {key.state}"
    target = definition.states[key.state].transitions[key.index].target
    if isinstance(key, Left):
        return f"transition {key.state} → {target}"
    return f"condition {key.state} → {target}: {key.clause}"
