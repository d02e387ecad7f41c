"""What an assertion says of a run that ended as it should, though for another reason."""

from typing import Any, Literal

import pytest
from interactor_emulator import Emulator

Reason = Literal["requested", "ttl_expired"]
FAILS: dict[str, Any] = {
    "name": "fails",
    "initial_state": "work",
    "states": {
        "work": {
            "type": "action",
            "logic": {"type": "script", "code": "throw new Error('no stock')"},
            "transitions": [{"target": "end"}],
        },
        "end": {"type": "terminal"},
    },
}
ASKS: dict[str, Any] = {
    "name": "asks",
    "initial_state": "ask",
    "states": {"ask": {"type": "halting", "transitions": [{"target": "end"}]}, "end": {"type": "terminal"}},
}


def test_a_failure_with_another_code_is_told_with_its_message(interactor: Emulator) -> None:
    interactor.load(FAILS)
    run = interactor.start("fails").assert_failed(code="script_error")
    with pytest.raises(AssertionError) as told:
        run.assert_failed(code="http_error")
    first = str(told.value).splitlines()[0]
    assert first.startswith("expected it to fail with http_error, but it failed with script_error: ")
    assert "no stock" in first
    with pytest.raises(AssertionError, match="expected it to be failed in end, but it is failed in work"):
        run.assert_failed(code="script_error", state="end")


@pytest.mark.parametrize(("wrong", "right"), [("ttl_expired", "requested"), ("requested", "ttl_expired")])
def test_a_cancel_for_another_reason_is_told_with_it(interactor: Emulator, wrong: Reason, right: Reason) -> None:
    interactor.load(ASKS)
    run = interactor.start("asks")
    if right == "requested":
        run.cancel()
    else:
        interactor.clock.advance(days=90)
    run.assert_cancelled().assert_cancelled(reason=right)
    with pytest.raises(AssertionError) as told:
        run.assert_cancelled(reason=wrong)
    assert str(told.value).startswith(f"expected it to be cancelled because {wrong}, but it was {right}")
