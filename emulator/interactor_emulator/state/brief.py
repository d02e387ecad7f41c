"""What is kept and shown of the values that a decision saw: a value as large as `workflow_data` may be, for each clause
of each decision, is more than anybody reads."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from interactor_emulator import bounds, jsontext
from interactor_emulator.jsontext import Json
from interactor_emulator.redaction import beginning, redact

from .events import Clause, ResumeRefused


def brief(value: Json, secrets: Iterable[str]) -> Json:
    """The value without secrets; of a long one the beginning of its text."""
    most = bounds.VALUE.most
    text = value if isinstance(value, str) else jsontext.beginning(value, most + 1)
    if len(text) <= most:
        return redact(value, secrets)  # type: ignore[no-any-return]  # as it was, but for its texts
    return beginning(text if isinstance(value, str) else jsontext.encode(value), most, secrets)


def brief_clause(clause: Clause, secrets: Iterable[str]) -> Clause:
    """The same of what a clause wanted and saw."""
    return replace(clause, wanted=brief(clause.wanted, secrets), seen=brief(clause.seen, secrets))


def brief_refusal(event: ResumeRefused, secrets: Iterable[str]) -> Mapping[str, Any]:
    """What of a refused answer is kept in brief, by the event's member."""
    return {
        "input_begins": brief(event.input_begins, secrets),
        "choice": brief(event.choice, secrets),
        "clauses": tuple(tuple(brief_clause(each, secrets) for each in clauses) for clauses in event.clauses),
    }
