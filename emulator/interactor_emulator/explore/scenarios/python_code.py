"""Values and calls as Python code, laid out as formatters leave it: in a line, or a member a line."""

import re
from collections.abc import Iterable, Mapping, Sequence
from keyword import iskeyword
from unicodedata import east_asian_width, normalize

from interactor_emulator.jsontext import AnyJson

WIDTH = 88
"""Characters of a line, as Black and Ruff have it unless a project says otherwise."""

_STEP, _NAME = 4, 60


class Code(str):
    """Code that stands among values, as it is."""

    __slots__ = ()


def literal(value: AnyJson, column: int = 0, indent: int = 0) -> str:
    """A JSON value as Python writes it, where its line is `indent`ed and it begins at this column."""
    if isinstance(value, Code):
        return value
    if isinstance(value, str):
        return text(value)
    if isinstance(value, Mapping):
        rows = [f"{text(name)}: " for name in value]
        return _bracketed("{", zip(rows, value.values(), strict=True), "}", column, indent)
    if isinstance(value, list | tuple):
        return _bracketed("[", (("", each) for each in value), "]", column, indent)
    return repr(value).replace("e+", "e")


def call(what: str, arguments: Iterable[AnyJson], named: Mapping[str, AnyJson], indent: int, after: str = "") -> str:
    """A call with these arguments, and what stands behind it in its line. Names that are none in Python come in a
    dict."""
    rows: list[tuple[str, AnyJson]] = [("", each) for each in arguments]
    if all(map(is_name, named)):
        rows += [(f"{name}=", each) for name, each in named.items()]
    else:
        rows.append(("**", dict(named)))
    return _bracketed(f"{what}(", rows, f"){after}", indent, indent)


def _bracketed(begin: str, rows: Iterable[tuple[str, AnyJson]], end: str, column: int, indent: int) -> str:
    """All in one line where it fits; otherwise each in one, with a comma behind the last, so that it stays so."""
    rows = list(rows)
    flat = begin + ", ".join(mark + _flat(value) for mark, value in rows) + end
    # What follows on the line, a comma say, is one character more.
    if not rows or column + width(flat) < WIDTH:
        return flat
    inside = indent + _STEP
    lines = [f"{' ' * inside}{mark}{literal(value, inside + width(mark), inside)}," for mark, value in rows]
    return "\n".join([begin, *lines, " " * indent + end])


def width(line: str) -> int:
    """The columns that a line takes: letters of some scripts are two wide."""
    return len(line) if line.isascii() else len(line) + sum(east_asian_width(each) in "WF" for each in line)


def _flat(value: AnyJson) -> str:
    return literal(value, column=-(10**9))


def text(value: str) -> str:
    """A string with the quotes that need fewer escapes, double ones for choice; what does not print is escaped."""
    quote = "'" if value.count('"') > value.count("'") else '"'
    return quote + "".join(_letter(each, quote) for each in value) + quote


def _letter(letter: str, quote: str) -> str:
    if letter in "'\"":
        return f"\\{letter}" if letter == quote else letter
    return repr(letter)[1:-1]


def is_name(name: str) -> bool:
    """Whether a keyword argument can be called so: Python takes some letters for others."""
    return name.isidentifier() and not iskeyword(name) and name != "__debug__" and normalize("NFKC", name) == name


def assigned(name: str, value: str, indent: int) -> str:
    """A text given to a name, in brackets where it fits into a line of its own alone."""
    written = text(value)
    if indent + len(f"{name} = ") + width(written) <= WIDTH or indent + _STEP + width(written) > WIDTH:
        return f"{name} = {written}"
    return f"{name} = (\n{' ' * (indent + _STEP)}{written}\n{' ' * indent})"


def defined(name: str, parameters: Sequence[str]) -> str:
    """The line that a test begins with."""
    flat = f"def {name}({', '.join(parameters)}) -> None:"
    if len(flat) <= WIDTH:
        return flat
    return "\n".join([f"def {name}(", *(f"    {each}," for each in parameters), ") -> None:"])


def name_from(words: str, otherwise: str) -> str:
    """Lower-case words that can be part of a name, the first of many: of what is no letter or digit of ASCII nothing
    is left."""
    plain = normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    whole = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")
    if len(whole) > _NAME:
        whole = whole[: _NAME + 1].rpartition("_")[0] or whole[:_NAME]
    return whole or otherwise
