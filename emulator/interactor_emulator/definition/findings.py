"""What one pass over a posted definition found."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from interactor_emulator import bounds
from interactor_emulator.effects import SyntaxFault

from .paths import Path, written
from .rules.words import shortened


class Finding(NamedTuple):
    """One error: where it is, and a sentence that says what to do about it."""

    path: str
    message: str


class PendingSyntax(NamedTuple):
    """A place whose code the JavaScript engine has still to parse."""

    at: Path
    code: str

    @property
    def path(self) -> str:
        """The place as a client reads it; made on demand, since most code is good."""
        return written(self.at)


class UnknownMember(NamedTuple):
    """A member that nothing reads: no error, but worth a diagnostic."""

    at: Path
    name: str
    owner: str
    known: tuple[str, ...]


class Enough(Exception):
    """So many errors were found that the rest of the definition is not looked at."""


@dataclass(slots=True)
class Examination:
    """Errors and code still to be parsed, in document order, and the members that nothing reads."""

    findings: list[Finding | PendingSyntax] = field(default_factory=list)
    unknown: list[UnknownMember] = field(default_factory=list)
    _errors: int = 0

    def add(self, error: Finding) -> None:
        """An error; raises Enough with the last that is listed."""
        self.findings.append(error)
        self._errors += 1
        if self._errors == bounds.ERRORS.most:
            raise Enough

    @property
    def codes(self) -> list[str]:
        """The code of each pending place, in order."""
        return [finding.code for finding in self.findings if isinstance(finding, PendingSyntax)]

    def errors(self, syntax: Sequence[SyntaxFault | None]) -> list[Finding]:
        """The first errors in document order, once the engine has answered for `codes`, or for the first of them."""
        answers = iter(syntax)
        errors: list[Finding] = []
        for finding in self.findings:
            if len(errors) == bounds.ERRORS.most:
                break
            if isinstance(finding, Finding):
                errors.append(finding)
            elif (fault := next(answers, None)) is not None:
                errors.append(Finding(finding.path, _syntax_message(fault)))
        return errors


def _syntax_message(fault: SyntaxFault) -> str:
    where = "" if fault.line is None else f" (line {fault.line})"
    return f"Script is not a valid function body: {shortened(fault.message, 200)}{where}"
