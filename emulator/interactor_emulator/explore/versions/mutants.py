"""Wrong versions of a definition, one change each: what a slip of the hand would make of it.

`OPERATORS` says what is changed; each of them is a function that yields the changes of one state. A mutant is a
definition that the service would take: what validation or the script engine refuses is none.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from interactor_emulator.definition.paths import Path, written
from interactor_emulator.emulator import Emulator
from interactor_emulator.jsontext import encode, equal, is_number
from interactor_emulator.services import workflows

from .wrong_scripts import WrongCode, with_another_bound, with_another_word, without_a_member

Source = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """One change: what stands at this path of a definition is `value` instead; `description` says what that is, and
    `place` where, if that is not the path."""

    description: str
    path: Path
    value: Any
    place: Path = ()


@dataclass(frozen=True, slots=True)
class Mutant:
    """A definition with one change. `operator` is the kind of change, `description` says what it is, `place` is the
    changed member as a path of the definition, and `state` that in which it stands: whoever never enters it cannot
    notice. `transition` is the index of the transition that was changed, where one was; `source` is the definition."""

    operator: str
    description: str
    place: str
    state: str
    transition: int | None
    source: Source


def mutants(source: Source) -> Iterator[Mutant]:
    """All mutants of a valid definition, state by state in the order in which they are written; each is another one,
    and valid as well."""
    emulator = Emulator()
    for name, state in source["states"].items():
        made = set[tuple[Path, str]]()
        for operator, changes in OPERATORS.items():
            for change in changes(source, state, ("states", name)):
                key = (change.path, encode(change.value))
                if key in made or equal(_at(source, change.path), change.value):
                    continue
                made.add(key)
                mutant = _mutant(operator, name, change, source)
                if _is_valid(emulator, mutant.source):
                    yield mutant


def spread(found: Sequence[Mutant], most: int) -> list[Mutant]:
    """At most so many of them, evenly taken from all parts of the definition."""
    if len(found) <= most:
        return list(found)
    return [found[number * len(found) // most] for number in range(most)]


def _mutant(operator: str, state: str, change: Change, source: Source) -> Mutant:
    place = change.place or change.path
    index = place[3] if place[2] == "transitions" and isinstance(place[3], int) else None
    changed = _replaced(source, change.path, change.value)
    return Mutant(operator, change.description, written(place), state, index, changed)


def _at(value: Any, path: Path) -> Any:
    for key in path:
        value = value[key]
    return value


def _replaced(value: Any, path: Path, instead: Any) -> Any:
    """The value with another one at this path; what is not on the way there is shared."""
    if not path:
        return instead
    copy: Any = list(value) if isinstance(value, list) else dict(value)
    copy[path[0]] = _replaced(value[path[0]], path[1:], instead)
    return copy


def _is_valid(emulator: Emulator, source: Source) -> bool:
    return not emulator.perform(lambda account: workflows.validate(account, source))


# Conditions.

Clause = tuple[Path, Mapping[str, Any]]


def _clauses(state: Source, at: Path) -> Iterator[Clause]:
    """Every condition of the state's transitions, those inside of others included."""
    for index, transition in enumerate(state.get("transitions") or ()):
        if transition.get("condition") is not None:
            yield from _inside(transition["condition"], (*at, "transitions", index, "condition"))


def _inside(condition: Mapping[str, Any], at: Path) -> Iterator[Clause]:
    yield at, condition
    for joiner in _JOINERS:
        for index, clause in enumerate(condition.get(joiner) or ()):
            yield from _inside(clause, (*at, joiner, index))


_JOINERS = {"and": "or", "or": "and"}
_EQUALITIES = {"equals": "not_equals", "not_equals": "equals"}
_OTHER_OPERATORS = {
    "equals": ("not_equals",),
    "not_equals": ("equals",),
    "gt": ("gte", "lt"),
    "gte": ("gt", "lte"),
    "lt": ("lte", "gt"),
    "lte": ("lt", "gte"),
    "contains": ("equals", "not_equals"),
    "in": (),
}
_ORDERING = ("gt", "gte", "lt", "lte")


def _said(condition: Mapping[str, Any]) -> tuple[str, str]:
    """The operator of a comparison, and the member in which its value stands; empty for `and` and `or`."""
    if "operator" in condition:
        return condition["operator"], "value"
    return next(((name, name) for name in _EQUALITIES if name in condition), ("", ""))


def _other_operator(source: Source, state: Source, at: Path) -> Iterator[Change]:  # noqa: ARG001 - as all of them
    for path, condition in _clauses(state, at):
        operator, member = _said(condition)
        for other in _OTHER_OPERATORS.get(operator, ()):
            if member == "value":
                instead = {**condition, "operator": other}
            else:
                instead = {other if name == operator else name: value for name, value in condition.items()}
            yield Change(f"{condition['field']}: {operator} is {other}", path, instead)


def _other_threshold(source: Source, state: Source, at: Path) -> Iterator[Change]:  # noqa: ARG001
    for path, condition in _clauses(state, at):
        operator, member = _said(condition)
        value = condition.get(member)
        if operator in _ORDERING and is_number(value):
            for other in (value + 1, value - 1):
                yield _other_value(condition, member, other, path)


def _other_constant(source: Source, state: Source, at: Path) -> Iterator[Change]:  # noqa: ARG001
    for path, condition in _clauses(state, at):
        operator, member = _said(condition)
        if not operator or operator in _ORDERING:
            continue
        for other in _others(condition[member]):
            yield _other_value(condition, member, other, path)


def _others(value: Any) -> Iterator[Any]:
    """Values that are near to this one, and another."""
    if isinstance(value, bool):
        yield not value
    elif is_number(value):
        yield value + 1
    elif isinstance(value, str):
        yield f"{value}_"
    elif isinstance(value, list):
        yield from (value[:index] + value[index + 1 :] for index in range(len(value)))


def _other_value(condition: Mapping[str, Any], member: str, other: Any, path: Path) -> Change:
    description = f"{condition['field']}: {encode(condition[member])} is {encode(other)}"
    return Change(description, (*path, member), other)


def _without_a_clause(source: Source, state: Source, at: Path) -> Iterator[Change]:  # noqa: ARG001
    for path, condition in _clauses(state, at):
        for joiner in _JOINERS:
            clauses = condition.get(joiner) or []
            for index, clause in enumerate(clauses if len(clauses) > 1 else ()):
                others = [*clauses[:index], *clauses[index + 1 :]]
                yield Change(f"{joiner} without {encode(clause)}", (*path, joiner), others)


def _other_joiner(source: Source, state: Source, at: Path) -> Iterator[Change]:  # noqa: ARG001
    for path, condition in _clauses(state, at):
        for joiner, other in _JOINERS.items():
            if len(condition.get(joiner) or ()) > 1:
                yield Change(f"{joiner} is {other}", path, {other: condition[joiner]})


# Transitions.


def _target_of(transition: Mapping[str, Any]) -> str:
    return str(transition["to"] if transition.get("target") is None else transition["target"])


def _swapped(source: Source, state: Source, at: Path) -> Iterator[Change]:  # noqa: ARG001
    ways = state.get("transitions") or []
    for index, (one, other) in enumerate(pairwise(ways)):
        if one != other:
            description = f"the transition to {_target_of(other)} stands before the one to {_target_of(one)}"
            instead = [*ways[:index], other, one, *ways[index + 2 :]]
            yield Change(description, (*at, "transitions"), instead, (*at, "transitions", index))


def _dropped(source: Source, state: Source, at: Path) -> Iterator[Change]:  # noqa: ARG001
    ways = state.get("transitions") or []
    for index, one in enumerate(ways):
        description = f"there is no transition to {_target_of(one)}"
        instead = [*ways[:index], *ways[index + 1 :]]
        yield Change(description, (*at, "transitions"), instead, (*at, "transitions", index))


def _other_target(source: Source, state: Source, at: Path) -> Iterator[Change]:
    """The next state that no transition of this one leads to: to lead where a sibling does is what dropping does."""
    ways = state.get("transitions") or []
    names, taken = list(source["states"]), {_target_of(each) for each in ways}
    for index, one in enumerate(ways):
        target, member = _target_of(one), "to" if one.get("target") is None else "target"
        start = names.index(target) + 1
        following = [*names[start:], *names[: start - 1]]
        others = [name for name in following if name not in taken] or following
        if others:
            description = f"the target {target} is {others[0]}"
            yield Change(description, (*at, "transitions", index, member), others[0])


# Scripts and forms.


def _scripts(state: Source, at: Path) -> Iterator[tuple[Path, str]]:
    for member in ("logic", "on_enter"):
        logic = state.get(member)
        several = isinstance(logic, list)
        for index, one in enumerate(logic if isinstance(logic, list) else [logic]):
            if one is not None and one["type"] == "script":
                yield (*at, member, *((index,) if several else ()), "code"), one["code"]


def _in_scripts(
    wrong: Callable[[str], Iterator[WrongCode]],
) -> Callable[[Source, Source, Path], Iterator[Change]]:
    def changes(source: Source, state: Source, at: Path) -> Iterator[Change]:  # noqa: ARG001
        for path, code in _scripts(state, at):
            for each in wrong(code):
                yield Change(each.description, path, each.code)

    return changes


def _not_required(source: Source, state: Source, at: Path) -> Iterator[Change]:  # noqa: ARG001
    presentation = state.get("presentation") or {}
    for index, field in enumerate(presentation.get("fields") or ()):
        if field.get("required") is True:
            path = (*at, "presentation", "fields", index, "required")
            yield Change(f"{field['name']} is not required", path, False)


Operator = Callable[[Source, Source, Path], Iterator[Change]]

OPERATORS: Mapping[str, Operator] = {
    "operator": _other_operator,
    "threshold": _other_threshold,
    "constant": _other_constant,
    "clause": _without_a_clause,
    "joiner": _other_joiner,
    "order": _swapped,
    "transition": _dropped,
    "target": _other_target,
    "returned": _in_scripts(without_a_member),
    "word": _in_scripts(with_another_word),
    "bound": _in_scripts(with_another_bound),
    "required": _not_required,
}
"""What is changed, by name: called with the definition, one state of it and the path of that."""
