"""Requests with one `Idempotency-Key` that are under way at the same time."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from interactor_emulator import Emulator, WorkflowNotFound
from interactor_emulator.services import instances
from interactor_emulator.tracing import Cause

CREATE = "/workflows/approval/instances"
BODY = {"namespace": "user_1"}

pytestmark = pytest.mark.usefixtures("approval")


def in_one_loop(emulator: Emulator, scenario: Callable[[httpx.AsyncClient], Awaitable[Any]]) -> Any:
    """In one event loop each request runs until it waits, so which of them waits for what is certain."""

    async def run() -> Any:
        transport = httpx.ASGITransport(emulator.asgi_app)
        headers = {"Authorization": f"Bearer {emulator.token()}"}
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", headers=headers) as client:
            return await scenario(client)

    return asyncio.run(run())


async def created(emulator: Emulator, client: httpx.AsyncClient, key: str | None = None) -> "asyncio.Task[Any]":
    """A create that has been begun, and has come as far as it can."""
    seen = emulator.accounts.requests
    headers = {} if key is None else {"Idempotency-Key": key}
    task = asyncio.create_task(client.post(f"/api/v1{CREATE}", json=BODY, headers=headers))
    while emulator.accounts.requests == seen:
        await asyncio.sleep(0)
    return task


async def answers(*tasks: "asyncio.Task[httpx.Response]") -> list[httpx.Response]:
    """What came of them; whoever is not answered at all has been forgotten."""
    _, forgotten = await asyncio.wait(tasks, timeout=20)
    for each in forgotten:
        each.cancel()
    assert not forgotten
    return [task.result() for task in tasks]


def test_a_repeat_waits_for_the_answer_and_gets_its_bytes(interactor: Emulator) -> None:
    async def scenario(client: httpx.AsyncClient) -> list[httpx.Response]:
        await client.post("/_emulator/hold", json={"operation": "create"})
        tasks = [await created(interactor, client, "k") for _ in range(3)]
        assert (await client.get("/_emulator/hold")).json() == {"held": 1}
        assert not any(task.done() for task in tasks)
        await client.post("/_emulator/release", json={})
        return await answers(*tasks)

    first, *repeats = in_one_loop(interactor, scenario)
    assert first.status_code == 201
    for each in repeats:
        assert each.content == first.content
    assert len({each.headers["x-request-id"] for each in (first, *repeats)}) == 3
    assert len(interactor.runs) == 1


@pytest.mark.interactor(limits={"instances_per_namespace": 1})
def test_a_create_that_is_refused_after_all_lets_its_repeat_go(interactor: Emulator) -> None:
    """While it was held, another one took the last place: the repeat is refused as well, and left waiting by nobody."""

    async def scenario(client: httpx.AsyncClient) -> list[httpx.Response]:
        await client.post("/_emulator/hold", json={"operation": "create"})
        other = await created(interactor, client)
        both = [await created(interactor, client, "k") for _ in range(2)]
        assert (await client.get("/_emulator/hold")).json() == {"held": 2}
        await client.post("/_emulator/release", json={})
        return await answers(other, *both)

    other, *both = in_one_loop(interactor, scenario)
    assert other.status_code == 201
    assert [(each.status_code, each.json()["error"]["code"]) for each in both] == [
        (429, "namespace_quota_exceeded")
    ] * 2
    assert len(interactor.runs) == 1


def test_in_python_a_start_with_the_same_key_waits_for_the_first(interactor: Emulator) -> None:
    """Each is run up to the point where it waits; only then may the first one go on."""
    account = interactor.account
    account.holds.hold("create", None)
    begun = [
        account.driver.begin(instances.create_once(account, "k", "approval", "user_1", {}, Cause("client_dev")))
        for _ in range(2)
    ]
    assert account.holds.held == 1

    async def rest() -> list[str]:
        account.holds.release()
        async with asyncio.timeout(20):
            return [await each for each in begun if each is not None]

    first, second = asyncio.run(rest())
    assert first == second
    assert [run.id for run in interactor.runs] == [first]


def test_a_key_is_free_again_when_the_first_start_was_refused(interactor: Emulator) -> None:
    with pytest.raises(WorkflowNotFound):
        interactor.start("no_such", idempotency_key="k")
    account = interactor.account
    waits = account.driver.begin(instances.create_once(account, "k", "approval", "user_1", {}, Cause("client_dev")))
    assert waits is None
    assert [run.status for run in interactor.runs] == ["halted"]
