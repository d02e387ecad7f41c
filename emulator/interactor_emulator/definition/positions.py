"""Where everything in a JSON text stands, and what JSON has no rule for: a member twice, a number out of range.

`json` says where a text is no JSON, and nothing of where its values are. This reads a text that `json` has read.
"""

import json
import re
from math import isinf
from typing import NamedTuple

from .paths import Path, written

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[][{},:]|[^\s"\][{},:]+', re.DOTALL)
_CONSTANTS = ("NaN", "Infinity", "-Infinity")


class Place(NamedTuple):
    """In a text, as editors count: lines and columns from 1 on, a column for each character."""

    line: int
    column: int


def place_of(text: str, offset: int) -> Place:
    """Where the character at an offset stands."""
    return Place(text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset))


class Misread(ValueError):
    """A text that is not what it should be: the message says why, `place` where."""

    def __init__(self, message: str, place: Place) -> None:
        super().__init__(message)
        self.place = place


class Positions:
    """The places in a JSON text; a path that is not there stands where the nearest thing around it does.

    Raises Misread for what `depth` levels, numbers of JSON and members once each do not allow."""

    def __init__(self, text: str, depth: int) -> None:
        self._text = text
        self._depth = depth
        self._tokens = _TOKEN.finditer(text)
        self._values: dict[str, int] = {}
        self._names: dict[str, int] = {}
        self._value((), next(self._tokens), 0)

    def of_value(self, path: str) -> Place:
        """Where the value at a path begins, written like `states.start.transitions[0].target`."""
        return self._place(self._values[self._known(path)])

    def of_name(self, path: str) -> Place:
        """Where the name of the member at a path begins; the value, where it is no member."""
        known = self._known(path)
        return self._place(self._names.get(known, self._values[known]))

    def _known(self, path: str) -> str:
        """The path, or the nearest one around it: "what is missing is reported where its parent begins"."""
        ends = (at for at in range(len(path), 0, -1) if at == len(path) or path[at] in ".[")
        return next((path[:end] for end in ends if path[:end] in self._values), "")

    def _place(self, offset: int) -> Place:
        return place_of(self._text, offset)

    def _value(self, at: Path, token: "re.Match[str]", level: int) -> None:
        self._values.setdefault(written(at), token.start())
        if level == self._depth and token[0] in "{[":
            raise self._misread(token, f"nested more than {self._depth} levels deep")
        if token[0] == "{":
            self._object(at, level + 1)
        elif token[0] == "[":
            self._array(at, level + 1)
        elif token[0][0] != '"':
            self._check_number(token)

    def _object(self, at: Path, level: int) -> None:
        seen: dict[str, int] = {}
        for token in self._tokens:
            if token[0] == "}":
                return
            if token[0] == ",":
                continue
            name = json.loads(token[0])
            if name in seen:
                first = self._place(seen[name]).line
                raise self._misread(token, f"the member {token[0]} stands here twice, first in line {first}")
            seen[name] = token.start()
            here = (*at, name)
            self._names.setdefault(written(here), token.start())
            next(self._tokens)
            self._value(here, next(self._tokens), level)

    def _array(self, at: Path, level: int) -> None:
        index = 0
        for token in self._tokens:
            if token[0] == "]":
                return
            if token[0] != ",":
                self._value((*at, index), token, level)
                index += 1

    def _check_number(self, token: "re.Match[str]") -> None:
        if token[0] in _CONSTANTS:
            raise self._misread(token, f"not valid JSON: {token[0]} is no JSON value")
        try:
            number = json.loads(token[0])
        except ValueError:
            raise self._misread(token, "not valid JSON: a number has too many digits") from None
        if isinstance(number, float) and isinf(number):
            raise self._misread(token, f"not valid JSON: the number {token[0][:40]} is out of range")

    def _misread(self, token: "re.Match[str]", message: str) -> Misread:
        return Misread(message, self._place(token.start()))
