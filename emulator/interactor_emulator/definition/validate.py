"""All errors of a posted definition in one pass: `examine` never raises, whatever it is given.

It reports in document order, that is, in the order in which members were posted; what is missing is reported where its
parent begins. The rules of each part are in `rules/`; code is parsed by the JavaScript engine afterwards.
"""

import re
from contextlib import suppress

from interactor_emulator.limits import Limits

from .findings import Enough, Examination, Finding, PendingSyntax
from .paths import Key, Path
from .rules.shape import Shape, Visit, counted, text, walk
from .rules.states import state
from .rules.words import kind, quoted

__all__ = ["Examination", "Finding", "PendingSyntax", "examine"]

# "Max workflow name length | 64 chars | Alphanumeric, underscores, hyphens"
_NAME = re.compile(r"[A-Za-z0-9_-]*")
# Inferred: /workflows/instances is a route of its own.
_ROUTE = "instances"


def examine(source: object, limits: Limits) -> Examination:
    """Everything that is wrong with a posted definition, but for the syntax of its code, up to their bound."""
    states = source.get("states") if isinstance(source, dict) else None
    visit = Visit(limits, states if isinstance(states, dict) else None)
    with suppress(Enough):
        if isinstance(source, dict):
            walk(visit, source, DEFINITION, ())
        else:
            visit.report((), f"Workflow definition must be an object, not {kind(source)}")
    return visit.found


def _name(visit: Visit, value: object, at: Path, name: Key) -> None:
    here = (*at, name)
    if not isinstance(value, str):
        visit.report(here, f"Workflow name must be a string, not {kind(value)}")
        return
    if not value:
        visit.report(here, "Workflow name must not be empty")
    counted(visit, len(value), visit.limits.workflow_name_characters, here, "Workflow name", "characters")
    if not _NAME.fullmatch(value):
        visit.report(here, f"Workflow name {quoted(value)} may have letters, digits, underscores and hyphens only")
    if value == _ROUTE:
        visit.report(here, f"Workflow name {quoted(value)} is taken by the API itself; choose another")


def _initial_state(visit: Visit, value: object, at: Path, name: Key) -> None:
    if not isinstance(value, str):
        visit.report((*at, name), f"Initial state must be the name of a state, not {kind(value)}")
    elif visit.states is not None and value not in visit.states:
        visit.report((*at, name), f"Initial state {quoted(value)} does not exist")


def _states(visit: Visit, value: object, at: Path, name: Key) -> None:
    here = (*at, name)
    if not isinstance(value, dict):
        visit.report(here, f"States must be an object, not {kind(value)}")
        return
    # "Max states per workflow | 100 | Including terminal states"
    counted(visit, len(value), visit.limits.states_per_workflow, here, "Workflow", "states")
    for state_name, one in value.items():
        state(visit, one, here, state_name)


DEFINITION = Shape(
    "Workflow",
    {
        "name": _name,
        "initial_state": _initial_state,
        "ai_guidance": text("AI guidance"),
        "states": _states,
    },
    required={
        "name": "Workflow needs a name",
        "initial_state": "Workflow needs an initial_state: the name of the state in which it starts",
        "states": "Workflow needs states: an object with a member for each state",
    },
)
