"""How the benchmarks measure: two things in turn in one run, medians, and a line that says the ratio and the target.

A missed figure is printed and fails the run of `make bench`; CI does not run it, since its machine is shared.
"""

import gc
import statistics
from collections.abc import Callable
from time import perf_counter

ROUNDS = 5


def rate(work: Callable[[], object], count: int) -> float:
    """How often a second `work` can be done, over `count` times."""
    gc.collect()
    began = perf_counter()
    for _ in range(count):
        work()
    return count / (perf_counter() - began)


def in_turn(*measures: Callable[[], float]) -> list[float]:
    """The median of each measure, taken in turn, so that a machine that slows down slows all of them."""
    rounds = [[measure() for measure in measures] for _ in range(ROUNDS)]
    return [statistics.median(column) for column in zip(*rounds, strict=True)]


def report(what: str, ours: float, theirs: float, unit: str, *, at_least: float) -> None:
    """Print both figures and their ratio; fail when it is below the target."""
    ratio = ours / theirs
    verdict = "ok" if ratio >= at_least else "MISSED"
    print(f"\n{what}: {ours:,.4g} against {theirs:,.4g} {unit}")
    print(f"    ratio {ratio:.2f}, wanted at least {at_least:.2f} — {verdict}")
    assert ratio >= at_least


def report_most(what: str, found: float, unit: str, *, at_most: float) -> None:
    """Print a figure that has a bound of its own; fail when it is above."""
    verdict = "ok" if found <= at_most else "MISSED"
    print(f"\n{what}: {found:,.4g} {unit}, wanted at most {at_most:,} — {verdict}")
    assert found <= at_most
