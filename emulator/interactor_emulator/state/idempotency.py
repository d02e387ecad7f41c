"""Answers that are kept under an `Idempotency-Key`.

"If the same `Idempotency-Key` is used within 24 hours, the original response is returned". Keys are the account's.
"""

from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field

from interactor_emulator.limits import DAY

_KEPT_MS = 1 * DAY * 1000


@dataclass(slots=True)
class Kept:
    """An answer: `sent` tells what was asked, so that a repeat with something else is noticed.

    An instance that was started in process has no answer of HTTP: `status` is 0 then.
    """

    instance_id: str
    request_id: str
    at_ms: int
    sent: bytes = b""
    status: int = 0
    body: bytes = b""


@dataclass(slots=True)
class _Place:
    """What a key stands for: an answer, or a request that is still under way, for whose end repeats wait."""

    kept: Kept | None = None
    done: "Future[None]" = field(default_factory=Future)


class IdempotencyKeys:
    """The keys of one account."""

    def __init__(self) -> None:
        self._places: dict[str, _Place] = {}

    def look_up(self, key: str, now_ms: int) -> "Kept | Future[None] | None":
        """The answer kept under the key, the end of the request that is being answered, or None for a new key, which
        is taken: whoever got None calls `keep` or `forget` in the end."""
        place = self._places.get(key)
        if place is not None and place.kept is not None and now_ms >= place.kept.at_ms + _KEPT_MS:
            place = None
        if place is None:
            self._forget_old(now_ms)
            self._places[key] = _Place()
            return None
        return place.done if place.kept is None else place.kept

    @property
    def answers(self) -> dict[str, Kept]:
        """What is kept, by key, in the order of their first use."""
        return {key: place.kept for key, place in self._places.items() if place.kept is not None}

    def put_back(self, answers: Mapping[str, Kept]) -> None:
        """Keep these as they were kept before."""
        for key, kept in answers.items():
            self._places[key] = _Place()
            self.keep(key, kept)

    def keep(self, key: str, kept: Kept) -> None:
        """The request is answered, and has changed something."""
        place = self._places[key]
        place.kept = kept
        place.done.set_result(None)

    def forget(self, key: str) -> None:
        """The request was refused and has changed nothing: the key may be used again."""
        place = self._places.pop(key, None)
        if place is not None and not place.done.done():
            place.done.set_result(None)

    def _forget_old(self, now_ms: int) -> None:
        """Keys are in the order of their first use, so the old ones are in front."""
        for key, place in list(self._places.items())[:2]:
            if place.kept is not None and now_ms >= place.kept.at_ms + _KEPT_MS:
                del self._places[key]
