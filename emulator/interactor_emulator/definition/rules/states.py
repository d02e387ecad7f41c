"""One state, and its transitions.

What a state of another type would use is checked all the same: a wrong target is wrong, also in a terminal state.
"""

import re
from collections.abc import Mapping

from interactor_emulator.definition.paths import Key, Path

from .conditions import condition
from .instructions import instructions
from .logic import logic
from .presentation import presentation
from .shape import Check, Shape, Visit, array_of, counted, judged, one_of, text, walk
from .words import kind, listing, quoted

TYPES = ("action", "halting", "terminal")
SELECTION = "selection"
# Inferred: the document names `selection` only.
MODES = (SELECTION, "condition")


def _target(visit: Visit, value: object, at: Path, name: Key) -> None:
    if not isinstance(value, str):
        visit.report((*at, name), f"Target must be the name of a state, not {kind(value)}")
    elif visit.states is not None and value not in visit.states:
        visit.report((*at, name), f"Target state {quoted(value)} does not exist")


def _key(visit: Visit, value: object, at: Path, name: Key) -> None:
    if not isinstance(value, str):
        visit.report((*at, name), f"Transition key must be a string, not {kind(value)}")
    elif visit.keys is not None:
        if value in visit.keys:
            visit.report(
                (*at, name), f"Transition key {quoted(value)} is taken; in selection mode each key is used once"
            )
        visit.keys.add(value)


TRANSITION = Shape(
    "Transition",
    {
        # Both spellings stand in the document.
        "target": _target,
        "to": _target,
        "condition": condition,
        "key": _key,
        "description": text("Transition description"),
    },
)


def _transition(visit: Visit, value: object, at: Path, name: Key) -> None:
    here = (*at, name)
    if not isinstance(value, dict):
        visit.report(here, f"Transition must be an object, not {kind(value)}")
        return
    _one_target(visit, value, here)
    walk(visit, value, TRANSITION, here)


def _one_target(visit: Visit, value: Mapping[str, object], at: Path) -> None:
    target, to = value.get("target"), value.get("to")
    if target is None and to is None:
        visit.report((*at, "target"), "Transition needs a target: the name of a state")
    elif target is not None and to is not None:
        # Inferred: also when both name the same state, since one of them would be edited alone some day.
        visit.report(at, "Transition has both target and to; keep one of them")


_all_transitions: Check = array_of("Transitions", _transition)


def _transitions(visit: Visit, value: object, at: Path, name: Key) -> None:
    if isinstance(value, list):
        # "Max transitions per state | 20 | Evaluated in order"
        counted(visit, len(value), visit.limits.transitions_per_state, (*at, name), "State", "transitions")
    _all_transitions(visit, value, at, name)


# What `thread_<name>` may be in a path of the API; `thread_main` is there from the start.
_THREAD_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
_MAIN = "main"


def _fork(visit: Visit, value: object, at: Path, name: Key) -> None:
    """Inferred: the document shows threads, and no syntax that starts one."""
    here = (*at, name)
    if not isinstance(value, dict | list):
        visit.report(here, f"Fork must be an object of threads and states, or an array of states, not {kind(value)}")
    elif isinstance(value, list):
        for index, target in enumerate(value):
            _target(visit, target, here, index)
    else:
        for thread, target in value.items():
            if not _THREAD_NAME.fullmatch(thread) or thread == _MAIN:
                visit.report(
                    (*here, thread),
                    f"Thread name {quoted(thread)} may have 1 to 64 letters, digits, "
                    f"underscores and hyphens, and not be {_MAIN}",
                )
            _target(visit, target, here, thread)


STATE = Shape(
    "State",
    {
        "type": one_of("State type", *TYPES),
        "logic": logic,
        "on_enter": logic,
        "transitions": _transitions,
        "presentation": presentation,
        "halting_instructions": instructions,
        "transition_mode": one_of("Transition mode", *MODES),
        "fork": _fork,
        "join": judged("Join", "true or false", lambda value: isinstance(value, bool)),
    },
    required={"type": f"State needs a type: {listing(TYPES)}"},
)


def state(visit: Visit, value: object, at: Path, name: Key) -> None:
    """One state under its name."""
    here = (*at, name)
    if not isinstance(value, dict):
        visit.report(here, f"State must be an object, not {kind(value)}")
        return
    visit.keys = set() if value.get("transition_mode") == SELECTION else None
    walk(visit, value, STATE, here)
