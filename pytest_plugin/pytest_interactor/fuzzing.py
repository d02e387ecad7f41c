"""Made-up cases at the end of a session, over the definitions that its tests have loaded."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from interactor_emulator.explore.fuzzing.fuzz import Fuzzed, fuzz
from interactor_emulator.explore.fuzzing.telling import lines, summary
from interactor_emulator.jsontext import Json
from interactor_emulator.terminal import line

_FOUND = pytest.StashKey[list[tuple[str, Fuzzed]]]()
_OPTION = "--interactor-fuzz"
# Of one definition that has long scripts the rest of a session must not wait for ever. Wall time, inferred.
_SECONDS = 60.0


def run(session: pytest.Session, loaded: Mapping[str, Mapping[str, Json]]) -> None:
    """Fuzz each of the definitions; an error fails the session."""
    config = session.config
    found = config.stash.setdefault(_FOUND, [])
    for source in sorted(loaded.values(), key=lambda each: json.dumps(each, sort_keys=True)):
        told = _Told(config, str(source["name"]))
        found.append((told.name, fuzz(source, max_examples=config.getoption(_OPTION), seconds=_SECONDS, tell=told)))
        told.end()
        if found[-1][1].stopped == "interrupted":
            break
    errors = any(each.severity == "error" for _, one in found for each in one.findings)
    if errors and session.exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


class _Told:
    """A line on the terminal that says how far it is; none where there is no terminal."""

    def __init__(self, config: pytest.Config, name: str) -> None:
        self.name = name
        self._most = config.getoption(_OPTION)
        self._terminal: Any = config.pluginmanager.get_plugin("terminalreporter")
        self._shown = self._terminal is not None and self._terminal.isatty

    def __call__(self, count: int, what: str) -> None:
        if self._shown:
            self._terminal.rewrite(f"fuzzing {line(self.name)}: {count} of {self._most} examples, {what}", erase=True)

    def end(self) -> None:
        if self._shown:
            self._terminal.rewrite("", erase=True)


def summarize(terminal: Any, config: pytest.Config) -> None:
    """What was found, as `interactor-emulator fuzz` tells it."""
    found = config.stash.get(_FOUND, [])
    if found:
        terminal.section("interactor fuzz")
    for name, one in found:
        for each in one.findings:
            terminal.line(f"{line(name)}: {each.severity}: {each.code}: {line(each.message)}")
            for text in lines(each):
                terminal.line(f"    {text}")
        terminal.line(f"{line(name)}: {summary(one)}")
