"""All that happened in one account, in order.

History, explanation, coverage and diagnostics read it; the engine does not know it. Whatever is written here may be
shown, so no secret gets in.
"""

from collections.abc import Mapping
from typing import TypeVar

from .clock import Clock
from .events import Event
from .ids import Ids
from .redaction import redact

Kind = TypeVar("Kind", bound=Event)

# What of an event is made of other texts, in which a secret may stand. Data is data, and stays as it is.
_TOLD = ("message", "logs", "details", "hint")


class Journal:
    """Append-only. `secrets` are the account's, by name."""

    def __init__(self, clock: Clock, ids: Ids, secrets: Mapping[str, str]) -> None:
        self._clock = clock
        self._ids = ids
        self._secrets = secrets
        self._of_account: list[Event] = []
        self._of_instance: dict[str, list[Event]] = {}

    def append(self, event: Event, instance_id: str = "") -> None:
        """Give the event its id and its instant, and write it down."""
        event.id = self._ids.event()
        event.at_ms = self._clock.now_ms
        event.instance_id = instance_id
        if self._secrets:
            self._redact(event)
        if instance_id:
            self._of_instance.setdefault(instance_id, []).append(event)
        else:
            self._of_account.append(event)

    def _redact(self, event: Event) -> None:
        for name in _TOLD:
            if hasattr(event, name):
                setattr(event, name, redact(getattr(event, name), self._secrets.values()))

    def of_instance(self, instance_id: str) -> list[Event]:
        """The events of one instance, oldest first; not to be changed."""
        return self._of_instance.get(instance_id, [])

    def of_kind(self, kind: type[Kind]) -> list[Kind]:
        """All events of one kind, oldest first."""
        found = [event for event in self._of_account if isinstance(event, kind)]
        for happened in self._of_instance.values():
            found += [event for event in happened if isinstance(event, kind)]
        return sorted(found, key=lambda event: event.id)
