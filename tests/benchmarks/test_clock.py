"""Long jumps in time, and what a halted instance weighs."""

import tracemalloc
from time import perf_counter

import pytest
from interactor_emulator import Emulator
from interactor_fixtures import definition

from .definitions import cycle
from .figures import report_most

pytestmark = pytest.mark.benchmark

_DAY = 86_400


def test_a_year_with_ten_thousand_halted_instances() -> None:
    emulator = Emulator(now="2026-01-20T12:00:00Z", limits={"halted_ttl_seconds": 400 * _DAY})
    emulator.load(cycle(script=False))
    for _ in range(10_000):
        emulator.start("cycle")
    began = perf_counter()
    assert emulator.clock.advance(days=365) == []
    report_most("advance by a year, nothing due", (perf_counter() - began) * 1000, "ms", at_most=1)
    began = perf_counter()
    assert len(emulator.clock.advance(days=365)) == 10_000
    report_most("advance by a year, all TTLs due", perf_counter() - began, "s", at_most=0.05)


def test_the_memory_of_a_halted_instance() -> None:
    emulator = Emulator(now="2026-01-20T12:00:00Z")
    emulator.load(definition("approval_workflow"))
    input_ = {"id": "req_456", "amount": 5000, "requester": "john@example.com", "description": "New laptop"}
    emulator.start("approval_workflow", input_, namespace="user_123")
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    for number in range(500):
        emulator.start("approval_workflow", {**input_, "id": f"req_{number}"}, namespace="user_123")
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    report_most("memory of a halted approval", (after - before) / 500 / 1024, "KB", at_most=8)
