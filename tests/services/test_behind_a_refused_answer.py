"""Answers that overlap with one that is refused in the end."""

from typing import Any

import pytest
from interactor_emulator import Emulator

from tests.overlapping import Queue
from tests.workflows import halt, terminal, to, workflow

STATES = {"ask": halt(to("again", ok=True)), "again": halt("end"), "end": terminal()}


@pytest.mark.parametrize(
    ("third", "expected"),
    [({"ok": True}, 200), ({"ok": True, "by": "bob"}, 409)],
    ids=["the same input", "other input"],
)
@pytest.mark.parametrize("path", ["", "/threads/thread_main"])
def test_the_first_acts_and_the_others_are_compared_with_it(
    interactor: Emulator, queue: Queue, path: str, third: dict[str, Any], expected: int
) -> None:
    interactor.load(workflow("w", STATES))
    run = interactor.start("w", namespace="n")
    queue.hold("resume")
    answers = [{"ok": False}, {"ok": True}, third]
    sent = [queue.send(f"/workflows/instances/{run.id}{path}/resume", {"input": each}) for each in answers]
    assert queue.release() == 3
    assert [each.result(10).status_code for each in sent] == [400, 200, expected]
    assert run.path == ["ask", "again"]


@pytest.mark.parametrize("before", ["", "release"])
def test_an_instance_with_several_threads_is_answered_once_whenever_the_second_comes(
    interactor: Emulator, queue: Queue, before: str
) -> None:
    """Whether the first one is held or on its way, the second one meant the thread that the instance showed."""
    forks = {"type": "action", "fork": ["a", "b"], "transitions": [{"target": "join"}]}
    ways = {name: halt("join") for name in ("a", "b")}
    interactor.load(workflow("w", {"start": forks, **ways, "join": {"type": "terminal"}}))
    run = interactor.start("w", namespace="n")
    shown = run.threads
    queue.hold("resume")
    sent = [queue.send(f"/workflows/instances/{run.id}/resume", {"input": {"n": number}}) for number in (1, 2)]
    queue.release()
    assert [each.result(10).status_code for each in sent] == [200, 409]
    assert shown.keys() == run.threads.keys()
