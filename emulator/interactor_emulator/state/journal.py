"""All that happened in one account, in order.

History, explanation, coverage and diagnostics read it; the engine does not know it. Whatever is written here may be
shown, so no secret gets in.
"""

import logging
from bisect import bisect_left
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from interactor_emulator import bounds
from interactor_emulator.clock import Clock
from interactor_emulator.ids import Ids
from interactor_emulator.redaction import redact

from .brief import brief_refusal
from .events import (
    Event,
    InstanceFailed,
    Noticed,
    OnEnterFailed,
    ResumeRefused,
    RetryScheduled,
    StepCompleted,
    StepFailed,
)
from .happenings import Happenings
from .noticeboard import Noticeboard
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
_ASKED_FOR: frozenset[type[Event]] = frozenset({InstanceFailed, OnEnterFailed})

log: logging.Logger = logging.getLogger("interactor_emulator.diagnostics")


class Journal:
    """Append-only. `secrets` are the account's, by name; `happenings` are told of all that is written here."""

    def __init__(self, clock: Clock, ids: Ids, secrets: Secrets, happenings: Happenings) -> None:
        self._clock = clock
        self._ids = ids
        self._secrets = secrets
        self._happenings = happenings
        self._of_instance: dict[str, list[Event]] = {}
        self._of_kind: dict[type[Event], list[Any]] = {}
        self._refused: dict[str, deque[Event]] = {}
        self._noticeboard = Noticeboard()
        self.brought: Mapping[str, str] = {}
        """Of each instance that a snapshot brought, the id of its last event: what came before happened elsewhere."""

    def append(self, said: Kind, instance_id: str = "") -> Kind:
        """Write down what is said to have happened, and nobody has written down before: it is given its id and its
        instant, and stands in the journal as it is from now on."""
        kind, now_ms = type(said), self._clock.now_ms
        said.id, said.at_ms, said.instance_id = self._ids.event(now_ms), now_ms, instance_id
        for name, value in self._redacted(said).items():
            setattr(said, name, value)
        self._of_instance.setdefault(instance_id, []).append(said)
        if kind in _ASKED_FOR:
            self._of_kind.setdefault(kind, []).append(said)
        if kind is ResumeRefused:
            self._keep_few(said)
        self._happenings.add(said)
        return said

    def put_back(self, histories: Mapping[str, list[Event]], notices: Iterable[Noticed]) -> None:
        """Take what was written down before: what happened to each instance, oldest first, and what was noticed."""
        self._of_instance = dict(histories)
        self.brought = {instance_id: history[-1].id for instance_id, history in histories.items() if history}
        for history in histories.values():
            for event in history:
                if type(event) in _ASKED_FOR:
                    self._of_kind.setdefault(type(event), []).append(event)
                elif type(event) is ResumeRefused:
                    self._refused.setdefault(event.instance_id, deque()).append(event)
        for events in self._of_kind.values():
            events.sort(key=lambda event: (event.at_ms, event.id))
        for notice in notices:
            self._noticeboard.add(notice)

    def notice(self, said: Noticed, instance_id: str = "") -> None:
        """Write down what was noticed, for the diagnostics; what was noticed before is counted."""
        now_ms = self._clock.now_ms
        event = replace(
            said, id=self._ids.notice(now_ms), at_ms=now_ms, instance_id=instance_id, **self._redacted(said)
        )
        if (kept := self._noticeboard.add(event)).times == 1:
            log.info("%s: %s. %s", kept.code, kept.message, kept.hint)
            self._happenings.add(kept)

    @property
    def notices(self) -> list[Noticed]:
        """What was noticed, oldest first."""
        return self._noticeboard.all()

    def _keep_few(self, refused: Event) -> None:
        """Whoever sends the same wrong answer again and again fills no memory with it."""
        kept = self._refused.setdefault(refused.instance_id, deque())
        kept.append(refused)
        if len(kept) > bounds.REFUSED.most:
            of_instance, oldest = self._of_instance[refused.instance_id], kept.popleft()
            del of_instance[bisect_left(of_instance, oldest.id, key=lambda event: event.id)]

    def _redacted(self, event: Event) -> Mapping[str, Any]:
        """Its members in which a secret may stand, without it; those that may be long, in brief."""
        names, secrets = _REDACTED.get(type(event), ()), self._secrets.ever
        if isinstance(event, ResumeRefused):
            return brief_refusal(event, secrets)
        return {name: redact(getattr(event, name), secrets) for name in names} if names and secrets else {}

    def of_instance(self, instance_id: str) -> list[Event]:
        """What happened to one instance, oldest first; not to be changed. What was noticed is no part of it."""
        return self._of_instance.get(instance_id, [])

    def of_kind(self, kind: type[Kind]) -> list[Kind]:
        """All events of one of the kinds that are asked for over all instances, oldest first; not to be changed."""
        return self._of_kind.get(kind, [])
