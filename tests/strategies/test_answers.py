"""Inputs, answers and walks steer: they meet what a definition decides by, and what it does not expect."""

from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from interactor_emulator import Emulator
from interactor_emulator.definition.data_path import MISSING, look_up
from interactor_emulator.explore.scenarios.playing import play
from interactor_emulator.wire.scenario import Advance, Answer, Scenario
from interactor_fixtures import definition
from pytest_interactor.strategies import answers_for, definitions, inputs_for, walks

from tests.strategies.running import drawn, fresh
from tests.workflows import halt, terminal, workflow

PURCHASE = definition("purchase_approval")
AMOUNT = [999, 1000, 1001, 9999, 10000, 10001, "1000", None, MISSING]


def missed(strategy: Any, wanted: list[Any], path: str) -> set[str]:
    """Which of the values do not come up at the path; a value is known by its text."""
    seen: set[str] = set()
    texts = {repr(each) for each in wanted}
    drawn(strategy, lambda made: seen.add(repr(look_up(made, path))), lambda: seen >= texts)
    return texts - seen


def test_inputs_meet_every_boundary_and_what_is_none() -> None:
    assert missed(inputs_for(PURCHASE), AMOUNT, "amount") == set()


def test_answers_fit_the_form_or_do_not() -> None:
    shown = PURCHASE["states"]["manager_approval"]["presentation"]
    assert missed(answers_for(shown), [True, False, "true", None, MISSING], "approved") == set()
    assert missed(answers_for(shown), ["text", "", 1], "comment") == set()


def test_most_answers_fit_the_form() -> None:
    fitting: list[bool] = []
    answers = answers_for(PURCHASE["states"]["manager_approval"]["presentation"])
    drawn(answers, lambda made: fitting.append(isinstance(made.get("approved"), bool)), lambda: len(fitting) >= 200)
    assert sum(fitting) > len(fitting) / 2


def test_answers_of_a_state_meet_what_its_transitions_look_at() -> None:
    answers = answers_for(definition=PURCHASE, state="manager_approval")
    assert missed(answers, [10000, 10001, MISSING], "amount") == set()
    assert missed(answers, [True, False], "approved") == set()


def test_the_keys_of_a_state_in_selection_mode_are_chosen(interactor: Emulator) -> None:
    ways = [{"target": "end", "key": "yes"}, {"target": "end", "key": "no"}]
    interactor.load(workflow("w", {"ask": halt(*ways, transition_mode="selection"), "end": terminal()}))
    run = interactor.start("w")
    keys: list[Any] = ["yes", "no", "none of the keys"]
    assert missed(answers_for(run.options), keys, "choice") == set()
    shown = {"transition_mode": "selection", "choices": [{"key": "yes", "to": "end"}, {"key": "no", "to": "end"}]}
    assert missed(answers_for(shown), keys, "choice") == set()


def test_nested_members_stand_in_objects_and_lists() -> None:
    ways = [
        {"target": "end", "condition": {"field": "order.total", "operator": "gt", "value": 5}},
        {"target": "end", "condition": {"field": "items.0.price", "equals": 7}},
    ]
    source = workflow("w", {"ask": halt(*ways), "end": terminal()})
    assert missed(inputs_for(source), [5, 6], "order.total") == set()
    assert missed(answers_for(definition=source, state="ask"), [7], "items.0.price") == set()


def test_a_state_that_does_not_halt_has_no_answers() -> None:
    with pytest.raises(ValueError, match="state 'submit' does not halt; manager_approval, vp_approval of"):
        answers_for(definition=PURCHASE, state="submit")


def test_walks_do_all_that_people_and_time_do() -> None:
    seen: set[str] = set()
    wanted = {"Answer", "Cancel", "Advance", "twice", "a TTL", "manager_approval", "vp_approval"}

    def look(walk: Scenario) -> None:
        seen.update(type(each).__name__ for each in walk.steps)
        seen.update("twice" for one, other in pairwise(walk.steps) if one == other and isinstance(one, Answer))
        seen.update("a TTL" for each in walk.steps if isinstance(each, Advance) and each.seconds > 90 * 86_400)
        seen.update(each.state for each in walk.steps if isinstance(each, Answer))

    drawn(walks(PURCHASE), look, lambda: seen >= wanted)
    assert seen == wanted


def test_walks_find_both_approvals(interactor: Emulator) -> None:
    found: list[Scenario] = []

    def look(walk: Scenario) -> None:
        answered = [each for each in walk.steps[:2] if isinstance(each, Answer)]
        states = [each.state for each in answered if each.input.get("approved") is True and "amount" not in each.input]
        if states == ["manager_approval", "vp_approval"]:
            found.append(replace(walk, input={"amount": 10_001}))

    drawn(walks(PURCHASE), look, lambda: bool(found))
    interactor.load(PURCHASE)
    interactor.stub("*")
    assert play(interactor, found[0]).path[-4:] == ("vp_approval", "approved", "notify_requester", "complete")


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=max(30, settings().max_examples // 2))
@given(definitions(max_states=4).flatmap(lambda made: walks(made).map(lambda walk: (made, walk))))
def test_walks_of_any_definition_can_be_played(both: tuple[dict[str, Any], Scenario]) -> None:
    """A step for which nobody waits ends the walk, and is told."""
    source, walk = both
    emulator = fresh()
    emulator.load(source)
    played = play(emulator, walk)
    assert played.fault is None or "where nobody waits" in played.fault


def test_a_walk_has_bounds() -> None:
    with pytest.raises(ValueError, match="max_steps is 0 or more, not -1"):
        walks(PURCHASE, max_steps=-1)
