"""JSON Schemas, made from the types of the wire."""

import types
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import (
    Annotated,
    Any,
    Literal,
    NotRequired,
    Required,
    TypedDict,
    Union,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

from interactor_emulator import jsontext
from interactor_emulator.jsontext import Json

from .facts import Fact

Schema = Mapping[str, Json]

_PLAIN: Mapping[object, str] = {
    str: "string",
    bool: "boolean",
    int: "integer",
    float: "number",
    type(None): "null",
}
_FACTS: Mapping[str, str] = {
    "pattern": "pattern",
    "minimum": "minimum",
    "min_length": "minLength",
    "min_items": "minItems",
    "format": "format",
    "examples": "examples",
}


class Schemas:
    """The schemas of one document. `open` types may have members that nobody has named, as the service's bodies may."""

    def __init__(self, open_types: Iterable[type] = (), examples: Mapping[type, Schema] | None = None) -> None:
        self.named: dict[str, Schema] = {}
        self._types: dict[str, type] = {}
        self._open = frozenset(open_types)
        self._examples = examples or {}

    def of(self, kind: object) -> Schema:
        """The schema of a type; one that has a name of its own becomes a component, and is referred to."""
        if kind in ANYTHING:
            return {}
        if kind in _PLAIN:
            return {"type": _PLAIN[kind]}
        if isinstance(kind, type) and is_typeddict(kind):
            return self._component(kind)
        return _COMPOSED[get_origin(kind)](self, kind)

    def _component(self, kind: type) -> Schema:
        name = kind.__name__
        if self._types.setdefault(name, kind) is not kind:
            raise TypeError(f"two types of the wire are called {name}: a component has one")
        if name not in self.named:
            self.named[name] = {}  # a type may hold itself
            self.named[name] = self._members(kind)
        return {"$ref": f"#/components/schemas/{name}"}

    def _members(self, kind: type) -> Schema:
        members, required = members_of(kind)
        if not members:
            # A generator takes a closed object without members for one that cannot be: this one is just empty.
            return {"type": "object", "additionalProperties": True, "maxProperties": 0}
        schema: dict[str, Json] = {
            "type": "object",
            "properties": {name: self.of(each) for name, each in members.items()},
            "required": [name for name in members if name in required],
            "additionalProperties": kind in self._open,
        }
        if kind in self._examples:
            schema["examples"] = [self._examples[kind]]
        return schema

    def annotated(self, kind: object) -> Schema:
        """A type with facts."""
        base, *facts = get_args(kind)
        schema = dict(self.of(base))
        for fact in facts:
            if isinstance(fact, Fact):
                said = ((word, getattr(fact, name)) for name, word in _FACTS.items())
                schema |= {word: value for word, value in said if value not in (None, ())}
        return schema

    def union(self, kind: object) -> Schema:
        """One of several types."""
        each = [self.of(one) for one in get_args(kind)]
        if all(set(one) == {"type"} for one in each):
            return {"type": [one["type"] for one in each]}
        return {"anyOf": each}

    def array(self, kind: object) -> Schema:
        """A list."""
        return {"type": "array", "items": self.of(get_args(kind)[0])}

    def mapping(self, kind: object) -> Schema:
        """An object with any members of one type."""
        return {"type": "object", "additionalProperties": self.of(get_args(kind)[1]) or True}

    def literal(self, kind: object) -> Schema:
        """One of these values, all of one type."""
        values = list(get_args(kind))
        said: Schema = {"const": values[0]} if len(values) == 1 else {"enum": values}
        return {"type": _PLAIN[type(values[0])], **said}


def _hints(kind: type) -> dict[str, Any]:
    # The names that the recursive type Json is written in are known where it stands.
    return get_type_hints(kind, localns=vars(jsontext), include_extras=True)


class _Anything(TypedDict):
    json: Json


ANYTHING = (Any, Json, _hints(_Anything)["json"])
"""The types that any JSON has, as they are written and as they are read."""


@cache
def members_of(kind: type) -> tuple[Mapping[str, Any], frozenset[str]]:
    """The type of each member of an object's type, and the members that must be there."""
    required: frozenset[str] = getattr(kind, "__required_keys__", frozenset())
    return {name: _bare(hint) for name, hint in _hints(kind).items()}, required


def _bare(hint: object) -> object:
    return get_args(hint)[0] if get_origin(hint) in (NotRequired, Required) else hint


_COMPOSED: Mapping[object, Callable[[Schemas, Any], Schema]] = {
    Annotated: Schemas.annotated,
    Union: Schemas.union,
    types.UnionType: Schemas.union,
    list: Schemas.array,
    dict: Schemas.mapping,
    Mapping: Schemas.mapping,
    Sequence: Schemas.array,
    Literal: Schemas.literal,
}
