"""The file of a definition, and any JSON that a person has written: what is wrong with it is told with its place."""

import codecs
import json
from collections.abc import Mapping
from math import isinf
from pathlib import Path

from interactor_emulator.jsontext import AnyJson, deeper_than
from interactor_emulator.limits import Limits

from .positions import Misread, Place, Positions, place_of

_DEPTH = Limits().json_depth
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class BadFile(ValueError):
    """A file that is not what it should be; told with its place, as `FILE:LINE:COLUMN: message`."""

    def __init__(self, path: Path, place: Place, message: str) -> None:
        super().__init__(f"{path}:{place.line}:{place.column}: {message}")
        self.place = place
        self.message = message


class _Doubtful(ValueError):
    """Something that `json` lets through, or not; where it stands is still to be found."""


def text_of(path: Path) -> str:
    """The text in a file, without the mark that some editors put in front. Raises BadFile, or OSError."""
    raw = path.read_bytes()
    if raw.startswith(_UTF_16):
        raise BadFile(path, Place(1, 1), "not UTF-8 but UTF-16; save it as UTF-8")
    raw = raw.removeprefix(codecs.BOM_UTF8)
    try:
        return raw.decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode("utf-8")
        raise BadFile(path, place_of(before, len(before)), "not UTF-8") from None


def value_of(text: str) -> AnyJson:
    """The value that a JSON text stands for. Raises Misread, also for what JSON has no rule for: a member twice, a
    number out of range, more levels than a request may have."""
    try:
        value = json.loads(text, object_pairs_hook=_members, parse_constant=_refuse, parse_float=_finite)
    except json.JSONDecodeError as error:
        raise Misread(f"not valid JSON: {error.msg}", Place(error.lineno, error.colno)) from None
    except (ValueError, RecursionError):
        Positions(text, _DEPTH)
        raise
    if text.count("[") + text.count("{") > _DEPTH and deeper_than(value, _DEPTH):
        Positions(text, _DEPTH)
    return value


def read_definition(path: Path) -> Mapping[str, AnyJson]:
    """The JSON object in a file; raises BadFile, which names file, line and column, or OSError."""
    return definition_in(text_of(path), path)


def definition_in(text: str, path: Path) -> Mapping[str, AnyJson]:
    """The same, of a text that came from a file."""
    try:
        value = value_of(text)
    except Misread as error:
        raise BadFile(path, error.place, str(error)) from None
    if not isinstance(value, dict):
        raise BadFile(path, Place(1, 1), "a definition is a JSON object")
    return value


def _members(pairs: list[tuple[str, AnyJson]]) -> dict[str, AnyJson]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise _Doubtful
    return members


def _refuse(_constant: str) -> AnyJson:
    raise _Doubtful


def _finite(digits: str) -> float:
    number = float(digits)
    if isinf(number):
        raise _Doubtful
    return number
