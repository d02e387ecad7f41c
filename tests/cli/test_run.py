"""`run`: a definition, run in the process."""

import subprocess
import sys
from pathlib import Path

import pytest

COMMAND = [str(Path(sys.executable).parent / "interactor-emulator"), "run"]
ROOT = Path(__file__).parents[2]
PURCHASE = str(ROOT / "fixtures" / "interactor_fixtures" / "definitions" / "purchase_approval.json")
STUB = ["--stub", 'https://yourapp.com/api/notifications={"ok": true}']


def _run(*arguments: str) -> "subprocess.CompletedProcess[str]":
    done = subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, timeout=20)
    assert "Traceback" not in done.stderr
    return done


def test_answers_come_in_turn_and_the_path_is_printed() -> None:
    answers = ["--answer", 'manager_approval={"approved": true}', "--answer", 'vp_approval={"approved": false}']
    done = _run(PURCHASE, "--input", '{"amount": 15000}', *answers, *STUB, "--explain")
    assert done.returncode == 0, done.stderr
    assert "status: completed" in done.stdout
    assert "path: submit → manager_approval → vp_approval → rejected → notify_requester → complete" in done.stdout
    assert "and amount gt 10000, saw 15000 ✓" in done.stdout
    assert '"ok": true' in done.stdout


def test_a_halt_without_an_answer_says_how_to_give_one() -> None:
    done = _run(PURCHASE, "--input", '{"amount": 15000}')
    assert (done.returncode, "waits for: an answer in manager_approval" in done.stdout) == (0, True)


def test_a_failed_instance_is_an_exit_code_of_one() -> None:
    done = _run(PURCHASE, "--input", '{"amount": 5}')
    assert done.returncode == 1
    assert "error: http_error: Egress to https://yourapp.com is blocked" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nope.json"], "no definition 'nope.json'"),
        ([PURCHASE, "--input", "[1"], "--input: not valid JSON"),
        ([PURCHASE, "--input", "[]"], "--input takes a JSON object"),
        ([PURCHASE, "--answer", "x"], "--answer takes STATE=JSON"),
        ([PURCHASE, "--answer", "aproved={}"], "no state of the workflow; did you mean approved?"),
        ([PURCHASE, "--now", "soon"], "soon"),
    ],
)
def test_bad_usage_is_told(arguments: list[str], said: str) -> None:
    done = _run(*arguments)
    assert done.returncode == 2
    assert said in done.stderr
