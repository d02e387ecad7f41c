"""Which of the cases that were found are kept: all, or the fewest that show every transition or every outcome."""

from collections.abc import Hashable, Iterable, Mapping, Set
from typing import TypeVar

Thing = TypeVar("Thing")


def fewest(shows: Mapping[Thing, Set[Hashable]], sizes: Mapping[Thing, tuple[int, int]]) -> list[Thing]:
    """The things that together show all that all of them show: each time the one that shows most that is new, of
    equals the smaller. Not always the very fewest, which would take for ever to find."""
    left = set().union(*shows.values()) if shows else set()
    chosen: list[Thing] = []
    while left:
        best = max(shows, key=lambda each: (len(shows[each] & left), tuple(-number for number in sizes[each])))
        left -= shows[best]
        chosen.append(best)
    return _needed(chosen, shows)


def _needed(chosen: Iterable[Thing], shows: Mapping[Thing, Set[Hashable]]) -> list[Thing]:
    """Without those that later ones have made needless."""
    kept = list(chosen)
    for each in list(kept):
        others = set().union(*(shows[other] for other in kept if other is not each))
        if shows[each] <= others:
            kept.remove(each)
    return kept
