"""Dataclasses as plain JSON and back, by their annotations: a field that comes to a class is written and read from then
on, and nobody has to think of it.

A member that has its default is not written. Bytes are a text where they are UTF-8, else `{"base64": …}`; of several
classes that may stand in one place the members say which it is, of events their `type`.
"""

import sys
import types
from base64 import b64decode, b64encode
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import MISSING, Field, fields, is_dataclass
from typing import Any, Literal, Union, get_args, get_origin

from interactor_emulator.jsontext import Json, is_number
from interactor_emulator.nearest import hint

Write = Callable[[Any], Any]
Read = Callable[[Any], Any]

# More than any instant, count or size that can come to be.
_MOST = 2**63
_SHOWN = 60


class Misfit(ValueError):
    """A value that is not what belongs there; `path` leads to it."""

    def __init__(self, message: str, path: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.path: str = path

    def within(self, step: str) -> "Misfit":
        """The same, seen from one level above."""
        self.path = step + ("" if not self.path or self.path.startswith("[") else ".") + self.path
        return self

    def __str__(self) -> str:
        return f"{self.path}: {self.message}" if self.path else self.message


class Plain:
    """Writers and readers by type. `own` has those of types that are written in a way of their own."""

    def __init__(self, own: Mapping[object, tuple[Write, Read]]) -> None:
        self._own = own
        self._writers: dict[object, Write] = {}
        self._readers: dict[object, Read] = {}

    def writer(self, kind: Any) -> Write:
        """What makes JSON of a value of this type; it shares with the value whatever is JSON already."""
        if kind not in self._writers:
            # A class may have itself among its members.
            self._writers[kind] = lambda value: self._writers[kind](value)
            self._writers[kind] = self._writer(kind)
        return self._writers[kind]

    def reader(self, kind: Any) -> Read:
        """What makes a value of this type of JSON; it raises Misfit for JSON that is none."""
        if kind not in self._readers:
            # A class may have itself among its members.
            self._readers[kind] = lambda value: self._readers[kind](value)
            self._readers[kind] = self._reader(kind)
        return self._readers[kind]

    def _writer(self, kind: Any) -> Write:
        if kind in self._own:
            return self._own[kind][0]
        if kind is bytes:
            return _bytes_written
        if is_dataclass(kind):
            return _members_written([(each, self.writer(type_)) for each, type_ in _typed(kind)])
        origin, inner = get_origin(kind), get_args(kind)
        if kind == Json or kind in _PLAIN or origin is Literal:
            return _as_it_is
        if origin in _UNIONS:
            return self._one_written(inner)
        if origin in _MAPPINGS:
            write = self.writer(inner[1])
            return (
                _as_it_is if write is _as_it_is else lambda value: {name: write(each) for name, each in value.items()}
            )
        if origin is tuple and inner[-1] is not ...:
            writes = [self.writer(each) for each in inner]
            return lambda value: [write(each) for write, each in zip(writes, value, strict=True)]
        write = self.writer(inner[0])
        return list if write is _as_it_is else lambda value: [write(each) for each in value]

    def _one_written(self, kinds: Sequence[Any]) -> Write:
        writes = {get_origin(each) or each: self.writer(each) for each in kinds if each is not type(None)}
        if all(write is _as_it_is for write in writes.values()):
            return _as_it_is
        if len(writes) == 1:
            (write,) = writes.values()
            return lambda value: None if value is None else write(value)
        return lambda value: None if value is None else writes[type(value)](value)

    def _reader(self, kind: Any) -> Read:
        if kind in self._own:
            return self._own[kind][1]
        if kind is bytes:
            return _bytes_read
        if kind == Json:
            return _as_it_is
        if kind in _PLAIN:
            return _plain_read(*_PLAIN[kind])
        if is_dataclass(kind):
            return self.members_read(kind)
        origin, inner = get_origin(kind), get_args(kind)
        if origin is Literal:
            return _literal_read(inner)
        if origin in _UNIONS:
            return self._one_read(inner)
        if origin in _MAPPINGS:
            return _mapping_read(self.reader(inner[1]))
        if origin is tuple and inner[-1] is not ...:
            return _tuple_read([self.reader(each) for each in inner])
        return _list_read(self.reader(inner[0]), {tuple: tuple, deque: deque}.get(origin, list))

    def _one_read(self, kinds: Sequence[Any]) -> Read:
        """One of several classes, or null."""
        classes = [each for each in kinds if each is not type(None)]
        reads = [self.reader(each) for each in classes]
        nullable = len(classes) < len(kinds)
        if len(reads) == 1:
            return lambda value: None if value is None and nullable else reads[0](value)
        members = [{each.name for each in fields(kind)} for kind in classes]

        def read(value: Any) -> Any:
            if value is None and nullable:
                return None
            given = _object(value).keys()
            place = next((place for place, known in enumerate(members) if given <= known), 0)
            return reads[place](value)

        return read

    def members_read(self, kind: Any, left_out: Iterable[str] = (), tag: str = "") -> Read:
        """A reader of a class that is told no members of these names, and one which says what class it is."""
        skipped = frozenset(left_out)
        rows = {
            each.name: (self.reader(type_), each.default is MISSING and each.default_factory is MISSING)
            for each, type_ in _typed(kind)
            if each.name not in skipped
        }
        required = [name for name, (_, needed) in rows.items() if needed]

        def read(value: Any) -> Any:
            members = {}
            for name, each in _object(value).items():
                row = rows.get(name)
                if row is None:
                    if name == tag:
                        continue
                    raise Misfit(f"unknown: {name[:_SHOWN]}; {hint(name, rows)}", name[:_SHOWN])
                try:
                    members[name] = row[0](each)
                except Misfit as misfit:
                    raise misfit.within(name) from None
            for name in required:
                if name not in members:
                    raise Misfit(f"{name} is required", name)
            try:
                return kind(**members)
            except ValueError as error:
                raise Misfit(str(error)) from None

        return read


def tagged(plain: Plain, kinds: Iterable[type], left_out: Iterable[str]) -> tuple[Write, Read]:
    """Writer and reader of what may be of any of these classes, named by its `type`, without the members `left_out`."""
    skipped = frozenset(left_out)
    known = {kind.__name__: kind for kind in kinds}
    writes: dict[type, Write] = {}
    reads: dict[str, Read] = {}

    def write(value: Any) -> Any:
        kind = type(value)
        if kind not in writes:
            rows = [(each, plain.writer(type_)) for each, type_ in _typed(kind) if each.name not in skipped]
            writes[kind] = _members_written(rows, kind.__name__)
        return writes[kind](value)

    def read(value: Any) -> Any:
        name = _object(value).get("type")
        if not isinstance(name, str) or name not in known:
            raise Misfit(f"unknown: {str(name)[:_SHOWN]}; {hint(str(name), known)}", "type")
        if name not in reads:
            reads[name] = plain.members_read(known[name], skipped, "type")
        return reads[name](value)

    return write, read


def _typed(kind: Any) -> list[tuple[Field[Any], Any]]:
    """Its fields with their types: a few are written as text, since they name what comes later."""
    known = vars(sys.modules[kind.__module__])
    return [(each, eval(each.type, known) if isinstance(each.type, str) else each.type) for each in fields(kind)]


def _as_it_is(value: Any) -> Any:
    return value


def _default(field: Field[Any]) -> Any:
    return field.default if field.default_factory is MISSING else field.default_factory()


def _members_written(rows: Iterable[tuple[Field[Any], Write]], tag: str = "") -> Write:
    members = [(each.name, _default(each), None if write is _as_it_is else write) for each, write in rows]

    def write(value: Any) -> Any:
        made: dict[str, Any] = {"type": tag} if tag else {}
        for name, default, inner in members:
            member = getattr(value, name)
            if member != default:
                made[name] = member if inner is None else inner(member)
        return made

    return write


def _bytes_written(value: bytes) -> Any:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return {"base64": b64encode(value).decode()}


def _bytes_read(value: Any) -> bytes:
    if isinstance(value, str):
        try:
            return value.encode()
        except UnicodeEncodeError:
            raise Misfit("must be text: it holds half of a surrogate pair, which has no bytes") from None
    try:
        return b64decode(_object(value)["base64"], validate=True)
    except (KeyError, TypeError, ValueError):
        raise Misfit("must be a text, or an object with a member base64") from None


def _object(value: Any) -> dict[str, Any]:
    if type(value) is not dict:
        raise Misfit("must be an object")
    return value


def _plain_read(what: str, holds: Callable[[Any], bool]) -> Read:
    def read(value: Any) -> Any:
        if holds(value):
            return value
        raise Misfit(f"must be {what}")

    return read


def _literal_read(values: Sequence[str]) -> Read:
    def read(value: Any) -> Any:
        if isinstance(value, str) and value in values:
            return value
        raise Misfit(f"unknown: {str(value)[:_SHOWN]}; {hint(str(value), values)}")

    return read


def _mapping_read(inner: Read) -> Read:
    def read(value: Any) -> Any:
        made = {}
        for name, each in _object(value).items():
            try:
                made[name] = inner(each)
            except Misfit as misfit:
                raise misfit.within(name[:_SHOWN]) from None
        return made

    return _object if inner is _as_it_is else read


def _list_read(inner: Read, make: Callable[[list[Any]], Any]) -> Read:
    def read(value: Any) -> Any:
        if type(value) is not list:
            raise Misfit("must be an array")
        made: list[Any] = []
        try:
            for each in value:
                made.append(inner(each))
        except Misfit as misfit:
            raise misfit.within(f"[{len(made)}]") from None
        return make(made)

    return read


def _tuple_read(inner: Sequence[Read]) -> Read:
    def read(value: Any) -> Any:
        if type(value) is not list or len(value) != len(inner):
            raise Misfit(f"must be an array of {len(inner)}")
        return tuple(each(one) for each, one in zip(inner, value, strict=True))

    return read


_UNIONS = (Union, types.UnionType)
_MAPPINGS = (dict, Mapping)
_PLAIN: Mapping[object, tuple[str, Callable[[Any], bool]]] = {
    str: ("a string", lambda value: isinstance(value, str)),
    bool: ("a boolean", lambda value: isinstance(value, bool)),
    int: ("an integer", lambda value: type(value) is int and -_MOST < value < _MOST),
    float: ("a number", is_number),
}
