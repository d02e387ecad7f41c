"""Templates: `${workflow_data.amount}` in presentations, instructions and HTTP logic.

A string that is one template and nothing else keeps the value's type; inside text, strings go in as they are and other
values as `JSON.stringify` writes them. Missing is null alone and empty in text, and is reported.
"""

import re
from collections.abc import Callable, Mapping
from urllib.parse import quote

from interactor_emulator import bounds
from interactor_emulator.definition.data_path import MISSING, Missing, look_up
from interactor_emulator.definition.placeholders import PLACEHOLDER
from interactor_emulator.jsontext import Json, stringified


class TooLong(ValueError):
    """What was to be filled in is longer than its bound: a template names 256 KB in ten letters."""

    def __init__(self) -> None:
        super().__init__(f"its templates come to more than {bounds.RENDERED.most} characters")


class UnsafeUrl(ValueError):
    """A value would lead a URL to another path than the definition says."""


class Rendering:
    """Fills in the templates of one presentation or request. `missed` has the paths at which nothing stood.

    All of its methods raise TooLong as soon as too much was filled in."""

    def __init__(self, roots: Mapping[str, Json]) -> None:
        self.roots = roots
        self.missed: dict[str, None] = {}
        self._characters = 0

    def miss(self, path: str) -> None:
        """Nothing stands there; of very many such paths the first are kept."""
        if len(self.missed) < bounds.NOTICES_OF_REQUEST.most:
            self.missed[path] = None

    def value(self, value: Json) -> Json:
        """The value with every template in it filled in; the same object where it holds none."""
        if isinstance(value, str):
            return self._alone(value) if "${" in value else value
        if isinstance(value, dict):
            filled = {key: self.value(child) for key, child in value.items()}
            return value if all(filled[key] is child for key, child in value.items()) else filled
        if isinstance(value, list):
            elements = [self.value(child) for child in value]
            return value if all(new is old for new, old in zip(elements, value, strict=True)) else elements
        return value

    def text(self, text: str) -> str:
        """The same of a text, which stays one whatever the values are; empty for what is missing."""
        return self._fill(text, lambda filled, _at: filled)

    def url(self, url: str) -> str:
        """Values put into a path or query are percent-encoded; one that begins the URL is an address, and is not.

        "A template value stays in its path segment": raises UnsafeUrl where one would be `.` or `..` as a whole."""
        address = ""

        def encoded(text: str, at: int) -> str:
            nonlocal address
            if at == 0:
                address = text
            return text if at == 0 else quote(text, safe="")

        filled = self._fill(url, encoded)
        if _dots(filled[len(address) :]) > _dots(url):
            raise UnsafeUrl("a value would stand as '.' or '..' in its path")
        return filled

    def _alone(self, text: str) -> Json:
        if not PLACEHOLDER.fullmatch(text):
            return self.text(text)
        value = self._look_up(text[2:-1])
        if value is MISSING:
            return None
        self._count(value if isinstance(value, str) else stringified(value))
        return value

    def _fill(self, text: str, encoded: Callable[[str, int], str]) -> str:
        def fill(found: "re.Match[str]") -> str:
            value = self._look_up(found[1])
            shown = "" if value is MISSING else value if isinstance(value, str) else stringified(value)
            return encoded(self._count(shown), found.start())

        return PLACEHOLDER.sub(fill, text)

    def _look_up(self, path: str) -> Json | Missing:
        value = look_up(self.roots, path.strip())
        if value is MISSING:
            self.miss(path.strip())
        return value

    def _count(self, text: str) -> str:
        self._characters += len(text)
        if self._characters > bounds.RENDERED.most:
            raise TooLong
        return text


def _dots(url: str) -> int:
    """How many segments of a path lead elsewhere."""
    path = re.split("[?#]", url, maxsplit=1)[0]
    return sum(segment in (".", "..") for segment in path.split("/"))
