"""`--interactor-mutate`: the tests of a definition are run again with wrong versions of it, until one notices."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.workflows import halt, script, terminal, to, workflow

ORDER = workflow(
    "order",
    {
        "take": script(
            "return {amount: input.amount}",
            {"target": "ask", "condition": {"field": "amount", "operator": "gt", "value": 100}},
            "done",
        ),
        "ask": halt(to("done", ok=True), "refused"),
        "done": terminal(),
        "refused": terminal(),
    },
)
# Of these tests none is ever refused, and none orders for 99, 100 or 101.
TESTS = """
def test_small(order):
    order(5).assert_completed("done").assert_path("take", "done")

def test_large(order):
    order(500).assert_halted("ask").resume(ok=True).assert_completed("done").assert_path("take", "ask", "done")
"""
LOADED = """
import pytest

@pytest.fixture
def order(interactor):
    interactor.load("order.json")
    return lambda amount: interactor.start("order", {"amount": amount})
"""
SEVERAL_WAYS = """
import json
from pathlib import Path
import pytest

def test_loaded(order):
    order(5).assert_completed("done").assert_path("take", "done")

@pytest.fixture(scope="session")
def app(interactor_env):
    return interactor_env

def test_posted(app, interactor, interactor_client):
    source = json.loads(Path("order.json").read_text())
    interactor_client.post("/workflows", json={**source, "initial_state": "done"})
    version = interactor_client.post("/workflows/order/versions", json=source).json()["data"]["version_id"]
    interactor_client.post(f"/workflows/order/versions/{version}/publish")
    interactor.start("order", {"amount": 500}).resume(ok=True).assert_path("take", "ask", "done")

@pytest.mark.interactor(workflow="order.json")
def test_marked(interactor):
    interactor.start("order", {"amount": 500}).resume(ok=False).assert_path("take", "ask", "refused")
"""
# Nothing of Hypothesis is needed in the sessions, and it is half of their time.
WITHOUT = ("-p", "no:cacheprovider", "-p", "no:hypothesispytest")
OPTIONS = (*WITHOUT, "--interactor-mutate", "order.json")
QUIET = ("-p", "no:randomly", "-p", "no:xdist")


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    (pytester.path / "order.json").write_text(json.dumps(ORDER))
    pytester.makepyfile(test_order=TESTS, conftest=LOADED)
    return pytester


def result(project: pytest.Pytester, *more: str) -> Mapping[str, Any]:
    """What a session has written, which says nothing of it."""
    shown = project.runpytest_subprocess(*OPTIONS, "--interactor-mutate-result", "result.json", *more)
    assert "mutants" not in shown.stdout.str()
    found: dict[str, Any] = json.loads((project.path / "result.json").read_text())
    return found


def left(found: Mapping[str, Any]) -> list[str]:
    return [f"{row['path']}: {row['change']}" for row in found["mutants"] if row["outcome"] == "survived"]


SURVIVORS = [
    "states.take.transitions[0].condition: amount: gt is gte",
    "states.take.transitions[0].condition.value: amount: 100 is 101",
    "states.take.transitions[0].condition.value: amount: 100 is 99",
    "states.ask.transitions[1]: there is no transition to refused",
    "states.ask.transitions[1].target: the target refused is take",
]


def test_however_a_test_loads_the_definition_the_mutant_is_in_its_place(project: pytest.Pytester) -> None:
    project.makepyfile(test_order=SEVERAL_WAYS)
    before = (project.path / "order.json").read_text()
    found = result(project, *QUIET)
    assert left(found) == SURVIVORS[:3]
    noticed = [row for row in found["mutants"] if row["outcome"] == "noticed"]
    assert len(noticed) == found["noticed"] == len(found["mutants"]) - 3
    assert found["score"] == round(100 * len(noticed) / len(found["mutants"]), 1)
    assert {row["test"].partition("::")[2] for row in noticed} == {"test_loaded", "test_posted", "test_marked"}
    assert all(row["why"] for row in noticed)
    assert (project.path / "order.json").read_text() == before


def test_the_survivors_are_told_with_their_places_and_fail_the_session(project: pytest.Pytester) -> None:
    shown = project.runpytest_subprocess(*OPTIONS, "-n", "2")
    shown.assert_outcomes(passed=2)
    assert shown.ret == pytest.ExitCode.TESTS_FAILED
    rows = json.loads((project.path / "order.json").read_text())
    column = json.dumps(rows).index('"operator": "gt"') - len('{"field": "amount", ') + 1
    lines = [line for line in shown.outlines if line.startswith("order.json")]
    assert lines[0] == f"order.json:1:{column}: not noticed: {SURVIVORS[0]}"
    assert lines[-1] == "order.json: 17 mutants: 12 noticed, 5 not noticed; score 70.6 %"
    assert len(lines) == len(SURVIVORS) + 1


@pytest.mark.usefixtures("every_plugin")
def test_the_tests_of_the_example_notice_every_wrong_version_of_its_definition(pytester: pytest.Pytester) -> None:
    example = Path(__file__).parents[2] / "examples" / "purchase_app"
    shutil.copytree(example, pytester.path / "app", ignore=shutil.ignore_patterns("__pycache__"))
    definition = str(pytester.path / "app" / "definitions" / "purchase.json")
    shown = pytester.runpytest_subprocess("app", *WITHOUT, *QUIET, "--interactor-mutate", definition)
    assert shown.ret == pytest.ExitCode.OK
    assert shown.outlines[-3].endswith("20 mutants: 20 noticed, 0 not noticed; score 100 %")


def test_a_test_that_fails_is_told_and_no_mutant_is_tried(project: pytest.Pytester) -> None:
    project.makepyfile(test_order=TESTS + "\ndef test_wrong(order):\n    order(5).assert_halted()\n")
    shown = project.runpytest_subprocess(*OPTIONS, *QUIET)
    shown.assert_outcomes(passed=2, failed=1)
    assert "there are tests that fail as it is: they would fail with every mutant" in shown.outlines


def test_a_definition_that_no_test_runs_is_told(project: pytest.Pytester) -> None:
    (project.path / "order.json").write_text(json.dumps({**ORDER, "ai_guidance": "Another one."}))
    project.makepyfile(conftest=LOADED.replace('"order.json"', repr(ORDER)))
    shown = project.runpytest_subprocess(*OPTIONS, *QUIET)
    shown.assert_outcomes(passed=2)
    assert shown.ret == pytest.ExitCode.TESTS_FAILED
    assert "no test runs order as it is in order.json, by the fixture interactor" in shown.outlines


def test_what_runs_once_a_process_is_left_out_and_what_waits_for_ever_is_noticed(project: pytest.Pytester) -> None:
    project.makepyfile(
        test_order="""
        import threading

        ran = []

        def test_once(order):
            ran.append(1)
            assert len(ran) == 1
            order(500).resume(ok=True).assert_path("take", "ask", "done")

        def test_waits(order):
            if order(500).state != "ask":
                threading.Event().wait()
        """
    )
    found = result(project, *QUIET, "--interactor-mutate-max", "3")
    assert found["stopped"] == "17 mutants, of which 3 were wanted"
    assert [(row["change"], row["test"], row["why"]) for row in found["mutants"]] == [
        ("amount: gt is gte", "", ""),
        ("there is no transition to ask", "test_order.py::test_waits", "Failed: it was not over after 5 s"),
        ("ok: true is false", "", ""),
    ]


def test_wrong_runs_are_in_no_coverage_and_what_is_noticed_in_them_is_an_error_where_it_is_one(
    project: pytest.Pytester,
) -> None:
    project.makepyfile(
        test_order="""
        def test_large(order):
            order(500)
        """
    )
    strict = result(project, *QUIET, "--interactor-coverage", "covered.json", "--interactor-diagnostics", "error")
    (covered,) = json.loads((project.path / "covered.json").read_text())["workflows"].values()
    assert [each["count"] for each in covered["states"]] == [1, 1]
    noticed = {row["change"]: row["why"] for row in strict["mutants"] if row["why"]}
    assert noticed["there is no transition to ask"].startswith(
        "in its teardown, Failed: the emulator noticed:\nunreachable_state:"
    )


def test_a_mistaken_option_is_told_before_anything_is_run(project: pytest.Pytester) -> None:
    shown = project.runpytest_subprocess("--interactor-mutate", "nothing.json", *QUIET)
    assert shown.ret == pytest.ExitCode.USAGE_ERROR
    assert "ERROR: --interactor-mutate: nothing.json: No such file or directory" in shown.stderr.str()
