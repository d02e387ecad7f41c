"""Wrong versions of a definition: what is changed, that the service would take each, and that each is another one."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from interactor_emulator import Emulator
from interactor_emulator.explore.versions.mutants import OPERATORS, Mutant, mutants, spread
from interactor_emulator.services import workflows

from tests.workflows import action, halt, script, terminal, to, workflow

ROOT = Path(__file__).parents[2]
FOLDERS = ("fixtures/interactor_fixtures/definitions", "examples/definitions", "examples/purchase_app/definitions")
FILES = sorted(file for folder in FOLDERS for file in (ROOT / folder).glob("*.json"))


def of(source: Mapping[str, Any], operator: str) -> list[Mutant]:
    return [each for each in mutants(source) if each.operator == operator]


def told(source: Mapping[str, Any], operator: str) -> list[str]:
    return [each.description for each in of(source, operator)]


def errors(emulator: Emulator, mutant: Mutant) -> list[object]:
    return list(emulator.perform(lambda account: workflows.validate(account, mutant.source)))


def differing(one: Any, other: Any) -> int:
    """How many members of two states are not the same."""
    return sum(one.get(name) != other.get(name) for name in {*one, *other})


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_each_mutant_of_a_definition_is_valid_and_differs_in_one_state_and_no_two_are_the_same(file: Path) -> None:
    source = json.loads(file.read_text())
    before, emulator = json.dumps(source), Emulator()
    found = list(mutants(source))
    assert found
    for each in found:
        assert errors(emulator, each) == []
        states = each.source["states"]
        changed = [name for name in states if states[name] != source["states"][name]]
        assert changed == [each.state]
        assert differing(states[each.state], source["states"][each.state]) == 1
        assert each.place.startswith("states.")
    assert len({json.dumps(each.source) for each in found}) == len(found)
    assert found == list(mutants(source))
    assert json.dumps(source) == before


def branching(condition: Mapping[str, Any]) -> dict[str, Any]:
    return workflow("w", {"s": action({"target": "a", "condition": condition}, "b"), "a": terminal(), "b": terminal()})


AMOUNT = {"field": "amount", "operator": "gt", "value": 10}
WHO = {"field": "who", "equals": "ann"}


@pytest.mark.parametrize(
    ("condition", "operator", "expected"),
    [
        (AMOUNT, "operator", ["amount: gt is gte", "amount: gt is lt"]),
        (AMOUNT, "threshold", ["amount: 10 is 11", "amount: 10 is 9"]),
        ({**AMOUNT, "value": 0.5}, "threshold", ["amount: 0.5 is 1.5", "amount: 0.5 is -0.5"]),
        ({**AMOUNT, "value": 1e300}, "threshold", []),
        ({**AMOUNT, "value": "b"}, "threshold", []),
        ({**AMOUNT, "operator": "lte"}, "operator", ["amount: lte is lt", "amount: lte is gte"]),
        (WHO, "operator", ["who: equals is not_equals"]),
        (WHO, "constant", ['who: "ann" is "ann_"']),
        ({"field": "ok", "not_equals": False}, "constant", ["ok: false is true"]),
        ({"field": "ok", "equals": None}, "constant", []),
        ({"field": "n", "equals": 3}, "constant", ["n: 3 is 4"]),
        ({**AMOUNT, "operator": "in", "value": [1, 2]}, "constant", ["amount: [1,2] is [2]", "amount: [1,2] is [1]"]),
        ({**WHO, "equals": ["a"]}, "constant", ['who: ["a"] is []']),
        ({"field": "who", "operator": "contains", "value": "a"}, "constant", ['who: "a" is "a_"']),
        (
            {"field": "who", "operator": "contains", "value": "a"},
            "operator",
            ["who: contains is equals", "who: contains is not_equals"],
        ),
        ({"and": [AMOUNT, WHO]}, "joiner", ["and is or"]),
        ({"or": [AMOUNT, WHO]}, "joiner", ["or is and"]),
        ({"or": [AMOUNT]}, "joiner", []),
        ({"or": [AMOUNT]}, "clause", []),
        ({"or": [WHO, {"and": [AMOUNT, AMOUNT]}]}, "threshold", ["amount: 10 is 11", "amount: 10 is 9"] * 2),
        (
            {"and": [AMOUNT, WHO]},
            "clause",
            [
                'and without {"field":"amount","operator":"gt","value":10}',
                'and without {"field":"who","equals":"ann"}',
            ],
        ),
    ],
)
def test_what_is_changed_in_a_condition(condition: Mapping[str, Any], operator: str, expected: list[str]) -> None:
    assert told(branching(condition), operator) == expected


def test_transitions_are_swapped_and_dropped_and_lead_elsewhere() -> None:
    source = workflow(
        "w", {"s": halt(to("a", ok=True), {"to": "b"}), "a": terminal(), "b": terminal(), "c": terminal()}
    )
    assert told(source, "order") == ["the transition to b stands before the one to a"]
    assert told(source, "transition") == ["there is no transition to a", "there is no transition to b"]
    assert told(source, "target") == ["the target a is c", "the target b is c"]
    assert [(each.place, each.transition) for each in of(source, "transition")] == [
        ("states.s.transitions[0]", 0),
        ("states.s.transitions[1]", 1),
    ]
    assert [each.source["states"]["s"]["transitions"][1] for each in of(source, "target")] == [{"to": "b"}, {"to": "c"}]


def test_two_transitions_that_are_the_same_are_not_swapped_and_one_state_has_no_other_target() -> None:
    source = workflow("w", {"s": halt(to("s", ok=True), to("s", ok=True))})
    assert told(source, "order") == []
    assert told(source, "target") == []


def test_a_field_that_is_required_is_not() -> None:
    ok = {"name": "ok", "type": "boolean", "label": "Ok?", "required": True}
    fields: list[dict[str, Any]] = [ok, {"name": "why", "type": "string", "label": "Why?"}]
    (found,) = of(workflow("w", {"s": halt("a", fields=fields), "a": terminal()}), "required")
    assert found.description == "ok is not required"
    assert found.source["states"]["s"]["presentation"]["fields"][0]["required"] is False


def scripted(code: str) -> dict[str, Any]:
    return workflow("w", {"s": script(code, "a"), "a": terminal()})


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("return { ...input, a: 1 }", ["return { a: 1 }", "return { ...input }"]),
        ("return {a: 1, b: 2,}", ["return {b: 2,}", "return {a: 1, }"]),
        ("return {a: [1, {b: 2}], c}", ["return {c}", "return {a: [1, {b: 2}]}"]),
        ("return {'a,b': '}', \"c\": `${'}, '}`}", ["return {\"c\": `${'}, '}`}", "return {'a,b': '}'}"]),
        ("return {f: /[,}]/.test(input.x), [input.k]: 4 / 2}", ["return {[input.k]: 4 / 2}", None]),
        (
            "// return {a: 1}\nconst t = 'return {b}'; return {c: t}",
            ["// return {a: 1}\nconst t = 'return {b}'; return {}"],
        ),
        ("return {}", []),
        ("return input", []),
        ("if (input.x) return {a: 1}\nreturn {b: 2}", ["if (input.x) return {}\nreturn {b: 2}", None]),
    ],
)
def test_members_of_what_a_script_returns_are_left_out(code: str, expected: list[str | None]) -> None:
    found = [each.source["states"]["s"]["logic"]["code"] for each in of(scripted(code), "returned")]
    assert len(found) == len(expected)
    assert [text for text, wanted in zip(found, expected, strict=True) if wanted not in (text, None)] == []


def test_words_of_a_script_are_changed_and_those_of_texts_and_comments_are_not() -> None:
    line = "const big = input.n >= 10 && input.ok === true; // n > 1"
    code = f"{line}\nreturn {{big, t: 'a > 1', f: (x) => x}}"
    assert told(scripted(code), "word") == [
        f">= is > in `{line}`",
        f"&& is || in `{line}`",
        f"=== is !== in `{line}`",
        f"true is false in `{line}`",
    ]
    assert told(scripted(code), "bound") == [f"10 is 11 in `{line}`", f"10 is 9 in `{line}`"]
    long = f"return {{t: '{'a' * 60}', large: input.n > 10, u: '{'b' * 60}'}}"
    assert told(scripted(long), "bound")[0] == f"10 is 11 in `…{'a' * 5}', large: input.n > 10, u: '{'b' * 19}…`"


NAMES = st.lists(st.sampled_from(["a", "b_2", "$c", "'d e'", '"f,"']), min_size=1, max_size=4, unique=True)
VALUES = st.sampled_from(
    ["1", "'}'", "[1, 2]", "{x: {y: 1}}", "`${1}, }`", "/,}/.test('a')", "6 / 2 / 1", "((x) => 3)()"]
)


@settings(max_examples=30)
@given(st.data())
def test_a_script_without_a_member_returns_the_others(data: st.DataObject) -> None:
    names = data.draw(NAMES)
    values = [data.draw(VALUES) for _ in names]
    gap = data.draw(st.sampled_from([", ", ",\n  ", " , /* , } */ "]))
    end = data.draw(st.sampled_from(["", ","]))
    written = gap.join(f"{name}: {value}" for name, value in zip(names, values, strict=True))
    source = scripted(f"return {{ {written}{end} }}")
    whole = result(source)
    found = [result(each.source) for each in of(source, "returned")]
    assert found == [{name: value for name, value in whole.items() if name != left_out} for left_out in whole]


def result(source: Mapping[str, Any]) -> dict[str, Any]:
    emulator = Emulator()
    emulator.load(source)
    return dict(emulator.start("w").data)


def test_a_few_mutants_are_taken_from_all_parts_of_a_definition() -> None:
    found = list(mutants(json.loads(FILES[-1].read_text())))
    few = spread(found, 5)
    assert len(few) == 5
    assert [found.index(each) for each in few] == sorted(found.index(each) for each in few)
    assert len({each.state for each in few}) > 1
    assert spread(found, 10_000) == found


def test_every_operator_finds_something_in_some_definition() -> None:
    source = workflow(
        "w",
        {
            "s": script("return {n: input.n > 3}", {"target": "h", "condition": {"and": [AMOUNT, WHO]}}, "e"),
            "h": halt("e", fields=[{"name": "ok", "type": "boolean", "label": "Ok?", "required": True}]),
            "e": terminal(),
        },
    )
    assert {each.operator for each in mutants(source)} == set(OPERATORS)
