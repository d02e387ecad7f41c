"""What is proven to be impossible never happens: random definitions whose conditions hang together, and many runs of
each, with answers near its constants. What a run did anyway would be a wrong proof."""

import contextlib
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from interactor_emulator import Emulator, InteractorError
from interactor_emulator.projections.coverage import Coverage
from interactor_emulator.projections.uncounted import left_out
from interactor_emulator.services.coverage import add_account

from tests.workflows import workflow

URL = "https://x.example/"
RUNS, ANSWERS = 12, 5
FIELDS = ["a", "b", "a.c", "b.0"]
CONSTANTS: list[Any] = [0, 1, 2, 1.5, True, False, None, "", "a", "ab", "b", [], ["a"], [1, "a"], {}, {"c": 1}]
OTHERS: list[Any] = [3, -1, 0.5, "ba", "c", {"c": "a"}, {"c": 2}, ["b", 2], [True]]


def comparisons(fields: list[str], constants: list[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Of few fields with few constants, so that one has to do with another."""
    field, constant = st.sampled_from(fields), st.sampled_from(constants)
    operators = st.sampled_from(["equals", "not_equals", "gt", "gte", "lt", "lte", "contains"])
    listed = st.lists(constant, max_size=2)
    plain = st.fixed_dictionaries({"field": field, "operator": operators, "value": constant})
    return plain | st.fixed_dictionaries({"field": field, "operator": st.just("in"), "value": listed})


def conditions(fields: list[str], constants: list[Any]) -> st.SearchStrategy[dict[str, Any]]:
    single = comparisons(fields, constants)
    joined = st.tuples(st.sampled_from(["and", "or"]), st.lists(single, max_size=3)).map(lambda pair: dict([pair]))
    return single | single | joined


@st.composite
def definitions(draw: st.DrawFn) -> tuple[dict[str, Any], list[Any]]:
    """A definition, and its constants."""
    fields = draw(st.lists(st.sampled_from(FIELDS), min_size=1, max_size=2, unique=True))
    constants = draw(st.lists(st.sampled_from(CONSTANTS), min_size=1, max_size=3))
    names = [f"s{number}" for number in range(draw(st.integers(2, 5)))]
    wanted = conditions(fields, constants)
    return workflow("w", {name: draw(states(names, wanted)) for name in names}), constants


@st.composite
def states(draw: st.DrawFn, names: list[str], wanted: st.SearchStrategy[dict[str, Any]]) -> dict[str, Any]:
    type_ = draw(st.sampled_from(["action", "action", "action", "halting", "halting", "terminal"]))
    targets = st.sampled_from(names)
    ways = [{"target": draw(targets), "condition": each} for each in draw(st.lists(wanted, max_size=3))]
    if draw(st.integers(0, 3)):
        ways.append({"target": draw(targets)})
    state: dict[str, Any] = {"type": type_, "transitions": [{**way, "key": f"k{at}"} for at, way in enumerate(ways)]}
    kind = draw(st.integers(0, 9))
    if type_ == "action" and kind < 4:
        state["logic"] = {"type": "http", "method": "GET", "url": URL}
    if type_ == "action" and kind in (3, 4):
        state["fork"] = [draw(targets)]
    if kind == 5:
        state["join"] = True
    if type_ == "halting" and kind > 6:
        state["transition_mode"] = "selection"
    return state


def members(chance: Random, values: list[Any]) -> dict[str, Any]:
    return {name: chance.choice(values) for name in "ab" if chance.random() < 0.7}


def run_one(emulator: Emulator, chance: Random, values: list[Any]) -> None:
    run = emulator.start("w")
    for _ in range(ANSWERS):
        halted = [name for name in run.threads if run.thread(name).status == "halted"]
        if not halted:
            return
        choice = chance.choice([{}, {"choice": "k0"}, {"choice": "k1"}, {"choice": "k2"}])
        with contextlib.suppress(InteractorError):
            run.thread(chance.choice(halted)).resume({**members(chance, values), **choice})


@pytest.mark.unmeasured
# What this finds is rare, and an example takes 15 ms: never fewer than 150.
@settings(max_examples=max(150, settings().max_examples))
@given(definitions(), st.randoms(use_true_random=True), st.sampled_from(["true", "false"]))
def test_what_is_proven_to_be_impossible_never_happens(
    made: tuple[dict[str, Any], list[Any]], chance: Random, elements: str
) -> None:
    source, constants = made
    values = [*constants * 3, *({"c": each} for each in constants), *([each] for each in constants), *OTHERS]
    emulator = Emulator(seed=1, limits={"transitions_per_run": 20}, variants={"array_contains": elements})
    emulator.load(source)
    emulator.stub(URL, respond=[{"json": members(chance, values)} for _ in range(40)])
    for _ in range(RUNS):
        run_one(emulator, chance, values)
    coverage = Coverage()
    emulator.read(lambda account: add_account(coverage, account))
    (took,) = coverage.workflows.values()
    impossible = left_out(took.definition).impossible
    assert {key: impossible[key] for key in took.taken if key in impossible} == {}
