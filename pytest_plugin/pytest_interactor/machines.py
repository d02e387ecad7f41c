"""What a session does for the machines in it: where they find definitions, and how a failing run is shown."""

import sys
from collections.abc import Generator
from typing import Any

import pytest

_MODULE = "pytest_interactor.machine"
_TEST = pytest.StashKey[str]()


class Machines:
    """Hooks that do nothing in a session without machines, and import nothing for it."""

    def __init__(self, config: pytest.Config) -> None:
        self._folders = [*config.getoption("--interactor-definitions"), *config.getini("interactor_definitions")]

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self) -> Generator[None, object, object]:
        """A machine looks for definitions where `emulator.load` does."""
        if _MODULE not in sys.modules:
            return (yield)
        from .machine import looking_in

        with looking_in(self._folders):
            return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item) -> "Generator[None, Any, Any]":
        """The test that does the same stands in a section of its own, to be copied as it is."""
        report = yield
        if (text := item.stash.get(_TEST, None)) is not None:
            from .printed import TITLE

            report.sections.append((TITLE, text))
            del item.stash[_TEST]
        return report

    def pytest_unconfigure(self) -> None:
        """No child process of ours outlives the session."""
        if _MODULE in sys.modules:
            from interactor_emulator.emulator import close_shared_pool

            close_shared_pool()


class Notes:
    """Where a machine's failure is told: after pytest has taken it from unittest, and before it is made into text."""

    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> None:
        if call.excinfo is None or _MODULE not in sys.modules:
            return
        from .frames import without_ours
        from .printed import taken_from

        without_ours(call.excinfo)
        if (text := taken_from(call.excinfo.value)) is not None:
            item.stash[_TEST] = text
