"""Scenario files as tests: `NAME.scenario.json` is a file of one, which uses the fixture `interactor`."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from interactor_emulator import Emulator


class ScenarioFile(pytest.Module):
    """One file. It is a module to pytest, as a text file of doctests is: fixtures of a module's scope hold for it, and
    those that ask for the module of a test are given this one."""

    obj = sys.modules[__name__]

    def collect(self) -> "Iterator[ScenarioItem]":
        """Its test, called as the scenario is; a file that cannot be read has one too, which fails."""
        yield ScenarioItem.from_parent(self, name=_name(self.path), callobj=_plays)


class ScenarioItem(pytest.Function):
    """A scenario, run in the emulator that a test would have."""

    def reportinfo(self) -> tuple["os.PathLike[str] | str", int | None, str]:
        return self.path, None, self.name

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException]) -> Any:  # type: ignore[override]
        """What differs, and nothing else: there is no code of the user's to be shown."""
        if isinstance(excinfo.value, pytest.fail.Exception) and not excinfo.value.pytrace:
            return str(excinfo.value)
        return super().repr_failure(excinfo)


def _name(path: Path) -> str:
    from interactor_emulator.terminal import line
    from interactor_emulator.wire.scenario_file import ENDING, read

    try:
        name = read(path).name
    except (OSError, ValueError):
        name = ""
    # Node ids have `::` between their parts.
    return line(name or path.name.removesuffix(ENDING)).replace("::", ":")


def _plays(interactor: "Emulator", request: pytest.FixtureRequest) -> None:
    if told := _differences(interactor, request.path, request.config):
        pytest.fail("\n".join(told), pytrace=False)


def _differences(emulator: "Emulator", path: Path, config: pytest.Config) -> list[str]:
    """What is not as expected, or why it cannot be run; told by lines, so that no frame of ours is shown."""
    from interactor_emulator.errors import InteractorError
    from interactor_emulator.explore.scenarios.collecting import load
    from interactor_emulator.explore.scenarios.playing import differences, play
    from interactor_emulator.terminal import line
    from interactor_emulator.wire.scenario_file import read

    folders = [Path(each) for each in config.getoption("--interactor-definitions")]
    try:
        scenario = read(path)
        scenario = load(emulator, scenario, path.parent, [*folders, *config.getini("interactor_definitions")])
        return differences(scenario.expect, play(emulator, scenario, stubs_stay=True))
    except InteractorError as error:
        return [f"it cannot be started: {error.code}: {line(error.message)}"]
    except (OSError, ValueError) as error:
        return [line(each) for each in str(error).splitlines()]
