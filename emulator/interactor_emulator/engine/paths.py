"""Dotted paths into data: `order.total`, `items.0.price`."""

import re
from typing import Final

from interactor_emulator.jsontext import Json


class _Missing:
    def __repr__(self) -> str:
        return "missing"


MISSING: Final = _Missing()
"""Nothing stands at the path; a condition takes it for null, `explain` says so."""


def look_up(value: Json, path: str) -> Json:
    """What stands at the path, or MISSING."""
    for step in path.split("."):
        if isinstance(value, dict):
            value = value.get(step, MISSING)
        elif isinstance(value, list) and _INDEX.fullmatch(step) and int(step) < len(value):
            value = value[int(step)]
        else:
            return MISSING
    return value


# As JSON writes a number; more digits than any array has elements are no place in one.
_INDEX = re.compile(r"0|[1-9][0-9]{0,8}")
