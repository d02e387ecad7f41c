"""One scenario, played: an instance is started, people answer, time passes, and what came of it is kept."""

from collections.abc import Callable, Iterator, Mapping
from itertools import chain
from typing import Any

from interactor_emulator.account.account import Account
from interactor_emulator.emulator import Emulator
from interactor_emulator.errors import InteractorError, ValidationError, WrongValue
from interactor_emulator.facade.run import Run, RunThread
from interactor_emulator.facade.telling import answer_wanted
from interactor_emulator.jsontext import AnyJson
from interactor_emulator.nearest import hint
from interactor_emulator.projections import visits
from interactor_emulator.services import choices, instances
from interactor_emulator.state.instance import Instance, Thread
from interactor_emulator.wire import payload
from interactor_emulator.wire.scenario import Advance, Answer, Cancel, Scenario, SetStub, Step

from .played import Played, Taken, differences

__all__ = ["NOW", "SEED", "Played", "Taken", "Unplayable", "differences", "play"]

NOW, SEED = "2026-01-20T12:00:00Z", 1
"""Where the clock of a scenario's emulator stands, and its seed: those of the plugin's `interactor`, so that what a
search has seen comes again in a test."""


class Unplayable(ValueError):
    """The scenario asks for what cannot be done."""


More = Callable[[Run], Step | None]
"""Is shown the run, and gives the next step; None when there is none."""


def play(emulator: Emulator, scenario: Scenario, more: More | None = None, *, stubs_stay: bool = False) -> Played:
    """Start an instance, take the steps in turn, and say what came of it. The workflow is loaded already.

    With `more` further steps follow those of the scenario, each made up once it is seen where the run stands. Nothing
    is reset; the stubs are taken away again at the end, unless they shall stay. Raises InteractorError when the
    instance cannot be started, Unplayable for a stub that is none."""
    stubs = emulator.account.caller.stubs
    before = list(stubs)
    try:
        for stub in scenario.stubs:
            _set_stub(emulator, stub)
        run = emulator.start(scenario.workflow, scenario.input, scenario.namespace)
        taken: list[Taken] = []
        fault = None
        for number, step in enumerate(chain(scenario.steps, _made_up(run, more)), 1):
            try:
                taken.append(Taken(step, _take(emulator, run, step)))
            except Unplayable as error:
                fault = f"step {number}: {error}"
                break
        emulator.settle_for_assertion()
        return emulator.read(lambda account: _played(emulator, account, run, tuple(taken), fault))
    finally:
        if not stubs_stay:
            stubs[:] = before


def _made_up(run: Run, more: More | None) -> Iterator[Step]:
    while more is not None and (step := more(run)) is not None:
        yield step


def _played(emulator: Emulator, account: Account, run: Run, steps: tuple[Taken, ...], fault: str | None) -> Played:
    instance, happened = instances.get(account, run.id), account.journal.of_instance(run.id)
    told = (payload.told(event, account.variants) for event in happened)
    return Played(
        emulator=emulator,
        run=run,
        steps=steps,
        path=tuple(visits.path(happened)),
        status=instance.status,
        state=instance.current_state,
        data=dict(instance.data),
        error=None if instance.failure is None else instance.failure.error_code,
        events=tuple(name for name in told if name is not None),
        fault=fault,
    )


def _take(emulator: Emulator, run: Run, step: Step) -> str | None:
    return _TAKE[type(step)](emulator, run, step)


def _answer(emulator: Emulator, run: Run, answer: Answer) -> str | None:
    emulator.settle_for_assertion()
    instance = emulator.read(lambda account: instances.get(account, run.id))
    whom = _answered(run, instance, answer)
    if answer.choice is not None:
        _hears_choice(emulator, run, whom)
    failed_before = instance.failure is not None
    try:
        if answer.choice is None:
            whom.resume(answer.input)
        else:
            whom.choose(answer.choice, **answer.input)
    except InteractorError as error:
        # An answer that was taken, and led where the instance fails, raises what it failed of.
        led_to_failure = instance.failure is not None and not failed_before
        return None if led_to_failure else error.code
    return None


def _answered(run: Run, instance: Instance, answer: Answer) -> Run | RunThread:
    """Who hears the answer: the thread that waits in this state; where nobody waits at all and a refusal is expected,
    the instance."""
    halted = [each for each in instance.threads.values() if each.halted is not None]
    waiting = [each for each in halted if _is_meant(each, answer)]
    if waiting:
        return run.thread(waiting[0].id) if instance.forked else run
    if answer.refused is not None and not halted:
        return run
    raise Unplayable(_nobody_waits(instance, halted, answer))


def _is_meant(thread: Thread, answer: Answer) -> bool:
    return thread.state == answer.state and answer.thread in (None, thread.id, thread.id.removeprefix("thread_"))


def _nobody_waits(instance: Instance, halted: list[Thread], answer: Answer) -> str:
    states = instance.definition.states
    place = answer.state if answer.thread is None else f"{answer.state} of thread {answer.thread}"
    if answer.state not in states:
        return f"an answer for {place}, which is no state of this workflow; {hint(answer.state, states)}"
    wants = " or ".join(answer_wanted(each.halted) for each in halted if each.halted is not None)
    there = f"; it waits for {wants}" if wants else ""
    return f"an answer for {place}, where nobody waits: it is {instance.status} in {instance.current_state}{there}"


def _hears_choice(emulator: Emulator, run: Run, whom: Run | RunThread) -> None:
    """The API takes any input; a scenario that chooses where nothing listens to a choice has mistaken the state."""
    thread_id = whom.id if isinstance(whom, RunThread) else None
    try:
        emulator.read(lambda account: choices.check(account, run.id, thread_id))
    except ValidationError as error:
        raise Unplayable(f"a choice that nobody hears: {error.faults[0][1]}") from None


def _cancel(_emulator: Emulator, run: Run, _step: Cancel) -> str | None:
    try:
        run.cancel()
    except InteractorError as error:
        return error.code
    return None


def _advance(emulator: Emulator, _run: Run, step: Advance) -> None:
    try:
        emulator.clock.advance(seconds=step.seconds)
    except (ValueError, OverflowError) as error:
        raise Unplayable(str(error)) from None


def _stub(emulator: Emulator, _run: Run, step: SetStub) -> None:
    _set_stub(emulator, step.stub)


def _set_stub(emulator: Emulator, stub: Mapping[str, AnyJson]) -> None:
    given: dict[str, Any] = {"url": "", **stub}
    try:
        emulator.stub(**given)
    except (WrongValue, TypeError) as error:
        raise Unplayable(f"a stub that is none: {error}") from None


_TAKE: Mapping[type[Step], Callable[[Emulator, Run, Any], str | None]] = {
    Answer: _answer,
    Cancel: _cancel,
    Advance: _advance,
    SetStub: _stub,
}
