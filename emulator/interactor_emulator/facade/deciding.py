"""Which of the decisions that were made is the reason why something is otherwise than expected."""

from collections.abc import Sequence
from itertools import takewhile

from interactor_emulator.projections.explain import Decision

from . import telling

Decisions = Sequence[Decision]


def last(made: Decisions) -> Decision | None:
    """The latest."""
    return made[-1] if made else None


def against(made: Decisions, state: str | None) -> Decision | None:
    """Where it could have gone to this state, and did not; or else the last decision that was one."""
    found = list(reversed(made))
    for decision in found:
        if decision.taken != state and any(each.target == state for each in decision.considered):
            return decision
    choices = (decision for decision in found if any(each.clauses for each in decision.considered))
    return next(choices, found[0] if found else None)


def of_path(made: Decisions, expected: Sequence[object], taken: Sequence[str]) -> Decision | None:
    """The decision that led away from a path: where both part, or behind a `...` the one that could have led to the
    first state that was not come to."""
    fixed = list(takewhile(lambda each: each is not ..., expected))
    parting = telling.parting(fixed, taken)
    if len(fixed) == len(expected) or parting < len(fixed):
        return _before(made, parting)
    missed = [str(each) for each in expected if each is not ... and each not in taken]
    return against(made, missed[0]) if missed else last(made)


def _before(made: Decisions, index: int) -> Decision | None:
    """The decision that led to the state at this place of the path, or the last one where the path ended."""
    taken = [decision for decision in made if decision.taken is not None]
    return taken[index - 1] if 0 < index <= len(taken) else last(made)
