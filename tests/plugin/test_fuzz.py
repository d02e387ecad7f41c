"""`--interactor-fuzz`: the definitions that the tests loaded are run with made-up cases."""

import json

import pytest

from tests.workflows import script, terminal, workflow

GAP = workflow(
    "gap",
    {
        "submit": script(
            "return { amount: Number(input.amount) || 0 }",
            {"target": "paid", "condition": {"field": "amount", "operator": "lt", "value": 1000}},
            {"target": "asked", "condition": {"field": "amount", "operator": "gt", "value": 1000}},
        ),
        "paid": terminal(),
        "asked": terminal(),
    },
)
FINE = workflow("fine", {"start": script("return { amount: input.amount }", "end"), "end": terminal()})
TESTS = """
import json

def test_small_amounts_are_paid(interactor):
    interactor.load("gap.json")
    interactor.start("gap", {"amount": 5}).assert_completed("paid")

def test_a_fine_one_is_loaded_and_not_even_started(interactor):
    interactor.load("fine.json")
"""
OPTIONS = ("-p", "no:cacheprovider", "--interactor-diagnostics=off")


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    pytester.makefile(".json", gap=json.dumps(GAP), fine=json.dumps(FINE))
    pytester.makepyfile(TESTS)
    return pytester


def test_what_is_found_fails_the_session_with_the_smallest_case(project: pytest.Pytester) -> None:
    shown = project.runpytest_subprocess(*OPTIONS, "--interactor-fuzz", "60")
    assert shown.ret == pytest.ExitCode.TESTS_FAILED
    shown.assert_outcomes(passed=2)
    shown.stdout.fnmatch_lines(
        [
            "*= interactor fuzz =*",
            "fine: done after * s: 60 examples; 0 errors, 0 warnings",
            "gap: error: unmatched_data: No transition of state 'submit' holds",
            '    input: {"amount": 1000}',
            "    path: submit",
            "gap: done after * examples; 1 error, 0 warnings",
        ]
    )


def test_workers_tell_what_their_tests_have_loaded(project: pytest.Pytester) -> None:
    shown = project.runpytest_subprocess(*OPTIONS, "-n", "2", "--interactor-fuzz", "20")
    assert shown.ret == pytest.ExitCode.TESTS_FAILED
    shown.stdout.fnmatch_lines(["fine: *; 0 errors, 0 warnings", "gap: error: unmatched_data: *"])


def test_where_nothing_is_found_the_session_passes(project: pytest.Pytester) -> None:
    shown = project.runpytest_subprocess(*OPTIONS, "-k", "fine", "--interactor-fuzz", "20")
    assert shown.ret == pytest.ExitCode.OK
    shown.stdout.no_fnmatch_line("gap: *")


def test_a_number_that_is_none_is_refused(project: pytest.Pytester) -> None:
    shown = project.runpytest_subprocess("--interactor-fuzz", "0")
    shown.stderr.fnmatch_lines(["*--interactor-fuzz is a number of cases, 1 or more*"])
