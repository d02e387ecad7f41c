"""Scenario files in a project: collected like tests, counted like tests."""

import json
from typing import Any

import pytest

from tests.workflows import halt, http, terminal, to, workflow

LEAVE = workflow(
    "leave", {"ask": halt(to("granted", ok=True), "refused"), "granted": terminal(), "refused": terminal()}
)
CALLS = workflow("calls", {"call": http("https://x.example/", "end"), "end": terminal()})
GRANTED = {"workflow": "leave", "steps": [{"answer": {"ok": True}, "state": "ask"}], "expect": {"state": "granted"}}
# Fixtures of a user that concern all tests, of every scope.
CONFTEST = """
import pytest

for scope in ("session", "package", "module", "class", "function"):
    @pytest.fixture(autouse=True, scope=scope, name=f"in_{scope}")
    def concerning_all(request, scope=scope):
        assert request.node is not None
        assert scope in ("session", "package", "class") or request.module.__name__
"""


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    folder = pytester.mkdir("flows")
    for each in (LEAVE, CALLS):
        (folder / f"{each['name']}.json").write_text(json.dumps(each))
    pytester.makeconftest(CONFTEST)
    return pytester


def put(project: pytest.Pytester, file: str, **members: Any) -> None:
    (project.path / f"{file}.scenario.json").write_text(json.dumps({**GRANTED, **members}))


def run(project: pytest.Pytester, *options: str) -> pytest.RunResult:
    return project.runpytest_subprocess(
        "--interactor-definitions=flows", "-o", "asyncio_default_fixture_loop_scope=function", *options
    )


def test_they_run_as_tests_over_workers_and_count_as_tests(project: pytest.Pytester) -> None:
    for name in ("a", "b"):
        put(project, name, name=f"{name} is :: granted\n\ud800")
    put(project, "c", expect={"path": ["ask", "refused"]})
    put(project, "d", expcet={})
    put(
        project,
        "e",
        workflow="calls",
        steps=[],
        stubs=[{"url": "https://x.example/"}, {"url": "https://y.example/"}],
        expect={},
    )
    put(project, "f", input={"x": "x" * 70_000})
    put(project, "g", workflow="leaves")
    project.makepyfile("def test_beside(interactor):\n    interactor.load('leave')\n    interactor.start('leave')\n")
    result = run(project, "-n2", "--interactor-coverage", "--interactor-report=report.json")
    result.assert_outcomes(passed=4, failed=4)
    out = result.stdout.str()
    assert "\nexpected another path\n    expected  taken\n    ask       ask\n  > refused   granted\n" in out
    assert "\n      ✓ granted: ok equals true, saw true ✓\n" in out
    assert "d.scenario.json:1:108: expcet: unknown: expcet; did you mean expect?\n" in out
    assert "\nit cannot be started: payload_too_large: input exceeds the limit of 65536 bytes\n" in out
    assert "workflow: no definition of 'leaves' in flows, " in out
    assert "; did you mean leave?\n" in out
    for ours in ("pytest_interactor/", "interactor_emulator/", "hidden", "Traceback"):
        assert ours not in out
    assert [line.split() for line in out.splitlines() if line.startswith("leave ")] == [
        ["leave", "2/3", "1/2", "1/2", "57", "%"]
    ]
    assert "unused: a stub for any https://y.example/\n    No test needed it\n    in e.scenario.json::e" in out
    leave = json.loads((project.path / "report.json").read_text())["reports"][1]
    assert [(each["scenario"], each["passed"]) for each in leave["scenarios"]] == [
        ("a is : granted\\n\\ud800", True),
        ("b is : granted\\n\\ud800", True),
        ("c", False),
        ("test_beside", True),
    ]


@pytest.mark.usefixtures("every_plugin")
def test_they_are_chosen_as_tests_are(project: pytest.Pytester) -> None:
    put(project, "a", name="granted at once")
    put(project, "b", name="granted later")
    assert run(project, "-k", "once or nothing", "-v").parseoutcomes() == {"passed": 1, "deselected": 1}
    run(project, "b.scenario.json::granted later").assert_outcomes(passed=1)


def test_a_project_may_have_such_files_of_its_own(project: pytest.Pytester) -> None:
    put(project, "a", expcet={})
    project.makepyfile("def test_it():\n    pass\n")
    run(project, "-o", "interactor_scenarios=false").assert_outcomes(passed=1)
