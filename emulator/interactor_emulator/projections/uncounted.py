"""What of a definition does not count against 100 %: what a `description` says need not be covered, and what is proven
to be impossible."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from interactor_emulator.definition.model import Definition, State, Transition
from interactor_emulator.definition.reasoning.facts import proven_anyhow

from .countable import Entered, Key, Left, Outcome, outcomes, told

MARK = "# interactor: no cover"
_MARK = re.compile(r"#\s*interactor:\s*no[ -]?cover\b", re.I)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What does not count: what is `unwanted`, and what is `impossible`, with the reason."""

    unwanted: Mapping[Key, None]
    impossible: Mapping[Key, str]


def left_out(definition: Definition) -> LeftOut:
    """What of this definition does not count."""
    return LeftOut(_unwanted(definition), _impossible(definition))


def _impossible(definition: Definition) -> Mapping[Key, str]:
    """What no instance can do, whatever `contains` means to the account in which it runs."""
    facts = proven_anyhow(definition)
    found: dict[Key, str] = {Entered(name): why for name, why in facts.states.items()}
    found |= {Left(*edge): why for edge, why in facts.transitions.items()}
    found |= {Outcome(*side): why for side, why in facts.outcomes.items()}
    if facts.kinds:
        # Where nobody looks for a way out, no condition is looked at.
        idle = {
            edge: why for edge, why in facts.transitions.items() if facts.kinds[edge] in ("never_entered", "terminal")
        }
        found |= {each: idle[edge] for each in outcomes(definition) if (edge := (each.state, each.index)) in idle}
    return found


def reasons(definition: Definition, impossible: Mapping[Key, str]) -> Iterator[str]:
    """A line for each thing that is impossible, but for what follows from another one: of a state that is never
    entered, and of the condition of a transition that is never taken, no more is said."""
    for key, why in impossible.items():
        if isinstance(key, Entered):
            yield f"{told(definition, key)}: {why}"
        elif Entered(key.state) in impossible:
            continue
        elif isinstance(key, Left):
            yield f"{told(definition, key)}: {why}"
        elif Left(key.state, key.index) not in impossible:
            yield f"condition {key.state} → {definition.states[key.state].transitions[key.index].target}: {why}"


def _unwanted(definition: Definition) -> Mapping[Key, None]:
    """The transitions whose `description` has the mark, their conditions' outcomes, and what nothing else leads to: a
    state, and its ways out."""
    marked = {
        Left(state.name, index)
        for state in definition.states.values()
        for index, transition in enumerate(state.transitions)
        if _is_marked(transition)
    }
    if not marked:
        return {}
    wanted = _reached(definition, marked)
    behind = {name for name in _reached(definition, set()) if name not in wanted}
    found: dict[Key, None] = {}
    for state in definition.states.values():
        if state.name in behind:
            found[Entered(state.name)] = None
        for index in range(len(state.transitions)):
            if state.name in behind or Left(state.name, index) in marked:
                found[Left(state.name, index)] = None
    found.update((each, None) for each in outcomes(definition) if Left(each.state, each.index) in found)
    return found


def _is_marked(transition: Transition) -> bool:
    return transition.description is not None and _MARK.search(transition.description) is not None


def _reached(definition: Definition, without: set[Left]) -> dict[str, None]:
    """The states to which transitions lead, and forks, but for these."""
    found = dict.fromkeys([definition.initial_state])
    waiting = list(found)
    for name in waiting:
        for target in _next(definition.states[name], without):
            if target not in found:
                found[target] = None
                waiting.append(target)
    return found


def _next(state: State, without: set[Left]) -> Iterator[str]:
    for index, transition in enumerate(state.transitions):
        if Left(state.name, index) not in without:
            yield transition.target
    yield from (target for _, target in state.forks)
