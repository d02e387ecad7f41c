"""`test`: scenario files, run and told."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from interactor_emulator.cli import main
from interactor_emulator.wire import scenario_file
from interactor_emulator.wire.scenario import Answer, Expected, Scenario
from interactor_fixtures import definition

from tests.cli.test_terminal import NASTY, obeyed, said
from tests.workflows import halt, http, terminal, to, workflow

EXAMPLES = Path(__file__).parents[2] / "examples" / "scenarios"
LEAVE = workflow(
    "leave_request",
    {"ask": halt(to("granted", ok=True), to("refused", ok=False)), "granted": terminal(), "refused": terminal()},
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows" / "leave.json").write_text(json.dumps(LEAVE))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def put(name: str, /, **members: Any) -> Path:
    path = Path(f"{name}.scenario.json")
    path.write_text(json.dumps({"definition": "flows/leave.json", **members}))
    return path


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        main(["test", *arguments])
    captured = capsys.readouterr()
    return int(ended.value.code or 0), captured.out, captured.err


def test_the_documents_scenario_table_holds(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = run(capsys, str(EXAMPLES))
    assert (status, err) == (0, "4 passed\n")
    assert [line.split(": ")[1].split(" (")[0] for line in out.splitlines()] == [
        "Auto-approve",
        "Manager only",
        "Rejected",
        "VP required",
    ]
    assert json.loads((EXAMPLES / "purchase_approval.json").read_text("utf-8")) == definition("purchase_approval")


def test_what_is_not_as_expected_is_told_below_its_line(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put("a", name="as it should be", steps=[{"answer": {"ok": True}, "state": "ask"}], expect={"state": "granted"})
    put("b", steps=[{"answer": {"ok": False}, "state": "ask"}], expect={"path": ["ask", "granted"]})
    status, out, err = run(capsys, ".")
    assert (status, err) == (1, "1 passed, 1 failed\n")
    first, second, *below = out.splitlines()
    assert first.startswith("✓ a.scenario.json: as it should be (")
    assert second.startswith("✗ b.scenario.json: b (")
    assert "      > granted   refused" in below
    assert "          ✗ granted: ok equals true, saw false ✗" in below


def test_what_cannot_be_read_or_run_is_a_mistake_and_the_others_run(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put("a")
    put("b", definition="flows/laeve.json")
    put("c", workflow="leave")
    put("d", exepct={})
    put("e", definition="flows/broken.json")
    put("f", definition="flows/invalid.json")
    put("g", stubs=[{"url": "x", "respond": {"json": float(0)}, "query": {}, "method": "GET"}], definition=None)
    Path("flows/broken.json").write_text('{"name": "b",}')
    Path("flows/invalid.json").write_text('{"name": "b", "initial_state": "x", "states": {"y": {"type": "terminal"}}}')
    status, out, err = run(capsys, ".", "a.scenario.json")
    assert status == 2
    assert [line.split(" (")[0] for line in out.splitlines()] == ["✓ a.scenario.json: a"]
    assert "b.scenario.json: definition: there is no file flows/laeve.json; did you mean leave.json?\n" in err
    assert "c.scenario.json: workflow: flows/leave.json has the workflow 'leave_request', and not 'leave'\n" in err
    assert "d.scenario.json:1:36: exepct: unknown: exepct; did you mean expect?\n" in err
    assert "flows/broken.json:1:14: not valid JSON" in err
    assert "f.scenario.json: flows/invalid.json: Workflow definition is invalid\n" in err
    assert "g.scenario.json:1:16: definition: must be a string, not null\n" in err
    assert err.endswith("1 passed, 6 unreadable\n")


def test_a_workflow_is_found_by_its_name(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("a.scenario.json").write_text('{"workflow": "leave_request"}')
    assert run(capsys, ".", "--definitions", "flows")[0] == 0
    status, _, err = run(capsys, ".")
    assert (status, err.splitlines()[0]) == (2, "a.scenario.json: workflow: no definition of 'leave_request' in .")
    Path("a.scenario.json").write_text('{"workflow": "leave_requests"}')
    assert (
        "no definition of 'leave_requests' in flows, .; did you mean leave_request?"
        in run(capsys, ".", "--definitions", "flows")[2]
    )


def test_what_cannot_be_started_fails(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put("a", input={"text": "x" * 70_000})
    status, out, _ = run(capsys, ".")
    assert status == 1
    assert "    it cannot be started: payload_too_large: input exceeds the limit of 65536 bytes" in out


def test_no_call_leaves_that_nothing_answers(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    url = "https://yourapp.example/${secrets.KEY}"
    Path("flows/leave.json").write_text(json.dumps(workflow("calls", {"call": http(url, "end"), "end": terminal()})))
    put("a", expect={"error": "http_error"})
    assert run(capsys, ".")[0] == 0
    put(
        "a", stubs=[{"url": "https://yourapp.example/k12345", "respond": {"json": {"x": 1}}}], expect={"data": {"x": 1}}
    )
    assert run(capsys, ".")[0] == 1
    assert run(capsys, ".", "--secret", "KEY=k12345")[0] == 0


def test_the_json_says_all_that_came_of_each(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put("a", steps=[{"answer": {"ok": 3}, "state": "ask", "refused": "invalid_transition"}])
    put("b", nothing=1)
    status, out, err = run(capsys, ".", "--format", "json")
    assert (status, err) == (2, "1 passed, 1 unreadable\n")
    first, second = json.loads(out)["scenarios"]
    assert first.pop("seconds") > 0
    assert first == {
        "file": "a.scenario.json",
        "name": "a",
        "verdict": "passed",
        "differences": [],
        "status": "halted",
        "state": "ask",
        "path": ["ask"],
        "data": {},
        "error": None,
        "events": ["workflow.instance.created", "workflow.instance.halted"],
        "refused": ["invalid_transition"],
    }
    assert second["verdict"] == "unreadable"
    assert second["differences"] == ["b.scenario.json:1:36: nothing: unknown: nothing; there are $schema, format, name, workflow, definition, namespace, input, stubs, steps, expect"]  # noqa: E501  # fmt: skip


def test_a_folder_without_scenarios_is_a_mistake(folder: Path) -> None:
    assert said("test", "flows") == "interactor-emulator: flows: there is no .scenario.json file in this folder\n"
    assert said("test", "flosw") == "interactor-emulator: flosw: no such file or folder; did you mean flows?\n"
    (folder / ".venv").mkdir()
    (folder / ".venv" / "a.scenario.json").write_text("{}")
    assert "there is no .scenario.json file" in said("test", ".")


@settings(max_examples=20)
@given(NASTY, NASTY)
def test_nothing_that_a_terminal_would_obey_is_said_of_a_scenario(
    tmp_path_factory: pytest.TempPathFactory, name: str, other: str
) -> None:
    path = tmp_path_factory.mktemp("hostile") / "h.scenario.json"
    path.with_name("d.json").write_text(
        json.dumps(workflow(name, {name: halt(to("end!", **{other: 1})), "end!": terminal()}))
    )
    expect = Expected(state=other, path=(name, other), data={other: name})
    scenario_file.write(path, Scenario(other, "", {other: name}, (Answer(name, {other: name}),), expect, (), "d.json"))
    text = said("test", str(path))
    assert (obeyed(text), "Traceback" in text) == ([], False)
