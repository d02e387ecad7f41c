"""Where a workflow can go: transitions that are never taken, states that are never reached or never left."""

from collections.abc import Iterable, Iterator, Mapping

from interactor_emulator.definition.advice.model import Draft
from interactor_emulator.definition.advice.ways import by_selection, live, next_states, reached
from interactor_emulator.definition.model import Definition, State
from interactor_emulator.definition.rules.words import listing, quoted
from interactor_emulator.jsontext import Json

# How many states a message names.
_NAMED = 3


def transitions(definition: Definition, _source: Mapping[str, Json]) -> Iterator[Draft]:
    """The ways out of each state."""
    for name, state in definition.states.items():
        at = ("states", name, "transitions")
        if state.type == "terminal":
            if state.transitions:
                yield Draft(
                    "terminal_transitions",
                    at,
                    f"State {quoted(name)} is terminal; its transitions are never taken",
                    "Remove them, or make it an action or halting state.",
                )
        elif not state.transitions:
            yield Draft(
                "stuck_state",
                at,
                f"State {quoted(name)} has no transitions, so nothing leads out of it",
                "Add a transition, or make it terminal.",
            )
        else:
            yield from _selected(state) if by_selection(state) else _in_order(state)


def _selected(state: State) -> Iterator[Draft]:
    for index, transition in enumerate(state.transitions):
        if transition.key is None:
            yield Draft(
                "unkeyed_transition",
                ("states", state.name, "transitions", index, "key"),
                "Transition has no key, so that it cannot be chosen in selection mode",
                "Give it a key.",
            )


def _in_order(state: State) -> Iterator[Draft]:
    taken = len(live(state))
    at = ("states", state.name, "transitions")
    for index in range(taken, len(state.transitions)):
        yield Draft(
            "shadowed_transition",
            (*at, index),
            "Transition is never taken: one before it has no condition and always holds",
            "Put the transition without a condition last.",
        )
    if state.transitions[taken - 1].condition is not None:
        outcome = "fails" if state.type == "action" else "refuses the input"
        yield Draft(
            "no_fallback_transition",
            (*at, taken - 1, "condition"),
            f"State {quoted(state.name)} has conditional transitions only; where none holds, the workflow {outcome}",
            "Add a last transition without a condition.",
        )


def reachability(definition: Definition, _source: Mapping[str, Json]) -> Iterator[Draft]:
    """ "Don't create orphan states - Every state should be reachable"."""
    entered = reached(definition, [definition.initial_state])
    for name in definition.states:
        if name not in entered:
            yield Draft(
                "unreachable_state",
                ("states", name),
                f"State {quoted(name)} cannot be reached from {quoted(definition.initial_state)}",
                "Add a transition that leads to it, or remove it.",
            )


def loops(definition: Definition, _source: Mapping[str, Json]) -> Iterator[Draft]:
    """Reachable action states from which only such states can be reached, one report for each group of them."""
    entered, leaving = reached(definition, [definition.initial_state]), _leaving(definition)
    told: set[str] = set()
    for name in definition.states:
        if name in entered and name not in leaving and name not in told:
            group = reached(definition, [name], next_states)
            told.update(group)
            yield Draft(
                "possible_loop",
                ("states", name),
                f"State {quoted(name)} leads to action states only ({_names(group)}): a run never halts nor completes",
                "Add a way to a halting or terminal state.",
            )


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
