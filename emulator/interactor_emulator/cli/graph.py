"""`graph`: the picture of a definition."""

from pathlib import Path
from typing import Any

import click

from interactor_emulator import terminal


@click.command(
    "graph",
    short_help="Draw a definition as SVG, Mermaid or DOT.",
    epilog="Example: interactor-emulator graph leave.json --format mermaid",
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--format", "format_", type=click.Choice(["svg", "mermaid", "dot"]), default="svg", show_default=True)
@click.option("--output", "-o", type=click.Path(path_type=Path), help="A file to write; standard output unless given.")
def command(file: Path, format_: Any, output: Path | None) -> None:
    """Draw the definition in FILE: states, and when each transition is taken."""
    from interactor_emulator.emulator import Emulator, close_shared_pool, read_definition
    from interactor_emulator.errors import ValidationError

    from .options import load

    emulator = Emulator()
    try:
        load(emulator, file)
        picture = emulator.graph(str(read_definition(file)["name"]), format_)
    except ValidationError as error:
        raise ValueError(f"{file}: {error.details[0]['message']}") from None  # type: ignore[index]
    finally:
        close_shared_pool()
    if output is None:
        terminal.say(picture.removesuffix("\n"))
    else:
        output.write_text(picture, "utf-8", "backslashreplace")
        terminal.complain(f"wrote {output}")
