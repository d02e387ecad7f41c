"""A webhook receiver for tests: it verifies, collects, and fails when it is told to."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from threading import Condition
from typing import Any, Literal, TypeGuard, get_args

from interactor_emulator.jsontext import AnyJson, encode
from interactor_emulator.nearest import hint
from interactor_emulator.projections.explain import shown
from interactor_emulator.signing import SignatureError, verify
from interactor_emulator.state.deliveries import TOLD_TO_FAIL, EventName

from .comparing import agrees, written

StartResponse = Callable[[str, list[tuple[str, str]]], object]
_Unknown = Literal["workflow.instance.archived"]
Heard = EventName | _Unknown
"""What a receiver may hear of: the events, and the one that the fault `unknown_event` sends."""

_TOLD = "Told to fail"
_SHOWN, _SHOWN_CHARACTERS = 10, 200
_COUNTS = ("times", "count")
"""What whoever gives it means as a number of deliveries, and not as a member of their data."""


@dataclass(frozen=True, slots=True)
class Received:
    """A delivery as a receiver sees it.

    `event`, `data`, `delivery_id` and `timestamp` (when the event happened) are those of the body, `headers` have
    lower-case names, and `body` are the bytes as they came."""

    event: str
    data: Mapping[str, AnyJson]
    delivery_id: str
    timestamp: datetime
    headers: Mapping[str, str]
    body: bytes

    @property
    def retry_count(self) -> int:
        """How often it was tried before, as `X-Interactor-Retry-Count` says."""
        return int(self.headers["x-interactor-retry-count"])


class Inbox:
    """A receiver for tests, as a WSGI application: it keeps every delivery whose signature fits in `received`, and
    answers 401 to all others, whose faults are in `refused` (`SignatureError`). Its length is the number of those kept.

    `secret` is the subscription's. Signatures of any age are taken unless a `tolerance` in seconds is given.
    `emulator.webhooks.inbox` is one that is connected already; one of your own goes to `webhooks.subscribe`.
    """

    received: list[Received]
    """What was received and not refused, oldest first."""
    refused: list[SignatureError]
    """Why others were refused, oldest first."""

    def __init__(
        self,
        secret: str,
        *,
        tolerance: int | None = None,
        situation: Callable[[str], list[str]] = lambda _event: [],
        settle: Callable[[], list[str]] = list,
        in_vain: Callable[[], bool] = lambda: False,
    ) -> None:
        """`situation` gives lines for the failure that an event did not come: what else its reader should know.
        `settle` is called before anything is asserted: it returns when what is on its way has arrived, with lines on
        what has not. `in_vain` says whether nothing can come but by what the waiting thread itself would do."""
        self.received = []
        self.refused = []
        self._secret = secret
        self._tolerance = tolerance
        self._situation = situation
        self._settle = settle
        self._in_vain = in_vain
        self._failures: list[int] = []
        self._arrived = Condition()
        self._seen = 0

    def __len__(self) -> int:
        return len(self.received)

    @property
    def events(self) -> list[str]:
        """The names of what was received, oldest first."""
        return [each.event for each in self.received]

    def fail_next(self, times: int = 1, *, status: int = 500) -> None:
        """Answer the next `times` deliveries with this HTTP status, and do not keep them."""
        self._failures += [status] * times

    def clear(self) -> None:
        """Forget what was received, and what it was told to refuse."""
        with self._arrived:
            self.received.clear()
            self.refused.clear()
            self._failures.clear()
            self._seen = 0

    def __call__(self, environ: Mapping[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        headers = {name[5:].replace("_", "-").lower(): value for name, value in environ.items() if name[:5] == "HTTP_"}
        status, answer = self._receive(headers, body)
        told = [(TOLD_TO_FAIL, "to fail")] if status.endswith(_TOLD) else []
        start_response(status, [("Content-Type", "application/json"), *told])
        return [encode(answer).encode()]

    def _receive(self, headers: Mapping[str, str], body: bytes) -> tuple[str, Mapping[str, AnyJson]]:
        if self._failures:
            return f"{self._failures.pop(0)} {_TOLD}", {"error": "told to fail"}
        signature, timestamp = headers.get("x-interactor-signature"), headers.get("x-interactor-timestamp")
        try:
            verify(self._secret, body, signature, timestamp, tolerance=self._tolerance)
        except SignatureError as error:
            self.refused.append(error)
            return "401 Unauthorized", {"error": str(error), "code": error.code}
        told = json.loads(body)
        with self._arrived:
            self.received.append(
                Received(
                    told["event"],
                    told["data"],
                    told["delivery_id"],
                    datetime.fromisoformat(told["timestamp"]),
                    headers,
                    body,
                )
            )
            self._arrived.notify_all()
        return "200 OK", {"received": True}

    def wait_for(self, event: Heard, timeout: float = 5, **data: AnyJson) -> Received:
        """The next delivery of this event, with these members in its data, that no earlier call has returned.

        `timeout` is in seconds of wall time, which are not waited for where nothing can come any more. Raises
        AssertionError that shows what came instead, ValueError for an event that there is not.
        """
        _check(event)
        waits = self._settle()
        if timeout > 0 and self._in_vain():
            timeout, within = 0, "came: the clock stands, and nothing is under way"
        else:
            within = f"within {timeout} s"
        with self._arrived:
            if self._arrived.wait_for(lambda: self._next(event, data) is not None, timeout):
                place = self._next(event, data)
                assert place is not None
                self._seen = place + 1
                return self.received[place]
        raise AssertionError(f"no {event}{_shown(data)} {within}{self._told(event, data, waits)}")

    def _next(self, event: str, data: Mapping[str, AnyJson]) -> int | None:
        for place, each in enumerate(self.received[self._seen :], self._seen):
            if _matches(each, event, data):
                return place
        return None

    def assert_delivered(self, event: Heard, **data: AnyJson) -> Received:
        """The first delivery of this event with these members in its data (or in its `workflow_data`), as returned.

        What is on its way arrives first. A value is JSON, or anything that says by `==` what it equals. How often an
        event came is `.events.count(event)`. Raises AssertionError that shows the nearest miss, ValueError for an
        event that there is not."""
        _check(event)
        waits = self._settle()
        for each in self.received:
            if _matches(each, event, data):
                return each
        raise AssertionError(f"{event}{_shown(data)} was not delivered{self._told(event, data, waits)}")

    def assert_not_delivered(self, event: Heard, **data: AnyJson) -> None:
        """No delivery of this event with these members came.

        Raises AssertionError when there was one, or it is not known yet, ValueError for an event that there is not."""
        _check(event)
        waits = self._settle()
        for each in self.received:
            if _matches(each, event, data):
                raise AssertionError(f"{event}{_shown(data)} was delivered: {each.delivery_id}")
        if waits:
            raise AssertionError(f"whether {event} is delivered is not known yet:{_lines(waits)}")

    def _told(self, event: str, data: Mapping[str, AnyJson], waits: list[str]) -> str:
        return _lines([self._nearest(event, data), *waits, *self._situation(event)])

    def _nearest(self, event: str, data: Mapping[str, AnyJson]) -> str:
        same = [each for each in self.received if each.event == event]
        if same and data:
            best = max(same, key=lambda each: sum(_has(each, name, value) for name, value in data.items()))
            misses = [
                f"  {name}: expected {written(value)}, got {_got(best, name)}"
                for name, value in data.items()
                if not _has(best, name, value)
            ]
            counts = [
                f"  {name} is looked for in the data; how often it came is .events.count({event!r}), {len(same)} by now"
                for name in _COUNTS
                if name in data and name not in _members(best)
            ]
            return "\n".join([f"the nearest one is {best.delivery_id}:", *misses, *counts])
        refused = "".join(f"\nrefused: {error}" for error in self.refused[-_SHOWN:])
        if not self.received:
            return f"nothing was received{refused}"
        return f"received, oldest first: {', '.join(self.events[-_SHOWN:])}{refused}"


def _check(event: str) -> None:
    """An event that nobody sends is never delivered: whoever asserts that has mistaken its name."""
    known = get_args(EventName) + get_args(_Unknown)
    if event not in known:
        raise ValueError(f"unknown event {event!r}: {hint(event, known)}")


def _lines(lines: list[str]) -> str:
    return "".join(f"\n{line}" for line in lines)


def _members(received: Received) -> Mapping[str, AnyJson]:
    """What can be asked for by name: the data itself, and what the workflow has put into `workflow_data`."""
    inner = received.data.get("workflow_data")
    return {**(inner if _is_object(inner) else {}), **received.data}


def _is_object(value: object) -> TypeGuard[dict[str, AnyJson]]:
    return isinstance(value, dict)


def _has(received: Received, name: str, value: AnyJson) -> bool:
    members = _members(received)
    return name in members and agrees(members[name], value)


def _got(received: Received, name: str) -> str:
    members = _members(received)
    if name not in members:
        return f"no such member (there are {', '.join(members)})"
    return shown(members[name], _SHOWN_CHARACTERS)


def _matches(received: Received, event: str, data: Mapping[str, AnyJson]) -> bool:
    return received.event == event and all(_has(received, name, value) for name, value in data.items())


def _shown(data: Mapping[str, AnyJson]) -> str:
    return f" with {written(dict(data), _SHOWN_CHARACTERS)}" if data else ""
