"""A running instance in a test's hand, and what can be asserted of it."""

from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, NoReturn

from interactor_emulator.errors import InteractorError, InvalidTransition, ThreadNotFound
from interactor_emulator.jsontext import AnyJson, equal
from interactor_emulator.projections.explain import Decision, describe, explanation, shown
from interactor_emulator.projections.visits import Visit, path, visits
from interactor_emulator.redaction import redact
from interactor_emulator.services import instances
from interactor_emulator.state.events import Halted, Options
from interactor_emulator.state.instance import Instance, Thread
from interactor_emulator.terminal import lines as shown_lines

from .access import Access, input_object

if TYPE_CHECKING:
    from interactor_emulator.services.pictures import Format


class Run:
    """One instance. Reading it always shows the present; assertions return the run, so that they chain."""

    def __init__(self, access: Access, instance_id: str) -> None:
        self._access = access
        self.id = instance_id
        self._waits: list[str] = []

    def __repr__(self) -> str:
        return f"<Run {self.id} {self.status} in {self.state}>"

    def _read(self, reader: Callable[[Instance], Any]) -> Any:
        return self._access.read(lambda account: reader(instances.get(account, self.id)))

    @property
    def status(self) -> str:
        """running, halted, completed, failed or cancelled."""
        return str(self._read(lambda instance: instance.status))

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
        """What a person is shown while it is halted, rendered."""
        halt: Halted | None = self._read(lambda instance: instance.shown_halt)
        return None if halt is None else halt.presentation

    @property
    def options(self) -> Options | None:
        """What its halting instructions came to while it is halted: the instruction, and the choices."""
        halt: Halted | None = self._read(lambda instance: instance.shown_halt)
        return None if halt is None else halt.options

    @property
    def workflow(self) -> str:
        """The name of its workflow."""
        return str(self._read(lambda instance: instance.version.workflow_name))

    @property
    def failure(self) -> InteractorError | None:
        """The error that the API answered with when it failed."""
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
        """Every stay in a state, in order."""
        return self._access.read(lambda account: visits(account.journal.of_instance(self.id)))

    @property
    def path(self) -> list[str]:
        """The names of the states, in the order in which they were entered."""
        return self._access.read(lambda account: path(account.journal.of_instance(self.id)))

    def resume(self, input: Mapping[str, AnyJson] | None = None, /, **members: AnyJson) -> "Run":
        """Answer the halted instance with these members, given as a mapping or as keywords.

        Raises the error that the API would answer with: InstanceNotHalted, InvalidTransition, ScriptError, …
        """
        return self._resume(None, input_object(input, members))

    def choose(self, key: str, /, **members: AnyJson) -> "Run":
        """Answer an instance that is halted in selection mode with the key of a choice."""
        return self._resume(None, input_object({"choice": key}, members))

    def thread(self, name: str) -> "RunThread":
        """One of its threads, by its id or by the name in the fork: `finance` for `thread_finance`."""
        ids = list(self.threads)
        for found in (name, f"thread_{name}"):
            if found in ids:
                return RunThread(self, found)
        raise ThreadNotFound(name)

    def _resume(self, thread_id: str | None, answer: Mapping[str, AnyJson]) -> "Run":
        cause = self._access.cause()
        try:
            self._access.perform(lambda account: instances.resume(account, self.id, answer, cause, thread_id))
        except InvalidTransition as refused:
            if (decision := self._last_decision()) is not None:
                refused.add_note(describe(decision))
            raise
        if (error := self.failure) is not None:
            raise error
        return self

    def cancel(self) -> "Run":
        """Cancel it; raises InstanceNotActive when it is over."""
        self._access.perform(lambda account: instances.cancel(account, self.id))
        return self

    def decisions(self) -> list[Decision]:
        """Every decision that was made, with every clause that was looked at."""
        return self._access.read(lambda account: instances.explain(account, self.id))

    def explain(self) -> str:
        """The same as text: every condition that was evaluated, with the values it saw."""
        return explanation(self.decisions())

    def graph(self, format: "Format" = "svg") -> str:
        """The picture of its definition with its path marked: `svg`, `mermaid` or `dot`."""
        from interactor_emulator.services import pictures  # late: few tests draw

        return self._access.perform(lambda account: pictures.of_instance(account, self.id, format))

    # Assertions: a failure says what was expected, what happened, and which condition decided it.

    def assert_halted(self, state: str | None = None) -> "Run":
        """It waits for a person, in this state."""
        __tracebackhide__ = True
        return self._assert_rests("halted", state)

    def assert_completed(self, state: str | None = None) -> "Run":
        """It has finished, in this terminal state."""
        __tracebackhide__ = True
        return self._assert_rests("completed", state)

    def assert_failed(self, *, code: str | None = None, state: str | None = None) -> "Run":
        """It has failed, with this error code, in this state."""
        __tracebackhide__ = True
        self._assert_rests("failed", state)
        failure = self._read(lambda instance: instance.failure)
        if code is not None and failure.error_code != code:
            self._fail(f"expected it to fail with {code}, but it failed with {failure.error_code}: {failure.message}")
        return self

    def assert_cancelled(self, *, reason: str | None = None) -> "Run":
        """It was cancelled: `requested` or `ttl_expired`."""
        __tracebackhide__ = True
        self._assert_rests("cancelled", None)
        found = self._access.read(lambda account: instances.cancel_reason(account, self.id))
        if reason is not None and found != reason:
            self._fail(f"expected it to be cancelled because {reason}, but it was {found}")
        return self

    def assert_path(self, *states: object) -> "Run":
        """It went through exactly these states, in this order; `...` stands for any run of states, also none."""
        __tracebackhide__ = True
        self._settle()
        taken = self.path
        if not _matches(list(states), taken):
            self._fail_path(list(states), taken)
        return self

    def assert_visited(self, *states: str) -> "Run":
        """It went through these states, in any order."""
        __tracebackhide__ = True
        self._settle()
        taken = self.path
        for state in states:
            if state not in taken:
                self._fail(f"expected it to visit {state}{self._suggestion(state)}, but it took {_arrows(taken)}")
        return self

    def assert_not_visited(self, *states: str) -> "Run":
        """It went through none of these states."""
        __tracebackhide__ = True
        self._settle()
        taken = self.path
        for state in states:
            if suggestion := self._suggestion(state):
                self._fail(f"{state} is no state of this workflow{suggestion}")
            if state in taken:
                self._fail(f"expected it not to visit {state}, but it took {_arrows(taken)}")
        return self

    def assert_data(self, **members: AnyJson) -> "Run":
        """`workflow_data` has these members with these values; others do not matter."""
        __tracebackhide__ = True
        self._settle()
        data = self.data
        wrong = []
        for name, wanted in members.items():
            if name not in data:
                near = get_close_matches(name, data, n=1)
                hint = f"; did you mean {near[0]}?" if near else f"; there are {', '.join(data) or 'none'}"
                wrong.append(f"  {name}: expected {shown(wanted)}, but it is not there{hint}")
            elif not equal(data[name], wanted):
                wrong.append(f"  {name}: expected {shown(wanted)}, found {shown(data[name])}")
        if wrong:
            self._fail("workflow_data differs:\n" + "\n".join(wrong))
        return self

    def _assert_rests(self, status: str, state: str | None) -> "Run":
        __tracebackhide__ = True
        self._settle()
        if self.status == status and state in (None, self.state):
            return self
        wanted = status if state is None else f"{status} in {state}{self._suggestion(state)}"
        lines = [
            f"expected it to be {wanted}, but it is {self.status} in {self.state}",
            f"  path: {_arrows(self.path)}",
        ]
        if (error := self.failure) is not None:
            lines.append(f"  error: {error.code}: {error.message}")
            lines += [f"  {hint}" for hint in self._blocked() if error.code == "http_error"]
        if self.status == "halted" and status != "halted":
            lines.append(f"  waits for: {self._answer_wanted()}")
        stopped = error is not None and error.code != "invalid_transition"
        self._fail("\n".join(lines), None if stopped else self._decision_against(state))
        return self

    def _answer_wanted(self) -> str:
        """How the halt that it is in can be answered."""
        halt: Halted | None = self._read(lambda instance: instance.shown_halt)
        if halt is not None and halt.options is not None and halt.options.selection:
            keys = [f".choose({each.key!r})" for each in halt.options.choices]
            return f"a choice in {self.state}: {' or '.join(keys[:5])}"
        return f"an answer in {self.state}, like .resume(approved=True)"

    def _fail_path(self, expected: list[Any], taken: list[str]) -> NoReturn:
        __tracebackhide__ = True
        parts_at = next(
            (index for index, (left, right) in enumerate(zip(expected, taken, strict=False)) if left != right),
            min(len(expected), len(taken)),
        )
        names = ["..." if name is ... else str(name) for name in expected]
        width = max([8, *map(len, names)])
        lines = ["expected another path", f"    {'expected':{width}}  taken"]
        for index in range(max(len(names), len(taken))):
            left = names[index] if index < len(names) else "(end)"
            right = taken[index] if index < len(taken) else "(end)"
            lines.append(f"  {'>' if index == parts_at and ... not in expected else ' '} {left:{width}}  {right}")
        unknown = [name for name in expected if name is not ... and self._suggestion(name)]
        lines += [f"  {name} is no state of this workflow{self._suggestion(name)}" for name in dict.fromkeys(unknown)]
        self._fail("\n".join(lines), self._decision_before(parts_at))

    def _settle(self) -> None:
        self._waits = self._access.settle_for_assertion()

    def _fail(self, message: str, decision: Decision | None = None) -> NoReturn:
        __tracebackhide__ = True
        why = "" if decision is None else "\n  decided by:\n    " + describe(decision).replace("\n", "\n    ")
        raise AssertionError(shown_lines(f"{self.id} ({self.workflow}): {message}{why}{self._beside()}"))

    def _beside(self) -> str:
        """What else may be the reason, a line each."""
        lines = [f"noticed: {each}" for each in self._noticed()]
        lines += [f"still waits: {each}" for each in self._waits]
        lines += [f"prepared, and not used: {each}" for each in self._unused()]
        hidden = self._access.account.secrets.ever
        return "".join(f"\n  {redact(line, hidden)}" for line in lines)

    def _last_decision(self) -> Decision | None:
        return next(reversed(self.decisions()), None)

    def _decision_against(self, state: str | None) -> Decision | None:
        """Where it could have gone to this state, and did not; or else the last decision that was one."""
        found = list(reversed(self.decisions()))
        for decision in found:
            if decision.taken != state and any(each.target == state for each in decision.considered):
                return decision
        choices = (decision for decision in found if any(each.clauses for each in decision.considered))
        return next(choices, found[0] if found else None)

    def _noticed(self) -> list[str]:
        """Diagnostics of this instance, each once: often the reason why it went another way."""
        found = [each.message for each in self._access.diagnostics if each.instance_id == self.id]
        return list(dict.fromkeys(found))[-3:]

    def _unused(self) -> list[str]:
        return self._access.read(lambda account: account.people.unused())[:5]

    def _blocked(self) -> list[str]:
        """What to do about the latest call that was not let out."""
        noticed = [each for each in self._access.diagnostics if each.code == "egress_blocked"]
        return [each.hint for each in noticed[-1:]]

    def _decision_before(self, index: int) -> Decision | None:
        """The decision that led to the state at this place of the path, or the last one where the path ended."""
        taken = [decision for decision in self.decisions() if decision.taken is not None]
        return taken[index - 1] if 0 < index <= len(taken) else self._last_decision()

    def _suggestion(self, state: str) -> str:
        """What a message adds for a name that is no state of the workflow; empty for one that is."""
        states: list[str] = self._read(lambda instance: list(instance.definition.states))
        if state in states:
            return ""
        near = get_close_matches(str(state), states, n=1)
        return (
            f" (no such state; did you mean {near[0]}?)" if near else f" (no such state; there are {', '.join(states)})"
        )


class RunThread:
    """One thread of an instance: `thread_finance` of `run.thread("finance")`."""

    def __init__(self, run: Run, thread_id: str) -> None:
        self._run = run
        self.id = thread_id

    def __repr__(self) -> str:
        return f"<{self.id} of {self._run.id} {self.status} in {self.state}>"

    def _read(self, reader: Callable[[Thread], Any]) -> Any:
        return self._run._read(lambda instance: reader(instances.thread(instance, self.id)))

    @property
    def status(self) -> str:
        """running, halted, completed, failed or cancelled."""
        return str(self._read(lambda thread: thread.status))

    @property
    def state(self) -> str:
        """The state that the thread is in, or ended in."""
        return str(self._read(lambda thread: thread.state))

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

    def resume(self, input: Mapping[str, AnyJson] | None = None, /, **members: AnyJson) -> Run:
        """Answer this thread; the run is returned."""
        return self._run._resume(self.id, input_object(input, members))

    def choose(self, key: str, /, **members: AnyJson) -> Run:
        """Answer this thread, halted in selection mode, with the key of a choice."""
        return self._run._resume(self.id, input_object({"choice": key}, members))


def _arrows(states: list[str]) -> str:
    return " → ".join(states)


def _matches(expected: list[object], taken: list[str]) -> bool:
    """Whether the path fits, `...` standing for any run of states."""
    reachable = {0}
    for wanted in expected:
        if wanted is ...:
            reachable = set(range(min(reachable), len(taken) + 1)) if reachable else set()
        else:
            reachable = {at + 1 for at in reachable if at < len(taken) and taken[at] == wanted}
    return len(taken) in reachable
