"""How much must be covered: of all workflows together, or of one by its name."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from interactor_emulator.nearest import hint
from interactor_emulator.terminal import line

if TYPE_CHECKING:
    from .coverage import Coverage

Gates = Mapping[str, float]
"""Percent by the name of a workflow; the empty name is all of them together."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a gate was reached, and the line that says so. `workflow` is None for all of them together, and `percent`
    where no test ran any of it."""

    said: str
    reached: bool
    workflow: str | None
    required: float
    percent: float | None


def gates_from(texts: Iterable[str]) -> Gates:
    """Gates as options give them, `90` or `leave=90`; of several for one name the last one holds. Raises ValueError."""
    found = {}
    for text in texts:
        name, _, percent = text.rpartition("=")
        found[name] = _percent(percent, text)
    return found


def _percent(percent: str, text: str) -> float:
    try:
        number = float(percent)
    except ValueError:
        number = -1
    if not 0 <= number <= 100:
        raise ValueError(f"a percentage from 0 to 100 is wanted, or NAME=PERCENT for one workflow, not {text}")
    return number


def verdicts(gates: Gates, coverage: "Coverage") -> Iterator[Verdict]:
    """What becomes of each gate."""
    for name, least in gates.items():
        percent = coverage.percent_of(name) if name else coverage.percent
        if percent is not None:
            yield _verdict(name, percent, least)
        elif not name:
            said = f"path coverage, required {least:g} %: FAILED: no test ran any workflow"
            yield Verdict(said, False, None, least, None)
        else:
            known = hint(name, coverage.names(), "no test ran any workflow")
            said = f"path coverage of {line(name)}: FAILED: no test ran this workflow; {line(known)}"
            yield Verdict(said, False, name, least, None)


def _verdict(name: str, percent: float, least: float) -> Verdict:
    reached = percent >= least
    word = "reached" if reached else "FAILED: not reached"
    of = f" of {line(name)}" if name else ""
    said = f"path coverage{of} {percent:.1f} %, required {least:g} %: {word}"
    return Verdict(said, reached, name or None, least, round(percent, 1))
