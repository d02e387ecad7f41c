"""Whole walks of a definition: an input, and what people and time do afterwards."""

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st
from interactor_emulator.definition import model
from interactor_emulator.limits import DAY, HOUR
from interactor_emulator.wire.scenario import Advance, Answer, Cancel, Scenario, Step

from .answers import Definition, answers_for, inputs_for, parsed

# A retry, a working day, a week-end, and both TTLs: "Instance TTL (running) | 30 days", "(halted) | 90 days".
_TIMES = (1, 60, 8 * HOUR, 3 * DAY, 31 * DAY, 91 * DAY)
# Of eight steps so many are answers to what comes next, where a definition has few halting states.
_MOSTLY = 6


def walks(definition: Definition, *, max_steps: int = 6) -> st.SearchStrategy[Scenario]:
    """Scenarios without an expectation: an input, and up to `max_steps` steps, which `play` carries out.

    A walk follows the transitions of the definition from halt to halt, without knowing which of them hold: what it
    answers is for the state that comes next on one way. Now and then somebody answers twice, or where nobody was asked,
    cancels, or lets time pass: seconds, hours, days, a TTL. Raises ValueError for bounds below 0."""
    if max_steps < 0:
        raise ValueError(f"max_steps is 0 or more, not {max_steps}")
    known = parsed(definition)
    ways = _halts_after(known)
    answers = {state: _answers(known, state) for state in ways if state is not None}
    steps_after = {state: _steps(answers, ahead) for state, ahead in ways.items()}
    inputs = inputs_for(known)

    @st.composite
    def walk(draw: st.DrawFn) -> Scenario:
        steps, halted = list[Step](), None
        for _ in range(draw(st.integers(0, max_steps))):
            step = draw(steps_after[halted]) or (steps[-1] if steps else Cancel())
            if isinstance(step, Answer) and step.state in ways[halted]:
                halted = step.state
            steps.append(step)
        return Scenario("walk", known.name, draw(inputs), tuple(steps))

    return walk()


def _steps(answers: Mapping[str, st.SearchStrategy[Step]], ahead: tuple[str, ...]) -> st.SearchStrategy[Step | None]:
    """Mostly an answer to a state that comes next; else what people and time do besides. None repeats the last step."""
    expected: list[st.SearchStrategy[Step | None]] = [answers[state] for state in ahead]
    several = expected * (1 + _MOSTLY // len(expected)) if expected else []
    besides: list[st.SearchStrategy[Step | None]] = [st.builds(Advance, st.sampled_from(_TIMES)), st.builds(Cancel)]
    return st.one_of([*several, *besides, st.none(), *answers.values()])


def _answers(definition: model.Definition, state: str) -> st.SearchStrategy[Step]:
    selected = definition.states[state].by_selection

    def answer(given: dict[str, Any]) -> Step:
        choice = given.get("choice")
        if not (selected and isinstance(choice, str)):
            return Answer(state, given)
        return Answer(state, {name: each for name, each in given.items() if name != "choice"}, choice)

    return answers_for(definition=definition, state=state).map(answer)


def _halts_after(definition: model.Definition) -> dict[str | None, tuple[str, ...]]:
    """For each halting state, and None for the start, those that may be the next."""
    found: dict[str | None, tuple[str, ...]] = {None: _reached(definition, (definition.initial_state,))}
    for name, state in definition.states.items():
        if state.type == "halting":
            found[name] = _reached(definition, tuple(each.target for each in state.transitions))
    return found


def _reached(definition: model.Definition, targets: tuple[str, ...]) -> tuple[str, ...]:
    """The halting states to which these lead by themselves."""
    seen: dict[str, None] = {}
    waiting = list(targets)
    while waiting:
        name = waiting.pop(0)
        if name in seen:
            continue
        seen[name] = None
        state = definition.states[name]
        waiting += [state_ for _, state_ in state.forks]
        if state.type == "action":
            waiting += [each.target for each in state.transitions]
    return tuple(name for name in seen if definition.states[name].type == "halting")
