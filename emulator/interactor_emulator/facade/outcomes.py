"""What a run of a test has left, and how two of them differ: instances, their paths, their data."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from interactor_emulator.jsontext import AnyJson, encode
from interactor_emulator.projections.explain import shortened

from .access import Access
from .run import Run

_SHOWN, _SHOWN_CHARACTERS = 3, 300
_VARIES = "…"

Place = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Left:
    """An instance as a run has left it."""

    status: str
    path: tuple[str, ...]
    data: AnyJson


Outcome = Mapping[str, Sequence[Left]]
"""The instances of each workflow, in the order of their making."""

Varying = Mapping[str, frozenset[Place]]
"""Where the data of each workflow's instances differs from run to run anyway: the time of day, a random id."""


def outcome_of(access: Access) -> Outcome:
    """What there is once nothing more happens by itself."""
    access.settle_for_assertion()
    found: dict[str, list[Left]] = {}
    for instance_id in access.read(lambda account: list(account.store.instances)):
        run = Run(access, instance_id)
        found.setdefault(run.workflow, []).append(Left(run.status, tuple(run.path), run.data))
    return found


def varying(first: Outcome, second: Outcome) -> Varying:
    """Where the data of two runs that should be equal is not, though the instances are as many."""
    return {
        workflow: frozenset(
            place
            for one, other in zip(first[workflow], second.get(workflow, ()), strict=False)
            for place in _differing(one.data, other.data, ())
        )
        for workflow in first
    }


def _differing(one: AnyJson, other: AnyJson, at: Place) -> Iterator[Place]:
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        for name in one:
            yield from _differing(one[name], other[name], (*at, name))
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for number, (its, others) in enumerate(zip(one, other, strict=True)):
            yield from _differing(its, others, (*at, number))
    elif encode(one) != encode(other):
        yield at


def differences(wanted: Outcome, found: Outcome, varies: Varying) -> list[str]:
    """In words, a line each: what there is too much, too little, or otherwise."""
    lines = []
    for workflow in sorted({*wanted, *found}):
        places = varies.get(workflow, frozenset())
        before = _counted(wanted.get(workflow, ()), places)
        now = _counted(found.get(workflow, ()), places)
        if before == now:
            continue
        more = now.total() - before.total()
        said = f"{_how_many(now.total())} in place of {before.total()}" if more else "as many instances, but otherwise"
        lines.append(f"{workflow}: {said}")
        lines += _shown("undisturbed" if more >= 0 else "missing", before - now)
        lines += _shown("now" if more <= 0 else "too many", now - before)
    return lines


def _how_many(count: int) -> str:
    return f"{count} instance" if count == 1 else f"{count} instances"


def _counted(left: Sequence[Left], places: frozenset[Place]) -> "Counter[str]":
    return Counter(
        f"{each.status}, {' → '.join(each.path)}, data {encode(_masked(each.data, (), places))}" for each in left
    )


def _masked(value: AnyJson, at: Place, places: frozenset[Place]) -> AnyJson:
    if at in places:
        return _VARIES
    if isinstance(value, dict):
        return {name: _masked(value[name], (*at, name), places) for name in sorted(value)}
    if isinstance(value, list):
        return [_masked(each, (*at, number), places) for number, each in enumerate(value)]
    return value


def _shown(word: str, rows: "Counter[str]") -> Iterator[str]:
    for row, count in list(rows.items())[:_SHOWN]:
        yield f"  {word}: {shortened(row, _SHOWN_CHARACTERS)}" + (f" ({count} times)" if count > 1 else "")
    if len(rows) > _SHOWN:
        yield f"  and {len(rows) - _SHOWN} more"
