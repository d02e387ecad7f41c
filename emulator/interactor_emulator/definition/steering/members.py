"""Which values are worth trying as members of an input and of an answer, read from the definition itself.

A random number never meets a threshold of 1000; the definition says where its thresholds are. So for each member that
conditions, templates, forms and scripts speak of there are the values at the boundaries, and a few odd ones.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from interactor_emulator.definition.conditions import comparisons
from interactor_emulator.definition.data_path import MISSING, Missing
from interactor_emulator.definition.model import Definition, State
from interactor_emulator.jsontext import Json, is_number

from .mentioned import codes, in_code, in_templates, literals
from .worth import Candidates, Value, around, fields, near, odd, unlike

__all__ = ["Candidates", "Steering", "Value", "example_input", "fields", "first", "nested", "steering", "whole_input"]

Members = Mapping[str, Candidates]
"""By dotted path: `order.total`, `items.0.price`."""

_MOST_MEMBERS = 60
_DEEPEST = 50
_MOST_TEXTS = 6
_DOMAIN = re.compile(r"[\w-]+(?:\.[\w-]+)+")
# What a definition says nothing of but the name: a script reads it, or a template shows it.
_UNKNOWN: tuple[Json, ...] = (1, 0, -1, "text", "", True, False)


@dataclass(frozen=True, slots=True)
class Steering:
    """What to try: for an `input`, and for an answer in each halting state by its name, the state's own members first.

    `choices` are the keys of the states in selection mode; `literals` are the numbers and texts that stand in code.
    """

    input: Members
    answers: Mapping[str, Members]
    choices: Mapping[str, tuple[str, ...]]
    literals: tuple[Json, ...]


Reads = Mapping[str, Iterable[tuple[str, tuple[str, ...] | None]]]
"""By the code of a script the paths that it was seen to read, and of those that it read as lists the members of an
element."""


def steering(definition: Definition, seen: Reads | None = None) -> Steering:
    """What is worth trying with this definition; the same, in the same order, each time. `seen` is what scripts were
    seen to read, beside what their code tells."""
    known = literals(definition)
    states = definition.states.values()
    everywhere = _merged(
        (*_of_conditions(states), *_of_scripts(states, known, seen or {}), *_of_templates(definition)),
    )
    halting = [state for state in states if state.type == "halting"]
    return Steering(
        everywhere,
        {state.name: _merged((*_of_halt(state), *everywhere.items())) for state in halting},
        {state.name: tuple(each.key for each in state.transitions if each.key) for state in halting if state.selection},
        known,
    )


def whole_input(steering: Steering) -> dict[str, Json]:
    """Every member that the definition speaks of, each with the first value that is worth trying."""
    return nested(dict(first(steering.input)))


def example_input(definition: Definition) -> dict[str, Json]:
    """An input that somebody may begin with: what the definition reads before a person is asked, and that no script
    seems to make itself."""
    found = steering(definition)
    halting = [state for state in definition.states.values() if state.type == "halting"]
    code = "\n".join(each for state in definition.states.values() for each in codes(state))
    read = {path for path, _ in in_code(code)}
    asked = {path for state in halting for path, _ in _of_halt(state)}
    made: dict[str, Value] = {}
    for path, candidates in found.input.items():
        root = path.partition(".")[0]
        if path in read or not (path in asked or re.search(rf"\b{re.escape(root)}\b", code)):
            made[path] = _likely(path, candidates, code, plain=path in read)
    return nested(made)


def _likely(path: str, candidates: Candidates, code: str, *, plain: bool) -> Value:
    """A value that fits how a script reads it, or, not `plain`, what the definition compares it with."""
    lists = [each for each in candidates.telling if isinstance(each, list) and each]
    if lists and candidates.telling[0] == []:
        return lists[0]
    numeric = re.search(rf"\b{re.escape(path)}\s*(?:[<>*/%+-]|\|\|\s*\d)|[<>*/%+-]\s*input\.{re.escape(path)}\b", code)
    if plain and not numeric:
        return "text"
    values = [each for each in candidates.all if is_number(each)] if numeric else [*candidates.all]
    return values[0] if values else 1


def first(members: Members) -> Iterator[tuple[str, Json]]:
    """Of each member the first value that is worth trying, where there is one."""
    for path, candidates in members.items():
        values = (each for each in candidates.all if not isinstance(each, Missing))
        yield from ((path, value) for value in [next(values, None)] if value is not None)


def nested(members: Mapping[str, Value]) -> dict[str, Json]:
    """The object in which these values stand at their paths: `items.0.price` becomes a list with an object in it.

    What is MISSING is left out. Where one path leads through the value of another, the longer one wins."""
    made: dict[str, Json] = {}
    for path in sorted(members, key=lambda path: (path.count("."), path)):
        made = placed(made, path, members[path])
    return made


def placed(members: Mapping[str, Json], path: str, value: Value) -> dict[str, Json]:
    """These members with the value at its path; of what is MISSING the member that leads there is as it was, or, where
    the path has but one step, left out."""
    if isinstance(value, Missing):
        return {name: each for name, each in members.items() if name != path}
    return dict(_placed(members, path.split("."), value))


def _placed(holder: Json, steps: list[str], value: Json) -> dict[str, Json]:
    step, *rest = steps
    there = dict(holder) if isinstance(holder, Mapping) else {}
    return {**there, step: value if not rest else _within(there.get(step), rest, value)}


def _within(holder: Json, steps: list[str], value: Json) -> Json:
    """What holds the value at these steps: a list, where the first is a small number."""
    step, *rest = steps
    if not (step.isdigit() and int(step) < 10) or isinstance(holder, Mapping):
        return _placed(holder, steps, value)
    at = int(step)
    elements = list(holder) if isinstance(holder, list) else []
    elements += [None] * (at + 1 - len(elements))
    elements[at] = value if not rest else _within(elements[at], rest, value)
    return elements


Found = Iterator[tuple[str, Candidates]]


def _merged(found: Iterable[tuple[str, Candidates]]) -> Members:
    """One entry a path, and of very many paths the first."""
    made: dict[str, Candidates] = {}
    for path, candidates in found:
        if path and path.count(".") <= _DEEPEST:
            made[path] = made[path] | candidates if path in made else candidates
    return dict(islice(made.items(), _MOST_MEMBERS))


def _of_conditions(states: Iterable[State]) -> Found:
    for state in states:
        for transition in state.transitions:
            for comparison in comparisons(transition.condition):
                yield comparison.field, around(comparison)


def _of_templates(definition: Definition) -> Found:
    for path in in_templates(definition.source):
        yield path, Candidates(telling=("text", 1), odd=(None, MISSING))


def _of_scripts(states: Iterable[State], known: tuple[Json, ...], seen: Reads) -> Found:
    """A script makes of its input what conditions then compare: so their values are tried there as well."""
    states = tuple(states)
    constants = [each.value for state in states for way in state.transitions for each in comparisons(way.condition)]
    plain = (*constants, *known)
    # What stands there itself, one of each type, and only then what is near it, thresholds before misspelt words.
    around_them = (each for value in sorted(plain, key=_is_no_number) for each in near(value))
    telling = [*plain, *_UNKNOWN, [1], *_addresses(known), *around_them]
    numbers = [each for each in telling if isinstance(each, int | float) and not isinstance(each, bool)]
    texts = [each for each in plain if isinstance(each, str)][:_MOST_TEXTS]
    read = [each for state in states for code in codes(state) for each in (*seen.get(code, ()), *in_code(code))]
    # Lists first: of very many values the first are kept, and none of the others shows what a list does.
    for path, elements in sorted(read, key=lambda each: each[1] is None):
        if elements is None:
            yield path, Candidates(telling=_known(telling), odd=(None, MISSING, [], {}))
        else:
            within = numbers if elements else [*texts, *numbers]
            yield path, Candidates(telling=_lists(elements, within), odd=unlike(odd([])))


def _is_no_number(value: Json) -> bool:
    return not is_number(value)


def _addresses(known: tuple[Json, ...]) -> Iterator[str]:
    """Of what looks like a domain an e-mail address there."""
    return (f"someone@{each}" for each in known if isinstance(each, str) and _DOMAIN.fullmatch(each))


def _known(values: Iterable[Json]) -> tuple[Json, ...]:
    return tuple(each for each in unlike(values) if not isinstance(each, Missing))


def _lists(members: tuple[str, ...], within: Sequence[Json]) -> tuple[Json, ...]:
    """Lists of none, of one and of two elements, which are objects with these members, or numbers."""
    values = [1, *within[: _MOST_MEMBERS // 4]]
    ones: list[Json] = [dict.fromkeys(members, value) if members else value for value in values]
    return _known(([], *([one] for one in ones), [ones[0], ones[-1]], [{}], [None]))


def _of_halt(state: State) -> Found:
    """What the state itself asks for, and what its own transitions look at."""
    if state.presentation is not None:
        yield from fields(state.presentation)
    if state.by_selection:
        keys = tuple(each.key for each in state.transitions if each.key)
        yield "choice", Candidates(fitting=keys, telling=("none of the keys",), odd=(None, MISSING))
    yield from _of_conditions((state,))
