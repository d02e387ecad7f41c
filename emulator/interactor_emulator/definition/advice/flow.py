"""Where a workflow can go: states that are never left, and ways that nobody can choose. What conditions prove is in
`proofs.py`."""

from collections.abc import Iterable, Iterator, Mapping

from interactor_emulator import notices
from interactor_emulator.definition.advice.model import Draft
from interactor_emulator.definition.advice.ways import next_states, reached
from interactor_emulator.definition.model import Definition, State, Valid
from interactor_emulator.definition.rules.words import listing, quoted

# How many states a message names.
_NAMED = 3


def transitions(definition: Definition, _source: Mapping[str, Valid]) -> Iterator[Draft]:
    """The ways out of each state."""
    for name, state in definition.states.items():
        at = ("states", name, "transitions")
        if state.type == "terminal":
            if state.transitions:
                yield Draft.of(notices.TERMINAL_TRANSITIONS, at, state=quoted(name))
        elif not state.transitions:
            yield Draft.of(notices.STUCK_STATE, at, state=quoted(name))
        elif state.by_selection:
            yield from _selected(state)


def _selected(state: State) -> Iterator[Draft]:
    for index, transition in enumerate(state.transitions):
        if transition.key is None:
            yield Draft.of(notices.UNKEYED_TRANSITION, ("states", state.name, "transitions", index, "key"))


def loops(definition: Definition, _source: Mapping[str, Valid]) -> Iterator[Draft]:
    """Reachable action states from which only such states can be reached, one report for each group of them."""
    entered, leaving = reached(definition, [definition.initial_state]), _leaving(definition)
    told: set[str] = set()
    for name in definition.states:
        if name in entered and name not in leaving and name not in told:
            group = reached(definition, [name], next_states)
            told.update(group)
            yield Draft.of(notices.POSSIBLE_LOOP, ("states", name), state=quoted(name), group=_names(group))


def _leaving(definition: Definition) -> set[str]:
    """The states from which a path leads to one where a run comes to rest."""
    sources: dict[str, list[str]] = {name: [] for name in definition.states}
    for name, state in definition.states.items():
        for target in next_states(state):
            sources[target].append(name)
    waiting = [name for name, state in definition.states.items() if not _runs_on(state)]
    leaving = set(waiting)
    for name in waiting:
        new = [source for source in sources[name] if source not in leaving]
        leaving.update(new)
        waiting.extend(new)
    return leaving


def _runs_on(state: State) -> bool:
    return state.type == "action" and bool(state.transitions)


def _names(group: Iterable[str]) -> str:
    names = [quoted(name) for name in group]
    more = [f"{len(names) - _NAMED} more"] if len(names) > _NAMED else []
    return listing(names[:_NAMED] + more, "and")
