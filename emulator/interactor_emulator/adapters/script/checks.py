"""Verdicts on code that has been parsed before: tests load the same definitions again and again."""

import threading
from collections import OrderedDict
from collections.abc import Iterator

from interactor_emulator.adapters import forks
from interactor_emulator.effects import SyntaxFault

REMEMBERED = 4096
# So much at once that a definition is one exchange, and so little that it fits a script's memory several times.
BATCH_CHARACTERS = 1 << 18


class Checks:
    """The last few thousand verdicts, by the text of the code; used by several threads."""

    def __init__(self) -> None:
        self._verdicts: OrderedDict[str, SyntaxFault | None] = OrderedDict()
        self.renew()
        forks.renew_after(self)

    def renew(self) -> None:
        """In a process that was forked off, whoever held the lock is not there."""
        self._lock = threading.Lock()

    def known(self, codes: list[str]) -> dict[str, SyntaxFault | None]:
        """The verdicts that need no parsing."""
        with self._lock:
            known = {code: self._verdicts[code] for code in codes if code in self._verdicts}
            for code in known:
                self._verdicts.move_to_end(code)
            return known

    def keep(self, verdicts: dict[str, SyntaxFault | None]) -> None:
        """Remember these, and forget the ones that were not asked for the longest."""
        with self._lock:
            self._verdicts.update(verdicts)
            while len(self._verdicts) > REMEMBERED:
                self._verdicts.popitem(last=False)


def batches(codes: list[str]) -> Iterator[list[str]]:
    """The codes in portions for one exchange each."""
    batch: list[str] = []
    size = 0
    for code in codes:
        if batch and size + len(code) > BATCH_CHARACTERS:
            yield batch
            batch, size = [], 0
        batch.append(code)
        size += len(code)
    if batch:
        yield batch
