"""What is given to a definition: the input of a new instance, and the answers of people.

Both steer: their values are those at which the definition decides (`explore/values/steering.py`), and now and
then of a wrong type, null, or left out.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import cycle, islice
from math import ceil
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from interactor_emulator.definition import model
from interactor_emulator.definition.conditions import fields as condition_fields
from interactor_emulator.definition.data_path import MISSING
from interactor_emulator.definition.parse import parse
from interactor_emulator.definition.reading import read_definition
from interactor_emulator.explore.values.steering import Candidates, Members, Value, fields, nested, steering
from interactor_emulator.jsontext import is_number
from interactor_emulator.state.events import Options

Definition = Mapping[str, Any] | str | Path | model.Definition
"""A definition as it is posted, the path of its file, or as the emulator has parsed it. It must be valid."""

Answer = dict[str, Any]
"""An `input`, of a create or of a resume."""

# So often a value is one that fits, one at a boundary, an odd one.
_WEIGHTS = (5, 5, 2)
# One of so many objects has a member for which nobody asks.
_SELDOM = 8
# Of more values than these, those of one type come first.
_FEW = 8
# Of a definition that speaks of more members, the others are seldom in an input.
_SURE = 12


def parsed(definition: Definition) -> model.Definition:
    """The definition, as the emulator reads it."""
    if isinstance(definition, model.Definition):
        return definition
    return parse(definition if isinstance(definition, Mapping) else read_definition(Path(definition)))


def inputs_for(definition: Definition) -> st.SearchStrategy[Answer]:
    """Inputs for a new instance of the definition: members that its conditions, templates and scripts speak of.

    Raises ValueError for a file that holds no definition."""
    members = steering(parsed(definition)).input
    return _objects(members, list(islice(members, _SURE)))


def answers_for(
    shown: Mapping[str, Any] | Options | None = None,
    *,
    definition: Definition | None = None,
    state: str | None = None,
) -> st.SearchStrategy[Answer]:
    """Answers to what a halted instance shows: `run.presentation` or `run.options`, or either as the API has it.

    With `definition` and `state` also members that transitions and scripts look at. Most answers fit the form; some are
    at the boundaries of its fields and of conditions, and a few are of a wrong type, null, or not there. Raises
    ValueError for a state that does not halt."""
    members: dict[str, Candidates] = dict(_asked(shown))
    asked = list(members)
    if definition is not None:
        known = parsed(definition)
        answers = steering(known).answers
        if state is None or state not in answers:
            raise ValueError(f"state {state!r} does not halt; {', '.join(answers) or 'none'} of the definition does")
        for path, candidates in answers[state].items():
            members[path] = members[path] | candidates if path in members else candidates
        asked += [path for path, each in answers[state].items() if each.fitting]
        asked += [path for way in known.states[state].transitions for path in condition_fields(way.condition)]
    return _objects(members, asked)


def _asked(shown: Mapping[str, Any] | Options | None) -> Iterator[tuple[str, Candidates]]:
    """The members that are asked for."""
    if isinstance(shown, Options):
        if shown.selection:
            yield "choice", _keys([each.key for each in shown.choices if each.key is not None])
    elif shown is not None and "choices" in shown:
        keys = [each["key"] for each in shown["choices"] if each.get("key") is not None]
        if shown.get("transition_mode") == "selection":
            yield "choice", _keys(keys)
    elif shown is not None:
        yield from fields(shown)


def _keys(keys: list[str]) -> Candidates:
    return Candidates(fitting=tuple(keys), telling=("none of the keys",), odd=(None, MISSING))


def _objects(members: Members, asked: Sequence[str]) -> st.SearchStrategy[Answer]:
    """Objects with values at the paths that are asked for, and seldom at one more.

    As few choices as can be, each of which shrinks to nothing at once: what stays in a failing example matters."""
    values = {path: st.sampled_from(_weighted(candidates)) for path, candidates in members.items()}
    wanted = [path for path in members if path in asked]
    beside = [path for path in members if path not in asked]
    one_more = st.sampled_from([*[None] * (_SELDOM - 1), ""]) if beside else st.none()

    @st.composite
    def made(draw: st.DrawFn) -> Answer:
        given = {path: draw(values[path]) for path in wanted}
        if draw(one_more) is not None:
            path = draw(st.sampled_from(beside))
            given[path] = draw(values[path])
        return nested(given)

    return made()


def _weighted(candidates: Candidates) -> list[Value]:
    """Every value as often as it is to come up; first none, towards which it shrinks."""
    groups = (candidates.fitting, _front(candidates.telling), candidates.odd)
    weighted = [(group, weight) for group, weight in zip(groups, _WEIGHTS, strict=True) if group]
    rounds = max((ceil(len(group) / weight) for group, weight in weighted), default=0)
    return [MISSING, *(value for group, weight in weighted for value in islice(cycle(group), weight * rounds))]


def _front(telling: Sequence[Value]) -> Sequence[Value]:
    """Those first that are of the type of the very first, which stands in a condition; these again between the others:
    a script's every word is a value, too."""
    if len(telling) <= _FEW:
        return telling
    alike = [each for each in telling if is_number(each) == is_number(telling[0])]
    others = [each for each in telling if is_number(each) != is_number(telling[0])]
    return [*alike, *(value for pair in zip(others, cycle(alike)) for value in pair)]
