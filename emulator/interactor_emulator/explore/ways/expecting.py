"""What is expected of a case: what came of it twice, with another seed and on another day.

What differs between the two (instants, ids, what `Math.random` gave) nobody can expect.
"""

from collections.abc import Mapping
from dataclasses import replace

from interactor_emulator.emulator import Emulator
from interactor_emulator.explore.scenarios.played import Played
from interactor_emulator.explore.scenarios.playing import play
from interactor_emulator.jsontext import AnyJson, equal
from interactor_emulator.redaction import redact
from interactor_emulator.wire.scenario import Answer, Expected, Scenario

_ANOTHER_DAY = "2026-03-05T06:07:08Z"
_KEPT = 256


def stand_ins(secrets: Mapping[str, str] | None) -> dict[str, str]:
    """A made-up value for each secret: what is expected of a case may be written down, and with it what it ran with."""
    return {name: f"made-up-value-of-{name}" for name in secrets or {}}


class Expecting:
    """Plays scenarios of one definition once more, in another world than the search did: other secrets, too."""

    def __init__(self, source: Mapping[str, AnyJson], secrets: Mapping[str, str] | None) -> None:
        self._emulator = Emulator(seed=2, now=_ANOTHER_DAY, secrets=stand_ins(secrets))
        self._emulator.load(source)
        self._hidden = tuple((secrets or {}).values())
        self._runs = 0

    def of(self, scenario: Scenario, played: Played) -> Scenario:
        """The scenario with what it came to, of which this is the first time; refused answers are marked as such.

        What takes a script's whole time was seen once, and that is enough."""
        if played.error == "script_timeout":
            return _said(scenario, played, played, self._hidden)
        self._runs += 1
        if self._runs % _KEPT == 0:
            self._emulator.reset("workflows")
        return _said(scenario, played, play(self._emulator, scenario), self._hidden)


def _said(scenario: Scenario, played: Played, again: Played, hidden: tuple[str, ...]) -> Scenario:
    steps = tuple(
        replace(taken.step, refused=taken.refused) if isinstance(taken.step, Answer) else taken.step
        for taken in again.steps
    )
    return replace(scenario, steps=steps, expect=_expected(played, again, hidden))


def _expected(played: Played, again: Played, hidden: tuple[str, ...]) -> Expected:
    if "internal_error" in (played.error, again.error):
        # Of a loop the search has seen but the beginning.
        return Expected(status=again.status, error=again.error)
    if played.path != again.path or played.status != again.status:
        return Expected()
    # Nothing that is written holds a secret.
    told = {name: value for name, value in played.data.items() if redact({name: value}, hidden) == {name: value}}
    same = {name: value for name, value in told.items() if name in again.data and equal(value, again.data[name])}
    return Expected(status=again.status, state=again.state, path=again.path, data=same or None, error=again.error)
