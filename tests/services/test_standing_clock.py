"""A clock that is frozen stands, whatever the wall clock does meanwhile."""

from collections.abc import Callable

import pytest
from interactor_emulator import Emulator
from interactor_emulator.clock import Clock


def frozen_from_the_start() -> Clock:
    return Clock(1_000, frozen=True)


def frozen_later() -> Clock:
    clock = Clock(1_000)
    clock.freeze()
    return clock


def moved_while_it_stood() -> Clock:
    clock = Clock(1_000, frozen=True)
    clock.move_to(2_000)
    return clock


@pytest.mark.parametrize("made", [frozen_from_the_start, frozen_later, moved_while_it_stood])
def test_a_frozen_clock_stands_while_real_time_passes(made: Callable[[], Clock]) -> None:
    clock, running = made(), Clock(0)
    before = clock.now_ms
    while running.now_ms < 5:
        pass
    assert clock.now_ms == before


def test_an_emulator_whose_clock_stands_is_always_at_the_same_instant(interactor: Emulator) -> None:
    running = Clock(0)
    before = interactor.clock.now
    while running.now_ms < 5:
        pass
    assert interactor.clock.now == before
