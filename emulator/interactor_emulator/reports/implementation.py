"""The document's *Workflow Implementation Report*, from what tests did: Markdown, HTML or JSON."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from interactor_emulator.projections.countable import transitions
from interactor_emulator.projections.coverage import Coverage, WorkflowCoverage
from interactor_emulator.terminal import line

from .flow import state_flow

_SCENARIOS = 200
_COLUMNS = ("Scenario", "Input", "Expected Path", "Status")
_DONE, _OPEN = "[x]", "[ ]"
_MARKS = {True: "✓", False: "✗", None: "?"}
_NOBODY = "no test that passed did"


def write(path: Path, coverage: Coverage, date: str) -> None:
    """Write the report to a file whose ending says in which form; raises OSError when it cannot be written."""
    reports = [_report(each, coverage, date) for _, each in sorted(coverage.workflows.items())]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(_FORMS[path.suffix](reports), "utf-8", "backslashreplace")


def _report(workflow: WorkflowCoverage, coverage: Coverage, date: str) -> dict[str, object]:
    definition, tests = workflow.definition, _Tests(coverage)
    halting = sum(state.type == "halting" for state in definition.states.values())
    return {
        "date": date,
        "workflow": definition.name,
        "commands": list(tests.commands(workflow)),
        "definition": {
            "Name": definition.name,
            "Version": workflow.version,
            "Status": "Published" if workflow.published else "Draft",
            "States": len(definition.states),
            "Halting States": halting,
        },
        "state_flow": [line(each) for each in state_flow(definition)],
        "checklist": [{"item": item, "done": done, "evidence": why} for item, done, why in _checklist(workflow, tests)],
        "scenarios": [
            {
                "scenario": tests.name(one.test),
                "input": runs.input,
                "path": list(one.path),
                "ended": one.status,
                "count": runs.count,
                **dict(zip(("passed", "why"), tests.verdict(one.test), strict=True)),
            }
            for one, runs in sorted(workflow.scenarios.items(), key=lambda row: row[0])[:_SCENARIOS]
        ],
        "left_out": max(0, len(workflow.scenarios) - _SCENARIOS),
    }


class _Tests:
    """What a report calls the tests, and what they show: one that did not pass shows nothing."""

    def __init__(self, coverage: Coverage) -> None:
        self._coverage = coverage

    def name(self, test: str) -> str:
        """The last part: of pytest's ids the function, of what ran under a command its account."""
        return test if test in self._coverage.commands else test.rsplit("::", 1)[-1]

    def commands(self, workflow: WorkflowCoverage) -> Iterator[dict[str, object]]:
        """Those that ran the workflow, with the status of each."""
        ran = {self._coverage.command_of(each.test) for each in workflow.scenarios}
        for command, status in sorted(self._coverage.commands.items()):
            if command in ran:
                yield {"command": command, "status": status}

    def verdict(self, test: str) -> tuple[bool | None, str]:
        """Whether it passed. Which of a command's tests failed is not known: then it is None, with the reason."""
        status = self._coverage.commands.get(self._coverage.command_of(test) or "", 0)
        if status:
            return None, f"the command ended with {status}"
        return test not in self._coverage.failed, ""

    def passed(self, tests: Iterable[str]) -> list[str]:
        """Those of them that did, in order."""
        return sorted({each for each in tests if self.verdict(each)[0]})


def _checklist(workflow: WorkflowCoverage, tests: _Tests) -> Iterable[tuple[str, bool, str]]:
    """The document's items, each ticked only where a test that passed shows it."""
    ran = bool(tests.passed(each.test for each in workflow.scenarios))
    counted = [each for each in transitions(workflow.definition) if workflow.counts(each)]
    taken = sum(bool(each in workflow.taken and tests.passed(workflow.taken[each].tests)) for each in counted)
    all_ = len(counted)
    yield "Workflow definition created", ran, "an instance ran" if ran else _NOBODY
    yield "Validation passed", ran, "only a valid definition can be created" if ran else _NOBODY
    yield "Version published", ran and workflow.published, "only a published version can be started" if ran else _NOBODY
    by = " by tests that passed" if taken < sum(each in workflow.taken for each in counted) else ""
    yield "Instance creation tested", *_shown(workflow, tests, "no test created one", "created")
    yield "Resume functionality tested", *_shown(workflow, tests, "no test answered one", "resumed")
    yield "All transitions verified", ran and taken == all_, f"{taken} of {all_} taken{by}{_left_out(workflow)}"
    yield "Webhook handlers configured", *_shown(workflow, tests, "no receiver acknowledged a delivery", "webhook")
    nothing_failed = "no instance failed, and no answer was refused"
    yield "Error handling implemented", *_shown(workflow, tests, nothing_failed, "failed", "refused")


def _left_out(workflow: WorkflowCoverage) -> str:
    """Of transitions that do not count it is said how many."""
    edges, without = list(transitions(workflow.definition)), workflow.left_out()
    unwanted = sum(each in without.unwanted for each in edges)
    impossible = sum(each in without.impossible and each not in without.unwanted for each in edges)
    return "".join(f", {n} {what}" for n, what in ((unwanted, "not counted"), (impossible, "impossible")) if n)


def _shown(workflow: WorkflowCoverage, tests: _Tests, otherwise: str, *names: str) -> tuple[bool, str]:
    """Whether a test that passed did one of these, and which; `otherwise` is said where none did."""
    did = {test for name in names if name in workflow.did for test in workflow.did[name].tests}
    passed = tests.passed(did)
    if not passed:
        return False, _NOBODY if did else otherwise
    return True, f"{len(passed)} test{'s' if len(passed) > 1 else ''}, first {tests.name(passed[0])}"


def _markdown(reports: list[dict[str, object]]) -> str:
    return "\n".join(line for report in reports for line in _markdown_lines(report))


def _markdown_lines(report: Mapping[str, Any]) -> Iterable[str]:
    yield "## Workflow Implementation Report"
    yield from ("", f"**Date**: {report['date']}  ", f"**Workflow**: {report['workflow']}", "")
    for each in report["commands"]:
        yield from (f"**Command**: {_code(each['command'])}, which ended with {each['status']}", "")
    yield from ("### Definition", "", "| Property | Value |", "|----------|-------|")
    yield from (f"| {name} | {_cell(value)} |" for name, value in report["definition"].items())
    yield from ("", "### State Flow", "", "```", *report["state_flow"], "```", "")
    yield from ("### Implementation Checklist", "")
    for each in report["checklist"]:
        yield f"- {_DONE if each['done'] else _OPEN} {each['item']} ({each['evidence']})"
    yield from (
        "",
        "### Test Scenarios",
        "",
        f"| {' | '.join(_COLUMNS)} |",
        "|----------|-------|---------------|--------|",
    )
    for each in report["scenarios"]:
        yield f"| {' | '.join(map(_cell, _row(each)))} |"
    yield from ("", f"{report['left_out']} more are not shown.", "") if report["left_out"] else ("",)


def _row(scenario: Mapping[str, Any]) -> tuple[str, str, str, str]:
    """What the columns say of one way of a test; how it ended, unless it completed."""
    times = f" (×{scenario['count']})" if scenario["count"] > 1 else ""
    ended = "" if scenario["ended"] == "completed" else f" ({scenario['ended']})"
    mark = f"{_MARKS[scenario['passed']]} {scenario['why']}".strip()
    return scenario["scenario"] + times, scenario["input"], " → ".join(scenario["path"]) + ended, mark


def _cell(value: object) -> str:
    return line(value).replace("|", "\\|")


def _code(text: str) -> str:
    """As code, whatever it has in it."""
    return f"`{line(text)}`" if "`" not in text else f"`` {line(text)} ``"


def _html(reports: list[dict[str, object]]) -> str:
    from interactor_emulator.web.dashboard.reports import page  # late: most reports are no page

    shown = [{**report, "rows": [_row(each) for each in _scenarios(report)]} for report in reports]
    return page("implementation.html", "Workflow Implementation Report", reports=shown, columns=_COLUMNS)


def _scenarios(report: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    found: Iterable[Mapping[str, Any]] = report["scenarios"]
    return found


def _json(reports: list[dict[str, object]]) -> str:
    return json.dumps({"reports": reports}, indent=2, ensure_ascii=False) + "\n"


_FORMS: Mapping[str, Callable[[list[dict[str, object]]], str]] = {".md": _markdown, ".html": _html, ".json": _json}

ENDINGS = tuple(_FORMS)
"""The file endings that a report can have."""
