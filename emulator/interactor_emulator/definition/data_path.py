"""Dotted paths into data: `order.total`, `items.0.price`."""

import re
from enum import Enum
from typing import Final

from interactor_emulator.jsontext import Json


class Missing(Enum):
    MISSING = "missing"

    def __repr__(self) -> str:
        return self.value


MISSING: Final = Missing.MISSING
"""Nothing stands at the path; a condition takes it for null, `explain` says so."""


def look_up(value: Json, path: str) -> Json | Missing:
    """What stands at the path, or MISSING."""
    found: Json | Missing = value
    for step in path.split("."):
        if isinstance(found, dict):
            found = found.get(step, MISSING)
        elif isinstance(found, list) and _INDEX.fullmatch(step) and int(step) < len(found):
            found = found[int(step)]
        else:
            return MISSING
    return found


# As JSON writes a number; more digits than any array has elements are no place in one.
_INDEX = re.compile(r"0|[1-9][0-9]{0,8}")
