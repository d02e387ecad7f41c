"""What the fixture adds to a test that is otherwise empty."""

import re

import pytest

from .figures import report_most

pytestmark = pytest.mark.benchmark

_TESTS = 400


_DEFINITIONS = """
DEFINITIONS = [{"name": f"w{n}", "initial_state": "ask", "states": {
    "ask": {"type": "halting", "transitions": [
        {"target": f"boss{n}", "condition": {"field": "ok", "equals": True}}, {"target": "no"}]},
    f"boss{n}": {"type": "halting", "transitions": [{"target": "yes"}]},
    "yes": {"type": "terminal"}, "no": {"type": "terminal"}}} for n in range(5)]
"""
_IN_PROCESS = """
    interactor.load(DEFINITIONS[{0} % 5])
    run = interactor.start("w" + str({0} % 5), namespace="u").resume(ok={0} % 3 > 0)
    run = run if run.status == "completed" else run.resume()
    run.assert_completed()
"""
_OVER_HTTP = """
    interactor.load(DEFINITIONS[{0} % 5])
    path = "/workflows/w" + str({0} % 5) + "/instances"
    made = interactor_client.post(path, json={{"namespace": "u"}}).json()["data"]
    interactor_client.post("/workflows/instances/" + made["id"] + "/resume", json={{"input": {{"ok": {0} % 3 > 0}}}})
"""


def _seconds(pytester: pytest.Pytester, name: str, argument: str, body: str = "    pass") -> float:
    """The time of a whole session of tests that take these arguments, as pytest says it."""
    tests = [f"def test_{number}({argument}):\n{body.format(number)}" for number in range(_TESTS)]
    body = "\n".join([_DEFINITIONS, *tests])
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
    report_most("interactor fixture over an empty test", costs[1], "ms", at_most=0.2)


@pytest.mark.parametrize(
    ("name", "arguments", "body", "most"),
    [
        ("in process", "interactor", _IN_PROCESS, 2),
        ("with a port", "interactor, interactor_client", _OVER_HTTP, 5),
    ],
)
def test_an_approval_with_its_test(
    pytester: pytest.Pytester, name: str, arguments: str, body: str, most: float
) -> None:
    """Over five definitions, as a project would: set-up, calls, assertions, and no script."""
    pairs = [(_seconds(pytester, "test_ours", arguments, body), _seconds(pytester, "test_empty", "")) for _ in range(3)]
    costs = sorted((ours - empty) * 1000 / _TESTS for ours, empty in pairs)
    report_most(f"test of an approval {name} over an empty test", costs[1], "ms", at_most=most)
