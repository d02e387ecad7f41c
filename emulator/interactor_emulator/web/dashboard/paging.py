"""Long lists in pieces, named in the address so that each can be linked to."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .visit import Visit

_MOST_DIGITS = 9


@dataclass(frozen=True, slots=True)
class Piece:
    """The rows of one page of a list; `before` and `after` are the numbers of its neighbours."""

    rows: Sequence[Any]
    first: int
    total: int
    before: int | None
    after: int | None


def piece(visit: Visit, rows: Sequence[Any], most: int) -> Piece:
    """The piece that `page` of the address names, 1 the first; the last one, where there are fewer."""
    text = visit.query.get("page", "1")
    asked = int(text) if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS else 1
    number = max(1, min(asked, -(-len(rows) // most)))
    first = (number - 1) * most
    after = number + 1 if first + most < len(rows) else None
    return Piece(rows[first : first + most], first + 1, len(rows), number - 1 or None, after)
