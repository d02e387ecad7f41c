"""Scenarios as a file of tests: it is Python whatever the names are, it passes as it stands, and it can fail."""

import subprocess
import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from interactor_emulator import Emulator
from interactor_emulator.explore.scenarios.as_tests import as_pytest, as_test
from interactor_emulator.explore.scenarios.playing import NOW, SEED, Played, play
from interactor_emulator.wholefile import write_whole
from interactor_emulator.wire import scenario_file
from interactor_emulator.wire.scenario import Advance, Answer, Cancel, Expected, Scenario, SetStub, Step

from tests.explore.scenarios import OBJECT, SCENARIOS, SOME
from tests.workflows import action, halt, http, script, terminal, to, workflow

EXAMPLES = Path(__file__).parents[2] / "examples" / "scenarios"
RUFF = [str(Path(sys.executable).parent / "ruff"), "format", "--isolated", "--diff", "-"]
INPUT = st.one_of(
    OBJECT, st.sampled_from([{"ok": True}, {"ok": 1}, {"ok": "odd"}, {"self": 1, "class": 2, "__debug__": 3}])
)


def emulator(definition: dict[str, Any]) -> Emulator:
    made = Emulator(seed=SEED, now=NOW)
    made.load(definition)
    return made


def passed(text: str) -> int:
    """Run the tests in a text as pytest would; how many there were."""
    names: dict[str, Any] = {"__file__": str(EXAMPLES / "test_written.py")}
    exec(compile(text, "test_written.py", "exec"), names)
    tests = [each for name, each in names.items() if name.startswith("test_")]
    for test in tests:
        marks = getattr(test, "pytestmark", [])
        given_ = [each.values for each in marks[0].args[1]] if marks else [()]
        for values in given_:
            test(Emulator(seed=SEED, now=NOW), *values)
    return len(tests)


def seen(scenario: Scenario, played: Played) -> Scenario:
    """The scenario with what came of it as what is expected."""
    steps = [
        replace(each.step, refused=each.refused) if isinstance(each.step, Answer) else each.step
        for each in played.steps
    ]
    expect = Expected(played.status, played.state, played.path, played.data, played.events, played.error)
    return replace(scenario, steps=tuple(steps), expect=expect)


def hostile(name: str, other: str) -> dict[str, Any]:
    """A workflow with these names for states, in which an answer is taken, refused, or leads to a failure."""
    ways = (
        to(other, ok=True),
        to("odd", ok="odd"),
        {"target": "again", "condition": {"field": name, "operator": "not_equals", "value": None}},
    )
    return workflow(
        "w",
        {
            "start": script("return input", name),
            name: halt(*ways),
            other: terminal(),
            "odd": script("return nothing.at_all", other),
            "again": http("https://x.example/again", name),
        },
    )


@settings(max_examples=40)
@given(
    SOME,
    SOME,
    OBJECT,
    st.lists(st.one_of(INPUT, st.just("cancel"), st.just("late"), st.floats(0, 1e6)), max_size=3),
    st.data(),
)
def test_a_written_test_passes_where_its_scenario_does_whatever_its_names_are(
    name: str, other: str, input_: Any, acts: list[Any], data: st.DataObject
) -> None:
    assume(len({"start", "odd", "again", name, other}) == 5)
    definition = hostile(name, other)
    steps: list[Step] = [SetStub({"url": "https://x.example/*", "respond": {"json": {name: other}}})]
    for act in acts:
        if isinstance(act, dict):
            steps.append(Answer(name, act))
        elif act == "late":
            steps.append(Answer(name, {}, refused="instance_not_halted"))
        else:
            steps.append(Cancel() if act == "cancel" else Advance(act))
    scenario = Scenario(name, definition["name"], input_, tuple(steps), namespace=other)
    played = play(emulator(definition), scenario)
    assume(all(each.refused is None or isinstance(each.step, Answer) for each in played.steps))
    scenario = seen(scenario, played)
    assert passed(as_test(scenario, definition)) == 1
    wrong: dict[str, Any] = data.draw(
        st.sampled_from([{"state": "nowhere"}, {"path": ()}, {"data": {"no": 1}}, {"events": ()}])
    )
    with pytest.raises(AssertionError):
        passed(as_test(replace(scenario, expect=replace(scenario.expect, **wrong)), definition))


FORKED = workflow(
    "forked",
    {
        "begin": action("wait", fork={"a": "ask", "b": "ask", "c": "pick"}),
        "wait": action("end", join=True),
        "ask": halt(to("done", ok=True)),
        "pick": halt(
            {"target": "done", "key": "yes", "label": "Yes"},
            transition_mode="selection",
            halting_instructions={"instruction": "Well?"},
        ),
        "done": terminal(),
        "end": terminal(),
    },
)


def test_threads_choices_and_refusals_are_written_as_well() -> None:
    steps = (
        Answer("ask", {"ok": 1}, refused="invalid_transition"),
        Answer("ask", {"ok": True}, thread="b"),
        Answer("pick", {"not a name": "x" * 80}, "yes"),
        Answer("ask", {"ok": True}),
    )
    scenario = Scenario("forked", "forked", {}, steps, Expected("completed", path=("begin", "ask", "ask", "pick", "wait", "done", "done", "done", "end")))  # fmt: skip  # noqa: E501
    text = as_test(scenario, FORKED)
    assert 'with pytest.raises(InvalidTransition):\n        run.waiting_in("ask").resume(ok=1)\n' in text
    assert '    run.thread("b").assert_halted("ask")\n    run.thread("b").resume(ok=True)\n' in text
    assert 'run.waiting_in("pick").choose(choice, **answer)\n' in text
    assert passed(text) == 1


def test_an_unknown_code_is_asked_for_by_its_name() -> None:
    text = as_test(Scenario("x", "w", steps=(Answer("ask", refused="odd_code"),)))
    assert "with pytest.raises(InteractorError) as refused:\n" in text
    assert '    assert refused.value.code == "odd_code"\n' in text


def test_every_code_of_an_error_is_asked_for_by_its_class() -> None:
    codes = ["concurrent_modification", "payload_too_large", "validation_error", "instance_not_halted", "http_timeout"]
    text = as_test(Scenario("x", "w", steps=tuple(Answer("ask", refused=code) for code in codes)))
    for name in ("ConcurrentModification", "PayloadTooLarge", "ValidationError", "InstanceNotHalted", "HttpTimeout"):
        assert f"    with pytest.raises({name}):\n" in text
        assert f"    {name},\n" in text
    assert formatted(text) == ""


def examples() -> list[Scenario]:
    return [scenario_file.read(each) for each in sorted(EXAMPLES.glob("*.scenario.json"))]


def test_scenarios_that_differ_in_their_input_alone_are_one_test() -> None:
    first, *others = examples()
    again = replace(first, name="Auto-approve at the threshold", input={"amount": 1000})
    text = as_pytest([first, *others, again], "purchase_approval.json")
    assert text.count("def test_") == 4
    assert "def test_auto_approve(interactor: Emulator, given: dict[str, Any]) -> None:\n" in text
    assert 'pytest.param({"amount": 1000}, id="auto_approve_at_the_threshold"),\n' in text
    assert passed(text) == 4


def test_true_and_one_are_not_the_same_answer() -> None:
    one, true = (Scenario("x", "w", steps=(Answer("ask", {"ok": value}),)) for value in (1, True))
    text = as_pytest([one, true])
    assert '    run.waiting_in("ask").resume(ok=1)\n' in text
    assert "def test_x(" in text
    assert "def test_x_2(" in text
    assert '    run.waiting_in("ask").resume(ok=True)\n' in text


def formatted(text: str) -> str:
    """What ruff would change."""
    return subprocess.run(RUFF, input=text, capture_output=True, text=True).stdout


def test_what_is_written_is_formatted() -> None:
    assert formatted(as_pytest(examples(), "purchase_approval.json")) == ""


def test_a_file_of_them_ends_with_one_line_break(tmp_path: Path) -> None:
    write_whole(tmp_path / "test_it.py", as_pytest(examples()))
    assert formatted((tmp_path / "test_it.py").read_text("utf-8")) == ""


def test_so_it_is_however_long_its_names_are() -> None:
    scenarios = []
    for length in range(1, 110):
        name = "n" * length
        steps = (
            Answer(name, {name: 1, "x": name}),
            Answer(name, {name: name, "x": 2}, name, name),
            Answer("ask", {}, name, refused="odd"),
            Answer("ask", {"x": name}, name, name, refused="invalid_transition"),
            Answer(name, {"x": name}, name, "t", refused="invalid_transition"),
            Answer(name, {"x": name * 2}, name, refused="invalid_transition"),
            Answer(name, {"x": 1}, refused="invalid_transition"),
        )
        expect = Expected("failed", name, (name, name), {name: name}, ("workflow.instance.created",) * (length % 5))
        stub = {"url": name}
        scenarios.append(Scenario(name, name, {name: name}, steps, expect, (stub,), f"{name}.json", name))
    assert formatted(as_pytest(scenarios)) == ""


@settings(max_examples=10)
@given(st.lists(SCENARIOS, min_size=1, max_size=8))
def test_so_it_is_whatever_stands_in_it(scenarios: Iterable[Scenario]) -> None:
    text = as_pytest(scenarios)
    compile(text, "test_written.py", "exec")
    assert formatted(text) == ""
