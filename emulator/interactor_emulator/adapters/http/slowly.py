"""A body that comes slowly: in pieces, over a second of wall time."""

from collections.abc import AsyncIterator, Iterator

from interactor_emulator import clock

# How long it takes, and in how many pieces it comes.
_SECONDS = 1.0
_PIECES = 10


def dribble(body: bytes) -> Iterator[bytes]:
    """Its pieces, for who blocks."""
    for piece in _pieces(body):
        clock.pause(_SECONDS / _PIECES)
        yield piece


async def dribble_async(body: bytes) -> AsyncIterator[bytes]:
    """Its pieces, for who awaits."""
    for piece in _pieces(body):
        await clock.pause_async(_SECONDS / _PIECES)
        yield piece


def _pieces(body: bytes) -> list[bytes]:
    size = -(-len(body) // _PIECES)
    return [body[start : start + size] for start in range(0, len(body), size)]
