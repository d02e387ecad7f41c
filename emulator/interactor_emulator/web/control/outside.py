"""What is outside the workflows: AI text, secrets, routes, stubs, and the requests that were sent."""

from collections.abc import Mapping
from typing import Any

from interactor_emulator import bounds
from interactor_emulator.adapters.http.stubs import Reply, Stub, add, stub_from
from interactor_emulator.errors import ValidationError, WrongValue
from interactor_emulator.jsontext import Json
from interactor_emulator.recent import latest
from interactor_emulator.redaction import redact
from interactor_emulator.web.call import member, optional, string_mapping
from interactor_emulator.wire import seen

from .call import Command, Done

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
    given: dict[str, Any] = {"url": "", **command.body}
    try:
        stub = add(command.account.caller.stubs, stub_from(**given))
    except WrongValue as error:
        raise ValidationError((error.member, str(error))) from None
    return Done(_stub_shown(stub), 201)


def delete_stubs(command: Command) -> Done:
    command.account.caller.stubs.clear()
    return _EMPTY


def _stub_shown(stub: Stub) -> Mapping[str, Json]:
    replies = [_reply_shown(each) for each in stub.replies]
    narrowed: Mapping[str, Json] = {
        "state": stub.state,
        "attempt": stub.attempt,
        "body": None if stub.body is None else dict(stub.body),
        "query": None if stub.query is None else dict(stub.query),
    }
    return {
        "method": stub.method,
        "url": stub.url,
        **{name: value for name, value in narrowed.items() if value is not None},
        "times": stub.times,
        "respond": replies if len(replies) > 1 else replies[0],
        "calls": stub.calls,
    }


def _reply_shown(reply: Reply) -> Json:
    return {
        "status": reply.status,
        "json": reply.json,
        "headers": dict(reply.headers),
        "delay_seconds": reply.delay_seconds,
    }


def show_requests(command: Command) -> Done:
    secrets = command.account.secrets.ever
    shown = latest(command.account.caller.records, bounds.SHOWN.most, lambda record: len(record.request.body or b""))
    return Done({"requests": [seen.request(record, secrets) for record in shown]})
