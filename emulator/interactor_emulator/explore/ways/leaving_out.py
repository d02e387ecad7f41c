"""Cases in which somebody leaves out what a form does not require."""

from collections.abc import Iterator, Mapping

from interactor_emulator.definition.model import State
from interactor_emulator.jsontext import Json

from .cases import Case, Place


def without_an_option(case: Case, states: Mapping[str, State]) -> Iterator[Case]:
    """The case without one of the optional fields that were filled in, for each of them."""
    for number, answer in enumerate(case.answers):
        for name in _options(states[answer.state]):
            if name in answer.input:
                left = {key: value for key, value in answer.input.items() if key != name}
                yield case.put(Place("answer", number), left)


def _options(state: State) -> Iterator[str]:
    form = (state.presentation or {}).get("fields")
    for field in form if isinstance(form, list) else ():
        if isinstance(field, Mapping) and field.get("required") is not True:
            yield _text(field.get("name"))


def _text(value: Json) -> str:
    return value if isinstance(value, str) else ""
