"""Secrets never show on a page: each text that is put into a template is made to be without them before it is escaped.

What the template itself says is left alone: a secret that is a word of HTML would take the page apart.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from html import escape as xml_escape

from markupsafe import Markup, escape

from interactor_emulator.redaction import REDACTED, redact, spellings

_secrets: ContextVar[tuple[str, ...]] = ContextVar("_secrets", default=())
# Between two tags, or what an attribute shows or leads to.
_SHOWN = re.compile(r"(?:^|(?<=>))[^<>]+|(?<= title=\")[^\"]+|(?<= aria-label=\")[^\"]+|(?<= href=\")[^\"]+")


@contextmanager
def hidden(secrets: tuple[str, ...]) -> Iterator[None]:
    """While a page is made, these are hidden in all that is put into it."""
    before = _secrets.set(secrets)
    try:
        yield
    finally:
        _secrets.reset(before)


def without_secrets(value: object) -> object:
    """What is put into a template in place of the value."""
    secrets = _secrets.get()
    if not secrets or isinstance(value, bool | None):
        return value
    if isinstance(value, Markup):
        return _markup(value, secrets)
    return redact(value if isinstance(value, str) else str(value), secrets)


def _markup(value: Markup, secrets: tuple[str, ...]) -> Markup:
    """Markup of ours, in which texts stand escaped, those of a picture as XML has it."""
    found = {text for each in spellings(secrets) for text in (str(escape(each)), xml_escape(each))}
    for each in sorted((each for each in found if each in value), key=len, reverse=True):
        value = Markup(_SHOWN.sub(lambda text, each=each: text[0].replace(each, REDACTED), value))  # type: ignore[misc]
    return value
