"""The language of exchanges: what stands in a text for what varies, and what differs from it.

`{{FORM}}` is a text of that form, `{{NAME=FORM}}` the same, captured; `{{NAME}}` is what was captured, or given. They
may stand alone or within a text. `docs/reference/exchanges.md` describes it for whoever reads exchanges in another
language.
"""

import re
from collections.abc import Iterator, Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["status", "header", "members", "order", "value", "form"]

_PLACEHOLDER = re.compile(r"\{\{(?:([a-z][a-z0-9_]*)(=))?([A-Za-z][A-Za-z0-9_]*)((?::[^{}:]*)*)\}\}")
# In small letters the ranges are small as well.
_ULID = "[0-9A-HJKMNP-TV-Z]{26}"

BRACES = "{{"
"""What `{{braces}}` stands for, so that a text may have them."""

ANY = "any"
"""The form of whatever there is; alone, of any value."""

INTEGER = "integer"
"""The form of a whole number."""

_LITERAL = {"braces": BRACES}
_FORMS = {
    ANY: lambda: r"(?s:.*)",
    "timestamp": lambda kind="": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d" + (r"\.\d{3}Z" if kind == "ms" else "Z"),
    "ulid": lambda prefix="": re.escape(prefix) + _ULID.lower(),
    "ULID": lambda prefix="": re.escape(prefix) + _ULID,
    "id": lambda prefix="", length="12": re.escape(prefix) + f"[a-z0-9]{{{int(length)}}}",
    "hex": lambda length: f"[0-9a-f]{{{int(length)}}}",
    "jwt": lambda: r"[\w-]+\.[\w-]+\.[\w-]+",
    "opaque": lambda: r"\S+",
    "unix": lambda: r"\d{10}",
}


@dataclass(frozen=True, slots=True)
class Difference:
    """Where an answer is another than the one expected. `at` is its place: `body.data.id`, `header X-Request-Id`,
    `status`; `form` names the form that a text has not."""

    at: str
    kind: Kind
    message: str
    form: str = ""

    def __str__(self) -> str:
        return f"{self.at}: {self.message}"


class Unfilled(LookupError):
    """A request needs what no answer has given."""


def filled(value: Any, captured: Mapping[str, str]) -> Any:
    """The value with every captured name put in. Raises Unfilled for a name that was never captured."""
    if isinstance(value, str):
        return _PLACEHOLDER.sub(lambda found: _known(found, captured), value)
    if isinstance(value, dict):
        return {filled(key, captured): filled(child, captured) for key, child in value.items()}
    if isinstance(value, list):
        return [filled(child, captured) for child in value]
    return value


def _known(found: re.Match[str], captured: Mapping[str, str]) -> str:
    name = found[3] + found[4]
    if name in _LITERAL:
        return _LITERAL[name]
    if name not in captured:
        raise Unfilled(name)
    return captured[name]


def differences(
    expected: Any, found: Any, captured: MutableMapping[str, str], at: str = "body"
) -> Iterator[Difference]:
    """What differs; names that are met for the first time are captured."""
    if isinstance(expected, str):
        yield from _of_text(expected, found, captured, at)
    elif isinstance(expected, dict) and list(expected) == ["$has"]:
        yield from _among(expected["$has"], found, captured, at)
    elif isinstance(expected, dict) and isinstance(found, dict):
        yield from _of_members(expected, found, captured, at)
    elif isinstance(expected, list) and isinstance(found, list):
        pairs = enumerate(zip(expected, found, strict=False))
        told = [each for place, (one, other) in pairs for each in differences(one, other, captured, f"{at}[{place}]")]
        if len(expected) != len(found):
            # Which stands for which is anybody's guess then; what they capture may be needed all the same.
            told = [Difference(at, "members", f"expected {len(expected)} elements, found {len(found)}")]
        yield from told
    elif type(expected) is not type(found) or expected != found:
        # A list in place of an object is another shape, not another value.
        kind: Kind = "members" if isinstance(expected, dict | list) or isinstance(found, dict | list) else "value"
        yield Difference(at, kind, f"expected {_shown(expected)}, found {_shown(found)}")


def _of_members(
    expected: Mapping[str, Any], found: Mapping[str, Any], captured: MutableMapping[str, str], at: str
) -> Iterator[Difference]:
    names = {filled(name, captured): child for name, child in expected.items()}
    both = [name for name in names if name in found]
    for name in names:
        if name not in found:
            yield Difference(f"{at}.{name}", "members", "is missing")
    for name in found:
        if name not in names:
            yield Difference(f"{at}.{name}", "members", f"is not expected: {_shown(found[name])}")
    if both != [name for name in found if name in names]:
        yield Difference(at, "order", f"expected the members in the order {both}, found {list(found)}")
    for name in both:
        yield from differences(names[name], found[name], captured, f"{at}.{name}")


def _among(wanted: list[Any], found: Any, captured: MutableMapping[str, str], at: str) -> Iterator[Difference]:
    """Each stands in the list, in this order, others before, between and after them."""
    if not isinstance(found, list):
        yield Difference(at, "value", f"expected a list, found {_shown(found)}")
        return
    rest = list(found)
    for index, one in enumerate(wanted):
        place = next((place for place, other in enumerate(rest) if _fits(one, other, captured)), None)
        if place is not None:
            rest = rest[place + 1 :]
        else:
            yield from _nearest(one, rest, captured, at, index)


def _nearest(wanted: Any, rest: list[Any], captured: Mapping[str, str], at: str, index: int) -> Iterator[Difference]:
    """How the one differs that is the same but for the form of what varies; else that there is none."""
    for other in rest:
        told = list(differences(wanted, other, dict(captured), f"{at}[{index}]"))
        if all(each.kind in ("form", "order") for each in told):
            yield from told
            return
    yield Difference(at, "members", f"element {index} of the expected ones is not there: {_shown(wanted)}")


def _fits(expected: Any, found: Any, captured: MutableMapping[str, str]) -> bool:
    tried = dict(captured)
    if any(differences(expected, found, tried)):
        return False
    captured.update(tried)
    return True


def _of_text(expected: str, found: Any, captured: MutableMapping[str, str], at: str) -> Iterator[Difference]:
    whole = _PLACEHOLDER.fullmatch(expected)
    if whole and whole[3] == ANY:
        return
    if whole and whole[3] == INTEGER:
        if not isinstance(found, int) or isinstance(found, bool):
            yield Difference(at, "value", f"expected a whole number, found {_shown(found)}")
        return
    if not isinstance(found, str):
        yield Difference(at, "value", f"expected {_shown(expected)}, found {_shown(found)}")
        return
    pattern, names, forms = _pattern(expected, captured)
    met = re.fullmatch(pattern, found)
    if met is not None:
        captured.update(zip(names, met.groups(), strict=True))
    elif whole and forms:
        yield Difference(at, "form", f"expected {forms[0]}, found {_shown(found)}", forms[0])
    else:
        yield Difference(at, "value", f"expected {_shown(_with_known(expected, captured))}, found {_shown(found)}")


def _pattern(expected: str, captured: Mapping[str, str]) -> tuple[str, list[str], list[str]]:
    """What a text must match; the names that it captures, in their order; the forms that stand in it."""
    names: list[str] = []
    forms: list[str] = []
    pieces, end = [], 0
    for found in _PLACEHOLDER.finditer(expected):
        pieces += [re.escape(expected[end : found.start()]), _piece(found, captured, names, forms)]
        end = found.end()
    return "".join([*pieces, re.escape(expected[end:])]), names, forms


def _piece(found: re.Match[str], captured: Mapping[str, str], names: list[str], forms: list[str]) -> str:
    """What one placeholder matches; what it captures, and its form, are added to the lists."""
    name, form, arguments = found[1], found[3], found[4].split(":")[1:]
    whole = form + found[4]
    if not name and whole in (known := {**_LITERAL, **captured}):
        return re.escape(known[whole])
    if not name and form in names:
        return f"(?P={form})"
    if form not in _FORMS:
        raise Unfilled(whole)
    forms.append(whole)
    if name in captured:
        return re.escape(captured[name])
    if name in names:
        return f"(?P={name})"
    pattern = _FORMS[form](*arguments)  # type: ignore[operator]  # as many arguments as it takes
    if not name:
        return f"(?:{pattern})"
    names.append(name)
    return f"(?P<{name}>{pattern})"


def _with_known(expected: str, captured: Mapping[str, str]) -> str:
    return _PLACEHOLDER.sub(lambda found: captured.get(found[3] + found[4], found[0]), expected)


def header_differences(
    expected: Mapping[str, Any], found: Mapping[str, str], captured: MutableMapping[str, str]
) -> Iterator[Difference]:
    """What differs in the headers that are named; names of headers have no case; None: there is none of that name."""
    lower = {name.lower(): value for name, value in found.items()}
    for name, value in expected.items():
        other = lower.get(name.lower())
        for each in differences(value, other, captured, f"header {name}"):
            yield Difference(each.at, "header", each.message, each.form)


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS]}…"


_SHOWN_CHARACTERS = 300
