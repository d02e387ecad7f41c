"""The test that tells two versions apart: as it stands it passes with the old one, and fails with the new one."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from interactor_emulator import Emulator
from interactor_emulator.errors import InteractorError
from interactor_emulator.explore.scenarios.playing import NOW, SEED
from interactor_emulator.explore.versions.behaviour import Runs
from interactor_emulator.explore.versions.comparing import Changed, first_difference
from interactor_emulator.explore.versions.killing import killing_test
from interactor_emulator.explore.versions.mutants import mutants
from interactor_emulator.explore.versions.neighbours import cases

from tests.workflows import action, halt, http, script, terminal, to, workflow

FIELDS: list[dict[str, Any]] = [{"name": "ok", "type": "boolean", "label": "Ok?", "required": True}]
MESSAGE: dict[str, Any] = {"type": "message", "config": {"title": "Well?", "message": "${workflow_data.n}?"}}
CHOOSE: dict[str, Any] = {"transition_mode": "selection", "halting_instructions": MESSAGE}
ORDER: dict[str, Any] = {"method": "POST", "body": {"n": "${workflow_data.n}", "kind": "a"}}
ASK = workflow(
    "ask",
    {
        "s": script("return {n: input.n, more: input.n > 3}", to("form", more=True), "choice"),
        "form": halt(to("order", ok=True), "e", fields=FIELDS),
        "choice": halt({"key": "y", "target": "order"}, {"key": "n", "target": "e"}, **CHOOSE),
        "order": http("https://shop.example.com/orders", "e", **ORDER),
        "e": terminal(),
    },
)


def changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> Changed | None:
    one, other = Runs(old), Runs(new)
    return first_difference(one, other, [*cases(old).scenarios, *cases(new).scenarios])


def passes(changed: Changed, source: Mapping[str, Any], folder: Path) -> bool:
    """Whether its test does with this definition."""
    (folder / "ask.json").write_text(json.dumps(source))
    text = killing_test(changed, "ask.json")
    found: dict[str, Any] = {"__file__": str(folder / "test_it.py")}
    exec(compile(text, "test_it.py", "exec"), found)
    (test,) = (value for name, value in found.items() if name.startswith("test_"))
    try:
        test(Emulator(now=NOW, seed=SEED))
    except (AssertionError, InteractorError, ValueError, LookupError, pytest.fail.Exception):
        return False
    return True


def test_the_test_of_each_mutant_passes_with_the_definition_and_fails_with_the_mutant(tmp_path: Path) -> None:
    old = Runs(ASK)
    known, kinds = cases(ASK).scenarios, set()
    for mutant in mutants(ASK):
        changed = first_difference(old, Runs(mutant.source), known, mutant.state)
        assert changed is not None, mutant.description
        kinds.add(changed.parting.kind)
        assert passes(changed, ASK, tmp_path), killing_test(changed, "ask.json")
        assert not passes(changed, mutant.source, tmp_path), (mutant.description, killing_test(changed, "ask.json"))
    assert kinds >= {"path", "refusal", "shown", "data"}


def test_what_one_of_several_threads_shows_is_asserted_of_that_thread(tmp_path: Path) -> None:
    forked = {"one": "first", "other": "second"}
    source = workflow(
        "ask",
        {
            "s": action("j", fork=forked),
            "first": halt("e", fields=FIELDS),
            "second": halt({"key": "y", "target": "e"}, **CHOOSE),
            "j": action("e", join=True),
            "e": terminal(),
        },
    )
    new = {**source, "states": {**source["states"], "first": {**source["states"]["first"], "presentation": None}}}
    changed = changes(source, new)
    assert changed is not None
    assert 'waiting = run.waiting_in("first")' in killing_test(changed, "ask.json")
    assert (passes(changed, source, tmp_path), passes(changed, new, tmp_path)) == (True, False)


def but(state: str, **members: Any) -> Mapping[str, Any]:
    return {**ASK, "states": {**ASK["states"], state: {**ASK["states"][state], **members}}}


def instructed(title: str, message: str) -> Mapping[str, Any]:
    return but("choice", halting_instructions={"type": "message", "config": {"title": title, "message": message}})


def ordering(**members: Any) -> Mapping[str, Any]:
    return but("order", logic={**ASK["states"]["order"]["logic"], **members})


@pytest.mark.parametrize(
    ("new", "said"),
    [
        (instructed("So?", "${workflow_data.n}?"), '    assert waiting.options.title == "Well?"\n'),
        (instructed("Well?", "What?"), '    assert waiting.options.instruction == "?"\n'),
        (but("choice", transitions=[{"key": "y", "target": "order"}]), ".choices][1] =="),
        (but("choice", halting_instructions={"instruction": "Say."}), "    assert waiting.options."),
        (but("form", presentation=None), "    assert waiting.presentation == {"),
        (but("form", presentation={"type": "form", "fields": [*FIELDS, {**FIELDS[0], "name": "b"}]}), ") == 1\n"),
        (
            but("form", presentation={"type": "form", "fields": FIELDS, "title": "A form"}),
            'assert "title" not in waiting',
        ),
        (ordering(method="PUT"), '    assert sent.calls[0].request.method == "POST"\n'),
        (ordering(url="https://shop.example.com/b"), '.request.url) == "https://shop.example.com/orders"\n'),
        (ordering(body={"n": 1}), '    assert loads(sent.calls[0].request.content) == {"n": None, "kind": "a"}\n'),
        (ordering(body=None), "    assert loads(sent.calls[0].request.content) == "),
        (but("e", on_enter={**ASK["states"]["order"]["logic"], "type": "http"}), "    assert len(sent.calls) <= "),
        (but("e", type="action"), '    run.assert_completed("e")\n'),
    ],
)
def test_what_a_person_is_shown_and_what_is_sent_is_asserted_where_it_is_that(
    tmp_path: Path, new: Mapping[str, Any], said: str
) -> None:
    changed = changes(ASK, new)
    assert changed is not None
    assert said in killing_test(changed, "ask.json")
    assert passes(changed, ASK, tmp_path)
    assert not passes(changed, new, tmp_path)
