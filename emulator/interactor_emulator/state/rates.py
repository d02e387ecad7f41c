"""How many requests each client of an account has made: fixed windows of a minute that start with the first request.

"Read operations | 1000 req", "Write operations | 100 req", "Instance creation | 50 req | per minute"
"""

from collections.abc import Mapping
from dataclasses import dataclass

from interactor_emulator.limits import MINUTE, Limits

READ, WRITE, CREATION = "read", "write", "creation"
_WINDOW_MS = MINUTE * 1000
_LIMITS: Mapping[str, str] = {
    READ: "reads_per_minute",
    WRITE: "writes_per_minute",
    CREATION: "creations_per_minute",
}


@dataclass(slots=True)
class Window:
    """One category's requests in the minute that began with the first of them."""

    starts_ms: int
    limit: int
    used: int = 0

    @property
    def ends_ms(self) -> int:
        return self.starts_ms + _WINDOW_MS

    @property
    def remaining(self) -> int:
        return max(0, self.limit - self.used)

    @property
    def exceeded(self) -> bool:
        return self.used > self.limit


class Rates:
    """The windows of one account, by client and category."""

    def __init__(self) -> None:
        self.windows: dict[tuple[str, str], Window] = {}

    def count(self, client_id: str, category: str, limits: Limits, now_ms: int) -> Window:
        """Count one request; the window that it falls into. Published: the rates are a client's."""
        key = client_id, category
        window = self.windows.get(key)
        if window is None or now_ms >= window.ends_ms:
            window = self.windows[key] = Window(now_ms, getattr(limits, _LIMITS[category]))
        window.used += 1
        return window
