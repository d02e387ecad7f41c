"""Secrets' values never leave: they show as `[REDACTED]`, in whatever spelling they stand.

"Secrets are injected at runtime and never logged." A text that is to be shortened is redacted first: what is left of a
secret that was cut in two is no spelling of it any more.
"""

import json
import re
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import quote, quote_plus

REDACTED = "[REDACTED]"
# Inferred: a shorter value would blot out half of every text.
_SHORTEST_CHARACTERS = 4
# And a part of one, or one in small letters, that is shorter than this is a word like others.
_LONG_CHARACTERS = 8


def redact(value: Any, secrets: Iterable[str]) -> Any:
    """The value with every secret in its texts, however it is spelled, made unreadable."""
    hidden = spellings(secrets)
    return _redact(value, hidden) if hidden else value


def beginning(text: str, characters: int, secrets: Iterable[str]) -> str:
    """The first characters of a text, without the secrets that stand or begin there; the rest is not looked at."""
    hidden = spellings(secrets)
    longest = len(hidden[0]) if hidden else 0
    return _without(text[: characters + longest], hidden, characters)


def mentions(text: str, secrets: Iterable[str]) -> bool:
    """Whether a secret stands in the text."""
    return any(spelling in text for spelling in spellings(secrets))


def spellings(secrets: Iterable[str]) -> tuple[str, ...]:
    """All that may stand for one of these secrets in a text, the longest first."""
    return _spellings(tuple(secrets))


@lru_cache(maxsize=64)
def _spellings(secrets: tuple[str, ...]) -> tuple[str, ...]:
    found = {spelling for secret in secrets for spelling in _of_one(secret)}
    return tuple(sorted(found, key=lambda spelling: (-len(spelling), spelling)))


# A secret more or less among a thousand makes work for that one alone.
@lru_cache(maxsize=2048)
def _of_one(secret: str) -> tuple[str, ...]:
    # What stands in the mark itself is no secret any more, and would be marked again and again.
    return tuple(
        {each for each in _all_of(secret) if len(each) >= _SHORTEST_CHARACTERS and each not in REDACTED}
        if len(secret) >= _SHORTEST_CHARACTERS
        else ()
    )


def _all_of(secret: str) -> Iterator[str]:
    """As a whole; without the space around it, which `trim` takes; in small letters, as in the name of a host; each
    line of a longer text, a key's say, as it is read line by line."""
    yield from _of(secret)
    if (trimmed := secret.strip()) != secret:
        yield from _of(trimmed)
    if len(secret) >= _LONG_CHARACTERS:
        yield from (secret.lower(), quote(_raw(secret.lower()), safe=""))
    if "/" in secret:  # as a decoded segment of a path has it, whose slashes are no separators
        segment = secret.replace("/", "%2F")
        yield from (segment, *_as_json(segment))
    for line in _lines(secret):
        yield from (line, *_as_json(line), quote(_raw(line), safe=""))


def _raw(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _lines(secret: str) -> Iterator[str]:
    lines = [line.strip() for line in secret.splitlines()]
    # What every key begins and ends with is no secret, nor is a bracket alone in its line.
    return (each for each in lines if len(lines) > 1 and len(each) >= _LONG_CHARACTERS and not each.startswith("-----"))


def _of(secret: str) -> Iterator[str]:
    """Plain, as JSON once and twice, in URLs, in HTML, in base64, as Python shows it, and read in a wrong encoding."""
    for plain in {secret, *_misread(secret)}:
        for once in _as_json(plain):
            yield from (plain, once, *_as_json(once))
    yield repr(secret)[1:-1]
    for quoted in _in_urls(_raw(secret)):
        yield from (quoted, _lower_hex(quoted), quote(quoted, safe=""))
    import html  # late: where nothing is secret nothing is escaped

    escaped = html.escape(secret)
    yield from (escaped, escaped.replace("&#x27;", "&#39;"), html.escape(secret, quote=False))
    yield from _in_base64(_raw(secret))


# What each way of writing a URL leaves as it is: RFC 3986 in a segment and in a path, encodeURIComponent, encodeURI.
_UNQUOTED = ("", "/", "!'()*", "!'()*;/?:@&=+$,#")


def _in_urls(raw: bytes) -> Iterator[str]:
    yield from (quote(raw, safe=safe) for safe in _UNQUOTED)
    yield quote_plus(raw)
    # As a form is sent by a browser.
    yield quote_plus(raw, safe="*").replace("~", "%7E")


def _as_json(text: str) -> Iterator[str]:
    """As serializers write it: with and without `\\u` escapes, in both cases of their digits, and with `\\/`."""
    for ascii_only in (True, False):
        written = json.dumps(text, ensure_ascii=ascii_only)[1:-1]
        yield from (written, written.replace("/", "\\/"))
    yield _ESCAPE.sub(_upper, json.dumps(text)[1:-1])
    # As serializers write it whose JSON may stand in HTML.
    written = json.dumps(text, ensure_ascii=False)[1:-1]
    for mark in "&<>'":
        written = written.replace(mark, f"\\u{ord(mark):04x}")
    yield written


_ESCAPE = re.compile(r"\\(?:u([0-9a-f]{4})|.)")


def _upper(escape: "re.Match[str]") -> str:
    return f"\\u{escape[1].upper()}" if escape[1] else escape[0]


def _misread(secret: str) -> Iterator[str]:
    """UTF-8 taken for Latin-1, as headers are, and Latin-1 taken for UTF-8."""
    yield _raw(secret).decode("latin-1")
    try:
        yield secret.encode("latin-1").decode("utf-8", "replace")
    except UnicodeEncodeError:
        return


def _lower_hex(quoted: str) -> str:
    first, *rest = quoted.split("%")
    return first + "".join(f"%{part[:2].lower()}{part[2:]}" for part in rest)


def _in_base64(raw: bytes) -> Iterator[str]:
    """As it stands in the base64 of a longer text, `user:password` say: at each of the three places in a group, without
    the digits that its neighbours have a part in."""
    for before in range(3):
        first, end = -(-before * 8 // 6), (before + len(raw)) * 8 // 6
        padded = b"\0" * before + raw
        for encode in (b64encode, urlsafe_b64encode):
            yield encode(padded).decode()[first:end]


def _redact(value: Any, hidden: tuple[str, ...]) -> Any:
    if isinstance(value, str):
        return _without(value, hidden)
    if isinstance(value, Mapping):
        return {_redact(key, hidden): _redact(child, hidden) for key, child in value.items()}
    if isinstance(value, list | tuple):
        return [_redact(child, hidden) for child in value]
    return value


def _without(text: str, hidden: tuple[str, ...], characters: int | None = None) -> str:
    """Two secrets that overlap leave nothing of each other: all places are found first, and then made unreadable.
    What begins after so many characters is left out."""
    places = sorted(place for spelling in hidden if spelling in text for place in _places(text, spelling))
    if characters is not None:
        places = [place for place in places if place[0] < characters]
    if not places:
        return text[:characters]
    parts, shown = [], 0
    start, end = places[0]
    for first, last in places[1:]:
        if first > end:
            parts += [text[shown:start], REDACTED]
            start, shown = first, end
        end = max(end, last)
    return "".join([*parts, text[shown:start], REDACTED, text[end:characters]])


def _places(text: str, spelling: str) -> Iterator[tuple[int, int]]:
    at = text.find(spelling)
    while at >= 0:
        yield at, at + len(spelling)
        at = text.find(spelling, at + 1)
