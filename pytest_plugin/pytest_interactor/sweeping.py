"""The sweep of lost replies over a session: a test is run once undisturbed, then again for each call that it made.

Its fixtures of function scope are built anew for each run; those of wider scope live on, and see one test."""

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from _pytest.runner import runtestprotocol  # as every plugin does that runs a test more than once
from interactor_emulator.facade.outcomes import Outcome, outcome_of
from interactor_emulator.facade.sweeping import RunOfTest, Swept, drive, sweep
from interactor_emulator.faults.on_calls import Sweep

if TYPE_CHECKING:
    from interactor_emulator import Emulator

_WHEN = {"setup": "in its set-up, ", "call": "", "teardown": "in its teardown, "}


class Plan:
    """What is to happen in one run of a test, and what it has left."""

    def __init__(self, sweeping: Sweep, *, undisturbed: bool) -> None:
        self.undisturbed = undisturbed
        self.sweeping = sweeping
        self.outcome: Outcome = {}

    def begin(self, emulator: "Emulator") -> None:
        """This is the emulator of the run."""
        emulator.account.faults.sweep = self.sweeping

    def end(self, emulator: "Emulator") -> None:
        """The run is over, and its emulator is still there."""
        self.outcome = outcome_of(emulator)


PLAN = pytest.StashKey[Plan]()


def run(item: pytest.Item, nextitem: pytest.Item | None, most: int) -> Swept | None:
    """Run the test, sweep at most so many of its calls, and report one result; what the sweep has shown, if there was
    one."""
    item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
    plan = Plan(Sweep(), undisturbed=True)
    reports, swept = _run(item, plan), None
    if plan.sweeping.calls and all(each.passed and not hasattr(each, "wasxfail") for each in reports):
        first = RunOfTest("", plan.outcome)
        swept = drive(sweep(first, plan.sweeping.calls, most), lambda sweeping: _again(item, sweeping))
        if swept.findings:
            reports = [_failed(item, each, str(swept)) if each.when == "call" else each for each in reports]
    if (report := _left(item, nextitem)).failed:
        reports[-1] = report
    for each in reports:
        item.ihook.pytest_runtest_logreport(report=each)
    item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
    return swept


def _run(item: pytest.Item, plan: Plan) -> list[pytest.TestReport]:
    """A parent as the next one: what belongs to the test alone is torn down, and nothing else."""
    item.stash[PLAN] = plan
    try:
        return runtestprotocol(item, log=False, nextitem=item.parent)  # type: ignore[arg-type]
    finally:
        del item.stash[PLAN]


def _again(item: pytest.Item, sweeping: Sweep) -> RunOfTest:
    plan = Plan(sweeping, undisturbed=False)
    reports = _run(item, plan)
    return RunOfTest(next((_why(item, each) for each in reports if not each.passed), ""), plan.outcome)


def _why(item: pytest.Item, report: pytest.TestReport) -> str:
    """Why a run failed, in a line or a few, and where in the test's own file that came out."""
    crash = getattr(report.longrepr, "reprcrash", None)
    said = str(report.longrepr) if crash is None else crash.message
    entries = getattr(getattr(report.longrepr, "reprtraceback", None), "reprentries", [])
    places = [place for each in entries if (place := getattr(each, "reprfileloc", None)) is not None]
    lines = [f" ({item.path.name}:{place.lineno})" for place in places if Path(place.path).name == item.path.name]
    where = lines[-1] if lines else ""
    return f"{_WHEN[report.when or 'call']}{'it was skipped: ' if report.skipped else ''}{said}{where}"


def _failed(item: pytest.Item, passed: pytest.TestReport, why: str) -> pytest.TestReport:
    """The report of a test that passes undisturbed, and has failed all the same."""
    call = pytest.CallInfo.from_call(lambda: pytest.fail(why, pytrace=False), "call")
    report: pytest.TestReport = item.ihook.pytest_runtest_makereport(item=item, call=call)
    report.sections, report.duration = passed.sections, passed.duration
    return report


def _left(item: pytest.Item, nextitem: pytest.Item | None) -> pytest.TestReport:
    """Tear down what the next test does not share with this one."""
    capturing = item.config.pluginmanager.getplugin("capturemanager")
    with capturing.item_capture("teardown", item) if capturing else nullcontext():
        call = pytest.CallInfo.from_call(lambda: item.session._setupstate.teardown_exact(nextitem), "teardown")
    report: pytest.TestReport = item.ihook.pytest_runtest_makereport(item=item, call=call)
    return report
