"""`fuzz`: definitions, run with made-up cases."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from interactor_emulator.cli import main

from tests.workflows import action, halt, script, terminal, to, workflow

PLANTED = Path(__file__).parents[1] / "explore" / "planted"
CLEAN = PLANTED / "clean-expense.json"
FEW = ["--max-examples", "60"]


def fuzz(*arguments: str | Path) -> int:
    """The exit code."""
    with pytest.raises(SystemExit) as ended:
        main(["fuzz", *map(str, arguments)])
    return int(ended.value.code or 0)


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    return tmp_path / "kept"


@pytest.fixture
def gap(tmp_path: Path) -> Path:
    """A file with a definition that knows small and large amounts, and none in between."""
    return _written(tmp_path / "gap.json", 1000)


def _written(file: Path, least: int) -> Path:
    large = {"field": "amount", "operator": "gte", "value": least}
    small = {"field": "amount", "operator": "lt", "value": 1000}
    if least == 1000:
        large["operator"] = "gt"
    ways = {"target": "paid", "condition": small}, {"target": "asked", "condition": large}
    submit = script("return { amount: Number(input.amount) || 0 }", *ways)
    file.write_text(json.dumps(workflow("gap", {"submit": submit, "paid": terminal(), "asked": terminal()}), indent=2))
    return file


def test_a_failure_is_shown_with_the_smallest_case_the_path_and_why(
    gap: Path, kept: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert fuzz(gap, "--database", kept, *FEW) == 1
    said = capsys.readouterr().out
    assert f"{gap}:11:7: error: unmatched_data: No transition of state 'submit' holds" in said
    assert '    input: {"amount": 1000}\n    path: submit\n    why:\n' in said
    assert "amount lt 1000, saw 1000 ✗" in said
    assert "; 1 error, 0 warnings" in said


def test_where_nothing_is_found_the_exit_code_is_0_and_nothing_is_kept(
    kept: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert fuzz(CLEAN, "--database", kept, *FEW) == 0
    assert capsys.readouterr().out.count("\n") == 1
    assert not kept.exists()


def test_the_same_seed_finds_the_same(gap: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = []
    for number in range(2):
        kept = ["--database", str(tmp_path / str(number))]
        fuzz(
            gap, PLANTED / "refused-hiring-score.json", *kept, "--format", "json", "--seed", "7", "--max-examples", "90"
        )
        shown = json.loads(capsys.readouterr().out)["definitions"]
        found.append([(each["examples"], each["findings"]) for each in shown])
    assert found[0] == found[1]
    assert found[0][1][1]


def test_what_failed_is_kept_as_a_scenario_and_played_first_the_next_time(
    gap: Path, kept: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fuzz(gap, "--database", kept, *FEW)
    (file,) = (kept / "gap").iterdir()
    assert json.loads(file.read_text())["input"] == {"amount": 1000}
    capsys.readouterr()
    assert fuzz(gap, "--database", kept, "--max-examples", "1", "--format", "json") == 1
    (shown,) = json.loads(capsys.readouterr().out)["definitions"]
    assert (shown["examples"], shown["replayed"], len(shown["findings"])) == (1, 1, 1)
    with pytest.raises(SystemExit) as ended:
        main(["test", str(file)])
    assert ended.value.code == 0


def test_what_fails_no_more_is_kept_no_longer(gap: Path, kept: Path) -> None:
    fuzz(gap, "--database", kept, *FEW)
    _written(gap, 999)
    assert fuzz(gap, "--database", kept, *FEW) == 0
    assert list((kept / "gap").iterdir()) == []


def test_what_nobody_sends_is_a_warning_and_fails_where_it_is_asked_to(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    items = script("return { count: input.items.filter(each => each > 1).length }", "end")
    file = tmp_path / "items.json"
    file.write_text(json.dumps(workflow("items", {"start": items, "end": terminal()})))
    arguments = [str(file), "--database", str(tmp_path / "kept"), *FEW]
    assert fuzz(*arguments) == 0
    said = capsys.readouterr().out
    assert "warning: script_error: " in said
    assert "for what hardly anybody sends" in said
    assert "; 0 errors, 1 warning" in said
    assert fuzz(*arguments, "--strict") == 1


def test_a_search_says_that_its_time_was_over(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert fuzz(CLEAN, "--database", kept, "--seconds", "0.001") == 0
    assert f"{CLEAN}: stopped after " in capsys.readouterr().out


def test_a_value_of_a_secret_is_never_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    start = script("return { key: secrets.KEY }", "ask")
    states = {"start": start, "ask": action(to("end", key="no such key")), "end": terminal()}
    file = tmp_path / "leaks.json"
    file.write_text(json.dumps(workflow("leaks", states)))
    assert fuzz(file, "--database", tmp_path / "kept", "--secret", "KEY=hunter2-hunter2", *FEW) == 1
    said = capsys.readouterr().out
    assert "secret_in_output" in said
    assert "[REDACTED]" in said
    assert "hunter2-hunter2" not in said


def test_a_definition_with_errors_is_told_with_their_places(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "wrong.json"
    file.write_text(json.dumps(workflow("wrong", {"start": halt("nowhere")})))
    with pytest.raises(SystemExit) as ended:
        main(["fuzz", str(file)])
    assert ended.value.code == 2
    assert "Target state 'nowhere' does not exist" in capsys.readouterr().err


def test_without_hypothesis_it_says_what_to_install() -> None:
    hidden = (
        "import sys; sys.modules['hypothesis'] = None; from interactor_emulator.cli import main; main(sys.argv[1:])"
    )
    done = subprocess.run(
        [sys.executable, "-c", hidden, "fuzz", str(CLEAN)], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 2
    assert done.stderr.splitlines() == [
        "interactor-emulator: fuzz draws its cases with Hypothesis, which is not installed: "
        "pip install 'interactor-emulator[pytest]'"
    ]
