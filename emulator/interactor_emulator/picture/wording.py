"""When a transition is taken, in few words."""

from collections.abc import Mapping

from interactor_emulator.definition.model import Comparison, Condition, Transition
from interactor_emulator.jsontext import encode

_SIGNS: Mapping[str, str] = {
    "equals": "=",
    "not_equals": "≠",
    "gt": ">",
    "gte": "≥",
    "lt": "<",
    "lte": "≤",
    "contains": "contains",
    "in": "in",
}


def way_out(transition: Transition) -> str:
    """Its key, its condition, or both; nothing for one that always holds."""
    condition = "" if transition.condition is None else in_words(transition.condition)
    return " if ".join(each for each in (transition.key, condition) if each)


def in_words(condition: Condition, *, inner: bool = False) -> str:
    """`amount > 100 and urgent = true`."""
    if isinstance(condition, Comparison):
        return f"{condition.field} {_SIGNS[condition.operator]} {encode(condition.value)}"
    if not condition.clauses:
        return "always" if condition.joiner == "and" else "never"
    text = f" {condition.joiner} ".join(in_words(clause, inner=True) for clause in condition.clauses)
    return f"({text})" if inner and len(condition.clauses) > 1 else text
