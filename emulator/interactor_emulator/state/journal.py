"""All that happened in one account, in order.

History, explanation, coverage and diagnostics read it; the engine does not know it. Whatever is written here may be
shown, so no secret gets in.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeVar

from interactor_emulator.clock import Clock
from interactor_emulator.ids import Ids
from interactor_emulator.redaction import redact

from .events import (
    Event,
    InstanceFailed,
    Noticed,
    OnEnterFailed,
    RetryScheduled,
    StepCompleted,
    StepFailed,
)
from .secrets import Secrets

Kind = TypeVar("Kind", bound=Event)

# What of an event is made of other texts, in which a secret may stand. Data is data, and stays as it is, and so does
# what is rendered from it for a person.
_REDACTED: Mapping[type[Event], tuple[str, ...]] = {
    StepCompleted: ("logs",),
    StepFailed: ("message", "logs"),
    RetryScheduled: ("message",),
    OnEnterFailed: ("message",),
    InstanceFailed: ("message", "details"),
    Noticed: ("message", "hint", "where", "request_id"),
}


# The kinds that somebody wants to have over all instances.
_ASKED_FOR: frozenset[type[Event]] = frozenset({Noticed, InstanceFailed, OnEnterFailed})


class Journal:
    """Append-only. `secrets` are the account's, by name."""

    def __init__(self, clock: Clock, ids: Ids, secrets: Secrets) -> None:
        self._clock = clock
        self._ids = ids
        self._secrets = secrets
        self._of_instance: dict[str, list[Event]] = {}
        self._of_kind: dict[type[Event], list[Any]] = {}

    def append(self, said: Kind, instance_id: str = "") -> Kind:
        """Write down what is said to have happened; the event as it stands there, with its id and its instant."""
        kind, now_ms = type(said), self._clock.now_ms
        id_ = self._ids.notice(now_ms) if kind is Noticed else self._ids.event(now_ms)
        event = replace(said, id=id_, at_ms=now_ms, instance_id=instance_id, **self._redacted(said))
        if kind is not Noticed:
            self._of_instance.setdefault(instance_id, []).append(event)
        if kind in _ASKED_FOR:
            self._of_kind.setdefault(kind, []).append(event)
        return event

    def _redacted(self, event: Event) -> Mapping[str, Any]:
        """Its members in which a secret may stand, without it."""
        secrets = self._secrets.ever
        return {name: redact(getattr(event, name), secrets) for name in _REDACTED.get(type(event), ()) if secrets}

    def of_instance(self, instance_id: str) -> list[Event]:
        """What happened to one instance, oldest first; not to be changed. What was noticed is no part of it."""
        return self._of_instance.get(instance_id, [])

    def of_kind(self, kind: type[Kind]) -> list[Kind]:
        """All events of one of the kinds that are asked for over all instances, oldest first; not to be changed."""
        return self._of_kind.get(kind, [])
