"""What the conditions of a definition prove: transitions that are never taken, states that are never reached."""

from collections.abc import Callable, Iterator, Mapping

from interactor_emulator import notices
from interactor_emulator.definition.advice.model import Draft
from interactor_emulator.definition.advice.ways import live, reached
from interactor_emulator.definition.model import Definition, State
from interactor_emulator.definition.reasoning.facts import Proven
from interactor_emulator.definition.rules.words import quoted
from interactor_emulator.notices import DefinitionNotice

_SHOWN = 200

_NEVER: Mapping[str, DefinitionNotice] = {
    "contradiction": notices.CONTRADICTION,
    "ruled_out": notices.IMPOSSIBLE_TRANSITION,
    "shadowed": notices.SHADOWED_TRANSITION,
}


def in_order(definition: Definition, facts: Proven) -> Iterator[Draft]:
    """The ways out of each state that is left, in their order."""
    for name, state in definition.states.items():
        if state.type != "terminal" and state.transitions:
            yield from _ways_out(name, state, facts)


def _ways_out(name: str, state: State, facts: Proven) -> Iterator[Draft]:
    at, taken = ("states", name, "transitions"), len(live(state))
    for index in range(len(state.transitions)):
        never = _NEVER.get(facts.kinds.get((name, index), ""))
        if never is not None:
            yield Draft.of(never, (*at, index), why=_short(facts.transitions[name, index]))
        elif index >= taken:
            yield Draft.of(notices.SHADOWED_TRANSITION, (*at, index), why="a transition before it always holds")
        elif (name, index) in facts.always:
            yield Draft.of(notices.ALWAYS_TRUE, (*at, index, "condition"))
    if not state.by_selection and name not in facts.exhaustive and state.transitions[taken - 1].condition is not None:
        outcome = "fails" if state.type == "action" else "refuses the input"
        values = {"state": quoted(name), "outcome": outcome}
        yield Draft.of(notices.NO_FALLBACK, (*at, taken - 1, "condition"), **values)


def _short(why: str) -> str:
    """Constants may be as long as the definition."""
    return why if len(why) <= _SHOWN else f"{why[:_SHOWN]}…"


def reachability(definition: Definition, facts: Proven) -> Iterator[Draft]:
    """ "Don't create orphan states - Every state should be reachable"."""
    entered = reached(definition, [definition.initial_state])
    for name in definition.states:
        if name in entered and name not in facts.states:
            continue
        values = {"state": quoted(name), "initial": quoted(definition.initial_state)}
        yield Draft.of(notices.UNREACHABLE_STATE, ("states", name), **values)


CHECKS: tuple[Callable[[Definition, Proven], Iterator[Draft]], ...] = (in_order, reachability)
"""The checks that look at what is proven."""
