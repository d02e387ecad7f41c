"""Whether what was found is what a test expects: JSON as JSON is equal, anything else as it says of itself.

A test may expect `pytest.approx(0.4)`, a matcher or a Decimal, alone or within an object or a list.
"""

from collections.abc import Mapping
from typing import TypeAlias

from interactor_emulator.jsontext import AnyJson, equal
from interactor_emulator.projections.explain import shortened, shown

_Json: TypeAlias = str | int | float | None


def agrees(found: AnyJson, wanted: object) -> bool:
    """Whether a JSON value is what is expected; a tuple stands for an array."""
    if isinstance(wanted, Mapping):
        if not isinstance(found, Mapping) or found.keys() != wanted.keys():
            return False
        return all(agrees(found[name], value) for name, value in wanted.items())
    if isinstance(wanted, list | tuple):
        return isinstance(found, list) and len(found) == len(wanted) and all(map(agrees, found, wanted))
    if isinstance(wanted, _Json):
        return equal(found, wanted)
    return bool(wanted == found)


def written(wanted: object, characters: int = 60) -> str:
    """As JSON, or as Python writes it where it is none; its middle left out when it is longer than that."""
    try:
        return shown(wanted, characters)  # type: ignore[arg-type]  # what is no JSON is refused there
    except (TypeError, ValueError):
        return shortened(repr(wanted), characters)
