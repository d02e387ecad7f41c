"""Cases near to others: one member of an input or an answer is another value, or is not there.

A search for paths keeps one case for each; whoever compares two versions asks what else is given on the same way."""

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import islice

from interactor_emulator.definition.data_path import MISSING, Missing
from interactor_emulator.definition.parse import parse
from interactor_emulator.jsontext import Json
from interactor_emulator.wire.scenario import Answer, Scenario

from .behaviour import Runs
from .comparing import unlike
from .steering import Members, Steering, nested, steering
from .worth import Value

_WAYS, _STEPS = 60, 8
"""So many ways, and so many answers in one, are looked for at most."""


ANY_CALL: Mapping[str, Json] = {"url": "*", "respond": {"json": {}}}
"""A stub that answers all HTTP logic: what it hears is an empty object."""


def neighbours(case: Scenario, steering: Steering) -> Iterator[Scenario]:
    """The case with one member of its input, and then of each answer, changed."""
    for values in _others(case.input, steering.input):
        yield replace(case, input=values)
    for number, step in enumerate(case.steps):
        if isinstance(step, Answer):
            for values in _others(step.input, steering.answers.get(step.state, {})):
                other = replace(step, input=values)
                yield replace(case, steps=(*case.steps[:number], other, *case.steps[number + 1 :]))


def _others(values: Mapping[str, Json], members: Members) -> Iterator[dict[str, Json]]:
    """These values with one member changed at a time; a path into a member changes what is there of it."""
    for name in values:
        yield _put(values, name, MISSING)
    for path, candidates in members.items():
        name, _, rest = path.partition(".")
        for each in candidates.all:
            yield _put(values, name, nested({rest: each}) if rest and not isinstance(each, Missing) else each)


def _put(values: Mapping[str, Json], name: str, value: Value) -> dict[str, Json]:
    others = {each: its for each, its in values.items() if each != name}
    return others if isinstance(value, Missing) else {**others, name: value}


def cases(runs: Runs) -> list[Scenario]:
    """What is worth playing on a definition to see what it does: its ways, and what is near to each."""
    steered = steering(parse(runs.source))
    found = ways(runs, steered)
    return unlike([*found, *(each for case in found for each in neighbours(case, steered))])


def ways(runs: Runs, steering: Steering) -> list[Scenario]:
    """A case for each way that inputs and answers that are worth trying take; not all there are."""
    first = nested({path: each.all[0] for path, each in steering.input.items()})
    start = Scenario("", str(runs.source["name"]), first, stubs=(ANY_CALL,))
    waiting = deque([start, *(replace(start, input=values) for values in _others(first, steering.input))])
    found: dict[object, Scenario] = {}
    while waiting and len(found) < _WAYS:
        case = waiting.popleft()
        behaviour = runs.behaviour(case)
        if behaviour is None or (behaviour.path, behaviour.status, behaviour.error) in found:
            continue
        found[behaviour.path, behaviour.status, behaviour.error] = case
        if len(case.steps) < _STEPS:
            for state, thread in behaviour.waits:
                waiting += [replace(case, steps=(*case.steps, each)) for each in _answers(state, thread, steering)]
    return list(found.values())


def _answers(state: str, thread: str | None, steering: Steering) -> Iterator[Answer]:
    members = steering.answers.get(state, {})
    first = nested({path: each.all[0] for path, each in members.items() if each.fitting})
    for key in steering.choices.get(state, ()):
        yield Answer(state, choice=key, thread=thread)
    yield Answer(state, first, thread=thread)
    for values in islice(_others(first, members), 40):
        yield Answer(state, values, thread=thread)
