"""A test that starts many instances: the report has a row for each path, and not for each instance."""

import json

import pytest

TEST = """
import pytest

WORKFLOW = {
    "name": "many",
    "initial_state": "check",
    "states": {
        "check": {
            "type": "action",
            "transitions": [{"target": "odd", "condition": {"field": "odd", "equals": True}}, {"target": "even"}],
            "logic": {"type": "script", "code": "return {odd: input.number % 2 === 1}"},
        },
        "odd": {"type": "terminal"},
        "even": {"type": "terminal"},
    },
}

@pytest.mark.parametrize("name", ["one", "two"])
def test_many(interactor, name):
    interactor.load(WORKFLOW)
    for number in range(51):
        interactor.start("many", {"number": number}, namespace="a")

def test_once(interactor):
    interactor.load(WORKFLOW)
    interactor.start("many", {"number": 1}, namespace="a")
"""


@pytest.mark.parametrize("workers", [[], ["-n", "2"]])
def test_a_row_is_for_a_path_with_a_count(pytester: pytest.Pytester, workers: list[str]) -> None:
    pytester.makepyfile(TEST)
    result = pytester.runpytest_subprocess("--interactor-report=r.json", "--interactor-report=r.md", *workers)
    assert result.ret == 0
    (report,) = json.loads((pytester.path / "r.json").read_text())["reports"]
    rows = [(each["scenario"], each["path"][-1], each["input"], each["count"]) for each in report["scenarios"]]
    assert rows == [
        ("test_many[one]", "even", "number: 0", 26),
        ("test_many[one]", "odd", "number: 1", 25),
        ("test_many[two]", "even", "number: 0", 26),
        ("test_many[two]", "odd", "number: 1", 25),
        ("test_once", "odd", "number: 1", 1),
    ]
    lines = (pytester.path / "r.md").read_text("utf-8").splitlines()
    assert "| test_many[one] (×26) | number: 0 | check → even | ✓ |" in lines
    assert "| test_once | number: 1 | check → odd | ✓ |" in lines
