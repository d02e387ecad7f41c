"""Requests that a test holds back, in process and over HTTP, so that they overlap as it wants."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from interactor_emulator import ConcurrentModification, Emulator, Holdable, Run

from tests.workflows import halt, terminal, workflow

ASK = workflow("ask", {"wait": halt("end"), "end": terminal()})


@pytest.fixture
def run(interactor: Emulator) -> Run:
    interactor.load(ASK)
    return interactor.start("ask", namespace="n")


def both(send: Callable[[int], Any], pool: ThreadPoolExecutor, held: Any) -> list["Future[Any]"]:
    """Two requests, the second of which was accepted after the first."""
    sent = []
    for number in (1, 2):
        sent.append(pool.submit(send, number))
        assert held.wait_for(number).held == number
    return sent


def test_the_first_of_two_held_answers_wins(interactor: Emulator, run: Run) -> None:
    with ThreadPoolExecutor(2) as pool, interactor.hold("resume") as held:
        first, second = both(lambda number: run.resume(n=number), pool, held)
        run.assert_halted("wait")
        assert held.release() == 2
        assert first.result().data == {"n": 1}
        with pytest.raises(ConcurrentModification):
            second.result()


def test_requests_over_http_are_held_too(interactor: Emulator, run: Run, interactor_client: httpx.Client) -> None:
    url = f"/workflows/instances/{run.id}/resume"
    with ThreadPoolExecutor(2) as pool, interactor.hold("resume", run.id) as held:
        sent = both(lambda number: interactor_client.post(url, json={"input": {"n": number}}), pool, held)
        held.release()
        assert [each.result().status_code for each in sent] == [200, 409]


@pytest.mark.parametrize(
    ("operation", "act"),
    [
        ("create", lambda _run, emulator: emulator.start("ask")),
        ("resume", lambda run, _emulator: run.resume()),
        ("cancel", lambda run, _emulator: run.cancel()),
    ],
)
def test_the_end_of_the_block_lets_them_go(
    interactor: Emulator, run: Run, operation: Holdable, act: Callable[[Run, Emulator], Run]
) -> None:
    with ThreadPoolExecutor(1) as pool:
        with interactor.hold(operation) as held:
            acted = pool.submit(act, run, interactor)
            held.wait_for(1)
            run.assert_halted()
        assert acted.result().status in ("halted", "completed", "cancelled")
    act(interactor.start("ask"), interactor)  # nothing is held any more


def test_what_is_not_meant_is_not_held(interactor: Emulator, run: Run) -> None:
    with interactor.hold("resume", run.id) as held:
        interactor.start("ask").resume().assert_completed()
        run.cancel()
        with pytest.raises(AssertionError, match="expected 1 requests of resume to be held, but 0 waited after 0 s"):
            held.wait_for(timeout=0)
        held.release()
        with pytest.raises(AssertionError, match="the hold is over"):
            held.wait_for()


def test_each_hold_lets_go_of_its_own(interactor: Emulator, run: Run) -> None:
    other = interactor.start("ask")
    with ThreadPoolExecutor(2) as pool, interactor.hold("resume", run.id) as mine:
        with interactor.hold("resume", other.id) as theirs:
            acting = [pool.submit(each.resume) for each in (run, other)]
            assert (mine.wait_for().held, theirs.wait_for().held) == (1, 1)
        acting[1].result().assert_completed()
        run.assert_halted()


def test_a_reset_lets_everybody_go(interactor: Emulator, run: Run) -> None:
    with ThreadPoolExecutor(1) as pool, interactor.hold("cancel") as held:
        acting = pool.submit(run.cancel)
        held.wait_for()
        interactor.reset()
        assert acting.exception() is not None


def test_an_operation_that_there_is_not_is_refused(interactor: Emulator) -> None:
    wrong: Any = "resum"
    with pytest.raises(ValueError, match="hold takes create, resume, cancel, not 'resum'"):
        interactor.hold(wrong)


@pytest.mark.asyncio
async def test_they_can_be_awaited(interactor: Emulator) -> None:
    import asyncio

    await interactor.aio.load(ASK)
    run = await interactor.aio.start("ask")
    async with interactor.aio.hold("resume") as held:
        first = asyncio.create_task(run.resume(n=1))
        await held.wait_for(1)
        second = asyncio.create_task(run.resume(n=2))
        await held.wait_for(2)
        assert held.release() == 2
    (await first).assert_data(n=1)
    with pytest.raises(ConcurrentModification):
        await second


@pytest.mark.parametrize(
    ("operation", "act"),
    [
        ("create", lambda _run, emulator: emulator.start("ask")),
        ("resume", lambda run, _emulator: run.resume()),
        ("cancel", lambda run, _emulator: run.cancel()),
        ("resume", lambda run, emulator: emulator.run(run.id).thread("main").resume()),
        ("resume", lambda _run, emulator: emulator.when("wait").answer() and emulator.start("ask")),
    ],
)
def test_the_thread_that_holds_does_not_wait_for_itself(
    interactor: Emulator, run: Run, operation: Holdable, act: Callable[[Run, Emulator], Run]
) -> None:
    with interactor.hold(operation) as held:
        with pytest.raises(RuntimeError, match=f"{operation} is held by this very thread, and nobody else can release"):
            act(run, interactor)
        assert held.held == 0
    run.assert_halted("wait").resume().assert_completed()  # what was refused has left nothing behind


def test_nor_does_it_wait_behind_a_request_of_the_same_key(interactor: Emulator, run: Run) -> None:
    with ThreadPoolExecutor(1) as pool, interactor.hold("create") as held:
        first = pool.submit(interactor.start, "ask", idempotency_key="k")
        held.wait_for()
        with pytest.raises(RuntimeError, match="create is held by this very thread"):
            interactor.start("ask", idempotency_key="k")
        held.release()
        assert interactor.start("ask", idempotency_key="k").id == first.result().id != run.id
