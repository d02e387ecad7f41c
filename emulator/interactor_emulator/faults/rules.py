"""Fault rules that a test sets: what is to happen, to which deliveries, how often."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from interactor_emulator.state.deliveries import Delivery

from .on_webhooks import CHANGES

EFFECTS = (*CHANGES, "duplicate", "reorder", "delay", "lose_response", "unknown_event")
"""All effects; those that change no request are carried out in `services/deliveries.py`."""


@dataclass(slots=True, eq=False)
class Rule:
    """Does `effect` to deliveries of this event and this subscription (None: any), `times` times (None: always), once
    `after` have passed unharmed, each with this `probability`. `delay_seconds` is for the effect `delay`."""

    effect: str
    event: str | None = None
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
        effect: str,
        *,
        event: str | None = None,
        subscription: str | None = None,
        times: int | None = None,
        after: int = 0,
        probability: float = 1.0,
        delay_seconds: float = 60,
    ) -> Rule:
        """Set a rule; raises ValueError for an unknown effect or a number that makes no sense."""
        if effect not in EFFECTS:
            raise ValueError(f"unknown effect {effect!r}: there are {', '.join(EFFECTS)}")
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
