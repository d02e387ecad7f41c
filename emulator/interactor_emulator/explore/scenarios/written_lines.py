"""The lines of a test: what it does by hand that `playing.py` does with a scenario, and what it asserts."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from interactor_emulator import errors
from interactor_emulator.jsontext import AnyJson
from interactor_emulator.wire.scenario import Advance, Answer, Cancel, Expected, Scenario, SetStub, Step
from interactor_emulator.wire.scenario_file import spans_of

from .python_code import Code, assigned, call, is_name, literal, text, width

Definition = str | Path | Mapping[str, AnyJson]
"""The path of a definition's file, from the tests' folder on, or the definition itself."""

_ERRORS = {
    each.code: name
    for name, each in vars(errors).items()
    if isinstance(each, type) and issubclass(each, errors.InteractorError)
}
_INDENT, _DEEPER = 4, 8
# Of names in a line that is indented twice, as it would be at most.
_LONGEST, _LONGEST_PAIR = 38, 52
_NOBODY_WAITS = errors.InstanceNotHalted.code


def error_named(code: str) -> str | None:
    """The name of the error of this code; None where there is none."""
    return _ERRORS.get(code)


def lines_of(scenario: Scenario, definition: Definition | None, *, several: bool) -> Iterator[str]:
    """The lines of its test; what is in lines of its own has its whole indent. Of `several` scenarios the input is
    `given`."""
    yield from _loaded(scenario, definition)
    for stub in scenario.stubs:
        yield _stub(stub)
    if scenario.expect.events is not None:
        yield "inbox = interactor.webhooks.inbox"
    yield _started(scenario, several=several)
    failing = failing_step(scenario)
    for step in scenario.steps:
        if step is failing:
            said = _answered(failing, _DEEPER)
            yield from _within("suppress(InteractorError):  # what it fails of is asserted below", said)
        else:
            yield from _STEPS[type(step)](step)
    yield from _expected(scenario.expect)


def failing_step(scenario: Scenario) -> Answer | None:
    """The answer that may lead to a failure which is expected: the last one that is taken."""
    if scenario.expect.status != "failed" and scenario.expect.error is None:
        return None
    taken = [each for each in scenario.steps if isinstance(each, Answer) and each.refused is None]
    return taken[-1] if taken else None


def _loaded(scenario: Scenario, definition: Definition | None) -> Iterator[str]:
    if isinstance(definition, Mapping):
        yield "interactor.load(DEFINITION)"
        return
    path = scenario.definition if definition is None else Path(definition).as_posix()
    if path is None:
        yield _line("interactor.load", [scenario.workflow])
    elif "\n" in (flat := _line("interactor.load", [Code(f"HERE / {text(path)}")])):
        yield assigned("definition", path, _INDENT)
        yield "interactor.load(HERE / definition)"
    else:
        yield flat


def _started(scenario: Scenario, *, several: bool) -> str:
    named = {} if scenario.namespace is None else {"namespace": scenario.namespace}
    given: list[Any] = [dict(scenario.input)] if scenario.input else []
    return _line("run = interactor.start", [scenario.workflow, *([Code("given")] if several else given)], named)


def _line(
    what: str, arguments: Sequence[Any] = (), named: Mapping[str, Any] | None = None, indent: int = _INDENT
) -> str:
    """A call on a line of a test, which is indented."""
    return call(what, arguments, named or {}, indent)


def _within(head: str, lines: Iterable[str]) -> list[str]:
    """Lines that are indented once more."""
    return [f"with {head}", *(f"    {each}" for each in lines)]


def _answer(step: Answer) -> list[str]:
    if step.refused is None:
        return _answered(step, _INDENT)
    said = _answered(step, _DEEPER)
    if (name := error_named(step.refused)) is not None:
        return _within(f"pytest.raises({name}):", said)
    checked = f"assert refused.value.code == {text(step.refused)}"
    return [*_within("pytest.raises(InteractorError) as refused:", said), checked]


def _answered(step: Answer, indent: int) -> list[str]:
    if step.refused == _NOBODY_WAITS:
        return _spoken("run", step, indent)
    named = {"state": step.state} if step.thread is None else {"state": step.state, "thread": step.thread}
    lines, said = [], {name: text(each) for name, each in named.items()}
    widths = [width(each) for each in said.values()]
    if max(widths) > _LONGEST or sum(widths) > _LONGEST_PAIR:
        lines = [assigned(name, each, indent) for name, each in named.items()]
        said = {name: name for name in named}
    if step.thread is None:
        return [*lines, *_spoken(f"run.waiting_in({said['state']})", step, indent)]
    thread = f"run.thread({said['thread']})"
    return [*lines, f"{thread}.assert_halted({said['state']})", *_spoken(thread, step, indent)]


def _spoken(whom: str, step: Answer, indent: int) -> list[str]:
    """What a person says, in a line; an answer that is long stands in lines of its own before it."""
    given = dict(step.input)
    long = f"answer = {literal(given, indent + len('answer = '), indent)}"
    if step.choice is None:
        named = all(map(is_name, given))
        flat = _line(f"{whom}.resume", [] if named else [given], given if named else {}, indent)
        lines = [long, f"{whom}.resume(answer)"]
    else:
        flat = _line(f"{whom}.choose", [step.choice], given, indent)
        lines = [assigned("choice", step.choice, indent), long, f"{whom}.choose(choice, **answer)"]
    return lines if "\n" in flat else [flat]


def _cancel(_step: Cancel) -> list[str]:
    return ["run.cancel()"]


def _advance(step: Advance) -> list[str]:
    return [_line("interactor.clock.advance", (), spans_of(step.seconds))]


def _set_stub(step: SetStub) -> list[str]:
    return [_stub(step.stub)]


def _stub(stub: Mapping[str, AnyJson]) -> str:
    return _line("interactor.stub", [stub.get("url", "")], {name: each for name, each in stub.items() if name != "url"})


_STEPS: Mapping[type[Step], Callable[[Any], list[str]]] = {
    Answer: _answer,
    Cancel: _cancel,
    Advance: _advance,
    SetStub: _set_stub,
}


# ---- what it asserts


def _expected(expect: Expected) -> Iterator[str]:
    yield from _rests(expect)
    if expect.path is not None:
        yield _line("run.assert_path", expect.path)
    if expect.data is not None:
        yield _line("run.assert_data", (), expect.data)
    if expect.events is not None:
        yield f"assert inbox.events == {literal(expect.events, _INDENT + len('assert inbox.events == '), _INDENT)}"


def _rests(expect: Expected) -> Iterator[str]:
    state = [] if expect.state is None else [expect.state]
    if expect.error is not None or expect.status == "failed":
        code = [] if expect.error is None else [expect.error]
        yield _line("run.assert_failed", code, {} if expect.state is None else {"state": expect.state})
    elif expect.status in ("halted", "completed"):
        yield _line(f"run.assert_{expect.status}", state)
    else:
        if expect.status == "cancelled":
            yield "run.assert_cancelled()"
        elif expect.status is not None:
            yield f"assert run.status == {text(expect.status)}"
        if expect.state is not None:
            yield f"assert run.state == {text(expect.state)}"
