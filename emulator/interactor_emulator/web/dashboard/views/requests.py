"""The API's log: each request with its answer, what looked like a mistake in it, and what it caused."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import quote

from interactor_emulator.adapters.http.caller import Record
from interactor_emulator.errors import NotFound
from interactor_emulator.faults.on_calls import METHODS
from interactor_emulator.hiding import hidden, hidden_in
from interactor_emulator.redaction import REDACTED
from interactor_emulator.services import traced
from interactor_emulator.services.why_not import of_delivery
from interactor_emulator.state.deliveries import Delivery
from interactor_emulator.state.events import Event, Noticed
from interactor_emulator.state.exchanges import Exchange
from interactor_emulator.web.dashboard.visit import Answer, Page, Visit
from interactor_emulator.wire import happenings, seen, told

from .paging import paged

_INSTANCE = re.compile(r"inst_\w+")
# A member of JSON that is not whole, or of no object.
_MEMBER = re.compile(r'(?i)("[\w-]*(?:secret|token|password|api_?key|authorization|cookie)[\w-]*"\s*:\s*")[^"]*')
_KINDS = (("ok", "below 400"), ("refused", "400 and above"))
_ERRORS = 400
_RATES = ("x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset", "retry-after")


def show(visit: Visit) -> Answer:
    """Those that are kept, the latest first."""
    noticed = Counter(each.request_id for each in visit.account.journal.notices if each.request_id)
    found = paged(visit, "requests", _found(visit))
    values = {"found": found, "noticed": noticed, "methods": METHODS, "kinds": _KINDS, "path_of": link_to}
    return Page("requests.html", "Requests", values)


def link_to(request_id: str) -> str:
    """The path of its page."""
    return f"requests/{quote(request_id)}"


def _found(visit: Visit) -> Iterator[Exchange]:
    query = visit.query
    method, path, kind = query.get("method", ""), query.get("path", "").strip(), query.get("kind", "")
    for each in visit.account.exchanges:
        answered = each.answered
        if method not in ("", answered.method) or path not in answered.path:
            continue
        if kind in ("", "refused" if answered.status >= _ERRORS else "ok"):
            yield each


def one(visit: Visit) -> Answer:
    """The request of this id: the latest, where a client has used an id again."""
    account, request_id = visit.account, visit.params["request_id"]
    exchanges = [each for each in account.exchanges if each.answered.request_id == request_id]
    latest = exchanges[0] if exchanges else None
    hints = [] if latest is None else [*_INSTANCE.findall(latest.answered.path), *_ids_in(latest.body)]
    traces = traced.trace(account, request_id, hints)
    if latest is None and not traces:
        raise NotFound(
            "There is no such request: the latest ones are kept, until a reset, and those that moved an instance"
        )
    values = {
        "request_id": request_id,
        "exchange": None if latest is None else _shown(latest),
        "others": exchanges[1:],
        "notices": [seen.diagnostic(each) for each in _noticed(visit, request_id, latest)],
        "traces": [(each.instance, [row for caused in each.caused if (row := _row(visit, caused))]) for each in traces],
        "repeats": _repeats(visit, latest),
    }
    return Page("request.html", "A request" if latest is None else _title(latest), values)


def _title(exchange: Exchange) -> str:
    return f"{exchange.answered.method} {exchange.answered.path}"


def _ids_in(body: bytes | None) -> list[str]:
    """Of a create the answer names the instance."""
    return _INSTANCE.findall((body or b"")[:400].decode("utf-8", "replace"))[:1]


def _noticed(visit: Visit, request_id: str, exchange: Exchange | None) -> list[Noticed]:
    """What was noticed of it; a path that leads nowhere is noticed once, however often it is asked for."""
    nowhere = "" if exchange is None else f"{_title(exchange)} leads nowhere"
    notices = visit.account.journal.notices
    return [each for each in notices if each.request_id == request_id or each.message == nowhere]


def _repeats(visit: Visit, exchange: Exchange | None) -> str:
    """The id of the request whose answer was given again, under the same Idempotency-Key."""
    key = "" if exchange is None else _texts(exchange.headers).get("idempotency-key", "").strip()
    kept = visit.account.idempotency.answers.get(key) if key else None
    return (
        "" if kept is None or exchange is None or kept.request_id == exchange.answered.request_id else kept.request_id
    )


def _shown(exchange: Exchange) -> Mapping[str, Any]:
    """As people read it: without credentials, JSON indented."""
    answer_headers = _texts(exchange.answer_headers)
    return {
        "answered": exchange.answered,
        "query": hidden_in(exchange.query.decode("latin-1")),
        "headers": _texts(exchange.headers),
        "sent": _body(exchange.sent),
        "sent_size": exchange.sent_size,
        "sent_cut": exchange.sent is not None and len(exchange.sent) < exchange.sent_size,
        "answer_headers": answer_headers,
        "body": _body(exchange.body),
        "body_size": exchange.body_size,
        "body_cut": exchange.body is not None and len(exchange.body) < exchange.body_size,
        "rates": {name: answer_headers[name] for name in _RATES if name in answer_headers},
        "key": _texts(exchange.headers).get("idempotency-key", ""),
    }


def _body(raw: bytes | None) -> str | None:
    if raw is None:
        return None
    text = raw.decode("utf-8", "replace")
    with suppress(ValueError, RecursionError):
        return json.dumps(hidden(json.loads(text)), indent=2, ensure_ascii=False)
    return _MEMBER.sub(rf"\1{REDACTED}", hidden_in(text))


def _texts(fields: Any) -> dict[str, str]:
    return {name.decode("latin-1"): hidden_in(value.decode("latin-1")) for name, value in fields}


def _row(visit: Visit, caused: traced.Caused) -> Mapping[str, Any]:
    """What it says, and where more is said of it."""
    if isinstance(caused, Record):
        answer = getattr(caused.outcome, "status", None) or getattr(caused.outcome, "message", "")
        text = f"{caused.request.method} {caused.request.url} → {answer}, by {caused.answered_by}"
        return _line("call", caused.at_ms, f"{text} in {caused.took_ms} ms", visit.link(f"calls/{caused.number}"))
    if isinstance(caused, Delivery):
        reason = of_delivery(visit.account, caused)
        link = visit.link(f"webhooks/deliveries/{caused.id}")
        return _line("webhook", caused.at_ms, f"{caused.event} to {reason.receiver}: {reason.why}", link)
    return _of_event(visit, caused)


def _of_event(visit: Visit, event: Event) -> Mapping[str, Any]:
    """As `tail` says it."""
    account = visit.account
    instance = account.store.instances.get(event.instance_id)
    frame = happenings.frame("", event, instance, account.secrets.ever).decode()
    found = [json.loads(row.removeprefix("data: ")) for row in frame.split("\n") if row.startswith("data: ")]
    logs = list(getattr(event, "logs", ()))
    step = getattr(event, "step_type", "")
    if step:
        did = "failed" if hasattr(event, "error_code") else "ran"
        text = f"{step} of {getattr(event, 'state', '')} {did} in {getattr(event, 'duration_ms', 0)} ms"
        return _line(step, event.at_ms, f"{text}: {event.message}" if hasattr(event, "message") else text, "", logs)
    said = [text[_COLUMNS:] for each in found for text in told.lines(each)]
    if not said or instance is None:
        return {}
    owner = f"{instance.version.workflow_name} {instance.id}"
    return _line(found[0]["kind"], event.at_ms, said[0].removeprefix(owner).strip(), "", logs)


# The instant and the label, which stand beside it here.
_COLUMNS = 33


def _line(kind: str, at_ms: int, text: str, link: str, logs: list[str] | None = None) -> Mapping[str, Any]:
    return {"kind": kind, "at_ms": at_ms, "text": text, "link": link, "logs": logs or []}
