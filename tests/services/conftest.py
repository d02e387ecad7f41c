"""What the tests of the services share: a workflow to run, and requests that overlap in an order that is certain."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from interactor_emulator import Emulator

from tests.overlapping import Queue

END: dict[str, Any] = {"type": "terminal"}
APPROVAL: dict[str, Any] = {
    "name": "approval",
    "initial_state": "ask",
    "states": {
        "ask": {
            "type": "halting",
            "transitions": [{"target": "done", "condition": {"field": "ok", "equals": True}}],
        },
        "done": END,
    },
}


@pytest.fixture
def approval(interactor: Emulator) -> dict[str, Any]:
    """A published workflow that halts at once and wants `ok`."""
    interactor.load(APPROVAL)
    return APPROVAL


@pytest.fixture
def queue(interactor_client: httpx.Client, interactor_server: Any) -> Iterator[Queue]:
    with (
        httpx.Client(base_url=f"{interactor_server.url}/_emulator") as control,
        ThreadPoolExecutor(4) as threads,
    ):
        yield Queue(interactor_client, control, threads)
