"""What a case came to: every decision that was made, with the data it saw and the place that each piece came from."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from interactor_emulator.account.account import Account
from interactor_emulator.definition.model import Definition
from interactor_emulator.engine import results
from interactor_emulator.engine.machine import stored
from interactor_emulator.explore.scenarios.played import Played
from interactor_emulator.jsontext import Json, equal
from interactor_emulator.services import instances
from interactor_emulator.state.events import (
    Created,
    Event,
    Forked,
    InstanceFailed,
    Resumed,
    ResumeRefused,
    StateChanged,
    StepCompleted,
)
from interactor_emulator.wire.scenario import Answer

from .cases import INPUT, Case, Place

Origins = Mapping[str, Place | None]
"""By member of the data the place that its value was taken from as it is; None for what was computed of it."""


@dataclass(frozen=True, slots=True)
class Decision:
    """A thread looked for its way out of a state, in this data, and took the transition at `taken`; None: none held.

    `answers` counts those that were given by then, the one that it heard included. `offered` are the places from which
    a member that is missing might have come, the latest first."""

    thread: str
    state: str
    taken: int | None
    data: Mapping[str, Json]
    origins: Origins
    offered: tuple[Place, ...]
    answers: int
    choice: str | None = None

    @property
    def step(self) -> "Step":
        return self.thread, self.state, self.taken


Step = tuple[str, str, int | None]
"""A thread, the state that it left, and the transition by which it did."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A thread that waits for an answer, in a state, and the presentation that it shows."""

    thread: str
    state: str
    presentation: Mapping[str, Json] | None

    @property
    def asked(self) -> bool:
        """Whether it shows a form, or options to choose from."""
        shown = self.presentation or {}
        return bool(shown.get("fields") or shown.get("options"))


@dataclass(frozen=True, slots=True, eq=False)
class Trace:
    """The decisions of one case, in order; and at its end who waits first for an answer that can lead on, and the data
    as they are by then, as a decision that nobody has made yet."""

    case: Case
    played: Played
    decisions: tuple[Decision, ...]
    waiting: Waiting | None
    rest: Decision
    # The way that it went: two cases of the same steps went the same way.
    steps: tuple[Step, ...]
    # The states in which threads rest that nobody can answer.
    stuck: tuple[str, ...] = ()
    forked: bool = False
    # What it failed of, in words.
    message: str | None = None

    def open(self, answer: Answer) -> Decision:
        """The decision that will be made when this answer is given."""
        place = Place("answer", self.rest.answers)
        offered, answers = (place, *self.rest.offered), self.rest.answers + 1
        return replace(self.rest, offered=offered, answers=answers, choice=answer.choice)

    @property
    def whom(self) -> str | None:
        """The thread that is to be answered, as the definition names it; None where there is but one."""
        return self.waiting.thread.removeprefix("thread_") if self.waiting is not None and self.forked else None

    @property
    def refused(self) -> bool:
        """Whether its last answer led nowhere: no transition held."""
        return self.waiting is not None and bool(self.decisions) and self.decisions[-1].taken is None

    @property
    def end(self) -> tuple[str, str | None]:
        """How it came to rest."""
        return self.played.status, self.played.error


def trace(case: Case, played: Played, definition: Definition) -> Trace:
    """What the case came to. Asked while the emulator still holds the run."""
    return played.emulator.read(lambda account: _trace(case, played, definition, account))


def _trace(case: Case, played: Played, definition: Definition, account: Account) -> Trace:
    instance = instances.get(account, played.run.id)
    tracing = _Tracing(case, definition)
    for event in account.journal.of_instance(instance.id):
        tracing.follow(event)
    made = tuple(tracing.decisions)
    halted = [each for each in instance.unfinished() if each.halted is not None]
    first = next((each for each in halted if definition.states[each.state].transitions), None)
    waiting = None
    if first is not None and first.halted is not None:
        waiting = Waiting(first.id, first.state, first.halted.presentation)
    tracing.decide("" if first is None else first.id, "" if first is None else first.state, None)
    stuck = () if waiting is not None else tuple(each.state for each in instance.unfinished())
    message = None if instance.failure is None else instance.failure.message
    steps = tuple(each.step for each in made)
    return Trace(case, played, made, waiting, tracing.decisions[-1], steps, stuck, instance.forked, message)


@dataclass(slots=True)
class _Tracing:
    case: Case
    definition: Definition
    decisions: list[Decision] = field(default_factory=list)
    data: dict[str, Json] = field(default_factory=dict)
    origins: dict[str, Place | None] = field(default_factory=dict)
    offered: list[Place] = field(default_factory=list)
    inputs: dict[str, Place] = field(default_factory=dict)
    answers: int = 0
    choices: dict[str, str | None] = field(default_factory=dict)

    def follow(self, event: Event) -> None:
        follow = _FOLLOW.get(type(event))
        if follow is not None:
            follow(self, event)

    def created(self, event: Created) -> None:
        self.inputs[event.thread_id] = INPUT
        self.offered.append(INPUT)

    def forked(self, event: Forked) -> None:
        self.inputs[event.thread_id] = self.inputs[event.parent_id]

    def step_completed(self, event: StepCompleted) -> None:
        if event.step_type == "http":
            heard = Place("heard", event.state)
            self.offered.insert(0, heard)
            sources = [heard]
        else:
            sources = [self.inputs[event.thread_id], *(each for each in self.offered if each.kind != "heard")]
        if event.changes is not None:
            changed = {**event.changes.added, **{name: new for name, (_, new) in event.changes.updated.items()}}
            self.data = results.merged(self.data, event.changes)
            self.origins.update({name: self._source(name, value, sources) for name, value in changed.items()})

    def _source(self, name: str, value: Json, places: list[Place]) -> Place | None:
        """Where a value that logic gave stands as it is, under the same name: it was handed on, as far as one can see.
        A run shows whether it was."""
        for place in places:
            given = self.case.at(place)
            if name in given and equal(given[name], value):
                return place
        return None

    def resumed(self, event: Resumed) -> None:
        place = self._answered(event.thread_id, event.choice)
        self.data = results.merged(self.data, event.changes)
        for name in stored(self.definition.states[event.state], event.input):
            self.origins[name] = place

    def _answered(self, thread_id: str, choice: str | None) -> Place:
        place = Place("answer", self.answers)
        self.answers += 1
        self.choices[thread_id] = choice
        self.inputs[thread_id] = place
        self.offered.insert(0, place)
        return place

    def refused(self, event: ResumeRefused) -> None:
        given_to = self.inputs[event.thread_id]
        place = self._answered(event.thread_id, event.choice)
        given = stored(self.definition.states[event.state], self.case.at(place))
        before = self.data, dict(self.origins), given_to
        self.data = {**self.data, **given}
        self.origins.update(dict.fromkeys(given, place))
        self.decide(event.thread_id, event.state, None)
        # "If none holds, nothing has changed".
        self.data, self.origins, self.inputs[event.thread_id] = before
        self.offered.remove(place)

    def state_changed(self, event: StateChanged) -> None:
        self.decide(event.thread_id, event.from_state, event.index)

    def failed(self, event: InstanceFailed) -> None:
        if event.error_code == "invalid_transition":
            self.decide(event.thread_id, event.state, None)

    def decide(self, thread_id: str, state: str, taken: int | None) -> None:
        choice = self.choices.pop(thread_id, None)
        offered, origins = tuple(self.offered), dict(self.origins)
        self.decisions.append(Decision(thread_id, state, taken, self.data, origins, offered, self.answers, choice))


_FOLLOW: Mapping[type[Event], Any] = {
    Created: _Tracing.created,
    Forked: _Tracing.forked,
    StepCompleted: _Tracing.step_completed,
    Resumed: _Tracing.resumed,
    ResumeRefused: _Tracing.refused,
    StateChanged: _Tracing.state_changed,
    InstanceFailed: _Tracing.failed,
}
