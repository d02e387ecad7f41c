"""What may be so, as alternatives: each a set of comparisons that come out in one way. More of them narrow it down.

Each set is kept whole only while there are few; what cannot be kept is forgotten, so that more seems possible than is,
and never less.
"""

from collections.abc import Iterator
from itertools import islice

from interactor_emulator.definition.conditions import Operators
from interactor_emulator.definition.model import Condition

from .literals import Conjunction, Literal, Wanted, ways
from .solving import can_meet

KEPT = 32
"""So many alternatives are kept while the ways out of a state are looked at."""

Alternatives = frozenset[Conjunction]
"""One of these is so; none at all: that cannot be."""

ANYTHING: Alternatives = frozenset({()})


class Spent(Exception):
    """As much was looked at as was to be."""


class Narrowing:
    """Adds comparisons to alternatives. After `most` looks of one literal at another it raises Spent."""

    def __init__(self, operators: Operators, most: int) -> None:
        self._operators = operators
        self._left = most
        self._ways: dict[tuple[int, bool], tuple[Condition | None, list[Conjunction]]] = {}
        self._met: dict[frozenset[Literal], bool] = {}

    def begin_anew(self, most: int) -> None:
        """Take so many looks from here on; what is known already takes none."""
        self._left = most

    def narrowed(self, before: Alternatives, wanted: Wanted) -> Alternatives:
        """What is left when this comes out so, too; what was before, where that is more than is kept."""
        if wanted[0] is None:
            return before if wanted[1] else frozenset()
        after = frozenset(islice(self._left_over(before, wanted), KEPT + 1))
        return before if len(after) > KEPT or self._are_many(wanted) else after

    def can(self, before: Alternatives, wanted: Wanted) -> bool:
        """Whether this may come out so beside one of these, for all that we can tell."""
        if wanted[0] is None:
            return wanted[1] and bool(before)
        return self._are_many(wanted) or next(self._left_over(before, wanted), None) is not None

    def spend(self, looks: int) -> None:
        """Count so many looks. Of so many literals of one field each makes values, and each value meets all of them."""
        self._left -= looks
        if self._left < 0:
            raise Spent

    def _left_over(self, before: Alternatives, wanted: Wanted) -> Iterator[Conjunction]:
        for known in before:
            for way in self._ways_of(wanted):
                self.spend(1)
                together = tuple(dict.fromkeys(known + way))
                if len(together) == len(known) or self._agree(together, way):
                    yield together

    def _are_many(self, wanted: Wanted) -> bool:
        return len(self._ways_of(wanted)) > KEPT

    def _ways_of(self, wanted: Wanted) -> list[Conjunction]:
        """The ways in which one condition comes out so; one more than are kept where there are more."""
        condition, holds = wanted
        found = self._ways.get((id(condition), holds))
        if found is None:  # the condition stands beside its ways so that nothing else gets its id
            found = self._ways[id(condition), holds] = (condition, list(islice(ways([wanted]), KEPT + 1)))
        return found[1]

    def _agree(self, together: Conjunction, added: Conjunction) -> bool:
        """Whether what was added clashes with nothing that is said of the same fields."""
        return all(self._meets(name, together) for name in dict.fromkeys(each.field for each in added))

    def _meets(self, field: str, together: Conjunction) -> bool:
        literals = frozenset(each for each in together if each.field == field)
        met = self._met.get(literals)
        if met is None:
            self.spend(len(literals) * len(literals))
            met = self._met[literals] = can_meet(sorted(literals, key=str), self._operators)
        return met
