"""The JSON Schema of a snapshot, made from the classes of its document, as its readers are."""

import sys
import types
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from typing import Any, Literal, Union, get_args, get_origin

from interactor_emulator.definition.model import Definition
from interactor_emulator.ids import State
from interactor_emulator.jsontext import Json
from interactor_emulator.services.snapshots.document import FORMAT, Document
from interactor_emulator.services.snapshots.reading import KINDS
from interactor_emulator.state.events import Event

_BYTES = {
    "anyOf": [
        {"type": "string"},
        {"type": "object", "properties": {"base64": {"type": "string"}}, "required": ["base64"]},
    ]
}
_OWN: Mapping[object, Any] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    bool: {"type": "boolean"},
    float: {"type": "number"},
    bytes: _BYTES,
    types.NoneType: {"type": "null"},
    State: {"type": "string", "contentEncoding": "base64"},
    Definition: {"type": "object"},
    Json: {},
}


def schema() -> dict[str, Any]:
    """Of the whole."""
    named: dict[str, Any] = {}
    whole = _object(Document, named)
    whole["properties"]["format"] = {"const": FORMAT}
    whole["required"].insert(0, "format")
    named["Event"] = {"oneOf": [_of(kind, named) for kind in KINDS]}
    for kind in KINDS:
        of_kind = named[kind.__name__]
        of_kind["properties"] = {"type": {"const": kind.__name__}, **of_kind["properties"]}
        of_kind["required"].insert(0, "type")
        del of_kind["properties"]["instance_id"]
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Snapshot", **whole, "$defs": named}


def _of(kind: Any, named: dict[str, Any]) -> dict[str, Any]:
    if kind in _OWN:
        found: dict[str, Any] = _OWN[kind]
        return found
    if is_dataclass(kind):
        name = kind.__name__  # type: ignore[union-attr]  # a class
        if kind is not Event and name not in named:
            named[name] = {}
            named[name].update(_object(kind, named))
        return {"$ref": f"#/$defs/{name}"}
    origin, inner = get_origin(kind), get_args(kind)
    if origin is Literal:
        return {"enum": list(inner)}
    if origin in (Union, types.UnionType):
        return {"anyOf": [_of(each, named) for each in inner]}
    if origin is tuple and inner[-1] is not ...:
        items = [_of(each, named) for each in inner]
        return {"type": "array", "prefixItems": items, "minItems": len(items), "maxItems": len(items)}
    if origin in (list, tuple):
        return {"type": "array", "items": _of(inner[0], named)}
    return {"type": "object", "additionalProperties": _of(inner[1], named)}


def _object(kind: Any, named: dict[str, Any]) -> dict[str, Any]:
    known = vars(sys.modules[kind.__module__])
    rows = [(each, eval(each.type, known) if isinstance(each.type, str) else each.type) for each in fields(kind)]
    return {
        "type": "object",
        "properties": {each.name: _of(type_, named) for each, type_ in rows},
        "required": [each.name for each, _ in rows if each.default is each.default_factory is MISSING],
        "additionalProperties": False,
    }
