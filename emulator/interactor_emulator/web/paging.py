"""Query parameters that several lists share."""

from collections.abc import Mapping

from interactor_emulator.clock import parse_timestamp
from interactor_emulator.errors import ValidationError

# "limit | integer | Max events (default: 100, max: 1000)"
_DEFAULT_LIMIT, _HIGHEST_LIMIT = 100, 1000
_MOST_DIGITS = 20


def page_size(query: Mapping[str, str]) -> int:
    """`limit`: 100 when it is left out; "more is cut to 1000"."""
    text = query.get("limit", str(_DEFAULT_LIMIT))
    if not (text.isascii() and text.isdigit() and len(text) < _MOST_DIGITS and int(text) > 0):
        raise ValidationError(("limit", "limit must be a positive integer"))
    return min(int(text), _HIGHEST_LIMIT)


def instant(query: Mapping[str, str], name: str) -> int | None:
    """The instant in Unix milliseconds that a parameter names, if it is there."""
    text = query.get(name)
    if text is None:
        return None
    try:
        return parse_timestamp(text)
    except (ValueError, OverflowError):
        raise ValidationError((name, f"{name} must be an ISO 8601 time like 2026-01-20T12:00:00Z")) from None
