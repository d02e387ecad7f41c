"""What fell due, and did what it was for: the latest of it, for people who look back."""

from collections import deque
from dataclasses import dataclass

from interactor_emulator import bounds


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that fired, at an instant of the account's clock; `subject` is the id of what it happened to."""

    at_ms: int
    kind: str
    subject: str


class Ledger:
    """The latest entries of an account; `count` is how many there were."""

    def __init__(self) -> None:
        self._kept: deque[Entry] = deque(maxlen=bounds.FIRED.most)
        self.count: int = 0

    def add(self, at_ms: int, kind: str, subject: str) -> None:
        """Write down one more."""
        self._kept.append(Entry(at_ms, kind, subject))
        self.count += 1

    def latest(self, most: int | None = None) -> list[Entry]:
        """The last ones, the latest first: so many, or all that are kept."""
        return list(self._kept)[::-1][:most]
