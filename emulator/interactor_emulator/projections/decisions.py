"""Why an instance went where it went: every transition considered, each clause, the value it saw, what it gave.

Nothing of this is stored. Conditions depend on the data alone, and the events say what the data was.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from interactor_emulator.definition.model import Definition, State
from interactor_emulator.engine import results
from interactor_emulator.engine.conditions import Clause, holds, trace
from interactor_emulator.engine.machine import considered, stored
from interactor_emulator.jsontext import Json
from interactor_emulator.state.events import Event, InstanceFailed, Resumed, ResumeRefused, StateChanged, StepCompleted


@dataclass(frozen=True, slots=True)
class Considered:
    """A transition that was looked at. `applies` is false for one that the choice made in selection mode left out."""

    index: int
    target: str
    clauses: tuple[Clause, ...]
    unconditional: bool
    applies: bool
    holds: bool


@dataclass(frozen=True, slots=True)
class Decision:
    """One time that a thread looked for its way out of a state. `taken` is None when no transition held."""

    event_id: str
    at_ms: int
    thread_id: str
    state: str
    trigger: str
    choice: str | None
    considered: tuple[Considered, ...]
    taken: str | None


def decisions(definition: Definition, events: Iterable[Event]) -> list[Decision]:
    """All decisions that these events of one instance tell of, oldest first."""
    found: list[Decision] = []
    data: dict[str, Json] = {}
    choices: dict[str, str | None] = {}
    for event in events:
        if isinstance(event, StepCompleted | Resumed):
            data = results.merged(data, event.changes)
            if isinstance(event, Resumed):
                choices[event.thread_id] = event.choice
        elif isinstance(event, StateChanged):
            state, choice = definition.states[event.from_state], choices.pop(event.thread_id, None)
            found.append(_decision(event, event.thread_id, state, event.trigger, choice, data, event.index))
        elif isinstance(event, ResumeRefused):
            state = definition.states[event.state]
            tried = results.merged(data, results.changes(data, stored(state, event.input)))
            found.append(_decision(event, event.thread_id, state, "resume", event.choice, tried, None))
        elif isinstance(event, InstanceFailed) and event.error_code == "invalid_transition":
            state = definition.states[event.state]
            found.append(_decision(event, event.thread_id, state, "automatic", None, data, None))
    return found


def _decision(
    event: Event,
    thread_id: str,
    state: State,
    trigger: str,
    choice: str | None,
    data: Mapping[str, Json],
    taken: int | None,
) -> Decision:
    looked_at = state.transitions if taken is None else state.transitions[: taken + 1]
    each = tuple(
        Considered(
            index=index,
            target=transition.target,
            clauses=tuple(trace(transition.condition, data)),
            unconditional=transition.condition is None,
            applies=considered(state, transition, choice),
            holds=considered(state, transition, choice) and holds(transition.condition, data),
        )
        for index, transition in enumerate(looked_at)
    )
    target = None if taken is None else state.transitions[taken].target
    return Decision(event.id, event.at_ms, thread_id, state.name, trigger, choice, each, target)
