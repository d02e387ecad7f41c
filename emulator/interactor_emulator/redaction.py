"""Secrets' values never leave: they show as `[REDACTED]`, in whatever spelling they stand.

"Secrets are injected at runtime and never logged." A text that is to be shortened is redacted first: what is left of a
secret that was cut in two is no spelling of it any more.
"""

import json
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import quote, quote_plus

REDACTED = "[REDACTED]"
# Inferred: a shorter value would blot out half of every text.
_SHORTEST_CHARACTERS = 4


def redact(value: Any, secrets: Iterable[str]) -> Any:
    """The value with every secret in its texts, however it is spelled, made unreadable."""
    hidden = spellings(secrets)
    return _redact(value, hidden) if hidden else value


def mentions(text: str, secrets: Iterable[str]) -> bool:
    """Whether a secret stands in the text."""
    return any(spelling in text for spelling in spellings(secrets))


def spellings(secrets: Iterable[str]) -> tuple[str, ...]:
    """All that may stand for one of these secrets in a text, the longest first."""
    return _spellings(tuple(secrets))


@lru_cache(maxsize=64)
def _spellings(secrets: tuple[str, ...]) -> tuple[str, ...]:
    found = {
        spelling
        for secret in secrets
        if len(secret) >= _SHORTEST_CHARACTERS
        for spelling in _of(secret)
        if len(spelling) >= _SHORTEST_CHARACTERS
    }
    return tuple(sorted(found, key=lambda spelling: (-len(spelling), spelling)))


def _of(secret: str) -> Iterator[str]:
    """Plain, as JSON once and twice, percent-encoded, in base64, as Python shows it, and read in a wrong encoding."""
    for plain in {secret, *_misread(secret)}:
        for once in _as_json(plain):
            yield from (plain, once, *_as_json(once))
    yield repr(secret)[1:-1]
    for quoted in (quote(secret, "", errors="surrogatepass"), quote(secret, errors="surrogatepass")):
        yield from (quoted, _lower_hex(quoted))
    plus = quote_plus(secret, errors="surrogatepass")
    yield from (plus, _lower_hex(plus))
    yield from _in_base64(secret.encode("utf-8", "surrogatepass"))


def _as_json(text: str) -> Iterator[str]:
    """As serializers write it: with and without `\\u` escapes, in both cases of their digits, and with `\\/`."""
    for ascii_only in (True, False):
        written = json.dumps(text, ensure_ascii=ascii_only)[1:-1]
        yield from (written, written.replace("/", "\\/"))
    yield "".join(_escaped_upper(character) for character in text)


def _escaped_upper(character: str) -> str:
    written = json.dumps(character)[1:-1]
    if not written.startswith("\\u"):
        return written
    return "".join(f"\\u{part.upper()}" for part in written.split("\\u")[1:])


def _misread(secret: str) -> Iterator[str]:
    """UTF-8 taken for Latin-1, as headers are, and Latin-1 taken for UTF-8."""
    yield secret.encode("utf-8", "surrogatepass").decode("latin-1")
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
        for spelling in hidden:
            value = value.replace(spelling, REDACTED)
        return value
    if isinstance(value, Mapping):
        return {_redact(key, hidden): _redact(child, hidden) for key, child in value.items()}
    if isinstance(value, list | tuple):
        return [_redact(child, hidden) for child in value]
    return value
