"""Fault rules on webhooks and on calls: what there is, setting one, ending one."""

from collections.abc import Mapping
from typing import Any

from interactor_emulator.errors import ValidationError, WrongValue
from interactor_emulator.faults.described import described, set_described, set_named
from interactor_emulator.faults.on_calls import METHODS
from interactor_emulator.faults.rules import EFFECTS
from interactor_emulator.state.deliveries import EVENTS
from interactor_emulator.web.dashboard.visit import Answer, GoTo, Page, Visit

from .marks import mark

WORDS: Mapping[str, str] = {
    "bad_signature": "sign it with another secret",
    "stale_timestamp": "let it be ten minutes old",
    "truncated_body": "cut its body",
    "slow_body": "send its body slowly",
    "extra_members": "add members that nobody knows",
    "duplicate": "send it twice",
    "reorder": "send it after the next one",
    "delay": "send it later",
    "lose_response": "lose the receiver's answer",
    "unknown_event": "send an event that nobody knows before it",
}
"""What each effect on webhooks does, in words."""

_CALLS: Mapping[str, str] = {
    "status": "answer with an error",
    "delay": "answer late",
    "drop": "close the connection without an answer",
    "truncate_body": "cut the answer",
}


def show(visit: Visit) -> Answer:
    """The rules in their order, and the two forms."""
    account = visit.account
    values = {
        "rules": [(number, str(rule), mark(rule), described(rule)) for number, rule in enumerate(account.faults)],
        "effects": [(name, WORDS[name]) for name in EFFECTS],
        "call_effects": list(_CALLS.items()),
        "events": EVENTS,
        "methods": METHODS,
        "subscriptions": [(each.id, each.url) for each in account.outbox.subscriptions.values()],
    }
    return Page("faults.html", "Faults", values)


def act(visit: Visit) -> Answer:
    """End one, end all, or set one."""
    form, faults = visit.form, visit.account.faults
    if "end" in form:
        _end(visit, form["end"], form.get("rule", ""))
    elif "end_all" in form:
        faults.clear()
    else:
        try:
            _set(visit)
        except WrongValue as error:
            raise ValidationError((error.member, str(error))) from None
    return GoTo(visit.link("webhooks/faults"))


def _end(visit: Visit, place: str, its_mark: str) -> None:
    """The rule that stood at this place when the page was made."""
    rules = list(visit.account.faults)
    found = rules[int(place)] if place.isdigit() and int(place) < len(rules) else None
    if found is None or mark(found) != its_mark:
        raise ValidationError(("rule", "The rules have changed since the page was made: look again"))
    visit.account.faults.remove(found)


def _set(visit: Visit) -> None:
    """As `faults.webhook` takes one, or as the control API describes one on calls."""
    form, faults = visit.form, visit.account.faults
    on_calls = form.get("on") == "calls"
    names = ("method", "path", "instance", "namespace") if on_calls else ("event", "subscription")
    match: dict[str, object] = {name: form[name].strip() for name in names if form.get(name, "").strip()}
    numbers: tuple[tuple[str, type[int] | type[float]], ...] = (("times", int), ("after", int), ("probability", float))
    match |= {name: _number(form, name, kind) for name, kind in numbers if form.get(name, "").strip()}
    effect = form.get("effect", "")
    if on_calls:
        set_described(faults, {"match": match, "effect": _on_call(form, effect)})
    else:
        late = {"delay_seconds": _number(form, "delay_seconds", float)} if effect == "delay" else {}
        set_named(faults, {**match, "effect": effect, **late})


def _on_call(form: Mapping[str, str], effect: str) -> Mapping[str, object]:
    found: dict[str, object] = {}
    if effect == "status":
        found["status"] = _number(form, "status", int)
    elif effect == "drop":
        found["drop"] = True
    elif effect == "truncate_body":
        found["truncate_body"] = _number(form, "size", int)
    if effect == "delay" or (effect != "status" and form.get("delay_seconds", "").strip()):
        found["delay_seconds"] = _number(form, "delay_seconds", float)
    if effect in ("drop", "truncate_body") and form.get("committed") == "no":
        found["committed"] = False
    return found


def _number(form: Mapping[str, str], name: str, kind: type[int] | type[float]) -> Any:
    try:
        return kind(form.get(name, "").strip())
    except ValueError:
        raise ValidationError((name, f"{name.replace('_', ' ')} must be a number")) from None
