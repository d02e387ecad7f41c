"""Whether a value is what a JSON Schema says, and where it is not: for forms of ours that people write by hand.

The schema is the one table of the form: an editor reads it, and so does this. It knows the words that our schemas use.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from interactor_emulator.definition.paths import Path, written
from interactor_emulator.jsontext import encode, equal, is_number
from interactor_emulator.nearest import hint

Schema = Mapping[str, Any]

_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Misfit:
    """Something that the schema does not allow; `of_name` is true where it is the name of the member at that path."""

    path: Path
    message: str
    of_name: bool = False

    def __str__(self) -> str:
        """As one text, with its place in front."""
        return f"{written(self.path)}: {self.message}" if self.path else self.message


def misfits(value: object, schema: Schema) -> Iterator[Misfit]:
    """What of a JSON value is not as the schema says, from outside in."""
    return _of(value, schema, schema, ())


def _of(value: object, schema: Schema, whole: Schema, at: Path) -> Iterator[Misfit]:
    if "$ref" in schema:
        schema = _definition(schema["$ref"], whole)
    if "const" in schema and not equal(value, schema["const"]):
        yield Misfit(at, f"must be {encode(schema['const'])}, not {_shown(value)}")
    if "enum" in schema and value not in schema["enum"]:
        yield Misfit(at, f"unknown: {_shown(value)}; {hint(value, schema['enum'])}")
    if "type" in schema:
        what, holds = _TYPES[schema["type"]]
        if not holds(value):
            yield Misfit(at, f"must be {what}, not {_shown(value)}")
            return
    if isinstance(value, dict):
        yield from _members(value, schema, whole, at)
    elif isinstance(value, list):
        yield from _items(value, schema, whole, at)
    yield from _bounds(value, schema, at)
    for alternatives in ("anyOf", "oneOf"):
        if alternatives in schema:
            yield from _one(value, schema[alternatives], whole, at)


def _definition(reference: str, whole: Schema) -> Schema:
    found: Schema = whole["$defs"][reference.rpartition("/")[2]]
    return found


def _members(value: Mapping[str, Any], schema: Schema, whole: Schema, at: Path) -> Iterator[Misfit]:
    known: Mapping[str, Schema] = schema.get("properties", {})
    others = schema.get("additionalProperties", True)
    for name in value:
        if name not in known and others is False:
            yield Misfit((*at, name), f"unknown: {_cut(name)}; {hint(name, known)}", of_name=True)
    for name in schema.get("required", ()):
        if name not in value:
            yield Misfit(at, f"{name} is required")
    for name, member in value.items():
        inner = known.get(name, others)
        if isinstance(inner, Mapping):
            yield from _of(member, inner, whole, (*at, name))


def _items(value: Sequence[Any], schema: Schema, whole: Schema, at: Path) -> Iterator[Misfit]:
    if "items" in schema:
        for place, each in enumerate(value):
            yield from _of(each, schema["items"], whole, (*at, place))


def _bounds(value: Any, schema: Schema, at: Path) -> Iterator[Misfit]:
    for word, (concerns, measure, holds, said) in _BOUNDS.items():
        if word in schema and concerns(value) and not holds(measure(value), schema[word]):
            yield Misfit(at, said.format(schema[word]))


def _one(value: object, alternatives: Sequence[Schema], whole: Schema, at: Path) -> Iterator[Misfit]:
    """One of several: where none fits, what is wrong is told of the one that is meant, by its first member or its
    type."""
    found = [list(_of(value, each, whole, at)) for each in alternatives]
    if not all(found):
        return
    each = [_definition(one["$ref"], whole) if "$ref" in one else one for one in alternatives]
    meant = [wrong for schema, wrong in zip(each, found, strict=True) if _is_meant(value, schema)]
    if meant:
        yield from meant[0]
    elif isinstance(value, dict):
        yield Misfit(at, f"{' or '.join(schema['required'][0] for schema in each if 'required' in schema)} is required")
    else:
        yield from found[0]


def _is_meant(value: object, schema: Schema) -> bool:
    if "required" in schema:
        return isinstance(value, dict) and schema["required"][0] in value
    return "type" in schema and _TYPES[schema["type"]][1](value)


def _shown(value: Any) -> str:
    return _cut(encode(value))


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


_TYPES: Mapping[str, tuple[str, Callable[[object], bool]]] = {
    "object": ("an object", lambda value: isinstance(value, dict)),
    "array": ("an array", lambda value: isinstance(value, list)),
    "string": ("a string", lambda value: isinstance(value, str)),
    "number": ("a number", is_number),
    "integer": ("a whole number", lambda value: isinstance(value, int) and not isinstance(value, bool)),
}
Bound = tuple[Callable[[object], bool], Callable[[Any], Any], Callable[[Any, Any], bool], str]
_BOUNDS: Mapping[str, Bound] = {
    "minimum": (is_number, lambda value: value, lambda found, least: bool(found >= least), "must be {} or more"),
    "maximum": (is_number, lambda value: value, lambda found, most: bool(found <= most), "must be {} or less"),
    "minLength": (lambda value: isinstance(value, str), len, lambda found, least: found >= least, "must not be empty"),
    "minItems": (lambda value: isinstance(value, list), len, lambda found, least: found >= least, "must not be empty"),
    "maxItems": (lambda value: isinstance(value, list), len, lambda found, most: found <= most, "has more than {}"),
    "minProperties": (
        lambda value: isinstance(value, dict),
        len,
        lambda found, least: found >= least,
        "must not be empty",
    ),
}
