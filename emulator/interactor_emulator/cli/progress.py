"""What a long search is at, on a terminal; and Ctrl-C, which ends the search and loses nothing of what it has found."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import TYPE_CHECKING

from interactor_emulator.terminal import line

from .mistakes import INTERRUPTED

if TYPE_CHECKING:
    from rich.progress import Progress

_AFTER_SECONDS, _EVERY_SECONDS = 2.0, 0.1
_TEXTS = ("description", "fields[said]", "fields[note]")


class Tell:
    """How far a search is: `tell(done, total, "3 found")`, as often as it likes, it costs next to nothing.

    `interrupted` is whether Ctrl-C has ended it."""

    def __init__(self, doing: str, after: float, *, shown: bool) -> None:
        self.interrupted = False
        self._doing = doing
        self._shown: Progress | None = None
        self._began = perf_counter()
        self._next = self._began + after if shown else float("inf")

    def __call__(self, done: int, total: int | None = None, note: str = "") -> None:
        now = perf_counter()
        if now >= self._next:
            self._next = now + _EVERY_SECONDS
            self._show(done, total, note)

    def status(self, code: int) -> int:
        """The exit code: this one, or 130 where Ctrl-C has ended the search."""
        return INTERRUPTED if self.interrupted else code

    def end(self) -> None:
        """Take it from the terminal again."""
        self._next = float("inf")
        if self._shown is not None:
            self._shown.stop()

    def _show(self, done: int, total: int | None, note: str) -> None:
        if self._shown is None:
            self._shown = _bar(self._doing, self._began)
            self._shown.start()
        (task,) = self._shown.task_ids
        of = "" if total is None else f" of {total:,}"
        self._shown.update(task, completed=done, total=total, said=f"{done:,}{of}", note=line(note))
        self._shown.refresh()


@contextmanager
def progress(doing: str, after: float = _AFTER_SECONDS) -> Iterator[Tell]:
    """A search that may be long: on a terminal it is shown what it is at, once it has lasted for `after` seconds.

    Ctrl-C ends the block and not the program: what the search has found so far, in a list that stands outside of the
    block say, is printed behind it, and the exit code comes from `tell.status`:

        with progress("exploring") as tell:
            for case in search():
                found.append(case)
                tell(len(found), note=f"{failures} failures")
        print_all(found)
        sys.exit(tell.status(1 if failures else 0))

    Nothing is printed within the block, and nothing is shown without the package rich."""
    tell = Tell(doing, after, shown=_is_watched())
    try:
        yield tell
    except KeyboardInterrupt:
        tell.interrupted = True
    finally:
        tell.end()


def _is_watched() -> bool:
    """Whether somebody sits before standard error, and wants more than lines there."""
    plain = os.environ.get("TERM") == "dumb" or any(os.environ.get(name) for name in ("NO_COLOR", "CI"))
    if plain or sys.stderr is None or not sys.stderr.isatty():
        return False
    from importlib.util import find_spec  # late: in a pipe nobody asks

    return find_spec("rich") is not None


def _bar(doing: str, began: float) -> "Progress":
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    what, said, note = (TextColumn(f"{{task.{each}}}", markup=False) for each in _TEXTS)
    # Standard output may be a file: what is printed there must not be led to the terminal.
    made = Progress(
        what,
        BarColumn(),
        said,
        note,
        TimeElapsedColumn(),
        console=Console(stderr=True),
        auto_refresh=False,
        get_time=perf_counter,
        transient=True,
        redirect_stdout=False,
        redirect_stderr=False,
    )
    made.add_task(doing, total=None, said="", note="")
    made.tasks[0].start_time = began
    return made
