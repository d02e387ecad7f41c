"""The cases that two versions of a definition are compared by: its ways, and what is near to each.

A search for paths keeps one case for each; whoever compares asks as well what else is given on the same way: one member
of an input or an answer is another value, or is not there."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from interactor_emulator.definition.data_path import MISSING, Missing
from interactor_emulator.definition.parse import parse
from interactor_emulator.definition.steering.members import Members, Steering, nested, steering, whole_input
from interactor_emulator.definition.steering.worth import Value
from interactor_emulator.explore.ways.explored import Bounds, Explored, explore
from interactor_emulator.jsontext import Json
from interactor_emulator.wire.scenario import Answer, Scenario

from .behaviour import Source
from .comparing import unlike

INTERRUPTED = "interrupted"
"""Why a search was stopped, where Ctrl-C has done it."""


@dataclass(frozen=True, slots=True)
class Cases:
    """Cases, those that a person would give first. `stopped` says at which bound the search for them ended; None where
    it went through."""

    scenarios: list[Scenario]
    stopped: str | None


def cases(
    source: Source,
    seconds: float = 20.0,
    secrets: Mapping[str, str] | None = None,
    tell: Callable[[int, str], object] = lambda _number, _what: None,
) -> Cases:
    """What is worth playing on a definition to see what it does; the search for its ways takes so many seconds of wall
    time, and where it was stopped as many again. Ctrl-C ends all, and not only the search: KeyboardInterrupt."""
    limits, steered = Bounds(seconds=seconds), steering(parse(source))
    found = _explored(explore(source, bounds=limits, secrets=secrets, tell=tell))
    # What is near to the edge of a threshold is near to the path that leads there.
    # Where no way comes to an end, there is still what somebody sees who starts.
    ways = [case.scenario for case in found.cases if case.kind == "path"] or [
        Scenario("", str(source["name"]), given) for given in (whole_input(steered), {})
    ]
    if found.stopped is not None:
        # Some of very many paths may leave a transition out that others take.
        ways += _explored(explore(source, strategy="transitions", bounds=limits, secrets=secrets, tell=tell)).scenarios
    near = [each for way in ways for each in _some(list(neighbours(way, steered)), _NEAR // len(ways))]
    answered = (replace(case, stubs=(*case.stubs, _ANY_CALL)) for case in (*ways, *found.scenarios, *near))
    return Cases(unlike(answered), found.stopped)


def _explored(found: Explored) -> Explored:
    """What was found. Raises KeyboardInterrupt where Ctrl-C has ended the search, which hears it first."""
    if found.stopped == INTERRUPTED:
        raise KeyboardInterrupt
    return found


_NEAR = 5_000
"""So many cases near to ways there are at most, of each way as many."""


def _some(near: list[Scenario], most: int) -> list[Scenario]:
    """Evenly taken of them, so that each answer has its part."""
    return near[:: max(1, -(-len(near) // max(1, most)))]


_ANY_CALL: Mapping[str, Json] = {"url": "*", "respond": {"json": {}}}
"""What answers the calls of the other version, which the search has not seen."""


def neighbours(case: Scenario, steered: Steering) -> Iterator[Scenario]:
    """The case with one member of its input, and then of each answer, changed."""
    for values in _others(case.input, steered.input):
        yield replace(case, input=values)
    for number, step in enumerate(case.steps):
        if isinstance(step, Answer):
            for values in _others(step.input, steered.answers.get(step.state, {})):
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
