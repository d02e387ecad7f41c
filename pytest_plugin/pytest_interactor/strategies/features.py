"""The kinds of things that a definition may have, by the names under which `definitions` leaves them out."""

from collections.abc import Iterable
from typing import Literal, TypeAlias, get_args

Feature: TypeAlias = Literal[
    "actions",
    "halting",
    "scripts",
    "throwing",
    "http",
    "retry",
    "output",
    "lists",
    "on_enter",
    "conditions",
    "operators",
    "nesting",
    "forms",
    "choices",
    "messages",
    "instructions",
    "selection",
    "threads",
    "loops",
    "descriptions",
    "guidance",
    "templates",
    "odd",
]
"""A kind of thing that `definitions` may put into a definition:

- `actions`, `halting`: states of these types, beside terminal ones;
- `scripts`, `http`: logic of these types; `throwing`: scripts that fail; `retry`, `output`: these members of logic;
  `lists`: several pieces of logic in one state; `on_enter`: logic beside the workflow, in any state;
- `conditions`: of the short forms `equals` and `not_equals`; `operators`: of all eight; `nesting`: `and` and `or`;
- `forms` (all six types of fields), `choices`, `messages`: presentations; `instructions`: halting instructions of all
  three forms; `selection`: transitions that are chosen by their keys;
- `threads`: `fork` and `join`; `loops`: transitions to a state that may have been before;
- `descriptions`, `guidance`: texts for readers; `templates`: `${…}` in texts;
- `odd`: names that need quotes in a path, `null` for what is left out, members that nothing reads, very large numbers,
  a template in place of all fields or options.
"""

FEATURES: frozenset[Feature] = frozenset(get_args(Feature))
"""All of them."""


def features_from(given: Iterable[str]) -> frozenset[Feature]:
    """The features of these names; raises ValueError for one that there is not."""
    if isinstance(given, str):
        raise ValueError(f"features are several names, not the text {given!r}: features={{{given!r}}}")
    for name in given:
        if name not in FEATURES:
            from interactor_emulator.nearest import hint  # late: only a mistaken name needs it

            raise ValueError(f"unknown feature {name!r}; {hint(name, sorted(FEATURES))}")
    return frozenset(each for each in FEATURES if each in given)
