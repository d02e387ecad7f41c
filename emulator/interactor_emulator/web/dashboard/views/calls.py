"""What HTTP logic sent and was answered; the calls that were let out nowhere, with the stub that would answer them."""

import json
from collections.abc import Iterator
from contextlib import suppress
from shlex import quote
from typing import Any

from interactor_emulator.account.account import Account
from interactor_emulator.adapters.http.caller import Record
from interactor_emulator.adapters.http.stubs import add, stub_from
from interactor_emulator.effects import HttpAnswer, Steps
from interactor_emulator.errors import NotFound, ValidationError, WrongValue
from interactor_emulator.redaction import beginning
from interactor_emulator.services import instances
from interactor_emulator.state.events import Created
from interactor_emulator.web.dashboard.visit import Answer, GoTo, Page, Visit
from interactor_emulator.web.hosting.hosted import DEFAULT
from interactor_emulator.web.operation import CONTROL_PREFIX

from .paging import number, paged
from .start import cause

_SHOWN_CHARACTERS = 20_000
ANSWERED_BY = ("stub", "route", "network", "nobody")


def show(visit: Visit) -> Answer:
    """The requests that are kept, the latest first."""
    kept = list(visit.account.caller.records)
    blocked = sum(is_blocked(each) for each in kept)
    values = {
        "found": paged(visit, "calls", _found(visit, kept)),
        "answered_by": [(each, "nobody: blocked, or no URL" if each == "nobody" else each) for each in ANSWERED_BY],
        "blocked": blocked,
        "tab": "blocked" if visit.query.get("answered") == "nobody" else "calls",
    }
    return Page("calls.html", "Calls", values)


def is_blocked(record: Record) -> bool:
    """Whether it was let out nowhere, and never left."""
    return record.answered_by == "nobody" and not isinstance(record.outcome, HttpAnswer) and record.outcome.final


def _found(visit: Visit, kept: list[Record]) -> Iterator[Record]:
    asked = {name: value.strip() for name, value in visit.query.items() if value.strip()}
    for each in reversed(kept):
        own = {"instance": each.request.instance_id, "state": each.request.state, "answered": each.answered_by}
        if all(asked.get(name) in (None, value) for name, value in own.items()):
            yield each


def one(visit: Visit) -> Answer:
    """One request with its answer."""
    record, account = _record(visit), visit.account
    request, outcome = record.request, record.outcome
    answered = isinstance(outcome, HttpAnswer)
    values = {
        "record": record,
        "request_id": "" if request.cause is None else request.cause.request_id,
        "body": None if request.body is None else _told(account, request.body),
        "answer": _told(account, outcome.body) if isinstance(outcome, HttpAnswer) else None,
        "answer_headers": dict(outcome.headers) if isinstance(outcome, HttpAnswer) else {},
        "fault": None if answered else outcome,
        "blocked": is_blocked(record),
        "stub": stub_of(record),
        "python": _python(record),
        "curl": _curl(visit, record),
        "instance": account.store.instances.get(request.instance_id),
        "made": visit.query.get("made"),
    }
    return Page("call.html", f"{request.method} {request.url}", values)


def act(visit: Visit) -> Steps[Answer]:
    """Make the stub that answers such a request from now on, or start an instance like the one that sent it."""
    record, account = _record(visit), visit.account
    if visit.form.get("do") == "stub":
        try:
            add(account.caller.stubs, stub_from(**stub_of(record)))
        except WrongValue as error:
            raise ValidationError((error.member, str(error))) from None
        return GoTo(visit.link(f"calls/{record.number}", made="yes"))
    instance = instances.get(account, record.request.instance_id)
    created = next(each for each in account.journal.of_instance(instance.id) if isinstance(each, Created))
    name = instance.version.workflow_name
    again = yield from instances.create(account, name, instance.namespace, created.input, cause(account))
    return GoTo(visit.link(f"instances/{again.id}"))


def stub_of(record: Record) -> dict[str, Any]:
    """What answers this very request."""
    return {
        "method": record.request.method,
        "url": record.request.url,
        "respond": {"status": 200, "json": {}},
    }


def _python(record: Record) -> str:
    request = record.request
    answer = '{"status": 200, "json": {}}'
    return f"emulator.stub({json.dumps(request.url)}, method={json.dumps(request.method)}, respond={answer})"


def _curl(visit: Visit, record: Record) -> str:
    account = "" if visit.account_name == DEFAULT else f" -H {quote(f'X-Emulator-Account: {visit.account_name}')}"
    return (
        f"curl -X POST {quote(f'http://{visit.host}{CONTROL_PREFIX}/stubs')}{account}"
        f" -H 'Content-Type: application/json' -d {quote(json.dumps(stub_of(record)))}"
    )


def _told(account: Account, raw: bytes) -> str:
    """Its beginning, indented where it is JSON."""
    text = raw.decode("utf-8", "replace")
    if len(text) <= _SHOWN_CHARACTERS:
        with suppress(ValueError, RecursionError):
            text = json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    told = beginning(text, _SHOWN_CHARACTERS, account.secrets.ever)
    return told if len(text) <= _SHOWN_CHARACTERS else f"{told}…"


def _record(visit: Visit) -> Record:
    wanted = number(visit.params["number"], 0)
    found = next((each for each in visit.account.caller.records if each.number == wanted), None)
    if found is None:
        raise NotFound("There is no such call: the latest ones are kept, until a reset")
    return found
