"""What `fuzz` finds, and what it does not."""

import json
from pathlib import Path
from typing import Any

import pytest
from interactor_emulator import Emulator
from interactor_emulator.explore.fuzzing.fuzz import fuzz
from interactor_emulator.explore.scenarios.playing import differences, play

from tests.fuzz.planted import BUGS, PLANTED, tells
from tests.workflows import action, halt, http, script, terminal, to, workflow

ROOT = Path(__file__).parents[2]
CLEAN = sorted(path.stem for path in PLANTED.glob("clean-*.json"))
DOCUMENT = sorted((ROOT / "fixtures" / "interactor_fixtures" / "definitions").glob("*.json"))
# One of each kind, of those that take no long runs: `make fuzz-planted` has all of them.
QUICK = [
    "throws-expense-note",
    "unmatched-document-age",
    "refused-hiring-score",
    "shadowed-vip-shipping",
    "contradiction-refund-band",
    "unreachable-fraud-desk",
    "join-needs-info",
    "unread-camel-level",
    "leak-debug-key",
]


def planted(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((PLANTED / f"{name}.json").read_text("utf-8"))
    return found


def codes(source: dict[str, Any], examples: int = 80, **options: Any) -> set[tuple[str, str, str]]:
    found = fuzz(source, max_examples=examples, **options).findings
    return {(each.severity, each.code, each.state) for each in found}


@pytest.mark.parametrize("name", QUICK)
def test_a_planted_bug_is_found(name: str) -> None:
    found = fuzz(planted(name), max_examples=60).findings
    assert any(tells(each, BUGS[name]) for each in found)


@pytest.mark.parametrize("name", CLEAN[::4])
def test_in_a_clean_definition_nothing_is_found(name: str) -> None:
    assert codes(planted(name)) == set()


@pytest.mark.parametrize("path", DOCUMENT, ids=lambda path: path.stem)
def test_in_the_documents_own_definitions_nothing_is_found(path: Path) -> None:
    assert codes(json.loads(path.read_text("utf-8"))) == set()


def test_a_case_is_shown_as_small_as_it_can_be_and_comes_again_in_any_emulator() -> None:
    source = planted("throws-expense-note")
    (finding,) = fuzz(source, max_examples=100).findings
    assert finding.scenario is not None
    assert finding.scenario.input == {"amount": 5001}
    assert [step.input for step in finding.scenario.steps] == [{"approved": True}, {"released": True}]  # type: ignore[union-attr]
    emulator = Emulator()
    emulator.load(source)
    assert differences(finding.scenario.expect, play(emulator, finding.scenario)) == []


def test_a_loop_is_told_with_its_states_once() -> None:
    states = {"start": action("again"), "again": action("back"), "back": action("again"), "end": terminal()}
    found = codes(workflow("circle", states), 20)
    assert [each for each in found if each[0] == "error"] == [("error", "endless_loop", "again")]


def test_a_long_way_that_comes_to_an_end_is_no_loop() -> None:
    count = script("return { turns: (workflow_data.turns || 0) + 1 }", to("end", turns=60), "count")
    assert codes(workflow("count", {"count": count, "end": terminal()}), 20) == set()


def test_a_service_that_fails_is_no_finding_and_what_a_script_makes_of_its_answer_is() -> None:
    call = http("https://crm.example.com/people", "read", output="person")
    read = script("return { city: workflow_data.person.address.city }", "end")
    assert codes(workflow("call", {"call": call, "end": terminal()} | {"read": action("end")})) == set()
    assert codes(workflow("call", {"call": call, "read": read, "end": terminal()})) == {
        ("error", "script_error", "read")
    }


def test_an_answer_that_the_form_does_not_allow_may_be_refused() -> None:
    fields = [{"name": "ok", "type": "boolean", "label": "OK?", "required": True}]
    ask = halt(to("end", ok=True), to("end", ok=False), fields=fields)
    assert codes(workflow("ask", {"ask": ask, "end": terminal()})) == set()
    fields[0]["required"] = False
    assert codes(workflow("ask", {"ask": ask, "end": terminal()})) == {("error", "refused_answer", "ask")}


def test_a_script_that_fails_whatever_is_no_list_is_a_warning_and_one_that_fails_some_lists_is_an_error() -> None:
    any_list = script("return { first: input.items.slice(0, 1) }", "end")
    long_lists = script("return { first: input.items.slice(0, 1)[0].price }", "end")
    for logic, severity in ((any_list, "warning"), (long_lists, "error")):
        found = codes(workflow("items", {"start": logic, "end": terminal()}))
        assert (severity, "script_error", "start") in found


def test_a_state_without_transitions_is_told() -> None:
    ask = halt(to("lost", ok=True), "end", fields=[{"name": "ok", "type": "boolean", "label": "OK?"}])
    found = codes(workflow("lost", {"ask": ask, "lost": action(), "end": terminal()}))
    assert ("error", "never_ends", "lost") in found


def test_the_end_of_the_time_and_an_interruption_are_told_with_what_was_found() -> None:
    source = planted("unmatched-loan-thousand")

    def interrupt(count: int, _what: str) -> None:
        if count == 100:
            raise KeyboardInterrupt

    interrupted = fuzz(source, tell=interrupt)
    assert (interrupted.stopped, interrupted.examples) == ("interrupted", 100)
    assert [each.code for each in interrupted.findings] == ["unmatched_data"]
    assert fuzz(source, max_examples=10**6, seconds=1).stopped == "time"


def test_the_same_seed_draws_the_same_cases_and_another_one_others() -> None:
    source = planted("unmatched-claim-gap")
    first, again = (fuzz(source, max_examples=80, seed=5) for _ in range(2))
    assert (first.findings, first.examples) == (again.findings, again.examples)


def test_a_known_case_is_played_before_any_is_drawn() -> None:
    source = planted("refused-hiring-score")
    (finding,) = fuzz(source, max_examples=100).findings
    assert finding.scenario is not None
    told: list[str] = []
    again = fuzz(source, max_examples=1, known=[finding.scenario], tell=lambda _count, what: told.append(what))
    assert again.findings == [finding]
    assert again.replayed == 1
