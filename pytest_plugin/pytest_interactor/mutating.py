"""Wrong versions of a definition over a session: once its tests have passed, those that use the definition are run
again with each of its mutants in its place, until one notices.

All in one process: what is wider than a test, a server say, is built once and lives through many mutants. Each test is
first run again with the definition as it is; one that cannot be run twice says nothing of a mutant, and is left out."""

import json
import os
import signal
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

import pytest
from _pytest.outcomes import Failed  # what `pytest.fail` raises, under a name that may be a base
from interactor_emulator.definition.reading import read_definition
from interactor_emulator.explore.versions.mutants import Mutant, Source, mutants, spread
from interactor_emulator.explore.versions.verdicts import COMMANDED, INTERRUPTED, Verdict, Verdicts, text
from interactor_emulator.explore.versions.weighing import Weighing
from interactor_emulator.jsontext import Json, equal
from interactor_emulator.projections.countable import Entered, Key, Left
from interactor_emulator.projections.coverage import Coverage, WorkflowCoverage

from . import again

if TYPE_CHECKING:
    from interactor_emulator import Emulator

_VERDICTS = pytest.StashKey[Verdicts]()
_OPTION = "--interactor-mutate"
# A mutant may let a test wait for what never comes. Wall time, inferred: a test gets ten times what it took, and 5 s.
_TIMES, _LEAST_SECONDS = 10, 5.0


def configure(config: pytest.Config) -> None:
    """Refuse what cannot be, before anything is run. Of the processes of pytest-xdist none would know of the others'
    tests: all run in this one."""
    most, result = config.getoption("--interactor-mutate-max"), config.getoption("--interactor-mutate-result")
    if most is not None and most < 1:
        raise pytest.UsageError("--interactor-mutate-max is a number of mutants, 1 or more")
    if result is not None and not result.endswith(".json"):
        raise pytest.UsageError(f"--interactor-mutate-result {result}: a file ends in .json")
    file = Path(config.getoption(_OPTION))
    try:
        read_definition(file)
    except (OSError, ValueError) as error:
        told = f"{file}: {error.strerror}" if isinstance(error, OSError) else str(error)
        raise pytest.UsageError(f"{_OPTION}: {told}") from None
    config.option.dist, config.option.tx = "no", []
    config.stash[_VERDICTS] = Verdicts(file, mistake="the tests were not run to their end, so no mutant was tried")


def run(session: pytest.Session, coverage: Coverage) -> None:
    """Try the mutants; the tests were all run before, and this is what they have covered."""
    verdicts = session.config.stash[_VERDICTS]
    source = read_definition(verdicts.file)
    touched = [each for each in coverage.workflows.values() if equal(each.definition.source, source)]
    verdicts.mistake = _mistake(session, verdicts.file, source, bool(touched))
    if verdicts.mistake:
        return
    most = session.config.getoption("--interactor-mutate-max")
    made = list(mutants(source))
    verdicts.rows = [Verdict(each) for each in (made if most is None else spread(made, most))]
    verdicts.stopped = INTERRUPTED
    weighing = Weighing(source)
    Trial(session, source, touched, weighing).judge(verdicts)
    few = "" if len(verdicts.rows) == len(made) else f"{len(made)} mutants, of which {most} were wanted"
    verdicts.stopped = "; ".join(filter(None, (few, weighing.stopped)))


def _mistake(session: pytest.Session, file: Path, source: Source, touched: bool) -> str:
    if session.testsfailed:
        return "there are tests that fail as it is: they would fail with every mutant"
    if not touched:
        return f"no test runs {source['name']} as it is in {file}, by the fixture interactor"
    return ""


class Instead:
    """A run of a test with a mutant in place of the definition; without one it is run as it is."""

    undisturbed = False
    heeds_diagnostics = True

    def __init__(self, source: Source, instead: Source | None) -> None:
        self._source, self._instead = source, instead

    def begin(self, emulator: "Emulator") -> None:
        emulator.account.substitutes.append(self._substitute)

    def end(self, emulator: "Emulator") -> None:
        pass

    def _substitute(self, posted: Mapping[str, Json]) -> Mapping[str, Json]:
        return posted if self._instead is None or not equal(posted, self._source) else self._instead


class Trial:
    """The tests of a session, to be run with mutants of this definition."""

    def __init__(
        self, session: pytest.Session, source: Source, touched: Iterable[WorkflowCoverage], weighing: Weighing
    ) -> None:
        self._session, self._source, self._touched, self._weighing = session, source, list(touched), weighing
        self._items = {item.nodeid: item for item in session.items}
        self._seconds: dict[str, float] = {}

    def judge(self, verdicts: Verdicts) -> None:
        """Say of each whether a test notices it; of one that none does, what it changes."""
        told = Progress(self._session.config)
        try:
            for test in self._tests(*(Entered(state) for state in self._source["states"])):
                self._rehearse(test)
                verdicts.tests = self._items[test].path.parent
            for number, verdict in enumerate(verdicts.rows):
                told.show(number, verdicts)
                self._judge(verdict)
                if verdict.outcome == "survived":
                    self._weighing.weigh(verdict)
        finally:
            told.end()
            self._session._setupstate.teardown_exact(None)

    def _rehearse(self, test: str) -> None:
        began = perf_counter()
        if not self._why_failed(test, None):
            self._seconds[test] = perf_counter() - began

    def _judge(self, verdict: Verdict) -> None:
        for test in self._in_order(verdict.mutant):
            if why := self._why_failed(test, verdict.mutant.source):
                verdict.outcome, verdict.test, verdict.why = "noticed", test, why
                return
        verdict.outcome = "survived"

    def _in_order(self, mutant: Mutant) -> list[str]:
        """Those that have entered the state, the ones that went the changed way first; of several the quickest."""
        went = set() if mutant.transition is None else self._tests(Left(mutant.state, mutant.transition))
        tests = [each for each in self._tests(Entered(mutant.state)) if each in self._seconds]
        return sorted(tests, key=lambda test: (test not in went, self._seconds[test], test))

    def _tests(self, *keys: Key) -> dict[str, None]:
        taken = (each.taken[key] for each in self._touched for key in keys if key in each.taken)
        return dict.fromkeys(sorted(test for one in taken for test in one.tests if test in self._items))

    def _why_failed(self, test: str, instead: Source | None) -> str:
        """Why the test fails; empty when it does not."""
        item = self._items[test]
        seconds = max(_LEAST_SECONDS, _TIMES * self._seconds.get(test, 0)) if instead is not None else 0
        self._session._setupstate.teardown_exact(item)
        try:
            with _at_most(seconds):
                reports = again.run(item, Instead(self._source, instead))
        except Failed as error:  # the alarm, between two phases of the test
            return str(error)
        return next((again.why(item, each) or "it fails" for each in reports if each.failed), "")


@contextmanager
def _at_most(seconds: float) -> Iterator[None]:
    """Fail the test that runs longer, so that no `except Exception` of its own hears it; 0 sets no bound. Where there
    are no alarms (Windows) there is none either."""
    if not seconds or not hasattr(signal, "SIGALRM") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def ring(_number: int, _frame: object) -> None:
        raise Failed(f"it was not over after {seconds:.0f} s", pytrace=False)

    before = signal.signal(signal.SIGALRM, ring)
    # Again and again: the teardown may wait as well.
    signal.setitimer(signal.ITIMER_REAL, seconds, _LEAST_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


class Progress:
    """A line on the terminal that says how far it is; none where there is no terminal."""

    def __init__(self, config: pytest.Config) -> None:
        self._terminal: Any = config.pluginmanager.get_plugin("terminalreporter")
        self._shown = self._terminal is not None and self._terminal.isatty

    def show(self, number: int, verdicts: Verdicts) -> None:
        if self._shown:
            survivors, all_ = verdicts.count("survived"), len(verdicts.rows)
            self._terminal.rewrite(f"mutants: {number} of {all_}, {survivors} not noticed", erase=True)

    def end(self) -> None:
        if self._shown:
            self._terminal.rewrite("", erase=True)


def finish(session: pytest.Session) -> None:
    """Mutants that nobody notices fail the session, as does a mistake."""
    verdicts = session.config.stash[_VERDICTS]
    if session.exitstatus == pytest.ExitCode.OK and (verdicts.mistake or verdicts.count("survived")):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
    if (name := session.config.getoption("--interactor-mutate-result")) is not None:
        _nothing_interrupts()
        Path(name).write_text(json.dumps(verdicts.to_json(), indent=2) + "\n", "utf-8")


def _nothing_interrupts() -> None:
    """What `mutate` waits for is there, and pytest is about to end: Ctrl-C would only leave a long traceback."""
    if COMMANDED in os.environ and threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, signal.SIG_IGN)


def summarize(terminal: Any, config: pytest.Config) -> None:
    """What came of it."""
    if config.getoption("--interactor-mutate-result") is None:
        terminal.section("interactor mutants")
        for each in text(config.stash[_VERDICTS].to_json(), verbose=config.option.verbose > 0):
            terminal.line(each)
