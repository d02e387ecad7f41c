"""The one walk over a posted object, and the checks that most members need.

A rule is data: a `Shape` lists the members of an object, each with the check of its value. A check is told the value,
the path of the object that holds it and the member's name, so that no path is put together before something is wrong.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import inf
from typing import TypeGuard

from interactor_emulator import jsontext
from interactor_emulator.definition.findings import Examination, Finding, PendingSyntax, UnknownMember
from interactor_emulator.definition.paths import Key, Path, written
from interactor_emulator.definition.placeholders import is_placeholder
from interactor_emulator.limits import Limits

from .words import given, kind, listing, quoted, shortened

# "No message over 300 characters", however long the values in it are.
_MESSAGE_CHARACTERS = 300
# A megabyte may hold a hundred thousand of them, and a nearest name takes a tenth of a millisecond to find.
_MOST_UNKNOWN = 100


@dataclass(slots=True)
class Visit:
    """One pass: what it has found, and what it must know of the whole to judge a part."""

    limits: Limits
    # Names of the states, or None where there is no object of states: then no target can be judged.
    states: Mapping[str, object] | None
    found: Examination = field(default_factory=Examination)
    # The keys of the transitions seen in this state; None unless it is in selection mode.
    keys: set[str] | None = None

    def report(self, at: Path, message: str) -> None:
        """Note an error at this place. Raises Enough."""
        self.found.add(Finding(written(at), shortened(message, _MESSAGE_CHARACTERS)))

    def parse_later(self, at: Path, code: str) -> None:
        """Note code that only the JavaScript engine can judge."""
        self.found.findings.append(PendingSyntax(at, code))


Check = Callable[[Visit, object, Path, Key], None]
"""Called with the visit, the value, the path of what holds it, and its name there."""


@dataclass(frozen=True, slots=True)
class Shape:
    """An object: what it is called, its members, and what to say when one that it needs is not there."""

    name: str
    members: Mapping[str, Check]
    required: Mapping[str, str] = field(default_factory=dict)
    # Whether an unknown member is an error; elsewhere it is only noted.
    closed: bool = False


def walk(visit: Visit, thing: Mapping[str, object], shape: Shape, at: Path) -> None:
    """Missing members first, then each member in the order in which it was posted."""
    required, members = shape.required, shape.members
    for name in required:
        if name not in thing:
            visit.report((*at, name), required[name])
    for name, value in thing.items():
        check = members.get(name)
        if check is None:
            _unknown(visit, name, shape, at)
        # Inferred: `null` leaves an optional member out, as `"condition": null` does.
        elif value is not None or name in required:
            check(visit, value, at, name)


def _unknown(visit: Visit, name: str, shape: Shape, at: Path) -> None:
    if shape.closed:
        message = f"{shape.name} has no property {quoted(name)}; it may have {listing(tuple(shape.members), 'and')}"
        visit.report((*at, name), message)
    elif len(visit.found.unknown) < _MOST_UNKNOWN:
        visit.found.unknown.append(UnknownMember((*at, name), name, shape.name, tuple(shape.members)))


def is_number(value: object) -> TypeGuard[int | float]:
    """A JSON number: `true` is none, nor is anything without a finite value."""
    return jsontext.is_number(value) and -inf < value < inf


def is_whole(value: object) -> TypeGuard[int | float]:
    """A number without a fraction; JSON does not tell 3.0 from 3."""
    return jsontext.is_number(value) and value == int(value)


def anything(_visit: Visit, _value: object, _at: Path, _name: Key) -> None:
    """Any JSON will do."""


def text(what: str) -> Check:
    """A string."""

    def check(visit: Visit, value: object, at: Path, name: Key) -> None:
        if not isinstance(value, str):
            visit.report((*at, name), f"{what} must be a string, not {kind(value)}")

    return check


def one_of(what: str, *allowed: str) -> Check:
    """One of these words."""

    def check(visit: Visit, value: object, at: Path, name: Key) -> None:
        if not isinstance(value, str):
            visit.report((*at, name), f"{what} must be {listing(allowed)}, not {kind(value)}")
        elif value not in allowed:
            visit.report((*at, name), f"{what} {quoted(value)} is unknown; use {listing(allowed)}")

    return check


def judged(what: str, expected: str, holds: Callable[[object], bool]) -> Check:
    """Whatever `holds` accepts."""

    def check(visit: Visit, value: object, at: Path, name: Key) -> None:
        if not holds(value):
            visit.report((*at, name), f"{what} must be {expected}, not {given(value)}")

    return check


def or_placeholder(check: Check) -> Check:
    """The same, or one template and nothing else: in a presentation that keeps the type of the value it stands for."""

    def relaxed(visit: Visit, value: object, at: Path, name: Key) -> None:
        if not is_placeholder(value):
            check(visit, value, at, name)

    return relaxed


def array_of(what: str, element: Check) -> Check:
    """An array, each element checked alike."""

    def check(visit: Visit, value: object, at: Path, name: Key) -> None:
        if not isinstance(value, list):
            visit.report((*at, name), f"{what} must be an array, not {kind(value)}")
            return
        here = (*at, name)
        for index, one in enumerate(value):
            element(visit, one, here, index)

    return check


def mapping_of(what: str, element: Check) -> Check:
    """An object whose members have names of the customer's own, each value checked alike."""

    def check(visit: Visit, value: object, at: Path, name: Key) -> None:
        if not isinstance(value, dict):
            visit.report((*at, name), f"{what} must be an object, not {kind(value)}")
            return
        here = (*at, name)
        for key, one in value.items():
            element(visit, one, here, key)

    return check


def shaped(shape: Shape) -> Check:
    """An object of this shape."""
    return shaped_by_type(shape, {})


def shaped_by_type(otherwise: Shape, shapes: Mapping[str, Shape]) -> Check:
    """An object whose `type` says which shape it has; `otherwise` is for all other types, and reports them."""

    def check(visit: Visit, value: object, at: Path, name: Key) -> None:
        if not isinstance(value, dict):
            visit.report((*at, name), f"{otherwise.name} must be an object, not {kind(value)}")
            return
        type_ = value.get("type")
        shape = shapes.get(type_, otherwise) if isinstance(type_, str) else otherwise
        walk(visit, value, shape, (*at, name))

    return check


def counted(visit: Visit, count: int, limit: int, at: Path, owner: str, things: str) -> None:
    """Report more of something than its limit allows."""
    if count > limit:
        visit.report(at, f"{owner} has {count} {things}; at most {limit} are allowed")
