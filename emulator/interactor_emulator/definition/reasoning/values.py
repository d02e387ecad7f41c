"""Values that make comparisons with one field come out as wanted, and whether there are any.

Comparisons cut all JSON values into finitely many cells: numbers between two constants, the texts that contain this
and not that, null, … One value of each cell is tried with the operators themselves. What none of them meets, none
does: but for texts that are ordered and searched at once, whose cells are not counted out.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, count, pairwise

from interactor_emulator.definition.conditions import OPERATORS, Operators
from interactor_emulator.definition.model import Comparison
from interactor_emulator.jsontext import Json, encode, equal, is_number

from .literals import Literal

_ORDERED = frozenset({"gt", "gte", "lt", "lte"})
_PRIVATE_USE = 0xE000
_OTHER: Json = {"other": True}
_HUGE = 2**53
"""From here on not every whole number has a float of its own, and what lies between two is not counted out."""


def satisfying(literals: Sequence[Literal], operators: Operators = OPERATORS) -> Iterator[Json]:
    """Values of one field that meet all of these, at the edges first; None stands for null and for nothing at all."""
    return (value for value in representatives(literals) if meets(value, literals, operators))


def meets(value: Json, literals: Iterable[Literal], operators: Operators = OPERATORS) -> bool:
    """Whether comparisons that see this value come out as wanted."""
    return all(operators[each.comparison.operator](value, each.comparison.value) == each.holds for each in literals)


def counted_out(literals: Iterable[Literal]) -> bool:
    """Whether `representatives` has a value of every cell that these make, so that where none meets them none does."""
    comparisons = [each.comparison for each in literals]
    of_text = [each for each in comparisons if isinstance(each.value, str)]
    searched = any(each.operator == "contains" for each in of_text)
    if searched and any(each.operator in _ORDERED for each in of_text):
        return False
    return not any(is_number(value) and abs(value) >= _HUGE for each in comparisons for value in _constants(each))


def boundaries(comparison: Comparison) -> list[Json]:
    """Values on both sides of where the comparison changes its mind, and on the edge: for `gt 1000` 999, 1000, 1001."""
    return list(_unique([*_of_value(comparison), *representatives([Literal(comparison)])]))


def _of_value(comparison: Comparison) -> Iterator[Json]:
    value = comparison.value
    if is_number(value) and abs(value) < _HUGE:
        yield from around(value)
    elif comparison.operator == "in" and isinstance(value, list):
        yield from value


def around(number: float) -> tuple[float, float, float]:
    """One below, the number, one above: in the last digit that it is written with."""
    step = _step(number)
    return _whole(number - step), number, _whole(number + step)


def _step(number: float) -> float:
    if isinstance(number, int) or number.is_integer():
        return 1
    _, _, decimals = repr(number).partition(".")
    return 1 if "e" in decimals else float(f"1e-{len(decimals)}")


def _whole(number: float) -> float:
    """Without the noise of 0.1 + 0.2, and 2.0 as 2."""
    near = round(number, 12)
    return int(near) if isinstance(near, float) and near.is_integer() and abs(near) < 2**53 else near


def representatives(literals: Sequence[Literal]) -> Iterator[Json]:
    """A value of every cell, those at the edges first."""
    constants = [constant for each in literals for constant in _constants(each.comparison)]
    texts = [each for each in constants if isinstance(each, str)]
    yield from _unique(
        chain(
            constants,
            _numbers([each for each in constants if is_number(each) and abs(each) < _HUGE]),
            _texts(literals, texts),
            (True, False),
            _arrays(literals),
            (None, {}, _OTHER),
        )
    )


def _constants(comparison: Comparison) -> Iterator[Json]:
    value = comparison.value
    if comparison.operator == "in" and isinstance(value, list):
        yield from value
    else:
        yield value


def _numbers(constants: list[float]) -> Iterator[Json]:
    """Beside each, between each two, and beyond all."""
    ordered = sorted(constants)
    for each in ordered:
        below, _, above = around(each)
        yield above
        yield below
    for low, high in pairwise(ordered):
        yield _whole((low + high) / 2)
        yield (low + high) / 2
    if ordered:
        yield ordered[0] * 2 - 1 if ordered[0] < 0 else -1
        yield ordered[-1] * 2 + 1
    yield 0


def _texts(literals: Sequence[Literal], constants: list[str]) -> Iterator[Json]:
    """Each constant, just after each, and what holds all that is to be contained and nothing of the rest."""
    other = _in_none(constants)
    parts = [
        each.comparison.value
        for each in literals
        if each.holds and each.comparison.operator == "contains" and isinstance(each.comparison.value, str)
    ]
    held = other.join(dict.fromkeys(parts))
    yield from (held, held + other, other)
    for each in constants:
        yield each + other
        yield f"{each}{other}{held}"
        yield each + "\x00"  # the very next text: nothing stands between the two
    yield ""


def _in_none(constants: Sequence[str]) -> str:
    """A text of which no character stands in one of these, so that nothing is contained across where it begins or ends;
    a word where one will do."""
    used = set().union(*constants)
    if used.isdisjoint("other"):
        return "other"
    return next(character for character in map(chr, count(_PRIVATE_USE)) if character not in used)


def _arrays(literals: Sequence[Literal]) -> Iterator[Json]:
    """What has every element that is to be contained, and nothing else; where that may be named itself, what is longer
    than any array that is."""
    held = [each.comparison.value for each in literals if each.holds and each.comparison.operator == "contains"]
    elements = list(_unique(held))
    yield elements
    yield [*elements, _OTHER]
    named = [constant for each in literals for constant in _constants(each.comparison)]
    lengths = [len(each) for each in named if isinstance(each, list)]
    if lengths or any(equal(each, _OTHER) for each in named):
        numbered = ({"other": number} for number in count())
        new = next(each for each in numbered if not any(equal(each, one) for one in named))
        yield [*elements, *[new] * (max(lengths, default=0) + 1)]


def _unique(values: Iterable[Json]) -> Iterator[Json]:
    """Each once; 1 and 1.0 are one, and 1 and true are two."""
    found = set[object]()
    for value in values:
        key = _key(value)
        if key not in found:
            found.add(key)
            yield value


def _key(value: Json) -> object:
    if value is None or isinstance(value, str | bool | int | float):
        return type(value) is bool, value
    return encode(value)
