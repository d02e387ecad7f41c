"""Of the mutants that no test has noticed: which of them change anything, and the smallest case that shows it."""

from functools import cached_property
from time import perf_counter

from interactor_emulator.wire.scenario import Scenario

from .behaviour import Runs, Source
from .comparing import first_difference
from .neighbours import cases
from .verdicts import Verdict

# Seconds of wall time for all together, inferred: then what is left is taken to change something.
_SECONDS = 60.0


class Weighing:
    """One definition, beside which its mutants are run; nothing is run before the first one comes."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._seconds = 0.0

    def weigh(self, verdict: Verdict) -> None:
        """Say of a mutant that no test has noticed what it changes; one that no case shows is equivalent."""
        if self._seconds > _SECONDS:
            return
        began, mutant = perf_counter(), verdict.mutant
        verdict.outcome = "untried"  # if this is interrupted
        verdict.changed = first_difference(self._old, Runs(mutant.source), self._cases, mutant.state)
        verdict.outcome = "equivalent" if verdict.changed is None else "survived"
        self._seconds += perf_counter() - began

    @property
    def stopped(self) -> str:
        """Why not all were weighed; empty if they were."""
        return f"after {_SECONDS:.0f} seconds no more cases were searched for" if self._seconds > _SECONDS else ""

    @cached_property
    def _old(self) -> Runs:
        return Runs(self._source)

    @cached_property
    def _cases(self) -> list[Scenario]:
        return cases(self._source).scenarios
