"""Data that meet a conjunction of comparisons, or the proof that there are none.

Every member of the data is found by itself, since a comparison looks at one field and a constant. Fields of one member
(`order.total` and `order.items.0`) are put together from the leaves up.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from interactor_emulator.definition.conditions import OPERATORS, Operators, seen
from interactor_emulator.jsontext import Json

from .literals import Conjunction, Literal, Wanted, ways
from .values import counted_out, satisfying

_MOST_LITERALS = 300
"""Of so many comparisons with one field values are made; each value is held against all of them."""
_DEEPEST = 50
"""So many steps of a field are followed."""
_PLACES = 24
"""Up to here a step that is a number is taken for a place in an array."""

_STEPS = 2_000
"""How many partial ways are looked at before a search is given up."""

Thing = TypeVar("Thing")


@dataclass(frozen=True, slots=True)
class Clash:
    """Literals about one field that no value meets."""

    literals: tuple[Literal, ...]

    @property
    def is_plain(self) -> bool:
        """Whether one comparison is to hold and not to hold."""
        return len(self.literals) == 2 and self.literals[0].words == self.literals[1].words

    def __str__(self) -> str:
        """`wherever n gt 10 holds, n gt 5 does too`: what is not to be is what cannot be avoided."""
        wanted = list(dict.fromkeys(each.words for each in self.literals if each.holds))
        unwanted = list(dict.fromkeys(each.words for each in self.literals if not each.holds))
        if not unwanted:
            return f"{' and '.join(wanted)} never hold together" if len(wanted) > 1 else f"{wanted[0]} never holds"
        if not wanted:
            return f"{' or '.join(unwanted)} always holds"
        return f"wherever {' and '.join(wanted)} holds, {' or '.join(unwanted)} does too"


def clash(conjunction: Sequence[Literal], operators: Operators = OPERATORS) -> Clash | None:
    """The first field for which no value meets what is wanted of it: then nothing meets the conjunction.

    None says nothing: there may be data, or it could not be told."""
    for literals in _by(conjunction, lambda each: each.field).values():
        if len(literals) <= _MOST_LITERALS and not can_meet(literals, operators):
            return Clash(_fewest(literals, operators))
    return None


def can_meet(literals: Sequence[Literal], operators: Operators) -> bool:
    """Whether a value meets them all, or might, for all that we can tell."""
    return any(True for _ in satisfying(literals, operators)) or not counted_out(literals)


class TooMany(Exception):
    """There are more ways than are looked at."""


def consistent(
    wanted: Sequence[Wanted], known: Conjunction = (), operators: Operators = OPERATORS, most: int = _STEPS
) -> Iterator[Conjunction]:
    """The ways in which all of these come out as wanted beside what is known, those left out that clash.

    Raises TooMany after so many steps of the search."""
    found: list[Conjunction] = [known]
    left: list[Iterator[Conjunction]] = []
    for _ in range(most):
        if len(left) < len(wanted):
            left.append(ways(wanted[len(left) : len(left) + 1]))
        else:
            yield found.pop()
        # The next way that agrees, of this condition or, where there is none, of one before it.
        after: Conjunction | None = None
        while left and (after := _next_agreeing(found[-1], left[-1], operators)) is None:
            left.pop()
            found.pop()
        if after is None:
            return
        found.append(after)
    raise TooMany


def _next_agreeing(known: Conjunction, left: Iterator[Conjunction], operators: Operators) -> Conjunction | None:
    together = (tuple(dict.fromkeys(known + way)) for way in left)
    return next((each for each in together if clash(each, operators) is None), None)


def _fewest(literals: Sequence[Literal], operators: Operators) -> tuple[Literal, ...]:
    """Of literals that clash those that are needed for it."""
    needed = list(literals)
    for each in literals:
        others = [other for other in needed if other is not each]
        if others and not can_meet(others, operators):
            needed = others
    return tuple(needed)


def members(conjunction: Conjunction) -> dict[str, tuple[Literal, ...]]:
    """The literals about each member of the data: those of `order.total` belong to `order`."""
    return {name: tuple(found) for name, found in _by(conjunction, lambda each: each.field.split(".")[0]).items()}


def values(literals: Sequence[Literal], operators: Operators = OPERATORS) -> Iterator[Json]:
    """Values of one member that meet all literals about it, the likeliest to be meant first. None are made of a field
    that lies deeper than any data do, or of which very much is said."""
    if len(literals) > _MOST_LITERALS or any(each.field.count(".") > _DEEPEST for each in literals):
        return
    name = literals[0].field.split(".")[0]
    for value in _built([(each.field.split(".")[1:], each) for each in literals], operators):
        if all(_met(each, {name: value}, operators) for each in literals):
            yield value


def _met(literal: Literal, data: Mapping[str, Json], operators: Operators) -> bool:
    comparison = literal.comparison
    return operators[comparison.operator](seen(comparison, data), comparison.value) == literal.holds


_Placed = tuple[list[str], Literal]
"""A literal, and the steps that lead to what it looks at from where we stand."""


def _built(placed: Sequence[_Placed], operators: Operators) -> Iterator[Json]:
    """Values that may meet these: those that meet what is said of the value itself, and those that have the parts of
    which something is said."""
    own = [literal for steps, literal in placed if not steps]
    inner = _by([each for each in placed if each[0]], lambda each: each[0][0])
    if not inner:
        yield from satisfying(own, operators) if own else ()
        return
    parts = {step: [(steps[1:], literal) for steps, literal in found] for step, found in inner.items()}
    yield from _with_parts(parts, operators)
    yield from satisfying(own, operators) if own else (None, {})


def _with_parts(parts: Mapping[str, Sequence[_Placed]], operators: Operators) -> Iterator[Json]:
    """An object, or an array where every step is a place in one, with a value for each part."""
    chosen = {step: next(_built(placed, operators), None) for step, placed in parts.items()}
    yield {**chosen}
    if all(step.isdecimal() and int(step) < _PLACES for step in parts):
        length = 1 + max(map(int, parts))
        yield [chosen.get(str(index)) for index in range(length)]


def _by(things: Iterable[Thing], key: Callable[[Thing], str]) -> dict[str, list[Thing]]:
    groups: dict[str, list[Thing]] = {}
    for each in things:
        groups.setdefault(key(each), []).append(each)
    return groups
