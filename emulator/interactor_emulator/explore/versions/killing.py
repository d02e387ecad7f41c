"""A test that tells two versions of a definition apart: it passes with the old one, and fails with the new one."""

from collections.abc import Iterator
from dataclasses import replace
from json import loads

from interactor_emulator.definition.data_path import Missing
from interactor_emulator.explore.scenarios.as_tests import as_test
from interactor_emulator.explore.scenarios.python_code import literal, text
from interactor_emulator.jsontext import Json
from interactor_emulator.wire.scenario import Scenario

from .behaviour import Parting
from .comparing import Changed

_CHOICE = '{"key": each.key or "", "description": each.description, "to": each.to}'
_CHOICES = f"[{_CHOICE} for each in waiting.options.choices]"
_CALLS = "    sent = interactor.http.route().respond(json={})"


def killing_test(changed: Changed, definition: str) -> str:
    """A file of one test; `definition` is the path of the old version, from the folder of the test on."""
    scenario, parting = _named(changed), changed.parting
    if parting.kind == "sent":
        return _of_calls(scenario, parting, definition)
    asserted = [f"    {each}" for each in _shown(parting)] if parting.kind == "shown" else []
    return as_test(scenario, definition) + "".join(f"{each}\n" for each in asserted)


def _named(changed: Changed) -> Scenario:
    parting = changed.parting
    name = {
        "path": f"{parting.where} leads to {parting.before}",
        "refusal": f"answer in {parting.where}",
        "status": f"{parting.where} is {parting.before}",
        "shown": f"{parting.where} shows {parting.what}",
        "sent": f"{parting.where} sends {parting.what}",
        "data": f"{parting.where} has {parting.what}",
    }[parting.kind]
    return replace(changed.scenario, name=name)


def _shown(parting: Parting) -> Iterator[str]:
    """What is shown to a person; in Python the options are no JSON, so of those the words are compared."""
    yield f"waiting = run.waiting_in({text(parting.where)})"
    if not parting.member:
        yield "assert waiting.presentation is None and waiting.options is None"
        return
    whole, *member = parting.member
    if whole == "halting_presentation":
        yield from ("assert waiting.presentation is not None",) if member else ()
        yield _compared("waiting.presentation", member, parting.was)
    elif member[:1] == ["choices"]:
        yield "assert waiting.options is not None"
        yield _compared(_CHOICES, member[1:], parting.was)
    elif member:
        yield "assert waiting.options is not None"
        was = None if isinstance(parting.was, Missing) else parting.was
        yield f"assert waiting.options.{member[0]} == {literal(was)}"
    else:
        yield "assert waiting.options is None"


def _compared(whole: str, member: list[str | int], was: Json | Missing) -> str:
    """Of a value in what is called `whole` in Python."""
    if not isinstance(was, Missing):
        return f"assert {whole}{_steps(member)} == {literal(was)}"
    if not member:
        return f"assert {whole} is None"
    holder, last = f"{whole}{_steps(member[:-1])}", member[-1]
    return f"assert len({holder}) == {last}" if isinstance(last, int) else f"assert {text(last)} not in {holder}"


def _steps(member: list[str | int]) -> str:
    return "".join(f"[{each if isinstance(each, int) else text(each)}]" for each in member)


def _of_calls(scenario: Scenario, parting: Parting, definition: str) -> str:
    """What is sent is heard by a route that answers every call, as the stub of the case did."""
    lines = as_test(replace(scenario, stubs=()), definition).splitlines()
    at = next(number for number, each in enumerate(lines) if each.startswith("    interactor.load"))
    asserted = [f"    {each}" for each in _sent(parting)]
    made = [*lines[: at + 1], _CALLS, *lines[at + 1 :], *asserted]
    if any("loads(" in each for each in asserted):
        made = ["from json import loads", *([] if lines[0].startswith("from pathlib") else [""]), *made]
    return "\n".join(made) + "\n"


def _sent(parting: Parting) -> Iterator[str]:
    number = parting.number
    if not parting.member:
        yield f"assert len(sent.calls) {'<=' if isinstance(parting.was, Missing) else '>'} {number}"
        return
    request, was = f"sent.calls[{number}].request", parting.was
    if parting.member[0] == "method":
        yield f"assert {request}.method == {literal(was)}"
    elif parting.member[0] == "url":
        yield f"assert str({request}.url) == {literal(was)}"
    elif isinstance(was, str):
        yield f"assert loads({request}.content) == {literal(loads(was))}"
    else:
        yield f"assert not {request}.content"
