"""What one state did that was tested alone, as data and as text."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from interactor_emulator.adapters.http.caller import Record
from interactor_emulator.definition.model import StateType, Transition
from interactor_emulator.errors import InteractorError
from interactor_emulator.jsontext import Json, encode
from interactor_emulator.state.events import Changes, Halted, Noticed
from interactor_emulator.terminal import line

from .explain import Decision, describe, shown

Outcome = Literal["transition", "halted", "completed", "refused", "failed", "stuck"]
"""What came of a state: a transition is taken; it waits for a person; the thread is completed; the answer was refused;
the instance failed (no transition holds, say); it has no transition, and stays for ever."""


@dataclass(frozen=True, slots=True)
class StateTested:
    """What one state did. `transition` is the one that is taken, `decision` why; `data` is `workflow_data` afterwards,
    `changes` what became of it. `halted` is what a person is shown, `error` what the API would answer with; `forked`
    has the first state of each thread that was started."""

    state: str
    type: StateType
    outcome: Outcome
    transition: Transition | None
    decision: Decision | None
    data: Mapping[str, Json]
    changes: Changes | None
    forked: Mapping[str, str]
    halted: Halted | None
    error: InteractorError | None
    logs: list[str]
    requests: list[Record]
    diagnostics: list[Noticed]

    @property
    def target(self) -> str | None:
        """The state to which the transition leads."""
        return None if self.transition is None else self.transition.target

    @property
    def wrong(self) -> bool:
        """Whether it failed, or nothing matched."""
        return self.outcome in ("refused", "failed", "stuck")

    def explain(self) -> str:
        """The result, the transition that is taken, and every condition that was looked at with the values it saw."""
        return "\n".join(_lines(self))


def _lines(tested: StateTested) -> Iterator[str]:
    yield f"{line(tested.state)} ({tested.type}): {_SAID[tested.outcome]}{_more(tested)}"
    for each in tested.logs:
        yield f"log: {line(each)}"
    for name, value in ({} if tested.changes is None else tested.changes.added).items():
        yield f"result: {line(name)}: {shown(value)}"
    for name, (old, new) in ({} if tested.changes is None else tested.changes.updated).items():
        yield f"result: {line(name)}: {shown(old)} → {shown(new)}"
    for thread, first in tested.forked.items():
        yield f"starts: {line(thread)} in {line(first)}"
    if tested.halted is not None:
        yield from _shown(tested.halted)
    if tested.decision is not None:
        yield f"why: {describe(tested.decision)}"


def _more(tested: StateTested) -> str:
    if tested.error is not None:
        return f": {tested.error.code}: {line(tested.error.message)}"
    return "" if tested.target is None else line(tested.target)


_SAID: Mapping[Outcome, str] = {
    "transition": "→ ",
    "halted": "waits for an answer",
    "completed": "completes",
    "refused": "the answer is refused",
    "failed": "fails",
    "stuck": "has no transition, and stays for ever",
}


def _shown(halted: Halted) -> Iterator[str]:
    if halted.presentation is not None:
        yield f"shows: {line(encode(halted.presentation))}"
    if halted.options is not None:
        if halted.options.instruction:
            yield f"says: {line(halted.options.instruction)}"
        for each in halted.options.choices:
            yield f"choice: {line(each.key or '')} → {line(each.target)}"
