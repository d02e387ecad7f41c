"""Cycles in process, against a bare JavaScript context and against a workflow engine."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from interactor_emulator import Emulator

from .definitions import SCRIPT, cycle
from .figures import in_turn, rate, report

pytestmark = pytest.mark.benchmark

_INPUT: dict[str, Any] = {"id": "req_456", "amount": 5000}


def _emulator(*, script: bool) -> Emulator:
    emulator = Emulator(seed=1, now="2026-01-20T12:00:00Z", limits={"instances_per_namespace": 10**9})
    emulator.load(cycle(script=script))
    return emulator


def _one_cycle(emulator: Emulator) -> None:
    emulator.start("cycle", _INPUT, namespace="user_123").resume(approved=True)


def _bare_context() -> None:
    import quickjs

    context = quickjs.Context()
    context.eval(f"var input = {json.dumps(_INPUT)}; JSON.stringify((function () {{ {SCRIPT} }})())")


def _bare_spiff() -> object:
    from SpiffWorkflow.operators import Attrib, Equal
    from SpiffWorkflow.specs.ExclusiveChoice import ExclusiveChoice
    from SpiffWorkflow.specs.Simple import Simple
    from SpiffWorkflow.specs.WorkflowSpec import WorkflowSpec

    spec = WorkflowSpec("cycle", addstart=True)
    request, person = Simple(spec, "request"), Simple(spec, "await_approval", manual=True)
    choice = ExclusiveChoice(spec, "choice")
    approved, rejected = Simple(spec, "approved"), Simple(spec, "rejected")
    spec.start.connect(request)
    request.connect(person)
    person.connect(choice)
    choice.connect_if(Equal(Attrib("approved"), True), approved)
    choice.connect(rejected)
    return spec


def _spiff_cycle(spec: object) -> None:
    from SpiffWorkflow.workflow import Workflow

    workflow = Workflow(spec)
    workflow.run_all(halt_on_manual=True)
    (task,) = workflow.get_tasks(spec_name="await_approval")
    task.data["approved"] = True
    task.run()
    workflow.run_all()
    assert workflow.is_completed()


def test_a_cycle_with_a_script() -> None:
    emulator = _emulator(script=True)
    rate(lambda: _one_cycle(emulator), 50)
    ours, theirs = in_turn(lambda: rate(lambda: _one_cycle(emulator), 500), lambda: rate(_bare_context, 1_000))
    report("cycle with a script against a bare context", ours, theirs, "a second", at_least=0.3)


def test_a_cycle_without_scripts() -> None:
    emulator, spec = _emulator(script=False), _bare_spiff()
    ours, theirs = in_turn(
        lambda: rate(lambda: _one_cycle(emulator), 2_000), lambda: rate(lambda: _spiff_cycle(spec), 500)
    )
    report("cycle without scripts against SpiffWorkflow", ours, theirs, "a second", at_least=3)


def test_a_script_call_with_a_prepared_context() -> None:
    """Spaced like a test's calls, and the bare ones too: the child has the time between two calls to prepare the next
    context, and neither side runs with warmer caches."""
    from statistics import median
    from time import perf_counter, sleep

    from interactor_emulator.account.account import Account
    from interactor_emulator.account.settings import Settings
    from interactor_emulator.effects import RunScript, Steps
    from interactor_emulator.emulator import shared_pool

    account = Account(Settings(seed=1, now_ms=0, frozen=True), shared_pool())
    call = RunScript(SCRIPT, _INPUT, {}, {})

    def operation() -> Steps[object]:
        return (yield from call.perform())

    def seconds(work: Callable[[], object]) -> float:
        sleep(0.003)
        began = perf_counter()
        work()
        return perf_counter() - began

    ours, theirs = [], []
    for _ in range(300):
        theirs.append(seconds(_bare_context))
        ours.append(seconds(lambda: account.driver.run(operation())))
    report("script call against a bare context", 1e-6 / median(ours), 1e-6 / median(theirs), "a µs", at_least=0.5)
