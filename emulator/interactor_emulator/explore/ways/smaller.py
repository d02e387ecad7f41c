"""The smallest case of a way: without what nobody reads there."""

from collections.abc import Callable, Iterator, Mapping

from interactor_emulator.definition.data_path import Missing, look_up
from interactor_emulator.definition.model import Definition
from interactor_emulator.jsontext import Json, encode

from .cases import Case, Place
from .paths import Searched
from .traces import Trace

_MOST = 60
"""So many members are taken away one by one."""


Allows = Callable[[Trace], bool]


def smaller(trace: Trace, run: Callable[[Case], Trace], found: Searched, allows: Allows = lambda _trace: True) -> Trace:
    """The same way, for the same reasons, with fewer members: what a form requires stays, and what the conditions saw
    stays the same; and `allows` allows it."""
    spare = [each for each in _members(trace.case) if each not in _required(trace.case, found.definition)]
    best = _without(trace, trace, spare, run, found)
    if best is not None and allows(best):
        return best
    best = trace
    for each in spare[:_MOST]:
        less = _without(trace, best, [each], run, found)
        best = less if less is not None and allows(less) else best
    return best


_Member = tuple[Place, str]


def _without(
    trace: Trace, best: Trace, members: list[_Member], run: Callable[[Case], Trace], found: Searched
) -> Trace | None:
    """The trace of the case without these members, if it goes the same way for the same reasons."""
    case = best.case
    for place, name in members:
        case = case.put(place, {key: value for key, value in case.at(place).items() if key != name})
    less = run(case)
    if (less.steps, less.end) != (trace.steps, trace.end):
        return None
    return less if _seen(less, found) == _seen(trace, found) else None


def _members(case: Case) -> Iterator[_Member]:
    for place in case.places():
        yield from ((place, name) for name in case.at(place))


def _seen(trace: Trace, found: Searched) -> str:
    """What the conditions looked at, and saw; what is missing is null to them."""
    return encode([[_value(each.data, name) for name in found.fields[each.state]] for each in trace.decisions])


def _value(data: Mapping[str, Json], field: str) -> Json:
    found = look_up(data, field)
    return None if isinstance(found, Missing) else found


def _required(case: Case, definition: Definition) -> set[_Member]:
    """What the forms of the states that were answered require."""
    found = set[_Member]()
    for number, answer in enumerate(case.answers):
        form = (definition.states[answer.state].presentation or {}).get("fields")
        for field in form if isinstance(form, list) else ():
            if isinstance(field, Mapping) and field.get("required") is True:
                found.add((Place("answer", number), _text(field.get("name"))))
    return found


def _text(value: Json) -> str:
    return value if isinstance(value, str) else ""
