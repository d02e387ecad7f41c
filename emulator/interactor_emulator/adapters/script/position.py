"""Where in the customer's own code an error arose, read from the engine's stack text.

A stack is a line a frame, the innermost first: `at NAME (<input>:LINE)` with quickjs, `at NAME (<input>:LINE:COLUMN)`
with quickjs-ng. quickjs leaves the line out where everything in the function is on the function's first line.
"""

import re

Position = tuple[int | None, int | None]

NOWHERE: Position = (None, None)
OURS = "(sandbox)"
BODY = "script"

_FRAME = re.compile(r"^ +at (?P<name>.*) \(<input>(?::(?P<line>\d{1,7}))?(?::(?P<column>\d{1,7}))?\)$", re.MULTILINE)
_SOURCE = re.compile(r"^ +at <input>:(?P<line>\d{1,7})(?::(?P<column>\d{1,7}))?$", re.MULTILINE)


def of_error(stack: str, code: str, before: int) -> Position:
    """The innermost frame that is the customer's; `before` is the length of what we put ahead of line 1."""
    frames = list(_FRAME.finditer(stack))
    for index, frame in enumerate(frames):
        if frame["name"] == OURS:
            continue
        if frame["line"] is None:
            outside = frames[index + 1 : index + 2]
            is_body = frame["name"] == BODY and bool(outside) and outside[0]["name"] == OURS
            return (1 if is_body or "\n" not in code else None), None
        return _in_code(frame, code, before)
    return NOWHERE


def of_syntax(stack: str, code: str, before: int) -> Position:
    """Where the parser stopped: its frame has no function."""
    source = _SOURCE.search(stack)
    return _in_code(source, code, before) if source else NOWHERE


def _in_code(frame: re.Match[str], code: str, before: int) -> Position:
    line = int(frame["line"])
    column = int(frame["column"]) if frame["column"] else None
    last = code.count("\n") + 1
    if line > last:
        # What is missing at the end is noticed in the line that we add.
        return last, None
    if column is not None and line == 1:
        column -= before
    return max(line, 1), column if column is not None and column >= 1 else None
