"""Whether an answer fits the form that was shown: what does not is a diagnostic, never a refusal.

The document does not say that the service checks an answer against its form, so the emulator does not either.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import date
from math import isclose
from typing import Any, TypeGuard

from interactor_emulator.definition.model import Json
from interactor_emulator.jsontext import encode

Misfits = Iterator[str]


def misfits(presentation: Mapping[str, Json], input_: Mapping[str, Json], files: Collection[str]) -> Misfits:
    """What of the answer does not fit, a sentence each; `files` are the ids of the files that were uploaded."""
    if presentation.get("type") == "choice":
        yield from _choice(presentation, input_)
    for field in _objects(presentation.get("fields")):
        yield from _field(field, input_.get(str(field.get("name"))), files)


def _choice(presentation: Mapping[str, Json], input_: Mapping[str, Json]) -> Misfits:
    values = [option.get("value") for option in _objects(presentation.get("options"))]
    chosen = input_.get("choice", input_.get("selected_option"))
    if chosen not in values:
        yield f"choice is {_shown(chosen)}, not among the options {_shown(values)}"


def _field(field: Mapping[str, Json], value: Json, files: Collection[str]) -> Misfits:
    name = field.get("name")
    if value is None or value == "":
        if field.get("required") is True:
            yield f"{name} is required, and missing"
        return
    check = _CHECKS.get(str(field.get("type")))
    if check is not None:
        yield from (f"{name} is {_shown(value)}, {wrong}" for wrong in check(field, value, files))


def _string(field: Mapping[str, Json], value: Json, _files: Collection[str]) -> Misfits:
    longest = field.get("maxLength")
    if not isinstance(value, str):
        yield "not a string"
    elif _is_number(longest) and len(value) > longest:
        yield f"longer than maxLength {longest}"


def _number(field: Mapping[str, Json], value: Json, _files: Collection[str]) -> Misfits:
    if not _is_number(value):
        yield "not a number"
        return
    low, high, step = field.get("min"), field.get("max"), field.get("step")
    if _is_number(low) and value < low:
        yield f"below min {low}"
    if _is_number(high) and value > high:
        yield f"above max {high}"
    if _is_number(step) and step > 0:
        steps = (value - (low if _is_number(low) else 0)) / step
        if not isclose(steps, round(steps), abs_tol=1e-9):
            yield f"not a multiple of step {step}"


def _boolean(_field: Mapping[str, Json], value: Json, _files: Collection[str]) -> Misfits:
    if not isinstance(value, bool):
        yield "not a boolean"


def _select(field: Mapping[str, Json], value: Json, _files: Collection[str]) -> Misfits:
    values = [option.get("value") for option in _objects(field.get("options"))]
    if value not in values:
        yield f"not among the options {_shown(values)}"


def _date(field: Mapping[str, Json], value: Json, _files: Collection[str]) -> Misfits:
    try:
        day = date.fromisoformat(value[:10])
    except (TypeError, ValueError):
        yield "not a date like 2026-01-20"
        return
    for bound, wrong in (("minDate", day.__lt__), ("maxDate", day.__gt__)):
        try:
            limit = date.fromisoformat(str(field.get(bound))[:10])
        except ValueError:
            continue
        if wrong(limit):
            yield f"{'before' if bound == 'minDate' else 'after'} {bound} {limit}"


def _file(_field: Mapping[str, Json], value: Json, files: Collection[str]) -> Misfits:
    ids = value if isinstance(value, list) else [value]
    for id_ in ids:
        if id_ not in files:
            yield "not the id of a file that was uploaded for this instance"
            return


_CHECKS: Mapping[str, Callable[[Mapping[str, Json], Any, Collection[str]], Misfits]] = {
    "string": _string,
    "number": _number,
    "boolean": _boolean,
    "select": _select,
    "date": _date,
    "file": _file,
}


def _objects(value: Json) -> list[Mapping[str, Json]]:
    """The objects in an array; a template may have put anything in its place."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _is_number(value: Json) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _shown(value: Json) -> str:
    text = encode(value)
    return text if len(text) <= 80 else text[:79] + "…"
