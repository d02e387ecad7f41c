"""Fault rules that a test sets: what is to happen, to which deliveries, how often."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from interactor_emulator.nearest import hint
from interactor_emulator.state.deliveries import EVENTS, Delivery, EventName

Effect = Literal[
    "bad_signature",
    "stale_timestamp",
    "truncated_body",
    "slow_body",
    "extra_members",
    "duplicate",
    "reorder",
    "delay",
    "lose_response",
    "unknown_event",
]
EFFECTS: tuple[Effect, ...] = get_args(Effect)
"""All effects: those of `CHANGES` change the request, all others are carried out in `services/deliveries.py`."""

FAIL_NEXT = "fail_next"
"""What a test's inbox did that was told to fail."""

SPOILS = frozenset({"bad_signature", "stale_timestamp", "truncated_body", "slow_body", "lose_response", FAIL_NEXT})
"""After these no acknowledgement is to be expected: whoever set the rule knows why there is none."""


@dataclass(slots=True, eq=False)
class Rule:
    """Does `effect` to deliveries of this event and this subscription (None: any), `times` times (None: always), once
    `after` have passed unharmed, each with this `probability`. `delay_seconds` is for the effect `delay`."""

    effect: Effect
    event: EventName | None = None
    subscription: str | None = None
    times: int | None = None
    after: int = 0
    probability: float = 1.0
    delay_seconds: float = 60
    seen: int = 0
    used: int = 0

    def takes(self, delivery: Delivery, chance: Callable[[], float]) -> bool:
        """Whether it does its work on this attempt; counts it if so."""
        if self.event not in (None, delivery.event) or self.subscription not in (None, delivery.subscription_id):
            return False
        if self.effect in ("delay", "reorder") and (delivery.put_off or delivery.attempts):
            return False
        self.seen += 1
        if self.seen <= self.after or (self.times is not None and self.used >= self.times):
            return False
        if self.probability < 1 and chance() >= self.probability:
            return False
        self.used += 1
        return True


def _check(what: str, name: str, known: Sequence[str]) -> None:
    if name not in known:
        raise ValueError(f"unknown {what} {name!r}: {hint(name, known)}")


class Faults:
    """The rules of an account, in the order in which they were set; the first one that takes a delivery has it.

    `chance` gives numbers from 0 to 1, the same ones for the same seed.
    """

    def __init__(self, chance: Callable[[], float]) -> None:
        self._rules: list[Rule] = []
        self._chance = chance

    def __iter__(self) -> Iterator[Rule]:
        return iter(self._rules)

    def webhook(
        self,
        effect: Effect,
        *,
        event: EventName | None = None,
        subscription: str | None = None,
        times: int | None = None,
        after: int = 0,
        probability: float = 1.0,
        delay_seconds: float = 60,
    ) -> Rule:
        """Set a rule; raises ValueError for an unknown effect or event, or a number that makes no sense."""
        _check("effect", effect, EFFECTS)
        if event is not None:
            _check("event", event, EVENTS)
        if times is not None and times < 1:
            raise ValueError("times must be at least 1")
        if after < 0 or not 0 <= probability <= 1 or not 0 <= delay_seconds <= 31_536_000:
            raise ValueError("after and delay_seconds (at most a year) must not be negative, probability is 0 to 1")
        rule = Rule(effect, event, subscription, times, after, probability, delay_seconds)
        self._rules.append(rule)
        return rule

    def clear(self) -> None:
        """No more faults."""
        self._rules.clear()

    def on(self, delivery: Delivery) -> Rule | None:
        """The rule for this attempt, if there is one."""
        return next((rule for rule in self._rules if rule.takes(delivery, self._chance)), None)
