"""Whole definitions: their states, and the transitions between them."""

import json
from collections.abc import Iterable
from functools import cache
from typing import Any

from hypothesis import strategies as st
from interactor_emulator.limits import LIMITS

from .features import FEATURES, features_from
from .parts import Features, Strategy, conditions, instructions, logic, members, presentations, texts

Definition = dict[str, Any]
"""A definition as it is posted."""

_PLAIN = tuple(f"s{number}" for number in range(LIMITS.states_per_workflow))
# What a path quotes, what JavaScript's objects have anyway, and what looks like an index.
_ODD = ("start", "e.nd", "état", "_x1", "", "two words", "0", "__proto__", 'a"b', *_PLAIN[9:])
_LETTERS = "abcdefghijklmnopqrstuvwxyzABCXYZ0123456789_-"


def definitions(
    *, min_states: int = 1, max_states: int = 6, features: Iterable[str] = FEATURES
) -> st.SearchStrategy[Definition]:
    """Definitions that `validate` finds nothing wrong with, of every kind that the document has.

    They have from `min_states` to `max_states` states, 100 at most, and nothing of what `features` does not name (the
    names are those of `Feature`). Small ones shrink to small ones: the smallest is one terminal state. Their HTTP
    logic calls `https://api.example` only. An instance of one may fail (`throwing`), wait for ever, or go round for
    ever (`loops`), as those of valid definitions may. Raises ValueError for bounds or features that there are not."""
    if not 1 <= min_states <= max_states <= LIMITS.states_per_workflow:
        raise ValueError(
            f"a definition has 1 to {LIMITS.states_per_workflow} states, not from {min_states} to {max_states}"
        )
    known = features_from(features)

    @st.composite
    def definition(draw: st.DrawFn) -> Definition:
        """Composite, since its parts as text would be many thousand lines."""
        return unshared(draw(_of(draw(st.integers(min_states, max_states)), known)))

    return definition()


def unshared(part: Definition) -> Definition:
    """A copy in which nothing stands at two places, so that whoever changes a part changes no other."""
    copy: Definition = json.loads(json.dumps(part))
    return copy


@cache
def _of(count: int, features: Features) -> Strategy:
    pools = [_PLAIN, _ODD] if "odd" in features else [_PLAIN]
    return st.one_of([_named(pool[:count], features) for pool in pools])


@cache
def _named(names: tuple[str, ...], features: Features) -> Strategy:
    """With states of these names."""
    # "/workflows/instances" is a route of its own.
    name = st.just("w") | st.text(_LETTERS, min_size=1, max_size=12).filter(lambda name: name != "instances")
    states = {
        each: _states(names if "loops" in features else names[number + 1 :], features)
        for number, each in enumerate(names)
    }
    return members(
        {"name": name, "initial_state": st.sampled_from(names), "states": st.fixed_dictionaries(states)},
        features,
        ai_guidance=texts(features) if "guidance" in features else None,
    )


@cache
def _states(targets: tuple[str, ...], features: Features) -> Strategy:
    """A state of any type that goes on to one of these."""
    kinds = [_terminal(features)]
    if "actions" in features:
        kinds.append(_action(targets, features))
    if "halting" in features:
        kinds.append(_halting(targets, features))
    if {"halting", "selection"} <= features:
        kinds.append(_selection(targets, features))
    return st.one_of(kinds)


@cache
def _terminal(features: Features) -> Strategy:
    return members({"type": st.just("terminal")}, features, join=_joins(features), on_enter=_beside(features))


@cache
def _action(targets: tuple[str, ...], features: Features) -> Strategy:
    forks = None
    if "threads" in features and targets:
        to = st.sampled_from(targets)
        forks = st.lists(to, max_size=2) | st.dictionaries(st.sampled_from(["x", "y"]), to, max_size=2)
    return members(
        {"type": st.just("action")},
        features,
        logic=logic(features),
        transitions=_transitions(targets, features),
        fork=forks,
        join=_joins(features),
        on_enter=_beside(features),
    )


@cache
def _halting(targets: tuple[str, ...], features: Features) -> Strategy:
    return members(
        {"type": st.just("halting")},
        features,
        transitions=_transitions(targets, features),
        presentation=presentations(features),
        halting_instructions=instructions(features),
        transition_mode=st.just("condition") if "selection" in features else None,
        join=_joins(features),
        on_enter=_beside(features),
    )


@cache
def _selection(targets: tuple[str, ...], features: Features) -> Strategy:
    """A halting state whose transitions are chosen by their keys."""
    ways = _transitions(targets, features)
    state = members(
        {
            "type": st.just("halting"),
            "transition_mode": st.just("selection"),
            "transitions": st.just([]) if ways is None else ways,
        },
        features,
        halting_instructions=instructions(features),
    )
    return state.map(_keyed)


def _keyed(state: dict[str, Any]) -> dict[str, Any]:
    """In selection mode each key is used once."""
    ways = [{**each, "key": f"k{index}"} for index, each in enumerate(state["transitions"])]
    return {**state, "transitions": ways}


@cache
def _transitions(targets: tuple[str, ...], features: Features) -> Strategy | None:
    if not targets:
        return None
    to = st.sampled_from(targets)
    shapes = [
        members(
            {word: to},
            features,
            condition=conditions(features) if "conditions" in features else None,
            description=texts(features) if "descriptions" in features else None,
        )
        for word in ("target", "to")
    ]
    return st.lists(st.one_of(shapes), max_size=3)


def _joins(features: Features) -> Strategy | None:
    return st.booleans() if "threads" in features else None


def _beside(features: Features) -> Strategy | None:
    return logic(features) if "on_enter" in features else None
