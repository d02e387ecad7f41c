"""The instance as its published schema has it, beyond what the document shows; held wherever a test sees one.

Whoever asked over HTTP had it in an answer; what a test did in process is looked at when the test is over.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from interactor_emulator import Emulator
from interactor_emulator.services import instances
from interactor_emulator.variants import Variants
from interactor_emulator.wire import answers

from .schemas import Schema

STATUSES = ("running", "halted", "completed", "failed", "cancelled")
_TEXT = {"type": "string"}
_WHOLE = {"type": "integer"}
_NEVER_NULL = {"not": {"type": "null"}}


def _object(required: Iterable[str], **properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": _NEVER_NULL,
    }


PRESENTATION = {
    "oneOf": [
        _object(["type", member], type={"const": kind}, **{member: shape})
        for kind, member, shape in (
            ("form", "fields", {"type": "array", "maxItems": 50}),
            ("choice", "options", {"type": "array", "minItems": 2, "maxItems": 20}),
            ("message", "message", _TEXT),
        )
    ]
}
THREAD = _object(
    ["id", "status", "current_state"],
    id=_TEXT,
    status={"enum": ["running", "halted", "completed"]},
    current_state=_TEXT,
)
VISIT = _object(
    ["state", "entered_at"],
    state=_TEXT,
    entered_at=_TEXT,
    exited_at=_TEXT,
    transition=_TEXT,
    duration_ms=_WHOLE,
)
MEMBERS: Mapping[str, Any] = {
    "id": {"type": "string", "pattern": "^inst_[a-z0-9]+$"},
    "workflow_name": _TEXT,
    "version_id": _TEXT,
    "namespace": _TEXT,
    "status": {"enum": list(STATUSES)},
    "current_state": _TEXT,
    "workflow_data": {"type": "object"},
    "halting_presentation": PRESENTATION,
    "threads": {"type": "array", "items": THREAD},
    "history": {"type": "array", "items": VISIT},
    "error": _TEXT,
    "created_at": _TEXT,
}
REQUIRED = ("id", "workflow_name", "status", "current_state", "created_at")


@cache
def _schema(*required: str) -> Schema:
    return Schema(_object(required, **MEMBERS))


def faults(instance: Any, required: tuple[str, ...] = REQUIRED) -> Iterator[str]:
    """What of an instance, or of an answer that has a part of one, does not fit."""
    yield from _schema(*required).faults(instance)


def faults_of_answer(method: str, path: str, data: Any) -> Iterator[str]:
    """What does not fit in the `data` of an answer of the API, whether it is one instance, a part of one or a list."""
    if "/instances" not in path or not isinstance(data, dict):
        return
    if path.endswith("/threads"):
        yield from faults(data, ())
    whole = method == "GET" or path.endswith("/instances")
    for each in data.get("instances", (data,)):
        if str(each.get("id", "")).startswith("inst"):
            yield from faults(each, REQUIRED if whole else ("id", "status"))


def faults_of_runs(emulator: Emulator) -> Iterator[str]:
    """What does not fit in the instances of an emulator; of those that came to the same place one is looked at."""
    account = emulator.account
    there = instances.newest(account, instances.Filter())
    alike = {(each.version.id, each.status, each.current_state, len(each.threads)): each for each in there}
    for instance in alike.values():
        yield from faults(answers.instance(instance, account.journal.of_instance(instance.id), Variants()))
