"""Threads that cannot do what they are meant for: joins that wait for nobody, threads that never end."""

from collections.abc import Iterator, Mapping

from interactor_emulator import notices
from interactor_emulator.definition.advice.model import Draft
from interactor_emulator.definition.advice.ways import forked_states, next_states, reached
from interactor_emulator.definition.model import Definition, Valid
from interactor_emulator.definition.rules.words import quoted
from interactor_emulator.limits import Limits


def joins(definition: Definition, _source: Mapping[str, Valid]) -> Iterator[Draft]:
    """Joins to which no thread comes that has forked another."""
    forking = [state for state in definition.states.values() if forked_states(state)]
    beyond = [target for state in forking for target in next_states(state)]
    waited_for = reached(definition, beyond, next_states)
    for name, state in definition.states.items():
        if state.join and name not in waited_for:
            yield Draft.of(notices.JOIN_WITHOUT_FORK, ("states", name, "join"), state=quoted(name))


def endings(definition: Definition, _source: Mapping[str, Valid]) -> Iterator[Draft]:
    """Threads that can never come to a terminal state, for which a join would wait for ever."""
    for at, target in _forks(definition):
        states = reached(definition, [target], next_states)
        if not any(definition.states[name].type == "terminal" for name in states):
            yield Draft.of(notices.ENDLESS_THREAD, at, state=quoted(target))


def _forks(definition: Definition) -> Iterator[tuple[tuple[str | int, ...], str]]:
    for name, state in definition.states.items():
        for number, (thread, target) in enumerate(state.forks):
            yield ("states", name, "fork", number if thread is None else thread), target


def numbers(definition: Definition, _source: Mapping[str, Valid]) -> Iterator[Draft]:
    """ "Max concurrent threads | 10 | Per instance", the main one included."""
    limit = Limits().threads_per_instance
    for name, state in definition.states.items():
        if len(state.forks) >= limit:
            yield Draft.of(
                notices.TOO_MANY_THREADS,
                ("states", name, "fork"),
                state=quoted(name),
                number=len(state.forks),
                limit=limit,
            )
