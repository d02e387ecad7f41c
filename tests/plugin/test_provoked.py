"""What is no error of a test under `--interactor-diagnostics error`: what it provoked itself, and wall time."""

import pytest

TESTS = """
import pytest
from interactor_emulator import Emulator

STATES = {"ask": {"type": "halting", "transition_mode": "selection", "halting_instructions": {"type": "ai", "config": {
    "prompt": "Ask.", "model": "m", "include_data_paths": []}}, "transitions": [{"key": "yes", "to": "end"}]},
    "end": {"type": "terminal"}}
WORKFLOW = {"name": "w", "initial_state": "ask", "states": STATES}

def refusing(environ, start):
    start("401 Unauthorized", [])
    return [b""]

@pytest.fixture(autouse=True)
def loaded(interactor):
    interactor.load(WORKFLOW)

@pytest.mark.parametrize("effect", ["bad_signature", "stale_timestamp", "truncated_body", "lose_response"])
def test_spoiled(interactor, effect):
    interactor.webhooks.subscribe(refusing, ["workflow.instance.created"])
    interactor.faults.webhook(effect)
    interactor.start("w", namespace="n")

def test_told_to_fail(interactor, interactor_inbox):
    interactor_inbox.fail_next(3, status=401)
    interactor.start("w", namespace="n")
    interactor.clock.advance(minutes=10)
    assert interactor.webhooks.deliveries[0].attempts[0].hostile == "fail_next"
    interactor_inbox.assert_delivered("workflow.instance.halted")

def test_no_text(interactor):
    interactor.ai.fail()
    interactor.start("w", namespace="n")

@pytest.mark.interactor(limits={"slow_script_seconds": 0})
def test_slow(interactor):
    logic = {"type": "script", "code": "for (let i = 0; i < input.n; i++); return {}"}
    interactor.load({**WORKFLOW, "name": "slow", "initial_state": "a", "states": {**STATES, "a": {
        "type": "action", "logic": logic, "transitions": [{"target": "ask"}]}}})
    for n in (0, 2e6):
        interactor.start("slow", {"n": n}, namespace="n").assert_halted("ask")
    assert [each.code for each in interactor.diagnostics] == ["slow_script"] * 2

def test_genuine(interactor):
    interactor.webhooks.subscribe(refusing, ["workflow.instance.created"])
    interactor.faults.webhook("bad_signature", times=1)
    interactor.start("w", namespace="n")
    interactor.clock.advance(minutes=1)

def test_not_spoiled(interactor):
    interactor.webhooks.subscribe(refusing, ["workflow.instance.created"])
    interactor.faults.webhook("duplicate")
    interactor.start("w", namespace="n")
"""


def test_what_a_test_provoked_and_wall_time_are_no_error(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(TESTS)
    options = ("-p", "no:randomly", "-p", "no:xdist", "--interactor-diagnostics", "error")
    result = pytester.runpytest_subprocess(*options)
    result.assert_outcomes(passed=9, errors=2)
    failed = [line for line in result.outlines if line.startswith("ERROR ")]
    assert sorted(line.rsplit("::", 1)[1].split(" ")[0] for line in failed) == ["test_genuine", "test_not_spoiled"]
    result.stdout.fnmatch_lines(["slow_script: A script of state 'a' took * ms at most"])
    result.stdout.no_fnmatch_line("*--full-trace*")
    assert "instruction_not_generated" not in result.stdout.str()
