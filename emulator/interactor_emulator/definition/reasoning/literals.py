"""A condition taken apart: the sets of single comparisons that make it hold, or not hold.

`A and (B or C)` holds in two ways: A with B, and A with C. Each way is a conjunction of literals.
"""

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from interactor_emulator.definition.model import Comparison, Condition
from interactor_emulator.jsontext import encode


@dataclass(frozen=True, slots=True)
class Literal:
    """A comparison, and whether it is to hold."""

    comparison: Comparison = dataclasses.field(compare=False)
    holds: bool = True
    # What it is known by, since arrays and objects among the constants have no hash.
    words: str = dataclasses.field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "words", worded(self.comparison))

    @property
    def field(self) -> str:
        return self.comparison.field

    def __str__(self) -> str:
        return self.words if self.holds else f"not {self.words}"


Conjunction = tuple[Literal, ...]
"""Literals that are to be true together."""

Wanted = tuple[Condition | None, bool]
"""A condition, and whether it is to hold; no condition always holds."""


def worded(comparison: Comparison) -> str:
    """ "amount gt 1000"."""
    return f"{comparison.field} {comparison.operator} {encode(comparison.value)}"


def ways(wanted: Sequence[Wanted]) -> Iterator[Conjunction]:
    """Every way in which all of these come out as they are wanted. There may be very many: take what you need."""
    if not wanted:
        yield ()
        return
    # A loop, and no call for each: a condition may have thousands of clauses.
    chosen: list[Conjunction] = []
    left = [_ways(*wanted[0])]
    while left:
        way = next(left[-1], None)
        if way is None:
            left.pop()
            del chosen[len(left) - 1 :]
        elif len(left) == len(wanted):
            yield tuple(chain(*chosen, way))
        else:
            chosen.append(way)
            left.append(_ways(*wanted[len(left)]))


def _ways(condition: Condition | None, holds: bool) -> Iterator[Conjunction]:
    if condition is None:
        if holds:
            yield ()
    elif isinstance(condition, Comparison):
        yield (Literal(condition, holds),)
    elif (condition.joiner == "and") == holds:
        # All of `and` are true, or all of `or` are false.
        yield from ways([(clause, holds) for clause in condition.clauses])
    else:
        for clause in condition.clauses:
            yield from _ways(clause, holds)
