"""A presentation as a person is shown it: rendered, and its texts made texts.

`title`, `description` and the other texts are strings in the document's types, whatever a template gives: `"5"` for
the number 5, `""` for a missing value. What a field is filled or bounded with keeps the value's type (inferred).
"""

from collections.abc import Mapping

from interactor_emulator.jsontext import Json

from .templates import Rendering

_TEXTS = frozenset({"title", "description", "message", "label", "placeholder", "value"})
_PARTS = frozenset({"fields", "options"})


def rendered(presentation: Mapping[str, Json], rendering: Rendering) -> Mapping[str, Json]:
    """The presentation, or a field or an option of it, with every template in it filled in."""
    return {name: _member(name, value, rendering) for name, value in presentation.items()}


def _member(name: str, value: Json, rendering: Rendering) -> Json:
    if name in _TEXTS and isinstance(value, str):
        return rendering.text(value)
    if name in _PARTS and isinstance(value, list):
        return [rendered(each, rendering) if isinstance(each, dict) else rendering.value(each) for each in value]
    return rendering.value(value)
