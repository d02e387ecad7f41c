"""An instance under Hypothesis: any sequence of calls, people and time, and what holds after each of them."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, ClassVar

from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from interactor_emulator import Emulator, Run
from interactor_emulator.definition.model import Definition, State
from interactor_emulator.definition.parse import parse
from interactor_emulator.limits import DAY, HOUR
from interactor_emulator.services import instances

from .driving import Driver, InProcess, Outcome, OverHttp
from .invariants import Seen, broken, complain
from .printed import Setting, note
from .strategies import answers_for, inputs_for

_FOLDERS: ContextVar[tuple[Path, ...]] = ContextVar("folders in which a machine looks for definitions", default=())
_NAMESPACE = "user_1"
_MOST_HALTS = 3
_STEPS = 12
# To explain which lines of ours a failure ran takes minutes, and tells nobody anything.
_PHASES = [phase for phase in Phase if phase is not Phase.explain]
# A retry, an hour, a working day, and just short of and past both TTLs.
_TIMES = (1, HOUR, DAY, 29 * DAY, 31 * DAY, 91 * DAY)
_REFUSED_ANSWERS = frozenset({"invalid_transition", "payload_too_large", "validation_error"})


@contextmanager
def looking_in(folders: Iterable[Path]) -> Iterator[None]:
    """Machines that begin meanwhile find definitions by name in these folders."""
    token = _FOLDERS.set(tuple(folders))
    try:
        yield
    finally:
        _FOLDERS.reset(token)


class WorkflowMachine(RuleBasedStateMachine):
    """All that may happen to an instance of one workflow, in any order, as a Hypothesis state machine.

        class Approval(WorkflowMachine):
            definition = "purchase_approval"

        TestApproval = Approval.TestCase

    It creates an instance, and the next one once that is over. Its rules answer it or one of its threads, give two
    answers at once, answer where nobody waits, cancel, repeat the create with its `Idempotency-Key`, and let time pass.
    After every step the instance is as the document says (`invariants.py`), and has not failed, unless `may_fail` has
    the code. Further rules and invariants find it as `self.run`, and its emulator as `self.emulator`.

    A failing run comes with a test that does the same, to be copied. `TestApproval.settings` are Hypothesis' own; a run
    has 12 steps unless they say otherwise (`stateful_step_count`)."""

    run: Run
    """The instance, the latest one."""
    definition: ClassVar[str | Path | Mapping[str, Any]]
    """What `emulator.load` takes: the path of a file, a name in a definitions folder, or the definition itself."""
    over_http: ClassVar[bool] = False
    """Whether it acts through the API over HTTP, without a socket; else by the methods of `Emulator` and `Run`."""
    stubs: ClassVar[Iterable[Mapping[str, Any]]] = ()
    """What HTTP logic hears, each as `POST /_emulator/stubs` takes it; all else is answered with 200 and `{}`."""
    secrets: ClassVar[Mapping[str, str]] = {}
    """Secrets by name."""
    may_fail: ClassVar[Collection[str]] = ()
    """The error codes of which an instance may fail: `{"http_error"}`."""
    inputs: ClassVar[st.SearchStrategy[dict[str, Any]] | None] = None
    """The inputs of new instances; `strategies.inputs_for(definition)` unless it is given."""
    answers: ClassVar[Mapping[str, st.SearchStrategy[dict[str, Any]]]] = {}
    """The answers in a halting state, by its name; those of `strategies.answers_for` where there are none."""

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        cls.TestCase.settings = settings(cls.TestCase.settings, stateful_step_count=_STEPS, phases=_PHASES)

    def __init__(self) -> None:
        super().__init__()
        if not hasattr(type(self), "definition"):
            raise TypeError(f"{type(self).__name__} needs a definition: a path, a name or the definition itself")
        self._folders = _FOLDERS.get()
        self.emulator: Emulator = Emulator(
            seed=1, now="2026-01-20T12:00:00Z", secrets=self.secrets, definitions=self._folders
        )
        self.emulator.load(self.definition)
        for stub in (*self.stubs, {"url": "*", "respond": {"json": {}}}):
            self.emulator.stub(**stub)
        (workflow,) = self.emulator.account.store.workflows.values()
        assert workflow.published is not None
        self._parsed: Definition = workflow.published.definition
        self._steered = _steered(json.dumps(self._parsed.source))
        self._driver: Driver = (OverHttp if self.over_http else InProcess)(self.emulator, workflow.name)
        self._seen: tuple[tuple[int, int], Seen] | None = None
        self._checked: Seen | None = None

    @classmethod
    def over(cls, emulator: Emulator, run: Run) -> "WorkflowMachine":
        """A machine over an instance that is there, so that its invariants can be asked: a printed test does so."""
        machine = cls()
        machine.emulator, machine.run = emulator, run
        return machine

    def tell(self, *lines: str) -> None:
        """Lines of Python for the test that is printed, for what your own rules have done: `emulator` and `run` are its
        variables."""
        self._driver.told.add(*lines)

    @property
    def told(self) -> list[str]:
        """What was done so far, as the lines of a test."""
        return list(self._driver.told.lines)

    # ---- rules

    @initialize(data=st.data(), key=st.sampled_from([None, "key_1"]), answers=st.integers(0, _MOST_HALTS))
    def create(self, data: st.DataObject, key: str | None, answers: int) -> None:
        """There is an instance before anything else happens, and it may have been answered: far states are seldom met
        otherwise."""
        self._begin(data, key, answers)

    @precondition(lambda self: self._over())
    @rule(data=st.data(), answers=st.integers(0, _MOST_HALTS))
    def create_next(self, data: st.DataObject, answers: int) -> None:
        """Once it is over the next one takes its place, and a test that is printed begins with it."""
        if not any("times" in stub or isinstance(stub.get("respond"), list) for stub in self.stubs):
            self._driver.told.lines.clear()
        self._begin(data, None, answers)

    @precondition(lambda self: self._can_repeat())
    @rule()
    def create_again(self) -> None:
        """With the key of the first time, as after a lost answer: the same answer, and nothing else."""
        input_, key, first, _ = self._created
        before, again = self._look(), self._driver.create(input_, _NAMESPACE, key, again=True)
        if (again.id, again.code, again.said) != (first.id, first.code, first.said):
            complain(["a create with an Idempotency-Key that was used is answered otherwise than the first time"])
        self._unchanged(before, "a create with an Idempotency-Key that was used")

    @precondition(lambda self: self._waiting(None))
    @rule(data=st.data())
    def resume(self, data: st.DataObject) -> None:
        """Somebody answers the instance."""
        self._answer(data, None)

    @precondition(lambda self: len(self.run.threads) > 1 and self._waiting(""))
    @rule(data=st.data())
    def resume_thread(self, data: st.DataObject) -> None:
        """Somebody answers one of its threads."""
        self._answer(data, data.draw(st.sampled_from(self._look().halted())))

    @precondition(lambda self: self._waiting(None))
    @rule(data=st.data())
    def two_answers_at_once(self, data: st.DataObject) -> None:
        """Two answers of which neither has acted when the other comes: one is taken."""
        before, strategy = self._look(), self._answers(None)
        one, other = data.draw(strategy), data.draw(strategy)
        first, second = self._driver.race(self.run.id, None, one, other)
        taken = len(_resumes(self._look())) - len(_resumes(before))
        answered = [each for each in (first, second) if each.code is None]
        if taken > 1 or (answered and not taken) or (len(answered) > 1 and one != other):
            complain([f"of two answers at once {taken} were taken, and {len(answered)} told so"])

    @precondition(lambda self: not self._waiting(None))
    @rule(thread=st.sampled_from([None, "thread_of_nobody"]))
    def unasked_answer(self, thread: str | None) -> None:
        """An answer that comes too late, or too early, or to nobody, is refused and changes nothing."""
        before = self._look()
        outcome = self._driver.answer(self.run.id, thread, {"approved": True})
        self._refused(outcome, {"thread_not_found" if thread else "instance_not_halted"}, before)

    @precondition(lambda self: not self._over())
    @rule()
    def cancel(self) -> None:
        """Somebody cancels the instance."""
        before, outcome = self._look(), self._driver.cancel(self.run.id)
        if outcome.code is not None or self._look().status != "cancelled":
            complain([f"the cancel of an instance that is {before.status} has come to {outcome.code or 'nothing'}"])

    @precondition(lambda self: self._over())
    @rule()
    def cancel_too_late(self) -> None:
        """What is over cannot be cancelled, and does not change."""
        before = self._look()
        self._refused(self._driver.cancel(self.run.id), {"instance_not_active"}, before)

    @rule(seconds=st.sampled_from(_TIMES))
    def advance(self, seconds: int) -> None:
        """Time passes."""
        self._driver.advance(seconds)

    # ---- what holds after each step

    @invariant()
    def as_the_document_says(self) -> None:
        """The instance is as every instance must be, and has not failed."""
        now, before = self._look(), self._checked
        if now is not before:
            self._checked = now
            complain(broken(self._parsed, now, self.emulator.account.limits, self.may_fail, before))

    def teardown(self) -> None:
        """Whoever overrides it calls it, too: here a failing run is written down as a test."""
        began = Setting(self.definition, self._folders, self.stubs, tuple(self.secrets), self.over_http, self.may_fail)
        note(self, began, self._driver.told)
        self._driver.close()

    # ---- what the rules are made of

    def _begin(self, data: st.DataObject, key: str | None, answers: int) -> None:
        input_ = data.draw(self._steered.inputs if self.inputs is None else self.inputs)
        outcome = self._driver.create(input_, _NAMESPACE, key)
        self.run, self._seen, self._checked = self.emulator.run(outcome.id), None, None
        self._created = input_, key, outcome, self.emulator.clock.now
        for _ in range(answers):
            if self._waiting(None):
                self._answer(data, None)

    def _can_repeat(self) -> bool:
        """A key is kept for 24 hours."""
        _, key, _, at = self._created
        return key is not None and self.emulator.clock.now - at < timedelta(days=1)

    def _answer(self, data: st.DataObject, thread: str | None) -> None:
        before = self._look()
        outcome = self._driver.answer(self.run.id, thread, data.draw(self._answers(thread)))
        if outcome.code is not None and self._look().status != "failed":
            self._refused(outcome, _REFUSED_ANSWERS, before)

    def _answers(self, thread: str | None) -> st.SearchStrategy[dict[str, Any]]:
        """Answers to the thread, or to the one that the instance shows."""
        whom = self.run if thread is None else self.run.thread(thread)
        state = self._answered(thread)
        if state in self.answers:
            return self.answers[state]
        if not _filled_in(self._parsed.states[state]):
            return self._steered.answers(state)
        return answers_for(whom.presentation, definition=self._parsed, state=state)

    def _answered(self, thread: str | None) -> str:
        if thread is not None:
            return self.run.thread(thread).state
        shown = self.emulator.read(lambda account: instances.get(account, self.run.id).halted_thread)
        assert shown is not None
        return shown.state

    def _over(self) -> bool:
        return self.run.status not in ("running", "halted")

    def _waiting(self, thread: str | None) -> bool:
        """Whether the instance can be answered; of one that has threads, whether one of them can."""
        return self.run.status == "halted" if thread is None else bool(self._look().halted())

    def _look(self) -> Seen:
        """The instance as it is now; it is not asked for again where nothing has happened to it since."""
        at = self.emulator.read(lambda account: (instances.get(account, self.run.id).revision, account.clock.now_ms))
        if self._seen is None or self._seen[0] != at:
            self._seen = at, self._driver.see(self.run.id)
        return self._seen[1]

    def _refused(self, outcome: Outcome, codes: Collection[str], before: Seen) -> None:
        if outcome.code not in codes:
            complain([f"it is answered with {outcome.code or 'success'}, not with {' or '.join(sorted(codes))}"])
        self._unchanged(before, f"what was refused with {outcome.code}")

    def _unchanged(self, before: Seen, what: str) -> None:
        after = self._look()
        if (after.instance, after.events) != (before.instance, before.events):
            complain([f"{what} has changed the instance"])


def _filled_in(state: State) -> bool:
    """Whether its fields or options come from templates."""
    shown = state.presentation or {}
    return "${" in str((shown.get("fields"), shown.get("options")))


def _resumes(seen: Seen) -> list[Mapping[str, Any]]:
    """The answers that were taken."""
    return [each for each in seen.events if each.get("trigger") == "resume"]


class _Steered:
    """The inputs and answers that the definition itself asks for; each made once."""

    def __init__(self, source: str) -> None:
        self.definition = parse(json.loads(source))
        self.inputs = inputs_for(self.definition)
        self.answers = cache(lambda state: answers_for(definition=self.definition, state=state))


@lru_cache(maxsize=20)
def _steered(source: str) -> _Steered:
    """By the definition's text: each run of a machine has it anew."""
    return _Steered(source)
