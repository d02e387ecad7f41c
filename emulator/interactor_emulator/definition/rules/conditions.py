"""A transition's condition: exactly one of five shapes, nested as deep as JSON may be."""

from interactor_emulator.definition.paths import Key, Path

from .shape import Check, Shape, Visit, anything, array_of, one_of, text, walk
from .words import choices, kind, listing, quoted

OPERATORS = ("equals", "not_equals", "gt", "gte", "lt", "lte", "contains", "in")


def condition(visit: Visit, value: object, at: Path, name: Key) -> None:
    """One condition, and those inside it."""
    here = (*at, name)
    if not isinstance(value, dict):
        visit.report(here, f"Condition must be an object, not {kind(value)}")
    # The path is as long as the JSON is deep: what is deeper than JSON may be was built in process.
    elif len(here) > visit.limits.json_depth:
        visit.report(here, f"Condition is nested too deeply; at most {visit.limits.json_depth} levels are allowed")
    else:
        walk(visit, value, _shape(visit, value, here), here)


def _shape(visit: Visit, value: dict[str, object], at: Path) -> Shape:
    """The shape that this condition was meant to have; what does not belong to it is reported."""
    deciding = [name for name in _SHAPES if name in value]
    if len(deciding) != 1:
        _undecided(visit, value, deciding, at)
        return _ANY
    shape = _IN if value.get("operator") == "in" else _SHAPES[deciding[0]]
    if strangers := [name for name in value if name in _ANY.members and name not in shape.members]:
        visit.report(at, f"Condition with {quoted(deciding[0])} must not have {choices(strangers)} beside it")
    return shape


def _undecided(visit: Visit, value: dict[str, object], deciding: list[str], at: Path) -> None:
    if deciding:
        visit.report(
            at, f"Condition has {listing(map(quoted, deciding), 'and')}; it must have exactly one of {choices(_SHAPES)}"
        )
    elif "field" in value or "value" in value:
        visit.report((*at, "operator"), "Condition on a field needs 'equals', 'not_equals', or 'operator' and 'value'")
    else:
        visit.report(at, f"Condition must have exactly one of {choices(_SHAPES)}")


def _clauses(joiner: str) -> Check:
    return array_of(f"Condition {quoted(joiner)}", condition)


def _values(visit: Visit, value: object, at: Path, name: Key) -> None:
    # "`in` | Value in array | { "field": "category", "operator": "in", "value": ["A", "B", "C"] }"
    if not isinstance(value, list):
        visit.report((*at, name), f"Operator 'in' needs an array of values, not {kind(value)}")


_NEEDS_FIELD = {"field": "Condition needs a field: the path of a value in workflow_data, such as order.total"}
_NEEDS_VALUE = {"value": "Condition with an operator needs a value to compare the field with"}

_FIELD = {"field": text("Condition field")}
_OPERATOR = {**_FIELD, "operator": one_of("Operator", *OPERATORS), "value": anything}
_OPERATOR_NEEDS = {**_NEEDS_FIELD, **_NEEDS_VALUE, "operator": ""}

# By the member that decides. It is required in its own shape so that `null` there does not count as left out.
_SHAPES = {
    "equals": Shape("Condition", {**_FIELD, "equals": anything}, required=_NEEDS_FIELD),
    "not_equals": Shape("Condition", {**_FIELD, "not_equals": anything}, required=_NEEDS_FIELD),
    "operator": Shape("Condition", _OPERATOR, required=_OPERATOR_NEEDS),
    "and": Shape("Condition", {"and": _clauses("and")}, required={"and": ""}),
    "or": Shape("Condition", {"or": _clauses("or")}, required={"or": ""}),
}
_IN = Shape("Condition", {**_OPERATOR, "value": _values}, required=_OPERATOR_NEEDS)
_ANY = Shape("Condition", {name: check for shape in _SHAPES.values() for name, check in shape.members.items()})
