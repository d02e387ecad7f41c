"""A definition that has passed validation, as the engine reads it.

Frozen, and made once a version: the engine, the pictures and the coverage share these objects. `parse.py` makes them;
it never meets an invalid definition, because `validate.py` has seen it first.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from interactor_emulator.jsontext import Json

Valid: TypeAlias = Any
"""JSON of a definition that validation has passed: what stands in it has the types of the document's table."""

StateType = Literal["action", "halting", "terminal"]


@dataclass(frozen=True, slots=True)
class Output:
    """Where a logic object stores its result, when not at the top of `workflow_data`."""

    path: str | None = None
    merge: bool = False
    extract: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Script:
    """Logic of type `script`: `code` is the body of a JavaScript function."""

    code: str
    output: Output | None = None


@dataclass(frozen=True, slots=True)
class Retry:
    """`attempts` counts all tries, the first included."""

    attempts: int
    backoff: Literal["linear", "exponential"]


@dataclass(frozen=True, slots=True)
class HttpCall:
    """Logic of type `http`; url, headers and body may hold templates. `body` is None when there is none to send."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: Json
    timeout_ms: int | None = None
    retry: Retry | None = None
    output: Output | None = None


Logic = Script | HttpCall


@dataclass(frozen=True, slots=True)
class Comparison:
    """One clause: the value at `field` (a dotted path into `workflow_data`) against `value`."""

    field: str
    operator: str
    value: Json


@dataclass(frozen=True, slots=True)
class Combination:
    """`and` or `or` over clauses, which may be combinations themselves."""

    joiner: Literal["and", "or"]
    clauses: "tuple[Condition, ...]"


Condition = Comparison | Combination


@dataclass(frozen=True, slots=True)
class Transition:
    """A way out of a state; without a condition it always holds. `key` names it in selection mode."""

    target: str
    condition: Condition | None = None
    key: str | None = None
    description: str | None = None

    @property
    def to(self) -> str:
        """The target, as a choice in the wire names it."""
        return self.target


@dataclass(frozen=True, slots=True)
class Instructions:
    """`halting_instructions`: `text` is the message, or the prompt when `generated`."""

    text: str
    generated: bool
    title: str | None = None
    include_data: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class State:
    """One step. `presentation` is the definition's own object, rendered anew at every halt unless it is `constant`.

    `forks` are the threads that it starts: a name (None for a numbered one) and the state in which each begins.
    """

    name: str
    type: StateType
    logic: tuple[Logic, ...] = ()
    on_enter: tuple[Logic, ...] = ()
    transitions: tuple[Transition, ...] = ()
    presentation: Mapping[str, Json] | None = None
    constant: bool = True
    instructions: Instructions | None = None
    selection: bool = False
    forks: tuple[tuple[str | None, str], ...] = ()
    join: bool = False

    @property
    def by_selection(self) -> bool:
        """Whether a person chooses the transition by its key."""
        return self.selection and self.type == "halting"


@dataclass(frozen=True, slots=True)
class Definition:
    """A workflow: `source` is the JSON object that was posted, with its members in their order."""

    name: str
    initial_state: str
    states: Mapping[str, State]
    source: Mapping[str, Json]
