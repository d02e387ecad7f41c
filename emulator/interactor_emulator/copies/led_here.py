"""What led an instance to where it is, as a scenario: read from its events, and from what its HTTP logic heard.

A copy is played elsewhere: another day, other ids, another seed. So of the data that is expected only what somebody
gave is named, a person or a call; what a script made of the time or by chance nobody can expect.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from interactor_emulator.adapters.http.caller import Record
from interactor_emulator.effects import HttpAnswer
from interactor_emulator.jsontext import Json, NotJson, decode, equal
from interactor_emulator.projections.calls import sent_for
from interactor_emulator.projections.visits import path
from interactor_emulator.redaction import mentions
from interactor_emulator.state.events import (
    Cancelled,
    Created,
    Event,
    Halted,
    InstanceFailed,
    Resumed,
    ResumeRefused,
    RetryScheduled,
    StepCompleted,
    StepFailed,
)
from interactor_emulator.state.instance import Instance
from interactor_emulator.wire.scenario import Advance, Answer, Cancel, Expected, Scenario, Step

_DEPTH = 100
_SECOND_MS = 1000
# Whoever clicks takes some seconds for it: as long as nothing waits for time, so little of it does not matter.
_LONG_MS = 60 * _SECOND_MS
_REFUSED = "invalid_transition"


@dataclass(frozen=True, slots=True)
class LedHere:
    """The scenario; `notes` say, a sentence each, what of it is not as it was."""

    scenario: Scenario
    notes: tuple[str, ...]


def led_here(
    instance: Instance, happened: Sequence[Event], records: Iterable[Record], secrets: Iterable[str] = ()
) -> LedHere:
    """What these events of the instance tell of, and what was heard of its requests, of those that are kept. Values of
    `secrets` are left out of the stubs' addresses."""
    created = next(event for event in happened if isinstance(event, Created))
    heard = sent_for(records, happened)
    stubs, steps, notes = list(_stubs(heard, tuple(secrets))), [], list[str]()
    for step in _steps(instance, happened):
        if isinstance(step, str):
            notes.append(step)
        else:
            steps.append(step)
    called = sum(1 for event in happened if _is_call(event))
    if called > len(heard):
        notes.append(f"{called - len(heard)} of its HTTP calls are not kept any more: no stub answers those.")
    scenario = Scenario(
        f"{instance.version.workflow_name} to {instance.current_state}",
        instance.version.workflow_name,
        created.input,
        tuple(steps),
        _expected(instance, happened, [created.input, *_given(happened), *_heard(heard)]),
        tuple(stubs),
        namespace=instance.namespace,
    )
    return LedHere(scenario, tuple(notes))


# ---- what people did, and when


def _steps(instance: Instance, happened: Sequence[Event]) -> Iterator[Step | str]:
    """The steps in turn; a sentence in the place of one that nobody can tell any more."""
    passing = _Passing(happened)
    halts: dict[str, Halted] = {}
    for event in happened:
        if isinstance(event, Halted):
            halts[event.thread_id] = event
        step = _step(instance, event, halts)
        if step is None:
            continue
        if not isinstance(step, str):
            yield from passing.until(event.at_ms)
        yield step
    yield from passing.at_last()


def _step(instance: Instance, event: Event, halts: Mapping[str, Halted]) -> Step | str | None:
    if isinstance(event, Resumed):
        return _answer(instance, event, halts.get(event.thread_id))
    if isinstance(event, ResumeRefused):
        return _refused(instance, event)
    return Cancel() if isinstance(event, Cancelled) and event.reason == "requested" else None


def _answer(instance: Instance, event: Resumed, halt: Halted | None) -> Answer:
    thread = event.thread_id if instance.forked else None
    if event.choice is None or not _hears_choice(instance, halt):
        return Answer(event.state, event.input, thread=thread)
    beside = {name: value for name, value in event.input.items() if name != "choice"}
    return Answer(event.state, beside, event.choice, thread)


def _hears_choice(instance: Instance, halt: Halted | None) -> bool:
    if halt is None:
        return False
    shows = (halt.presentation or {}).get("type")
    return instance.definition.states[halt.state].selection or shows == "choice"


def _refused(instance: Instance, event: ResumeRefused) -> Answer | str:
    text = event.input_begins
    try:
        given = decode(text.encode(), _DEPTH) if len(text.encode()) == event.input_bytes else None
    except (NotJson, UnicodeEncodeError):
        given = None
    if not isinstance(given, dict):
        return f"An answer in {event.state} that was refused is left out: it is not kept as a whole."
    return Answer(event.state, given, None, event.thread_id if instance.forked else None, _REFUSED)


class _Passing:
    """The time between the steps: to the millisecond where something waited for it, otherwise whole seconds, of spans
    that are no mere clicking."""

    def __init__(self, happened: Sequence[Event]) -> None:
        self._exact = any(_waited(event) for event in happened)
        self._last_ms = happened[-1].at_ms
        self._at_ms = happened[0].at_ms

    def until(self, at_ms: int) -> Iterator[Advance]:
        passed = at_ms - self._at_ms
        if not self._exact:
            passed = passed - passed % _SECOND_MS if passed >= _LONG_MS else 0
        if passed > 0:
            self._at_ms += passed
            yield Advance(passed // _SECOND_MS if passed % _SECOND_MS == 0 else passed / _SECOND_MS)

    def at_last(self) -> Iterator[Advance]:
        """What happened after the last step did so because time passed."""
        if self._exact:
            yield from self.until(self._last_ms)


def _waited(event: Event) -> bool:
    return isinstance(event, RetryScheduled) or (isinstance(event, Cancelled) and event.reason == "ttl_expired")


# ---- what HTTP logic heard


def _is_call(event: Event) -> bool:
    return isinstance(event, StepCompleted | StepFailed) and event.step_type == "http"


def _stubs(records: Iterable[Record], secrets: tuple[str, ...]) -> Iterator[Mapping[str, Json]]:
    """A stub for each request that was answered, by what it was and in which state; of several answers each in turn,
    and no more of them where at last nobody answered."""
    replies: dict[tuple[str, str, str], list[dict[str, Json] | None]] = {}
    for record in records:
        request = record.request
        key = (request.method, _address(request.url, secrets), request.state)
        replies.setdefault(key, []).append(_reply(record))
    for (method, url, state), heard in replies.items():
        given: list[Json] = [each for each in heard if each is not None]
        if not given:
            continue
        alone = sum(key[:2] == (method, url) for key in replies) == 1
        where: dict[str, Json] = {} if alone else {"state": state}
        times: dict[str, Json] = {} if len(given) == len(heard) else {"times": len(given)}
        once = given[0] if all(equal(each, given[0]) for each in given) else given
        yield {"url": url, "method": method, **where, **times, "respond": once}


def _reply(record: Record) -> dict[str, Json] | None:
    """None for what nobody answered: elsewhere nobody will either."""
    outcome = record.outcome
    if not isinstance(outcome, HttpAnswer):
        if outcome.code == "http_timeout":
            return {"delay_seconds": record.request.timeout_ms / _SECOND_MS}
        return None if record.answered_by == "nobody" else {"status": 503}
    value = _json(outcome.body)
    status: dict[str, Json] = {} if outcome.status == 200 else {"status": outcome.status}
    return {**status, **({} if value is None else {"json": value})} or {"status": 200}


def _json(body: bytes) -> Json:
    try:
        value: Json = decode(body, _DEPTH)  # type: ignore[assignment]
    except NotJson:
        return None
    return value


def _address(url: str, secrets: tuple[str, ...]) -> str:
    """The address, up to where a secret begins in it."""
    if not mentions(url, secrets):
        return url
    end = next(end for end in range(len(url) + 1) if mentions(url[:end], secrets))
    start = next(start for start in range(end, -1, -1) if mentions(url[start:end], secrets))
    return url[:start] + "*"


# ---- what must come of it


def _given(happened: Iterable[Event]) -> Iterator[Mapping[str, Json]]:
    return (event.input for event in happened if isinstance(event, Resumed))


def _heard(records: Iterable[Record]) -> Iterator[Mapping[str, Json]]:
    for record in records:
        value = _json(record.outcome.body) if isinstance(record.outcome, HttpAnswer) else None
        if isinstance(value, dict):
            yield value


def _expected(instance: Instance, happened: Sequence[Event], given: Sequence[Mapping[str, Json]]) -> Expected:
    failed = next((event for event in happened if isinstance(event, InstanceFailed)), None)
    data = {
        name: value
        for name, value in instance.data.items()
        if any(name in each and equal(each[name], value) for each in given)
    }
    return Expected(
        status=instance.status,
        state=instance.current_state,
        path=tuple(path(happened)),
        data=data or None,
        error=None if failed is None else failed.error_code,
    )
