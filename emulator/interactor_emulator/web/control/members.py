"""Checks of members that several control calls share."""

from collections.abc import Mapping
from typing import Any

from interactor_emulator.clock import parse_timestamp
from interactor_emulator.errors import ValidationError
from interactor_emulator.jsontext import encode
from interactor_emulator.web.call import optional


def instant(name: str, text: str) -> int:
    """Unix milliseconds of a member's ISO 8601 text."""
    try:
        return parse_timestamp(text)
    except (ValueError, OverflowError):
        raise ValidationError((name, f"{name} must be an ISO 8601 time like 2026-01-20T12:00:00Z")) from None


def strings(body: Mapping[str, Any], name: str) -> list[str] | None:
    """A member that is an array of strings, if it is there."""
    values = optional(body, name, list)
    if values is not None and not all(isinstance(value, str) for value in values):
        raise ValidationError((name, f"{name} must be an array of strings"))
    return values


def string_mapping(value: Mapping[str, Any]) -> Mapping[str, str]:
    """A body, or a member, all of whose members are strings."""
    for name, each in value.items():
        if not isinstance(each, str):
            raise ValidationError((name, f"{name[:100]} must be a string, not {encode(each)[:100]}"))
    return value
