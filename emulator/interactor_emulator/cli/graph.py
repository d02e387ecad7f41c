"""`graph`: the picture of a definition."""

from pathlib import Path
from typing import Any

import click

from interactor_emulator import terminal

_FORMATS = ("svg", "mermaid", "dot")
_ENDINGS = {".svg": "svg", ".mmd": "mermaid", ".mermaid": "mermaid", ".dot": "dot", ".gv": "dot"}
# What a picture is often wanted as, and none of this is.
_OTHERS = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".pdf")


@click.command(
    "graph",
    short_help="Draw a definition as SVG, Mermaid or DOT.",
    epilog="Example: interactor-emulator graph leave.json --format mermaid",
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--format", "format_", type=click.Choice(_FORMATS), help="svg, unless the output's ending says otherwise."
)
@click.option("--output", "-o", type=click.Path(path_type=Path), help="A file to write; standard output unless given.")
def command(file: Path, format_: Any, output: Path | None) -> None:
    """Draw the definition in FILE: states, and when each transition is taken.

    The ending of the file to write chooses the format: .svg, .mmd or .dot.
    """
    from interactor_emulator.emulator import Emulator, close_shared_pool, read_definition
    from interactor_emulator.errors import ValidationError

    from .options import load

    format_ = _format(format_, output)
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


def _format(chosen: str | None, output: Path | None) -> "Any":
    ending = "" if output is None else output.suffix.lower()
    if output is not None and ending in _OTHERS:
        raise click.UsageError(
            f"--output {output}: there is {', '.join(_FORMATS)}, and no {ending[1:]}; write "
            f"{output.with_suffix('.svg')}, which browsers show, or --format dot for Graphviz"
        )
    return chosen or _ENDINGS.get(ending, "svg")
