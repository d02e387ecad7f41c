"""`test-state`: one state of a definition alone."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.workflows import action, halt, script, terminal, to, workflow

COMMAND = [str(Path(sys.executable).parent / "interactor-emulator"), "test-state"]
PURCHASE = str(
    Path(__file__).parents[2] / "fixtures" / "interactor_fixtures" / "definitions" / "purchase_approval.json"
)
NOW = ["--now", "2026-01-20T12:00:00Z"]


def _run(*arguments: str) -> "subprocess.CompletedProcess[str]":
    done = subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, timeout=20)
    assert "Traceback" not in done.stderr
    return done


def test_the_result_the_transition_and_why() -> None:
    done = _run(PURCHASE, "submit", "--input", '{"amount": 1001}', *NOW)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[:7] == [
        "submit (action): → manager_approval",
        "result: amount: 1001",
        'result: submitted_at: "2026-01-20T12:00:00.000Z"',
        'result: status: "pending"',
        "why: submit (automatic) → manager_approval",
        "  ✗ auto_approved: amount lte 1000, saw 1001 ✗",
        "  ✓ manager_approval: amount lte 10000, saw 1001 ✓",
    ]
    assert '"amount": 1001' in done.stdout


def test_a_call_hears_a_stub_and_without_one_the_status_is_1_with_the_remedy() -> None:
    stub = ["--stub", 'https://yourapp.com/api/notifications={"sent": true}']
    told = _run(PURCHASE, "notify_requester", *stub)
    assert (told.returncode, "result: sent: true" in told.stdout) == (0, True)
    failed = _run(PURCHASE, "notify_requester")
    assert (failed.returncode, "fails: http_error: Egress to https://yourapp.com" in failed.stdout) == (1, True)
    assert "--stub 'https://yourapp.com/api/notifications={\"ok\": true}' answers in its place" in failed.stderr


@pytest.fixture
def file(tmp_path: Path) -> str:
    choices = [{"target": "end", "key": "yes"}]
    states = {
        "ask": halt(to("end", ok=True)),
        "choose": halt(*choices, transition_mode="selection"),
        "hide": script("throw new Error(secrets.KEY)", "end"),
        "stay": action(),
        "end": terminal(),
    }
    path = tmp_path / "w.json"
    path.write_text(json.dumps(workflow("w", states)))
    return str(path)


@pytest.mark.parametrize(
    ("arguments", "status", "first"),
    [
        (["ask"], 0, "ask (halting): waits for an answer"),
        (["ask", "--input", '{"ok": true}'], 0, "ask (halting): → end"),
        (["ask", "--input", "{}"], 1, "ask (halting): the answer is refused: invalid_transition: Input does not match"),
        (["choose", "--choice", "yes"], 0, "choose (halting): → end"),
        (["choose", "--choice", "no"], 1, "choose (halting): the answer is refused"),
        (["hide", "--secret", "KEY=hunter22"], 1, "hide (action): fails: script_error: Error: [REDACTED]"),
        (["stay"], 1, "stay (action): has no transition, and stays for ever"),
        (["end", "--data", '{"x": 1}'], 0, "end (terminal): completes"),
    ],
)
def test_each_kind_of_state_and_its_status(file: str, arguments: list[str], status: int, first: str) -> None:
    done = _run(file, *arguments)
    assert (done.returncode, done.stdout.splitlines()[0][: len(first)]) == (status, first)


def test_the_json_is_that_of_the_control_api(file: str) -> None:
    found = json.loads(_run(file, "ask", "--input", '{"ok": true}', "--format", "json").stdout)
    assert (found["outcome"], found["transition"]["target"], found["workflow_data"]) == (
        "transition",
        "end",
        {"ok": True},
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["aks"], "'aks' is no state of 'w'; did you mean ask?"),
        (["ask", "--input", "{"], "--input: "),
        (["ask", "--data", "[]"], "--data takes a JSON object"),
        (["end", "--choice", "x"], "does not halt"),
    ],
)
def test_a_mistake_is_told_with_status_2(file: str, arguments: list[str], said: str) -> None:
    done = _run(file, *arguments)
    assert (done.returncode, said in done.stderr, done.stdout) == (2, True, "")


def test_a_definition_with_errors_is_told_with_their_places(tmp_path: Path) -> None:
    path = tmp_path / "w.json"
    path.write_text(json.dumps(workflow("w", {"start": action("nowhere")}), indent=1))
    done = _run(str(path), "start")
    assert done.returncode == 2
    assert (
        "w.json:9:16: error: states.start.transitions[0].target: Target state 'nowhere' does not exist" in done.stderr
    )
