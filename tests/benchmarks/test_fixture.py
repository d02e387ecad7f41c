"""What the fixture adds to a test that is otherwise empty."""

import re

import pytest

from .figures import report_most

pytestmark = pytest.mark.benchmark

_TESTS = 400


def _seconds(pytester: pytest.Pytester, name: str, argument: str) -> float:
    """The time of a whole session of tests that take this argument, as pytest says it."""
    body = "\n".join(f"def test_{number}({argument}):\n    pass" for number in range(_TESTS))
    pytester.makepyfile(**{name: body})
    result = pytester.runpytest_subprocess(
        "-q", "-p", "no:randomly", "-p", "no:xdist", "-p", "no:hypothesispytest", f"{name}.py"
    )
    found = re.search(r"passed in ([\d.]+)s", result.stdout.str())
    assert found
    return float(found[1])


def test_the_fixture_over_an_empty_test(pytester: pytest.Pytester) -> None:
    rounds = [(_seconds(pytester, "test_ours", "interactor"), _seconds(pytester, "test_empty", "")) for _ in range(3)]
    costs = sorted((ours - empty) * 1000 / _TESTS for ours, empty in rounds)
    report_most("interactor fixture over an empty test", costs[1], "ms", at_most=1)
