"""The document's *Workflow Implementation Report*, from what the tests did: Markdown, HTML or JSON."""

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from interactor_emulator.projections.countable import transitions
from interactor_emulator.projections.coverage import Coverage, WorkflowCoverage
from interactor_emulator.terminal import line

from .flow import state_flow

_SCENARIOS = 200
_COLUMNS = ("Scenario", "Input", "Expected Path", "Status")
_DONE, _OPEN = "[x]", "[ ]"


def write(path: Path, coverage: Coverage, failed: set[str], date: str) -> None:
    """Write the report to a file whose ending says in which form. `failed` are the tests that did not pass."""
    reports = [_report(each, failed, date) for _, each in sorted(coverage.workflows.items())]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(_FORMS[path.suffix](reports), "utf-8", "backslashreplace")


def _report(workflow: WorkflowCoverage, failed: set[str], date: str) -> dict[str, object]:
    definition = workflow.definition
    halting = sum(state.type == "halting" for state in definition.states.values())
    return {
        "date": date,
        "workflow": definition.name,
        "definition": {
            "Name": definition.name,
            "Version": workflow.version,
            "Status": "Published" if workflow.published else "Draft",
            "States": len(definition.states),
            "Halting States": halting,
        },
        "state_flow": [line(each) for each in state_flow(definition)],
        "checklist": [{"item": item, "done": done, "evidence": why} for item, done, why in _checklist(workflow)],
        "scenarios": [
            {
                "scenario": one.test.rsplit("::", 1)[-1],
                "input": runs.input,
                "path": list(one.path),
                "ended": one.status,
                "count": runs.count,
                "passed": one.test not in failed,
            }
            for one, runs in sorted(workflow.scenarios.items(), key=lambda row: row[0])[:_SCENARIOS]
        ],
        "left_out": max(0, len(workflow.scenarios) - _SCENARIOS),
    }


def _checklist(workflow: WorkflowCoverage) -> Iterable[tuple[str, bool, str]]:
    """The document's items, each ticked only where a test shows it."""
    ran = bool(workflow.scenarios)
    _, (taken, all_), _ = workflow.parts()
    yield "Workflow definition created", ran, "an instance ran"
    yield "Validation passed", ran, "only a valid definition can be created"
    yield "Version published", workflow.published, "only a published version can be started"
    yield "Instance creation tested", *_shown(workflow, "created")
    yield "Resume functionality tested", *_shown(workflow, "resumed")
    yield "All transitions verified", ran and taken == all_, f"{taken} of {all_} taken{_left_out(workflow)}"
    yield "Webhook handlers configured", *_shown(workflow, "webhook")
    yield "Error handling implemented", *_shown(workflow, "failed", "refused")


def _left_out(workflow: WorkflowCoverage) -> str:
    """Of transitions that do not count it is said how many."""
    edges, without = list(transitions(workflow.definition)), workflow.left_out()
    unwanted = sum(each in without.unwanted for each in edges)
    impossible = sum(each in without.impossible and each not in without.unwanted for each in edges)
    return "".join(f", {n} {what}" for n, what in ((unwanted, "not counted"), (impossible, "impossible")) if n)


def _shown(workflow: WorkflowCoverage, *names: str) -> tuple[bool, str]:
    tests = sorted({test for name in names if name in workflow.did for test in workflow.did[name].tests})
    if not tests:
        return False, "no test did"
    return True, f"{len(tests)} test{'s' if len(tests) > 1 else ''}, first {tests[0].rsplit('::', 1)[-1]}"


def _markdown(reports: list[dict[str, object]]) -> str:
    return "\n".join(line for report in reports for line in _markdown_lines(report))


def _markdown_lines(report: Mapping[str, Any]) -> Iterable[str]:
    yield "## Workflow Implementation Report"
    yield from ("", f"**Date**: {report['date']}  ", f"**Workflow**: {report['workflow']}", "")
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
    mark = "✓" if scenario["passed"] else "✗"
    return scenario["scenario"] + times, scenario["input"], " → ".join(scenario["path"]) + ended, mark


def _cell(value: object) -> str:
    return line(value).replace("|", "\\|")


def _html(reports: list[dict[str, object]]) -> str:
    from interactor_emulator.web.dashboard.reports import page  # late: most sessions write no page

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
