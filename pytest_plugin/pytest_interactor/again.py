"""A test that is run more than once: what is to happen in each of its runs, and why one failed.

Its fixtures of function scope are built anew for each run; those of wider scope live on, and see one test."""

from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import pytest
from _pytest.runner import runtestprotocol  # as every plugin does that runs a test more than once

if TYPE_CHECKING:
    from interactor_emulator import Emulator

_WHEN = {"setup": "in its set-up, ", "call": "", "teardown": "in its teardown, "}


class Plan(Protocol):
    """What is to happen in one run of a test."""

    undisturbed: bool
    """Whether it is the run that counts: what it covers, and what is noticed in it, is gathered."""
    heeds_diagnostics: bool
    """Whether a run that does not count fails all the same of what is noticed in it, where the user wants that."""

    def begin(self, emulator: "Emulator") -> None:
        """This is the emulator of the run; nothing is loaded yet."""

    def end(self, emulator: "Emulator") -> None:
        """The run is over, and its emulator is still there."""


PLAN = pytest.StashKey[Plan]()


def run(item: pytest.Item, plan: Plan) -> list[pytest.TestReport]:
    """The reports of a run; they are not logged. What belongs to the test alone is torn down afterwards, and nothing
    else: its parent stands as the next one."""
    item.stash[PLAN] = plan
    try:
        return runtestprotocol(item, log=False, nextitem=item.parent)  # type: ignore[arg-type]
    finally:
        del item.stash[PLAN]


def why(item: pytest.Item, report: pytest.TestReport) -> str:
    """Why a run failed, in a line or a few, and where in the test's own file that came out."""
    crash = getattr(report.longrepr, "reprcrash", None)
    said = str(report.longrepr) if crash is None else crash.message
    entries = getattr(getattr(report.longrepr, "reprtraceback", None), "reprentries", [])
    places = [place for each in entries if (place := getattr(each, "reprfileloc", None)) is not None]
    lines = [f" ({item.path.name}:{place.lineno})" for place in places if Path(place.path).name == item.path.name]
    where = lines[-1] if lines else ""
    return f"{_WHEN[report.when or 'call']}{'it was skipped: ' if report.skipped else ''}{said}{where}"
