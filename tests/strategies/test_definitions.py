"""Definitions that are made up are valid, of every kind, and run."""

from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st
from interactor_emulator import Emulator
from interactor_emulator.definition.parse import parse
from pytest_interactor.invariants import check
from pytest_interactor.strategies import FEATURES, definitions

from tests.strategies.running import drawn, refused, started

Definition = dict[str, Any]
HAS: dict[str, Callable[[Definition], bool]] = {
    "actions": lambda made: bool(of(made, "type") & {"action"}),
    "halting": lambda made: bool(of(made, "type") & {"halting"}),
    "scripts": lambda made: "'script'" in str(made),
    "throwing": lambda made: "throw new Error" in str(made),
    "http": lambda made: "'http'" in str(made),
    "retry": lambda made: "'backoff'" in str(made),
    "output": lambda made: "'output'" in str(made),
    "lists": lambda made: any(isinstance(each.get("logic"), list) and each["logic"] for each in states(made)),
    "on_enter": lambda made: any(each.get("on_enter") for each in states(made)),
    "conditions": lambda made: "'equals':" in str(made),
    "operators": lambda made: "'in'" in str(made),
    "nesting": lambda made: "'and': [{" in str(made),
    "forms": lambda made: "'form'" in str(made),
    "choices": lambda made: "'choice'" in str(made),
    "messages": lambda made: "'presentation': {'type': 'message'" in str(made),
    "instructions": lambda made: "'prompt'" in str(made),
    "selection": lambda made: any(each.get("transition_mode") == "selection" for each in states(made)),
    "threads": lambda made: any(each.get("fork") for each in states(made)),
    "loops": lambda made: goes_back(made),
    "descriptions": lambda made: "'description': 'text'" in str(made),
    "guidance": lambda made: bool(made.get("ai_guidance")),
    "templates": lambda made: "${" in str(made),
    "odd": lambda made: "e.nd" in made["states"],
}


SHRINKING = settings(max_examples=2_000, derandomize=True, phases=[Phase.generate, Phase.shrink])


def states(made: Definition) -> list[dict[str, Any]]:
    return list(made["states"].values())


def of(made: Definition, member: str) -> set[Any]:
    return {each[member] for each in states(made)}


def goes_back(made: Definition) -> bool:
    """Whether a state can be come to again."""
    ahead = {name: {way.target for way in state.transitions} for name, state in parse(made).states.items()}
    for _ in ahead:
        ahead = {name: next_ | {far for each in next_ for far in ahead[each]} for name, next_ in ahead.items()}
    return any(name in reached for name, reached in ahead.items())


@given(definitions())
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_every_definition_is_valid_and_an_instance_of_it_has_no_fault_of_ours(made: Definition) -> None:
    assert refused(made) == set()
    emulator, run = started(made, {"a": 1, "b": 2})
    failure = run.failure
    # What `internal_error` may mean by the document: no run is endless, and no instance has too many threads.
    assert failure is None or failure.code != "internal_error" or "limit exceeded" in failure.message
    check(emulator, run, may_fail={failure.code} if failure else ())


def test_every_feature_occurs() -> None:
    seen: set[str] = set()

    def look(made: Definition) -> None:
        seen.update(feature for feature, there in HAS.items() if there(made))

    drawn(definitions(), look, lambda: seen >= FEATURES)
    assert seen == FEATURES


def test_forms_have_fields_of_all_six_types() -> None:
    seen: set[str] = set()
    kinds = {"string", "number", "boolean", "select", "date", "file"}

    def look(made: Definition) -> None:
        shown = [each["presentation"] for each in states(made) if "presentation" in each]
        seen.update(field["type"] for each in shown for field in each["fields"])

    drawn(definitions(features=["halting", "forms"], min_states=3), look, lambda: seen >= kinds)
    assert seen == kinds


@settings(max_examples=10)
@given(st.data(), st.sampled_from(sorted(FEATURES - {"templates"})))
def test_what_is_left_out_does_not_occur(data: st.DataObject, feature: str) -> None:
    made = data.draw(definitions(features=FEATURES - {feature}))
    assert not HAS[feature](made)


@given(definitions(features=[]))
def test_without_any_feature_all_states_are_terminal(made: Definition) -> None:
    assert of(made, "type") == {"terminal"}
    assert all(set(each) == {"type"} for each in states(made))


@given(definitions(min_states=3, max_states=4))
def test_there_are_as_many_states_as_were_asked_for(made: Definition) -> None:
    assert 3 <= len(made["states"]) <= 4


def test_the_smallest_is_one_terminal_state() -> None:
    smallest = {"name": "w", "initial_state": "s0", "states": {"s0": {"type": "terminal"}}}
    assert find(definitions(), lambda _made: True, settings=SHRINKING) == smallest


@pytest.mark.unmeasured
def test_what_matters_is_nearly_all_that_is_left() -> None:
    """A failure over a fork is shown in a definition that has hardly anything else."""
    # Where shrinking ends depends on where it begins: always at the same place.
    found = find(definitions(), HAS["threads"], settings=SHRINKING, random=Random(0))
    assert len(states(found)) <= 2
    assert sum(map(len, states(found))) <= 5


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"min_states": 0}, "a definition has 1 to 100 states, not from 0 to 6"),
        ({"min_states": 7}, "a definition has 1 to 100 states, not from 7 to 6"),
        ({"max_states": 101}, "a definition has 1 to 100 states, not from 1 to 101"),
        ({"features": ["script"]}, "unknown feature 'script'; did you mean scripts?"),
        ({"features": "http"}, "features are several names"),
    ],
)
def test_a_mistake_is_told_with_the_remedy(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        definitions(**options)


@pytest.mark.unmeasured
def test_the_largest_is_taken_by_the_service() -> None:
    made = find(
        definitions(min_states=100, max_states=100, features=["actions"]), lambda _made: True, settings=SHRINKING
    )
    Emulator(seed=1).load(made)
