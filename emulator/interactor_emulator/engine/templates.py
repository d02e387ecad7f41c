"""Templates: `${workflow_data.amount}` in presentations, instructions and HTTP logic.

A string that is one template and nothing else keeps the value's type; inside text, strings go in as they are and other
values as JSON. Missing is null alone and empty in text, and is reported.
"""

import re
from collections.abc import Callable, Mapping
from urllib.parse import quote

from interactor_emulator.definition.placeholders import PLACEHOLDER
from interactor_emulator.jsontext import Json, encode

from .data_path import MISSING, Missing, look_up

Roots = Mapping[str, Json]
Missed = Callable[[str], None]
"""Called with each path at which nothing stands."""


def render(value: Json, roots: Roots, missed: Missed) -> Json:
    """The value with every template in it filled in; the same object where it holds none."""
    if isinstance(value, str):
        return _render_text(value, roots, missed) if "${" in value else value
    if isinstance(value, dict):
        filled = {key: render(child, roots, missed) for key, child in value.items()}
        return value if all(filled[key] is child for key, child in value.items()) else filled
    if isinstance(value, list):
        elements = [render(child, roots, missed) for child in value]
        return value if all(new is old for new, old in zip(elements, value, strict=True)) else elements
    return value


def render_members(members: Mapping[str, Json], roots: Roots, missed: Missed) -> Mapping[str, Json]:
    """As `render`, of each member of an object."""
    return {name: render(value, roots, missed) for name, value in members.items()}


def render_url(url: str, roots: Roots, missed: Missed) -> str:
    """Values put into a path or query are percent-encoded; one that begins the URL is an address, and is not."""

    def fill(text: str, at: int) -> str:
        return text if at == 0 else quote(text, safe="")

    return _fill(url, roots, missed, fill)


def _render_text(text: str, roots: Roots, missed: Missed) -> Json:
    if PLACEHOLDER.fullmatch(text):
        value = _value(text[2:-1], roots, missed)
        return None if value is MISSING else value
    return _fill(text, roots, missed, lambda filled, _at: filled)


def _fill(text: str, roots: Roots, missed: Missed, encoded: Callable[[str, int], str]) -> str:
    def fill(found: "re.Match[str]") -> str:
        return encoded(as_text(_value(found[1], roots, missed)), found.start())

    return PLACEHOLDER.sub(fill, text)


def _value(path: str, roots: Roots, missed: Missed) -> Json | Missing:
    value = look_up(roots, path.strip())
    if value is MISSING:
        missed(path.strip())
    return value


def as_text(value: Json | Missing) -> str:
    """How a value stands inside text: strings as they are, other values as JSON, nothing for what is missing."""
    if value is MISSING:
        return ""
    return value if isinstance(value, str) else encode(value)
