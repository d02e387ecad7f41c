"""Where a workflow can go: transitions that are never taken, states that are never reached or never left."""

from collections.abc import Iterable, Iterator, Mapping

from interactor_emulator import notices
from interactor_emulator.definition.advice.model import Draft
from interactor_emulator.definition.advice.ways import live, next_states, reached
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
        else:
            yield from _selected(state) if state.by_selection else _in_order(state)


def _selected(state: State) -> Iterator[Draft]:
    for index, transition in enumerate(state.transitions):
        if transition.key is None:
            yield Draft.of(notices.UNKEYED_TRANSITION, ("states", state.name, "transitions", index, "key"))


def _in_order(state: State) -> Iterator[Draft]:
    taken = len(live(state))
    at = ("states", state.name, "transitions")
    for index in range(taken, len(state.transitions)):
        yield Draft.of(notices.SHADOWED_TRANSITION, (*at, index))
    if state.transitions[taken - 1].condition is not None:
        outcome = "fails" if state.type == "action" else "refuses the input"
        yield Draft.of(notices.NO_FALLBACK, (*at, taken - 1, "condition"), state=quoted(state.name), outcome=outcome)


def reachability(definition: Definition, _source: Mapping[str, Valid]) -> Iterator[Draft]:
    """ "Don't create orphan states - Every state should be reachable"."""
    entered = reached(definition, [definition.initial_state])
    for name in definition.states:
        if name not in entered:
            yield Draft.of(
                notices.UNREACHABLE_STATE,
                ("states", name),
                state=quoted(name),
                initial=quoted(definition.initial_state),
            )


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
