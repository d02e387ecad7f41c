"""A fork and a restored account do what their original does, byte for byte, and each goes its own way from then on."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from interactor_emulator import Client, Emulator, InteractorError
from interactor_emulator.services.snapshots import operations

from tests.snapshots.rich import SETTINGS, emulator, fill

Step = Callable[[Emulator], object]

_NUMBERS = st.integers(0, 9)
_OWNERS = ["u1", "u2", None]
_THREADS = [None, "main", "one", "two"]


def forked(original: Emulator) -> Emulator:
    """An emulator of a fork, whose client has the id of the original's, so that it stands in the same answers."""
    made = Emulator()
    document = original.perform(operations.at_rest)
    copy = operations.fork(original.account, document, "default", Client("client_dev", "secret_dev"))
    copy.clients.update(original.clients)
    vars(made)["_account"] = copy
    return made


def restored(original: Emulator) -> Emulator:
    """An emulator of what a snapshot holds; what a test prepares is prepared again."""
    made = Emulator(**SETTINGS)
    made.restore(original.snapshot())
    return made


def done(step: Step, made: Emulator) -> object:
    try:
        return step(made)
    except (InteractorError, IndexError) as error:
        return str(error)


def _any_run(number: int) -> Callable[[Emulator], Any]:
    return lambda made: made.runs[number * len(made.runs) // 10]


def _create(workflow: str, number: int, namespace: str | None, key: str | None) -> Step:
    return lambda made: made.start(workflow, {"n": number, "who": "x"}, namespace, key).id


def _resume(number: int, thread: str | None, members: dict[str, Any]) -> Step:
    def step(made: Emulator) -> object:
        run = _any_run(number)(made)
        known = thread is not None and f"thread_{thread}" in run.threads
        (run.thread(thread) if known else run).resume(**members)
        return run.status, run.path

    return step


def _subscribe(url: str, events: list[Any]) -> Step:
    def step(made: Emulator) -> object:
        from interactor_emulator.services import subscriptions

        return made.read(lambda account: subscriptions.subscribe(account, url, events, None, None)).secret

    return step


def _unsubscribe(number: int) -> Step:
    def step(made: Emulator) -> object:
        from interactor_emulator.services import subscriptions

        known = list(made.account.outbox.subscriptions)
        return known and made.read(lambda account: subscriptions.delete(account, known[number * len(known) // 10]))

    return step


def _publish(version: int) -> Step:
    definition = {
        "name": "ask",
        "initial_state": "a",
        "states": {
            "a": {"type": "halting", "transitions": [{"target": "b"}]},
            "b": {"type": "terminal"},
            f"unused_{version}": {"type": "terminal"},
        },
    }
    return lambda made: made.load(definition, publish=bool(version % 2))


_ADVANCES = st.sampled_from([1, 60, 9_000])
_KEYS = st.sampled_from([None, None, "key-1", "key-3"])
_ANSWERS = {"ok": st.booleans(), "n": _NUMBERS, "choice": st.sampled_from(["left", "right"])}
_EVENTS = ["workflow.instance.halted", "workflow.instance.completed"]

STEPS: st.SearchStrategy[Step] = st.one_of(
    st.builds(_create, st.sampled_from(["ask", "threads", "call", "work"]), _NUMBERS, st.sampled_from(_OWNERS), _KEYS),
    st.builds(_resume, _NUMBERS, st.sampled_from(_THREADS), st.fixed_dictionaries({}, optional=_ANSWERS)),
    st.builds(lambda number: lambda made: _any_run(number)(made).cancel() and None, _NUMBERS),
    st.builds(lambda seconds: lambda made: made.clock.advance(seconds=seconds) and None, _ADVANCES),
    st.builds(lambda: lambda made: [(each.kind, each.at_ms) for each in made.clock.advance_to_next()]),
    st.builds(_subscribe, st.just("http://127.0.0.1:9/x"), st.just(_EVENTS)),
    st.builds(_unsubscribe, _NUMBERS),
    st.builds(_publish, _NUMBERS),
    st.builds(lambda: lambda made: made.token()),
)


def held(made: Emulator) -> str:
    """All that it holds, but for durations, which are of the wall clock."""
    document = made.perform(operations.at_rest)
    document.durations.clear()
    return operations.text_of(document)


class OwnWays(RuleBasedStateMachine):
    """The original, its fork and what was restored from its snapshot take the same steps."""

    @initialize(full=st.booleans())
    def begin(self, full: bool) -> None:
        self.original = emulator()
        if full:
            fill(self.original)
        self.alike = [forked(self.original), restored(self.original)]

    @rule(step=STEPS)
    def all_take(self, step: Step) -> None:
        answer = done(step, self.original)
        for each in self.alike:
            assert done(step, each) == answer

    @rule(steps=st.lists(STEPS, min_size=1, max_size=5), by_fork=st.booleans())
    def one_goes_its_own_way(self, steps: list[Step], by_fork: bool) -> None:
        before = held(self.original)
        other = (forked if by_fork else restored)(self.original)
        for step in steps:
            done(step, other)
        assert held(self.original) == before

    @rule()
    def the_original_leaves_them(self) -> None:
        """What the original does shows in none of those that were made of it before."""
        made, before = [forked(self.original), restored(self.original)], held(self.original)
        self.all_take(_create("ask", 1, "u1", None))
        for each in made:
            assert held(each) == before

    @rule()
    def all_hold_the_same(self) -> None:
        expected = held(self.original)
        for each in self.alike:
            assert held(each) == expected

    def teardown(self) -> None:
        if hasattr(self, "original"):
            self.all_hold_the_same()


TestOwnWays = pytest.mark.unmeasured(OwnWays.TestCase)
TestOwnWays.settings = settings(max_examples=8, stateful_step_count=50)
