"""Leaving out of a case what does not matter: members of its input and answers, replies of services, last steps.

Hypothesis has made the case simple by then; but it draws every member of an input, and most have nothing to do with
the failure.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from interactor_emulator.wire.scenario import Answer, Scenario

RUNS = 80


def smaller(scenario: Scenario, shows_it: Callable[[Scenario], bool], runs: int = RUNS) -> Scenario:
    """The smallest case that was found to show the same, in at most so many runs."""
    left = runs
    again = True
    while again and left > 0:
        again = False
        for each in _less(scenario):
            left -= 1
            if left < 0:
                break
            if shows_it(each):
                scenario, again = each, True
                break
    return scenario


def _less(scenario: Scenario) -> Iterator[Scenario]:
    """The case with one thing less in it, the largest things first."""
    if scenario.steps:
        yield replace(scenario, steps=scenario.steps[:-1])
    for number, stub in enumerate(scenario.stubs):
        if stub.get("respond") != {"json": {}}:
            stubs = list(scenario.stubs)
            stubs[number] = {**stub, "respond": {"json": {}}}
            yield replace(scenario, stubs=tuple(stubs))
    yield from without_a_member(scenario)


def without_a_member(scenario: Scenario) -> Iterator[Scenario]:
    """The case without one member of its input, or of an answer."""
    for given in _without_one(scenario.input):
        yield replace(scenario, input=given)
    for number, step in enumerate(scenario.steps):
        if isinstance(step, Answer):
            for given in _without_one(step.input):
                steps = list(scenario.steps)
                steps[number] = replace(step, input=given)
                yield replace(scenario, steps=tuple(steps))


def _without_one(given: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for name in given:
        yield {other: value for other, value in given.items() if other != name}
