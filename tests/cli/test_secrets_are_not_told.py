"""A script that returns a secret: its value is in nothing that a command prints or writes."""

import json
from pathlib import Path

import pytest
from interactor_emulator.cli import main

from tests.workflows import script, terminal, workflow

SECRET = 'hush-"4711"-hush'
GIVEN = ("--secret", f"API_KEY={SECRET}")


@pytest.mark.parametrize(
    "command",
    [
        ["explore", "it.json"],
        ["explore", "it.json", "--format", "json"],
        ["compare", "it.json", "other.json"],
        ["compare", "it.json", "other.json", "--format", "json"],
        ["run", "it.json", "--explain"],
        ["run", "it.json", "--format", "json"],
        ["test", "it.scenario.json"],
        ["test", "it.scenario.json", "--format", "json"],
        ["test-state", "it.json", "start"],
        ["test-state", "it.json", "start", "--format", "json"],
    ],
)
def test_no_command_prints_it(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, code in (
        ("it", "return {k: secrets.API_KEY, n: 1}"),
        ("other", "return {k: secrets.API_KEY + '!', n: 2}"),
    ):
        states = {"start": script(code, "done"), "done": terminal()}
        (tmp_path / f"{name}.json").write_text(json.dumps(workflow("leave", states)))
    scenario = {"format": 1, "name": "It", "workflow": "leave", "definition": "it.json", "steps": []}
    (tmp_path / "it.scenario.json").write_text(json.dumps({**scenario, "expect": {"data": {"k": "other"}}}))
    written = ["--pytest", "mine.py", "--scenarios", "cases"] if command[0] == "explore" else []
    with pytest.raises(SystemExit) as ended:
        main([*command, *GIVEN, *written])
    said = capsys.readouterr()
    assert ended.value.code in {0, 1}, said.err
    texts = [
        said.out,
        said.err,
        *(each.read_text() for each in tmp_path.rglob("*") if each.suffix == ".py" or "-0" in each.name),
    ]
    assert "4711" not in "".join(texts)
    if written:
        assert '"n": 1' in texts[-1] or "'n': 1" in texts[-1]
