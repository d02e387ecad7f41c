"""A long history: a page of it, and what an event weighs."""

import asyncio
import tracemalloc
from time import perf_counter

import httpx
import pytest
from interactor_emulator import Emulator

from tests.workflows import halt, workflow

from .figures import report_most

pytestmark = pytest.mark.benchmark

_EVENTS = 10_000
_MESSAGE = {"type": "message", "message": "Number ${workflow_data.number}, please"}
_LOOP = workflow("loop", {"ask": halt("ask", presentation=_MESSAGE)})


def _looped(count: int) -> tuple[Emulator, str]:
    emulator = Emulator(now="2026-01-20T12:00:00Z")
    emulator.load(_LOOP)
    run = emulator.start("loop", namespace="user_1")
    journal = emulator.account.journal
    number = 0
    while len(journal.of_instance(run.id)) < count:
        number += 1
        run.resume(number=number, comment="Looks good, approved for Q1 budget")
    return emulator, run.id


def test_a_page_of_ten_thousand_events() -> None:
    emulator, instance_id = _looped(_EVENTS)

    async def slowest(query: dict[str, str]) -> float:
        headers = {"Authorization": f"Bearer {emulator.token()}"}
        transport, times = httpx.ASGITransport(emulator.asgi_app), []
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", headers=headers) as client:
            path = f"/api/v1/workflows/instances/{instance_id}/history"
            more = True
            while more:
                began = perf_counter()
                page = (await client.get(path, params=query)).json()["data"]
                times.append((perf_counter() - began) * 1000)
                more = page["pagination"]["has_more"]
                query = {**query, "cursor": page["pagination"]["next_cursor"]}
        return sorted(times)[len(times) * 9 // 10]

    report_most("a page of the history, the slowest tenth left out", asyncio.run(slowest({})), "ms", at_most=10)
    with_data = asyncio.run(slowest({"include_data": "true"}))
    report_most("the same with the data after each event", with_data, "ms", at_most=10)


def test_the_memory_of_an_event() -> None:
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    emulator, instance_id = _looped(_EVENTS)
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    count = len(emulator.account.journal.of_instance(instance_id))
    report_most("memory of an event", (after - before) / count / 1024, "KB", at_most=1.5)
