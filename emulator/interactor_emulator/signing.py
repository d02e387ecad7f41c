"""Signatures of webhooks: made as the service makes them, and checked for receivers' own tests.

"HMAC-SHA256 with the secret over `{timestamp}.{body}`", in lower-case hexadecimal digits, after `sha256=`.
"""

import hashlib
import hmac
import json
from collections.abc import Iterator

from .clock import wall_ms

__all__ = ["PREFIX", "TOLERANCE_SECONDS", "SignatureError", "sign", "verify"]

PREFIX = "sha256="
"""What a signature begins with."""

TOLERANCE_SECONDS = 300
"""How old a delivery may be: the document's receivers refuse what is older than five minutes."""


class SignatureError(ValueError):
    """A delivery that must not be trusted; `code` says what is wrong with it, the message how to mend it.

    `missing_signature`, `missing_prefix`, `not_hexadecimal`, `bad_timestamp`, `stale`, `timestamp_not_signed`,
    `body_changed`, `wrong_signature`.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def sign(secret: str, body: bytes, timestamp: int) -> str:
    """The value of `X-Interactor-Signature` for these very bytes; `timestamp` is in Unix seconds."""
    return PREFIX + _digest(secret, b"%d." % timestamp + body)


def verify(
    secret: str,
    body: bytes,
    signature: str | None,
    timestamp: str | None,
    *,
    now: int | None = None,
    tolerance: int | None = TOLERANCE_SECONDS,
) -> None:
    """Check a delivery: the raw body, and the headers `X-Interactor-Signature` and `X-Interactor-Timestamp`.

    `now` is in Unix seconds, the wall clock's unless given; a `tolerance` of None takes any age. Raises SignatureError.
    """
    if not signature:
        raise SignatureError("missing_signature", "There is no X-Interactor-Signature header")
    seconds = _seconds(timestamp)
    if not signature.isascii():
        raise SignatureError("not_hexadecimal", f"The signature must be {PREFIX} and 64 lower-case hexadecimal digits")
    if hmac.compare_digest(signature.encode(), sign(secret, body, seconds).encode()):
        _check_age(seconds, now, tolerance)
        return
    raise _mismatch(secret, body, signature, seconds)


def _seconds(timestamp: str | None) -> int:
    if timestamp is None or not (timestamp.isascii() and timestamp.isdigit()) or len(timestamp) > 12:
        raise SignatureError("bad_timestamp", "X-Interactor-Timestamp must be Unix seconds, like 1768910400")
    return int(timestamp)


def _check_age(seconds: int, now: int | None, tolerance: int | None) -> None:
    present = wall_ms() // 1000 if now is None else now
    if tolerance is not None and abs(present - seconds) > tolerance:
        age = present - seconds
        where = f"{age} seconds old" if age > 0 else f"{-age} seconds in the future"
        raise SignatureError("stale", f"The delivery is {where}; at most {tolerance} are allowed")


def _mismatch(secret: str, body: bytes, signature: str, seconds: int) -> SignatureError:
    """What most probably went wrong, found by trying the usual mistakes."""
    bare = signature.removeprefix(PREFIX)
    if bare == signature and len(bare) == 64:
        more = "; it is over the body alone, too" if hmac.compare_digest(bare, _digest(secret, body)) else ""
        return SignatureError("missing_prefix", f"The signature must begin with {PREFIX}{more}")
    if len(bare) != 64 or not set(bare) <= set("0123456789abcdef"):
        return SignatureError("not_hexadecimal", f"The signature must be {PREFIX} and 64 lower-case hexadecimal digits")
    if hmac.compare_digest(bare, _digest(secret, body)):
        return SignatureError(
            "timestamp_not_signed", "The signature is over the body alone; it must be over '{timestamp}.{body}'"
        )
    for other in _reserialized(body):
        if hmac.compare_digest(signature, sign(secret, other, seconds)):
            return SignatureError(
                "body_changed", "The signature fits the same JSON written in another way: check the raw bytes as sent"
            )
    return SignatureError("wrong_signature", "The signature fits neither this secret nor these bytes")


def _reserialized(body: bytes) -> Iterator[bytes]:
    """The same JSON as parsers and printers of several languages write it."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return
    for separators in ((",", ":"), (", ", ": ")):
        for ascii_only in (False, True):
            for in_order in (False, True):
                text = json.dumps(value, separators=separators, ensure_ascii=ascii_only, sort_keys=in_order)
                yield text.encode("utf-8", "surrogatepass")


def _digest(secret: str, signed: bytes) -> str:
    return hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
