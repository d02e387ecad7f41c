"""What the emulator noticed while a command ran, as its end shows it."""

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from interactor_emulator import notices
from interactor_emulator.terminal import line

if TYPE_CHECKING:
    from interactor_emulator.account.account import Account
    from interactor_emulator.state.events import Noticed

    from . import shapes


# However many accounts have a definition, and whoever loads it again: advice about it is told once.
_ADVICE = frozenset(each.code for each in notices.OF_DEFINITIONS)


class Findings:
    """Diagnostics, each once, with how often. `in_options`: a remedy is told in the words of `run`'s options."""

    def __init__(self, *, in_options: bool = False) -> None:
        self._in_options = in_options
        self._times: dict[tuple[str, str, str], int] = {}
        self._slowest = notices.Slowest()

    def add(self, account: "Account") -> None:
        """What an account has noticed, but for what was provoked."""
        for each in account.journal.notices:
            self.note(each)

    def note(self, noticed: "Noticed") -> None:
        """One of them."""
        if not noticed.provoked:
            hint = _in_options(noticed) if self._in_options else noticed.hint
            told = (noticed.code, self._slowest.about(noticed.code, noticed.message), hint)
            again = 0 if noticed.code in _ADVICE else noticed.times
            self._times[told] = self._times[told] + again if told in self._times else again or 1

    def lines(self) -> list[str]:
        """One for each."""
        return [
            line(f"{code}: {self._slowest.told(message)} ({hint})") + (f" [{times} times]" if times > 1 else "")
            for (code, message, hint), times in self._times.items()
        ]

    def as_json(self) -> "list[shapes.Told]":
        """For programs."""
        return [
            {"code": code, "message": self._slowest.told(message), "hint": hint, "count": times}
            for (code, message, hint), times in self._times.items()
        ]


def _in_options(noticed: "Noticed") -> str:
    if noticed.code != notices.EGRESS_BLOCKED.code:
        return noticed.hint
    url = noticed.message.split(" ", 1)[1].split(": ", 1)[0]
    return (
        f"--stub '{url}={{\"ok\": true}}' answers in its place; --route leads it to a local server; "
        f"--allow-egress {urlsplit(url).hostname} lets it out"
    )
