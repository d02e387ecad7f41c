"""An account that is reset, or removed, while a call of the control API waits in it."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import httpx
import pytest
from interactor_emulator import Emulator

from tests.workflows import halt, terminal, workflow


class Slow:
    """A receiver that answers when it is let go."""

    def __init__(self) -> None:
        self.reached, self.go_on = Event(), Event()

    def __call__(self, _environ: Any, start_response: Any) -> list[bytes]:
        self.reached.set()
        self.go_on.wait(20)
        start_response("200 OK", [])
        return []


@pytest.fixture
def slow(interactor: Emulator) -> Iterator[Slow]:
    receiver = Slow()
    interactor.load(workflow("w", {"ask": halt("end"), "end": terminal()}))
    interactor.webhooks.subscribe(receiver, events=["workflow.instance.cancelled"])
    yield receiver
    receiver.go_on.set()


def test_time_that_was_moving_does_not_move_in_the_account_that_comes(
    interactor: Emulator, interactor_server: Any, slow: Slow
) -> None:
    interactor.start("w", namespace="n")
    control = f"{interactor_server.url}/_emulator"
    with ThreadPoolExecutor(1) as threads:
        moved = threads.submit(httpx.post, f"{control}/clock/advance", json={"seconds": 91 * 86400}, timeout=30)
        assert slow.reached.wait(20)
        assert httpx.post(f"{control}/reset", json={}).status_code == 200
        began = httpx.get(f"{control}/clock").json()["now"]
        slow.go_on.set()
        answer = moved.result(30)
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")
    assert "was reset" in answer.json()["error"]["message"]
    assert httpx.get(f"{control}/clock").json()["now"] == began


def test_a_replay_that_waited_is_not_sent_from_the_account_that_is_gone(
    interactor: Emulator, interactor_server: Any, slow: Slow
) -> None:
    run = interactor.start("w", namespace="n")
    control = f"{interactor_server.url}/_emulator"
    with ThreadPoolExecutor(2) as threads:
        cancelled = threads.submit(run.cancel)
        settled = threads.submit(httpx.post, f"{control}/settle", json={}, timeout=30)
        assert slow.reached.wait(20)
        (delivery,) = httpx.get(f"{control}/deliveries").json()["deliveries"]
        attempts = len(delivery["attempts"])
        replayed = threads.submit(httpx.post, f"{control}/deliveries/{delivery['id']}/replay", json={}, timeout=30)
        assert httpx.post(f"{control}/reset", json={}).status_code == 200
        slow.go_on.set()
        assert replayed.result(30).status_code == 404
        settled.result(30)
        cancelled.result(30)
    assert attempts == 1
