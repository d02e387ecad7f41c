"""What a new version of a definition changes for those who use it: for each change the smallest case that shows it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain, dropwhile, zip_longest
from time import perf_counter
from typing import Any, TypeVar

from interactor_emulator.definition.parse import parse
from interactor_emulator.wire.scenario import Answer, Expected, Scenario

from .behaviour import Behaviour, Parting, Runs, Source, case_key, parting

Tell = Callable[[int, int], object]
"""Is told how many cases were played, of how many."""


@dataclass(frozen=True, slots=True)
class Changed:
    """A changed behaviour: the smallest case that shows it, and how many cases of those that were played do.

    The scenario expects what the old version does. `hides` is whether in one of them both go on after it, on ways that
    cannot be laid side by side: what comes after it was not compared there."""

    parting: Parting
    scenario: Scenario
    count: int
    hides: bool = False

    @property
    def path(self) -> tuple[str, ...]:
        """The path of the old version."""
        return self.scenario.expect.path or ()


@dataclass(frozen=True, slots=True)
class Differences:
    """What a new version changes. A transition is a state and a target; one whose condition alone is another shows in
    what `changed`. `cases` is how many were played on both, of so many `in_all`; `interrupted` is whether Ctrl-C has
    ended that."""

    states_gained: tuple[str, ...]
    states_lost: tuple[str, ...]
    transitions_gained: tuple[tuple[str, str], ...]
    transitions_lost: tuple[tuple[str, str], ...]
    changed: tuple[Changed, ...]
    cases: int
    in_all: int
    interrupted: bool = False


@dataclass(slots=True)
class _Found:
    parting: Parting
    case: Scenario
    count: int = field(default=0)
    hides: bool = False
    small: Scenario | None = None


def differences(
    old: Runs,
    new: Runs,
    cases: Iterable[Scenario],
    seconds: float = 60.0,
    tell: Tell = lambda _number, _total: None,
) -> Differences:
    """What these cases show, as far as they can be played in so many seconds of wall time: first those that come to
    what is another, of these the small ones. Ctrl-C ends it with what was found by then.

    A pair of transitions that stands in another order, and changes nothing, is no change."""
    found: dict[Parting, _Found] = {}
    other, number, until = _other_states(old.source, new.source), 0, perf_counter() + seconds
    interrupted = False
    every = sorted(unlike(cases), key=lambda case: (_is_far(case, other), *_size(case)))
    try:
        for number, case in enumerate(every, 1):
            tell(number, len(every))
            came = old.behaviour(case)
            now = came if _is_untouched(came, other) else new.behaviour(case)
            parts = parting(case, came, now)
            if parts is not None:
                one = found.setdefault(parts, _Found(parts, case))
                one.count += 1
                one.hides = one.hides or _hides(came, now, old.source, new.source)
            if perf_counter() > until:
                break
        for one in found.values():
            one.small = smallest(old, new, one.case, until + _SHRUNK * seconds)
    except KeyboardInterrupt:
        interrupted = True
    changed = [
        Changed(each.parting, each.small or _expected(old, new, each.case), each.count, each.hides)
        for each in found.values()
    ]
    was, is_ = list(old.source["states"]), list(new.source["states"])
    before, after = _transitions(old.source), _transitions(new.source)
    return Differences(
        states_gained=_more(is_, was),
        states_lost=_more(was, is_),
        transitions_gained=_more(after, before),
        transitions_lost=_more(before, after),
        changed=tuple(changed),
        cases=number,
        in_all=len(every),
        interrupted=interrupted,
    )


_SHRUNK = 0.25
"""Of the time for playing, so much more there is for making the cases small."""


def _hides(before: Behaviour | None, after: Behaviour | None, old: Source, new: Source) -> bool:
    """Whether both go on from where they part: a state was put between two, taken out, or is called otherwise."""
    if before is None or after is None:
        return False
    parted = list(dropwhile(lambda pair: pair[0] == pair[1], zip_longest(before.path, after.path)))
    was, is_ = ([pair[side] for pair in parted if pair[side] is not None] for side in (0, 1))
    if not was or not is_:
        return False
    return is_[0] not in old["states"] or was[0] not in new["states"] or was[0] in is_ or is_[0] in was


def _other_states(old: Source, new: Source) -> set[str] | None:
    """The states that are not the same in both; None where more than states is another."""
    was, is_ = old["states"], new["states"]
    if {**old, "states": None} != {**new, "states": None}:
        return None
    return {name for name in {**was, **is_} if was.get(name) != is_.get(name)}


def _is_far(case: Scenario, other: set[str] | None) -> bool:
    """Whether the way that the case is, or is near to, never comes to what is another: such cases come last."""
    return other is not None and other.isdisjoint(case.expect.path or ())


def _is_untouched(before: Behaviour | None, other: set[str] | None) -> bool:
    """Whether a case never comes to what is another, so that nobody needs to look."""
    return before is not None and other is not None and other.isdisjoint(before.path)


def first_difference(old: Runs, new: Runs, cases: Iterable[Scenario], state: str | None = None) -> Changed | None:
    """The first of these cases that shows a difference, made as small as it goes; None where none does.

    Where only one `state` is another, the cases that never come there are not played."""
    for case in cases:
        before = old.behaviour(case)
        if state is not None and before is not None and state not in before.path:
            continue
        parts = parting(case, before, new.behaviour(case))
        if parts is not None:
            return Changed(parts, smallest(old, new, case), 1)
    return None


def unlike(cases: Iterable[Scenario]) -> list[Scenario]:
    """Each case once."""
    return list({case_key(each): each for each in cases}.values())


def _size(case: Scenario) -> tuple[int, int]:
    return len(case.steps), len(case_key(case))


def smallest(old: Runs, new: Runs, case: Scenario, until: float = float("inf")) -> Scenario:
    """The case without all that its difference does not need, as far as that is found by then (`perf_counter`); it
    expects what the old version does."""
    wanted = parting(case, old.behaviour(case), new.behaviour(case))

    def shows_it(each: Scenario) -> bool:
        return perf_counter() < until and wanted == parting(each, old.behaviour(each), new.behaviour(each))

    smaller: Scenario | None = case
    while smaller is not None:
        case = smaller
        smaller = next(filter(shows_it, _less(case)), None)
    return _expected(old, new, _without_idle_stubs(old, new, case))


def _expected(old: Runs, new: Runs, case: Scenario) -> Scenario:
    """The case, in which the old version does what it does."""
    before = old.behaviour(case)
    return case if before is None else _expecting(case, before, parting(case, before, new.behaviour(case)))


def _less(case: Scenario) -> Iterator[Scenario]:
    """The case without its last step, without one member of its input or of an answer."""
    if case.steps:
        yield replace(case, steps=case.steps[:-1])
    for name in case.input:
        yield replace(case, input=_without(case.input, name))
    for number, step in enumerate(case.steps):
        if isinstance(step, Answer):
            for name in step.input:
                less = replace(step, input=_without(step.input, name))
                yield replace(case, steps=(*case.steps[:number], less, *case.steps[number + 1 :]))


def _without_idle_stubs(old: Runs, new: Runs, case: Scenario) -> Scenario:
    """Without the stubs that neither version has heard of."""
    for stub in case.stubs:
        less = replace(case, stubs=tuple(each for each in case.stubs if each is not stub))
        if all(runs.behaviour(less) == runs.behaviour(case) for runs in (old, new)):
            case = less
    return case


def _without(values: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {each: value for each, value in values.items() if each != name}


def _expecting(case: Scenario, before: Behaviour, parts: Parting | None) -> Scenario:
    """The case, in which the old version does what it does: with the data where that is what differs."""
    codes = (*before.refused, *(None for _ in case.steps[len(before.refused) :]))
    steps = tuple(
        replace(step, refused=code) if isinstance(step, Answer) else step
        for step, code in zip(case.steps, codes, strict=True)
    )
    data = _needed(before, parts) if parts is not None and parts.kind == "data" else None
    expect = Expected(before.status, before.state, before.path, data, error=before.error)
    return replace(case, name=" → ".join(before.path), steps=steps, expect=expect)


def _needed(before: Behaviour, parts: Parting) -> dict[str, Any]:
    """Of the data only the member that is another: the rest says nothing of the difference."""
    data = dict(before.data[-1][1])
    name = parts.member[0] if parts.member else ""
    return {name: data[name]} if isinstance(name, str) and name in data else data


Some = TypeVar("Some")


def _more(some: list[Some], others: list[Some]) -> tuple[Some, ...]:
    """What there is more of among some than among others."""
    rest, found = list(others), []
    for each in some:
        if each in rest:
            rest.remove(each)
        else:
            found.append(each)
    return tuple(found)


def _transitions(source: Source) -> list[tuple[str, str]]:
    states = parse(source).states.values()
    return list(chain.from_iterable([(state.name, each.target) for each in state.transitions] for state in states))
