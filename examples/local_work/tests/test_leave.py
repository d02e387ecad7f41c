"""The test that pins it: whoever has to answer is told, whatever the state shows."""

import importlib.util
from pathlib import Path

import pytest
from interactor_emulator import Emulator

HERE = Path(__file__).parents[1]
spec = importlib.util.spec_from_file_location("notifier", HERE / "notifier.py")
assert spec is not None
assert spec.loader is not None
notifier = importlib.util.module_from_spec(spec)
spec.loader.exec_module(notifier)


@pytest.fixture(autouse=True)
def loaded(interactor: Emulator) -> None:
    interactor.load(HERE / "leave_with_payroll.json")
    interactor.webhooks.subscribe(
        notifier.app, events=["workflow.instance.halted"], secret=notifier.SECRET, path="/webhooks"
    )


def test_payroll_is_told_of_a_leave_that_was_granted(interactor: Emulator) -> None:
    run = interactor.start("leave", namespace="ann", input={"who": "ann", "days": 3})
    run.resume(granted=True).assert_halted("payroll")
    answers = [each.attempts[-1].said for each in interactor.account.outbox.deliveries.values()]
    assert answers == ["answered 200: told: 3 days for ann?", "answered 200: told: leave waits in payroll"]
