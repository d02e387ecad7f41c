"""Fault rules that a test sets: what is to happen, to which deliveries and calls, how often."""

from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import dataclass
from typing import Literal, get_args

from interactor_emulator import bounds
from interactor_emulator.errors import WrongValue
from interactor_emulator.state.deliveries import EVENTS, Delivery, EventName

from .often import Often, check_name, check_number, check_text
from .on_calls import Asked, CallEffect, CallRule, Sweep

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

_YEAR_SECONDS = 31_536_000


@dataclass(slots=True, eq=False, kw_only=True)
class Rule(Often):
    """Does `effect` to deliveries of this `event` to the `subscription` of this id; None is any.

    It works `times` times (None: always), once `after` have passed unharmed, each with this `probability` (from 0 to
    1); `seen` counts what fitted, and `used` what it was done to. `delay_seconds`, on the emulator's clock, are for the
    effect `delay`."""

    effect: Effect
    event: EventName | None = None
    subscription: str | None = None
    delay_seconds: float = 60

    def __post_init__(self) -> None:
        Often.__post_init__(self)
        check_name("effect", "effect", self.effect, EFFECTS)
        if self.event is not None:
            check_name("match.event", "event", self.event, EVENTS)
        check_text("match.subscription", self.subscription)
        check_number("effect.delay_seconds", self.delay_seconds, 0, _YEAR_SECONDS)

    def takes(self, delivery: Delivery, chance: Callable[[], float]) -> bool:
        """Whether it does its work on this attempt; counts it if so."""
        if self.event not in (None, delivery.event) or self.subscription not in (None, delivery.subscription_id):
            return False
        if self.effect in ("delay", "reorder") and (delivery.put_off or delivery.attempts):
            return False
        return self.falls(chance)

    def __str__(self) -> str:
        return f"the fault {self.effect} on {self.event or 'any delivery'}"


class Faults:
    """The rules of an account, in the order in which they were set; the first one that takes a delivery, or a call, has
    it. To iterate over it gives all of them."""

    def __init__(self, chance: Callable[[], float]) -> None:
        """`chance` gives numbers from 0 to 1, the same ones for the same seed."""
        self._of_webhooks: list[Rule] = []
        self._of_calls: list[CallRule] = []
        self._chance = chance
        # It goes before all rules on calls.
        self.sweep: Sweep | None = None
        # The texts of rules that are no more, and have worked: one that a reset brings back is not in vain.
        self._worked: set[str] = set()

    def __iter__(self) -> Iterator[Rule | CallRule]:
        return iter([*self._of_webhooks, *self._of_calls])

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
        """Set a rule on deliveries: `webhook("duplicate", event="workflow.instance.completed", times=1)`.

        `bad_signature`, `stale_timestamp` (ten minutes old), `truncated_body`, `slow_body` (over a second of wall
        time) and `extra_members` change what is sent; `unknown_event` sends an event before it that no document names,
        `duplicate` sends it twice, `reorder` after its successor, `delay` so many `delay_seconds` later on the
        emulator's clock; `lose_response` takes the receiver's answer for none. `event` and `subscription` (an id) say
        which deliveries, None any; `times`, `after` and `probability` how often, as in `Rule`. Raises ValueError for an
        unknown effect or event, or a number that makes no sense."""
        rule = Rule(
            effect=effect,
            event=event,
            subscription=subscription,
            times=times,
            after=after,
            probability=probability,
            delay_seconds=delay_seconds,
        )
        self._check_room()
        self._of_webhooks.append(rule)
        return rule

    def call(
        self,
        effect: CallEffect,
        *,
        method: str | None = None,
        path: str | None = None,
        instance: str | None = None,
        namespace: str | None = None,
        times: int | None = None,
        after: int = 0,
        probability: float = 1.0,
        committed: bool | None = None,
        status: int = 503,
        code: str = "",
        message: str = "",
        retry_after: int | None = None,
        delay_seconds: float = 0,
        size: int = 0,
    ) -> CallRule:
        """Set a rule on calls of the API over HTTP: `call("drop", method="POST", path="/workflows/*/instances")`.

        `drop` closes the connection without an answer, `truncate_body` after `size` bytes of it, `status` answers with
        the error `status` (from 400 to 599), `code` and `message`: unless they are given, those of the service, where
        it has one error of that status (it has many of 400 and 409). `retry_after` are the seconds, from 0 to 86400, in
        its header `Retry-After`; without it a 429 says when the client's rate begins anew, 60 at most.
        `delay` answers `delay_seconds` of wall time
        later, 60 at most. A rule is for calls of a `method`, a `path` (under `/api/v1`; `*` or `{name}` stands for one
        segment, `*` at its end for all the rest), an `instance` (an id) or a `namespace`; None is any. `committed` says
        whether the call is carried out: it is, unless it is answered with a status or this is False. `times`, `after`
        and `probability` say how often, as in `CallRule`. Raises ValueError for what makes no sense."""
        if not isinstance(committed, bool | None):
            raise WrongValue("effect.committed", f"committed must be True or False, not {committed!r}")
        if effect == "delay":
            if committed is False:
                raise WrongValue("effect.committed", "an answer that comes late is to a call that was carried out")
            if not delay_seconds:
                raise WrongValue("effect.delay_seconds", "delay needs delay_seconds, of wall time")
        rule = CallRule(
            effect=effect,
            method=method,
            path=path,
            instance=instance,
            namespace=namespace,
            times=times,
            after=after,
            probability=probability,
            committed=effect != "status" if committed is None else committed,
            status=status,
            code=code,
            message=message,
            retry_after=retry_after,
            delay_seconds=delay_seconds,
            size=size,
        )
        self._check_room()
        self._of_calls.append(rule)
        return rule

    def _check_room(self) -> None:
        if len(self._of_webhooks) + len(self._of_calls) >= bounds.FAULTS.most:
            raise WrongValue("body", f"there are {bounds.FAULTS.most} fault rules already; clear() ends them")

    def become(self, other: "Faults") -> None:
        """Have rules like these, each as far as it has come."""
        self._of_webhooks = [copy(each) for each in other._of_webhooks]
        self._of_calls = [copy(each) for each in other._of_calls]

    def remove(self, rule: Rule | CallRule) -> None:
        """End this rule; one that has ended already changes nothing."""
        if rule.used and len(self._worked) < bounds.FAULTS.most:
            self._worked.add(str(rule))
        self._of_webhooks = [each for each in self._of_webhooks if each is not rule]
        self._of_calls = [each for each in self._of_calls if each is not rule]

    def clear(self) -> None:
        """No more faults."""
        self._worked.update([str(rule) for rule in self if rule.used][: bounds.FAULTS.most - len(self._worked)])
        self._of_webhooks.clear()
        self._of_calls.clear()

    def on(self, delivery: Delivery) -> Rule | None:
        """The rule for this attempt, if there is one."""
        return next((rule for rule in self._of_webhooks if rule.takes(delivery, self._chance)), None)

    def prepared(self) -> list[tuple[str, bool]]:
        """Each rule as text, and whether it has worked."""
        return [(str(rule), rule.used > 0 or str(rule) in self._worked) for rule in self]

    @property
    def looks_at_calls(self) -> bool:
        """Whether any call may meet with something."""
        return bool(self._of_calls) or self.sweep is not None

    @property
    def asks_for_namespaces(self) -> bool:
        """Whether a rule wants to know for which namespace a call is."""
        return any(rule.namespace is not None for rule in self._of_calls)

    def on_call(self, asked: Asked) -> CallRule | None:
        """The rule for this call, if there is one."""
        swept = None if self.sweep is None else self.sweep.on(asked)
        return swept or next((rule for rule in self._of_calls if rule.takes(asked, self._chance)), None)
