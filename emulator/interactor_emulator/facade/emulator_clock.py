"""An emulator's time, as a test reads and moves it."""

from datetime import datetime, timedelta

from interactor_emulator.clock import moment, parse_timestamp
from interactor_emulator.services import due
from interactor_emulator.services.due import Fired

from .access import Access

Instant = str | datetime


class EmulatorClock:
    """An emulator's time: read, advanced, frozen; it never moves backwards."""

    def __init__(self, access: Access) -> None:
        self._access = access

    def __repr__(self) -> str:
        return f"<clock at {self.now.isoformat()}{', frozen' if self.frozen else ''}>"

    @property
    def now(self) -> datetime:
        """The present, in UTC."""
        return moment(self._now_ms)

    @property
    def frozen(self) -> bool:
        """Whether it stands; it runs with the wall clock otherwise."""
        return self._access.read(lambda account: account.clock.frozen)

    @property
    def _now_ms(self) -> int:
        return self._access.read(lambda account: account.clock.now_ms)

    def advance(
        self,
        span: timedelta | None = None,
        /,
        *,
        weeks: float | None = None,
        days: float | None = None,
        hours: float | None = None,
        minutes: float | None = None,
        seconds: float | None = None,
    ) -> list[Fired]:
        """Move on by this much, given as a timedelta or in units that add up: `advance(days=2, hours=1)`.

        Everything that falls due on the way (time-outs, retries, deliveries, answers of people) fires at its own time,
        what it brings about included; once all has settled, what fired is returned. What is due already is done first:
        the span begins then. Raises ValueError for a span that leads back, TypeError for a bare number, of what?, and
        for none at all."""
        named = {"weeks": weeks, "days": days, "hours": hours, "minutes": minutes, "seconds": seconds}
        parts = {name: part for name, part in named.items() if part is not None}
        if not isinstance(span, timedelta | None) or (span is None and not parts):
            given = "nothing" if span is None else repr(span)
            raise TypeError(f"advance takes a timedelta, or weeks=, days=, hours=, minutes=, seconds=, not {given}")
        whole = (span or timedelta()) + timedelta(**parts)
        span_ms = round(whole.total_seconds() * 1000)
        return self._access.perform(lambda account: due.advance_by(account, span_ms))

    def advance_to_next(self) -> list[Fired]:
        """Move on to the instant at which something falls due next; what fired then. Nothing is due, nothing moves."""
        return self._access.perform(due.advance_to_next)

    def advance_to(self, instant: Instant) -> list[Fired]:
        """Move on to this instant, an ISO 8601 text or a datetime, as `advance` does; raises ValueError when it has
        passed."""
        return self._advance_to(instant_ms(instant))

    def _advance_to(self, to_ms: int) -> list[Fired]:
        return self._access.perform(lambda account: due.advance(account, to_ms))

    def freeze(self) -> None:
        """Let it stand where it is."""
        self._access.read(due.freeze)

    def unfreeze(self) -> None:
        """Let it run with the wall clock, from where it is."""
        self._access.read(due.unfreeze)


def instant_ms(instant: Instant) -> int:
    """Unix milliseconds of an ISO 8601 text or a datetime, taken for UTC when it names no zone; raises ValueError."""
    try:
        return parse_timestamp(instant if isinstance(instant, str) else instant.isoformat())
    except (ValueError, AttributeError, OverflowError):
        like = "an ISO 8601 text like 2026-01-20T12:00:00Z, or a datetime"
        raise ValueError(f"{instant!r} is no time: give {like}") from None
