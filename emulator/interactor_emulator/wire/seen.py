"""What the control API shows of decisions, diagnostics, requests that were sent, and of a state that was tested."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING

from interactor_emulator.adapters.http.caller import Record
from interactor_emulator.clock import timestamp
from interactor_emulator.effects import HttpAnswer
from interactor_emulator.errors import InteractorError
from interactor_emulator.jsontext import Json
from interactor_emulator.projections.explain import Decision
from interactor_emulator.redaction import beginning, redact
from interactor_emulator.state.events import Noticed

from . import halts, history

if TYPE_CHECKING:
    from interactor_emulator.projections.state_tested import StateTested

_SHOWN_CHARACTERS = 2_000


def diagnostic(event: Noticed) -> Mapping[str, object]:
    return {
        "code": event.code,
        "message": event.message,
        "hint": event.hint,
        "where": event.where or None,
        "request_id": event.request_id or None,
        "instance_id": event.instance_id or None,
        "at": timestamp(event.at_ms),
        "count": event.times,
    }


def decision(made: Decision) -> Mapping[str, object]:
    shown = asdict(made)
    shown["at"] = timestamp(shown.pop("at_ms"))
    return shown


def request(record: Record, secrets: Iterable[str]) -> Mapping[str, Json]:
    sent, outcome = record.request, record.outcome
    result: dict[str, Json]
    if isinstance(outcome, HttpAnswer):
        body = beginning(outcome.body.decode("utf-8", "replace"), _SHOWN_CHARACTERS, secrets)
        result = {"status": outcome.status, "body": body}
    else:
        result = {"error": outcome.code, "message": outcome.message}
    shown: Mapping[str, Json] = {
        "at": timestamp(record.at_ms),
        "method": sent.method,
        "url": sent.url,
        "headers": dict(sent.headers),
        "state": sent.state,
        "attempt": sent.attempt,
        "body": None if sent.body is None else sent.body.decode("utf-8", "replace"),
        "answered_by": record.answered_by,
        "answer": result,
    }
    redacted: Mapping[str, Json] = redact(shown, secrets)
    return redacted


def state_tested(tested: "StateTested", secrets: Iterable[str]) -> Mapping[str, object]:
    """All that a state did; members without a value are null."""
    taken = tested.decision
    return {
        "state": tested.state,
        "type": tested.type,
        "outcome": tested.outcome,
        "transition": _transition(tested),
        "considered": [] if taken is None else decision(taken)["considered"],
        "workflow_data": dict(tested.data),
        "changes": {} if tested.changes is None else history.changes(tested.changes),
        "forked": dict(tested.forked),
        "halted": None if tested.halted is None else halts.shown(tested.halted),
        "error": None if tested.error is None else _error(tested.error, secrets),
        "logs": tested.logs,
        "requests": [request(each, secrets) for each in tested.requests],
        "diagnostics": [_unowned(each) for each in tested.diagnostics],
        "text": tested.explain(),
    }


def _transition(tested: "StateTested") -> Mapping[str, object] | None:
    taken = tested.transition
    if taken is None or tested.decision is None:
        return None
    index = tested.decision.considered[-1].index
    return {"index": index, "target": taken.target, "key": taken.key, "description": taken.description}


def _error(error: InteractorError, secrets: Iterable[str]) -> Mapping[str, object]:
    shown: Mapping[str, object] = redact(
        {"code": error.code, "message": error.message, "details": error.details}, secrets
    )
    return shown


def _unowned(event: Noticed) -> Mapping[str, object]:
    """Of an instance that nobody else will ever see nothing is told."""
    return {**diagnostic(event), "request_id": None, "instance_id": None}
