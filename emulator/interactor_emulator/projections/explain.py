"""Why an instance went where it went: every transition considered, each clause, the value it saw, what it gave.

Nothing of this is stored. Conditions depend on the data alone, and the events say what the data was.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from interactor_emulator.clock import moment
from interactor_emulator.definition.conditions import OPERATORS, Operators, holds
from interactor_emulator.definition.model import Definition, State
from interactor_emulator.engine import results
from interactor_emulator.engine.conditions import trace
from interactor_emulator.engine.machine import considered
from interactor_emulator.jsontext import Json, encode
from interactor_emulator.state.events import (
    Clause,
    Event,
    InstanceFailed,
    Resumed,
    ResumeRefused,
    StateChanged,
    StepCompleted,
)
from interactor_emulator.terminal import line


@dataclass(frozen=True, slots=True)
class Considered:
    """A transition that was looked at, by its `index` in the state and its `target`, with every comparison of its
    condition in `clauses` (none where it is `unconditional`), and whether it `holds`. `applies` is false for one that
    the choice made in selection mode left out."""

    index: int
    target: str
    clauses: tuple[Clause, ...]
    unconditional: bool
    applies: bool
    holds: bool


@dataclass(frozen=True, slots=True)
class Decision:
    """One time that a thread looked for its way out of a state: on its own (`trigger` is `automatic`) or after an
    answer (`resume`), maybe with a `choice`. `considered` are the transitions that it looked at, in order; `taken` is
    the state that it went to, None when no transition held."""

    event_id: str
    at_ms: int
    thread_id: str
    state: str
    trigger: str
    choice: str | None
    considered: tuple[Considered, ...]
    taken: str | None

    @property
    def at(self) -> datetime:
        """When it was made, on the emulator's clock."""
        return moment(self.at_ms)

    @property
    def clauses(self) -> int:
        """How many there are to tell of; a transition without any is one."""
        return sum(max(1, len(each.clauses)) for each in self.considered)


def decisions(
    definition: Definition,
    events: Iterable[Event],
    operators: Operators = OPERATORS,
    data: Mapping[str, Json] | None = None,
) -> Iterator[Decision]:
    """All decisions that these events of one instance tell of, oldest first; `operators` are those in force, `data` is
    what it had before, nothing at its start."""
    data = dict(data or {})
    choices: dict[str, str | None] = {}
    for event in events:
        if isinstance(event, StepCompleted | Resumed):
            data = results.merged(data, event.changes)
            if isinstance(event, Resumed):
                choices[event.thread_id] = event.choice
        elif isinstance(event, StateChanged):
            state, choice = definition.states[event.from_state], choices.pop(event.thread_id, None)
            yield _decision(event, event.thread_id, state, event.trigger, choice, data, event.index, operators)
        elif isinstance(event, ResumeRefused):
            yield _refusal(event, definition.states[event.state])
        elif isinstance(event, InstanceFailed) and event.error_code == "invalid_transition":
            state = definition.states[event.state]
            yield _decision(event, event.thread_id, state, "automatic", None, data, None, operators)


def latest(made: Iterable[Decision], most_clauses: int | None) -> Iterable[Decision]:
    """The last of these decisions, as many as have no more clauses than that together; at least one."""
    if most_clauses is None:
        return made
    kept: deque[Decision] = deque()
    clauses = 0
    for decision in made:
        kept.append(decision)
        clauses += decision.clauses
        while clauses > most_clauses and len(kept) > 1:
            clauses -= kept.popleft().clauses
    return kept


def _refusal(event: ResumeRefused, state: State) -> Decision:
    """What a refused answer saw was written down at once: the answer itself is not kept."""
    considered_ = tuple(
        Considered(
            index=index,
            target=transition.target,
            clauses=clauses,
            unconditional=transition.condition is None,
            applies=considered(state, transition, event.choice),
            holds=False,
        )
        for index, (transition, clauses) in enumerate(zip(state.transitions, event.clauses, strict=True))
    )
    return Decision(event.id, event.at_ms, event.thread_id, state.name, "resume", event.choice, considered_, None)


def _decision(
    event: Event,
    thread_id: str,
    state: State,
    trigger: str,
    choice: str | None,
    data: Mapping[str, Json],
    taken: int | None,
    operators: Operators,
) -> Decision:
    looked_at = state.transitions if taken is None else state.transitions[: taken + 1]
    each = tuple(
        Considered(
            index=index,
            target=transition.target,
            clauses=tuple(trace(transition.condition, data, operators)),
            unconditional=transition.condition is None,
            applies=considered(state, transition, choice),
            holds=considered(state, transition, choice) and holds(transition.condition, data, operators),
        )
        for index, transition in enumerate(looked_at)
    )
    target = None if taken is None else state.transitions[taken].target
    return Decision(event.id, event.at_ms, thread_id, state.name, trigger, choice, each, target)


# ---- as text, for people

_VALUE_CHARACTERS = 60


def explanation(decisions: Iterable[Decision], failure: InstanceFailed | None = None) -> str:
    """Every decision: the transitions that were considered, each clause, and the value that it saw; last what the
    instance failed of, if it has."""
    lines = [describe(decision) for decision in decisions]
    if failure is not None:
        lines.append(f"failed in {failure.state}: {failure.error_code}: {failure.message}")
    return "\n".join(lines)


def describe(decision: Decision) -> str:
    """One decision, a line for its head and one for each transition or clause."""
    outcome = "no transition holds" if decision.taken is None else f"→ {line(decision.taken)}"
    chosen = "" if decision.choice is None else f", choice {shown(decision.choice)}"
    lines = [f"{line(decision.state)} ({decision.trigger}{chosen}) {outcome}"]
    for each in decision.considered:
        lines += _lines(each)
    return "\n".join(lines)


def _lines(considered: Considered) -> list[str]:
    mark = "✓" if considered.holds else "✗"
    head = f"  {mark} {line(considered.target)}: "
    if not considered.applies:
        return [head + "not the chosen key"]
    if considered.unconditional:
        return [head + "always holds"]
    clauses = [_clause(clause) for clause in considered.clauses]
    if len(clauses) == 1:
        return [head + clauses[0]]
    return [head.rstrip(), *(f"      {clause}" for clause in clauses)]


def _clause(clause: Clause) -> str:
    mark = "✓" if clause.holds else "✗"
    seen = shown(clause.seen) if clause.present else "nothing (missing)"
    joiner = "" if clause.joiner is None else "  " * (clause.depth - 1) + f"{clause.joiner} "
    return f"{joiner}{line(clause.field)} {clause.operator} {shown(clause.wanted)}, saw {seen} {mark}"


def shown(value: Json, characters: int = _VALUE_CHARACTERS) -> str:
    """A value as JSON, its middle left out when it is long."""
    return shortened(line(encode(value)), characters)


def shortened(text: str, characters: int = _VALUE_CHARACTERS) -> str:
    """The text, its middle left out when it is long."""
    half = characters // 2
    return text if len(text) <= characters else f"{text[:half]}…{text[-half:]}"
