"""A fault rule as the control API and the marker describe it: what it matches, and its effect."""

from collections.abc import Iterable, Mapping
from inspect import signature
from typing import Any

from interactor_emulator.errors import WrongValue
from interactor_emulator.nearest import hint

from .on_calls import CALL_EFFECTS, CallEffect, CallRule
from .rules import EFFECTS, Faults, Rule

_OF_BOTH = ("times", "after", "probability")
_OF_WEBHOOKS = ("event", "subscription")
_OF_CALLS = ("method", "path", "instance", "namespace")
# An effect on calls is an object with one of these members, and some that go with it.
_MAIN: Mapping[str, CallEffect] = {"status": "status", "drop": "drop", "truncate_body": "truncate_body"}
_BESIDE = ("code", "message", "retry_after", "delay_seconds", "committed")
_WANTED = (
    f"effect is one of {', '.join(EFFECTS)} for webhooks; for calls an object: "
    '{"status": 503}, {"delay_seconds": 2}, {"drop": true} or {"truncate_body": 10}'
)


def set_named(faults: Faults, rule: Mapping[str, Any]) -> Rule | CallRule:
    """Set what `faults.call` takes as keywords, or `faults.webhook`: a delay is one of webhooks, unless it names a
    member of calls. Raises WrongValue."""
    effect = rule["effect"]
    on_calls = effect in CALL_EFFECTS and (effect not in EFFECTS or _first(rule, _OF_CALLS))
    setting = faults.call if on_calls else faults.webhook
    known = tuple(signature(setting).parameters)
    for name in rule:
        if name not in known:
            raise WrongValue(name, f"unknown {name}; {hint(name, known)}")
    return setting(**rule)


def set_described(faults: Faults, rule: Mapping[str, Any]) -> Rule | CallRule:
    """Set the rule; raises WrongValue, which names the member, for what is none.

    An effect that is a text is one on webhooks. One that is an object is one on calls, but for a delay that matches an
    event or a subscription."""
    _check_known("", rule, ("match", "effect"))
    match, effect = rule.get("match") or {}, rule.get("effect")
    if not isinstance(match, Mapping):
        raise WrongValue("match", f"match must be an object, not {match!r:.200}")
    _check_known("match.", match, (*_OF_CALLS, *_OF_WEBHOOKS, *_OF_BOTH))
    given = {name: value for name, value in match.items() if value is not None}
    on_calls, on_webhooks = _first(given, _OF_CALLS), _first(given, _OF_WEBHOOKS)
    if on_calls and on_webhooks:
        raise WrongValue(f"match.{on_webhooks}", f"a rule is on calls ({on_calls}) or on webhooks ({on_webhooks})")
    if isinstance(effect, str) and not on_calls and (effect in EFFECTS or effect not in CALL_EFFECTS):
        return faults.webhook(effect, **given)  # type: ignore[arg-type]  # what is no effect is refused there
    if not isinstance(effect, Mapping) or (on_webhooks and set(effect) != {"delay_seconds"}):
        raise WrongValue("effect", _WANTED)
    if on_webhooks:
        return faults.webhook("delay", delay_seconds=effect["delay_seconds"], **given)
    return _on_calls(faults, given, {name: value for name, value in effect.items() if value is not None})


def _on_calls(faults: Faults, match: Mapping[str, Any], effect: Mapping[str, Any]) -> CallRule:
    _check_known("effect.", effect, (*_MAIN, *_BESIDE))
    named = [name for name in _MAIN if name in effect]
    if len(named) > 1:
        raise WrongValue(f"effect.{named[1]}", f"an effect has one of {', '.join(_MAIN)}, not {' and '.join(named)}")
    if not named and "delay_seconds" not in effect:
        raise WrongValue("effect", _WANTED)
    if "drop" in effect and effect["drop"] is not True:
        raise WrongValue("effect.drop", "drop is true; with committed false the call is not carried out")
    for name in ("code", "message", "retry_after"):
        if name in effect and "status" not in effect:
            raise WrongValue(f"effect.{name}", f"{name} goes with a status")
    kind = _MAIN[named[0]] if named else "delay"
    beside = {name: value for name, value in effect.items() if name not in ("drop", "truncate_body")}
    return faults.call(kind, **match, **beside, size=effect.get("truncate_body", 0))


def _check_known(place: str, given: Mapping[str, Any], known: tuple[str, ...]) -> None:
    for name in given:
        if name not in known:
            raise WrongValue(f"{place}{name!s:.100}", f"unknown: {name!s:.100}; {hint(name, known)}")


def _first(given: Iterable[str], names: tuple[str, ...]) -> str:
    return next((name for name in names if name in given), "")


def described(rule: Rule | CallRule) -> Mapping[str, object]:
    """The rule as the control API shows it, with how often it was used."""
    names = _OF_CALLS if isinstance(rule, CallRule) else _OF_WEBHOOKS
    match = {name: getattr(rule, name) for name in (*names, *_OF_BOTH)}
    return {"match": match, "effect": _effect(rule), "used": rule.used}


def _effect(rule: Rule | CallRule) -> object:
    if isinstance(rule, Rule):
        return {"delay_seconds": rule.delay_seconds} if rule.effect == "delay" else rule.effect
    again = {} if rule.retry_after is None else {"retry_after": rule.retry_after}
    kinds: Mapping[CallEffect, Mapping[str, object]] = {
        "status": {"status": rule.status, "code": rule.code, "message": rule.message, **again},
        "delay": {},
        "drop": {"drop": True},
        "truncate_body": {"truncate_body": rule.size},
    }
    late = {"delay_seconds": rule.delay_seconds} if rule.delay_seconds else {}
    return {**kinds[rule.effect], **late, "committed": rule.committed}
