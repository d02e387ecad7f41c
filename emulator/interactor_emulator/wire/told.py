"""What happens in a server, as people are told: a line each, in columns."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from interactor_emulator.terminal import line

Told = Mapping[str, Any]
"""A happening, as the stream of events writes it."""

_MAIN = "thread_main"
_ERRORS = 400
_WIDTH = 10


def lines(told: Told) -> Iterator[str]:
    """The lines of one happening; none for what says nothing that another one does not."""
    label, text = said(told)
    at = str(told["at"]).replace("T", " ").removesuffix("Z")
    if text is not None:
        yield line(f"{at}  {label:<{_WIDTH}}  {text}".rstrip())
    for log in told.get("logs", ()):
        yield line(f"{at}  {'log':<{_WIDTH}}  {_instance(told)} {told['state']}: {log}")


def said(told: Told) -> tuple[str, str | None]:
    """What a happening is called, and what is to be said of it; None where another one says it as well."""
    label, text_of = _SHOWN.get(told["kind"], (told["kind"], _nothing))
    return label, text_of(told)


def _nothing(_told: Told) -> str:
    return ""


def _request(told: Told) -> str:
    code = f" {told['code']}" if told["code"] else ""
    return f"{told['method']} {told['path']} → {told['status']}{code} in {told['duration_ms']} ms, {told['request_id']}"


def _instance(told: Told) -> str:
    thread = told.get("thread_id", _MAIN)
    return f"{told['workflow']} {told['instance_id']}" + ("" if thread == _MAIN else f" {thread}")


def _of_instance(text: str) -> Callable[[Told], str]:
    return lambda told: f"{_instance(told)} {text.format(**told)}"


def _halted(told: Told) -> str:
    return f"{_instance(told)} {told['state']}" + (f": {told['message']}" if told["message"] else "")


def _answer_of_person(told: Told) -> str:
    choice = f"chose {told['choice']}, " if told["choice"] else ""
    return f"{_instance(told)} {told['state']}: {choice}{told['input_begins']}"


def _delivery(told: Told) -> str:
    return f"{told['event']} to {told['url']} {outcome(told)}, {told['delivery_id']} of {told['instance_id']}"


def outcome(told: Told) -> str:
    """What came of an attempt: `✗ 500 boom (attempt 2 of 6 in 30 seconds)`."""
    status = told["status"]
    sign = "✓" if status is not None and status < _ERRORS else "✗"
    said = told["error"] or f"{status} {told['answer']}".strip()
    beside = [each for each in (told.get("fault") and f"fault {told['fault']}", told.get("next")) if each]
    return f"→ {sign} {said}" + (f" ({'; '.join(beside)})" if beside else "")


def _forwarded(told: Told) -> str:
    return f"to {told['url']} {outcome(told)}, {told['delivery_id']}"


def _diagnostic(told: Told) -> str:
    return f"{told['code']}: {told['message']} ({told['hint']})"


def _missed(told: Told) -> str:
    if told["count"] is None:
        return "this is another run of the server: what happened in between, nobody knows"
    return f"{told['count']} happenings are forgotten"


_SHOWN: Mapping[str, tuple[str, Callable[[Told], str | None]]] = {
    "request": ("request", _request),
    "created": ("created", _of_instance("in {state}: {input_begins}")),
    "state_changed": ("state", _of_instance("{from_state} → {state}")),
    "forked": ("state", _of_instance("begins in {state}, forked in {from_state}")),
    "join_entered": ("state", _of_instance("waits in {state} for its threads")),
    "joined": ("state", _of_instance("ended in {from_state}; {parent_id} goes on from {state}")),
    "step_completed": ("step", lambda _told: None),
    "step_failed": ("failed", _of_instance("{state}: {step_name}: {code}: {message}")),
    "on_enter_failed": ("failed", _of_instance("{state}: on_enter: {code}: {message}")),
    "retry_scheduled": ("retry", _of_instance("{state}: {message}; try {attempt} in {delay_seconds} s")),
    "halted": ("halted", _halted),
    "resumed": ("resumed", _answer_of_person),
    "resume_refused": ("refused", _answer_of_person),
    "file_uploaded": ("file", _of_instance("{state}: {field}, {file_id}")),
    "thread_completed": ("state", lambda told: None if told["thread_id"] == _MAIN else f"{_instance(told)} is over"),
    "completed": ("completed", _of_instance("")),
    "failed": ("failed", _of_instance("{state}: {code}: {message}")),
    "cancelled": ("cancelled", _of_instance("{reason}")),
    "delivery": ("delivery", _delivery),
    "forwarded": ("forwarded", _forwarded),
    "diagnostic": ("diagnostic", _diagnostic),
    "published": ("published", lambda told: f"{told['workflow']}, version {told['version_id']}"),
    "clock": ("clock", lambda told: "stands" if told["frozen"] else "runs"),
    "reset": ("reset", _nothing),
    "missed": ("missed", _missed),
}
"""Each kind: what it is called in the second column, and what stands in the third; a kind to come shows its name."""
