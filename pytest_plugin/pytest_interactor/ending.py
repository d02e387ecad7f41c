"""The end of a session: files are written, the summary is shown, and too little coverage fails it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from interactor_emulator.clock import timestamp, wall_ms
from interactor_emulator.projections.coverage import Coverage
from interactor_emulator.projections.gates import Verdict, gates_from, verdicts
from interactor_emulator.terminal import lines

from .gathered import Gathered


def finish(session: pytest.Session, gathered: Gathered, failed: set[str]) -> None:
    """Add what other tools have recorded, write coverage and report, and fail when there is too little coverage."""
    from interactor_emulator.reports import implementation

    from . import coverage_file

    config, coverage = session.config, gathered.coverage
    coverage.failed |= failed
    for name in config.getoption("--interactor-coverage-from"):
        coverage.add(coverage_file.read(Path(name)))
    for name in filter(None, config.getoption("--interactor-coverage")):
        _write(gathered, name, lambda path: coverage_file.write(path, coverage))
    for name in config.getoption("--interactor-report"):
        _write(gathered, name, lambda path: implementation.write(path, coverage, timestamp(wall_ms())[:10]))
    if gathered.unwritten and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
    if not all(each.reached for each in _gates(config, coverage)) and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _gates(config: pytest.Config, coverage: Coverage) -> list[Verdict]:
    return list(verdicts(gates_from(config.getoption("--interactor-coverage-fail-under")), coverage))


def _write(gathered: Gathered, name: str, write: Callable[[Path], None]) -> None:
    """A disk that is full takes nothing from the session's result."""
    try:
        write(Path(name))
    except OSError as error:
        gathered.unwritten[name] = error.strerror or str(error)


def summarize(terminal: Any, config: pytest.Config, gathered: Gathered, *, shown: bool) -> None:
    """The table of coverage, and what the emulator noticed."""
    coverage = gathered.coverage
    gates = _gates(config, coverage)
    if (config.getoption("--interactor-coverage") or gates) and coverage:
        terminal.section("interactor path coverage")
        for line in coverage.table():
            terminal.line(lines(line))
        for name in filter(None, config.getoption("--interactor-coverage")):
            if name not in gathered.unwritten:
                terminal.line(f"written to {name}")
    for each in gates:
        terminal.line(each.said)
    for name in config.getoption("--interactor-report"):
        if name not in gathered.unwritten:
            terminal.line(f"Workflow Implementation Report written to {name}")
    for name, why in gathered.unwritten.items():
        terminal.line(f"FAILED: {name} could not be written: {why}", red=True)
    for worker in gathered.lost:
        terminal.line(f"what the tests of worker {worker} took is missing: it died before it could tell", red=True)
    if shown and (gathered.findings or gathered.unused):
        terminal.section("interactor diagnostics")
        for line in gathered.lines():
            terminal.line(lines(line))
