"""What a test can assert of whatever goes through states: a run, or one of its threads.

A failure says what was expected, what happened, and which condition decided it.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from types import EllipsisType
from typing import Literal, NoReturn, Self

from interactor_emulator.errors import FAILURES, InteractorError
from interactor_emulator.jsontext import AnyJson
from interactor_emulator.nearest import hint
from interactor_emulator.projections.explain import Decision, describe
from interactor_emulator.redaction import redact
from interactor_emulator.services import instances
from interactor_emulator.state.instance import Instance, Status
from interactor_emulator.terminal import line

from . import deciding, telling
from .access import Access

CancelReason = Literal["requested", "ttl_expired"]

_NOTICED, _UNUSED = 3, 5


class Assertions(ABC):
    """They let what has begun come to its end first, and return what they were asked of, so that they chain."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self._waits: list[str] = []

    # What it is asked of.

    @property
    @abstractmethod
    def status(self) -> Status:
        """running, halted, completed, failed or cancelled."""

    @property
    @abstractmethod
    def state(self) -> str:
        """The state that it is in, or ended in."""

    @property
    @abstractmethod
    def path(self) -> list[str]:
        """The names of the states, in the order in which they were entered."""

    @property
    @abstractmethod
    def data(self) -> dict[str, AnyJson]:
        """A copy of `workflow_data`."""

    @property
    @abstractmethod
    def failure(self) -> InteractorError | None:
        """The error that the API answered with when it failed."""

    @abstractmethod
    def decisions(self) -> list[Decision]:
        """Every decision that was made, with every clause that was looked at."""

    @abstractmethod
    def _instance(self) -> Instance:
        """The instance that it belongs to."""

    @abstractmethod
    def _name(self) -> str:
        """What a message calls it."""

    @abstractmethod
    def _awaited(self) -> list[str]:
        """What it waits for, a line each."""

    # What can be asserted.

    def assert_halted(self, state: str | None = None) -> Self:
        """It waits for a person, in this state, or in any. Raises AssertionError."""
        return self._assert_rests("halted", state)

    def assert_completed(self, state: str | None = None) -> Self:
        """It has finished, in this terminal state, or in any. Raises AssertionError."""
        return self._assert_rests("completed", state)

    def assert_failed(self, code: str | None = None, *, state: str | None = None) -> Self:
        """It has failed, with this error code, in this state; with any, in any. Raises AssertionError, and ValueError
        for a code of which nothing fails."""
        if code is not None and code not in FAILURES:
            a_state = (
                f"it is a state: assert_failed(state={code!r})" if code in self._states() else hint(code, FAILURES)
            )
            raise ValueError(f"{code!r} is no code that an instance fails with; {a_state}")
        self._assert_rests("failed", state)
        failure = self.failure
        assert failure is not None, "it has failed"
        if code is not None and failure.code != code:
            self._fail(f"expected it to fail with {code}, but it failed with {failure.code}: {failure.message}")
        return self

    def assert_cancelled(self, *, reason: CancelReason | None = None) -> Self:
        """It was cancelled, because it was `requested` or its TTL was over (`ttl_expired`). Raises AssertionError."""
        self._assert_rests("cancelled", None)
        found = self._cancel_reason()
        if reason is not None and found != reason:
            self._fail(f"expected it to be cancelled because {reason}, but it was {found}")
        return self

    def assert_path(self, *states: str | EllipsisType) -> Self:
        """It went through exactly these states, in this order; `...` stands for any run of states, also none.

        Raises AssertionError, which shows both paths side by side and what decided where they part."""
        self._settle()
        taken = self.path
        if not telling.matches(states, taken):
            self._fail_path(states, taken)
        return self

    def assert_visited(self, *states: str) -> Self:
        """It went through these states, in any order. Raises AssertionError."""
        self._settle()
        taken = self.path
        for state in states:
            if state not in taken:
                meant = self._suggestion(state)
                self._fail(f"expected it to visit {state}{meant}, but it took {telling.arrows(taken)}")
        return self

    def assert_not_visited(self, *states: str) -> Self:
        """It went through none of these states. Raises AssertionError, also for a name that the workflow has not."""
        self._settle()
        taken = self.path
        for state in states:
            if suggestion := self._suggestion(state):
                self._fail(f"{state} is no state of this workflow{suggestion}")
            if state in taken:
                self._fail(f"expected it not to visit {state}, but it took {telling.arrows(taken)}")
        return self

    def assert_data(self, /, *positional: object, **members: AnyJson) -> Self:
        """`workflow_data` has these members with these values; others do not matter. Raises AssertionError.

        A value is JSON, or anything that says by `==` what it equals: `pytest.approx(0.4)`, a matcher. Members are
        keywords: whatever is given without a name is refused with a TypeError."""
        if positional:
            raise TypeError(
                "assert_data takes members of workflow_data by their names: assert_data(approved=True); those of a "
                "dict as assert_data(**expected)"
            )
        self._settle()
        if wrong := telling.differences(self.data, members):
            self._fail("workflow_data differs:", *wrong)
        return self

    def _assert_rests(self, status: Status, state: str | None) -> Self:
        self._settle()
        if self.status != status or state not in (None, self.state):
            self._fail_rest(status, state)
        return self

    def _cancel_reason(self) -> str | None:
        instance_id = self._instance().id
        return self._access.read(lambda account: instances.cancel_reason(account, instance_id))

    # How they fail.

    def _fail_rest(self, status: Status, state: str | None) -> NoReturn:
        wanted = status if state is None else f"{status} in {state}{self._suggestion(state)}"
        lines = [
            f"expected it to be {wanted}, but it is {self.status} in {self.state}",
            f"  path: {telling.arrows(self.path)}",
        ]
        if (error := self.failure) is not None:
            lines.append(f"  error: {error.code}: {error.message}")
            lines += [f"  {remedy}" for remedy in self._blocked() if error.code == "http_error"]
        if self.status == "cancelled":
            lines.append(f"  cancelled: {self._cancel_reason()}")
        if self.status != status:
            lines += [f"  waits for: {each}" for each in self._awaited()]
        stopped = error is not None and error.code != "invalid_transition"
        self._fail(*lines, decision=None if stopped else deciding.against(self.decisions(), state))

    def _fail_path(self, expected: Sequence[object], taken: Sequence[str]) -> NoReturn:
        lines = ["expected another path", *telling.side_by_side(expected, taken)]
        for name in dict.fromkeys(each for each in expected if each is not ...):
            if suggestion := self._suggestion(name):
                lines.append(f"  {name} is no state of this workflow{suggestion}")
        self._fail(*lines, decision=deciding.of_path(self.decisions(), expected, taken))

    def _fail(self, *lines: str, decision: Decision | None = None) -> NoReturn:
        """Each of them is one line, whatever the names in it are."""
        why = [] if decision is None else ["  decided by:", *(f"    {each}" for each in describe(decision).split("\n"))]
        # The first line is all that a summary shows: what it is about comes last.
        said = [*lines, *why, *self._beside(), f"  of {self._name()}"]
        raise AssertionError("\n".join(line(each) for each in said))

    def _settle(self) -> None:
        self._waits = self._access.settle_for_assertion()

    def _beside(self) -> list[str]:
        """What else may be the reason, a line each."""
        lines = [f"noticed: {each}" for each in self._noticed()]
        lines += [f"still waits: {each}" for each in self._waits]
        lines += [f"prepared, and not used: {each}" for each in self._unused()]
        hidden = self._access.account.secrets.ever
        return [f"  {redact(each, hidden)}" for each in lines]

    def _noticed(self) -> list[str]:
        """Diagnostics of this instance, each once: often the reason why it went another way."""
        instance_id = self._instance().id
        found = [each.message for each in self._access.diagnostics if each.instance_id == instance_id]
        return list(dict.fromkeys(found))[-_NOTICED:]

    def _unused(self) -> list[str]:
        """The answers that nobody has needed."""
        return telling.unused(self._access.account.people, self._access.states())[:_UNUSED]

    def _blocked(self) -> list[str]:
        """What to do about the latest call that was not let out."""
        noticed = [each for each in self._access.diagnostics if each.code == "egress_blocked"]
        return [each.hint for each in noticed[-1:]]

    def _suggestion(self, state: object) -> str:
        return telling.suggestion(state, self._states())

    def _states(self) -> list[str]:
        return list(self._instance().definition.states)
