"""`validate`: errors and warnings with their places, for people, programs and GitHub."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
from interactor_emulator import Emulator, InvalidWorkflow

from tests.workflows import action, halt, terminal, workflow

COMMAND = [str(Path(sys.executable).parent / "interactor-emulator"), "validate"]

WRONG = """{
  "name": "wrong",
  "initial_state": "strat",
  "states": {
    "start": {
      "type": "halting",
      "presentaton": {"type": "form"},
      "transitions": [
        {"target": "nowhere"},
        {"condition": {"field": "x", "equals": 1}}
      ]
    },
    "e.nd": {"type": "termnal"}
  }
}
"""
ODD = """{
  "name": "odd",
  "initial_state": "start",
  "states": {
    "start": {"type": "halting", "transitions": [{"target": "end"}]},
    "lost": {"type": "terminal"},
    "end": {"type": "terminal"}
  }
}
"""
GOOD = json.dumps(workflow("good", {"end": terminal()}))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in (("wrong", WRONG), ("odd", ODD), ("good", GOOD), ("broken", '{\n "name": }')):
        (tmp_path / f"{name}.json").write_text(text)
    return tmp_path


def validated(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    done = subprocess.run([*COMMAND, *arguments], cwd=folder, capture_output=True, text=True, timeout=60)
    assert "Traceback" not in done.stderr
    return done


def test_every_finding_begins_with_its_place_from_top_to_bottom(folder: Path) -> None:
    done = validated(folder, "wrong.json", "odd.json")
    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        "wrong.json:3:20: error: initial_state: Initial state 'strat' does not exist (did you mean start?)",
        "wrong.json:7:7: warning: unknown_field: states.start.presentaton: State has no member 'presentaton'; it is "
        "ignored (Did you mean 'presentation'?)",
        "wrong.json:9:20: error: states.start.transitions[0].target: Target state 'nowhere' does not exist",
        "wrong.json:10:9: error: states.start.transitions[1].target: Transition needs a target: the name of a state",
        "wrong.json:13:22: error: states[\"e.nd\"].type: State type 'termnal' is unknown; use action, halting or "
        "terminal",
        "odd.json:6:5: warning: unreachable_state: states.lost: State 'lost' cannot be reached from 'start' (Add a "
        "transition that leads to it, or remove it.)",
    ]
    assert done.stderr == "4 errors, 2 warnings\n"


@pytest.mark.parametrize(
    ("arguments", "status", "told"),
    [
        (["good.json"], 0, "0 errors, 0 warnings"),
        (["odd.json"], 0, "0 errors, 1 warning"),
        (["--strict", "odd.json"], 1, "0 errors, 1 warning"),
        (["wrong.json"], 1, "4 errors, 1 warning"),
        (["broken.json", "good.json"], 2, "broken.json:2:10: error: not valid JSON: Expecting value"),
        (["nowhere.json", "odd.json"], 2, "nowhere.json:1:1: error: no such file or folder"),
        (["."], 2, "5 errors, 2 warnings"),
        (["empty"], 2, "empty:1:1: error: there is no .json file in this folder"),
        ([], 2, "Missing argument 'FILE…'"),
        (["--format", "xml", "good.json"], 2, "'xml' is not one of"),
    ],
)
def test_the_status_says_what_was_found(folder: Path, arguments: list[str], status: int, told: str) -> None:
    (folder / "empty").mkdir()
    done = validated(folder, *arguments)
    assert (done.returncode, told in done.stderr) == (status, True), done


def findings(done: "subprocess.CompletedProcess[str]") -> list[dict[str, Any]]:
    found = json.loads(done.stdout)["findings"]
    assert isinstance(found, list)
    return found


def test_as_json_each_finding_has_the_same_members(folder: Path) -> None:
    done = validated(folder, "--format", "json", "broken.json", "odd.json")
    assert done.returncode == 2
    assert findings(done) == [
        {
            "file": "broken.json",
            "line": 2,
            "column": 10,
            "severity": "error",
            "code": "unreadable",
            "path": "",
            "message": "not valid JSON: Expecting value",
            "hint": "",
        },
        {
            "file": "odd.json",
            "line": 6,
            "column": 5,
            "severity": "warning",
            "code": "unreachable_state",
            "path": "states.lost",
            "message": "State 'lost' cannot be reached from 'start'",
            "hint": "Add a transition that leads to it, or remove it.",
        },
    ]
    assert findings(validated(folder, "--format", "json", "good.json")) == []


def test_for_github_each_finding_is_an_annotation(folder: Path) -> None:
    (folder / "a,b.json").write_text(json.dumps(workflow("x", {"100%\n": {"type": "nope"}}, "100%\n")))
    done = validated(folder, "--format", "github", "a,b.json", "odd.json", "broken.json")
    assert done.returncode == 2
    first, second, third = done.stdout.splitlines()
    assert first.startswith("::error file=a%2Cb.json,line=1,col=")
    assert '::states["100%25\\n"].type: State type' in first
    assert second.startswith("::warning file=odd.json,line=6,col=5,title=unreachable_state::states.lost: State 'lost'")
    assert third == "::error file=broken.json,line=2,col=10,title=unreadable::not valid JSON: Expecting value"


def test_the_errors_are_those_of_the_api(folder: Path, interactor: Emulator, interactor_client: httpx.Client) -> None:
    told = interactor_client.post("/workflows/validate", json=json.loads(WRONG)).json()["data"]["errors"]
    found = findings(validated(folder, "--format", "json", "wrong.json"))
    errors = [each for each in found if each["severity"] == "error"]
    assert [{"path": each["path"], "message": each["message"]} for each in errors] == told


def test_the_warnings_are_the_diagnostics_of_a_workflow_that_is_created(folder: Path, interactor: Emulator) -> None:
    definition = workflow(
        "said", {"ask": halt("end", retires=3), "end": terminal(logic={"type": "script", "code": "return 1"})}
    )
    definition["states"]["on"] = action("end", presentation={"type": "message", "message": "x"})
    (folder / "said.json").write_text(json.dumps(definition, indent=2))
    interactor.load(definition)
    found = findings(validated(folder, "--format", "json", "said.json"))
    told = sorted((each.code, each.message, each.hint) for each in interactor.diagnostics)
    assert sorted((each["code"], each["message"], each["hint"]) for each in found) == told
    assert len(told) >= 3


def test_a_definition_that_no_request_could_bring_is_refused_here_too(tmp_path: Path, interactor: Emulator) -> None:
    """ "Max workflow definition size | 1 MB | Total JSON size": as compact JSON, however it stands in the file."""
    limit = interactor.account.limits.definition_bytes
    most = {**workflow("long", {"end": terminal()}), "ai_guidance": ""}
    left = limit - len(json.dumps(most, separators=(",", ":")))
    for text, errors in [("x" * left, 0), ("x" * (left + 1), 1)]:
        file = tmp_path / "long.json"
        file.write_text(json.dumps({**most, "ai_guidance": text}, indent=2))
        done = subprocess.run([*COMMAND, str(file)], capture_output=True, text=True)
        assert (done.returncode, done.stdout.count("Definition exceeds the limit of 1048576 bytes")) == (errors, errors)
        if errors:
            with pytest.raises(InvalidWorkflow, match="exceeds the limit"):
                interactor.load(file)
        else:
            interactor.load(file)
