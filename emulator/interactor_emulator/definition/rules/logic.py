"""`logic` and `on_enter`: a script, an HTTP call, or several of them."""

from interactor_emulator.definition.paths import Key, Path

from .shape import (
    Check,
    Shape,
    Visit,
    anything,
    is_number,
    is_whole,
    judged,
    mapping_of,
    one_of,
    shaped,
    shaped_by_type,
    text,
    walk,
)
from .words import kind, listing

TYPES = ("script", "http")
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
BACKOFFS = ("linear", "exponential")
OUTPUT_MODES = ("replace", "merge")


def _code(visit: Visit, value: object, at: Path, name: Key) -> None:
    if not isinstance(value, str):
        visit.report((*at, name), f"Script code must be a string, not {kind(value)}")
        return
    limit = visit.limits.script_code_bytes
    if (size := _bytes(value)) > limit:
        # "Max script code size | 64 KB | Per script logic block". What is too long is not parsed.
        visit.report((*at, name), f"Script code has {size} bytes; at most {limit} are allowed")
    else:
        visit.parse_later((*at, name), value)


def _bytes(code: str) -> int:
    return len(code) if code.isascii() else len(code.encode("utf-8", "surrogatepass"))


OUTPUT = Shape(
    "Output",
    {
        "path": text("Output path"),
        "mode": one_of("Output mode", *OUTPUT_MODES),
        "extract": mapping_of("Output extract", text("Path to extract")),
    },
)


def _output(visit: Visit, value: object, at: Path, name: Key) -> None:
    if isinstance(value, dict):
        walk(visit, value, OUTPUT, (*at, name))
    elif not isinstance(value, str):
        visit.report((*at, name), f"Output must be a path or an object with path, mode or extract, not {kind(value)}")


RETRY = Shape(
    "Retry",
    {
        "attempts": judged("Retry attempts", "a whole number from 1 up", lambda value: is_whole(value) and value >= 1),
        "backoff": one_of("Retry backoff", *BACKOFFS),
    },
    required={"attempts": "Retry needs attempts: the number of tries in all"},
)

_TYPE = one_of("Logic type", *TYPES)
_NEEDS_TYPE = {"type": f"Logic needs a type: {listing(TYPES)}"}

SCRIPT = Shape(
    "Script logic",
    {"type": _TYPE, "code": _code, "output": _output},
    required={"code": "Script logic needs code: the body of a JavaScript function"},
)

# "The core API requires only `type`, `method`, `url`, and optionally `headers` and `body`."
HTTP = Shape(
    "HTTP logic",
    {
        "type": _TYPE,
        "method": one_of("HTTP method", *METHODS),
        "url": text("HTTP url"),
        "headers": mapping_of("HTTP headers", text("Header value")),
        "body": anything,
        "timeout": judged(
            "HTTP timeout", "a number of milliseconds above 0", lambda value: is_number(value) and value > 0
        ),
        "retry": shaped(RETRY),
        "output": _output,
    },
    required={
        "method": f"HTTP logic needs a method: {listing(METHODS)}",
        "url": "HTTP logic needs a url: the address to call",
    },
)

_one: Check = shaped_by_type(Shape("Logic", {"type": _TYPE}, _NEEDS_TYPE), {"script": SCRIPT, "http": HTTP})


def logic(visit: Visit, value: object, at: Path, name: Key) -> None:
    """One logic object, or an array of them that run in order (published)."""
    if not isinstance(value, list):
        _one(visit, value, at, name)
        return
    here = (*at, name)
    for index, one in enumerate(value):
        _one(visit, one, here, index)
