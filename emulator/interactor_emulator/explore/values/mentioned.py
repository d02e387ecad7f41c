"""Which members of an input a definition speaks of beside its conditions: in templates and in the code of its scripts.

Code is looked at, not parsed: a name that is missed is only not tried, and one too many does no harm.
"""

import re
from collections.abc import Iterator, Mapping
from itertools import islice

from interactor_emulator.definition.model import Definition, Script, State
from interactor_emulator.definition.placeholders import PLACEHOLDER
from interactor_emulator.jsontext import Json

_DATA = ("input", "workflow_data")
# `input.order.total`, `workflow_data?.items`, and `input['order']`.
_MEMBER = r"(?:\s*\??\.\s*[A-Za-z_$][\w$]*|\s*(?:\?\.)?\[\s*(?:'[^'\\]*'|\"[^\"\\]*\"|\d+)\s*\])"
_READ = re.compile(rf"\b(?:{'|'.join(_DATA)})((?:{_MEMBER})+)(\s*\()?")
_NAME = re.compile(r"[A-Za-z_$][\w$]*|'[^']*'|\"[^\"]*\"|\d+")
# `const { amount, order: { total } = {} } = input`: the outer names.
_TAKEN_APART = re.compile(rf"\{{([^{{}}=;]*)\}}\s*=\s*(?:{'|'.join(_DATA)})\b")
# `item => item.price`, `(sum, item) => sum + item.price`.
_PARAMETERS = re.compile(r"(?:\(([\w$\s,]*)\)|\b([A-Za-z_$][\w$]*))\s*=>")
# Members that JavaScript has, and data does not: `input.items.length`.
_OWN = frozenset({"length"})
_OF_LISTS = frozenset(
    {"map", "reduce", "filter", "some", "every", "forEach", "find", "findIndex", "flatMap", "sort", "join", "length"}
)
_LITERAL = re.compile(
    r"//[^\n]*|/\*.*?\*/|'((?:[^'\\\n]|\\.)*)'|\"((?:[^\"\\\n]|\\.)*)\"|(?<![\w$.])(\d+(?:\.\d+)?)(?![\w$])", re.S
)
_MOST_LITERALS = 40
_LONGEST = 100


def in_templates(value: Json) -> Iterator[str]:
    """The paths of `${input.x}` and `${workflow_data.x}` in every text of it, but for code."""
    if isinstance(value, str):
        for path in PLACEHOLDER.findall(value):
            root, _, rest = path.strip().partition(".")
            if root in _DATA and rest:
                yield rest
    elif isinstance(value, Mapping):
        for name, member in value.items():
            if name != "code":
                yield from in_templates(member)
    elif isinstance(value, list):
        for element in value:
            yield from in_templates(element)


def codes(state: State) -> Iterator[str]:
    """The code of every script of the state."""
    return (logic.code for logic in (*state.logic, *state.on_enter) if isinstance(logic, Script))


def in_code(code: str) -> Iterator[tuple[str, tuple[str, ...] | None]]:
    """The paths that a script reads of its input and of the data. Where it treats what stands there as a list, with
    the names that it reads of an element; else None."""
    for read in _READ.finditer(code):
        names = [name.strip("'\"") for name in _NAME.findall(read[1])]
        called = read[2] is not None
        is_list = names[-1] in _OF_LISTS
        if (called or names[-1] in _OWN) and names:
            names.pop()
        if names:
            yield ".".join(names), tuple(_of_elements(code)) if is_list else None
    for taken in _TAKEN_APART.finditer(code):
        for part in taken[1].split(","):
            if (name := _NAME.match(part.strip())) is not None:
                yield name[0].strip("'\""), None


def _of_elements(code: str) -> Iterator[str]:
    """The members that arrow functions read of their parameters."""
    parameters = {
        name.strip() for many, one in _PARAMETERS.findall(code) for name in (many or one).split(",") if name.strip()
    }
    for name in sorted(parameters - set(_DATA)):
        for member in dict.fromkeys(
            re.findall(rf"(?<![\w$.]){re.escape(name)}\??\.([A-Za-z_$][\w$]*)\b(?!\s*\()", code)
        ):
            if member not in _OWN:
                yield member


def literals(definition: Definition) -> tuple[Json, ...]:
    """The numbers and texts that stand in the code of the scripts, in the order of the states; the first 40."""
    found = (each for state in definition.states.values() for code in codes(state) for each in _literals(code))
    return tuple(islice(dict.fromkeys(found), _MOST_LITERALS))


def _literals(code: str) -> Iterator[int | float | str]:
    for single, double, number in _LITERAL.findall(code):
        if number:
            yield float(number) if "." in number else int(number[:15])
        elif 0 < len(text := single or double) <= _LONGEST and "\\" not in text:
            yield text
