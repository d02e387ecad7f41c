"""A signature checked as a receiver checks it, a step at a time. The secret is used, and never shown."""

from dataclasses import dataclass

from interactor_emulator.signing import PREFIX, TOLERANCE_SECONDS, SignatureError, sign, verify
from interactor_emulator.state.deliveries import Attempt, Subscription

_SHOWN = 120


@dataclass(frozen=True, slots=True)
class Step:
    """What is done, what comes out, and whether that is as it should be (None: nothing can be wrong with it)."""

    words: str
    value: str
    good: bool | None = None


def checked(attempt: Attempt, subscription: Subscription | None) -> tuple[list[Step], str]:
    """The steps, and what a receiver that knows the secret makes of it."""
    sent, stamp = (attempt.headers.get(f"X-Interactor-{name}", "") for name in ("Signature", "Timestamp"))
    if subscription is None:
        return [], "The subscription is deleted, and its secret with it: the signature cannot be checked any more"
    begins = attempt.body[:_SHOWN].decode("utf-8", "replace") + ("…" if len(attempt.body) > _SHOWN else "")
    steps = [
        Step("Take the header X-Interactor-Timestamp: Unix seconds", stamp),
        Step(
            f"Put a dot and the raw body of {len(attempt.body):,} bytes behind it, as they came",
            f"{stamp}.{begins}",
        ),
    ]
    expected = sign(subscription.secret, attempt.body, int(stamp)) if stamp.isdigit() else ""
    steps += [
        Step("HMAC-SHA256 of that with the subscription's secret, in hexadecimal", expected.removeprefix(PREFIX)),
        Step(f"Put {PREFIX} before it", expected),
        Step("Compare it with the header X-Interactor-Signature", sent, sent == expected),
    ]
    if attempt.hostile == "stale_timestamp":
        steps.append(Step(f"Refuse what is older than {TOLERANCE_SECONDS} seconds", f"{stamp} is older", good=False))
        return steps, "A receiver must refuse it: it is too old. A fault rule has made it so"
    try:
        verify(subscription.secret, attempt.body, sent, stamp, tolerance=None)
    except SignatureError as error:
        return steps, f"A receiver must refuse it. {error}"
    steps.append(Step(f"Refuse what is older than {TOLERANCE_SECONDS} seconds when it comes", stamp))
    return steps, "A receiver can trust it: the signature fits"
