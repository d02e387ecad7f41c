"""The page of the commands: each command and each of its options is on it."""

import re
from pathlib import Path

import click
import pytest
from interactor_emulator.cli import group

PAGE = (Path(__file__).parents[2] / "docs" / "commands.md").read_text("utf-8")
CONTEXT = click.Context(group)


@pytest.mark.parametrize("name", group.list_commands(CONTEXT))
def test_the_page_of_the_commands_has_every_option(name: str) -> None:
    command = group.get_command(CONTEXT, name)
    assert command is not None
    assert f"## `{name}`" in PAGE
    for option in command.params:
        if isinstance(option, click.Option):
            assert re.search(rf"{option.opts[0]}\b", PAGE), option.opts
