"""The calls that somebody waits for: a receiver or target that calls back must not wait for itself.

In process such code is known by its context, over HTTP by what it was sent: `X-Interactor-Delivery` or `traceparent`.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

inside_call: ContextVar[bool] = ContextVar("inside_call", default=False)
"""Whether this code runs in, or on behalf of, a receiver or HTTP target for whose answer somebody waits."""

_MARKS = ("x-interactor-delivery", "traceparent")
_TRACE = re.compile(r"[0-9a-f]{2}-([0-9a-f]{32})-")


class UnderWay:
    """The calls of one account, by what their headers say."""

    def __init__(self) -> None:
        self._marks: Counter[str] = Counter()

    @contextmanager
    def call(self, headers: Mapping[str, str]) -> Iterator[None]:
        """While this call is made, whoever was called is inside of it."""
        marks = list(_marks_of(headers))
        self._marks.update(marks)
        token = inside_call.set(True)
        try:
            yield
        finally:
            inside_call.reset(token)
            self._marks.subtract(marks)
            for mark in marks:
                if not self._marks[mark]:
                    del self._marks[mark]

    def holds(self, headers: Mapping[str, str]) -> bool:
        """Whether a request with these headers comes from inside a call that is under way."""
        return any(mark in self._marks for mark in _marks_of(headers))


def _marks_of(headers: Mapping[str, str]) -> Iterator[str]:
    """A delivery by its id, a request by its trace: a target that is traced itself has a parent of its own."""
    for name, value in headers.items():
        if name.lower() in _MARKS:
            trace = _TRACE.match(value)
            yield trace[1] if trace else value
