"""A caller whose task is cancelled in the midst of a step: nothing stays half done, and nothing of it is logged."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import httpx
import pytest
from interactor_emulator import Emulator

from tests.workflows import halt, http, script, terminal, to, workflow

ENDLESS = {"a": script("for (;;);", "end"), "end": terminal()}
SILENT = {"a": http("https://silent.example/", "end"), "end": terminal()}
ASKS = {"ask": halt(to("a", ok=True)), **ENDLESS}
MESSAGE = "The call that ran this step was broken off"


@pytest.fixture(autouse=True)
def workflows(interactor: Emulator) -> None:
    for name, states in {"endless": ENDLESS, "silent": SILENT, "asks": ASKS}.items():
        interactor.load(workflow(name, states))
    interactor.load(workflow("fine", {"a": script("return {n: 1}", "end"), "end": terminal()}))
    interactor.routes = {"https://silent.example": silent}


async def silent(_scope: Any, _receive: Any, _send: Any) -> None:
    await asyncio.Event().wait()


def client(interactor: Emulator) -> httpx.AsyncClient:
    """A client in the same event loop: who cancels its call cancels what answers it."""
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(interactor.asgi_app),
        base_url="http://interactor.test/api/v1/workflows",
        headers={"Authorization": f"Bearer {interactor.token()}"},
    )


async def cancelled_once_it_runs(interactor: Emulator, calls: list[Coroutine[Any, Any, httpx.Response]]) -> None:
    tasks = [asyncio.ensure_future(each) for each in calls]
    while sum(run.status == "running" for run in interactor.runs) < len(tasks):
        await asyncio.sleep(0)
    for each in tasks:
        each.cancel()
    await asyncio.wait(tasks)
    assert all(each.cancelled() for each in tasks)


def assert_broken_off(interactor: Emulator, number: int, caplog: pytest.LogCaptureFixture) -> None:
    assert [run.status for run in interactor.runs] == ["failed"] * number
    for run in interactor.runs:
        run.assert_failed(code="internal_error", state="a")
        with pytest.raises(AssertionError, match=MESSAGE):
            run.assert_completed()
    assert not [each for each in caplog.records if each.levelname == "ERROR"]
    assert interactor.start("fine").data == {"n": 1}
    interactor.settle()
    # Thirty days later nothing falls due for what has failed.
    interactor.clock.advance(days=31)
    assert {run.status for run in interactor.runs} == {"failed", "completed"}


@pytest.mark.parametrize("number", [1, 7])
@pytest.mark.parametrize("name", ["endless", "silent"])
def test_a_start_that_is_broken_off_fails_its_instance(
    interactor: Emulator, caplog: pytest.LogCaptureFixture, name: str, number: int
) -> None:
    async def main() -> None:
        async with client(interactor) as http:
            path = f"/{name}/instances"
            await cancelled_once_it_runs(interactor, [http.post(path, json={"namespace": "n"}) for _ in range(number)])

    asyncio.run(main())
    assert_broken_off(interactor, number, caplog)


def test_a_resume_that_is_broken_off_fails_its_instance(interactor: Emulator, caplog: pytest.LogCaptureFixture) -> None:
    async def main() -> None:
        async with client(interactor) as http:
            path = f"/instances/{interactor.start('asks').id}/resume"
            await cancelled_once_it_runs(interactor, [http.post(path, json={"input": {"ok": True}})])

    asyncio.run(main())
    assert_broken_off(interactor, 1, caplog)


def test_a_reset_meanwhile_leaves_nothing_to_fail(interactor: Emulator, caplog: pytest.LogCaptureFixture) -> None:
    async def main() -> None:
        async with client(interactor) as http:
            task = asyncio.ensure_future(http.post("/endless/instances", json={"namespace": "n"}))
            while not interactor.runs:
                await asyncio.sleep(0)
            interactor.reset()
            task.cancel()
            await asyncio.wait([task])
            assert task.cancelled()

    asyncio.run(main())
    assert interactor.runs == []
    assert not [each for each in caplog.records if each.levelname == "ERROR"]
