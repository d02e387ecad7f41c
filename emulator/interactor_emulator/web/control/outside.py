"""What is outside the workflows: AI text, secrets, routes, stubs, and the requests that were sent."""

from collections.abc import Iterable, Mapping
from typing import Any

from interactor_emulator import bounds
from interactor_emulator.adapters.http.caller import Record
from interactor_emulator.adapters.http.stubs import Stub
from interactor_emulator.clock import timestamp
from interactor_emulator.effects import HttpAnswer
from interactor_emulator.errors import ValidationError
from interactor_emulator.jsontext import Json, is_number
from interactor_emulator.recent import latest
from interactor_emulator.redaction import beginning, redact
from interactor_emulator.web.call import member, optional, string_mapping

from .call import Command, Done

_SHOWN_CHARACTERS = 2_000
_EMPTY = Done({})


def set_writer(command: Command) -> Done:
    """Who composes AI instructions: `{"text": …}`, `{"fail": true}`, or `{}` for the built-in rules."""
    writer, text = command.account.writer, optional(command.body, "text", str)
    if text is not None:
        writer.respond(text)
    elif member(command.body, "fail", bool, False):
        writer.fail()
    else:
        writer.restore()
    return _EMPTY


def show_secrets(command: Command) -> Done:
    """Names only: values are never shown."""
    return Done({"names": list(command.account.secrets)})


def set_secrets(command: Command) -> Done:
    try:
        command.account.secrets.replace_all(string_mapping(command.body))
    except ValueError as error:
        raise ValidationError(("body", str(error))) from None
    return show_secrets(command)


def show_routes(command: Command) -> Done:
    routes = command.account.caller.egress.routes
    return Done({origin: target if isinstance(target, str) else "(application)" for origin, target in routes.items()})


def set_routes(command: Command) -> Done:
    try:
        command.account.caller.egress.set_routes(string_mapping(command.body))
    except ValueError as error:
        raise ValidationError(("body", str(error))) from None
    return show_routes(command)


def show_stubs(command: Command) -> Done:
    shown = [_stub_shown(stub) for stub in command.account.caller.stubs]
    return Done({"stubs": redact(shown, command.account.secrets.ever)})


def create_stub(command: Command) -> Done:
    stub = _stub(command.body)
    command.account.caller.stubs.append(stub)
    return Done(_stub_shown(stub), 201)


def delete_stubs(command: Command) -> Done:
    command.account.caller.stubs.clear()
    return _EMPTY


def _stub(body: Mapping[str, Any]) -> Stub:
    respond: Mapping[str, Json] = member(body, "respond", dict, {})
    method, times = optional(body, "method", str), optional(body, "times", int)
    status, delay = member(respond, "status", int, 200), respond.get("delay_seconds", 0)
    if not isinstance(body.get("url"), str):
        raise ValidationError(("url", "url is required: the URL to answer for, which may end in *"))
    if not 100 <= status <= 599:
        raise ValidationError(("respond.status", "status must be from 100 to 599"))
    if not is_number(delay) or delay < 0:
        raise ValidationError(("respond.delay_seconds", "delay_seconds must be a number, 0 or more"))
    headers = string_mapping(member(respond, "headers", dict, {}))
    method = None if method is None else method.upper()
    return Stub(body["url"], method, times, status, respond.get("json"), headers, delay)


def _stub_shown(stub: Stub) -> Mapping[str, Json]:
    respond = {
        "status": stub.status,
        "json": stub.json,
        "headers": dict(stub.headers),
        "delay_seconds": stub.delay_seconds,
    }
    return {"method": stub.method, "url": stub.url, "times": stub.times, "respond": respond, "calls": stub.calls}


def show_requests(command: Command) -> Done:
    secrets = command.account.secrets.ever
    shown = latest(command.account.caller.records, bounds.SHOWN.most, lambda record: len(record.request.body or b""))
    return Done({"requests": [_request(record, secrets) for record in shown]})


def _request(record: Record, secrets: Iterable[str]) -> Mapping[str, Json]:
    request, outcome = record.request, record.outcome
    result: dict[str, Json]
    if isinstance(outcome, HttpAnswer):
        body = beginning(outcome.body.decode("utf-8", "replace"), _SHOWN_CHARACTERS, secrets)
        result = {"status": outcome.status, "body": body}
    else:
        result = {"error": outcome.code, "message": outcome.message}
    shown: Mapping[str, Json] = {
        "at": timestamp(record.at_ms),
        "method": request.method,
        "url": request.url,
        "headers": dict(request.headers),
        "body": None if request.body is None else request.body.decode("utf-8", "replace"),
        "answered_by": record.answered_by,
        "answer": result,
    }
    redacted: Mapping[str, Json] = redact(shown, secrets)
    return redacted
