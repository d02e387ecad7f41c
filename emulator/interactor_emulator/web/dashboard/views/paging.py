"""Long lists, a page at a time."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Generic, TypeVar

from interactor_emulator.web.dashboard.visit import Visit

Row = TypeVar("Row")

_ROWS = 50
_MOST_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Rows(Generic[Row]):
    """One page of a list: its rows, and where the pages before and after it are; None where there is none."""

    rows: list[Row]
    before: str | None
    after: str | None


def paged(visit: Visit, path: str, found: Iterable[Row], rows: int = _ROWS) -> Rows[Row]:
    """The page that the query asks for; all else that it asks for stays as it is."""
    page = number(visit.query.get("page", ""), 1)
    start = (page - 1) * rows
    shown = list(islice(found, start, start + rows + 1))

    def link(to: int) -> str:
        return visit.link(path, **{**kept(visit), "page": to if to > 1 else None})

    return Rows(shown[:rows], link(page - 1) if page > 1 else None, link(page + 1) if len(shown) > rows else None)


def kept(visit: Visit) -> dict[str, object]:
    """What the query asks for beside the page and the account."""
    return {name: value for name, value in visit.query.items() if name not in ("page", "account")}


def number(text: str, least: int) -> int:
    """A whole number that somebody may have written by hand; the least one in place of what is none."""
    if not (text.isascii() and text.isdigit()) or len(text) > _MOST_DIGITS:
        return least
    return max(least, int(text))
