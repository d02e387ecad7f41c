"""Running the logic of a state: scripts and HTTP calls, in order.

Each kind of logic has one function that asks for its effect and makes an `Outcome` of the answer; what an outcome does
to the instance is the same for all.
"""

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from typing import Any

from interactor_emulator import jsontext
from interactor_emulator.definition.model import HttpCall, Json, Logic, Script, State
from interactor_emulator.effects import Effect, HttpAnswer, HttpFault, RunScript, ScriptFault, SendHttp, Steps
from interactor_emulator.events import Event, Noticed, OnEnterFailed, StepCompleted, StepFailed
from interactor_emulator.instance import Instance, Thread
from interactor_emulator.limits import KB, Limits

from . import results
from .templates import Roots, render, render_url
from .terms import Terms

_ANSWER_SHOWN_CHARACTERS = 500


@dataclass(frozen=True, slots=True)
class Failure:
    """Why logic failed: a code of the document, and what a person needs to mend it."""

    code: str
    message: str
    details: Mapping[str, Json]


@dataclass(slots=True)
class Outcome:
    """What one piece of logic came to: a result (None changes nothing) or a failure."""

    result: Mapping[str, Json] | None = None
    failure: Failure | None = None
    logs: list[str] = field(default_factory=list)
    notices: list[Noticed] = field(default_factory=list)


Progress = Generator[Effect[Any] | Event, Any, Failure | None]


def run_logic(instance: Instance, terms: Terms, thread: Thread, state: State) -> Progress:
    """Run the state's logic in order, each result merged into `workflow_data`; stop at the first failure."""
    for number, logic in enumerate(state.logic):
        outcome = yield from _perform(instance, terms, thread, logic)
        yield from outcome.notices
        failure, change = outcome.failure, None
        if failure is None and outcome.result is not None:
            change = results.changes(instance.data, results.placed(instance.data, outcome.result, logic.output))
            if jsontext.size(results.merged(instance.data, change)) > terms.limits.workflow_data_bytes:
                failure = _too_large(logic, terms.limits)
        name, type_ = _step_name(number, state), _type(logic)
        if failure is not None:
            yield StepFailed(thread.id, state.name, name, type_, failure.code, failure.message, outcome.logs)
            return failure
        yield StepCompleted(thread.id, state.name, name, type_, change, outcome.logs)
    return None


def run_beside(
    instance: Instance, terms: Terms, thread: Thread, state: State
) -> Generator[Effect[Any] | Event, Any, None]:
    """Run the state's `on_enter`: it changes no data, and a failure is recorded and that is all."""
    for logic in state.on_enter:
        outcome = yield from _perform(instance, terms, thread, logic)
        yield from outcome.notices
        if outcome.failure is not None:
            yield OnEnterFailed(thread.id, state.name, outcome.failure.code, outcome.failure.message)
            yield Noticed(
                "on_enter_failed",
                f"on_enter of state '{state.name}' failed: {outcome.failure.message}",
                "The instance went on; only the history and this diagnostic show it",
                f"states.{state.name}.on_enter",
            )


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


def _perform(instance: Instance, terms: Terms, thread: Thread, logic: Logic) -> Steps[Outcome]:
    if isinstance(logic, Script):
        return (yield from _run_script(instance, thread, logic))
    return (yield from _call_http(instance, terms, thread, logic))


def _run_script(instance: Instance, thread: Thread, script: Script) -> Steps[Outcome]:
    effect = RunScript(script.code, thread.input, instance.data, context(instance, thread))
    answer = yield from effect.perform()
    if isinstance(answer, ScriptFault):
        details = {"line": answer.line, "column": answer.column}
        return Outcome(None, Failure(f"script_{answer.kind}", answer.message, details), answer.logs)
    return Outcome(answer.value, None, answer.logs)


def _call_http(instance: Instance, terms: Terms, thread: Thread, call: HttpCall) -> Steps[Outcome]:
    missed: list[str] = []
    roots = {**template_roots(instance, thread), "secrets": terms.secrets}
    request = _request(call, roots, terms.limits, missed)
    answer = yield from request.perform()
    notices = [missing_value(thread.state, path) for path in missed]
    where = {"method": request.method, "url": request.url}
    if isinstance(answer, HttpFault):
        return Outcome(None, Failure(answer.code, answer.message, where), notices=notices)
    if not 200 <= answer.status < 300:
        shown = answer.body.decode("utf-8", "replace")[:_ANSWER_SHOWN_CHARACTERS]
        message = f"{request.method} {request.url} answered {answer.status}"
        return Outcome(
            None,
            Failure("http_error", message, {**where, "http_status": answer.status, "body": shown}),
            notices=notices,
        )
    return Outcome(_json_object(answer, terms.limits), notices=notices)


def _request(call: HttpCall, roots: Roots, limits: Limits, missed: list[str]) -> SendHttp:
    headers = {name: _header(render(value, roots, missed.append)) for name, value in call.headers.items()}
    body = None if call.body is None else jsontext.encode(render(call.body, roots, missed.append)).encode()
    if body is not None and not any(name.lower() == "content-type" for name in headers):
        headers["Content-Type"] = "application/json"
    timeout_ms = limits.http_timeout_ms if call.timeout_ms is None else call.timeout_ms
    return SendHttp(call.method, render_url(call.url, roots, missed.append), headers, body, timeout_ms)


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


def missing_value(state: str, path: str) -> Noticed:
    """A template found nothing."""
    return Noticed(
        "missing_template_value",
        f"Nothing stands at ${{{path}}}",
        "Check the path, and that an earlier state stores the value",
        f"states.{state}",
    )


def _too_large(logic: Logic, limits: Limits) -> Failure:
    """ "Max `workflow_data` size | 256 KB | Accumulated across states"."""
    code = "script_error" if isinstance(logic, Script) else "http_error"
    return Failure(code, f"workflow_data would exceed its limit of {limits.workflow_data_bytes // KB} KB", {})


def _step_name(number: int, state: State) -> str:
    """Inferred: the place in the definition."""
    return "logic" if len(state.logic) == 1 else f"logic[{number}]"


def _type(logic: Logic) -> str:
    return "script" if isinstance(logic, Script) else "http"
