"""What a condition means: whether it holds for some data, and which fields it looks at.

The engine asks it to decide, `explain` to say why, and whoever searches a definition to find the data that decide
otherwise: one table of operators for all three.
"""

import operator
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from interactor_emulator.jsontext import Json, equal, is_number
from interactor_emulator.variants import Variants

from .data_path import MISSING, look_up
from .model import Comparison, Condition


def _ordered(compare: Callable[[Any, Any], bool]) -> Callable[[Json, Json], bool]:
    """Numbers with numbers and strings with strings; anything else is false."""

    def holds(seen: Json, wanted: Json) -> bool:
        return (
            (is_number(seen) and is_number(wanted)) or (isinstance(seen, str) and isinstance(wanted, str))
        ) and compare(seen, wanted)

    return holds


def _contains(seen: Json, wanted: Json) -> bool:
    """A substring of a string, or an element of an array."""
    if isinstance(seen, str):
        return isinstance(wanted, str) and wanted in seen
    return isinstance(seen, list) and any(equal(element, wanted) for element in seen)


def _contains_text(seen: Json, wanted: Json) -> bool:
    return isinstance(seen, str) and _contains(seen, wanted)


def _in(seen: Json, wanted: Json) -> bool:
    return isinstance(wanted, list) and any(equal(element, seen) for element in wanted)


Operators = Mapping[str, Callable[[Json, Json], bool]]

OPERATORS: Operators = {
    "equals": equal,
    "not_equals": lambda seen, wanted: not equal(seen, wanted),
    "gt": _ordered(operator.gt),
    "gte": _ordered(operator.ge),
    "lt": _ordered(operator.lt),
    "lte": _ordered(operator.le),
    "contains": _contains,
    "in": _in,
}
"""Called with the value seen in the data and the value of the condition."""

OF_TEXT_ALONE: Operators = {**OPERATORS, "contains": _contains_text}
"""The same where "string contains" is meant to the letter."""


def operators(variants: Variants) -> Operators:
    """ "String contains", says the document: whether an array's elements count is a variant."""
    return OPERATORS if variants.array_contains == "true" else OF_TEXT_ALONE


def holds(condition: Condition | None, data: Mapping[str, Json], operators: Operators = OPERATORS) -> bool:
    """Whether the condition holds; none always does. `and` of nothing is true, `or` of nothing false."""
    if condition is None:
        return True
    if isinstance(condition, Comparison):
        return operators[condition.operator](seen(condition, data), condition.value)
    if condition.joiner == "and":
        return all(holds(clause, data, operators) for clause in condition.clauses)
    return any(holds(clause, data, operators) for clause in condition.clauses)


def comparisons(condition: Condition | None) -> Iterator[Comparison]:
    """The comparisons of the condition, in the order in which they are written."""
    if isinstance(condition, Comparison):
        yield condition
    elif condition is not None:
        for clause in condition.clauses:
            yield from comparisons(clause)


def fields(condition: Condition | None) -> Iterator[str]:
    """Every field that the condition looks at."""
    return (each.field for each in comparisons(condition))


def seen(comparison: Comparison, data: Mapping[str, Json]) -> Json:
    """What the comparison sees in the data: null for what is missing."""
    value = look_up(data, comparison.field)
    return None if value is MISSING else value
