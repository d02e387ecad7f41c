"""What a person would answer who means no harm."""

from collections.abc import Iterator

from interactor_emulator.definition.model import State
from interactor_emulator.definition.steering.members import Steering, first, nested
from interactor_emulator.wire.scenario import Answer


def answers(state: State, thread: str | None, steering: Steering) -> Iterator[Answer]:
    """An answer to what the state asks: in selection mode one for each key, and one with a key that there is not."""
    asked = steering.answers.get(state.name, {})
    fields = {
        path: each for path, each in asked.items() if each.fitting and not (state.by_selection and path == "choice")
    }
    given = nested(dict(first(fields)))
    if not state.by_selection:
        yield Answer(state.name, given, None, thread)
        return
    for key in dict.fromkeys(each.key for each in state.transitions if each.key is not None):
        yield Answer(state.name, given, key, thread)
