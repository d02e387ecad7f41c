"""What is kept of traffic lets nobody in: tokens and secrets are made unreadable, wherever they stand."""

import json
import re
from typing import Any

from interactor_emulator.redaction import REDACTED

# However the name is written: client_secret, clientSecret, Client-Secret.
_NAMES = frozenset(
    {
        "accesstoken",
        "apikey",
        "authorization",
        "clientassertion",
        "clientsecret",
        "cookie",
        "idtoken",
        "password",
        "refreshtoken",
        "secret",
        "token",
    }
)
_NO_LETTER = re.compile(r"[^a-z]")
# A text of a megabyte is looked through in no time for what each needs, and for a tenth of a second for all of it.
_IN_TEXT = (
    # A signed token.
    ("eyJ", re.compile(r"\beyJ[\w-]*\.[\w-]+\.[\w-]*"), REDACTED),
    # A parameter of a query or a form, its name in whatever spelling.
    (
        "=",
        re.compile(r"(?i)((?:^|[?&;])[\w%.-]*(?:token|secret|api_?key|password|assertion)[\w%.-]*=)[^&;#\s\"]*"),
        rf"\1{REDACTED}",
    ),
    # Who signs in, in a URL or as a header has it.
    ("@", re.compile(r"(?<=//)[^/?#@\s\"]+@"), f"{REDACTED}@"),
    (" ", re.compile(r"(?i)\b(basic|bearer) [\w+/=.~-]{6,}"), rf"\1 {REDACTED}"),
)
# `%74oken` is `token`.
_ESCAPED_LETTER = re.compile(r"%([46][1-9A-Fa-f]|[57][0-9Aa])")


def hidden(value: Any) -> Any:
    """The value of a body without what would let somebody in."""
    if isinstance(value, dict):
        return {
            name: REDACTED if _is_secret(name) and child is not None else hidden(child) for name, child in value.items()
        }
    if isinstance(value, list):
        return [hidden(child) for child in value]
    return hidden_in(value) if isinstance(value, str) else value


def hidden_in(text: str) -> str:
    """A text, a path or a form, say, without it; JSON within a text is looked through as well."""
    if text[:1] in ("{", "["):
        try:
            within = json.loads(text)
            found = hidden(within)
        except (ValueError, RecursionError):
            pass
        else:
            return text if found == within else json.dumps(found, ensure_ascii=False)
    plain = _ESCAPED_LETTER.sub(lambda found: bytes.fromhex(found[1]).decode(), text)
    cleaned = plain
    for needed, pattern, other in _IN_TEXT:
        if needed in cleaned:
            cleaned = pattern.sub(other, cleaned)
    return text if cleaned == plain else cleaned


def _is_secret(name: str) -> bool:
    return _NO_LETTER.sub("", name.lower()) in _NAMES
