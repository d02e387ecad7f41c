"""Text that leaves to a terminal: it can neither command it, nor forge a line, nor end a program.

State names, script errors and answers of receivers are anybody's text. What a terminal would obey (ESC, BEL and the
other control characters), what turns the order of letters around, and half surrogates are shown as escapes. What the
encoding of a stream does not have is replaced, so that nothing is lost over an arrow.
"""

import codecs
import io
import os
import re
import sys
from contextlib import suppress

# Control characters but for line breaks and tabs; marks that turn the direction of writing, or break lines; the
# invisible mark at the front of files; half surrogates.
_OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}

_REPLACING = "interactor_emulator.replacing"
_PLAIN = {"→": "->", "✓": "(yes)", "✗": "(no)", "…": "...", "“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "—": "-"}


def line(text: object) -> str:
    """The text as part of one line: a line break in it is shown as an escape, too."""
    return "".join(_SHORT.get(each, each) for each in lines(str(text).replace("\r", "\\r")))


def lines(text: str) -> str:
    """The text as lines of their own: what a terminal would obey is shown as escapes, line breaks and tabs stay."""
    return _OBEYED.sub(_escape, text.replace("\r\n", "\n"))


def say(text: object = "") -> None:
    """Print lines on standard output."""
    print(lines(str(text)))


def complain(text: object) -> None:
    """Print lines on standard error, below what was said before; where nobody reads that, there is nobody to tell."""
    with suppress(BrokenPipeError):
        if sys.stdout is not None:
            sys.stdout.flush()
    with suppress(BrokenPipeError):
        print(lines(str(text)), file=sys.stderr)


def unread() -> None:
    """Whoever read standard output has gone, `head` say: what is still in its buffer is not told of at the end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def prepare(stream: object) -> None:
    """Let a stream replace what its encoding does not have: `->` stands for an arrow, an escape for most else."""
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors=_REPLACING)


def _escape(found: "re.Match[str]") -> str:
    code = ord(found[0])
    return _SHORT.get(found[0]) or (f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}")


def _replace(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    missing = error.object[error.start : error.end]
    shown = (_PLAIN.get(each) or each.encode("ascii", "backslashreplace").decode() for each in missing)
    return "".join(shown), error.end


codecs.register_error(_REPLACING, _replace)
