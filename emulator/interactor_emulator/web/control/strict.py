"""Holds what a control call is given against its type: the control API is ours, so what is not named is refused.

"Unknown members, unknown fault events, wrong types: 400 with the nearest name."
"""

import types
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Annotated, Any, Literal, Union, get_args, get_origin, is_typeddict

from interactor_emulator import bounds
from interactor_emulator.jsontext import encode, is_number
from interactor_emulator.nearest import hint
from interactor_emulator.wire.facts import Fact
from interactor_emulator.wire.schemas import ANYTHING, members_of

Fault = tuple[str, str]
Faults = Iterator[Fault]


def of_body(body: Mapping[str, object], kind: object) -> Faults:
    """What is wrong with a body, each with the member that it stands in; a call without a body's type takes none.

    Found one by one: of ninety thousand nobody wants to know more than the first few."""
    return _unknown(body, (), "") if kind is None else _of(body, kind, "")


def of_query(query: Mapping[str, str], known: Mapping[str, object]) -> Faults:
    """Parameters that the call does not know, and values that one of them does not take."""
    yield from _unknown(query, tuple(known), "")
    for name, value in query.items():
        if name in known:
            yield from _of(value, known[name], name)


def _of(value: object, kind: Any, at: str) -> Faults:
    if kind in ANYTHING:
        return
    if isinstance(kind, type) and is_typeddict(kind):
        yield from _object(value, kind, at)
    elif kind in _PLAIN:
        what, holds = _PLAIN[kind]
        if not holds(value):
            yield at, f"{_name(at)} must be {what}"
    else:
        yield from _COMPOSED[get_origin(kind)](value, kind, at)


def _object(value: object, kind: type, at: str) -> Faults:
    if not isinstance(value, dict):
        yield at, f"{_name(at)} must be an object"
        return
    members, required = members_of(kind)
    yield from _unknown(value, tuple(members), at)
    for name, each in members.items():
        inside = f"{at}.{name}" if at else name
        # As everywhere in the API, null says no more than leaving it out.
        if value.get(name) is not None:
            yield from _of(value[name], each, inside)
        elif name in required:
            yield inside, f"{name} is required"


def _unknown(given: Iterable[str], known: tuple[str, ...], at: str) -> Faults:
    for name in given:
        if name not in known:
            yield f"{at}.{name}" if at else name, f"unknown: {name}; {hint(name, known, 'it takes none')}"


def _annotated(value: object, kind: object, at: str) -> Faults:
    base, *facts = get_args(kind)
    wrong = _few(_of(value, base, at))
    yield from wrong
    for fact in facts if not wrong else ():
        if isinstance(fact, Fact) and fact.minimum is not None and is_number(value) and value < fact.minimum:
            yield at, f"{_name(at)} must be {fact.minimum} or more"


def _union(value: object, kind: object, at: str) -> Faults:
    """One of several: where none fits, what is wrong is told of the one that it is most like."""
    found = [_few(_of(value, each, at)) for each in get_args(kind)]
    if all(found):
        alike = [faults for each, faults in zip(get_args(kind), found, strict=True) if _is_like(value, each)]
        yield from alike[0] if alike else found[0]


def _is_like(value: object, kind: object) -> bool:
    return (isinstance(value, dict) and is_typeddict(kind)) or (isinstance(value, list) and get_origin(kind) is list)


def _few(faults: Faults) -> list[Fault]:
    return list(islice(faults, bounds.CONTROL_FAULTS.most))


def _literal(value: object, kind: object, at: str) -> Faults:
    values = get_args(kind)
    if value not in values:
        yield at, f"unknown: {encode(value)}; {hint(value, values)}"


def _array(value: object, kind: object, at: str) -> Faults:
    if not isinstance(value, list):
        yield at, f"{_name(at)} must be an array"
        return
    for place, each in enumerate(value):
        yield from _of(each, get_args(kind)[0], f"{at}[{place}]")


def _mapping(value: object, kind: object, at: str) -> Faults:
    if not isinstance(value, dict):
        yield at, f"{_name(at)} must be an object"
        return
    for name, each in value.items():
        yield from _of(each, get_args(kind)[1], f"{at}.{name}".removeprefix("."))


def _name(at: str) -> str:
    return at or "the body"


_PLAIN: Mapping[object, tuple[str, Callable[[object], bool]]] = {
    str: ("a string", lambda value: isinstance(value, str)),
    bool: ("a boolean", lambda value: isinstance(value, bool)),
    int: ("an integer", lambda value: isinstance(value, int) and not isinstance(value, bool)),
    float: ("a number", is_number),
    type(None): ("null", lambda value: value is None),
}
_COMPOSED: Mapping[object, Callable[[object, Any, str], Faults]] = {
    Annotated: _annotated,
    Union: _union,
    types.UnionType: _union,
    Literal: _literal,
    list: _array,
    Sequence: _array,
    dict: _mapping,
    Mapping: _mapping,
}
