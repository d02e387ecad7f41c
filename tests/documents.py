"""The pages of `docs/` and the parts of the README that are written from tables; run it to write them anew."""

from collections.abc import Callable, Mapping
from pathlib import Path

from interactor_emulator.notices import NOTICES
from interactor_emulator.web.control.table import CONTROLS

ROOT = Path(__file__).parent.parent


def diagnostics() -> str:
    """Every diagnostic."""
    lines = [
        "# Diagnostics",
        "",
        "What the emulator notices never changes an answer. It goes to `GET /_emulator/diagnostics`, to",
        "`emulator.diagnostics`, and to the end of a pytest session. Codes are stable; `{…}` is filled in.",
        "",
        "| code | when | message | hint |",
        "|---|---|---|---|",
    ]
    for each in NOTICES:
        cells = (f"`{each.code}`", each.when, each.message, "" if each.hint == "{hint}" else each.hint)
        lines.append("| " + " | ".join(_cell(text) for text in cells) + " |")
    return "\n".join(lines) + "\n"


def control_calls() -> str:
    """The control API's calls, a row each."""
    lines = ["| call | what it does |", "|---|---|"]
    lines += [f"| `{each.method} {each.path.lstrip('/')}` | {_cell(each.summary)} |" for each in CONTROLS]
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return text.replace("{{", "{").replace("}}", "}").replace("|", "\\|")


WHOLE: Mapping[str, Callable[[], str]] = {"docs/diagnostics.md": diagnostics}
"""Pages that are written from a table altogether."""

PARTS: Mapping[str, Callable[[], str]] = {"docs/control-api.md": control_calls}
"""Pages with a part between `<!-- table -->` and `<!-- end -->`."""

_BEGIN, _END = "<!-- table -->\n", "<!-- end -->\n"


def wanted(path: str) -> str:
    """The page as it should be."""
    if path in WHOLE:
        return WHOLE[path]()
    before, _, rest = (ROOT / path).read_text("utf-8").partition(_BEGIN)
    return before + _BEGIN + PARTS[path]() + _END + rest.partition(_END)[2]


def main() -> None:
    for path in (*WHOLE, *PARTS):
        (ROOT / path).write_text(wanted(path), "utf-8")


if __name__ == "__main__":
    main()
