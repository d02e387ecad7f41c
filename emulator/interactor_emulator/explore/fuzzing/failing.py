"""What of a run is a failure that its author wants to hear of: not what a service did, but what became of it."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from interactor_emulator.definition.model import Definition
from interactor_emulator.explore.scenarios.played import Played
from interactor_emulator.jsontext import encode
from interactor_emulator.services import instances
from interactor_emulator.state.instance import Instance, Thread
from interactor_emulator.wire.scenario import Answer

FailureKind = Literal[
    "script_error",
    "script_timeout",
    "unmatched_data",
    "refused_answer",
    "endless_loop",
    "waiting_join",
    "never_ends",
    "data_too_large",
    "secret_in_output",
    "unsendable_request",
    "thread_limit",
    "unshowable",
    "internal_fault",
]
ENDLESS: frozenset[FailureKind] = frozenset({"endless_loop", "script_timeout"})
"""What is cut short at a limit."""

_TOO_LARGE = "workflow_data would exceed its limit"
_LOOP = "Transition limit exceeded"
# An answer that is larger than this is what takes the data over the limit, and nothing that the definition does.
_SMALL_ANSWER = 1_000


@dataclass(frozen=True, slots=True)
class Failure:
    """What went wrong in a state; `detail` tells it from other failures of its kind there."""

    kind: FailureKind
    state: str
    message: str
    detail: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        return self.kind, self.state, self.detail


def failures(played: Played, misfits: frozenset[int]) -> Iterator[Failure]:
    """What went wrong in a run; `misfits` are the places of the steps that are answers which their form does not allow.

    A service that answers 500, or not in time, fails the run, and is no failure of the definition. Asked while the
    emulator still holds the run."""
    instance = played.emulator.read(lambda account: instances.get(account, played.run.id))
    yield from _leaks(played)
    if instance.failure is not None:
        yield from _of_instance(played, instance)
    yield from _refusals(played, misfits)
    yield from _stuck(played, instance)


def _leaks(played: Played) -> Iterator[Failure]:
    for each in played.emulator.diagnostics:
        if each.instance_id == played.run.id and each.code == "secret_in_output":
            state = each.where.removeprefix("states.").removesuffix(".logic")
            yield Failure(
                "secret_in_output", state, "a script returns the value of a secret, and workflow_data keeps it"
            )


def _of_instance(played: Played, instance: Instance) -> Iterator[Failure]:
    assert instance.failure is not None
    state, code, message = instance.failure.state, instance.failure.error_code, instance.failure.message
    if message.startswith(_TOO_LARGE):
        yield Failure("data_too_large", state, message)
    elif (find := _BY_CODE.get(code)) is not None:
        yield from find(played, instance.definition, state, message)


def _script(kind: Literal["script_error", "script_timeout"]) -> "Find":
    def find(played: Played, _definition: Definition, state: str, message: str) -> Iterator[Failure]:
        details = None if (failure := played.run.failure) is None else failure.details
        line = details.get("line") if isinstance(details, Mapping) else None
        where = "" if line is None else f" (line {line} of its code)"
        # How long it was let run is no part of what is wrong.
        detail = "" if kind == "script_timeout" else f"{line} {_NOTHING.sub('nothing', message)}"
        yield Failure(kind, state, f"{message}{where}", detail)

    return find


# The same slip shows either, by what is missing.
_NOTHING = re.compile(r"\b(undefined|null)\b")


def _unmatched(_played: Played, _definition: Definition, state: str, message: str) -> Iterator[Failure]:
    yield Failure("unmatched_data", state, message)


def _http(_played: Played, _definition: Definition, state: str, message: str) -> Iterator[Failure]:
    if " cannot be sent: " in message:
        yield Failure("unsendable_request", state, message)


def _internal(played: Played, definition: Definition, state: str, message: str) -> Iterator[Failure]:
    if message.startswith(_LOOP):
        # By then it has left what led to the circle.
        circle = set(played.path[-len(definition.states) - 1 :])
        names = [name for name in definition.states if name in circle]
        told = (
            f"{' and '.join(names)} {'leads' if len(names) == 1 else 'lead'} to one another without a halt: {message}"
        )
        if len(names) == 1:
            told = f"{names[0]} leads to itself without a halt: {message}"
        yield Failure("endless_loop", names[0], told, " ".join(names))
    elif message.startswith("Thread limit exceeded"):
        yield Failure("thread_limit", state, message)
    elif "cannot be shown" in message:
        yield Failure("unshowable", state, message)
    else:
        yield Failure("internal_fault", state, message)


Find = Callable[[Played, Definition, str, str], Iterator[Failure]]

_BY_CODE: Mapping[str, Find] = {
    "script_error": _script("script_error"),
    "script_timeout": _script("script_timeout"),
    "invalid_transition": _unmatched,
    "http_error": _http,
    "internal_error": _internal,
}


def _refusals(played: Played, misfits: frozenset[int]) -> Iterator[Failure]:
    for number, taken in enumerate(played.steps):
        step = taken.step
        if not isinstance(step, Answer) or taken.refused == step.refused:
            continue
        if step.refused is not None:
            yield Failure("internal_fault", step.state, f"an answer that nobody asked for came to {taken.refused}")
        elif taken.refused == "invalid_transition" and number not in misfits:
            yield Failure(
                "refused_answer",
                step.state,
                f"no transition of '{step.state}' holds for an answer that its form allows",
            )
        elif taken.refused == "payload_too_large" and len(encode(step.input)) < _SMALL_ANSWER:
            yield Failure("data_too_large", step.state, "this answer would take workflow_data over its limit")


def _stuck(played: Played, instance: Instance) -> Iterator[Failure]:
    """Threads that run for ever: nothing is due that would move them, and nobody is asked."""
    if instance.status != "running":
        return
    waiting = played.emulator.read(
        lambda account: {each.thread_id for each in account.retries.values() if each.instance_id == instance.id}
    )
    for thread in instance.threads.values():
        if thread.status == "running" and not thread.joining and thread.id not in waiting:
            yield _standing(instance, thread)


def _standing(instance: Instance, thread: Thread) -> Failure:
    parent = None if thread.parent_id is None else instance.threads[thread.parent_id]
    if parent is not None and parent.joining:
        told = f"{thread.id} stands in '{thread.state}' for ever, and the join '{parent.state}' waits for it"
        return Failure("waiting_join", thread.state, told)
    return Failure(
        "never_ends", thread.state, f"'{thread.state}' has no transitions: whoever comes there stays for ever"
    )
