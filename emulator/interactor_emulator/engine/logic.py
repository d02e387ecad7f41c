"""Running the logic of a state: scripts and HTTP calls, in order.

Each kind of logic has one function that asks for its effect and makes an `Outcome` of the answer; what an outcome does
to the instance is the same for all.
"""

from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from interactor_emulator import jsontext, notices
from interactor_emulator.definition.model import HttpCall, Logic, Script, State
from interactor_emulator.effects import Effect, HttpAnswer, HttpFault, RunScript, ScriptFault, SendHttp, Steps
from interactor_emulator.jsontext import Json
from interactor_emulator.limits import KB, Limits
from interactor_emulator.redaction import redact
from interactor_emulator.state.events import (
    Changes,
    Event,
    Noticed,
    OnEnterFailed,
    RetryScheduled,
    StepCompleted,
    StepFailed,
)
from interactor_emulator.state.instance import Instance, Thread
from interactor_emulator.state.secrets import Secrets
from interactor_emulator.tracing import Cause
from interactor_emulator.variants import Variants

from . import results
from .templates import Rendering

_ANSWER_SHOWN_CHARACTERS = 500


@dataclass(frozen=True, slots=True)
class Terms:
    """What the account lets its instances have: the numbers in force, the secrets by name, the values of variants."""

    limits: Limits
    secrets: Secrets
    variants: Variants

    @property
    def hidden(self) -> tuple[str, ...]:
        """What must not be shown."""
        return self.secrets.ever


@dataclass(frozen=True, slots=True)
class Failure:
    """Why logic failed: a code of the document, and what a person needs to mend it."""

    code: str
    message: str
    details: Mapping[str, Json]
    final: bool = False


@dataclass(slots=True)
class Outcome:
    """What one piece of logic came to: a result (None changes nothing) or a failure."""

    result: Mapping[str, Json] | None = None
    failure: Failure | None = None
    logs: list[str] = field(default_factory=list)
    notices: list[Noticed] = field(default_factory=list)
    # What a request was made of and who caused it, for whoever has to make it once more.
    roots: Mapping[str, Json] = field(default_factory=dict)
    cause: Cause | None = None


class Waiting:
    """What running logic comes to when a retry has to be waited for."""


WAITING: Final = Waiting()

Progress = Generator[Effect[object] | Event, object, Failure | Waiting | None]


def run_logic(instance: Instance, terms: Terms, thread: Thread, state: State, retry: RetryScheduled | None) -> Progress:
    """Run the state's logic in order, each result merged into `workflow_data`; stop at the first failure.

    With a retry it goes on where that one stands."""
    first = 0 if retry is None else retry.number
    for number in range(first, len(state.logic)):
        logic = state.logic[number]
        # What the logic was given: another thread may change the data while it runs, and keeps what it changed.
        given = dict(instance.data) if instance.forked else instance.data
        outcome = yield from _perform(instance, terms, thread, logic, retry)
        yield from outcome.notices
        failure, change = outcome.failure, None
        if failure is not None and (again := _again(logic, terms, failure, retry)) is not None:
            yield _scheduled(thread, state.name, "logic", number, again, failure, outcome)
            return WAITING
        retry = None
        if failure is None and outcome.result is not None:
            placed = results.placed(instance.data, outcome.result, logic.output)
            if instance.forked:
                placed = results.touched(given, placed)
            change = results.changes(instance.data, placed)
            failure = _beyond_limits(instance, terms.limits, logic, placed, change)
        name, type_ = _step_name(number, state), _type(logic)
        if failure is not None:
            yield StepFailed(thread.id, state.name, name, type_, failure.code, failure.message, outcome.logs)
            return failure
        yield StepCompleted(thread.id, state.name, name, type_, change, outcome.logs)
    return None


Beside = Generator[Effect[object] | Event, object, None]


def run_beside(instance: Instance, terms: Terms, thread: Thread, state: State) -> Beside:
    """Run the state's `on_enter`, each once: it changes no data, holds up nothing, and a failure is recorded and that
    is all."""
    if terms.variants.on_enter == "ignored":
        return
    for number in range(len(state.on_enter)):
        yield from _beside(instance, terms, thread, state, number, None)


def retry_beside(instance: Instance, terms: Terms, retry: RetryScheduled) -> Beside:
    """Try a call of `on_enter` again."""
    state = instance.definition.states[retry.state]
    yield from _beside(instance, terms, instance.threads[retry.thread_id], state, retry.number, retry)


def _beside(
    instance: Instance, terms: Terms, thread: Thread, state: State, number: int, retry: RetryScheduled | None
) -> Beside:
    logic = state.on_enter[number]
    outcome = yield from _perform(instance, terms, thread, logic, retry)
    yield from outcome.notices
    if outcome.failure is None:
        return
    if (again := _again(logic, terms, outcome.failure, retry)) is not None:
        yield _scheduled(thread, state.name, "on_enter", number, again, outcome.failure, outcome)
        return
    yield OnEnterFailed(thread.id, state.name, outcome.failure.code, outcome.failure.message)
    where, why = f"states.{state.name}.on_enter", outcome.failure.message
    yield Noticed.of(notices.ON_ENTER_FAILED, where, state=state.name, why=why)


# Seconds to wait after so many tries: "delays 1, 2, 4, … s (`exponential`) or 1, 2, 3, … s (`linear`)".
_DELAYS: Mapping[str, Callable[[int], int]] = {
    "exponential": lambda tries: 2 ** (tries - 1),
    "linear": lambda tries: tries,
}


def _again(logic: Logic, terms: Terms, failure: Failure, retry: RetryScheduled | None) -> tuple[int, int] | None:
    """The number of the next try, and the seconds to wait for it; None when this one was the last."""
    tries = 1 if retry is None else retry.attempt
    if isinstance(logic, Script) or logic.retry is None or terms.variants.http_retry == "ignored":
        return None
    if failure.final or tries >= logic.retry.attempts:
        return None
    return tries + 1, _DELAYS[logic.retry.backoff](tries)


def _scheduled(
    thread: Thread,
    state: str,
    member: Literal["logic", "on_enter"],
    number: int,
    again: tuple[int, int],
    failure: Failure,
    outcome: Outcome,
) -> RetryScheduled:
    attempt, delay = again
    message, roots, cause = failure.message, outcome.roots, outcome.cause or thread.cause
    return RetryScheduled(thread.id, state, member, number, attempt, delay, failure.code, message, roots, cause)


def template_roots(instance: Instance, thread: Thread) -> dict[str, Json]:
    """What a template may begin with."""
    return {"workflow_data": instance.data, "input": thread.input, "context": context(instance, thread)}


def context(instance: Instance, thread: Thread) -> dict[str, Json]:
    """`context // Object: { namespace, instance_id, workflow_name, state_name }`"""
    return {
        "namespace": instance.namespace,
        "instance_id": instance.id,
        "workflow_name": instance.definition.name,
        "state_name": thread.state,
    }


def _perform(
    instance: Instance, terms: Terms, thread: Thread, logic: Logic, retry: RetryScheduled | None
) -> Steps[Outcome]:
    if isinstance(logic, Script):
        return (yield from _run_script(instance, thread, logic))
    return (yield from _call_http(instance, terms, thread, logic, retry))


def _run_script(instance: Instance, thread: Thread, script: Script) -> Steps[Outcome]:
    effect = RunScript(script.code, thread.input, instance.data, context(instance, thread))
    answer = yield from effect.perform()
    if isinstance(answer, ScriptFault):
        details = {"line": answer.line, "column": answer.column}
        return Outcome(None, Failure(f"script_{answer.kind}", answer.message, details), answer.logs)
    return Outcome(answer.value, None, answer.logs)


def _call_http(
    instance: Instance, terms: Terms, thread: Thread, call: HttpCall, retry: RetryScheduled | None
) -> Steps[Outcome]:
    if retry is None:
        cause = thread.cause
        roots = template_roots(instance, thread)
        if call.retry is not None:
            roots["workflow_data"] = dict(instance.data)
    else:
        cause, roots = retry.cause, dict(retry.roots)
    rendering = Rendering({**roots, "secrets": dict(terms.secrets)})
    try:
        state, attempt = (thread.state, 1) if retry is None else (retry.state, retry.attempt)
        request = _request(call, rendering, terms, cause, state, attempt, instance.id)
    except ValueError as error:
        halved = isinstance(error, UnicodeEncodeError)
        why = "half of a surrogate pair stands in what fills its URL" if halved else error
        message = f"{call.method} {call.url} cannot be sent: {why}"
        return Outcome(None, Failure("http_error", message, {"method": call.method, "url": call.url}, final=True))
    answer = yield from request.perform()
    # What is not there was told at the first try.
    noticed = [] if retry is not None else [missing_value(thread.state, path) for path in rendering.missed]
    result, failure = _judged(request, answer, terms)
    if result is None and failure is None and isinstance(answer, HttpAnswer):
        noticed += _ignored(thread.state, request, answer, terms.limits)
    return Outcome(result, failure, notices=noticed, roots=roots, cause=cause)


def _judged(
    request: SendHttp, answer: HttpAnswer | HttpFault, terms: Terms
) -> tuple[Mapping[str, Json] | None, Failure | None]:
    where = {"method": request.method, "url": request.url}
    if isinstance(answer, HttpFault):
        return None, Failure(answer.code, answer.message, where, answer.final)
    if 200 <= answer.status < 300:
        return _json_object(answer, terms.limits), None
    shown = redact(answer.body.decode("utf-8", "replace"), terms.hidden)[:_ANSWER_SHOWN_CHARACTERS]
    message = f"{request.method} {request.url} answered {answer.status}"
    return None, Failure("http_error", message, {**where, "http_status": answer.status, "body": shown})


def _request(
    call: HttpCall, rendering: Rendering, terms: Terms, cause: Cause, state: str, attempt: int, instance_id: str
) -> SendHttp:
    """Raises TooLong, UnsafeUrl, UnicodeEncodeError."""
    headers = {name: _header(rendering.value(value)) for name, value in call.headers.items()}
    body = None if call.body is None else jsontext.encode(rendering.value(call.body)).encode()
    if body is not None and not any(name.lower() == "content-type" for name in headers):
        headers["Content-Type"] = "application/json"
    url, timeout_ms = rendering.url(call.url), _timeout_ms(call, terms)
    return SendHttp(call.method, url, headers, body, timeout_ms, cause, state, attempt, instance_id)


def _timeout_ms(call: HttpCall, terms: Terms) -> int:
    own = None if terms.variants.http_timeout == "ignored" else call.timeout_ms
    return terms.limits.http_timeout_ms if own is None else own


def _header(value: Json) -> str:
    """A header is text, also when one template with another type is all it has."""
    if value is None:
        return ""
    return value if isinstance(value, str) else jsontext.encode(value)


def _json_object(answer: HttpAnswer, limits: Limits) -> Mapping[str, Json] | None:
    """ "A 2xx JSON object is the result; a 2xx of another type is no result."""
    try:
        value = jsontext.decode(answer.body, limits.json_depth)
    except jsontext.NotJson:
        return None
    return value if isinstance(value, dict) else None


def _ignored(state: str, request: SendHttp, answer: HttpAnswer, limits: Limits) -> Iterator[Noticed]:
    """An answer that was probably meant to be a result, and is none."""
    if "json" not in answer.headers.get("content-type", "") or not answer.body.strip():
        return
    try:
        value = jsontext.decode(answer.body, limits.json_depth)
        why = f"it is {'an array' if isinstance(value, list) else 'no object'}"
    except jsontext.NotJson as error:
        begins_with_mark = answer.body.startswith(b"\xef\xbb\xbf")
        why = "it begins with a byte order mark" if begins_with_mark else str(error)
    values = {"method": request.method, "url": request.url, "why": why}
    yield Noticed.of(notices.RESULT_IGNORED, f"states.{state}", **values)


def missing_value(state: str, path: str) -> Noticed:
    """What is noticed of a template's path at which nothing stands."""
    return Noticed.of(notices.MISSING_TEMPLATE_VALUE, f"states.{state}", path=path)


def _beyond_limits(
    instance: Instance, limits: Limits, logic: Logic, placed: Mapping[str, Json], change: Changes | None
) -> Failure | None:
    """ "Max `workflow_data` size | 256 KB | Accumulated across states".

    What is kept obeys the depth of a JSON body too, wherever its `output` puts it."""
    code = "script_error" if isinstance(logic, Script) else "http_error"
    if logic.output is not None and jsontext.deeper_than(placed, limits.json_depth):
        return Failure(code, f"workflow_data would be nested more than {limits.json_depth} levels deep", {})
    if jsontext.size(results.merged(instance.data, change)) > limits.workflow_data_bytes:
        return Failure(code, f"workflow_data would exceed its limit of {limits.workflow_data_bytes // KB} KB", {})
    return None


def _step_name(number: int, state: State) -> str:
    """Inferred: the place in the definition."""
    return "logic" if len(state.logic) == 1 else f"logic[{number}]"


def _type(logic: Logic) -> str:
    return "script" if isinstance(logic, Script) else "http"
