"""What a webhook costs over a connection that is kept, against one of its own."""

import asyncio
from time import process_time

import pytest
from interactor_emulator.adapters.http.caller import Caller
from interactor_emulator.adapters.http.connections import Connections
from interactor_emulator.adapters.http.egress import Egress
from interactor_emulator.clock import wall_ms
from interactor_emulator.effects import HttpAnswer, SendWebhook

from tests.webhooks.test_connections import Receiver

from .figures import in_turn, report

pytestmark = pytest.mark.benchmark

_COUNT = 300


def test_a_delivery_over_a_kept_connection() -> None:
    receiver = Receiver(10**9)
    webhook = SendWebhook(receiver.url, {"Content-Type": "application/json"}, b"{}" * 200, 30_000)

    async def deliveries(*, kept: bool) -> float:
        caller = Caller(Egress({}, [], loopback=True), wall_ms, lambda *_told: None)
        connections = Connections()
        caller.connections = connections if kept else None
        began = process_time()
        for _ in range(_COUNT):
            outcome = await caller.deliver_async(webhook)
            assert isinstance(outcome, HttpAnswer)
        took = process_time() - began
        await connections.close()
        return _COUNT / took

    kept, anew = in_turn(lambda: asyncio.run(deliveries(kept=True)), lambda: asyncio.run(deliveries(kept=False)))
    receiver.close()
    report("deliveries over a kept connection against new ones", kept, anew, "a second", at_least=2)
