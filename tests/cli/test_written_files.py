"""What `explore` and `fuzz` write for their users: nothing of theirs is lost, and the rights are ordinary ones."""

import json
import os
from pathlib import Path

import pytest
from interactor_emulator.cli import main

from tests.workflows import script, terminal, workflow

MINE = "def test_mine() -> None: ...\n"
COMMANDS = (["explore"], ["fuzz", "--max-examples", "5"])


def run(*arguments: object) -> object:
    try:
        main([*map(str, arguments)])
    except SystemExit as ended:
        return ended.code
    return 0


@pytest.fixture(autouse=True)
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)  # where `fuzz` keeps its cases
    states = {"start": script("null.x", "done"), "done": terminal()}
    (tmp_path / "leave.json").write_text(json.dumps(workflow("leave", states)))
    return tmp_path / "leave.json"


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("linked", [False, True])
def test_tests_of_others_are_kept_unless_forced(
    capsys: pytest.CaptureFixture[str], file: Path, command: list[str], linked: bool
) -> None:
    mine = target = file.with_name("mine.py")
    mine.write_text(MINE)
    if linked:
        target = file.with_name("link.py")
        target.symlink_to(mine)
    assert run(*command, file, "--pytest", target) == 2
    said = capsys.readouterr().err
    assert (str(target) in said, "--force" in said, mine.read_text()) == (True, True, MINE)
    assert run(*command, file, "--pytest", target, "--force") in {0, 1}
    assert mine.read_text().startswith(f"# Written by interactor-emulator {command[0]}")
    assert run(*command, file, "--pytest", target) in {0, 1}  # its own


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("force", [[], ["--force"]])
def test_the_definition_is_never_replaced(file: Path, command: list[str], force: list[str]) -> None:
    before = file.read_text()
    link = file.with_name("link.py")
    link.symlink_to(file)
    hard = file.with_name("hard.py")
    os.link(file, hard)
    assert [run(*command, file, "--pytest", each, *force) for each in (file, link, hard)] == [2, 2, 2]
    assert file.read_text() == before


def test_scenario_files_that_are_there_are_kept_unless_forced(capsys: pytest.CaptureFixture[str], file: Path) -> None:
    folder = file.with_name("cases")
    folder.mkdir()
    theirs = folder / "leave-001.scenario.json"
    theirs.write_text("theirs")
    assert run("explore", file, "--scenarios", folder) == 2
    assert (str(theirs) in capsys.readouterr().err, theirs.read_text()) == (True, "theirs")
    assert run("explore", file, "--scenarios", folder, "--force") in {0, 1}
    assert json.loads(theirs.read_text())["workflow"] == "leave"


@pytest.mark.parametrize("command", COMMANDS)
def test_a_folder_that_is_missing_is_named(capsys: pytest.CaptureFixture[str], file: Path, command: list[str]) -> None:
    assert run(*command, file, "--pytest", file.with_name("none") / "test_it.py") == 2
    assert f"{file.with_name('none')}: no such folder; make it first" in capsys.readouterr().err


@pytest.mark.parametrize("command", COMMANDS)
def test_rights_are_those_of_any_file_and_those_of_a_file_stay(file: Path, command: list[str]) -> None:
    target = file.with_name("test_it.py")
    run(*command, file, "--pytest", target)
    assert target.stat().st_mode == file.stat().st_mode
    target.chmod(0o640)
    run(*command, file, "--pytest", target)
    assert target.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("command", ["validate", "explore", "fuzz", "mutate", "compare", "test", "graph"])
@pytest.mark.parametrize("place", ["name", "state"])
def test_half_a_surrogate_ends_no_command_with_words_of_a_codec(
    capsys: pytest.CaptureFixture[str], file: Path, command: str, place: str
) -> None:
    name, state = ("w\ud800", "start") if place == "name" else ("leave", "s\ud800")
    states = {state: script("null.x", "done"), "done": terminal()}
    file.write_text(json.dumps(workflow(name, states) | {"initial_state": state}))
    further: dict[str, list[object]] = {"compare": [file], "fuzz": ["--max-examples", 5]}
    more = further.get(command, [])
    assert run(command, file, *more) in {0, 1, 2}
    said = capsys.readouterr()
    assert "codec" not in said.err + said.out


@pytest.mark.parametrize(("kind", "told"), [("fifo", "no ordinary file"), ("link", "a link that leads to no file")])
def test_what_is_no_ordinary_file_is_called_so(
    capsys: pytest.CaptureFixture[str], file: Path, kind: str, told: str
) -> None:
    odd = file.with_name("self.json")
    if kind == "fifo":
        os.mkfifo(odd)
    else:
        odd.symlink_to(odd)
    assert run("explore", odd) == 2
    assert f"{odd}: it is {told}" in capsys.readouterr().err
