"""What a network, or an attacker, does to a delivery: rules that a test sets, and what each of them changes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from interactor_emulator import signing

STALE_SECONDS = 600
"""How old a stale delivery is: twice what the document's receivers accept."""

UNKNOWN_EVENT = "workflow.instance.archived"
"""An event that no document names: the service may have more some day."""


@dataclass(frozen=True, slots=True)
class Sending:
    """One request as it is about to be sent. `timestamp` is in Unix seconds; `signed` is what is sent as `body`,
    unless something happens to it on the way."""

    secret: str = field(repr=False)
    event: str
    delivery_id: str
    retry_count: int
    timestamp: int
    signed: bytes
    body: bytes
    forged: bool = False
    slowly: bool = False

    @property
    def headers(self) -> dict[str, str]:
        """The headers of the document."""
        signature = signing.sign(self.secret, self.signed, self.timestamp)
        if self.forged:
            signature = signing.PREFIX + signature[: len(signing.PREFIX) - 1 : -1]
        return {
            "Content-Type": "application/json",
            "X-Interactor-Event": self.event,
            "X-Interactor-Signature": signature,
            "X-Interactor-Delivery": self.delivery_id,
            "X-Interactor-Timestamp": str(self.timestamp),
            "X-Interactor-Retry-Count": str(self.retry_count),
        }


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
