"""Whether an answer fits the form that was shown: what does not is a diagnostic, never a refusal.

The document does not say that the service checks an answer against its form, so the emulator does not either.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from interactor_emulator.jsontext import Json, encode, is_number

if TYPE_CHECKING:
    from fractions import Fraction

Misfits = Iterator[str]
"""What is wrong with one value, in words."""

Show = Callable[[Json], str]
"""A value as text, without what is secret in it."""

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(T.+)?")


@dataclass(frozen=True, slots=True)
class Misfit:
    """A field whose answer does not fit, and a sentence on why; `as_posted` where a text stands for a value of another
    type, as forms of HTML post it."""

    field: str
    said: str
    as_posted: bool = False


def misfits(
    presentation: Mapping[str, Json], input_: Mapping[str, Json], files: Collection[str], show: Show = encode
) -> Iterator[Misfit]:
    """What of the answer does not fit; `files` are the ids of the files that were uploaded."""
    if presentation.get("type") == "choice":
        yield from _choice(presentation, input_, show)
    for field in _objects(presentation.get("fields")):
        yield from _field(field, input_.get(str(field.get("name"))), files, show)


def _choice(presentation: Mapping[str, Json], input_: Mapping[str, Json], show: Show) -> Iterator[Misfit]:
    values = [option.get("value") for option in _objects(presentation.get("options"))]
    chosen = input_.get("choice", input_.get("selected_option"))
    if chosen not in values:
        yield Misfit("choice", f"choice is {_cut(show(chosen))}, not among the options {_cut(show(values))}")


def _field(field: Mapping[str, Json], value: Json, files: Collection[str], show: Show) -> Iterator[Misfit]:
    name, type_ = str(field.get("name")), str(field.get("type"))
    if value is None or value == "":
        if field.get("required") is True:
            yield Misfit(name, f"{name} is required, and missing")
        return
    check = _CHECKS.get(type_)
    if check is not None:
        as_posted = isinstance(value, str) and type_ in ("boolean", "number")
        for wrong in check(field, value, files, show):
            yield Misfit(name, f"{name} is {_cut(show(value))}, {wrong}", as_posted)


def _string(field: Mapping[str, Json], value: Json, _files: Collection[str], _show: Show) -> Misfits:
    longest = field.get("maxLength")
    if not isinstance(value, str):
        yield "not a string"
    elif is_number(longest) and len(value) > longest:
        yield f"longer than maxLength {longest}"


def _number(field: Mapping[str, Json], value: Json, _files: Collection[str], _show: Show) -> Misfits:
    if not is_number(value):
        yield "not a number"
        return
    low, high, step = field.get("min"), field.get("max"), field.get("step")
    if is_number(low) and value < low:
        yield f"below min {low}"
    if is_number(high) and value > high:
        yield f"above max {high}"
    if is_number(step) and step > 0:
        above = _exact(value) - (_exact(low) if is_number(low) else 0)
        if above % _exact(step):
            yield f"not a multiple of step {step}"


def _exact(number: float) -> "Fraction":
    """The number as it is written: 0.3 is three times 0.1, and nothing is too large."""
    from fractions import Fraction  # late: few forms have a step

    return Fraction(number if isinstance(number, int) else repr(number))


def _boolean(_field: Mapping[str, Json], value: Json, _files: Collection[str], _show: Show) -> Misfits:
    if not isinstance(value, bool):
        yield "not a boolean"


def _select(field: Mapping[str, Json], value: Json, _files: Collection[str], show: Show) -> Misfits:
    values = [option.get("value") for option in _objects(field.get("options"))]
    if value not in values:
        yield f"not among the options {_cut(show(values))}"


def _date(field: Mapping[str, Json], value: Json, _files: Collection[str], _show: Show) -> Misfits:
    day = _day(value)
    if day is None:
        yield "not a date like 2026-01-20"
        return
    for bound, wrong in (("minDate", day.__lt__), ("maxDate", day.__gt__)):
        limit = _day(field.get(bound))
        if limit is not None and wrong(limit):
            yield f"{'before' if bound == 'minDate' else 'after'} {bound} {limit}"


def _day(value: Json) -> date | None:
    """The day of a text like 2026-01-20, which is what a date field sends, or of a time on it; None for all else."""
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        return None
    try:
        return datetime.fromisoformat(value).date()
    except ValueError:
        return None


def _file(_field: Mapping[str, Json], value: Json, files: Collection[str], _show: Show) -> Misfits:
    ids = value if isinstance(value, list) else [value]
    for id_ in ids:
        if not isinstance(id_, str) or id_ not in files:
            yield "not the id of a file that was uploaded for this instance"
            return


_CHECKS: Mapping[str, Callable[[Mapping[str, Json], Json, Collection[str], Show], Misfits]] = {
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


def _cut(text: str) -> str:
    return text if len(text) <= 80 else text[:79] + "…"
