"""The latest requests of the API with their answers, for people who look at them: each in part, and no credentials.

What is kept costs those who are answered next to nothing: bodies are kept as they are, but for long ones, and looked at
by whoever shows them.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from interactor_emulator import bounds
from interactor_emulator.redaction import beginning

from .happenings import Answered

Fields = Sequence[tuple[bytes, bytes]]
Sent = tuple[bytes, int] | None
"""The body of a request, or its beginning, and its size; None where credentials may stand in it, or in the answer."""

SHOWN = frozenset(
    {
        b"accept",
        b"content-length",
        b"content-type",
        b"idempotency-key",
        b"last-event-id",
        b"origin",
        b"traceparent",
        b"tracestate",
        b"user-agent",
        b"x-namespace",
        b"x-request-id",
    }
)
"""The headers of a request that are shown: none of them lets anybody in."""

_MOST = bounds.EXCHANGED.most


@dataclass(slots=True, eq=False)
class Exchange:
    """A request and its answer. `sent` and `body` are the bodies, None where none is kept: credentials may stand in it,
    or it is a stream. Of one whose size says that it was longer its beginning is there."""

    answered: Answered
    query: bytes
    headers: Fields
    sent: bytes | None
    sent_size: int
    answer_headers: Fields
    body: bytes | None
    body_size: int


_Kept = tuple[Answered, bytes, Fields, Sent, Fields, Sent]


class Exchanges:
    """The latest of an account. `secrets` gives those that must not be cut in two."""

    def __init__(self, secrets: Callable[[], Iterable[str]]) -> None:
        self._secrets = secrets
        self._kept: deque[_Kept] = deque(maxlen=bounds.EXCHANGES.most)

    def add(
        self, answered: Answered, query: bytes, headers: Fields, sent: Sent, answer_headers: Fields, body: bytes | None
    ) -> None:
        """Keep one more, as it is."""
        if sent is not None and len(sent[0]) > _MOST:
            sent = self._cut(sent[0]), sent[1]
        answer = None if body is None else (body if len(body) <= _MOST else self._cut(body), len(body))
        self._kept.append((answered, query, headers, sent, answer_headers, answer))

    def _cut(self, raw: bytes) -> bytes:
        """Its beginning: a secret that would be cut in two is gone before."""
        return beginning(raw.decode("utf-8", "replace"), _MOST, self._secrets()).encode()

    def __iter__(self) -> Iterator[Exchange]:
        """The latest first."""
        for answered, query, headers, sent, answer_headers, body in list(self._kept)[::-1]:
            shown = [each for each in headers if each[0] in SHOWN]
            asked, size = sent or (None, 0)
            answer, answer_size = body or (None, 0)
            yield Exchange(answered, query, shown, asked, size, answer_headers, answer, answer_size)
