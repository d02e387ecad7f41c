"""Holds what a control call is given against its type: the control API is ours, so what is not named is refused.

"Unknown members, unknown fault events, wrong types: 400 with the nearest name."
"""

import types
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Annotated, Any, Literal, Union, get_args, get_origin, is_typeddict

from interactor_emulator.jsontext import encode, is_number
from interactor_emulator.wire.facts import Fact
from interactor_emulator.wire.schemas import ANYTHING, members_of

Fault = tuple[str, str]
Faults = Iterator[Fault]

_SHOWN_CHARACTERS = 100


def of_body(body: Mapping[str, object], kind: object) -> list[Fault]:
    """What is wrong with a body, each with the member that it stands in; a call without a body's type takes none."""
    if kind is None:
        return list(_unknown(body, (), ""))
    return list(_of(body, kind, ""))


def of_query(query: Iterable[str], known: Iterable[str]) -> list[Fault]:
    """Parameters that the call does not know."""
    return list(_unknown(query, tuple(known), ""))


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
    from difflib import get_close_matches  # late: only a mistaken name needs it

    for name in given:
        if name not in known:
            shown, near = name[:_SHOWN_CHARACTERS], get_close_matches(name[:_SHOWN_CHARACTERS], known, n=1)
            there = f"there are {', '.join(known)}" if known else "it takes none"
            yield (
                f"{at}.{shown}" if at else shown,
                f"unknown: '{shown}'; " + (f"did you mean '{near[0]}'?" if near else there),
            )


def _annotated(value: object, kind: object, at: str) -> Faults:
    base, *facts = get_args(kind)
    wrong = list(_of(value, base, at))
    yield from wrong
    for fact in facts if not wrong else ():
        if isinstance(fact, Fact) and fact.minimum is not None and is_number(value) and value < fact.minimum:
            yield at, f"{_name(at)} must be {fact.minimum} or more"


def _union(value: object, kind: object, at: str) -> Faults:
    """One of several: where none fits, what is wrong is told of the one that it is most like."""
    found = [list(_of(value, each, at)) for each in get_args(kind)]
    if all(found):
        objects = [faults for each, faults in zip(get_args(kind), found, strict=True) if is_typeddict(each)]
        yield from objects[0] if objects and isinstance(value, dict) else found[0]


def _literal(value: object, kind: object, at: str) -> Faults:
    from difflib import get_close_matches

    values = get_args(kind)
    if value not in values:
        near = get_close_matches(str(value)[:_SHOWN_CHARACTERS], values, n=1)
        there = f"did you mean '{near[0]}'?" if near else f"there are {', '.join(values)}"
        yield at, f"unknown: {encode(value)[:_SHOWN_CHARACTERS]}; {there}"


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
        yield from _of(each, get_args(kind)[1], f"{at}.{name[:_SHOWN_CHARACTERS]}".removeprefix("."))


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
