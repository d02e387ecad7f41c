"""Who caused what: the request behind an instance's move, and the headers by which it can be followed outside.

"The `traceparent` header (W3C Trace Context) is propagated to HTTP logic actions."
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

# Version 00 of the W3C's format; a trace or parent of zeros is invalid.
_TRACEPARENT = re.compile(r"00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})")
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
    trace, flags = (sent[1], sent[2]) if sent else (new_trace, _NOT_SAMPLED)
    found = {"traceparent": f"00-{trace}-{new_parent}-{flags}"}
    if sent and cause.tracestate:
        found["tracestate"] = cause.tracestate
    if cause.request_id:
        found["X-Request-Id"] = cause.request_id
    return found
