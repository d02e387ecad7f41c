"""64 clients at once, with conflicting answers, cancels and jumps of the clock: one winner for each, and totals that
add up."""

import asyncio
from collections import Counter
from random import Random
from typing import Any

import httpx
import pytest
from interactor_emulator import Emulator

from tests.workflows import script, terminal, workflow

from .conftest import APPROVAL

CLIENTS, REQUESTS = 64, 200
ALLOWED = {
    "create": {201},
    "resume": {200, 400, 409},
    "cancel": {200, 400},
    "show": {200},
    "history": {200},
    "advance": {200},
}


@pytest.mark.unmeasured
def test_every_contested_resume_has_one_winner() -> None:
    emulator = Emulator(seed=1, now="2026-01-20T12:00:00Z")
    # A script on the way: while it runs in its child, others come for the same instance.
    work = script("return {n: 1}", "end")
    emulator.load(workflow("approval", {**APPROVAL["states"], "done": work, "end": terminal()}))
    token = emulator.token(expires_in=10**9)
    shared: list[str] = []
    won: Counter[str] = Counter()
    seen: Counter[tuple[str, int]] = Counter()

    async def one(number: int, client: httpx.AsyncClient) -> None:
        random = Random(number)

        async def call(kind: str, method: str, path: str, body: Any = None) -> httpx.Response:
            answer = await client.request(method, path, json=body)
            seen[kind, answer.status_code] += 1
            assert answer.status_code in ALLOWED[kind], answer.text
            return answer

        for turn in range(REQUESTS):
            if turn % 10 == 0 or not shared:
                made = await call("create", "POST", "/api/v1/workflows/approval/instances", {"namespace": "user_1"})
                shared.append(made.json()["data"]["id"])
                continue
            id_ = random.choice(shared[-20:])
            path = f"/api/v1/workflows/instances/{id_}"
            kind = random.choices(["resume", "cancel", "show", "history", "advance"], [50, 5, 20, 10, 1])[0]
            if kind == "resume":
                body = {"input": {"ok": True, "by": number}}
                answer = await call(kind, "POST", f"{path}/resume", body)
                if answer.status_code == 200 and answer.json()["data"]["status"] == "completed":
                    assert answer.json()["data"]["workflow_data"]["by"] == number
                    won[id_] += 1
            elif kind == "cancel":
                won[id_] += (await call(kind, "POST", f"{path}/cancel")).status_code == 200
            elif kind == "advance":
                await call(kind, "POST", "/_emulator/clock/advance", {"seconds": random.randrange(100)})
            else:
                await call(kind, "GET", path if kind == "show" else f"{path}/history")

    async def all_of_them() -> None:
        transport, headers = httpx.ASGITransport(emulator.asgi_app), {"Authorization": f"Bearer {token}"}
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", headers=headers) as client:
            await asyncio.gather(*(one(number, client) for number in range(CLIENTS)))

    asyncio.run(all_of_them())
    assert sum(seen.values()) == CLIENTS * REQUESTS
    ended = [run.id for run in emulator.runs if run.status in ("completed", "cancelled")]
    assert len(emulator.runs) == sum(count for (kind, _), count in seen.items() if kind == "create")
    assert won == Counter(ended)
    for run in emulator.runs:
        assert run.path == ["await_answer", "done", "end"][: len(run.path)]
    assert seen["resume", 409] > 0
