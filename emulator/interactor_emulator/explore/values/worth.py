"""Values worth trying, where a condition compares a field or a form asks for it.

The ones that decide come first: those at a boundary, one below and one above. Then the odd ones: another type, null,
nothing at all.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from interactor_emulator.definition.data_path import MISSING, Missing
from interactor_emulator.definition.model import Comparison
from interactor_emulator.definition.reasoning.values import around as beside
from interactor_emulator.definition.reasoning.values import boundaries
from interactor_emulator.jsontext import Json, encode, is_number

Value = Json | Missing
"""A value, or MISSING where the member is to be left out."""

_MOST = 40
# Of a long list of options or of an `in` so many are tried.
_MOST_MEMBERS = 10
_LONGEST = 10_000


@dataclass(frozen=True, slots=True)
class Candidates:
    """What to try for one member, each group the most telling first: `fitting` are what the form asks for, `telling`
    are the values at boundaries, `odd` are of other types, null, or MISSING."""

    fitting: tuple[Json, ...] = ()
    telling: tuple[Json, ...] = ()
    odd: tuple[Value, ...] = ()

    @property
    def all(self) -> tuple[Value, ...]:
        """All of them, each once."""
        return unlike((*self.fitting, *self.telling, *self.odd))

    def __or__(self, other: "Candidates") -> "Candidates":
        """Those of both."""
        return Candidates(
            _json((*self.fitting, *other.fitting)),
            _json((*self.telling, *other.telling)),
            unlike((*self.odd, *other.odd)),
        )


def unlike(values: Iterable[Value]) -> tuple[Value, ...]:
    """Each value once, in order, and of very many the first."""
    found: dict[str, Value] = {}
    for each in values:
        found.setdefault("" if isinstance(each, Missing) else encode(each), each)
    return tuple(found.values())[:_MOST]


def _json(values: Iterable[Json]) -> tuple[Json, ...]:
    return tuple(each for each in unlike(values) if not isinstance(each, Missing))


def around(comparison: Comparison) -> Candidates:
    """The values at the edge of what a comparison decides and on both sides of it, and the odd ones."""
    wanted, operator = comparison.value, comparison.operator
    constants = wanted[:_MOST_MEMBERS] if operator == "in" and isinstance(wanted, list) else [wanted]
    sample = constants[0] if constants else 0
    types = {_kind(sample), "array"} if operator == "contains" else {_kind(each) for each in constants}
    holding = [f"a {wanted} b"] if operator == "contains" and isinstance(wanted, str) else []
    edges = [*(each for constant in constants for each in near(constant)), *holding, *boundaries(comparison)]
    telling = _json([*constants, *(each for each in edges if _kind(each) in types)])
    return Candidates(
        telling=telling, odd=unlike([*odd(sample), *(each for each in edges if _kind(each) not in types)])
    )


def _kind(value: Json) -> str:
    """The type as JSON has it."""
    if is_number(value):
        return "number"
    return {bool: "boolean", str: "string", list: "array", dict: "object"}.get(type(value), "null")


def near(value: Json) -> Iterator[Json]:
    """The value itself, one below, and one above: of a text, what it begins with and what begins with it."""
    yield value
    if isinstance(value, bool):
        yield not value
    elif is_number(value):
        below, _, above = beside(value)
        yield from (below, above)
    elif isinstance(value, str):
        yield from (value[:-1], f"{value}a", f"a{value}", value.swapcase(), "")
    elif isinstance(value, list):
        yield from (value[:-1], [*value, None])
    elif isinstance(value, Mapping):
        yield {}


def odd(value: Json) -> Iterator[Value]:
    """Other types than the value's, first the one that clients take for it: `"1000"`, `"true"`, `1`."""
    if isinstance(value, str):
        yield 1
    elif value is not None:
        yield encode(value)
    if isinstance(value, bool):
        yield 1
    yield from (None, MISSING)
    others: tuple[Json, ...] = (True, 0, "", [], {})
    yield from (other for other in others if type(other) is not type(value))


def of_field(field: Mapping[str, Json]) -> Candidates:
    """What a form's field asks for, what is just past its limits, and what it does not ask for."""
    kind = field.get("type")
    fitting, past, sample = _FIELDS.get(str(kind), _any)(field)
    default = field.get("default")
    if default is not None and "${" not in str(default):
        fitting = [default, *fitting]
    return Candidates(_json(fitting), _json(past), unlike(odd(sample)))


Asked = tuple[list[Json], list[Json], Json]
"""What fits, what is just past a limit, and one that fits."""


def _any(_field: Mapping[str, Json]) -> Asked:
    return ["a"], [], "a"


def _string(field: Mapping[str, Json]) -> Asked:
    longest = field.get("maxLength")
    fitting: list[Json] = ["text", "", "é 日本 <b>"]
    if not is_number(longest) or not 0 <= longest <= _LONGEST:
        return fitting, [], "text"
    most = int(longest)
    return [*(each for each in fitting if len(str(each)) <= most), "x" * most], ["x" * (most + 1)], "text"


def _number(field: Mapping[str, Json]) -> Asked:
    low, high, step = (value if is_number(value) else None for value in map(field.get, ("min", "max", "step")))
    by = step or 1
    first = low if low is not None else high if high is not None else 0
    fitting: list[int | float] = [first, first + by, first - by, 0, 1]
    fitting += [] if high is None else [high, high - by]
    past: list[Json] = [] if low is None else [low - by]
    past += [] if high is None else [high + by]
    past += [] if step is None else [first + step / 2]
    fits = [each for each in fitting if (low is None or each >= low) and (high is None or each <= high)]
    return [*fits], past, first


def _boolean(_field: Mapping[str, Json]) -> Asked:
    return [True, False], [], True


def options(presentation: Mapping[str, Json]) -> list[Json]:
    """The values of the options of a choice, or of a field of type select: the first ten and the last."""
    found = presentation.get("options")
    values = [each["value"] for each in _objects(found) if "value" in each]
    return values if len(values) <= _MOST_MEMBERS else [*values[:_MOST_MEMBERS], values[-1]]


def _select(field: Mapping[str, Json]) -> Asked:
    values = options(field)
    return values, ["none of the options"], values[0] if values else "a"


def _date(field: Mapping[str, Json]) -> Asked:
    first, last = _day(field.get("minDate")), _day(field.get("maxDate"))
    within = first or last or date(2026, 1, 20)
    fitting: list[Json] = [each.isoformat() for each in (first, last, within) if each is not None]
    past: list[Json] = ["2026-02-30"]
    past += [] if first is None or first <= date.min else [(first - timedelta(days=1)).isoformat()]
    past += [] if last is None or last >= date.max else [(last + timedelta(days=1)).isoformat()]
    return fitting, past, within.isoformat()


def _day(value: Json) -> date | None:
    try:
        return date.fromisoformat(value[:10]) if isinstance(value, str) else None
    except ValueError:
        return None


def _file(_field: Mapping[str, Json]) -> Asked:
    return [], ["file_0000000000000000000000000"], "file"


_FIELDS = {
    "string": _string,
    "number": _number,
    "boolean": _boolean,
    "select": _select,
    "date": _date,
    "file": _file,
}


def _objects(value: Json) -> Sequence[Mapping[str, Json]]:
    """The objects in an array; a template may stand in its place."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def fields(presentation: Mapping[str, Json]) -> Iterator[tuple[str, Candidates]]:
    """What to try for each member of an answer to what is shown, rendered or as it stands in the definition."""
    if presentation.get("type") == "choice":
        values = options(presentation)
        yield "choice", Candidates(_json(values), ("none of the options",), unlike(odd("a")))
    for field in _objects(presentation.get("fields")):
        yield str(field.get("name")), of_field(field)
