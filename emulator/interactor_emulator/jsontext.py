"""JSON as the wire has it: UTF-8, compact, keys in order, and nothing that JSON does not have.

The standard library's, with guards for what it lets through: NaN and infinities, numbers too large to read, nesting
that would end in a RecursionError, half surrogates that no UTF-8 text can hold.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from math import isinf
from typing import Any, TypeAlias, TypeGuard, Union

Json: TypeAlias = Union[bool, int, float, str, "Sequence[Json]", "Mapping[str, Json]", None]
"""What `json.loads` returns: None, bool, int, float, str, list or dict with string keys."""
AnyJson: TypeAlias = Any
"""Json as a program's tests hand it in and index into: `run.data["order"]["total"]` needs no cast. Checked on its way
in, whatever a type checker thought of it."""

_encoder = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False, check_circular=False)
# What `JSONEncoder.encode` makes anew for each value, where the interpreter has it in C; a fifth of a small one's time.
_make: Any = getattr(json.encoder, "c_make_encoder", None)
_chunks: Callable[[Any, int], Iterable[str]] = (
    _make(None, _encoder.default, json.encoder.encode_basestring, None, ":", ",", False, False, False)
    if _make is not None
    else lambda value, _indent: [_encoder.encode(value)]
)
_HALF_SURROGATE = re.compile("[\ud800-\udfff]")


class NotJson(ValueError):
    """The text is no JSON; the message says why."""


def encode(value: Any) -> str:
    """The compact text of a value; half surrogates are escaped, as JavaScript's own JSON.stringify does."""
    return escaped("".join(_chunks(value, 0)))


def beginning(value: Json, characters: int) -> str:
    """At least so many characters of a value's compact text, or all of it: the rest is not written."""
    parts: list[str] = []
    for part in _encoder.iterencode(value):
        parts.append(part)
        characters -= len(part)
        if characters <= 0:
            break
    return escaped("".join(parts))


def stringified(value: Json) -> str:
    """The compact text as `JSON.stringify` writes it, whose numbers are doubles: 1e20 is 100000000000000000000."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{encode(key)}:{stringified(child)}" for key, child in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(stringified, value)) + "]"
    return _number(value) if is_number(value) else encode(value)


# Up to here every integer is a double of its own.
_EXACT = 2**53


def _number(number: float) -> str:
    """ECMAScript's Number::toString: decimal digits from 1e-7 up to 1e21, and an exponent without leading zeros."""
    if isinstance(number, int) and -_EXACT <= number <= _EXACT:
        return str(number)
    try:
        text = repr(float(number)).removesuffix(".0")
    except OverflowError:
        return "null"  # of Infinity
    digits, exponent, power = text.partition("e")
    if not exponent:
        return "0" if text == "-0" else text
    if _DECIMAL[0] <= int(power) < _DECIMAL[1]:
        from decimal import Decimal  # late: few numbers are so large or so small

        return format(Decimal(text), "f")
    return f"{digits}e{int(power):+d}"


_DECIMAL = (-6, 21)
"""The powers of ten that are written without an exponent, the first included."""


def escaped(text: str) -> str:
    """The text with half surrogates written as JSON writes them, so that UTF-8 can hold it."""
    if text.isascii():
        return text
    return _HALF_SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def is_text(text: str) -> bool:
    """Whether UTF-8 can hold it: no half surrogate, which JSON can name and no text can contain."""
    return text.isascii() or _HALF_SURROGATE.search(text) is None


def is_number(value: object) -> TypeGuard[int | float]:
    """Whether JSON would call it a number; Python calls True and False numbers too."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def size(value: object) -> int:
    """Bytes of the compact text."""
    text = encode(value)
    return len(text) if text.isascii() else len(text.encode())


def equal(left: object, right: object) -> bool:
    """JSON equality: 1 equals 1.0, true does not equal 1, arrays and objects by value."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(equal(value, right[key]) for key, value in left.items())
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(equal, left, right))
    return bool(left == right)


def copied(value: Any, what: str) -> Any:
    """A copy of what a program gave us, as it would have come over the wire: what the program changes later, or a
    tuple or a key that JSON does not know, makes no difference. Raises ValueError for what is no JSON."""
    try:
        return json.loads(_encoder.encode(value))
    except (TypeError, ValueError, RecursionError) as error:
        raise ValueError(f"{what} is not JSON: {error}") from None


def decode(raw: bytes, depth: int, repeated: Callable[[str], object] | None = None) -> object:
    """The value that the text stands for; raises NotJson, also for more than `depth` levels of nesting. `repeated` is
    called with each name that an object has twice: the last one counts."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise NotJson(f"Body is not UTF-8 (byte {error.start})") from None

    def made(members: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(members)
        if len(found) < len(members):
            seen: set[str] = set()
            for name, _ in members:
                if name in seen and repeated is not None:
                    repeated(name)
                seen.add(name)
        return found

    try:
        value = json.loads(
            text, parse_constant=_refuse, parse_float=_finite, object_pairs_hook=made if repeated else None
        )
    except json.JSONDecodeError as error:
        raise NotJson(f"Body is not valid JSON: {error.msg} (line {error.lineno}, column {error.colno})") from None
    except RecursionError:
        raise _too_deep(depth) from None
    except NotJson:
        raise
    except ValueError:
        raise NotJson("Body is not valid JSON: a number has too many digits") from None
    if raw.count(b"[") + raw.count(b"{") > depth and _written_deeper_than(raw, depth):
        raise _too_deep(depth)
    return value


def deeper_than(value: object, depth: int) -> bool:
    """Whether arrays and objects are nested more than `depth` levels."""
    level = [value]
    for _ in range(depth + 1):
        level = [child for parent in level for child in _children(parent)]
        if not level:
            return False
    return True


_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)
_ALL_BRACKETS = bytes.maketrans(b"{}", b"[]")
_NO_BRACKET = bytes(set(range(256)) - set(b"[]{}"))


def _written_deeper_than(raw: bytes, depth: int) -> bool:
    """The same of a text that is JSON: each turn takes away what holds nothing any more. All at the speed of C, since
    a megabyte may hold half a million objects."""
    brackets = _STRING.sub(b"", raw).translate(_ALL_BRACKETS, _NO_BRACKET)
    for _ in range(depth):
        brackets = brackets.replace(b"[]", b"")
        if not brackets:
            return False
    return True


def _children(value: object) -> list[object]:
    # Leaves are dropped here, so that a wide object costs no more than its containers.
    if isinstance(value, dict):
        return [child for child in value.values() if isinstance(child, dict | list)] or [None]
    if isinstance(value, list):
        return [child for child in value if isinstance(child, dict | list)] or [None]
    return []


def _too_deep(depth: int) -> NotJson:
    return NotJson(f"Body is nested more than {depth} levels deep")


def _refuse(constant: str) -> object:
    raise NotJson(f"Body is not valid JSON: {constant} is no JSON value")


def _finite(digits: str) -> float:
    number = float(digits)
    if isinf(number):
        raise NotJson(f"Body is not valid JSON: the number {digits[:40]} is out of range")
    return number
