"""What kind of value each member of an input usually has, as far as a definition lets one tell.

Nobody writes down what an input must be. Where a condition compares a member with a number, it is a number; else each
kind of value is tried, and those are usual with which the run comes furthest: `input.items.reduce(…)` fails whatever
is no list. A failure that needs another kind than that says little: nobody would send it.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from interactor_emulator.definition.conditions import comparisons
from interactor_emulator.definition.data_path import MISSING, Missing, look_up
from interactor_emulator.definition.model import Definition
from interactor_emulator.definition.steering.members import Members, nested
from interactor_emulator.definition.steering.mentioned import codes
from interactor_emulator.definition.steering.worth import Candidates, Value, unlike
from interactor_emulator.jsontext import Json, is_number

Progress = tuple[int, ...]
"""How far a run came, the more the further."""

THROUGH: Progress = (1, 0)
"""No script has failed."""

_RUNS = 400
_OF_EACH = 20
# How code reads a member that it takes for a value of this kind.
_READ_AS = {
    "number": r"(?:Number|parseInt|parseFloat)\(\s*input\.{0}\b|\binput\.{0}\s*(?:\|\||\?\?|[<>]=?|[-+*/])\s*\d",
    "text": r"String\(\s*input\.{0}\b|\binput\.{0}\s*(?:\|\||\?\?|===?|!==?)\s*['\"`]|\.includes\(\s*input\.{0}\b"
    r"|\binput\.{0}\??\.(?:split|trim|toLowerCase|toUpperCase|startsWith|endsWith|match|replace|slice|padStart)\(",
    "boolean": r"\binput\.{0}\s*[!=]==?\s*(?:true|false)\b",
    "list of": r"isArray\(\s*input\.{0}\b|\binput\.{0}\??\.(?:map|filter|reduce|some|every|forEach|find|join)\(",
}
_KINDS_DEEP = 2
# `{ ...input }` and `save(input)`: the whole of it is read.
_WHOLE = re.compile(r"\binput\b(?!\s*(?:\?\.|\.|\[))")
_MEMBER = re.compile(r"\binput\s*(?:\?\.|\.)\s*([A-Za-z_$][\w$]*)")
_TEMPLATE = re.compile(r"\$\{\s*input\.([^.}\s]+)")


@dataclass(frozen=True, slots=True)
class Usual:
    """For each member the kinds that are usual, and the values of those kinds, the likeliest first."""

    kinds: Mapping[str, frozenset[str]]
    values: Mapping[str, tuple[Value, ...]]

    def is_usual(self, given: Mapping[str, Json]) -> bool:
        """Whether every member of an input is of a usual kind."""
        return all(kind(look_up(given, path)) in kinds for path, kinds in self.kinds.items())


def kind(value: Value, depth: int = _KINDS_DEEP) -> str:
    """What a value is, and of a list or an object what is in it."""
    if isinstance(value, Missing):
        return "nothing"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, list):
        within = sorted({kind(each, depth - 1) for each in value}) if depth else []
        return f"list of {', '.join(within)}"
    if isinstance(value, dict):
        within = [f"{name}: {kind(each, depth - 1)}" for name, each in sorted(value.items())] if depth else []
        return f"object of {', '.join(within)}"
    return "null" if value is None else "number" if is_number(value) else "text"


def usual(definition: Definition, members: Members, run: Callable[[Mapping[str, Json]], Progress]) -> Usual:
    """Find out, with `run` that says how far an input comes."""
    compared, code = _compared(definition), _code(definition)
    kinds: dict[str, frozenset[str]] = {}
    values: dict[str, tuple[Value, ...]] = {}
    base: dict[str, Value] = {}
    left = _RUNS
    for path, candidates in _leaves(members).items():
        read_as = tuple(name for name, read in _READ_AS.items() if re.search(read.format(re.escape(path)), code))
        worth = tried_of(candidates)
        tried = () if path in compared and not read_as else worth[: max(0, left)]
        left -= len(tried)
        found = _furthest(worth, tried, path, base, run)
        if path in compared:
            found = compared[path] | {each for each in found if read_as and each.startswith(("nothing", *read_as))}
        kinds[path] = found
        of_kind = (each for each in worth if kind(each) in found)
        values[path] = tuple(sorted(of_kind, key=_likeliest(read_as)))
        base[path] = next(iter(values[path]), MISSING)
    return Usual(kinds, values)


def _leaves(members: Members) -> Members:
    """Without those in which others stand: of `invoice` and `invoice.total` the second says what the first is."""
    return {path: each for path, each in members.items() if not any(one.startswith(f"{path}.") for one in members)}


def tried_of(candidates: Candidates) -> tuple[Value, ...]:
    """Of very many values the first of each kind."""
    taken = Counter[str]()
    kept: list[Value] = []
    for each in (*candidates.fitting, *candidates.telling, *candidates.odd):
        taken[kind(each)] += 1
        if taken[kind(each)] <= _OF_EACH:
            kept.append(each)
    return unlike(kept)


def _likeliest(read_as: tuple[str, ...]) -> Callable[[Value], tuple[int, bool]]:
    """Nothing at all comes first, where that is usual; then what the code takes the member for."""

    def rank(value: Value) -> tuple[int, bool]:
        if isinstance(value, Missing):
            return 0, False
        return 1 if kind(value).startswith(read_as) else 2, value not in ("text", 1, True)

    return rank


def _code(definition: Definition) -> str:
    return "\n".join(each for state in definition.states.values() for each in codes(state))


def _furthest(
    values: tuple[Value, ...],
    tried: tuple[Value, ...],
    path: str,
    base: Mapping[str, Value],
    run: Callable[[Mapping[str, Json]], Progress],
) -> frozenset[str]:
    """The kinds of value of this member with which a run comes furthest; all of them, if none was tried."""
    best: dict[str, Progress] = {kind(value): () for value in values}
    for value in tried:
        if best[kind(value)] < THROUGH:
            best[kind(value)] = max(best[kind(value)], run(nested({**base, path: value})))
    return frozenset(name for name, came in best.items() if came == max(best.values()))


def _compared(definition: Definition) -> dict[str, frozenset[str]]:
    """The kinds of the constants with which conditions compare a member."""
    found: dict[str, set[str]] = {}
    for state in definition.states.values():
        for transition in state.transitions:
            for each in comparisons(transition.condition):
                constants = each.value if each.operator == "in" and isinstance(each.value, list) else [each.value]
                found.setdefault(each.field, set()).update(kind(one) for one in constants if one is not None)
    return {path: frozenset(kinds) for path, kinds in found.items() if kinds}


def given_members(definition: Definition, members: Members) -> Members:
    """The members that are worth giving a new instance: those that its scripts and templates read of the input, or all
    where a script hands the whole of it on."""
    code = _code(definition)
    if _WHOLE.search(code):
        return members
    named = {*_MEMBER.findall(code), *_in_templates(definition.source)}
    return {path: each for path, each in members.items() if path.split(".")[0] in named}


def _in_templates(value: Json) -> list[str]:
    if isinstance(value, str):
        return _TEMPLATE.findall(value)
    if isinstance(value, dict):
        return [name for each in value.values() for name in _in_templates(each)]
    return [name for each in value for name in _in_templates(each)] if isinstance(value, list) else []
