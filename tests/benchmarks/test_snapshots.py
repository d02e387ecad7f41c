"""Snapshots: how long it takes to keep ten thousand instances and to put them back, and to fork a hundred."""

from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import pytest
from interactor_emulator import Client, Emulator
from interactor_emulator.services.snapshots import operations

from .definitions import cycle
from .figures import in_turn, rate, report_most

pytestmark = pytest.mark.benchmark


def _halted(count: int) -> Emulator:
    emulator = Emulator(seed=1, now="2026-01-20T12:00:00Z")
    emulator.load(cycle(script=False))
    for number in range(count):
        emulator.start("cycle", {"id": f"req_{number}", "amount": 5000}, namespace=f"user_{number % 100}")
    return emulator


def _seconds(work: Callable[[], object]) -> float:
    began = perf_counter()
    work()
    return perf_counter() - began


def test_ten_thousand_halted_instances_are_kept_and_put_back(tmp_path: Path) -> None:
    emulator, other, file = _halted(10_000), Emulator(), tmp_path / "kept.json"
    kept, put_back = in_turn(
        lambda: _seconds(lambda: emulator.snapshot(file)), lambda: _seconds(lambda: other.restore(file))
    )
    assert other.snapshot() == emulator.snapshot()
    print(f"\n{file.stat().st_size / 1e6:.1f} MB, kept in {kept:.2f} s, put back in {put_back:.2f} s")
    report_most("a snapshot of 10,000 halted instances, kept and put back", kept + put_back, "s", at_most=2)


def test_a_hundred_instances_are_forked() -> None:
    emulator = _halted(100)

    def fork() -> None:
        document = emulator.perform(operations.at_rest)
        operations.fork(emulator.account, document, "fork", Client("client_fork", "secret_fork"))

    (forks_a_second,) = in_turn(lambda: rate(fork, 100))
    report_most("a fork of 100 instances", 1000 / forks_a_second, "ms", at_most=2)
