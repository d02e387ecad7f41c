"""A second answer that arrives while the first one has already led on, into a call that takes its time."""

from threading import Thread
from typing import Any

import pytest
from interactor_emulator import ConcurrentModification, Emulator, Run

from tests.workflows import halt, http, terminal, workflow

URL = "https://erp.example/check"
WORKFLOW = workflow(
    "w", {"await_manager": halt("check"), "check": http(URL, "await_vp"), "await_vp": halt("end"), "end": terminal()}
)


class Slow:
    """A target during whose answer another one answers the same instance."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator
        self.run: Run
        self.second: dict[str, Any] = {}
        self.said: Any = None

    def _answer(self) -> None:
        try:
            self.said = self._emulator.run(self.run.id).resume(self.second).state
        except ConcurrentModification as error:
            self.said = error.details

    def __call__(self, _environ: Any, start_response: Any) -> list[bytes]:
        self.thread = Thread(target=self._answer)
        with self._emulator.hold("resume") as held:
            self.thread.start()
            held.wait_for(1)
        start_response("200 OK", [])
        return []


@pytest.mark.parametrize(
    ("second", "said"),
    [
        ({"by": "ann"}, "await_vp"),
        ({"by": "bob"}, {"current_state": "await_vp", "expected_state": "await_manager"}),
    ],
    ids=["the same input", "other input"],
)
def test_it_is_told_the_state_that_both_answered(interactor: Emulator, second: dict[str, Any], said: Any) -> None:
    target = Slow(interactor)
    interactor.routes = {"https://erp.example": target}
    interactor.load(WORKFLOW)
    target.run, target.second = interactor.start("w", namespace="n"), second
    target.run.resume(by="ann").assert_halted("await_vp")
    target.thread.join()
    assert target.said == said
