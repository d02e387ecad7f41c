"""A running instance in a test's hand: what can be read of it, and what a person does."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Self

from interactor_emulator.errors import InstanceNotHalted, InteractorError, InvalidTransition, ThreadNotFound
from interactor_emulator.jsontext import AnyJson
from interactor_emulator.projections.explain import Decision, describe, explanation
from interactor_emulator.projections.visits import Visit, visits
from interactor_emulator.services import choices, instances
from interactor_emulator.state.events import Halted, Options
from interactor_emulator.state.instance import Instance, Status, Thread

from . import deciding, telling
from .access import Access, input_object
from .assertions import Assertions

if TYPE_CHECKING:
    from interactor_emulator.services.pictures import Format


class RunReader(Assertions):
    """One instance, as it is read: always the present. Assertions return the run, so that they chain."""

    def __init__(self, access: Access, instance_id: str) -> None:
        super().__init__(access)
        self.id = instance_id
        """Its id, as the API shows it."""

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.id} {self.status} in {self.state}>"

    def _read(self, reader: Callable[[Instance], Any]) -> Any:
        return self._access.read(lambda account: reader(instances.get(account, self.id)))

    def _instance(self) -> Instance:
        return self._access.read(lambda account: instances.get(account, self.id))

    def _name(self) -> str:
        return f"{self.id} ({self.workflow})"

    @property
    def status(self) -> Status:
        """running, halted, completed, failed or cancelled."""
        found: Status = self._read(lambda instance: instance.status)
        return found

    @property
    def state(self) -> str:
        """The state that the instance is in, or ended in."""
        return str(self._read(lambda instance: instance.current_state))

    @property
    def data(self) -> dict[str, AnyJson]:
        """A copy of `workflow_data`; its values are not to be changed."""
        return dict(self._read(lambda instance: instance.data))

    @property
    def presentation(self) -> Mapping[str, AnyJson] | None:
        """What a person is shown while it is halted, with its templates filled in; None where nothing is shown.

        Of several threads it is that of the main one, else of the one that was forked first."""
        halt: Halted | None = self._read(lambda instance: instance.shown_halt)
        return None if halt is None else halt.presentation

    @property
    def options(self) -> Options | None:
        """What its halting instructions came to while it is halted: the instruction, and the choices; None where it has
        neither."""
        halt: Halted | None = self._read(lambda instance: instance.shown_halt)
        return None if halt is None else halt.options

    @property
    def workflow(self) -> str:
        """The name of its workflow."""
        return str(self._read(lambda instance: instance.version.workflow_name))

    @property
    def failure(self) -> InteractorError | None:
        """The error that the API answered with when it failed, None where it did not."""
        found: InteractorError | None = self._read(instances.failure)
        return found

    @property
    def threads(self) -> dict[str, str]:
        """The state of each thread by its id."""
        found: dict[str, str] = self._read(
            lambda instance: {thread.id: thread.state for thread in instance.threads.values()}
        )
        return found

    @property
    def history(self) -> list[Visit]:
        """Every stay in a state, in the order in which they began."""
        return self._access.read(lambda account: visits(account.journal.of_instance(self.id)))

    @property
    def path(self) -> list[str]:
        """The names of the states, in the order in which they were entered."""
        return [visit.state for visit in self.history]

    def _thread_id(self, name: str) -> str:
        ids = list(self.threads)
        for found in (name, f"thread_{name}"):
            if found in ids:
                return found
        error = ThreadNotFound(name)
        error.add_note(f"Its threads are {', '.join(ids)}")
        raise error

    def _waiting_in(self, state: str) -> str:
        self._settle()
        threads = self._instance().threads.values()
        waiting = [each.id for each in threads if each.halted is not None and each.state == state]
        if not waiting:
            self._fail_rest("halted", state)
        return waiting[0]

    def _choose(self, thread_id: str | None, key: str, members: Mapping[str, AnyJson]) -> Self:
        self._access.read(lambda account: choices.check(account, self.id, thread_id))
        return self._resume(thread_id, input_object({"choice": key}, members))

    def _resume(self, thread_id: str | None, answer: Mapping[str, AnyJson]) -> Self:
        cause = self._access.cause()
        try:
            self._access.perform(lambda account: instances.resume(account, self.id, answer, cause, thread_id))
        except InvalidTransition as refused:
            if (decision := deciding.last(self.decisions())) is not None:
                refused.add_note(describe(decision))
            raise
        except InstanceNotHalted as refused:
            halted = [each for each in self.threads if ThreadReader(self, each).status == "halted"]
            if thread_id is None and halted:
                calls = [f"run.thread({each.removeprefix('thread_')!r}).resume(…)" for each in halted]
                refused.add_note(f"In Python it is {' or '.join(calls)}")
            raise
        if (error := self.failure) is not None:
            raise error
        return self

    def decisions(self) -> list[Decision]:
        """Every decision that was made, with every clause that was looked at."""
        return self._access.read(lambda account: instances.explain(account, self.id))

    def explain(self) -> str:
        """The same as text: every condition that was evaluated, with the values it saw; last what it failed of."""
        return explanation(self.decisions(), self._instance().failure)

    def _awaited(self) -> list[str]:
        return _awaited(self._access, self._instance(), lambda _thread_id: True)


class Run(RunReader):
    """One instance, and what a person does with it."""

    def resume(self, input: Mapping[str, AnyJson] | None = None, /, **members: AnyJson) -> "Run":
        """Answer the halted instance with these members, given as a mapping or as keywords; it goes on until it rests.

        Raises the error that the API would answer with: InstanceNotHalted, InvalidTransition (nothing has changed),
        ConcurrentModification, PayloadTooLarge, ValidationError, and what the instance then failed of, ScriptError say.
        """
        return self._resume(None, input_object(input, members))

    def choose(self, key: str, /, **members: AnyJson) -> "Run":
        """Answer an instance that is halted in selection mode, or shows a choice, with the key of one; `members` go
        beside it.

        Raises ValidationError when the state where it is halted hears no choice, and all that `resume` raises."""
        return self._choose(None, key, members)

    def thread(self, name: str) -> "RunThread":
        """One of its threads, by its id or by the name in the fork: `finance` for `thread_finance`. Raises
        ThreadNotFound."""
        return RunThread(self, self._thread_id(name))

    def waiting_in(self, state: str) -> "RunThread":
        """The thread that waits for a person in this state, whichever it is. Raises AssertionError, as `assert_halted`
        does, where none does."""
        return RunThread(self, self._waiting_in(state))

    def cancel(self) -> "Run":
        """Cancel it; raises InstanceNotActive when it is over."""
        self._access.perform(lambda account: instances.cancel(account, self.id))
        return self

    def graph(self, format: "Format" = "svg") -> str:
        """The picture of its definition with its path marked, as text: `svg`, `mermaid` or `dot`."""
        from interactor_emulator.services import pictures  # late: few tests draw

        return self._access.perform(lambda account: pictures.of_instance(account, self.id, format))


class ThreadReader(Assertions):
    """One thread of an instance, as it is read. The data are those of the instance."""

    def __init__(self, run: RunReader, thread_id: str) -> None:
        super().__init__(run._access)
        self._run = run
        self.id = thread_id
        """Its id: `thread_main`, or `thread_` and its name or number."""

    def __repr__(self) -> str:
        return f"<{self.id} of {self._run.id} {self.status} in {self.state}>"

    def _read(self, reader: Callable[[Thread], Any]) -> Any:
        return self._run._read(lambda instance: reader(instances.thread(instance, self.id)))

    def _instance(self) -> Instance:
        return self._run._instance()

    def _name(self) -> str:
        return f"{self.id} of {self._run._name()}"

    @property
    def status(self) -> Status:
        """running, halted, completed, failed or cancelled."""
        found: Status = self._read(lambda thread: thread.status)
        return found

    @property
    def state(self) -> str:
        """The state that the thread is in, or ended in."""
        return str(self._read(lambda thread: thread.state))

    @property
    def data(self) -> dict[str, AnyJson]:
        """A copy of `workflow_data`, which all threads share."""
        return self._run.data

    @property
    def failure(self) -> InteractorError | None:
        """The error that the instance failed with, whichever thread it came from."""
        return self._run.failure

    @property
    def history(self) -> list[Visit]:
        """Every stay of this thread in a state, in order."""
        return [visit for visit in self._run.history if visit.thread_id == self.id]

    @property
    def path(self) -> list[str]:
        """The names of the states, in the order in which the thread entered them."""
        return [visit.state for visit in self.history]

    @property
    def presentation(self) -> Mapping[str, AnyJson] | None:
        """What a person is shown while it is halted, rendered."""
        halt: Halted | None = self._read(lambda thread: thread.halted)
        return None if halt is None else halt.presentation

    @property
    def options(self) -> Options | None:
        """What its halting instructions came to while it is halted."""
        halt: Halted | None = self._read(lambda thread: thread.halted)
        return None if halt is None else halt.options

    def decisions(self) -> list[Decision]:
        """Every decision that this thread made, with every clause that was looked at."""
        return [each for each in self._run.decisions() if each.thread_id == self.id]

    def explain(self) -> str:
        """The same as text; last what the instance failed of, if it was this thread that failed."""
        failure = self._instance().failure
        return explanation(self.decisions(), failure if failure is not None and failure.thread_id == self.id else None)

    def _awaited(self) -> list[str]:
        return _awaited(self._access, self._instance(), self.id.__eq__)


class RunThread(ThreadReader):
    """One thread of an instance: `thread_finance` of `run.thread("finance")`."""

    def __init__(self, run: Run, thread_id: str) -> None:
        super().__init__(run, thread_id)
        self._run: Run = run

    def resume(self, input: Mapping[str, AnyJson] | None = None, /, **members: AnyJson) -> Run:
        """Answer this thread, as `Run.resume` answers the instance; the run is returned."""
        return self._run._resume(self.id, input_object(input, members))

    def choose(self, key: str, /, **members: AnyJson) -> Run:
        """Answer this thread with the key of a choice, as `Run.choose` does; the run is returned."""
        return self._run._choose(self.id, key, members)


def _awaited(access: Access, instance: Instance, concerns: Callable[[str], bool]) -> list[str]:
    """What the threads that are meant wait for: an answer, the time of another attempt, other threads."""
    lines = []
    for thread in instance.threads.values():
        if not concerns(thread.id):
            continue
        if thread.halted is not None:
            call = f".thread({thread.id.removeprefix('thread_')!r})" if instance.forked else ""
            lines.append(telling.answer_wanted(thread.halted, call))
        if thread.joining:
            others = [each.id for each in instance.forked_by(thread) if each.active]
            lines.append(f"the threads that it forked, at the join {thread.state}: {', '.join(others)}")
    retries = access.read(
        lambda account: [each for each in account.retries.values() if each.instance_id == instance.id]
    )
    return [*lines, *(telling.retry(instance, each) for each in retries if concerns(each.thread_id))]
