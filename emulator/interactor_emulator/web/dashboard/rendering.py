"""Templates: everything put into them is escaped; times, JSON and lengths are written the same way on all pages."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from interactor_emulator.clock import moment
from interactor_emulator.jsontext import escaped
from interactor_emulator.terminal import line, lines

from .hiding import without_secrets

_SHORT_CHARACTERS = 200
_UNITS = ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s"))


@cache
def environment() -> Environment:
    """The templates of the package, compiled once for all servers of the process."""
    made = Environment(
        loader=PackageLoader("interactor_emulator.web.dashboard"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=without_secrets,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(
        time=time,
        pretty=pretty,
        compact=compact,
        short=short,
        span=span,
        one_line=line,
        instant=instant,
    )
    made.filters.update(lines=text_lines, pairs=pairs, without_nothing=without_nothing)
    return made


def time(at: datetime | int | None) -> Markup | str:
    """An instant of the emulator's clock; a script of the page adds the reader's own time."""
    if at is None:
        return "–"
    then = moment(at) if isinstance(at, int) else at
    exact = then.strftime("%Y-%m-%dT%H:%M:%SZ")
    return Markup('<time datetime="{}">{}</time>').format(exact, then.strftime("%Y-%m-%d %H:%M:%S"))


def instant(at_ms: int) -> str:
    """The same as a plain text, for a drawing."""
    return moment(at_ms).strftime("%Y-%m-%d %H:%M:%S")


def text_lines(value: object) -> str:
    """A text of several lines, without what would be obeyed rather than read."""
    return lines(str(value))


def pretty(value: Any) -> str:
    """JSON as people read it."""
    return escaped(json.dumps(_plain(value), indent=2, ensure_ascii=False, default=str))


def compact(value: Any) -> str:
    """JSON in one line."""
    return escaped(json.dumps(_plain(value), ensure_ascii=False, default=str))


def short(text: object, most: int = _SHORT_CHARACTERS) -> str:
    """The beginning of a text, in one line."""
    said = line(text)
    return said if len(said) <= most else said[: most - 1] + "…"


def span(seconds: float) -> str:
    """A length of time in its two largest units: `2 d 3 h`."""
    left, parts = round(abs(seconds)), []
    for size, name in _UNITS:
        if left >= size:
            parts.append(f"{left // size} {name}")
            left %= size
    return " ".join(parts[:2]) or "0 s"


def pairs(names: Iterable[str]) -> list[tuple[str, str]]:
    """Names as options of a select whose words are the names."""
    return [(name, name) for name in names]


def without_nothing(members: Mapping[str, Any]) -> dict[str, Any]:
    """The members that have a value."""
    return {name: value for name, value in members.items() if value is not None}


def _plain(value: Any) -> Any:
    return dict(value) if isinstance(value, Mapping) and not isinstance(value, dict) else value
