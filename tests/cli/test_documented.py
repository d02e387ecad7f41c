"""The page of the commands: each command and each of its options is on it."""

import re
from pathlib import Path

import click
import pytest
from interactor_emulator.adapters.script.making import SWITCH
from interactor_emulator.cli import group
from interactor_emulator.cli.config import ONLY_IN_FILES, PREFIX

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "commands.md").read_text("utf-8")
CONTEXT = click.Context(group)


@pytest.mark.parametrize("name", group.list_commands(CONTEXT))
def test_the_page_of_the_commands_has_every_option(name: str) -> None:
    command = group.get_command(CONTEXT, name)
    assert command is not None
    assert f"## `{name}`" in PAGE
    for option in command.params:
        if isinstance(option, click.Option):
            assert re.search(rf"{option.opts[0]}\b", PAGE), option.opts


@pytest.mark.parametrize("name", ["serve", "exec", "tail"])
def test_every_option_says_what_it_is_for(name: str) -> None:
    command = group.get_command(CONTEXT, name)
    assert command is not None
    silent = [each.opts[0] for each in command.params if isinstance(each, click.Option) and not each.help]
    assert silent == []


def test_the_help_of_serve_has_every_setting_and_every_place_where_it_may_stand() -> None:
    command = group.get_command(CONTEXT, "serve")
    assert command is not None
    text = command.get_help(click.Context(command, parent=CONTEXT, info_name="serve"))
    options = [each.opts[0] for each in command.params if isinstance(each, click.Option)]
    places = [f"{PREFIX}_SEED", "--config", "interactor.toml", "[tool.interactor-emulator]", "pyproject.toml", SWITCH]
    only_in_files = [f"[[{each}]]" for each in ONLY_IN_FILES]
    words = text.replace("\n", " ").split(" ")
    for said in (*options, *places, *only_in_files):
        assert any(said in word for word in words), said
