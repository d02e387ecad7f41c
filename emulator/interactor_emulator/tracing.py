"""Who caused what: the request behind an instance's move, and the headers by which it can be followed outside.

"The `traceparent` header (W3C Trace Context) is propagated to HTTP logic actions."
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

# "The version-format used here is for version 00"; of a later version the same parts are read, whatever follows them.
_TRACEPARENT = re.compile(
    r"(?P<version>(?!ff)[0-9a-f]{2})-(?P<trace>(?!0{32})[0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-(?P<flags>[0-9a-f]{2})"
    r"(?P<more>-.*)?"
)
# A key, with or without a tenant, and a value that ends in no space: all of W3C Trace Context, 3.3.1.3.
_MEMBER = re.compile(
    r"(?:[a-z][a-z0-9_\-*/]{0,255}|[a-z0-9][a-z0-9_\-*/]{0,240}@[a-z][a-z0-9_\-*/]{0,13})"
    r"=[\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e]"
)
_MOST_MEMBERS = 32
_SAMPLED = 0x01
# Inferred: a trace that starts here was not asked for, so nobody is told to record it.
_NOT_SAMPLED = "00"


@dataclass(frozen=True, slots=True)
class Cause:
    """The request that made a thread move: `by` is its token's subject, the rest what its HTTP logic hands on."""

    by: str
    request_id: str = ""
    traceparent: str = ""
    tracestate: str = ""


def headers(cause: Cause, new_trace: str, new_parent: str) -> Mapping[str, str]:
    """What a request of HTTP logic carries: "the same trace id and flags and a new parent id".

    `new_trace` (32 hexadecimal digits) is taken where the cause has no trace that can be read.
    """
    sent = _TRACEPARENT.fullmatch(cause.traceparent)
    if sent is not None and sent["version"] == "00" and sent["more"]:
        sent = None
    # "Only known flags are sent": all but the first bit are for later versions.
    trace, flags = (sent["trace"], f"{int(sent['flags'], 16) & _SAMPLED:02x}") if sent else (new_trace, _NOT_SAMPLED)
    found = {"traceparent": f"00-{trace}-{new_parent}-{flags}"}
    if sent and (members := _members(cause.tracestate)):
        found["tracestate"] = members
    if cause.request_id:
        found["X-Request-Id"] = cause.request_id
    return found


def _members(tracestate: str) -> str:
    """The list as it was sent; empty for one that cannot be read, which "must be discarded"."""
    members = [each.strip(" \t") for each in tracestate.split(",")]
    kept = [each for each in members if each]
    if len(kept) > _MOST_MEMBERS or not all(map(_MEMBER.fullmatch, kept)):
        return ""
    return ",".join(kept)
