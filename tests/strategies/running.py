"""One emulator for all examples: what was loaded and begun goes with the next one."""

from collections.abc import Callable
from functools import cache
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from interactor_emulator import Emulator, InvalidWorkflow, Run


@cache
def _emulator() -> Emulator:
    # A loop among action states ends after 25 transitions, not after 1,000.
    return Emulator(
        seed=1, now="2026-01-20T12:00:00Z", limits={"transitions_per_run": 25}, secrets={"KEY": "key-12345"}
    )


def fresh() -> Emulator:
    """It, emptied, with an answer for all HTTP logic."""
    emulator = _emulator()
    emulator.reset()
    emulator.stub("*", respond={"json": {}})
    return emulator


def refused(definition: Any) -> set[str]:
    """The places at which something is wrong with the definition."""
    try:
        fresh().load(definition)
    except InvalidWorkflow as error:
        return {each["path"] for each in error.errors}
    return set()


def started(definition: Any, input_: dict[str, Any]) -> tuple[Emulator, Run]:
    """An instance of the definition, and where it runs."""
    emulator = fresh()
    emulator.load(definition)
    return emulator, emulator.start(definition["name"], input_, namespace="n")


def drawn(strategy: st.SearchStrategy[Any], look: Callable[[Any], None], until: Callable[[], bool]) -> None:
    """Look at a hundred examples after the other, always the same ones, until enough was seen; 2,000 at most."""
    for number in range(20):

        @seed(number)
        @settings(max_examples=100, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
        @given(strategy)
        def some(made: Any) -> None:
            look(made)

        some()
        if until():
            return
