"""What answers HTTP logic in place of the world outside: stubs and routes."""

import json
from collections.abc import Mapping
from typing import Any

from interactor_emulator.adapters.http.stubs import Reply, Stub, add, stub_from
from interactor_emulator.errors import ValidationError, WrongValue
from interactor_emulator.faults.on_calls import METHODS
from interactor_emulator.web.dashboard.visit import Answer, GoTo, Page, Visit

from .marks import mark

_APPLICATION = "(an application of this process)"
_TEXTS = ("method", "url", "state")


def show(visit: Visit) -> Answer:
    """Both lists, and the forms; the query may fill in the one for a stub."""
    caller = visit.account.caller
    values = {
        "stubs": [_row(place, stub) for place, stub in enumerate(caller.stubs)],
        "routes": [(each, to if isinstance(to, str) else _APPLICATION) for each, to in caller.egress.routes.items()],
        "allowed": sorted(caller.egress.allowed),
        "loopback": caller.egress.loopback,
        "methods": METHODS,
        "given": {name: visit.query.get(name, "") for name in _TEXTS},
    }
    return Page("stubs.html", "Stubs and routes", values)


def act(visit: Visit) -> Answer:
    """Make or remove one of them."""
    form = visit.form
    try:
        if "remove" in form:
            _remove(visit, form["remove"], form.get("stub", ""))
        elif "origin" in form:
            _set_route(visit, form["origin"].strip(), form.get("to", "").strip())
        else:
            add(visit.account.caller.stubs, stub_from(**_stub(form)))
    except WrongValue as error:
        raise ValidationError((error.member, str(error))) from None
    return GoTo(visit.link("calls/stubs"))


def _remove(visit: Visit, place: str, its_mark: str) -> None:
    """The stub that stood at this place when the page was made."""
    stubs = visit.account.caller.stubs
    if not place.isdigit() or int(place) >= len(stubs) or mark(stubs[int(place)]) != its_mark:
        raise ValidationError(("stub", "The stubs have changed since the page was made: look again"))
    stubs.pop(int(place))


def _set_route(visit: Visit, origin: str, to: str) -> None:
    """No target takes the route away."""
    egress = visit.account.caller.egress
    routes: dict[str, Any] = dict(egress.routes)
    if to:
        routes[origin] = to
    else:
        routes.pop(origin, None)
    try:
        egress.set_routes(routes)
    except ValueError as error:
        raise ValidationError(("route", str(error))) from None


def _stub(form: Mapping[str, str]) -> dict[str, Any]:
    """As the control API describes one."""
    given: dict[str, Any] = {"url": "", **{name: form[name].strip() for name in _TEXTS if form.get(name, "").strip()}}
    given |= {name: _number(form, name) for name in ("times", "attempt") if form.get(name, "").strip()}
    if form.get("body", "").strip():
        given["body"] = _json(form, "body")
    respond: dict[str, Any] = {}
    if form.get("status", "").strip():
        respond["status"] = _number(form, "status")
    if form.get("json", "").strip():
        respond["json"] = _json(form, "json")
    if form.get("delay_seconds", "").strip():
        respond["delay_seconds"] = float(_number(form, "delay_seconds"))
    return {**given, "respond": respond}


def _number(form: Mapping[str, str], name: str) -> int:
    text = form[name].strip()
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise ValidationError((name, f"{name} must be a whole number"))
    return int(text)


def _json(form: Mapping[str, str], name: str) -> Any:
    try:
        return json.loads(form[name])
    except (ValueError, RecursionError) as error:
        raise ValidationError((name, f"{name} is no JSON: {error}")) from None


def _row(place: int, stub: Stub) -> Mapping[str, object]:
    replies = [_reply(each) for each in stub.replies]
    return {"place": place, "mark": mark(stub), "words": str(stub), "stub": stub, "replies": replies}


def _reply(reply: Reply) -> Mapping[str, object]:
    """As the control API shows it, without what is not said of it."""
    shown = {"headers": dict(reply.headers) or None, "delay_seconds": reply.delay_seconds or None}
    return {"status": reply.status, "json": reply.json, **{name: each for name, each in shown.items() if each}}
