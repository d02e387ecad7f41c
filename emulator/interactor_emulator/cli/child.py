"""A command that another one stands for: what reaches us is meant for it."""

import os
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import FrameType

# Those that one sends to end a program, or that a terminal sends when it goes; not every system has all.
_SIGNALS = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP", "SIGINT", "SIGQUIT") if hasattr(signal, name)]
# Those that a terminal sends to all programs in its foreground: the command has its own already.
_OF_KEYS = [getattr(signal, name) for name in ("SIGINT", "SIGQUIT") if hasattr(signal, name)]


class Child:
    """The command, once it runs. Before and after that a signal finds nobody, and ends nothing that we still do."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._early: int | None = None
        self.heard: int | None = None
        """The signal that has reached us, if one did."""

    def run(
        self,
        arguments: Sequence[str],
        environment: Mapping[str, str],
        output: int | None = None,
        errors: int | None = None,
        seconds: float | None = None,
    ) -> int:
        """Run it to its end; its status, as a shell has it. Raises OSError when it cannot be run.

        What it prints goes to `output`, a file's number, where one is given, and what it prints as errors to `errors`.
        After so many seconds of wall time it is ended: raises TimeoutError."""
        self._process = subprocess.Popen(arguments, env=environment, stdout=output, stderr=errors)
        if self._early is not None:
            self._process.send_signal(self._early)
        try:
            status = self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self._process.terminate()
            self._process.wait()
            raise TimeoutError from None
        return 128 - status if status < 0 else status

    def hand_on(self, number: int, _frame: FrameType | None) -> None:
        """Give a signal on; a handler of signals."""
        self.heard = number
        if self._process is None:
            self._early = number
        elif number not in _OF_KEYS or not _in_foreground():
            self._process.send_signal(number)


@contextmanager
def child() -> Iterator[Child]:
    """One that gets our signals as long as this lasts; what we were told to ignore stays ignored."""
    made = Child()
    before = {number: signal.getsignal(number) for number in _SIGNALS}
    heard = [number for number in _SIGNALS if before[number] is not signal.SIG_IGN]
    for number in heard:
        signal.signal(number, made.hand_on)
    try:
        yield made
    finally:
        for number in heard:
            signal.signal(number, before[number])


def _in_foreground() -> bool:
    """Whether a terminal's keys reach us, and so the command too."""
    if not hasattr(os, "tcgetpgrp"):
        return True  # a console of Windows gives Ctrl-C to all of its programs
    try:
        terminal = os.open(os.ctermid(), os.O_RDONLY | os.O_NOCTTY)
    except OSError:
        return False
    try:
        return os.tcgetpgrp(terminal) == os.getpgrp()
    except OSError:
        return False
    finally:
        os.close(terminal)
