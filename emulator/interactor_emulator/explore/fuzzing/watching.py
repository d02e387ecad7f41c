"""A case, played and watched: what failed in it, and whether anybody but a clumsy client would send such a thing."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from interactor_emulator.emulator import Emulator
from interactor_emulator.engine.forms import misfits
from interactor_emulator.explore.scenarios.playing import More, Played, play
from interactor_emulator.explore.ways.fitting import CHOICES
from interactor_emulator.facade.run import Run
from interactor_emulator.services import instances
from interactor_emulator.state.events import StateChanged
from interactor_emulator.state.instance import Instance, Thread
from interactor_emulator.wire.scenario import Answer, Scenario, Step

from .failing import Failure, failures


@dataclass(frozen=True, slots=True)
class Watched:
    """What came of a case: the scenario with all the steps that were taken. `misfits` are the places of answers that
    their form does not allow; `taken` are the transitions, by the state and the number of each."""

    scenario: Scenario
    played: Played
    misfits: frozenset[int]
    failures: tuple[Failure, ...]
    taken: frozenset[tuple[str, int]]


def in_turn(steps: Iterable[Step]) -> More:
    """These steps, whatever the run does."""
    each = iter(steps)
    return lambda _run: next(each, None)


def watch(emulator: Emulator, scenario: Scenario, more: More) -> Watched:
    """Play the scenario in an account that is emptied first but for its workflows, with steps that `more` makes up."""
    emulator.reset("workflows")
    wrong: list[int] = []
    number = -1

    def next_step(run: Run) -> Step | None:
        nonlocal number
        step = more(run)
        number += 1
        if isinstance(step, Answer) and not _is_allowed(instance_of(emulator, run), step):
            wrong.append(number)
        return step

    played = play(emulator, replace(scenario, steps=()), next_step)
    taken = replace(scenario, steps=tuple(each.step for each in played.steps))
    found = tuple(failures(played, frozenset(wrong)))
    return Watched(taken, played, frozenset(wrong), found, frozenset(_transitions(played)))


def _transitions(played: Played) -> Iterator[tuple[str, int]]:
    events = played.emulator.read(lambda account: account.journal.of_instance(played.run.id))
    return ((each.from_state, each.index) for each in events if isinstance(each, StateChanged))


def instance_of(emulator: Emulator, run: Run) -> Instance:
    """The instance of a run."""
    return emulator.read(lambda account: instances.get(account, run.id))


def waiting(instance: Instance) -> Iterator[Thread]:
    """The threads that wait for an answer."""
    return (each for each in instance.threads.values() if each.halted is not None)


def _is_allowed(instance: Instance, answer: Answer) -> bool:
    """Whether what is shown allows this answer. A file is taken for one that was uploaded."""
    for thread in waiting(instance):
        if thread.state != answer.state or thread.halted is None:
            continue
        if answer.choice is not None:
            # What is given with it, and stands in its place, is nothing that anybody is asked for.
            keys = {each.key for each in instance.definition.states[thread.state].transitions}
            return answer.choice in keys and not any(name in answer.input for name in CHOICES)
        shown = thread.halted.presentation
        if shown is None:
            return not instance.definition.states[thread.state].by_selection
        files = {str(each.get("name")) for each in _fields(shown.get("fields")) if each.get("type") == "file"}
        return not any(each.field not in files for each in misfits(shown, answer.input, ()))
    return False


def _fields(value: object) -> list[dict[str, object]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
