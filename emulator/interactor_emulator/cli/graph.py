"""`graph`: the picture of a definition."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from interactor_emulator import terminal

from .programs import json_text

if TYPE_CHECKING:
    from interactor_emulator.emulator import Emulator

    from . import shapes

_PICTURES = ("svg", "mermaid", "dot")
_ENDINGS = {".svg": "svg", ".mmd": "mermaid", ".mermaid": "mermaid", ".dot": "dot", ".gv": "dot", ".json": "json"}
# What a picture is often wanted as, and none of this is.
_OTHERS = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".pdf")


@click.command(
    "graph",
    short_help="Draw a definition as SVG, Mermaid or DOT, or list it as JSON.",
    epilog="Example: interactor-emulator graph leave.json --format mermaid",
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--format",
    "format_",
    type=click.Choice([*_PICTURES, "json"]),
    help="svg, unless the output's ending says otherwise; json is for programs.",
)
@click.option("--output", "-o", type=click.Path(path_type=Path), help="A file to write; standard output unless given.")
def command(file: Path, format_: Any, output: Path | None) -> None:
    """Draw the definition in FILE: states, and when each transition is taken.

    The ending of the file to write chooses the format: .svg, .mmd, .dot or .json.
    """
    from interactor_emulator.emulator import Emulator, close_shared_pool, read_definition
    from interactor_emulator.errors import ValidationError

    from .options import load

    format_ = _format(format_, output)
    if output is not None and output.exists() and file.exists() and output.samefile(file):
        raise click.UsageError(f"--output {output}: that is the definition itself; name another file")
    emulator = Emulator()
    try:
        load(emulator, file)
        name = str(read_definition(file)["name"])
        picture = _listed(emulator, name) if format_ == "json" else emulator.graph(name, format_)
    except ValidationError as error:
        raise ValueError(f"{file}: {error.details[0]['message']}") from None  # type: ignore[index]
    finally:
        close_shared_pool()
    if output is None:
        terminal.say(picture.removesuffix("\n"))
    else:
        output.write_text(picture, "utf-8", "backslashreplace")
        terminal.complain(f"wrote {output}")


def _listed(emulator: "Emulator", name: str) -> str:
    """What every picture shows, for programs."""
    from interactor_emulator.picture.graph import graph
    from interactor_emulator.services.workflows import find

    shown = graph(emulator.read(lambda account: find(account, name).versions[-1].definition))
    listed: shapes.Drawn = {
        "workflow": shown.name,
        "initial_state": next(each.name for each in shown.nodes if each.initial),
        "states": [{"name": each.name, "type": each.type, "join": each.join} for each in shown.nodes],
        "transitions": [
            {"source": each.source, "target": each.target, "label": each.label, "forks": each.forks}
            for each in shown.edges
        ],
    }
    return json_text(listed)


def _format(chosen: str | None, output: Path | None) -> "Any":
    ending = "" if output is None else output.suffix.lower()
    if output is not None and ending in _OTHERS:
        raise click.UsageError(
            f"--output {output}: there is {', '.join(_PICTURES)}, and no {ending[1:]}; write "
            f"{output.with_suffix('.svg')}, which browsers show, or --format dot for Graphviz"
        )
    return chosen or _ENDINGS.get(ending, "svg")
