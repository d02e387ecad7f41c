"""The ways through a definition: where a thread may go from a state, and what can be reached."""

from collections.abc import Callable, Iterable

from interactor_emulator.definition.model import Definition, State, Transition


def live(state: State) -> tuple[Transition, ...]:
    """The transitions that may be taken: in order, up to the first that always holds."""
    if not state.by_selection:
        for index, transition in enumerate(state.transitions):
            if transition.condition is None:
                return state.transitions[: index + 1]
    return state.transitions


def next_states(state: State) -> list[str]:
    """Where the thread itself may go from this state."""
    return [] if state.type == "terminal" else [transition.target for transition in live(state)]


def forked_states(state: State) -> list[str]:
    """Where the threads begin that this state starts."""
    return [target for _, target in state.forks] if state.type == "action" else []


def all_ways(state: State) -> list[str]:
    """Where the thread, or one that it starts, may be next."""
    return next_states(state) + forked_states(state)


def reached(
    definition: Definition, start: Iterable[str], ways: Callable[[State], list[str]] = all_ways
) -> dict[str, None]:
    """The states to which a path leads, those of `start` included, in the order in which they are met."""
    found = dict.fromkeys(start)
    waiting = list(found)
    for name in waiting:
        for target in ways(definition.states[name]):
            if target not in found:
                found[target] = None
                waiting.append(target)
    return found
