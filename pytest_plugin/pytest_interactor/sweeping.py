"""The sweep of lost replies over a session: a test is run once undisturbed, then again for each call that it made."""

from contextlib import nullcontext
from typing import TYPE_CHECKING

import pytest
from interactor_emulator.facade.outcomes import Outcome, outcome_of
from interactor_emulator.facade.sweeping import RunOfTest, Swept, drive, sweep
from interactor_emulator.faults.on_calls import Sweep

from . import again

if TYPE_CHECKING:
    from interactor_emulator import Emulator


class Plan:
    """Which reply is lost in one run of a test, and what the run has left."""

    heeds_diagnostics = False

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


def run(item: pytest.Item, nextitem: pytest.Item | None, most: int) -> Swept | None:
    """Run the test, sweep at most so many of its calls, and report one result; what the sweep has shown, if there was
    one."""
    item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
    plan = Plan(Sweep(), undisturbed=True)
    reports, swept = again.run(item, plan), None
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


def _again(item: pytest.Item, sweeping: Sweep) -> RunOfTest:
    plan = Plan(sweeping, undisturbed=False)
    reports = again.run(item, plan)
    return RunOfTest(next((again.why(item, each) for each in reports if not each.passed), ""), plan.outcome)


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
