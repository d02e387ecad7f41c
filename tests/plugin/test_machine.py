"""A workflow as a Hypothesis state machine, in three lines of a user's; what it finds comes with a test."""

import json
import textwrap
from dataclasses import replace
from datetime import timedelta
from typing import Any, ClassVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from interactor_emulator import Emulator
from interactor_fixtures import definition
from pytest_interactor import WorkflowMachine
from pytest_interactor.invariants import broken, check, seen

from tests.workflows import action, halt, terminal, to, workflow

BEGIN = """
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule
from pytest_interactor import WorkflowMachine

REFUND = {
    "name": "refund",
    "initial_state": "check",
    "states": {
        "check": {
            "type": "action",
            "logic": {"type": "script", "code": "if (input.amount === 0) throw new Error('nothing'); return input"},
            "transitions": [
                {"target": "ask", "condition": {"field": "amount", "operator": "gt", "value": 5}},
                {"target": "paid"},
            ],
        },
        "ask": {
            "type": "halting",
            "transitions": [{"target": "paid", "condition": {"field": "ok", "equals": True}}, {"target": "no"}],
        },
        "paid": {"type": "terminal"},
        "no": {"type": "terminal"},
    },
}
"""


def machine(name: str, body: str, definition: str = "REFUND", examples: int = 150) -> str:
    """A user's machine, its body after the line that names the definition."""
    return (
        f"class {name}(WorkflowMachine):\n    definition = {definition}\n"
        f"{textwrap.indent(textwrap.dedent(body), '    ')}\n"
        f"Test{name} = {name}.TestCase\n"
        f"Test{name}.settings = settings(Test{name}.settings, derandomize=True, max_examples={examples})\n\n"
    )


def run(pytester: pytest.Pytester, *files: str) -> pytest.RunResult:
    return pytester.runpytest_subprocess("-p", "no:randomly", "-p", "no:asyncio", "-W", "error", *files)


def cut_out(result: pytest.RunResult) -> list[str]:
    """The tests that the failures show, as somebody would copy them."""
    found, lines = [], result.stdout.lines
    for at, line in enumerate(lines):
        if "- A test that does the same -" in line:
            ends = next(n for n, each in enumerate(lines[at + 1 :]) if each.startswith(("====", "____", "----")))
            found.append("\n".join(lines[at + 1 : at + 1 + ends]) + "\n")
    return found


THROWS = "the instance failed in check: script_error: Error: nothing"
NOBODY_IS_REFUSED = """
inputs = st.just({"amount": 7})

@invariant()
def all_are_paid(self):
    assert "no" not in self.run.path, "somebody was not paid"
"""
SECRET = """
secrets = {"KEY": "very-secret-12345"}
stubs = [{"url": "https://api.example*", "respond": {"status": 500}}]
may_fail = {"http_error"}
"""
HTTP = "over_http = True\n"
FAILING = {
    "Throws": (SECRET, THROWS),
    "Refused": (NOBODY_IS_REFUSED, "somebody was not paid"),
    "RefusedOverHttp": (HTTP + NOBODY_IS_REFUSED, "somebody was not paid"),
}


def test_what_is_wrong_is_found_and_the_printed_test_fails_the_same_way(pytester: pytest.Pytester) -> None:
    machines = "".join(machine(name, body) for name, (body, _) in FAILING.items())
    pytester.makepyfile(test_refund=BEGIN + machines)
    found = run(pytester, "test_refund.py")
    found.assert_outcomes(failed=len(FAILING))
    texts = cut_out(found)
    assert len(texts) == len(FAILING)
    pytester.makepyfile(**{f"test_copied_{number}": text for number, text in enumerate(texts)})
    copied = run(pytester, *(f"test_copied_{number}.py" for number in range(len(texts))))
    copied.assert_outcomes(failed=len(FAILING))
    for result in (found, copied):
        said = [line for line in result.stdout.lines if line.startswith("E") and "AssertionError: " in line]
        assert [line.partition("AssertionError: ")[2] for line in said] == [message for _, message in FAILING.values()]
    assert "very-secret" not in found.stdout.str()
    assert "secrets={'KEY': 'not shown'}" in texts[0]
    assert "emulator.stub(url='https://api.example*', respond={'status': 500})" in texts[0]
    assert "may_fail={'http_error'}" in texts[0]


FORKED = workflow(
    "forked",
    {
        "split": action("wait", fork={"x": "ask", "y": "ask"}),
        "ask": halt(to("done", ok=True), "again"),
        "again": action("ask"),
        "done": terminal(),
        "wait": action("end", join=True),
        "end": terminal(),
    },
)


class Forked(WorkflowMachine):
    definition = FORKED


class ForkedOverHttp(Forked):
    over_http = True


@pytest.mark.parametrize("kind", [Forked, ForkedOverHttp])
def test_everything_is_printed_as_it_was_done(kind: type[WorkflowMachine]) -> None:
    """What is printed can be run, and what the service promises holds in it."""

    @settings(max_examples=3, derandomize=True)
    @given(st.data())
    def look(data: st.DataObject) -> None:
        machine = kind()
        machine.create(data, "key_1", 0)
        machine.create_again()
        machine.unasked_answer("thread_of_nobody")
        machine.resume_thread(data)
        machine.advance(3600)
        machine.cancel()
        machine.cancel_too_late()
        machine.as_the_document_says()
        machine.tell("assert run.status == 'cancelled'  # as a rule of the user's saw it")
        text = printed_by(machine)
        names: dict[str, Any] = {}
        exec(text, names)
        names["test_again"]()
        assert all(
            word in text
            for word in ("idempotency" if kind is Forked else "Idempotency-Key", "cancel", "3600", "saw it")
        )

    look()


def test_a_printed_test_begins_with_the_instance_that_failed() -> None:
    @settings(max_examples=2, derandomize=True)
    @given(st.data())
    def look(data: st.DataObject) -> None:
        machine = Forked()
        machine.create(data, None, 0)
        first = machine.run.id
        machine.cancel()
        machine.create_next(data, 0)
        assert machine.run.id != first
        assert [line.partition(" ")[0] for line in machine.told] == ["run"]

    look()


class Asking(WorkflowMachine):
    definition = workflow(
        "asking", {"ask": halt(to("end", ok=True), to("no", ok=False)), "end": terminal(), "no": terminal()}
    )
    answers: ClassVar[Any] = {"ask": st.fixed_dictionaries({"ok": st.booleans()})}


class AskingOverHttp(Asking):
    over_http = True


@pytest.mark.parametrize("kind", [Asking, AskingOverHttp])
def test_of_two_answers_at_once_one_is_taken(kind: type[WorkflowMachine]) -> None:
    @settings(max_examples=3, derandomize=True)
    @given(st.data())
    def look(data: st.DataObject) -> None:
        machine = kind()
        machine.create(data, None, 0)
        machine.two_answers_at_once(data)
        machine.as_the_document_says()
        assert machine.run.status == "completed"
        names: dict[str, Any] = {}
        exec(printed_by(machine), names)
        names["test_again"]()

    look()


def printed_by(machine: WorkflowMachine) -> str:
    """The test that a failure of the machine would come with."""
    try:
        raise AssertionError
    except AssertionError as error:
        machine.teardown()
        return error.__notes__[0].partition("\n\n")[2]


RIGHT = """
may_fail = {"script_error"}
answers = {"ask": st.just({"ok": True})}

@rule()
def look(self):
    assert self.emulator.run(self.run.id).path == self.run.path

@invariant()
def whoever_is_asked_agrees(self):
    assert "no" not in self.run.path
    assert self.emulator.run(self.run.id).status == self.run.status
"""


def test_right_ones_pass(pytester: pytest.Pytester) -> None:
    """In the process and over HTTP, with threads, and one that is found by its name where the plugin looks: its HTTP
    logic is answered, so that the document's own definition can be run as it stands."""
    pytester.makeini("[pytest]\ninteractor_definitions = definitions\n")
    (pytester.mkdir("definitions") / "purchase_approval.json").write_text(json.dumps(definition("purchase_approval")))
    pytester.makepyfile(
        test_right=BEGIN
        + machine("Right", RIGHT, examples=20)
        + machine("RightOverHttp", HTTP + RIGHT, examples=15)
        + machine("Forked", "", repr(FORKED), examples=20)
        + machine("ForkedOverHttp", HTTP, repr(FORKED), examples=15)
        + machine("Approval", "", "'purchase_approval'", examples=20)
    )
    run(pytester, "test_right.py").assert_outcomes(passed=5)


def test_a_machine_without_a_definition_says_what_is_missing() -> None:
    class Nothing(WorkflowMachine):
        pass

    with pytest.raises(TypeError, match="Nothing needs a definition: a path, a name or the definition itself"):
        Nothing()


def test_the_invariants_can_be_asked_of_any_run(interactor: Emulator) -> None:
    interactor.load(FORKED)
    run = interactor.start("forked")
    check(interactor, run)
    run.thread("x").resume(ok=True)
    run.thread("y").resume(ok=True)
    check(interactor, run)
    run.assert_completed()


def test_an_instance_that_is_not_as_it_must_be_is_told_with_what_is_wrong(interactor: Emulator) -> None:
    """Each rule can be broken: here by telling otherwise what was seen."""
    interactor.load(FORKED)
    run = interactor.start("forked")
    known = interactor.account.store.workflows["forked"].versions[0].definition
    found = interactor.read(lambda account: seen(account, run.id))
    assert broken(known, found) == []

    def told(**members: object) -> str:
        return "\n".join(broken(known, replace(found, instance={**found.instance, **members})))

    assert "it is completed, but its threads are running, halted, halted" in told(status="completed")
    assert "it is running, and has an error" in told(error="script_error: no")
    assert "its path is split, but its events tell of split → ask → ask → wait" in told(history=[{"state": "split"}])
    assert "its data is not that after its last event" in told(workflow_data={"a": 1})
    moved = [{**each, "current_state": "end"} for each in found.instance["threads"]]
    assert "thread_x is halted in end, which is terminal" in told(threads=moved)
    many = found.instance["threads"] * 4
    assert "there are 12 unfinished threads; at most 10 are allowed" in told(threads=many)
    late = replace(found, now=found.now + timedelta(days=31))
    assert broken(known, late) == ["it is running, and nothing has happened for 2.6784e+06 s; its TTL is 2592000 s"]
    twisted = replace(found, events=[*found.events[1:], found.events[0]])
    assert any("has left" in each or "is in" in each for each in broken(known, twisted))
    twice = replace(found, events=[*found.events, found.events[-1]])
    assert "two of its events have one id" in broken(known, twice)
    assert broken(known, found, before=replace(found, instance={**found.instance, "id": "inst_other"})) == [
        f"its id was inst_other, and is {run.id}"
    ]
    over = replace(found, instance={**found.instance, "status": "completed"})
    assert "it was over (completed), and has changed" in broken(known, found, before=over)
