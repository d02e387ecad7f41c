"""Cases, drawn by Hypothesis: an input, what services answer, and what people do as they see where the run stands."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

from hypothesis import strategies as st

from interactor_emulator.definition.data_path import MISSING
from interactor_emulator.definition.model import Definition, State
from interactor_emulator.definition.steering.members import Members, Steering, fields, nested, placed
from interactor_emulator.definition.steering.worth import Candidates, Value
from interactor_emulator.emulator import Emulator
from interactor_emulator.engine.forms import misfits
from interactor_emulator.explore.ways.cases import calls
from interactor_emulator.explore.ways.usual import Usual, given_members, tried_of
from interactor_emulator.facade.run import Run
from interactor_emulator.jsontext import Json
from interactor_emulator.state.instance import Instance, Thread
from interactor_emulator.wire.scenario import Advance, Answer, Cancel, Scenario, Step

from .hearing import FAILED, ODD, body_of, url_of
from .watching import instance_of, waiting

Draw = Callable[[st.SearchStrategy[Any]], Any]

_MOST_STEPS = 24
_MOST_MEMBERS = 8
_NAMESPACE = "user_1"
_HOUR = 3600

# What comes first is what a case shrinks to.
_PLAIN, _LIKE, _STUBBORN, _ODD = "plain", "like another", "stubborn", "odd"
_MOODS = st.sampled_from((_PLAIN, _PLAIN, _LIKE, _LIKE, _STUBBORN, _ODD, _ODD))
_DEEDS = st.sampled_from(("answer",) * 12 + ("later", "much later", "cancel"))
_AGAIN = st.sampled_from((False, False, False, True))
_LATER = {"later": _HOUR, "much later": 100 * 24 * _HOUR}
_REPLIES = st.sampled_from(("object",) * 8 + ("odd",) + ("failed",))
_TURNS = st.sampled_from((1, 1, 1, 2))
_ODD_REPLY, _FAILED_REPLY = st.sampled_from(ODD), st.sampled_from(FAILED)


class Walks:
    """Draws cases of one definition. `known` are ways through it: some cases are like one of them but for a value."""

    def __init__(self, definition: Definition, steering: Steering, usual: Usual, known: Sequence[Scenario]) -> None:
        self.definition = definition
        self._known = st.sampled_from(known) if known else None
        self._input = _pools(usual.values), _pools(_all(given_members(definition, steering.input)))
        self._keys = {name: st.sampled_from(keys) for name, keys in steering.choices.items() if keys}
        self._steering = steering
        self._forms: dict[str, tuple[_Pools, _Pools]] = {}
        self._bodies = {
            state.name: _pools(body_of(state, definition, steering.input, steering.literals))
            for state in definition.states.values()
            if any(calls(state))
        }

    def begin(self, draw: Draw) -> "Walk":
        """The input of a case, and what HTTP logic hears in it."""
        mood: str = draw(_MOODS)
        like = draw(self._known) if mood == _LIKE and self._known is not None else None
        pools = self._input[mood == _ODD]
        given = _drawn(draw, pools) if like is None else _changed(draw, like.input, pools)
        stubs = self._stubs(draw) if like is None or draw(_AGAIN) else like.stubs
        return Walk(self, Scenario("", self.definition.name, given, namespace=_NAMESPACE, stubs=stubs), mood, like)

    def _stubs(self, draw: Draw) -> tuple[Mapping[str, Json], ...]:
        return tuple(self._stub(draw, self.definition.states[name], pools) for name, pools in self._bodies.items())

    def _stub(self, draw: Draw, state: State, pools: "_Pools") -> Mapping[str, Json]:
        replies = [self._reply(draw, pools) for _ in range(draw(_TURNS))]
        return {"url": url_of(state), "state": state.name, "respond": replies[0] if len(replies) == 1 else replies}

    def _reply(self, draw: Draw, pools: "_Pools") -> Any:
        kind = draw(_REPLIES)
        if kind == "object":
            return {"json": _drawn(draw, pools)}
        return draw(_ODD_REPLY if kind == "odd" else _FAILED_REPLY)

    def like(self, draw: Draw, answer: Answer, thread: Thread) -> Answer:
        """The answer, but perhaps for a value."""
        state = self.definition.states[thread.state]
        if state.by_selection:
            return replace(answer, refused=None)
        return replace(answer, input=_changed(draw, answer.input, self._form(state, thread)[0]), refused=None)

    def answer(self, draw: Draw, mood: str, thread: Thread, name: str | None) -> Answer:
        """An answer to what a thread shows."""
        state = self.definition.states[thread.state]
        if state.by_selection:
            key = draw(self._keys[state.name]) if state.name in self._keys else None
            return Answer(state.name, {}, key, name)
        return Answer(state.name, _drawn(draw, self._form(state, thread)[mood == _ODD]), None, name)

    def _form(self, state: State, thread: Thread) -> "tuple[_Pools, _Pools]":
        """What to answer in a state: what its form allows, and whatever else."""
        if state.name not in self._forms:
            shown = None if thread.halted is None else thread.halted.presentation
            self._forms[state.name] = _asked(shown or {}, self._steering.answers.get(state.name, {}))
        return self._forms[state.name]


@dataclass(slots=True)
class Walk:
    """One case as it is drawn: what was decided for the whole of it, and what people have answered."""

    walks: Walks
    scenario: Scenario
    mood: str
    like: Scenario | None
    answered: dict[tuple[str, str], Answer] = field(default_factory=dict)

    def go_on(self, draw: Draw, emulator: Emulator, steps: list[Step], run: Run) -> Step | None:
        """What happens next, where the run stands; None when the case is over. It is added to the steps."""
        step = self._next(draw, emulator, steps, instance_of(emulator, run)) if len(steps) < _MOST_STEPS else None
        if step is not None:
            steps.append(step)
        return step

    def _next(self, draw: Draw, emulator: Emulator, steps: list[Step], instance: Instance) -> Step | None:
        halted = list(waiting(instance))
        if not halted:
            return _until_retry(emulator, instance) or self._too_late(draw, steps)
        if self.mood == _ODD:
            deed = draw(_DEEDS)
            if deed == "cancel":
                return Cancel()
            if deed in _LATER:
                return Advance(_LATER[deed])
        thread = halted[0] if len(halted) == 1 else halted[draw(st.integers(0, len(halted) - 1))]
        told = self._told(steps)
        if told is not None and told.state == thread.state:
            return self.walks.like(draw, told, thread)
        return self._answer(draw, thread, thread.id.removeprefix("thread_") if instance.forked else None)

    def _told(self, steps: list[Step]) -> Answer | None:
        """What was answered by now in the case that this one is like."""
        answers = [each for each in self.like.steps if isinstance(each, Answer)] if self.like is not None else []
        given = sum(isinstance(each, Answer) for each in steps)
        return answers[given] if given < len(answers) else None

    def _answer(self, draw: Draw, thread: Thread, name: str | None) -> Answer:
        where = thread.id, thread.state
        if self.mood != _STUBBORN or where not in self.answered:
            self.answered[where] = self.walks.answer(draw, self.mood, thread, name)
        return self.answered[where]

    def _too_late(self, draw: Draw, steps: list[Step]) -> Step | None:
        """Somebody answers what is no longer asked: after a cancel, or for the second time."""
        last = next((each for each in reversed(steps) if isinstance(each, Answer)), None)
        if self.mood != _ODD or last is None or last.refused is not None or not draw(_AGAIN):
            return None
        return replace(last, refused="instance_not_halted")


def _asked(shown: Mapping[str, Json], known: Members) -> "tuple[_Pools, _Pools]":
    asked = {path: own | known.get(path, Candidates()) for path, own in fields(shown)}
    if not asked:
        return (_pools(_all(dict(islice(known.items(), _MOST_MEMBERS)))),) * 2
    allowed = {
        path: tuple(value for value in tried_of(each) if _is_allowed(shown, path, value))
        for path, each in asked.items()
    }
    return _pools(allowed), _pools(_all(asked))


def _all(members: Members) -> dict[str, tuple[Value, ...]]:
    return {path: tried_of(each) for path, each in members.items()}


_Pools = Mapping[str, st.SearchStrategy[Value]]


def _pools(values: Mapping[str, tuple[Value, ...]]) -> _Pools:
    return {path: st.sampled_from(_weighted(each)) for path, each in values.items() if each}


def _weighted(values: tuple[Value, ...]) -> tuple[Value, ...]:
    """What is left out is left out often: there are many values to be given, and only one way to give none."""
    return (MISSING,) * (len(values) // 4) + values if MISSING in values else values


def _drawn(draw: Draw, pools: _Pools) -> dict[str, Json]:
    return nested({path: draw(values) for path, values in pools.items()})


def _changed(draw: Draw, given: Mapping[str, Json], pools: _Pools) -> dict[str, Json]:
    """What was given, but perhaps for the value of one member."""
    path = draw(st.sampled_from((None, *pools))) if pools else None
    return dict(given) if path is None else placed(given, path, draw(pools[path]))


def _is_allowed(shown: Mapping[str, Json], path: str, value: Value) -> bool:
    """Whether a form allows this of one of its fields, whatever the others are."""
    given = nested({path: value})
    return not any(each.field == path for each in misfits(shown, given, ()))


def _until_retry(emulator: Emulator, instance: Instance) -> Step | None:
    """Time passes until a call is tried again."""
    retries = emulator.read(
        lambda account: [each.delay_seconds for each in account.retries.values() if each.instance_id == instance.id]
    )
    return Advance(min(retries)) if retries else None
