"""The definitions with planted bugs are what their table says, before anybody searches them."""

import json
from collections import Counter
from pathlib import Path

import pytest
from interactor_emulator import Emulator

PLANTED = Path(__file__).parent / "planted"
BUGS = json.loads((PLANTED / "bugs.json").read_text())
"""Of each definition with a bug: its kind, the state and place of it, the finding that must tell it, and what it is."""
CLEAN = sorted(PLANTED.glob("clean-*.json"))


def test_four_bugs_of_ten_kinds_are_planted_and_ten_definitions_are_clean() -> None:
    files = {path.stem for path in PLANTED.glob("*-*.json")}

    assert len(CLEAN) == 10
    assert files == set(BUGS) | {path.stem for path in CLEAN}
    assert list(Counter(bug["kind"] for bug in BUGS.values()).values()) == [4] * 10


@pytest.mark.parametrize("name", BUGS)
def test_a_definition_with_a_bug_is_valid_and_has_what_its_row_names(name: str) -> None:
    definition = json.loads((PLANTED / f"{name}.json").read_text())
    bug = BUGS[name]

    assert Emulator().load(definition).startswith("v_")
    assert bug["state"] in definition["states"]
    assert bug["place"].startswith(f"states.{bug['state']}") or bug["kind"] == "join"
    assert name.startswith(f"{bug['kind']}-")
