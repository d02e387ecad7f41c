"""What the control API can do: a table of paths and methods, one function for each."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any, cast, get_args

from interactor_emulator.account import Account, Execution
from interactor_emulator.clock import parse_timestamp, timestamp
from interactor_emulator.definition.model import Json
from interactor_emulator.effects import HttpAnswer, Steps
from interactor_emulator.engine.explain import Decision
from interactor_emulator.errors import NotFound, ValidationError
from interactor_emulator.events import Noticed
from interactor_emulator.explanation import explanation
from interactor_emulator.jsontext import encode
from interactor_emulator.outbound.caller import Record
from interactor_emulator.outbound.stubs import Stub
from interactor_emulator.redaction import redact
from interactor_emulator.services import instances, pace, pictures, time, tokens
from interactor_emulator.services.holding import Operation
from interactor_emulator.services.time import Fired
from interactor_emulator.tokens import SCOPES, Client

from . import wire
from .accounts import DEFAULT
from .call import member, optional
from .control import Action, Command, Done

_SHOWN_CHARACTERS = 2_000
_EMPTY = Done({})
# Longer than time has years that can be written with four digits.
_MOST_SECONDS = 10**12


def health(_command: Command) -> Done:
    return Done({"status": "ok"})


def reset(command: Command) -> Done:
    keep = _strings(command.body, "keep") or []
    unknown = set(keep) - {"workflows", "clients"}
    if unknown:
        raise ValidationError(("keep", "keep may name workflows and clients"))
    command.account.reset(keep)
    return _EMPTY


def show_clock(command: Command) -> Done:
    clock = command.account.clock
    return Done({"now": timestamp(clock.now_ms), "frozen": clock.frozen})


def set_clock(command: Command) -> Steps[Done]:
    account = command.account
    frozen = optional(command.body, "frozen", bool)
    now = optional(command.body, "now", str)
    if now is not None:
        yield from _advance(account, "now", _instant("now", now))
    if frozen is True:
        account.clock.freeze()
    elif frozen is False:
        account.clock.unfreeze()
    return show_clock(command)


def advance(command: Command) -> Steps[Done]:
    account, seconds, to = command.account, command.body.get("seconds"), optional(command.body, "to", str)
    if (seconds is None) == (to is None):
        raise ValidationError(("seconds", "give either seconds or to"))
    if to is not None:
        fired = yield from _advance(account, "to", _instant("to", to))
    else:
        if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 <= seconds <= _MOST_SECONDS:
            raise ValidationError(("seconds", f"seconds must be a number from 0 to {_MOST_SECONDS}"))
        fired = yield from _advance(account, "seconds", account.clock.now_ms + round(seconds * 1000))
    return Done({"now": timestamp(account.clock.now_ms), "fired": [_fired(each) for each in fired]})


def _advance(account: Account, name: str, to_ms: int) -> Steps[list[Fired]]:
    try:
        return (yield from time.advance(account, to_ms))
    except ValueError as error:
        raise ValidationError((name, f"{error}: it is {timestamp(account.clock.now_ms)}")) from None


def _instant(name: str, text: str) -> int:
    try:
        return parse_timestamp(text)
    except (ValueError, OverflowError):
        raise ValidationError((name, f"{name} must be an ISO 8601 time like 2026-01-20T12:00:00Z")) from None


def _fired(fired: Fired) -> Mapping[str, Any]:
    return {"at": timestamp(fired.at_ms), "kind": fired.kind, "subject": fired.subject}


def settle(command: Command) -> Steps[Done]:
    yield from pace.settle(command.account)
    return show_clock(command)


def hold(command: Command) -> Done:
    """`{"operation": "resume", "instance_id": …}`: matching requests stop after they were accepted."""
    operation = optional(command.body, "operation", str)
    if operation not in get_args(Operation):
        raise ValidationError(("operation", f"operation must be one of {', '.join(get_args(Operation))}"))
    command.account.holds.hold(cast(Operation, operation), optional(command.body, "instance_id", str))
    return show_held(command)


def show_held(command: Command) -> Done:
    return Done({"held": command.account.holds.held})


def release(command: Command) -> Done:
    return Done({"released": command.account.holds.release()})


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


def show_files(command: Command) -> Done:
    instance = instances.get(command.account, command.params["instance_id"])
    return Done({"files": [wire.file(file) for file in command.account.store.files_of(instance.id)]})


def create_token(command: Command) -> Done:
    body = command.body
    scopes, namespaces = _strings(body, "scopes"), _strings(body, "namespaces")
    lifetime = optional(body, "expires_in", int)
    try:
        token = tokens.mint(command.account, scopes, namespaces, lifetime)
    except (ValueError, OverflowError) as error:
        raise ValidationError(("body", str(error))) from None
    if lifetime is None:
        lifetime = command.account.limits.access_token_seconds
    return Done({"access_token": token, "expires_in": lifetime})


def show_secrets(command: Command) -> Done:
    """Names only: values are never shown."""
    return Done({"names": list(command.account.secrets)})


def set_secrets(command: Command) -> Done:
    command.account.secrets.clear()
    command.account.secrets.update(_string_mapping(command.body))
    return show_secrets(command)


def show_routes(command: Command) -> Done:
    routes = command.account.caller.egress.routes
    return Done({origin: target if isinstance(target, str) else "(application)" for origin, target in routes.items()})


def set_routes(command: Command) -> Done:
    try:
        command.account.caller.egress.set_routes(_string_mapping(command.body))
    except ValueError as error:
        raise ValidationError(("body", str(error))) from None
    return show_routes(command)


def show_stubs(command: Command) -> Done:
    return Done({"stubs": [_stub_shown(stub) for stub in command.account.caller.stubs]})


def create_stub(command: Command) -> Done:
    stub = _stub(command.body)
    command.account.caller.stubs.append(stub)
    return Done(_stub_shown(stub), 201)


def delete_stubs(command: Command) -> Done:
    command.account.caller.stubs.clear()
    return _EMPTY


def _stub(body: Mapping[str, Any]) -> Stub:
    respond: Mapping[str, Any] = member(body, "respond", dict, {})
    method, times = optional(body, "method", str), optional(body, "times", int)
    status, delay = member(respond, "status", int, 200), respond.get("delay_seconds", 0)
    if not isinstance(body.get("url"), str):
        raise ValidationError(("url", "url is required: the URL to answer for, which may end in *"))
    if not 100 <= status <= 599:
        raise ValidationError(("respond.status", "status must be from 100 to 599"))
    if isinstance(delay, bool) or not isinstance(delay, int | float) or delay < 0:
        raise ValidationError(("respond.delay_seconds", "delay_seconds must be a number, 0 or more"))
    headers = _string_mapping(member(respond, "headers", dict, {}))
    method = None if method is None else method.upper()
    return Stub(body["url"], method, times, status, respond.get("json"), headers, delay)


def _stub_shown(stub: Stub) -> Mapping[str, Any]:
    respond = {
        "status": stub.status,
        "json": stub.json,
        "headers": dict(stub.headers),
        "delay_seconds": stub.delay_seconds,
    }
    return {"method": stub.method, "url": stub.url, "times": stub.times, "respond": respond, "calls": stub.calls}


def show_requests(command: Command) -> Done:
    shown = [_request(record) for record in command.account.caller.records]
    return Done({"requests": redact(shown, command.account.secrets.values())})


def _request(record: Record) -> Mapping[str, Any]:
    request, outcome = record.request, record.outcome
    result: dict[str, Json]
    if isinstance(outcome, HttpAnswer):
        result = {"status": outcome.status, "body": outcome.body.decode("utf-8", "replace")[:_SHOWN_CHARACTERS]}
    else:
        result = {"error": outcome.code, "message": outcome.message}
    return {
        "at": timestamp(record.at_ms),
        "method": request.method,
        "url": request.url,
        "headers": dict(request.headers),
        "body": None if request.body is None else request.body.decode("utf-8", "replace"),
        "answered_by": record.answered_by,
        "answer": result,
    }


def show_diagnostics(command: Command) -> Done:
    return Done({"diagnostics": [_diagnostic(event) for event in command.account.journal.of_kind(Noticed)]})


def _diagnostic(event: Noticed) -> Mapping[str, Any]:
    return {
        "code": event.code,
        "message": event.message,
        "hint": event.hint,
        "where": event.where or None,
        "request_id": event.request_id or None,
        "instance_id": event.instance_id or None,
        "at": timestamp(event.at_ms),
    }


def explain(command: Command) -> Done:
    instance = instances.get(command.account, command.params["instance_id"])
    found = instances.explain(command.account, instance.id)
    decisions = [_decision(each) for each in found]
    return Done({"instance_id": instance.id, "text": explanation(found), "decisions": decisions})


def _decision(decision: Decision) -> Mapping[str, Any]:
    shown = asdict(decision)
    shown["at"] = timestamp(shown.pop("at_ms"))
    return shown


def draw_workflow(command: Command) -> Steps[Done]:
    name, query = command.params["name"], command.query
    picture = yield from pictures.of_workflow(command.account, name, _format(query), query.get("version_id"))
    return _drawn(query, picture)


def draw_instance(command: Command) -> Steps[Done]:
    picture = yield from pictures.of_instance(command.account, command.params["instance_id"], _format(command.query))
    return _drawn(command.query, picture)


def _format(query: Mapping[str, str]) -> pictures.Format:
    name = query.get("format", "svg")
    if name not in get_args(pictures.Format):
        raise ValidationError(("format", f"format must be one of {', '.join(get_args(pictures.Format))}"))
    return cast(pictures.Format, name)


def _drawn(query: Mapping[str, str], picture: str) -> Done:
    svg = _format(query) == "svg"
    return Done(picture, content_type="image/svg+xml; charset=utf-8" if svg else "text/plain; charset=utf-8")


def show_metrics(command: Command) -> Done:
    return Done(command.account.metrics.text(), content_type="text/plain; version=0.0.4; charset=utf-8")


def create_account(command: Command) -> Done:
    """A new, empty account with a client of its own, made like the default one unless said otherwise."""
    body, accounts = command.body, command.accounts
    name = optional(body, "name", str) or f"account_{len(list(accounts))}"
    if accounts.get(name) is not None:
        raise ValidationError(("name", f"Account '{name[:100]}' exists"))
    if not (name.isascii() and name.replace("_", "").replace("-", "").isalnum()) or len(name) > 64:
        raise ValidationError(("name", "name may have up to 64 letters, digits, underscores and hyphens"))
    client = Client(f"client_{name}", f"secret_{name}")
    now = optional(body, "now", str)
    settings = replace(
        accounts.default.settings,
        name=name,
        seed=optional(body, "seed", int),
        now_ms=None if now is None else _instant("now", now),
        frozen=member(body, "frozen", bool, now is not None),
        rate_limits=member(body, "rate_limits", bool, False),
        execution=_execution(member(body, "execution", str, "inline")),
        clients=(client,),
    )
    account = Account(settings, accounts.default.pool)
    accounts.put(name, account)
    token = tokens.mint(account)
    credentials = {"client_id": client.client_id, "client_secret": client.client_secret, "access_token": token}
    return Done({"name": name, **credentials}, 201)


def _execution(mode: str) -> Execution:
    if mode not in get_args(Execution):
        raise ValidationError(("execution", "execution is inline or background"))
    return cast(Execution, mode)


def delete_account(command: Command) -> Done:
    name = command.params["name"]
    if name == DEFAULT or command.accounts.get(name) is None:
        raise NotFound(f"Account '{name}' not found, or it is the default one")
    command.accounts.remove(name)
    return _EMPTY


def show_clients(command: Command) -> Done:
    return Done({"clients": [_client(client) for client in command.account.clients.values()]})


def create_client(command: Command) -> Done:
    client_id, secret = optional(command.body, "client_id", str), optional(command.body, "client_secret", str)
    if not client_id or not secret:
        raise ValidationError(("client_id", "client_id and client_secret are required"))
    scopes, namespaces = _strings(command.body, "scopes"), _strings(command.body, "namespaces")
    if unknown := set(scopes or ()) - set(SCOPES):
        raise ValidationError(("scopes", f"unknown scope {min(unknown)}; there are {', '.join(SCOPES)}"))
    client = Client(
        client_id,
        secret,
        SCOPES if scopes is None else tuple(scopes),
        None if namespaces is None else tuple(namespaces),
    )
    command.account.clients[client_id] = client
    return Done(_client(client), 201)


def _client(client: Client) -> Mapping[str, Any]:
    owned = None if client.namespaces is None else list(client.namespaces)
    return {"client_id": client.client_id, "scopes": list(client.scopes), "namespaces": owned}


def _strings(body: Mapping[str, Any], name: str) -> list[str] | None:
    values = optional(body, name, list)
    if values is not None and not all(isinstance(value, str) for value in values):
        raise ValidationError((name, f"{name} must be an array of strings"))
    return values


def _string_mapping(value: Mapping[str, Any]) -> Mapping[str, str]:
    for name, each in value.items():
        if not isinstance(each, str):
            raise ValidationError((name, f"{name[:100]} must be a string, not {encode(each)[:100]}"))
    return value


ACTIONS: Mapping[str, Mapping[str, Action]] = {
    "/health": {"GET": health},
    "/reset": {"POST": reset},
    "/clock": {"GET": show_clock, "PUT": set_clock},
    "/clock/advance": {"POST": advance},
    "/settle": {"POST": settle},
    "/hold": {"GET": show_held, "POST": hold},
    "/release": {"POST": release},
    "/ai": {"PUT": set_writer},
    "/tokens": {"POST": create_token},
    "/clients": {"GET": show_clients, "POST": create_client},
    "/secrets": {"GET": show_secrets, "PUT": set_secrets},
    "/routes": {"GET": show_routes, "PUT": set_routes},
    "/stubs": {"GET": show_stubs, "POST": create_stub, "DELETE": delete_stubs},
    "/requests": {"GET": show_requests},
    "/diagnostics": {"GET": show_diagnostics},
    "/instances/{instance_id}/explain": {"GET": explain},
    "/metrics": {"GET": show_metrics},
    "/instances/{instance_id}/graph": {"GET": draw_instance},
    "/workflows/{name}/graph": {"GET": draw_workflow},
    "/instances/{instance_id}/files": {"GET": show_files},
    "/accounts": {"POST": create_account},
    "/accounts/{name}": {"DELETE": delete_account},
}
