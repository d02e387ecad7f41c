"""What counts as covered: marks that leave something out, and how much of which workflow a session must take."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from interactor_emulator.projections.gates import gates_from

from tests.workflows import action, halt, terminal, to, workflow

MARK = "# interactor: no cover"
BIN = Path(sys.executable).parent


def marked(transition: dict[str, Any], text: str = MARK) -> dict[str, Any]:
    return {**transition, "description": text}


def when(field: str, operator: str, value: Any, target: str) -> dict[str, Any]:
    return {"target": target, "condition": {"field": field, "operator": operator, "value": value}}


RARE = workflow(
    "rare",
    {
        "ask": halt(to("done", ok=True), marked(to("broken", ok="broken"), f"By hand only. {MARK}"), "done"),
        "broken": halt(to("mended", mended=True), to("done", mended=False)),
        "mended": action("done"),
        "done": terminal(),
    },
)
TWO = """
import json, pytest
RARE, OTHER = json.loads({rare!r}), {{"name": "other", "initial_state": "a", "states": {{
    "a": {{"type": "halting", "transitions": [{{"target": "b"}}]}}, "b": {{"type": "terminal"}}}}}}

def test_rare(interactor):
    interactor.load(RARE)
    interactor.start("rare").resume(ok=True)
    interactor.start("rare").resume(ok=False)

def test_other(interactor):
    interactor.load(OTHER)
    interactor.start("other")
"""


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    pytester.makepyfile(TWO.format(rare=json.dumps(RARE)))
    return pytester


def ran(pytester: pytest.Pytester, *options: str) -> pytest.RunResult:
    return pytester.runpytest_subprocess("-p", "no:randomly", "-p", "no:xdist", *options)


def test_what_is_marked_and_what_it_alone_leads_to_is_not_counted(project: pytest.Pytester) -> None:
    files = ("--interactor-coverage=c.json", "--interactor-coverage=c.html", "--interactor-report=r.md")
    result = ran(project, "--interactor-coverage", *files)
    assert result.ret == 0
    result.stdout.fnmatch_lines(
        [
            "rare            2/2          2/2         2/2   100 %",
            "  not counted: transition ask → broken",
            "  not counted: state broken",
            "  not counted: transition broken → mended",
            "  not counted: transition broken → done",
            "  not counted: state mended",
            "  not counted: transition mended → done",
        ],
        consecutive=True,
    )
    written = json.loads((project.path / "c.json").read_text())["workflows"]
    (rare,) = (each for key, each in written.items() if key.startswith("rare@"))
    assert (rare["percent"], rare["missing"], len(rare["not_counted"])) == (100, [], 6)
    page = (project.path / "c.html").read_text()
    assert "<small>not counted: transition ask → broken</small>" in page
    assert "<td>ask → broken</td><td>0</td><td>not counted</td>" in page
    report = (project.path / "r.md").read_text()
    assert "- [x] All transitions verified (2 of 2 taken, 4 not counted)" in report
    assert "- [ ] All transitions verified (0 of 1 taken)" in report
    again = project.runpytest_subprocess("-n", "2", "--interactor-coverage=d.json")
    assert (again.ret, (project.path / "d.json").read_text()) == (0, (project.path / "c.json").read_text())


NEVER = workflow(
    "never",
    {
        "ask": halt(when("n", "gt", 5, "big"), when("n", "gt", 10, "huge"), "done"),
        "big": action(when("n", "gt", 3, "done"), "lost"),
        "huge": halt(to("done", ok=True)),
        "lost": terminal(),
        "done": terminal(transitions=[when("n", "gt", 1, "ask")]),
    },
)


def test_what_is_proven_to_be_impossible_is_told_with_the_reason_and_does_not_count(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        f"""
        import json

        def test_it(interactor):
            interactor.load(json.loads({json.dumps(NEVER)!r}))
            interactor.start("never").resume(n=6)
            interactor.start("never").resume(n=5)
        """
    )
    files = ("--interactor-coverage=c.json", "--interactor-coverage=c.html", "--interactor-report=r.md")
    result = ran(pytester, "--interactor-coverage", "--interactor-coverage-fail-under=100", *files)
    lines = [
        "state huge: no way leads to it",
        "state lost: no way leads to it",
        "transition ask → huge: a transition before it is taken first: wherever n gt 10 holds, n gt 5 does too",
        "transition big → lost: one of the transitions before it is always taken",
        "transition done → ask: a terminal state is never left",
        "condition big → done: n gt 3 is always true there",
    ]
    assert result.ret == 0
    assert [line.strip() for line in result.outlines if line.startswith("  impossible: ")] == [
        f"impossible: {each}" for each in lines
    ]
    result.stdout.fnmatch_lines(["never           3/3          3/3         4/4   100 %"])
    (written,) = json.loads((pytester.path / "c.json").read_text())["workflows"].values()
    assert (written["percent"], written["missing"], written["impossible"]) == (100, [], lines)
    page = (pytester.path / "c.html").read_text()
    assert f"<small>impossible: {lines[0]}</small>" in page
    assert "<td>huge → done</td><td>0</td><td>impossible</td>" in page
    report = (pytester.path / "r.md").read_text()
    assert "- [x] All transitions verified (3 of 3 taken, 4 impossible)" in report


def test_a_workflow_has_a_gate_of_its_own(project: pytest.Pytester) -> None:
    def gated(*gates: str) -> tuple[int, list[str]]:
        result = ran(project, *(f"--interactor-coverage-fail-under={each}" for each in gates))
        return int(result.ret), [line for line in result.outlines if line.startswith("path coverage ")]

    assert gated("rare=100", "other=60", "other=30") == (
        0,
        [
            "path coverage of rare 100.0 %, required 100 %: reached",
            "path coverage of other 33.3 %, required 30 %: reached",
        ],
    )
    assert gated("rear=10", "other=60", "80") == (
        1,
        [
            "path coverage of rear: FAILED: no test ran this workflow; did you mean rare?",
            "path coverage of other 33.3 %, required 60 %: FAILED: not reached",
            "path coverage 77.8 %, required 80 %: FAILED: not reached",
        ],
    )


WANTED = "a percentage from 0 to 100 is wanted, or NAME=PERCENT for one workflow, not"


def test_a_gate_that_is_none_is_told_before_the_tests(project: pytest.Pytester) -> None:
    result = ran(project, "--interactor-coverage-fail-under=rare=much")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"*--interactor-coverage-fail-under: {WANTED} rare=much"])


@pytest.mark.parametrize("text", ["much", "rare=", "rare=101", "-1", "nan", ""])
def test_a_percentage_is_one(text: str) -> None:
    with pytest.raises(ValueError, match=WANTED):
        gates_from([text])


@pytest.mark.usefixtures("every_plugin")
def test_exec_has_the_same_gates(tmp_path: Path) -> None:
    file = tmp_path / "rare.json"
    file.write_text(json.dumps(RARE))
    code = (
        "import os, urllib.request as r; r.urlopen(r.Request(os.environ['INTERACTOR_CORE_URL'] + "
        "'/api/v1/workflows/rare/instances', b'{\"namespace\": \"a\"}', {'Content-Type': 'application/json', "
        "'Authorization': 'Bearer ' + os.environ['INTERACTOR_TOKEN']}))"
    )
    command = [str(BIN / "interactor-emulator"), "exec", "--definitions", str(file)]

    def run(*arguments: str) -> tuple[int, list[str]]:
        done = subprocess.run([*command, *arguments], capture_output=True, text=True, timeout=60)
        return done.returncode, re.findall(r"^(?:path coverage .*|interactor-emulator .*)$", done.stderr, re.M)

    python = ("--", sys.executable, "-c", code)
    low, high = "--coverage-fail-under=rare=10", "--coverage-fail-under=90"
    assert run(low, *python) == (0, ["path coverage of rare 16.7 %, required 10 %: reached"])
    assert run(low, high, *python)[0] == 1
    assert run(high, "--", sys.executable, "-c", "raise SystemExit(7)")[0] == 7
    assert run("--coverage-fail-under=x", *python) == (
        2,
        [f"interactor-emulator exec: --coverage-fail-under: {WANTED} x (interactor-emulator exec --help)"],
    )


def test_a_gate_over_nothing_is_not_reached(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_nothing(): pass")
    result = ran(pytester, "--interactor-coverage-fail-under=99")
    result.stdout.fnmatch_lines(["path coverage, required 99 %: FAILED: no test ran any workflow"])
    assert result.ret == pytest.ExitCode.TESTS_FAILED


def test_where_no_workflow_ran_there_is_no_percentage(pytester: pytest.Pytester) -> None:
    """Neither in what is written, nor where that is read again."""
    pytester.makepyfile("def test_it(interactor): pass")
    assert ran(pytester, "--interactor-coverage=c.json", "--interactor-coverage=c.html").ret == 0
    written = json.loads((pytester.path / "c.json").read_text())
    assert (written["percent"], written["workflows"]) == (None, {})
    assert "<h1>Path coverage: no test ran any workflow</h1>" in (pytester.path / "c.html").read_text()
    again = ran(pytester, "--interactor-coverage-from=c.json", "--interactor-coverage-fail-under=0")
    assert again.ret == 1
    again.stdout.fnmatch_lines(["path coverage, required 0 %: FAILED: no test ran any workflow"])
