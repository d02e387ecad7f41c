"""What a person is shown while a thread waits: a presentation, or instructions with the ways to choose from."""

from collections.abc import Generator, Mapping

from interactor_emulator import notices
from interactor_emulator.definition.data_path import MISSING, look_up
from interactor_emulator.definition.model import Instructions, State, Transition
from interactor_emulator.effects import ComposeText, Effect, Steps, TextFault
from interactor_emulator.jsontext import Json
from interactor_emulator.state.events import Event, Halted, Noticed, Options
from interactor_emulator.state.instance import Instance, Thread

from .logic import missing_value, template_roots
from .presentation import rendered
from .templates import Rendering

Halt = Generator[Effect[object] | Event, object, None]


def halt(instance: Instance, thread: Thread, state: State) -> Halt:
    """Render what is to be shown, and halt the thread. Raises TooLong."""
    rendering = Rendering(template_roots(instance, thread))
    presentation = state.presentation
    if presentation is not None and not state.constant:
        presentation = rendered(presentation, rendering)
    notices: list[Noticed] = []
    options = None
    if state.instructions is not None:
        options = yield from _options(state, state.instructions, rendering, notices)
    elif state.by_selection:
        options = _to_choose_from(state)
    yield from notices
    yield from (missing_value(state.name, path) for path in rendering.missed)
    message = _message(presentation) if state.instructions is None or options is None else options.instruction
    yield Halted(thread.id, state.name, message, presentation, options)


def _to_choose_from(state: State) -> Options:
    """Inferred, from "when halted, the API response includes `halted_options`": also without instructions."""
    return Options("", (), True, _choices(state), generated=False, title=None)


def _choices(state: State) -> tuple[Transition, ...]:
    return tuple(each for each in state.transitions if each.key is not None)


def _options(state: State, instructions: Instructions, rendering: Rendering, notices: list[Noticed]) -> Steps[Options]:
    text = rendering.text(instructions.text)
    if instructions.generated:
        included = _included(instructions, rendering)
        composed = yield from ComposeText(text, included).perform()
        if isinstance(composed, TextFault):
            # "A failing generator falls back to the prompt itself, with a diagnostic".
            notices.append(_not_composed(state, composed))
        else:
            text = composed
    return Options(
        instruction=text,
        include_data=instructions.include_data,
        selection=state.selection,
        choices=_choices(state),
        generated=instructions.generated,
        title=None if instructions.title is None else rendering.text(instructions.title),
    )


def _included(instructions: Instructions, rendering: Rendering) -> Mapping[str, Json]:
    found = {path: look_up(rendering.roots["workflow_data"], path) for path in instructions.include_data}
    for path in (path for path, value in found.items() if value is MISSING):
        rendering.miss(f"workflow_data.{path}")
    return {path: value for path, value in found.items() if value is not MISSING}


def _not_composed(state: State, fault: TextFault) -> Noticed:
    where = f"states.{state.name}.halting_instructions"
    noticed = Noticed.of(notices.INSTRUCTION_NOT_GENERATED, where, state=state.name, why=fault.message)
    noticed.provoked = fault.provoked
    return noticed


def _message(presentation: Mapping[str, Json] | None) -> str | None:
    """What a halt says in the history: the first of these that is a text."""
    texts = ((presentation or {}).get(name) for name in ("message", "description", "title"))
    return next((text for text in texts if isinstance(text, str)), None)
