"""Cases of one definition, tried: known ones step for step, and new ones made up as they go."""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from interactor_emulator.definition.model import Definition
from interactor_emulator.definition.steering.members import Steering, steering
from interactor_emulator.effects import RunScript
from interactor_emulator.emulator import Emulator
from interactor_emulator.errors import InteractorError
from interactor_emulator.explore.scenarios.playing import NOW, SEED, More, Unplayable
from interactor_emulator.explore.ways.cases import calls
from interactor_emulator.explore.ways.probing import reads
from interactor_emulator.explore.ways.usual import THROUGH, Progress, Usual, given_members, usual
from interactor_emulator.facade.run import Run
from interactor_emulator.jsontext import AnyJson, Json, encode
from interactor_emulator.wire.scenario import Scenario, Step

from .failing import ENDLESS, Failure
from .hearing import ODD, url_of
from .watching import Watched, in_turn, watch

_TRANSITIONS, _ROUNDS = 20, 2
"""What goes on for longer without a halt than so many transitions and rounds of all states is played again, up to the
service's own limit."""
_SCRIPT_SECONDS = 1.0
"""A script that takes longer is run again for the service's own five seconds."""

_SECRET = re.compile(r"\bsecrets(?:\.|\?\.|\[['\"])([A-Za-z_$][\w$]*)")
_NAMESPACE = "user_1"
_LONGEST_KEY = 4_000
"""A script that is given more than that is run each time: its data would fill the memory."""

GoOn = Callable[[Emulator, list[Step], Run], Step | None]
"""Is given the steps that were taken, and says what is next."""


class Tries:
    """Two accounts with the same definition: in the `quick` one what seems not to end is cut short."""

    def __init__(self, source: Mapping[str, AnyJson], secrets: Mapping[str, str]) -> None:
        hidden = made_up(source, secrets)
        most = _TRANSITIONS + _ROUNDS * len(source["states"])
        limits = {"transitions_per_run": most, "script_seconds": _SCRIPT_SECONDS}
        self._quick = Emulator(seed=SEED, now=NOW, secrets=hidden, limits=limits)
        self._whole = Emulator(seed=SEED, now=NOW, secrets=hidden)
        for emulator in (self._quick, self._whole):
            emulator.load(source)
            emulator.account.driver.remember(RunScript, partial(_same_script, emulator))
        workflow = self._whole.account.store.workflows[str(source["name"])]
        self.definition: Definition = workflow.versions[-1].definition
        self.steering: Steering = steering(self.definition, reads(self._quick.account, self.definition))
        self._endless: set[tuple[str, str, str]] = set()
        self.usual: Usual = self._learnt()

    def again(self, scenario: Scenario, *, quick: bool = False) -> Watched | None:
        """What comes of a case that is known; None where it cannot be played any more."""
        watched = self._watched(self._quick, scenario, in_turn(scenario.steps))
        if not quick and not self._is_endless(watched):
            watched = self._watched(self._whole, scenario, in_turn(scenario.steps))
        if watched is None or watched.played.fault is not None:
            return None
        if not quick:
            self._endless |= {each.key for each in cut_short(watched)}
        return watched

    def _is_endless(self, watched: Watched | None) -> bool:
        """Whether it was cut short in a script of which it was seen that it does not end: nobody waits for it again."""
        return watched is not None and any(
            each.kind == "script_timeout" and each.key in self._endless for each in watched.failures
        )

    def new(self, begun: Scenario, go_on: GoOn) -> Watched | None:
        """What comes of a case that is made up as it goes; None for an input that the API refuses."""
        steps: list[Step] = []
        watched = self._watched(self._quick, begun, lambda run: go_on(self._quick, steps, run))
        if watched is None or all(each.key in self._endless for each in cut_short(watched)):
            return watched
        # It may come to an end yet: it goes on from where it was cut short.
        replayed, longer = iter(watched.scenario.steps), list(watched.scenario.steps)
        watched = self._watched(self._whole, begun, lambda run: next(replayed, None) or go_on(self._whole, longer, run))
        if watched is not None:
            self._endless |= {each.key for each in cut_short(watched)}
        return watched

    def _watched(self, emulator: Emulator, scenario: Scenario, more: More) -> Watched | None:
        try:
            return watch(emulator, scenario, more)
        except (InteractorError, Unplayable):
            return None

    def is_usual(self, watched: Watched) -> bool:
        """Whether everybody might send such a case, and every service answer so."""
        odd = any(reply in ODD for stub in watched.scenario.stubs for reply in _replies(stub))
        return not watched.misfits and not odd and self.usual.is_usual(watched.scenario.input)

    def _learnt(self) -> Usual:
        states = self.definition.states.values()
        stubs: tuple[Mapping[str, Json], ...] = tuple(
            {"url": url_of(each), "state": each.name, "respond": {"json": {}}} for each in states if any(calls(each))
        )

        slow = 0

        def progress(given: Mapping[str, Json]) -> Progress:
            nonlocal slow
            if slow:
                return THROUGH  # where scripts do not end there is no time to learn by them
            begun = Scenario("", self.definition.name, given, namespace=_NAMESPACE, stubs=stubs)
            watched = self.again(begun, quick=True)
            if watched is None:
                return (0, 0)
            slow += any(each.kind == "script_timeout" for each in watched.failures)
            failed = any(each.kind == "script_error" for each in watched.failures)
            return (0, len(watched.played.path)) if failed else THROUGH

        return usual(self.definition, given_members(self.definition, self.steering.input), progress)


def made_up(source: Mapping[str, AnyJson], secrets: Mapping[str, str]) -> dict[str, str]:
    """A value for each secret that the definition names, but for those that are given."""
    named = dict.fromkeys(_SECRET.findall(encode(source)))
    return {**{name: f"made-up-value-of-{name}" for name in named}, **secrets}


def _same_script(emulator: Emulator, script: RunScript) -> str | None:
    """What a script's result depends on, if it is no secret of its own: not on the instance, unless it asks for it."""
    if "random" in script.code:
        return None
    now = emulator.account.clock.now_ms if "Date" in script.code else 0
    whose = script.context["instance_id"] if "context" in script.code else ""
    key = encode([script.code, now, whose, script.input, script.workflow_data, script.context["state_name"]])
    return key if len(key) <= _LONGEST_KEY else None


def cut_short(watched: Watched) -> Iterator[Failure]:
    """The failures of a run that may be none, if it is only let go on."""
    return (each for each in watched.failures if each.kind in ENDLESS)


def _replies(stub: Mapping[str, Any]) -> list[Any]:
    replies = stub.get("respond")
    return replies if isinstance(replies, list) else [replies]
