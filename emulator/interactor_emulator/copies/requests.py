"""A scenario as the requests that do it over HTTP: what programs of other languages send, one after the other."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from interactor_emulator.jsontext import Json
from interactor_emulator.wire.scenario import Advance, Answer, Cancel, Scenario, SetStub, Step

API, CONTROL = "/api/v1", "/_emulator"
ID = "{id}"
"""What stands in a path in the place of the instance's id."""


@dataclass(frozen=True, slots=True)
class Request:
    """One POST: `said` is why it is sent, `refused` the code with which it must be refused. What `may_fail` is answered
    by the error that the instance fails of."""

    path: str
    body: Mapping[str, Json]
    said: str
    starts: bool = False
    refused: str | None = None
    may_fail: bool = False

    @property
    def parts(self) -> tuple[str, str]:
        """The path before the instance's id and behind it; behind is empty where it has none."""
        before, _, behind = self.path.partition(ID)
        return before, behind


def requests(scenario: Scenario) -> Iterator[Request]:
    """All of them, in order."""
    failing = scenario.expect.status == "failed" or scenario.expect.error is not None
    for stub in scenario.stubs:
        yield _stub(stub)
    owner: dict[str, Json] = {} if scenario.namespace is None else {"namespace": scenario.namespace}
    taken = [step for step in scenario.steps if isinstance(step, Answer) and step.refused is None]
    begin = f"{API}/workflows/{quote(_text(scenario.workflow), safe='')}/instances"
    body: dict[str, Json] = {**owner, "input": dict(scenario.input)}
    yield Request(begin, body, "The instance starts", starts=True, may_fail=failing and not taken)
    for step in scenario.steps:
        yield _STEPS[type(step)](step, failing and bool(taken) and step is taken[-1])


def _stub(stub: Mapping[str, Json]) -> Request:
    return Request(f"{CONTROL}/stubs", stub, "HTTP logic hears this")


def _answer(step: Answer, may_fail: bool) -> Request:
    of = "" if step.thread is None else f"/threads/{quote(_text(step.thread), safe='')}"
    given: dict[str, Json] = {} if step.choice is None else {"choice": step.choice}
    said = f"An answer in {step.state}" + ("" if step.refused is None else f", refused with {step.refused}")
    path = f"{API}/workflows/instances/{ID}{of}/resume"
    return Request(path, {"input": {**given, **step.input}}, said, refused=step.refused, may_fail=may_fail)


def _advance(step: Advance, _may_fail: bool) -> Request:
    return Request(f"{CONTROL}/clock/advance", {"seconds": step.seconds}, "Time passes")


def _cancel(_step: Cancel, _may_fail: bool) -> Request:
    return Request(f"{API}/workflows/instances/{ID}/cancel", {}, "Somebody cancels it")


def _set_stub(step: SetStub, _may_fail: bool) -> Request:
    return _stub(step.stub)


_STEPS: Mapping[type[Step], Callable[[Any, bool], Request]] = {
    Answer: _answer,
    Advance: _advance,
    Cancel: _cancel,
    SetStub: _set_stub,
}


def _text(name: str) -> str:
    """A half surrogate has no place in an address."""
    return name.encode("utf-8", "replace").decode()
