"""`validate`: the errors of definitions, and what they hardly mean, with their places in the files."""

import sys
from collections.abc import Iterator
from errno import ENOENT
from pathlib import Path
from typing import TYPE_CHECKING

import click

from interactor_emulator import terminal

from .findings import FORMATS, UNREADABLE, DefinitionFile, Finding, as_json, unreadable
from .options import definition_files
from .programs import say_json

if TYPE_CHECKING:
    from interactor_emulator.emulator import Emulator


@click.command(
    "validate",
    short_help="Find the errors of definitions, and what they hardly mean.",
    epilog="Example: interactor-emulator validate --strict definitions/",
)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE…")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json", "github"]),
    default="text",
    show_default=True,
    help="For people and editors, for programs, or as annotations of GitHub.",
)
@click.option("--strict", is_flag=True, help="Fail for warnings too.")
def command(files: tuple[Path, ...], format_: str, strict: bool) -> None:
    """Check the definitions in each FILE, or in the .json files of a folder: errors as the API gives them, and warnings
    of what is allowed and hardly meant. Each finding begins with FILE:LINE:COLUMN.

    The exit code is 1 when there are errors (with --strict, warnings), 2 when a file cannot be read.
    """
    from interactor_emulator.emulator import Emulator, close_shared_pool

    try:
        found = [each for path in files for each in _found(Emulator(), path)]
    finally:
        close_shared_pool()
    unread = [each for each in found if each.code == UNREADABLE]
    shown = [each for each in found if each not in unread] if format_ == "text" else found
    if format_ == "json":
        say_json({"findings": as_json(found)})
    elif shown:
        terminal.say(FORMATS[format_](shown))
    errors, warnings = (sum(each.severity == one for each in found) for one in ("error", "warning"))
    terminal.complain(f"{_count(errors, 'error')}, {_count(warnings, 'warning')}")
    sys.exit(2 if unread else 1 if errors or (strict and warnings) else 0)


def _found(emulator: "Emulator", path: Path) -> Iterator[Finding]:
    """Of a file, or of all in a folder; what cannot be read is told at once, and the others are read all the same."""
    try:
        files = definition_files([path])
        if not files:
            raise FileNotFoundError(ENOENT, "there is no .json file in this folder", str(path))
    except OSError as error:
        yield _told(path, error)
        return
    for file in files:
        try:
            yield from DefinitionFile(file).findings(emulator)
        except (OSError, ValueError) as error:
            yield _told(file, error)


def _told(path: Path, error: OSError | ValueError) -> Finding:
    found = unreadable(path, error)
    terminal.complain(found)
    return found


def _count(number: int, what: str) -> str:
    return f"{number} {what}" + ("" if number == 1 else "s")
