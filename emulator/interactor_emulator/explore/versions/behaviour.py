"""How a definition behaves in one case, as far as anybody outside can see it, and where two of them part."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import zip_longest
from typing import Any, Literal, cast, get_args

from interactor_emulator.account.account import Account
from interactor_emulator.definition.data_path import MISSING, Missing
from interactor_emulator.definition.paths import Path, written
from interactor_emulator.emulator import Emulator
from interactor_emulator.errors import InteractorError
from interactor_emulator.explore.scenarios.playing import NOW, SEED, More, Played, play
from interactor_emulator.jsontext import Json, encode, equal
from interactor_emulator.projections.explain import shortened
from interactor_emulator.state.events import Event, Halted, Resumed, StepCompleted
from interactor_emulator.wire import halts
from interactor_emulator.wire.scenario import Answer, Cancel, Scenario, Step

Source = Mapping[str, Any]
Kind = Literal["path", "refusal", "status", "shown", "sent", "data"]
ELSEWHERE: Collection[Kind] = ("path", "refusal", "status")
"""The kinds of a difference that leads elsewhere, and not only shows or keeps something else on the same way."""

# A script of a wrong version may never end: nobody waits five seconds for each of them. Seconds of wall time, inferred.
_SCRIPT_SECONDS = 1.0
_SHOWN = 80  # characters


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What came of one case. `refused` has the code of each step that was refused, `shown` what each halt showed, by
    its state, `data` the data at each halt and at the end, by state, and `sent` what HTTP logic sent. `waits` are the
    states and threads that wait for an answer."""

    path: tuple[str, ...]
    status: str
    state: str
    error: str | None
    refused: tuple[str | None, ...]
    shown: tuple[tuple[str, Json], ...]
    sent: tuple[tuple[str, Json], ...]
    data: tuple[tuple[str, Mapping[str, Json]], ...]
    waits: tuple[tuple[str, str | None], ...]
    key: str = ""


@dataclass(frozen=True, slots=True)
class Parting:
    """The first difference of two behaviours: `where` is the state at which they part, `what` the member that is not
    the same, and `before` and `after` say what it was and is now.

    Of what was shown, sent or kept as data, `number` is the place in its list, `member` where in it they differ, and
    `was` what was there before, MISSING where there was nothing."""

    kind: Kind
    where: str
    what: str
    before: str
    after: str
    number: int = field(default=0, compare=False)
    member: tuple[str | int, ...] = field(default=(), compare=False)
    was: Json | Missing = field(default=MISSING, compare=False)

    def __str__(self) -> str:
        return f"{_SAYING[self.kind].format(where=self.where, what=self.what)}: {self.before}; now {self.after}"


_SAYING: Mapping[Kind, str] = {
    "path": "after {where}",
    "refusal": "the answer in {where}",
    "status": "in {where}, it comes to",
    "shown": "in {where}, what is shown, {what}",
    "sent": "in {where}, what is sent, {what}",
    "data": "in {where}, the data, {what}",
}


class Runs:
    """One definition in an emulator of its own, in which cases are played; each once."""

    def __init__(self, source: Source, secrets: Mapping[str, str] | None = None) -> None:
        self.source = source
        self._emulator = Emulator(now=NOW, seed=SEED, limits={"script_seconds": _SCRIPT_SECONDS}, secrets=secrets)
        self._emulator.load(source)
        self._known: dict[str, Behaviour | None] = {}

    def behaviour(self, case: Scenario) -> Behaviour | None:
        """What comes of the case; None where no instance can be started with it."""
        key = case_key(case)
        if key not in self._known:
            self._known[key] = self._play(case)
        return self._known[key]

    def steps(self, case: Scenario, more: More) -> tuple[Step, ...]:
        """The steps that are taken of a case whose further ones are made up as it is played; none where no instance can
        be started with it."""
        played = self._played(case, more)
        return () if played is None else tuple(each.step for each in played.steps)

    def _play(self, case: Scenario) -> Behaviour | None:
        played = self._played(case, None)
        return None if played is None else self._emulator.read(lambda account: _seen(account, played))

    def _played(self, case: Scenario, more: More | None) -> Played | None:
        self._emulator.reset(("workflows",))
        try:
            return play(self._emulator, replace(case, workflow=str(self.source["name"])), more)
        except InteractorError:
            return None


def case_key(case: Scenario) -> str:
    """The same for cases that are the same."""
    steps = [[type(each).__name__, *(getattr(each, name) for name in each.__slots__)] for each in case.steps]
    return encode([case.input, steps, list(case.stubs), case.namespace])


def _seen(account: Account, played: Played) -> Behaviour:
    instance = account.store.instances[played.run.id]
    events = account.journal.of_instance(played.run.id)
    found = Behaviour(
        played.path,
        played.status,
        played.state,
        played.error,
        tuple(taken.refused for taken in played.steps),
        tuple((each.state, cast(Json, halts.shown(each))) for each in events if isinstance(each, Halted)),
        tuple(_requests(account)),
        (*_data_at_halts(events), (played.state, played.data)),
        tuple((each.state, each.id if instance.forked else None) for each in instance.threads.values() if each.halted),
    )
    return replace(found, key=encode(_members(found)))


def _members(found: Behaviour) -> list[Any]:
    return [getattr(found, name) for name in Behaviour.__slots__]


def _requests(account: Account) -> Iterator[tuple[str, Json]]:
    for each in account.caller.records:
        sent = each.request
        body = None if sent.body is None else sent.body.decode("utf-8", "replace")
        yield sent.state, {"method": sent.method, "url": sent.url, "body": body}


def _data_at_halts(events: list[Event]) -> Iterator[tuple[str, dict[str, Json]]]:
    data: dict[str, Json] = {}
    for event in events:
        if isinstance(event, StepCompleted | Resumed) and event.changes is not None:
            updated = {name: now for name, (_, now) in event.changes.updated.items()}
            data = {**data, **event.changes.added, **updated}
        elif isinstance(event, Halted):
            yield event.state, data


def parting(
    case: Scenario, before: Behaviour | None, after: Behaviour | None, kinds: Collection[Kind] = get_args(Kind)
) -> Parting | None:
    """Where the two part; None where nobody outside sees a difference of these kinds."""
    if before is None or after is None:
        if before is after:
            return None
        was, is_ = ("no instance starts" if each is None else "an instance starts" for each in (before, after))
        return Parting("status", "the start", "", was, is_)
    if before.key == after.key:
        return None
    for kind, differs in _PARTINGS.items():
        if kind in kinds and (found := differs(case, before, after)) is not None:
            return found
    return None


def _refusal(case: Scenario, before: Behaviour, after: Behaviour) -> Parting | None:
    """One of the two takes an answer, and the other refuses it."""
    shorter, longer = sorted((before.path, after.path), key=len)
    if longer[: len(shorter)] != shorter:
        return None
    for step, was, is_ in zip(case.steps, before.refused, after.refused, strict=False):
        if was != is_:
            where = step.state if isinstance(step, Answer) else "any state" if isinstance(step, Cancel) else ""
            return Parting("refusal", where, "", _taken(was), _taken(is_))
    return None


def _taken(refused: str | None) -> str:
    return "it is taken" if refused is None else f"it is refused with {refused}"


_NO_FURTHER = "it goes no further"


def _path(_case: Scenario, before: Behaviour, after: Behaviour) -> Parting | None:
    for place, (was, is_) in enumerate(zip_longest(before.path, after.path)):
        if was != is_:
            where = before.path[place - 1] if place else "the start"
            return Parting("path", where, "", was or _NO_FURTHER, is_ or _NO_FURTHER)
    return None


def _status(_case: Scenario, before: Behaviour, after: Behaviour) -> Parting | None:
    was, is_ = (each.status if each.error is None else f"{each.status} with {each.error}" for each in (before, after))
    return None if was == is_ else Parting("status", before.state, "", was, is_)


def _shown(_case: Scenario, before: Behaviour, after: Behaviour) -> Parting | None:
    return _first("shown", before.shown, after.shown)


def _sent(_case: Scenario, before: Behaviour, after: Behaviour) -> Parting | None:
    return _first("sent", before.sent, after.sent)


def _data(_case: Scenario, before: Behaviour, after: Behaviour) -> Parting | None:
    return _first("data", before.data, after.data)


_PARTINGS: Mapping[Kind, Callable[[Scenario, Behaviour, Behaviour], Parting | None]] = {
    "refusal": _refusal,
    "path": _path,
    "status": _status,
    "shown": _shown,
    "sent": _sent,
    "data": _data,
}

Rows = tuple[tuple[str, Any], ...]


def _first(kind: Kind, before: Rows, after: Rows) -> Parting | None:
    for number, (was, is_) in enumerate(zip_longest(before, after, fillvalue=("", MISSING))):
        for at, one, other in _differing(was[1], is_[1], ()):
            what = written(at) or "all of it"
            return Parting(kind, was[0] or is_[0], what, _value(one), _value(other), number, at, one)
    return None


Value = Json | Missing


def _differing(one: Value, other: Value, at: Path) -> Iterator[tuple[Path, Value, Value]]:
    """The places at which two values differ, as deep inside as they do."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        for name in {**one, **other}:
            yield from _differing(one.get(name, MISSING), other.get(name, MISSING), (*at, name))
    elif isinstance(one, list) and isinstance(other, list):
        for number, (its, others) in enumerate(zip_longest(one, other, fillvalue=MISSING)):
            yield from _differing(its, others, (*at, number))
    elif isinstance(one, Missing) != isinstance(other, Missing) or not equal(one, other):
        yield at, one, other


def _value(value: Value) -> str:
    return "nothing" if isinstance(value, Missing) else shortened(encode(value), _SHOWN)
