"""What a search has found, in words: for a terminal, and for the end of a pytest run."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from interactor_emulator.terminal import line
from interactor_emulator.wire.scenario import Advance, Answer, Cancel, Scenario, SetStub, Step

from .found import Finding
from .fuzz import Fuzzed

_PATH = 12
_LONGEST = 400


def lines(finding: Finding) -> Iterator[str]:
    """What to do about it, the case that shows it, the path that this takes, and why."""
    yield line(finding.hint)
    if finding.scenario is not None:
        yield from described(finding.scenario)
    if finding.path:
        yield f"path: {' → '.join(map(line, _shortened(finding.path)))}"
    if finding.explanation:
        yield "why:"
        yield from (f"  {line(each)}" for each in finding.explanation.splitlines())


def described(scenario: Scenario) -> Iterator[str]:
    """A case, a line for each thing that is done in it."""
    yield f"input: {_json(scenario.input)}"
    for stub in scenario.stubs:
        yield f"HTTP logic of {stub.get('state') or stub.get('url')} hears {_heard(stub)}"
    for step in scenario.steps:
        yield line(_step(step))


def summary(found: Fuzzed) -> str:
    """How far a search went: "stopped after 10.0 s: 1,834 examples; 2 errors, 1 warning"."""
    how = {"time": "stopped", "interrupted": "interrupted"}.get(found.stopped or "", "done")
    again = f" and {found.replayed} kept from before" if found.replayed else ""
    errors = sum(each.severity == "error" for each in found.findings)
    counts = f"{_counted(errors, 'error')}, {_counted(len(found.findings) - errors, 'warning')}"
    return f"{how} after {found.seconds:.1f} s: {_counted(found.examples, 'example')}{again}; {counts}"


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}" + ("" if number == 1 else "s")


def _shortened(path: tuple[str, ...]) -> tuple[str, ...]:
    """A long path by its ends."""
    return path if len(path) <= _PATH else (*path[: _PATH // 2], "…", *path[-_PATH // 2 :])


def _heard(stub: Mapping[str, Any]) -> str:
    replies = stub.get("respond") or {}
    return ", then ".join(map(_reply, replies if isinstance(replies, list) else [replies]))


def _reply(reply: Mapping[str, Any]) -> str:
    if "delay_seconds" in reply:
        return "nothing in time"
    status = reply.get("status", 200)
    body = f" {_json(reply['json'])}" if reply.get("json") is not None else ", no body"
    return f"{status}{body}"


def _step(step: Step) -> str:
    match step:
        case Answer(state=state, input=given, choice=choice, thread=thread, refused=refused):
            who = state if thread is None else f"{state} of thread {thread}"
            said = _json(given) if choice is None else f"choose {choice}" + (f" {_json(given)}" if given else "")
            return f"answer in {who}: {said}" + (f", refused with {refused}" if refused else "")
        case Cancel():
            return "cancel"
        case Advance(seconds=seconds):
            return f"{seconds:,g} seconds pass"
        case SetStub(stub=stub):
            return f"from here on {stub.get('url')} answers {_heard(stub)}"


def _json(value: object) -> str:
    text = line(json.dumps(value, ensure_ascii=False))
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
