"""`guide`: the page that teaches an assistant to test a workflow."""

from pathlib import Path

import click

from interactor_emulator import terminal
from interactor_emulator.version import __version__

from .programs import say_json
from .values import format_option

PAGE = Path(__file__).with_name("guide.md")


@click.command(
    "guide",
    short_help="Print the page that teaches an assistant to test a workflow.",
    epilog="Example: interactor-emulator guide > interactor-testing.md",
)
@format_option
def command(format_: str) -> None:
    """Print one page of Markdown for a coding assistant that has the document of the service: what to install, the
    loop from a definition to its Workflow Implementation Report, tests to copy, and the traps."""
    page = PAGE.read_text("utf-8")
    if format_ == "json":
        say_json({"version": __version__, "guide": page})
    else:
        terminal.say(page.removesuffix("\n"))
