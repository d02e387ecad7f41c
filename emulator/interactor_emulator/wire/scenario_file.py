"""Scenarios as files, `NAME.scenario.json`: read strictly, and written so that a person likes to read them.

What may stand in one says `scenario.schema.json`, which is published as it is.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from math import isfinite
from pathlib import Path
from typing import Any

from interactor_emulator import bounds
from interactor_emulator.definition.paths import written as path_written
from interactor_emulator.definition.positions import Misread, Place, Positions
from interactor_emulator.definition.reading import BadFile, text_of, value_of
from interactor_emulator.jsontext import Json, copied
from interactor_emulator.limits import Limits

from .conforming import Misfit, misfits
from .scenario import Advance, Answer, Cancel, Expected, Scenario, SetStub, Step

ENDING = ".scenario.json"
"""How the name of a scenario's file ends."""

FORMAT = 1
"""The number of this form of the files."""

_DEPTH = Limits().json_depth
_UNITS = {"days": 86_400, "hours": 3_600, "minutes": 60, "seconds": 1}
_LINE = 100


@cache
def schema() -> Mapping[str, Any]:
    """The JSON Schema of a scenario file; not to be changed."""
    found: Mapping[str, Any] = json.loads(Path(__file__).with_name("scenario.schema.json").read_text("utf-8"))
    return found


def read(path: Path) -> Scenario:
    """The scenario in a file. Raises BadFile, which names the place of what is wrong, or OSError."""
    if path.stat().st_size > bounds.SCENARIO.most:
        raise BadFile(path, Place(1, 1), f"a scenario file has at most {bounds.SCENARIO.most:,} bytes")
    text = text_of(path)
    try:
        value = value_of(text)
    except Misread as error:
        raise BadFile(path, error.place, str(error)) from None
    for each in _misfits(value):
        positions, where = Positions(text, _DEPTH), path_written(each.path)
        place = positions.of_name(where) if each.of_name else positions.of_value(where)
        raise BadFile(path, place, str(each))
    return _scenario(value, path.name.removesuffix(ENDING))


def scenario_of(value: object, name: str = "") -> Scenario:
    """The scenario that a JSON value is, called so where it has no name. Raises ValueError, which names the member."""
    for each in _misfits(value):
        raise ValueError(str(each))
    return _scenario(value, name)


def value_from(scenario: Scenario) -> dict[str, Json]:
    """The scenario as a JSON object. Raises ValueError for one that no file can hold: a stub that is none, say."""
    members: dict[str, Any] = {
        "format": FORMAT,
        "name": scenario.name,
        "workflow": scenario.workflow or None,
        "definition": scenario.definition,
        "namespace": scenario.namespace,
        "input": scenario.input or None,
        "stubs": list(scenario.stubs) or None,
        "steps": [_WRITTEN[type(each)](each) for each in scenario.steps] or None,
        "expect": _given(**{name: getattr(scenario.expect, name) for name in Expected.__slots__}) or None,
    }
    value: dict[str, Json] = copied(_given(**members), f"scenario {scenario.name!r}")
    for each in misfits(value, schema()):
        raise ValueError(f"scenario {scenario.name!r}: {each}")
    return value


def text_from(scenario: Scenario) -> str:
    """The scenario as the text of a file, the same each time: a member a line, and in lines of its own what is long."""
    rows = [f"  {_json(name)}: {_laid_out(value, 2)}" for name, value in value_from(scenario).items()]
    return "{\n" + ",\n".join(rows) + "\n}\n"


def write(path: Path, scenario: Scenario) -> None:
    """Put the scenario into a file, in place of what was there; it belongs to a project, and is readable as its other
    files are. Raises ValueError or OSError."""
    # Half surrogates come as JSON writes them.
    path.write_text(text_from(scenario), "utf-8", "backslashreplace", newline="\n")


# ---- reading


def _misfits(value: object) -> Iterator[Misfit]:
    number = value.get("format", FORMAT) if isinstance(value, dict) else FORMAT
    if type(number) is int and number != FORMAT:
        yield Misfit(("format",), f"format {str(number)[:20]}, and this emulator reads format {FORMAT}")
    yield from misfits(value, schema())


def _scenario(value: Any, name: str) -> Scenario:
    return Scenario(
        name=value.get("name", name),
        workflow=value.get("workflow", ""),
        input=value.get("input", {}),
        steps=tuple(map(_step, value.get("steps", ()))),
        expect=_expected(value.get("expect", {})),
        stubs=tuple(value.get("stubs", ())),
        definition=value.get("definition"),
        namespace=value.get("namespace"),
    )


def _expected(value: Mapping[str, Any]) -> Expected:
    members: dict[str, Any] = {name: tuple(each) if isinstance(each, list) else each for name, each in value.items()}
    return Expected(**members)


def _step(value: Mapping[str, Any]) -> Step:
    read_ = next(read_ for name, read_ in _READ.items() if name in value)
    return read_(value)


def _answer(value: Mapping[str, Any]) -> Answer:
    return Answer(value["state"], value["answer"], None, value.get("thread"), value.get("refused"))


def _choice(value: Mapping[str, Any]) -> Answer:
    given = value.get("input", {})
    return Answer(value["state"], given, value["choose"], value.get("thread"), value.get("refused"))


def _advance(value: Mapping[str, Any]) -> Advance:
    return Advance(_seconds(value["advance"]))


def _seconds(spans: Mapping[str, float]) -> float:
    return sum(spans.get(unit, 0) * length for unit, length in _UNITS.items())


_READ: Mapping[str, Callable[[Mapping[str, Any]], Step]] = {
    "answer": _answer,
    "choose": _choice,
    "cancel": lambda _value: Cancel(),
    "advance": _advance,
    "stub": lambda value: SetStub(value["stub"]),
}


# ---- writing


def _given(**members: Any) -> dict[str, Any]:
    """What is not None, in this order."""
    return {name: value for name, value in members.items() if value is not None}


def _answer_written(step: Answer) -> dict[str, Any]:
    what = {"answer": step.input} if step.choice is None else {"choose": step.choice}
    beside = None if step.choice is None or not step.input else step.input
    return {**what, **_given(state=step.state, thread=step.thread, input=beside, refused=step.refused)}


def spans_of(seconds: float) -> dict[str, float]:
    """So much time in days, hours, minutes and seconds, where these come to the same; else in seconds."""
    spans: dict[str, float] = {}
    rest = seconds
    for unit, length in _UNITS.items() if isfinite(rest) else ():
        amount = rest if length == 1 else rest // length
        spans[unit] = int(amount) if amount == int(amount) else amount
        rest -= spans[unit] * length
    spans = {unit: amount for unit, amount in spans.items() if amount}
    return spans if spans and _seconds(spans) == seconds else {"seconds": seconds}


_WRITTEN: Mapping[type[Step], Callable[[Any], dict[str, Any]]] = {
    Answer: _answer_written,
    Cancel: lambda _step: {"cancel": True},
    Advance: lambda step: {"advance": spans_of(step.seconds)},
    SetStub: lambda step: {"stub": step.stub},
}


def _json(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False)


def _laid_out(value: Json, indent: int) -> str:
    """As JSON: what fits into a line stands in one, and of several steps each in its own."""
    flat = _json(value)
    several = isinstance(value, list) and len(value) > 1 and isinstance(value[0], dict)
    if (len(flat) + indent <= _LINE and not several) or not isinstance(value, dict | list) or not value:
        return flat
    inside = " " * (indent + 2)
    if isinstance(value, dict):
        rows = [f"{inside}{_json(name)}: {_laid_out(each, indent + 2)}" for name, each in value.items()]
        return "{\n" + ",\n".join(rows) + "\n" + " " * indent + "}"
    rows = [inside + _laid_out(each, indent + 2) for each in value]
    return "[\n" + ",\n".join(rows) + "\n" + " " * indent + "]"
