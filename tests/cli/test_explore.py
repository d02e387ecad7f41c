"""`explore` as it is called: the table, what it writes, and what it says when something is wrong."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from interactor_emulator.cli import main

from tests.workflows import action, halt, script, terminal, to, workflow

ROOT = Path(__file__).parents[2]
PURCHASE = ROOT / "fixtures" / "interactor_fixtures" / "definitions" / "purchase_approval.json"
FORM = [{"name": "approved", "type": "boolean", "label": "Approve?"}]
FAULTY = workflow(
    "faulty",
    {
        "start": action({"target": "ask", "condition": {"or": []}}, {"target": "ask"}),
        "ask": halt(to("done", approved=True), to("done", approved=False), fields=FORM),
        "done": terminal(),
    },
)


def explore(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[object, str, str]:
    """The exit code, and what was printed on both streams."""
    try:
        main(["explore", *map(str, arguments)])
        code: object = 0
    except SystemExit as ended:
        code = ended.code
    said = capsys.readouterr()
    assert "Traceback" not in said.err
    return code, said.out, said.err


@pytest.fixture
def faulty(tmp_path: Path) -> Path:
    file = tmp_path / "faulty.json"
    file.write_text(json.dumps(FAULTY, indent=2))
    return file


def test_the_scenario_table_and_how_far_the_search_went(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = explore(capsys, PURCHASE)
    assert "| 1 | amount: 1000 | submit → auto_approved → notify_requester → complete | completed |" in out
    assert "| amount: 999 | submit → auto_approved → notify_requester → complete | completed |" in out
    assert (code, err.split(";")[0]) == (0, "7 paths, 12 of 12 transitions taken, 0 proven impossible")


def test_findings_have_their_place_and_the_case_that_shows_them(
    capsys: pytest.CaptureFixture[str], faulty: Path
) -> None:
    code, out, _ = explore(capsys, faulty)
    lines = out.splitlines()
    row = 1 + faulty.read_text().splitlines().index('      "transitions": [')
    assert code == 1
    assert any(each.startswith(f"{faulty}:{row + 1}:") and "warning: impossible_transition" in each for each in lines)
    at = next(index for index, each in enumerate(lines) if "error: refused_answer" in each)
    assert "ask" in lines[at]
    assert lines[at + 1] == "    nothing; ask: nothing"


def test_what_programs_read(capsys: pytest.CaptureFixture[str], faulty: Path) -> None:
    _, out, _ = explore(capsys, faulty, "--format", "json")
    found: dict[str, Any] = json.loads(out)
    assert (found["workflow"], found["stopped"]) == ("faulty", None)
    assert {each["kind"] for each in found["cases"]} >= {"path", "refused"}
    assert [each["code"] for each in found["findings"]] == ["refused_answer", "impossible_transition"]
    assert found["findings"][0]["scenario"]["steps"] == [{"answer": {}, "state": "ask"}]
    ((impossible,),) = [found["impossible"]["transitions"]]
    assert (impossible["state"], impossible["index"]) == ("start", 0)


def test_the_tests_and_the_scenario_files_that_it_writes_pass_as_they_stand(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, faulty: Path
) -> None:
    (tmp_path / "here").mkdir()
    for name, file in (("purchase", PURCHASE), ("faulty", faulty)):
        written_to = tmp_path / "here" / f"test_{name}.py"
        explore(capsys, file, "--pytest", written_to, "--scenarios", tmp_path / "scenarios")
    run = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "here", "scenarios"]
    done = subprocess.run(run, cwd=tmp_path, capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stdout
    written = list((tmp_path / "scenarios").iterdir())
    tests = "".join(each.read_text() for each in (tmp_path / "here").glob("*.py"))
    assert len(written) >= tests.count("def test_") >= 10


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (None, "no such file"),
        ("{", "no.json:1:2"),
        ('{"name": "x", "initial_state": "a", "states": {"a": {"type": "halt"}}}', "action, halting or terminal"),
    ],
)
def test_a_file_that_is_none_is_one_clear_line(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, text: str | None, told: str
) -> None:
    file = tmp_path / "no.json"
    if text is not None:
        file.write_text(text)
    code, out, err = explore(capsys, file)
    assert (code, out) == (2, "")
    assert told in err


def test_a_search_that_meets_a_bound_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    _, _, err = explore(capsys, PURCHASE, "--max-paths", "3")
    assert "stopped early: 3 paths" in err
    _, _, err = explore(capsys, PURCHASE, "--seconds", "0.000001")
    assert "stopped early: 1e-06 seconds" in err


def test_tests_that_need_a_secret_have_one_of_their_own(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code = "return { signed: secrets.API_KEY.length > 0, key: secrets.API_KEY, amount: input.amount }"
    large = {"target": "large", "condition": {"field": "amount", "operator": "gt", "value": 10}}
    signing = workflow("signing", {"sign": script(code, large, "small"), "large": terminal(), "small": terminal()})
    file, tests = tmp_path / "signing.json", tmp_path / "test_signing.py"
    file.write_text(json.dumps(signing))
    explore(capsys, file, "--secret", "API_KEY=Sup3rSecretValue42", "--pytest", tests)
    text = tests.read_text()
    assert "Sup3rSecretValue42" not in text
    assert "@pytest" not in text
    assert 'pytestmark = pytest.mark.interactor(secrets={"API_KEY": "made-up-value-of-API_KEY"})' in text
    assert text.count("assert_path") >= 2
    run = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tests)]
    done = subprocess.run(run, cwd=tmp_path, capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stdout
