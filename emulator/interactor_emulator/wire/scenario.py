"""A scenario: what is given to one instance, step for step, and what must come of it.

`NAME.scenario.json` is one as a file; `explore` writes them, `interactor-emulator test` and pytest run them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from interactor_emulator.jsontext import Json


@dataclass(frozen=True, slots=True)
class Answer:
    """A person answers where the instance halts: in `state`, or the one `thread` of it.

    `choice` is a key of selection mode, beside which `input` may have more members. `refused` is the error code where
    the answer must be refused."""

    state: str
    input: Mapping[str, Json] = field(default_factory=dict)
    choice: str | None = None
    thread: str | None = None
    refused: str | None = None


@dataclass(frozen=True, slots=True)
class Cancel:
    """Somebody cancels the instance."""


@dataclass(frozen=True, slots=True)
class Advance:
    """So much time passes."""

    seconds: float


@dataclass(frozen=True, slots=True)
class SetStub:
    """From here on HTTP logic hears this, too: `stub` is what `POST /_emulator/stubs` takes, and is asked after those
    that are there already."""

    stub: Mapping[str, Json]


Step = Answer | Cancel | Advance | SetStub


@dataclass(frozen=True, slots=True)
class Expected:
    """What must come of it; None is not looked at. `data` are members that `workflow_data` must have, among others;
    `events` are the webhook events in their order; `error` is the code with which the instance failed."""

    status: str | None = None
    state: str | None = None
    path: tuple[str, ...] | None = None
    data: Mapping[str, Json] | None = None
    events: tuple[str, ...] | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Scenario:
    """One instance of `workflow`: its input, the steps of people and time in turn, and what must come of it.

    `stubs` are in force from the start. `definition` is the path of a definition file, beside the scenario's own; None
    where the workflow is found by its name. `workflow` is empty where `definition` alone says which it is."""

    name: str
    workflow: str
    input: Mapping[str, Json] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()
    expect: Expected = Expected()
    stubs: tuple[Mapping[str, Json], ...] = ()
    definition: str | None = None
    namespace: str | None = None
