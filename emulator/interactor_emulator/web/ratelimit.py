"""Rate limits as a client sees them: headers on every answer, and a 429."""

from functools import lru_cache

from interactor_emulator.errors import RateLimited
from interactor_emulator.state.rates import Window

from .respond import Header, Headers


def headers(window: Window) -> Headers:
    """`X-RateLimit-Limit: 100 X-RateLimit-Remaining: 95 X-RateLimit-Reset: 1705752060`"""
    limit, reset = _unchanging(window.limit, window.ends_ms)
    return [limit, (b"x-ratelimit-remaining", b"%d" % window.remaining), reset]


@lru_cache(maxsize=256)
def _unchanging(limit: int, ends_ms: int) -> tuple[Header, Header]:
    """What all answers of one window have in common."""
    return (b"x-ratelimit-limit", b"%d" % limit), (b"x-ratelimit-reset", b"%d" % _seconds(ends_ms))


def check(window: Window, now_ms: int) -> None:
    """Raise RateLimited if the limit is passed."""
    if window.exceeded:
        raise RateLimited(max(1, _seconds(window.ends_ms - now_ms)))


def _seconds(milliseconds: int) -> int:
    """Rounded up: a client that waits so long does not come too early."""
    return -(-milliseconds // 1000)
