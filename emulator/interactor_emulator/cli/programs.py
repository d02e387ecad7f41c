"""What programs read: JSON on standard output, and nothing else there. `shapes.py` has its types."""

import json
import sys

from interactor_emulator import terminal


def say_json(value: object) -> None:
    """One document, for a command that ends."""
    terminal.say(json_text(value))


def say_json_line(value: object) -> None:
    """One object a line, at once, for a command that goes on until it is ended."""
    terminal.say(_ascii(json.dumps(value, separators=(",", ":"))))
    if sys.stdout is not None:
        sys.stdout.flush()


def json_text(value: object) -> str:
    """The document that `say_json` prints."""
    return _ascii(json.dumps(value, indent=2))


def _ascii(text: str) -> str:
    """Nothing is left for a terminal to obey, or for a narrow encoding to replace: either would spoil it."""
    return text.replace("\x7f", "\\u007f")
