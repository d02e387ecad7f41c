"""The page for assistants: it is printed as it stands, and names nothing that there is not."""

import json
import re
import subprocess
import sys
from operator import attrgetter
from pathlib import Path

import click
import pytest
from interactor_emulator import Emulator
from interactor_emulator.cli import group, main
from interactor_emulator.cli.guide import PAGE

TEXT = PAGE.read_text("utf-8")
CONTEXT = click.Context(group)
LINES = 320
"""An assistant reads it in one go."""


def test_the_guide_is_printed_as_it_stands(capsys: pytest.CaptureFixture[str]) -> None:
    main(["guide"])
    assert capsys.readouterr().out == TEXT


def test_a_program_gets_it_as_a_text(capsys: pytest.CaptureFixture[str]) -> None:
    main(["guide", "--format", "json"])
    assert json.loads(capsys.readouterr().out)["guide"] == TEXT


def test_it_can_be_read_in_one_go() -> None:
    assert len(TEXT.splitlines()) < LINES


def test_the_help_of_all_commands_names_it(capsys: pytest.CaptureFixture[str]) -> None:
    main(["--help"])
    assert "interactor-emulator guide" in capsys.readouterr().out.splitlines()[-1]


def test_every_command_and_option_that_it_names_is_there() -> None:
    found = re.findall(r"`?interactor-emulator ([a-z-]+)([^`\n|]*)", TEXT)
    assert {"exec", "validate"} <= {name for name, _ in found}
    assert any("--" in rest for _, rest in found)
    for name, rest in found:
        command = group.get_command(CONTEXT, name)
        assert command is not None, name
        own = {option for each in command.params for option in each.opts}
        assert set(re.findall(r"--[a-z-]+", rest.partition(" -- ")[0].partition("&&")[0])) <= own, (name, rest)


def test_every_option_of_pytest_that_it_names_is_there(tmp_path: Path) -> None:
    shown = subprocess.run([sys.executable, "-m", "pytest", "--help"], cwd=tmp_path, capture_output=True, text=True)
    named = set(re.findall(r"--interactor-[a-z-]+", TEXT))
    assert named
    assert named <= set(re.findall(r"--interactor-[a-z-]+", shown.stdout))


def test_every_member_of_an_emulator_and_a_run_that_its_tables_name_is_there(interactor: Emulator) -> None:
    interactor.load({"name": "one", "initial_state": "end", "states": {"end": {"type": "terminal"}}})
    owners = {"": interactor, "run": interactor.start("one")}
    table = TEXT.partition("| `interactor` (an `Emulator`) | |")[2].partition("\n\n")[0]
    cells = [row.split(" | ")[0] for row in table.splitlines()[2:]]
    assert len(cells) > len(owners)
    found = re.findall(r"`(run)?\.([a-z_.]+)", " ".join(cells))
    assert {owner for owner, _ in found} == {*owners}
    for named in found:
        attrgetter(named[1])(owners[named[0]])
