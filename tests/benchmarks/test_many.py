"""What is asked about all that there is, and of a definition that is nothing but faults."""

import asyncio
import json
from time import perf_counter
from typing import Any

import httpx
import pytest
from interactor_emulator import Emulator

from .definitions import cycle
from .figures import report_most

pytestmark = pytest.mark.benchmark

_INSTANCES = 100_000
_MEGABYTE = 1_000_000
# The suite holds every answer against its description, which here would take longer than the answer.
_UNSEEN = {"otherwise": True}


def _seconds(emulator: Emulator, method: str, path: str, content: str | None = None) -> float:
    async def asked() -> float:
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {emulator.token()}"}
        transport = httpx.ASGITransport(emulator.asgi_app)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", headers=headers) as client:
            began = perf_counter()
            answer = await client.request(method, path, content=content, timeout=60, extensions=_UNSEEN)
            assert answer.status_code == 200
            return perf_counter() - began

    return asyncio.run(asked())


def test_a_hundred_thousand_instances() -> None:
    emulator = Emulator(now="2026-01-20T12:00:00Z", limits={"instances_per_namespace": _INSTANCES})
    emulator.load(cycle(script=False))
    for _ in range(_INSTANCES):
        emulator.start("cycle", namespace="user_1")
    found = {
        "a page of a hundred": _seconds(emulator, "GET", "/api/v1/workflows/instances?limit=100"),
        "all in one list": _seconds(emulator, "GET", "/api/v1/workflows/instances"),
        "their coverage": _seconds(emulator, "GET", "/_emulator/coverage"),
    }
    for what, seconds in found.items():
        print(f"\n100,000 instances, {what}: {seconds:.3g} s, wanted at most 0.1")
    report_most("the slowest of them", max(found.values()), "s", at_most=0.1)


def test_a_megabyte_of_faults() -> None:
    """Transitions to states that there are not: each is a fault, a thousand are listed."""
    way: dict[str, Any] = {"target": "nowhere"}
    states: dict[str, Any] = {}
    source = {"name": "faults", "initial_state": "s0", "states": states}
    while len(json.dumps(source)) < _MEGABYTE - 20_000:
        states |= {f"s{len(states) + number}": {"type": "action", "transitions": [way] * 20} for number in range(20)}
    emulator = Emulator()
    seconds = _seconds(emulator, "POST", "/api/v1/workflows/validate", json.dumps(source))
    report_most("validate a megabyte of faults", seconds, "s", at_most=0.2)
