"""`explore`: every way is found, every case runs as it says, and what is called impossible never happens."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from interactor_emulator import Emulator
from interactor_emulator.explore.fuzzing.fuzz import fuzz
from interactor_emulator.explore.scenarios.playing import differences, play
from interactor_emulator.explore.ways.explored import Bounds, Explored, explore
from interactor_emulator.wire.scenario import Answer
from interactor_fixtures import definition
from pytest_interactor.strategies import FEATURES, definitions

from tests.workflows import action, halt, http, script, terminal, to, workflow

PLANTED = Path(__file__).parent / "planted"
BUGS: Mapping[str, Any] = json.loads((PLANTED / "bugs.json").read_text())
DOCUMENTED = ("approval_workflow", "order_review", "parallel_approval", "purchase_approval")
# What needs more than one way through: data that grow, secrets, and a form that is left empty.
OF_FUZZ = {"throws-expense-note", *(name for name in BUGS if name.startswith("leak-"))}


def planted(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((PLANTED / f"{name}.json").read_text())
    return found


def paths(explored: Explored) -> list[tuple[str, ...]]:
    return [each.trace.played.path for each in explored.cases if each.kind == "path"]


def told(explored: Explored) -> list[str]:
    return [f"{each.severity} {each.code} {each.where}" for each in explored.findings]


def test_the_documents_table_is_found_and_what_it_leaves_out() -> None:
    explored = explore(definition("purchase_approval"))
    end = ("notify_requester", "complete")
    table = {
        ("submit", "auto_approved", *end),
        ("submit", "manager_approval", "approved", *end),
        ("submit", "manager_approval", "vp_approval", "approved", *end),
        ("submit", "manager_approval", "rejected", *end),
    }
    left_out = {("submit", "manager_approval", "vp_approval", "rejected", *end)}
    assert set(paths(explored)) == table | left_out
    assert (explored.taken, explored.stopped) == (12, None)
    assert {each.severity for each in explored.findings} == {"note"}


def test_both_sides_of_a_threshold_are_tried() -> None:
    explored = explore(definition("purchase_approval"))
    went = {
        each.scenario.input["amount"]: each.trace.played.path[1]
        for each in explored.cases
        if not each.scenario.steps and isinstance(each.scenario.input.get("amount"), int)
    }
    wanted = {999: "auto_approved", 1000: "auto_approved", 1001: "manager_approval", 10001: "manager_approval"}
    assert wanted.items() <= went.items()


def replayed(explored: Explored, source: Mapping[str, Any]) -> Iterable[str]:
    """What is not as the cases say, where each is run once more in a world of its own."""
    emulator = Emulator(seed=77, now="2030-02-03T04:05:06Z")
    emulator.load(source)
    for each in explored.scenarios:
        yield from differences(each.expect, play(emulator, each))


@pytest.mark.parametrize("name", DOCUMENTED)
@pytest.mark.parametrize("strategy", ["all", "transitions", "conditions"])
def test_every_case_runs_as_it_says(name: str, strategy: Any) -> None:
    source = definition(name)
    explored = explore(source, strategy=strategy)
    assert explored.cases
    assert list(replayed(explored, source)) == []


def test_fewer_cases_take_every_transition() -> None:
    every, fewest = (explore(definition("purchase_approval"), strategy=each) for each in ("all", "transitions"))
    steps = {step[1:] for each in fewest.cases for step in each.trace.steps}
    assert steps == {step[1:] for each in every.cases if each.kind == "path" for step in each.trace.steps}
    assert len(fewest.cases) < len(paths(every))


@pytest.mark.parametrize("name", DOCUMENTED)
def test_its_conditions_are_all_that_coverage_counts(name: str) -> None:
    from interactor_emulator.projections.coverage import Coverage

    source, coverage = definition(name), Coverage()
    emulator = Emulator()
    emulator.load(source)
    for each in explore(source, strategy="conditions").scenarios:
        run = play(emulator, each).run
        instance = emulator.account.store.instances[run.id]
        coverage.add_instance(instance, emulator.account.journal.of_instance(run.id), "test")
    assert [row for row in coverage.table() if "never" in row] == []


@pytest.mark.parametrize("name", sorted(set(BUGS) - OF_FUZZ))
def test_what_is_planted_is_found(name: str) -> None:
    bug, explored = BUGS[name], explore(planted(name), bounds=Bounds(seconds=600))
    about = [each for each in explored.findings if each.severity != "note" and bug["state"] in each.where]
    found = [each.code for each in explored.findings]
    assert about or bug["finding"] in found, told(explored)
    assert list(replayed(explored, planted(name))) == []


@pytest.mark.parametrize("name", sorted(path.stem for path in PLANTED.glob("clean-*.json")))
def test_nothing_is_found_where_nothing_is_wrong(name: str) -> None:
    explored = explore(planted(name), bounds=Bounds(seconds=600))
    assert [each for each in told(explored) if not each.startswith("note unread_field")] == []
    assert list(replayed(explored, planted(name))) == []


@settings(max_examples=15)
@given(definitions(max_states=5, features=FEATURES - {"throwing", "loops"}))
def test_any_definition_is_explored_and_no_proof_is_wrong(source: dict[str, Any]) -> None:
    explored = explore(source, bounds=Bounds(paths=20, runs=150, seconds=600))
    taken = {step[1:] for each in explored.cases for step in each.trace.steps}
    assert not taken & set(explored.proven.transitions)
    entered = {state for each in explored.cases for state in each.trace.played.path}
    assert not entered & set(explored.proven.states)
    assert list(replayed(explored, source)) == []


VALUES: list[Any] = [None, 0, 1, 2, "a", "ab", True]


def when(target: str, condition: dict[str, Any]) -> dict[str, Any]:
    return {"target": target, "condition": condition}


def comparison() -> st.SearchStrategy[dict[str, Any]]:
    operators = st.sampled_from(["equals", "not_equals", "gt", "gte", "lt", "lte", "contains"])
    return st.builds(
        lambda field, operator, value: {"field": field, "operator": operator, "value": value},
        st.sampled_from(["x", "y"]),
        operators,
        st.sampled_from(VALUES),
    )


def conditions() -> st.SearchStrategy[dict[str, Any]]:
    joined = st.builds(
        lambda joiner, clauses: {joiner: clauses}, st.sampled_from(["and", "or"]), st.lists(comparison(), max_size=3)
    )
    return comparison() | joined


@settings(max_examples=20)
@given(st.lists(st.lists(conditions(), min_size=1, max_size=2), min_size=1, max_size=2))
def test_what_any_input_can_take_is_found(states: list[list[dict[str, Any]]]) -> None:
    """Two ways that must agree: all inputs of a few values, tried one by one, take nothing that the search does not."""
    code = "return { x: input.x, y: input.y }"
    made = {}
    for number, each in enumerate(states):
        onwards = f"s{number + 1}" if number + 1 < len(states) else "other"
        ways = [when(onwards if at else "end", one) for at, one in enumerate(each)]
        made[f"s{number}"] = action(*ways, "end") if number else script(code, *ways, "end")
    source = workflow("pairs", {**made, "end": terminal(), "other": terminal()})
    emulator = Emulator()
    emulator.load(source)
    taken = set()
    for x in VALUES:
        for y in VALUES:
            run = emulator.start("pairs", {"x": x, "y": y})
            taken |= {(each.state, each.taken) for each in run.decisions() if each.taken is not None}
    explored = explore(source, strategy="transitions", bounds=Bounds(seconds=600))
    found = {
        (step[1], source["states"][step[1]]["transitions"][step[2]]["target"])
        for each in explored.cases
        for step in each.trace.steps
        if step[2] is not None
    }
    assert taken <= found


def test_a_field_that_a_script_computes_is_found_by_running_it() -> None:
    total = "return { total: input.lines.reduce((sum, line) => sum + line.price * line.count, 0) }"
    large = when("large", {"field": "total", "operator": "gt", "value": 5_000})
    source = workflow("order", {"sum": script(total, large, "small"), "large": terminal(), "small": terminal()})
    assert {path[-1] for path in paths(explore(source))} >= {"large", "small"}


def test_what_a_call_hears_is_found() -> None:
    yes = when("yes", {"field": "score", "operator": "gte", "value": 700})
    rate = http("https://bureau.example/score", yes, "no")
    explored = explore(workflow("loan", {"rate": rate, "yes": terminal(), "no": terminal()}))
    assert set(paths(explored)) == {("rate", "yes"), ("rate", "no")}
    heard = [each.scenario.stubs[0]["respond"] for each in explored.cases if each.trace.played.state == "yes"]
    assert heard[0] == {"json": {"score": 700}}


def test_threads_are_answered_each() -> None:
    explored = explore(definition("parallel_approval"))
    answered = [{step.thread for step in each.scenario.steps if isinstance(step, Answer)} for each in explored.cases]
    assert {"department", "finance"} in answered


def test_a_bound_is_told() -> None:
    ask = halt(
        when("ask", {"field": "again", "equals": True}),
        "end",
        fields=[{"name": "again", "type": "boolean", "label": "Again?", "required": True}],
    )
    source = workflow("round", {"ask": ask, "end": terminal()})
    assert explore(source, bounds=Bounds(paths=2)).stopped == "2 paths"
    whole = explore(source)
    assert whole.stopped is None
    assert sorted(map(len, paths(whole))) == [2, 3, 4]


def severities(source: dict[str, Any]) -> set[tuple[str, str, str]]:
    """As `explore` and as `fuzz` say it: they must not differ."""
    found, made_up = explore(source).findings, fuzz(source, max_examples=60).findings
    explored = {(each.severity, each.code, each.where.split(".")[1]) for each in found if each.case}
    fuzzed: set[tuple[str, str, str]] = {(each.severity, each.code, each.state) for each in made_up if each.fails}
    assert explored == fuzzed
    return fuzzed


def test_a_script_that_fails_of_what_hardly_anybody_sends_is_a_warning_in_both_searches() -> None:
    read = script("return { note: input.note.trim() }", "end")
    assert severities(workflow("note", {"read": read, "end": terminal()})) == {("warning", "script_error", "read")}


def test_an_optional_field_that_is_left_out_and_read_all_the_same_is_an_error_in_both_searches() -> None:
    fields: list[dict[str, Any]] = [
        {"name": "ok", "type": "boolean", "label": "OK?", "required": True},
        {"name": "comment", "type": "string", "label": "Why?"},
    ]
    source = workflow(
        "ask",
        {
            "ask": halt(to("end", ok=True), "tell", fields=fields),
            "tell": script("return { why: input.comment.trim() }", "end"),
            "end": terminal(),
        },
    )
    assert severities(source) == {("error", "script_error", "tell")}
    (finding,) = (each for each in explore(source).findings if each.severity == "error")
    assert finding.case is not None
    assert (finding.case.input, [each.input for each in finding.case.steps]) == ({}, [{"ok": False}])  # type: ignore[union-attr]


def test_a_script_that_never_ends_is_found_whatever_the_time() -> None:
    source = workflow("ever", {"turns": script("for (;;);", "end"), "end": terminal()})
    explored = explore(source, bounds=Bounds(seconds=0.1))
    assert ("error", "script_timeout") in {(each.severity, each.code) for each in explored.findings}
    assert [(each.severity, each.code) for each in fuzz(source, seconds=0.1).findings] == [("error", "script_timeout")]
