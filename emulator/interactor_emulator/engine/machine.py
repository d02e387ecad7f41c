"""What an instance does when it is started, resumed, or woken for a retry.

All three are generators. They yield effects (run this script, call this URL), whose answers they are sent, and events
(this has happened), which whoever runs them records and applies to the instance before going on. So the instance that
they were given always shows what they have yielded so far.

The rules of entering a state are a table, `_ENTER`; those of running logic are in `logic.py`, of threads in
`threads.py`, of what a person is shown in `halting.py`.
"""

from collections.abc import Callable, Generator, Iterator, Mapping
from typing import Literal

from interactor_emulator import jsontext, notices
from interactor_emulator.definition.conditions import Operators, fields, holds, operators
from interactor_emulator.definition.data_path import MISSING, look_up
from interactor_emulator.definition.model import State, Transition
from interactor_emulator.effects import Effect
from interactor_emulator.jsontext import Json
from interactor_emulator.state.events import (
    Completed,
    Created,
    Event,
    Failed,
    InstanceFailed,
    Noticed,
    Resumed,
    ResumeRefused,
    RetryScheduled,
    StateChanged,
    ThreadCompleted,
    Trigger,
)
from interactor_emulator.state.instance import MAIN_THREAD, Instance, Thread
from interactor_emulator.tracing import Cause

from . import halting, results, threads
from .conditions import trace
from .logic import Failure, Terms, Waiting, retry_beside, run_beside, run_logic
from .templates import TooLong

Refusal = Literal["no_transition", "data_too_large"]
"""Why a resume was refused: no transition holds, or its input would take `workflow_data` over its limit. Nothing has
changed but for the note that it was refused."""

Machine = Generator[Effect[object] | Event, object, Refusal | None]
"""Returns its verdict: None for what was done, also where the instance failed over it."""

Run = Generator[Effect[object] | Event, object, None]


def start(instance: Instance, terms: Terms, input_: Mapping[str, Json], cause: Cause) -> Machine:
    """Enter the initial state of a new instance, whose `workflow_data` is empty."""
    yield Created(MAIN_THREAD, instance.definition.initial_state, cause, input_)
    yield from _Run(instance, terms).go_on(instance.main)
    return None


def resume(
    instance: Instance, terms: Terms, thread: Thread, input_: Mapping[str, Json], cause: Cause, choice: str | None
) -> Machine:
    """Answer a halted thread. "On resume the input is merged into `workflow_data`", then a transition is looked for;
    if none holds, it is refused."""
    state = instance.definition.states[thread.state]
    change = results.changes(instance.data, stored(state, input_))
    data = results.merged(instance.data, change)
    if jsontext.size(data) > terms.limits.workflow_data_bytes:
        return "data_too_large"
    index = chosen(state, data, choice, operators(terms.variants))
    if index is None:
        yield _refused(thread, state, input_, data, choice, operators(terms.variants))
        return "no_transition"
    yield Resumed(thread.id, state.name, input_, cause, change, choice)
    yield _take(thread, state, index, "resume")
    yield from _Run(instance, terms).go_on(thread)
    return None


def _refused(
    thread: Thread,
    state: State,
    input_: Mapping[str, Json],
    data: Mapping[str, Json],
    choice: str | None,
    known: Operators,
) -> ResumeRefused:
    """An answer that leads nowhere, and what each condition saw; whoever writes it down keeps it in brief."""
    text = jsontext.encode(input_)
    clauses = tuple(tuple(trace(each.condition, data, known)) for each in state.transitions)
    size = len(text) if text.isascii() else len(text.encode())
    return ResumeRefused(thread.id, state.name, size, text, clauses, choice)


def wake(instance: Instance, terms: Terms, retry: RetryScheduled) -> Machine:
    """The time of a retry has come."""
    if retry.member == "on_enter":
        yield from retry_beside(instance, terms, retry)
    else:
        yield from _Run(instance, terms).go_on(instance.threads[retry.thread_id], retry)
    return None


def stored(state: State, input_: Mapping[str, Json]) -> Mapping[str, Json]:
    """ "`input` is merged, a `selected_option` beside it is not": in selection mode it says which way, and that is
    all."""
    if state.by_selection and "selected_option" in input_:
        return {key: value for key, value in input_.items() if key != "selected_option"}
    return input_


def chosen(state: State, data: Mapping[str, Json], choice: str | None, known: Operators) -> int | None:
    """The index of the transition to take: "Evaluated in order", and in selection mode the one that was chosen."""
    for index, transition in enumerate(state.transitions):
        if considered(state, transition, choice) and holds(transition.condition, data, known):
            return index
    return None


def considered(state: State, transition: Transition, choice: str | None) -> bool:
    """Whether the state's mode lets this transition be taken at all."""
    return not state.by_selection or (choice is not None and transition.key == choice)


def _take(thread: Thread, state: State, index: int, trigger: Trigger) -> StateChanged:
    return StateChanged(thread.id, state.name, state.transitions[index].target, index, trigger)


Entry = Generator[Effect[object] | Event, object, int | None]
"""What entering a state yields, and the index of the transition to take, None for a rest."""


class _Run:
    """All that an instance does by itself, until it needs time or a person: one thread, then those that it set free."""

    def __init__(self, instance: Instance, terms: Terms) -> None:
        self._instance = instance
        self._terms = terms
        self._ready: list[Thread] = []
        self._transitions = 0

    def go_on(self, first: Thread, retry: RetryScheduled | None = None) -> Run:
        """Run the thread, and whatever thread it starts or lets go on, one after the other."""
        self._ready.append(first)
        for thread in self._ready:
            yield from self._proceed(thread, retry)
            retry = None
            if thread.status == "completed" and (parent := threads.released(self._instance, thread)) is not None:
                self._ready.append(parent)

    def _proceed(self, thread: Thread, retry: RetryScheduled | None) -> Run:
        """Run one thread until it comes to rest."""
        instance, terms = self._instance, self._terms
        while thread.status == "running":
            state = instance.definition.states[thread.state]
            if state.join and retry is None and (yield from threads.waits(instance, thread, state)):
                return
            index = yield from _ENTER[state.type](self, thread, state, retry)
            retry = None
            if index is None:
                return
            if self._transitions == terms.limits.transitions_per_run:
                yield from _loop(instance, terms, thread)
                return
            self._transitions += 1
            yield _take(thread, state, index, "automatic")

    def action(self, thread: Thread, state: State, retry: RetryScheduled | None) -> Entry:
        """ "Runs logic, then transitions immediately": the first transition, in order, whose condition holds."""
        instance, terms = self._instance, self._terms
        if retry is None:
            yield from run_beside(instance, terms, thread, state)
        outcome = yield from run_logic(instance, terms, thread, state, retry)
        if isinstance(outcome, Waiting):
            return None
        if outcome is None and state.forks:
            outcome = threads.too_many(instance, terms, state)
        if outcome is None:
            yield from threads.fork(instance, thread, state, self._ready)
            if not state.transitions:
                yield _stuck(instance, state)
                return None
            index = chosen(state, instance.data, None, operators(terms.variants))
            yield from _only_in_input(instance, thread, state, index)
            if index is not None:
                return index
            outcome = Failure("invalid_transition", f"No transition of state '{state.name}' holds", {})
        yield InstanceFailed(thread.id, state.name, outcome.code, outcome.message, outcome.details)
        yield Failed()
        return None

    def halting(self, thread: Thread, state: State, _retry: RetryScheduled | None) -> Entry:
        """ "Waits for `resume` call with user input". It is halted before `on_enter` runs: whoever is told may
        answer."""
        try:
            yield from halting.halt(self._instance, thread, state)
        except TooLong as error:
            message = f"State '{state.name}' cannot be shown: {error}"
            yield InstanceFailed(thread.id, state.name, "internal_error", message)
            yield Failed()
            return None
        yield from run_beside(self._instance, self._terms, thread, state)
        return None

    def terminal(self, thread: Thread, state: State, _retry: RetryScheduled | None) -> Entry:
        """ "Workflow completes, no further transitions"."""
        yield ThreadCompleted(thread.id, state.name)
        if not any(self._instance.unfinished()):
            yield Completed()
        yield from run_beside(self._instance, self._terms, thread, state)
        return None


_ENTER: Mapping[str, Callable[[_Run, Thread, State, RetryScheduled | None], Entry]] = {
    "action": _Run.action,
    "halting": _Run.halting,
    "terminal": _Run.terminal,
}


def _only_in_input(instance: Instance, thread: Thread, state: State, taken: int | None) -> Iterator[Noticed]:
    """Fields of conditions that were not found in the data, and do stand in the input, which conditions do not see."""
    if not thread.input:
        return
    for index, transition in enumerate(state.transitions[:taken]):
        for field in fields(transition.condition):
            if look_up(instance.data, field) is MISSING and look_up(thread.input, field) is not MISSING:
                where = f"states.{state.name}.transitions[{index}].condition"
                yield Noticed.of(notices.FIELD_ONLY_IN_INPUT, where, field=field)


def _loop(instance: Instance, terms: Terms, thread: Thread) -> Run:
    limit = terms.limits.transitions_per_run
    yield Noticed.of(notices.LOOPING_INSTANCE, f"states.{thread.state}", instance=instance.id, limit=limit)
    yield InstanceFailed(thread.id, thread.state, "internal_error", f"Transition limit exceeded ({limit})")
    yield Failed()


def _stuck(instance: Instance, state: State) -> Noticed:
    where = f"states.{state.name}.transitions"
    return Noticed.of(notices.STUCK_INSTANCE, where, instance=instance.id, state=state.name)
