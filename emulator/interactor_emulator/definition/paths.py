"""Places in a posted object: a tuple while the pass walks, text once something is reported.

The text is what a client sees: `states.start.transitions[0].target`, and `states["e.nd"]` for a name that is no
identifier.
"""

import json

Key = str | int
Path = tuple[Key, ...]

# A state may be named with a megabyte of text and hold thousands of faults: each path shows the first part of it only.
_NAME_CHARACTERS = 200


def written(path: Path) -> str:
    """The path as a client reads it; the whole object is the empty text."""
    return "".join(map(_step, path)).removeprefix(".")


def _step(key: Key) -> str:
    if not isinstance(key, str):
        return f"[{key}]"
    if len(key) > _NAME_CHARACTERS:
        key = key[:_NAME_CHARACTERS] + "…"
    # `[A-Za-z_][A-Za-z0-9_]*`
    if key.isascii() and key.isidentifier():
        return f".{key}"
    return f"[{printable(json.dumps(key, ensure_ascii=False))}]"


def printable(text: str) -> str:
    """The text with half surrogates escaped, which no answer could carry."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode("utf-8")
