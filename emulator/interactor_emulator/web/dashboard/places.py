"""A JSON text that somebody looks at: where in it something stands, with the lines around."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from interactor_emulator.definition.positions import Misread, Place, Positions
from interactor_emulator.definition.reading import value_of
from interactor_emulator.jsontext import AnyJson
from interactor_emulator.limits import LIMITS

_AROUND = 2
_LINE_CHARACTERS = 300


@dataclass(frozen=True, slots=True)
class Marked:
    """Something said about a place: `lines` are those around it, each with its number and whether it is the one."""

    place: Place
    path: str
    code: str
    message: str
    hint: str
    lines: tuple[tuple[int, str, bool], ...]


def marked(text: str, place: Place, path: str, message: str, code: str = "", hint: str = "") -> Marked:
    """The same of this text."""
    return _marked(text.split("\n"), place, path, message, code, hint)


def all_marked(text: str, said: Iterable[tuple[str, str, str, str]], *, values: bool = False) -> list[Marked]:
    """What is said, as path, message, code and hint, each at the name of its member, or where its value begins; from
    top to bottom."""
    positions, lines = Positions(text, LIMITS.json_depth), text.split("\n")
    of = positions.of_value if values else positions.of_name
    found = [_marked(lines, of(path), path, message, code, hint) for path, message, code, hint in said]
    return sorted(found, key=lambda each: each.place)


def _marked(lines: list[str], place: Place, path: str, message: str, code: str, hint: str) -> Marked:
    first = max(1, place.line - _AROUND)
    shown = tuple(
        (number, line[:_LINE_CHARACTERS], number == place.line)
        for number, line in enumerate(lines[first - 1 : place.line + _AROUND], first)
    )
    return Marked(place, path, code, message, hint, shown)


def object_in(text: str, what: str) -> Mapping[str, AnyJson]:
    """The object that somebody wrote. Raises Misread for what is none."""
    value = value_of(text)
    if not isinstance(value, dict):
        raise Misread(f"{what} is a JSON object: it begins with {{ and ends with }}", Place(1, 1))
    return value


def posted(text: str) -> str:
    """A text as it was written: forms end lines in two characters."""
    return text.replace("\r\n", "\n")
