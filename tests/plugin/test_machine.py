"""A workflow as a Hypothesis state machine, in three lines of a user's; what it finds comes with a test."""

import json
import textwrap
from collections.abc import Callable
from typing import Any, ClassVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import rule
from interactor_emulator.errors import FAILURES
from interactor_fixtures import definition
from pytest_interactor import WorkflowMachine
from pytest_interactor.strategies import definitions

from tests.strategies.running import drawn
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


def fail() -> None:
    raise AssertionError


def printed_by(machine: WorkflowMachine, fails: Callable[[], None] = fail) -> str:
    """The test that a failure of the machine would come with."""
    try:
        fails()
    except AssertionError as error:
        machine.teardown()
        return str(error.__notes__[0].partition("\n\n")[2])
    raise TypeError("it has not failed")


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


class Paying(Asking):
    @rule(amount=st.integers())
    def pay(self, amount: int) -> None:
        raise AssertionError(amount)


def test_a_rule_of_the_user_that_fails_is_named() -> None:
    """What it was given is Hypothesis' to tell."""

    @settings(max_examples=1, derandomize=True)
    @given(st.data())
    def look(data: st.DataObject) -> None:
        machine = Paying()
        machine.create(data, None, 0)
        text = printed_by(machine, lambda: machine.pay(5))
        assert text.endswith("    # and then Paying.pay has failed\n    check(emulator, run)\n")

    look()


def test_whatever_the_definition_is_what_the_document_says_holds() -> None:
    """In the process and over HTTP in turn; what it may fail of, an instance of a definition that is made up may."""
    made: list[Any] = []
    drawn(definitions(min_states=3), made.append, lambda: True)
    for number, source in enumerate(made[::10]):
        members = {"definition": source, "over_http": number % 2 == 1, "may_fail": FAILURES}
        kind: Any = type("Any", (WorkflowMachine,), members)
        kind.TestCase.settings = settings(kind.TestCase.settings, max_examples=3, derandomize=True)
        kind.TestCase("runTest").runTest()
