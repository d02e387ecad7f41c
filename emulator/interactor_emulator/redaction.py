"""Secrets' values never leave: they show as `[REDACTED]`.

"Secrets are injected at runtime and never logged."
"""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

REDACTED = "[REDACTED]"
# Inferred: a shorter value would blot out half of every text.
_SHORTEST_CHARACTERS = 4


def redact(value: Any, secrets: Iterable[str]) -> Any:
    """The value with every secret in its texts, also a percent-encoded one, made unreadable."""
    hidden = _forms(secrets)
    return _redact(value, hidden) if hidden else value


def mentions(text: str, secrets: Iterable[str]) -> bool:
    """Whether a secret stands in the text."""
    return any(form in text for form in _forms(secrets))


def _forms(secrets: Iterable[str]) -> list[str]:
    long_enough = [secret for secret in secrets if len(secret) >= _SHORTEST_CHARACTERS]
    forms = {form for secret in long_enough for form in (secret, quote(secret, safe=""), quote(secret))}
    return sorted(forms, key=len, reverse=True)


def _redact(value: Any, hidden: list[str]) -> Any:
    if isinstance(value, str):
        for form in hidden:
            value = value.replace(form, REDACTED)
        return value
    if isinstance(value, Mapping):
        return {_redact(key, hidden): _redact(child, hidden) for key, child in value.items()}
    if isinstance(value, list):
        return [_redact(child, hidden) for child in value]
    return value
