"""What is wrong with a definition's file, and what it hardly means, each with its place in the file."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast

from interactor_emulator.errors import InvalidWorkflow
from interactor_emulator.jsontext import AnyJson
from interactor_emulator.nearest import nearest
from interactor_emulator.terminal import line

if TYPE_CHECKING:
    from interactor_emulator.definition.positions import Positions
    from interactor_emulator.emulator import Emulator

    from . import shapes

_MISSING_STATE = re.compile(r"'([^']*)' does not exist")

INVALID, UNREADABLE = "invalid_workflow", "unreadable"
"""The codes of errors: the one that the API answers with, and that of a file in which there is no definition."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of `validate`, and one member of `findings` in its JSON. Warnings have codes of their own and a hint; an
    error has one where a state was mistaken."""

    file: str
    line: int
    column: int
    severity: Literal["error", "warning"]
    code: str
    path: str
    message: str
    hint: str = ""

    def __str__(self) -> str:
        """`FILE:LINE:COLUMN: error: …`, as compilers and editors have it."""
        what = self.severity if self.severity == "error" else f"warning: {self.code}"
        path = f"{self.path}: " if self.path else ""
        hint = f" ({self.hint})" if self.hint else ""
        return f"{line(self.file)}:{self.line}:{self.column}: {what}: {line(path + self.message + hint)}"


def unreadable(path: Path, error: OSError | ValueError) -> Finding:
    """A file that is not there, or holds no JSON object."""
    from interactor_emulator.definition.reading import BadFile

    if isinstance(error, BadFile):
        return Finding(str(path), *error.place, "error", UNREADABLE, "", error.message)
    told = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return Finding(str(path), 1, 1, "error", UNREADABLE, "", told)


class DefinitionFile:
    """A definition as it stands in a file. Raises ValueError or OSError for what is no JSON object."""

    def __init__(self, path: Path) -> None:
        from interactor_emulator.definition.reading import definition_in, text_of

        self.path = path
        self._text = text_of(path)
        self.source: Mapping[str, AnyJson] = definition_in(self._text, path)

    def findings(self, emulator: "Emulator") -> list[Finding]:
        """Errors as the API gives them, where the value begins, and warnings, where the member's name does; from top
        to bottom."""
        from interactor_emulator.services import workflows

        try:
            emulator.read(lambda account: workflows.check_size(account, self.source))
        except InvalidWorkflow as error:
            return [self._error(**each) for each in error.errors]
        errors = emulator.perform(lambda account: workflows.validate(account, self.source))
        found = [self._error(each.path, each.message) for each in errors]
        return sorted([*found, *self.warnings(emulator, finished=not errors)], key=lambda one: (one.line, one.column))

    def warnings(self, emulator: "Emulator", *, finished: bool = True) -> list[Finding]:
        """What it may say but hardly means; `finished` is one that has no errors."""
        from interactor_emulator.services import workflows

        advice = emulator.read(lambda account: workflows.advise(account, self.source, finished=finished))
        found = []
        for each in advice:
            place = self._positions.of_name(each.path)
            found.append(Finding(str(self.path), *place, "warning", each.code, each.path, each.message, hint=each.hint))
        return found

    def _error(self, path: str, message: str) -> Finding:
        place = self._positions.of_value(path)
        return Finding(str(self.path), *place, "error", INVALID, path, message, hint=self._meant(message))

    def _meant(self, message: str) -> str:
        """Of a state that there is not, the nearest that there is."""
        states = self.source.get("states")
        missing = _MISSING_STATE.search(message)
        near = nearest(missing[1], states) if missing and isinstance(states, dict) else None
        return f"did you mean {near}?" if near else ""

    def place(self, path: str) -> tuple[int, int]:
        """Line and column of the member at a path."""
        return self._positions.of_name(path)

    def told(self, error: InvalidWorkflow) -> list[Finding]:
        """The errors that a refusal of this definition has, each with its place."""
        return [self._error(each["path"], each["message"]) for each in error.errors]

    @cached_property
    def _positions(self) -> "Positions":
        from interactor_emulator.definition.positions import Positions
        from interactor_emulator.limits import Limits

        return Positions(self._text, Limits().json_depth)


def _text(findings: Iterable[Finding]) -> str:
    return "\n".join(map(str, findings))


def as_json(findings: Iterable[Finding]) -> "list[shapes.Finding]":
    """For programs: their members are those of Finding."""
    return [cast("shapes.Finding", asdict(each)) for each in findings]


def _github(findings: Iterable[Finding]) -> str:
    """Annotations of a workflow run on GitHub."""
    return "\n".join(map(_annotation, findings))


def _annotation(finding: Finding) -> str:
    named = {"file": finding.file, "line": finding.line, "col": finding.column, "title": finding.code}
    properties = ",".join(f"{name}={_escaped(str(value), ',:')}" for name, value in named.items())
    path = f"{finding.path}: " if finding.path else ""
    hint = f" ({finding.hint})" if finding.hint else ""
    return f"::{finding.severity} {properties}::{_escaped(path + finding.message + hint)}"


def _escaped(text: str, more: str = "") -> str:
    """`%`, line breaks, and what separates properties, as percent-escapes."""
    return "".join(f"%{ord(each):02X}" if each in f"%\r\n{more}" else each for each in text)


FORMATS: Mapping[str, Callable[[Iterable[Finding]], str]] = {"text": _text, "github": _github}
"""How findings are written for people."""
