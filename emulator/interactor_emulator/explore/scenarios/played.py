"""What came of a scenario, and how it differs from what was expected: in words, a line each."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from interactor_emulator.emulator import Emulator
from interactor_emulator.facade import deciding, telling
from interactor_emulator.facade.run import Run
from interactor_emulator.jsontext import AnyJson
from interactor_emulator.projections.explain import describe
from interactor_emulator.redaction import redact
from interactor_emulator.state.instance import Status
from interactor_emulator.terminal import line
from interactor_emulator.wire.scenario import Answer, Expected, Step

_NOTICED = 3


@dataclass(frozen=True, slots=True)
class Taken:
    """A step that was taken. `refused` is the code of the error that it was answered with; None where it acted, also
    if the instance then failed of something."""

    step: Step
    refused: str | None = None


@dataclass(frozen=True, slots=True)
class Played:
    """What came of a scenario, as it was at its end; `run` is the instance itself in its `emulator`, which goes with
    the next reset.

    `error` is the code that it failed with. `events` are the webhook events in the order in which a receiver is told of
    them. `fault` says what is wrong with the scenario itself, an answer where nobody waits say: the steps from there on
    were not taken."""

    emulator: Emulator
    run: Run
    steps: tuple[Taken, ...]
    path: tuple[str, ...]
    status: Status
    state: str
    data: Mapping[str, AnyJson]
    error: str | None
    events: tuple[str, ...]
    fault: str | None = None


def differences(expected: Expected, played: Played) -> list[str]:
    """What is not as expected, a line each, with the decision that was the reason; none where all is as expected.

    Asked while the emulator still holds the run: it tells why. A step that was refused where no refusal was expected
    differs too, and one that was not where one was."""
    # Thousands of cases are as expected: words are made only for those that are not.
    lines = [*_of_steps(played), *_of_rest(expected, played), *_of_lists(expected, played)]
    if expected.data is not None and (wrong := telling.differences(played.data, expected.data)):
        lines += ["workflow_data differs:", *wrong]
    if lines:
        lines += _reasons(expected, played)
    return [line(each) for each in lines]


def _of_steps(played: Played) -> Iterator[str]:
    for number, taken in enumerate(played.steps, 1):
        wanted = taken.step.refused if isinstance(taken.step, Answer) else None
        if taken.refused == wanted:
            continue
        expected = "to be taken" if wanted is None else f"to be refused with {wanted}"
        found = "it was taken" if taken.refused is None else f"it was refused with {taken.refused}"
        yield f"step {number}, {_named(taken.step)}: expected it {expected}, but {found}"
    if played.fault is not None:
        yield played.fault


def _named(step: Step) -> str:
    """A step that can be refused, in a few words."""
    if not isinstance(step, Answer):
        return "the cancel"
    what = "answer" if step.choice is None else "choice"
    return f"the {what} in {step.state}" + ("" if step.thread is None else f" of thread {step.thread}")


def _of_rest(expected: Expected, played: Played) -> Iterator[str]:
    """Where it came to rest, and what it failed of."""
    if expected.status not in (None, played.status) or expected.state not in (None, played.state):
        wanted = " in ".join(each for each in (expected.status, expected.state) if each is not None)
        meant = "" if expected.state is None else telling.suggestion(expected.state, _states(played))
        yield f"expected it to be {'' if expected.status else 'in '}{wanted}{meant}, but it is {_rests(played)}"
    if expected.error not in (None, played.error):
        found = f"it failed with {played.error}" if played.error else f"it is {_rests(played)}"
        yield f"expected it to fail with {expected.error}, but {found}"


def _rests(played: Played) -> str:
    return f"{played.status} in {played.state}"


def _of_lists(expected: Expected, played: Played) -> Iterator[str]:
    if expected.path is not None and expected.path != played.path:
        yield "expected another path"
        yield from telling.side_by_side(expected.path, played.path)
        for name in dict.fromkeys(expected.path):
            if suggestion := telling.suggestion(name, _states(played)):
                yield f"  {name} is no state of this workflow{suggestion}"
    if expected.events is not None and expected.events != played.events:
        yield "expected other webhook events"
        yield from telling.side_by_side(expected.events, played.events)


def _reasons(expected: Expected, played: Played) -> Iterator[str]:
    """What it failed of, the decision that led away from what was expected, and what was noticed."""
    if (error := played.run.failure) is not None:
        yield f"  error: {error.code}: {error.message}"
    made = played.run.decisions()
    if expected.path is not None and expected.path != played.path:
        decision = deciding.of_path(made, expected.path, played.path)
    else:
        decision = deciding.against(made, expected.state)
    if decision is not None and played.error in (None, "invalid_transition"):
        yield "  decided by:"
        yield from (f"    {each}" for each in describe(decision).split("\n"))
    noticed = [each.message for each in played.emulator.diagnostics if each.instance_id == played.run.id]
    for message in list(dict.fromkeys(noticed))[-_NOTICED:]:
        yield f"  noticed: {redact(message, played.emulator.account.secrets.ever)}"


def _states(played: Played) -> Sequence[str]:
    return played.emulator.states().get(played.run.workflow, [])
