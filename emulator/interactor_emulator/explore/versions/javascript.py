"""The words of a script, as far as whoever changes one of them must tell them apart: code from texts and comments.

It is no parser. Where a slash may begin a regular expression or be a division it goes by the word before; what is made
of a change is parsed by the script engine itself.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Kind = Literal["name", "number", "text", "sign"]


@dataclass(frozen=True, slots=True)
class Word:
    """A name, number, text or sign of the code, which stands from `start` up to `end`; `depth` counts the brackets that
    are open before it, and after it where it closes one."""

    kind: Kind
    text: str
    start: int
    end: int
    depth: int


_SKIPPED = re.compile(r"(?:\s|//[^\n]*|/\*.*?\*/)+", re.DOTALL)
_NAME = re.compile(r"[A-Za-z_$][\w$]*")
_NUMBER = re.compile(r"0[xXbBoO][0-9a-fA-F]+n?|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?n?")
_TEXT = re.compile(r"'(?:[^'\\\n]|\\.)*'|\"(?:[^\"\\\n]|\\.)*\"", re.DOTALL)
_EXPRESSION = re.compile(r"/(?:[^/\\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/\w*")
_SIGN = re.compile(r"\.\.\.|=>|[=!]==?|[<>]=|&&|\|\||\?\?|\?\.|.", re.DOTALL)
_OPENING, _CLOSING = "([{", ")]}"
# After these a slash begins a regular expression, though they are names.
_BEFORE_VALUES = frozenset({"return", "typeof", "case", "in", "of", "delete", "void", "throw", "new", "else"})


def words(code: str) -> Iterator[Word]:
    """The code's words in their order; what is between them is space and comments."""
    at, depth = 0, 0
    before: Word | None = None
    while (at := _after(_SKIPPED, code, at) or at) < len(code):
        kind, end = _word(code, at, begins_value=_begins_value(before))
        text = code[at:end]
        if kind == "sign" and text in _CLOSING:
            depth -= 1
        before = Word(kind, text, at, end, depth)
        yield before
        if kind == "sign" and text in _OPENING:
            depth += 1
        at = end


def _word(code: str, at: int, *, begins_value: bool) -> tuple[Kind, int]:
    if code[at] == "`":
        return "text", _end_of_template(code, at)
    if code[at] == "/" and begins_value and (end := _after(_EXPRESSION, code, at)) is not None:
        return "text", end
    for kind, pattern in _KINDS:
        if (end := _after(pattern, code, at)) is not None:
            return kind, end
    return "sign", _after(_SIGN, code, at) or at + 1


_KINDS: tuple[tuple[Kind, "re.Pattern[str]"], ...] = (("name", _NAME), ("number", _NUMBER), ("text", _TEXT))


def _begins_value(before: Word | None) -> bool:
    """Whether a value begins after this word, not an operator."""
    if before is None or before.text in _BEFORE_VALUES:
        return True
    return before.kind == "sign" and before.text not in _CLOSING


def _end_of_template(code: str, at: int) -> int:
    """Behind the mark that ends the template literal; what stands in `${…}` is code, and may have templates in it."""
    at += 1
    while at < len(code) and code[at] != "`":
        if code.startswith("${", at):
            at = _end_of_code(code, at + 2)
        else:
            at += 2 if code[at] == "\\" else 1
    return at + 1


def _end_of_code(code: str, at: int) -> int:
    for word in words(code[at:]):
        if word.depth < 0:
            return at + word.end
    return len(code)


def _after(pattern: "re.Pattern[str]", code: str, at: int) -> int | None:
    found = pattern.match(code, at)
    return None if found is None else found.end()
