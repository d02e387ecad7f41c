"""What a network, or an attacker, does to a delivery: rules that a test sets, and what each of them changes."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from interactor_emulator.state.deliveries import Sending

STALE_SECONDS = 600
"""How old a stale delivery is: twice what the document's receivers accept."""

UNKNOWN_EVENT = "workflow.instance.archived"
"""An event that no document names: the service may have more some day."""


def _extra_members(sending: Sending) -> Sending:
    body = sending.signed[:-1] + b',"trace":{"region":"eu-1"},"priority":7}'
    body = body.replace(b'"data":{', b'"data":{"tenant":{"tier":"gold"},', 1)
    return replace(sending, signed=body, body=body)


CHANGES: Mapping[str, Callable[[Sending], Sending]] = {
    "bad_signature": lambda sending: replace(sending, forged=True),
    "stale_timestamp": lambda sending: replace(sending, timestamp=sending.timestamp - STALE_SECONDS),
    "truncated_body": lambda sending: replace(sending, body=sending.body[: len(sending.body) // 2]),
    "slow_body": lambda sending: replace(sending, slowly=True),
    "extra_members": _extra_members,
}
"""Effects on the request itself."""
