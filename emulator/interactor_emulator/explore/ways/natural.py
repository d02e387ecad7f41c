"""What a person would give who means no harm: the input that a definition speaks of, an answer to what is asked."""

from collections.abc import Iterator

from interactor_emulator.definition.data_path import Missing
from interactor_emulator.definition.model import State
from interactor_emulator.explore.values.steering import Members, Steering, nested
from interactor_emulator.jsontext import Json
from interactor_emulator.wire.scenario import Answer


def whole_input(steering: Steering) -> dict[str, Json]:
    """Every member that the definition speaks of, each with the first value that is worth trying."""
    return nested(dict(_first(steering.input)))


def answers(state: State, thread: str | None, steering: Steering) -> Iterator[Answer]:
    """An answer to what the state asks: in selection mode one for each key, and one with a key that there is not."""
    asked = steering.answers.get(state.name, {})
    fields = {
        path: each for path, each in asked.items() if each.fitting and not (state.by_selection and path == "choice")
    }
    given = nested(dict(_first(fields)))
    if not state.by_selection:
        yield Answer(state.name, given, None, thread)
        return
    for key in dict.fromkeys(each.key for each in state.transitions if each.key is not None):
        yield Answer(state.name, given, key, thread)


def _first(members: Members) -> Iterator[tuple[str, Json]]:
    for path, candidates in members.items():
        values = (each for each in candidates.all if not isinstance(each, Missing))
        yield from ((path, value) for value in [next(values, None)] if value is not None)
