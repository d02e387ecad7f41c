"""What a new version of a definition changes: the smallest case for each change, and nothing where nobody sees one."""

import json
from collections.abc import Mapping
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from interactor_emulator import Emulator
from interactor_emulator.explore.scenarios.playing import NOW, SEED, play
from interactor_emulator.explore.scenarios.playing import differences as unexpected
from interactor_emulator.explore.versions.behaviour import Runs
from interactor_emulator.explore.versions.comparing import Changed, Differences, differences, first_difference
from interactor_emulator.explore.versions.mutants import mutants
from interactor_emulator.explore.versions.neighbours import cases
from interactor_emulator.wire.scenario import Answer, Scenario

from tests.workflows import action, halt, http, script, terminal, to, workflow

ROOT = Path(__file__).parents[2]
PURCHASE = json.loads((ROOT / "examples" / "purchase_app" / "definitions" / "purchase.json").read_text())
LIMIT = {"field": "amount", "operator": "lte", "value": 1000}
# Both of the last two ways lead to the manager, and what is returned is merged: to return it all changes nothing.
APPROVAL = workflow(
    "approval",
    {
        "submit": script(
            "return input",
            {"target": "auto_approved", "condition": LIMIT},
            {"target": "manager", "condition": {**LIMIT, "value": 10_000}},
            "manager",
        ),
        "manager": halt("auto_approved"),
        "auto_approved": script("return {...workflow_data, status: 'approved'}", "end"),
        "end": terminal(),
    },
)


@cache
def of(text: str) -> tuple[Runs, list[Scenario]]:
    """A definition, and its cases: what was played on it once need not be played for another test."""
    source = json.loads(text)
    return Runs(source), cases(source).scenarios


def compared(old: Mapping[str, Any], new: Mapping[str, Any]) -> Differences:
    """Each version's own cases are played on both."""
    (one, its), (other, others) = of(json.dumps(old)), of(json.dumps(new))
    return differences(one, other, [*its, *others])


def only(old: Mapping[str, Any], new: Mapping[str, Any]) -> Changed:
    (found,) = compared(old, new).changed
    return found


def with_state(source: Mapping[str, Any], name: str, **members: Any) -> dict[str, Any]:
    changed: dict[str, Any] = deepcopy(dict(source))
    changed["states"][name] = {**changed["states"][name], **members}
    return changed


def test_a_moved_threshold_is_shown_by_the_one_value_that_goes_another_way() -> None:
    new = deepcopy(APPROVAL)
    new["states"]["submit"]["transitions"][0]["condition"]["value"] = 1001
    found = compared(APPROVAL, new)
    (changed,) = found.changed
    assert str(changed.parting) == "after submit: manager; now auto_approved"
    assert (changed.scenario.input, changed.scenario.steps) == ({"amount": 1001}, ())
    assert changed.scenario.expect.path == ("submit", "manager")
    assert (found.states_gained, found.transitions_gained, found.transitions_lost) == ((), (), ())
    assert found.cases > 20
    assert 1 <= changed.count < found.cases


def test_a_threshold_in_a_script_is_found_by_running_it() -> None:
    code = PURCHASE["states"]["submit"]["logic"]["code"].replace("1000", "1500")
    new = with_state(PURCHASE, "submit", logic={"type": "script", "code": code})
    changed = only(PURCHASE, new)
    assert (changed.parting.before, changed.parting.after) == ("approval", "ordered")
    assert [*changed.scenario.input] == ["amount"]
    assert changed.scenario.input["amount"] in (1001, 1499, 1500)


def test_a_renamed_halting_state_is_a_state_lost_and_one_gained_and_what_leads_there() -> None:
    new = json.loads(json.dumps(PURCHASE).replace('"approval"', '"review"'))
    found = compared(PURCHASE, new)
    assert (found.states_gained, found.states_lost) == (("review",), ("approval",))
    assert found.transitions_gained == (("submit", "review"), ("review", "ordered"), ("review", "declined"))
    assert found.transitions_lost == (("submit", "approval"), ("approval", "ordered"), ("approval", "declined"))
    assert [str(each.parting) for each in found.changed] == ["after submit: approval; now review"]


def test_transitions_in_another_order_that_change_nothing_are_silent() -> None:
    first, second = to("a", kind="one"), to("b", kind="two")
    one, other = (
        workflow("w", {"s": script("return input", *ways, "c"), **dict.fromkeys("abc", terminal())})
        for ways in ((first, second), (second, first))
    )
    found = compared(one, other)
    assert found.changed == ()
    assert (found.transitions_gained, found.transitions_lost) == ((), ())
    assert compared(ASK, deepcopy(ASK)).changed == ()


ASK = workflow(
    "w",
    {
        "s": action("h"),
        "h": halt(
            to("a", ok=True),
            "b",
            fields=[{"name": "ok", "type": "boolean", "label": "Ok?"}],
            halting_instructions={"type": "message", "config": {"title": "Well?", "message": "Is it?"}},
        ),
        "a": http("https://shop.example.com/orders", "e", method="POST", body={"n": 1}),
        "b": script("return {why: 'none'}", "e"),
        "e": terminal(),
    },
)

REFUSED = "the answer in h: it is taken; now it is refused with invalid_transition"


@pytest.mark.parametrize(
    ("state", "members", "told"),
    [
        (
            "h",
            {"transitions": [to("a", ok=True)]},
            REFUSED,
        ),
        (
            "h",
            {"halting_instructions": {"type": "message", "config": {"title": "So?", "message": "Is it?"}}},
            'in h, what is shown, halted_options.title: "Well?"; now "So?"',
        ),
        ("b", {"logic": {"type": "script", "code": "return {}"}}, 'in e, the data, why: "none"; now nothing'),
        ("b", {"logic": {"type": "script", "code": "throw 1"}}, "after b: e; now it goes no further"),
        (
            "a",
            {"logic": {"type": "http", "method": "PUT", "url": "https://shop.example.com/orders", "body": {"n": 1}}},
            'in a, what is sent, method: "POST"; now "PUT"',
        ),
    ],
)
def test_what_differs_first_is_named(state: str, members: Mapping[str, Any], told: str) -> None:
    assert str(only(ASK, with_state(ASK, state, **members)).parting) == told


def test_what_comes_of_it_is_named_where_the_path_is_the_same() -> None:
    new = with_state(ASK, "e", type="action")
    assert [str(each.parting) for each in compared(ASK, new).changed] == ["in e, it comes to: completed; now running"]


def test_the_case_has_no_more_than_it_needs() -> None:
    new = deepcopy(PURCHASE)
    new["states"]["approval"]["transitions"].reverse()
    found = {str(each.parting): each.scenario for each in compared(PURCHASE, new).changed}
    case = found["after approval: ordered; now declined"]
    assert (case.input, case.steps) == ({"amount": 1001}, (Answer("approval", {"approved": True}),))


@pytest.mark.parametrize("source", [PURCHASE, ASK], ids=["purchase", "ask"])
def test_a_case_expects_what_the_old_version_does_and_the_new_one_does_not(source: Mapping[str, Any]) -> None:
    old, known = of(json.dumps(source))
    for mutant in mutants(source):
        changed = first_difference(old, Runs(mutant.source), known, mutant.state)
        if changed is None or changed.parting.kind in ("shown", "sent"):
            continue
        assert told(source, changed) == []
        assert told(mutant.source, changed) != [], (mutant.description, changed)


def told(source: Mapping[str, Any], changed: Changed) -> list[str]:
    emulator = Emulator(now=NOW, seed=SEED)
    emulator.load(source)
    return unexpected(changed.scenario.expect, play(emulator, changed.scenario))


def test_mutants_that_change_nothing_are_told_from_those_that_do() -> None:
    old, known = of(json.dumps(APPROVAL))
    some = [each for each in mutants(APPROVAL) if (each.state, each.operator) in _SOME]
    same = [each for each in some if first_difference(old, Runs(each.source), known, each.state) is None]
    assert [(each.place, each.description) for each in same] == [
        (
            "states.submit.transitions[1]",
            "the transition to manager stands before the one to manager",
        ),
        ("states.auto_approved.logic.code", "...workflow_data is not returned"),
    ]
    assert len(some) == 4


_SOME = {("submit", "order"), ("auto_approved", "returned")}


def test_where_no_answer_leads_on_it_is_still_seen_what_is_shown() -> None:
    waits = halt({"key": "y", "target": "h"}, fields=[{"name": "ok", "type": "boolean", "label": "Ok?"}])
    stuck = workflow("w", {"h": {**waits, "transition_mode": "selection", "transitions": [{"target": "h"}]}})
    text = json.dumps(stuck).replace("Ok?", "Sure?")
    told = 'in h, what is shown, halting_presentation.fields[0].label: "Ok?"; now "Sure?"'
    assert [str(each.parting) for each in compared(stuck, json.loads(text)).changed] == [told]


@pytest.mark.parametrize("at", [1, 3])
def test_ctrl_c_in_the_search_for_cases_ends_whoever_asked_for_them(at: int) -> None:
    count = 0

    def interrupt(_number: int, _what: str) -> None:
        nonlocal count
        count += 1
        if count == at:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cases(APPROVAL, tell=interrupt)


def test_a_state_that_was_put_between_two_hides_what_follows() -> None:
    source = json.loads(json.dumps(APPROVAL).replace('"target": "manager"', '"target": "check"'))
    source["states"]["check"] = action("manager")
    assert only(APPROVAL, source).hides


def test_what_ctrl_c_ends_is_told_as_not_played_to_the_end() -> None:
    def interrupt(number: int, _of: int) -> None:
        if number == 3:
            raise KeyboardInterrupt

    (old, its), (new, _) = of(json.dumps(APPROVAL)), of(json.dumps(APPROVAL))
    found = differences(old, new, its, tell=interrupt)
    assert (found.interrupted, found.cases) == (True, 3)
    assert found.in_all > 3
