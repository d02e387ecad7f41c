"""What the tests of a session have shown, over all workers: coverage, diagnostics, what was prepared and not used."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from interactor_emulator.jsontext import Json, encode
from interactor_emulator.notices import OF_WALL_TIME, Slowest
from interactor_emulator.projections.coverage import Coverage
from interactor_emulator.services.coverage import add_account
from interactor_emulator.terminal import line

if TYPE_CHECKING:
    from interactor_emulator import Emulator
    from interactor_emulator.account.account import Account
    from interactor_emulator.facade.sweeping import Swept


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """Something that somebody should look at; `code` is that of a diagnostic, or `unused`."""

    code: str
    message: str
    hint: str
    test: str = field(compare=False, default="")

    def __str__(self) -> str:
        return f"{self.code}: {line(self.message)}" + (f"\n    {line(self.hint)}" if self.hint else "")


class Gathered:
    """Added up test by test, and worker by worker."""

    def __init__(self) -> None:
        self.coverage: Coverage = Coverage()
        self.findings: list[Finding] = []
        # Workers that died, and files that could not be written, with why.
        self.lost: list[str] = []
        self.unwritten: dict[str, str] = {}
        # The definitions that were loaded, by their text.
        self.loaded: dict[str, Mapping[str, Json]] = {}
        self._prepared: dict[str, str] = {}
        self._needed: set[str] = set()

    def add_account(self, account: "Account", test: str) -> None:
        """What the instances of an account went through, in this test."""
        add_account(self.coverage, account, test)

    def add_loaded(self, emulator: "Emulator") -> None:
        """What a test has loaded: the latest version of each workflow."""
        for workflow in emulator.account.store.workflows.values():
            source = workflow.versions[-1].definition.source
            self.loaded.setdefault(encode(source), source)

    def add_test(
        self, emulator: "Emulator", test: str, expected: frozenset[str], *, covered: bool, passed: bool
    ) -> list[Finding]:
        """What a test has left in its emulator; those of its findings that may be an error of it.

        What it provoked itself or expects is no finding, and what the wall clock measured is no error."""
        if covered:
            self.add_account(emulator.account, test)
        noticed = [each for each in emulator.diagnostics if not each.provoked]
        findings = [Finding(each.code, each.message, each.hint, test) for each in noticed if each.code not in expected]
        findings += [
            Finding("unused", f"expected_diagnostics: {code}", "The test did not bring it about", test)
            for code in sorted(expected - {each.code for each in noticed})
            if passed
        ]
        self.findings += findings
        for text, needed in emulator.prepared():
            if needed:
                self._needed.add(text)
            elif passed:
                self._prepared.setdefault(text, test)
        return [each for each in findings if each.code not in OF_WALL_TIME]

    def add_stopped_sweep(self, test: str, swept: "Swept") -> None:
        """A sweep of lost replies that has left calls out."""
        told = swept.stopped("--interactor-sweep-calls=")
        self.findings.append(Finding(told.code, told.message, told.hint, test))

    @property
    def unused(self) -> list[Finding]:
        """What some test has prepared and no test has needed."""
        return [
            Finding("unused", text, "No test needed it", test)
            for text, test in sorted(self._prepared.items())
            if text not in self._needed
        ]

    def to_json(self) -> dict[str, object]:
        """For another process."""
        return {
            "coverage": self.coverage.to_process(),
            "prepared": self._prepared,
            "loaded": list(self.loaded.values()),
            "needed": sorted(self._needed),
            "findings": [[each.code, each.message, each.hint, each.test] for each in self.findings],
        }

    def add_json(self, value: dict[str, Any]) -> None:
        """What another process has gathered."""
        self.coverage.add(Coverage.from_json(value["coverage"]))
        self.findings += [Finding(*each) for each in value["findings"]]
        self.loaded.update({encode(each): each for each in value["loaded"]})
        for text, test in value["prepared"].items():
            self._prepared[text] = min(test, self._prepared.get(text, test))
        self._needed.update(value["needed"])

    def lines(self) -> list[str]:
        """Each finding once, with how many tests had it and the first of them."""
        tests: dict[tuple[str, str, str], list[str]] = {}
        slowest = Slowest()
        for each in sorted([*self.findings, *self.unused], key=lambda one: (one.code, one.test, one.message)):
            about = slowest.about(each.code, _without_ids(each.message))
            tests.setdefault((each.code, about, each.hint), []).append(each.test)
        lines = []
        for (code, about, hint), names in tests.items():
            more = f" and {len(set(names)) - 1} more" if len(set(names)) > 1 else ""
            lines += [f"{code}: {line(slowest.told(about))}", f"    {line(hint)}", f"    in {names[0]}{more}"]
        return lines


def _without_ids(message: str) -> str:
    """Ids differ from test to test; the finding is the same."""
    import re

    return re.sub(r"\b(inst|evt|del|req|whsub)_[0-9A-Za-z]{12,26}\b", r"\1_…", message)
