"""What an instance does when it is started or resumed.

`start` and `resume` are generators. They yield effects (run this script, call this URL), whose answers they are sent,
and events (this has happened), which whoever runs them records and applies to the instance before going on. So the
instance that they were given always shows what they have yielded so far.

The rules of entering a state are a table, `_ENTER`; those of running logic are in `logic.py`.
"""

from collections.abc import Callable, Generator, Mapping
from typing import Any

from interactor_emulator import jsontext
from interactor_emulator.definition.model import Json, State, Transition
from interactor_emulator.effects import Effect
from interactor_emulator.events import (
    Created,
    Event,
    Halted,
    InstanceFailed,
    Noticed,
    Resumed,
    ResumeRefused,
    StateChanged,
    ThreadCompleted,
    Trigger,
)
from interactor_emulator.instance import MAIN_THREAD, Instance, Thread

from . import results
from .conditions import holds
from .logic import Failure, missing_value, run_beside, run_logic, template_roots
from .templates import render
from .terms import Terms

Machine = Generator[Effect[Any] | Event, Any, None]


class DataTooLarge(Exception):
    """A resume whose input would take `workflow_data` over its limit: refused, nothing has changed."""


def start(instance: Instance, terms: Terms, input_: Mapping[str, Json], started_by: str) -> Machine:
    """Enter the initial state of a new instance, whose `workflow_data` is empty."""
    yield Created(MAIN_THREAD, instance.definition.initial_state, started_by, input_)
    yield from _enter(instance, terms, instance.main)


def resume(
    instance: Instance, terms: Terms, thread: Thread, input_: Mapping[str, Json], resumed_by: str, choice: str | None
) -> Machine:
    """Answer a halted thread. "On resume the input is merged into `workflow_data`", then a transition is looked for;
    if none holds, nothing has changed but for the note that it was refused.

    Raises DataTooLarge before anything else."""
    state = instance.definition.states[thread.state]
    change = results.changes(instance.data, input_)
    data = results.merged(instance.data, change)
    if jsontext.size(data) > terms.limits.workflow_data_bytes:
        raise DataTooLarge
    index = chosen(state, data, choice)
    if index is None:
        yield ResumeRefused(thread.id, state.name, input_, choice)
        return
    yield Resumed(thread.id, state.name, input_, resumed_by, change, choice)
    yield _take(thread, state, index, "resume")
    yield from _enter(instance, terms, thread)


def chosen(state: State, data: Mapping[str, Json], choice: str | None) -> int | None:
    """The index of the transition to take: "Evaluated in order", and in selection mode the one that was chosen."""
    for index, transition in enumerate(state.transitions):
        if considered(state, transition, choice) and holds(transition.condition, data):
            return index
    return None


def considered(state: State, transition: Transition, choice: str | None) -> bool:
    """Whether the state's mode lets this transition be taken at all."""
    return not (state.selection and state.type == "halting") or (choice is not None and transition.key == choice)


def _take(thread: Thread, state: State, index: int, trigger: Trigger) -> StateChanged:
    return StateChanged(thread.id, state.name, state.transitions[index].target, index, trigger)


def _enter(instance: Instance, terms: Terms, thread: Thread) -> Machine:
    """Run the thread until it comes to rest, having just entered a state."""
    for _ in range(terms.limits.transitions_per_run):
        state = instance.definition.states[thread.state]
        index = yield from _ENTER[state.type](instance, terms, thread, state)
        if index is None:
            return
        yield _take(thread, state, index, "automatic")
    yield Noticed(
        "possible_loop",
        f"Instance '{instance.id}' took {terms.limits.transitions_per_run} transitions without a halt",
        "Give the loop a transition whose condition ends it",
        f"states.{thread.state}",
    )
    message = f"Transition limit exceeded ({terms.limits.transitions_per_run})"
    yield InstanceFailed(thread.id, thread.state, "internal_error", message)


Entry = Generator[Effect[Any] | Event, Any, int | None]
"""What entering a state yields, and the index of the transition to take, None for a rest."""


def _enter_action(instance: Instance, terms: Terms, thread: Thread, state: State) -> Entry:
    """ "Runs logic, then transitions immediately": the first transition, in order, whose condition holds."""
    yield from run_beside(instance, terms, thread, state)
    failure = yield from run_logic(instance, terms, thread, state)
    if failure is None and not state.transitions:
        yield _stuck(instance, state)
        return None
    index = chosen(state, instance.data, None) if failure is None else None
    if index is None:
        failure = failure or Failure("invalid_transition", f"No transition of state '{state.name}' holds", {})
        yield InstanceFailed(thread.id, state.name, failure.code, failure.message, failure.details)
    return index


def _enter_halting(instance: Instance, terms: Terms, thread: Thread, state: State) -> Entry:
    """ "Waits for `resume` call with user input". It is halted before `on_enter` runs: whoever is told may answer."""
    missed: list[str] = []
    presentation = state.presentation and render(state.presentation, template_roots(instance, thread), missed.append)
    for path in missed:
        yield missing_value(state.name, path)
    yield Halted(thread.id, state.name, _message(presentation), presentation)
    yield from run_beside(instance, terms, thread, state)
    return None


def _enter_terminal(instance: Instance, terms: Terms, thread: Thread, state: State) -> Entry:
    """ "Workflow completes, no further transitions"."""
    yield ThreadCompleted(thread.id, state.name)
    yield from run_beside(instance, terms, thread, state)
    return None


_ENTER: Mapping[str, Callable[[Instance, Terms, Thread, State], Entry]] = {
    "action": _enter_action,
    "halting": _enter_halting,
    "terminal": _enter_terminal,
}


def _message(presentation: Mapping[str, Json] | None) -> str | None:
    """What a halt says in the history: the first of these that is a text."""
    texts = ((presentation or {}).get(name) for name in ("message", "description", "title"))
    return next((text for text in texts if isinstance(text, str)), None)


def _stuck(instance: Instance, state: State) -> Noticed:
    return Noticed(
        "stuck_state",
        f"Instance '{instance.id}' stays in action state '{state.name}', which has no transitions",
        "Add a transition, or make the state terminal",
        f"states.{state.name}.transitions",
    )
