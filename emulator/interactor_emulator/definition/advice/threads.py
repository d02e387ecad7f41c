"""Threads that cannot do what they are meant for: joins that wait for nobody, threads that never end."""

from collections.abc import Iterator, Mapping

from interactor_emulator.definition.advice.model import Draft
from interactor_emulator.definition.advice.ways import forked_states, next_states, reached
from interactor_emulator.definition.model import Definition
from interactor_emulator.definition.rules.words import quoted
from interactor_emulator.jsontext import Json
from interactor_emulator.limits import Limits


def joins(definition: Definition, _source: Mapping[str, Json]) -> Iterator[Draft]:
    """Joins to which no thread comes that has forked another."""
    forking = [state for state in definition.states.values() if forked_states(state)]
    beyond = [target for state in forking for target in next_states(state)]
    waited_for = reached(definition, beyond, next_states)
    for name, state in definition.states.items():
        if state.join and name not in waited_for:
            yield Draft(
                "join_without_fork",
                ("states", name, "join"),
                f"No thread that has forked another comes to the join {quoted(name)}, so it waits for nobody",
                "Let the state that forks lead to it, or remove the join.",
            )


def endings(definition: Definition, _source: Mapping[str, Json]) -> Iterator[Draft]:
    """Threads that can never come to a terminal state, for which a join would wait for ever."""
    for at, target in _forks(definition):
        states = reached(definition, [target], next_states)
        if not any(definition.states[name].type == "terminal" for name in states):
            yield Draft(
                "endless_thread",
                at,
                f"The thread that begins in {quoted(target)} can never reach a terminal state",
                "Give it a way to one: a forked thread completes in a terminal state.",
            )


def _forks(definition: Definition) -> Iterator[tuple[tuple[str | int, ...], str]]:
    for name, state in definition.states.items():
        for number, (thread, target) in enumerate(state.forks):
            yield ("states", name, "fork", number if thread is None else thread), target


def numbers(definition: Definition, _source: Mapping[str, Json]) -> Iterator[Draft]:
    """ "Max concurrent threads | 10 | Per instance", the main one included."""
    limit = Limits().threads_per_instance
    for name, state in definition.states.items():
        if len(state.forks) >= limit:
            yield Draft(
                "too_many_threads",
                ("states", name, "fork"),
                f"State {quoted(name)} forks {len(state.forks)} threads; with the main one at most {limit} may run",
                "Fork fewer, or fork the rest once some have completed: past the limit the instance fails.",
            )
