"""The words of a failed assertion: paths side by side, data that differs, names that are nearly right."""

from collections.abc import Iterable, Mapping, Sequence

from interactor_emulator.clock import timestamp
from interactor_emulator.jsontext import AnyJson
from interactor_emulator.nearest import hint
from interactor_emulator.state.events import Halted, RetryScheduled
from interactor_emulator.state.instance import Instance
from interactor_emulator.state.people import People, Person

from .comparing import agrees, written

_CHOICES = 5


def arrows(states: Iterable[str]) -> str:
    return " → ".join(states)


def matches(expected: Sequence[object], taken: Sequence[str]) -> bool:
    """Whether the path fits, `...` standing for any run of states."""
    reachable = {0}
    for wanted in expected:
        if wanted is ...:
            reachable = set(range(min(reachable), len(taken) + 1)) if reachable else set()
        else:
            reachable = {at + 1 for at in reachable if at < len(taken) and taken[at] == wanted}
    return len(taken) in reachable


def parting(expected: Sequence[object], taken: Sequence[str]) -> int:
    """The first place where they differ."""
    pairs = enumerate(zip(expected, taken, strict=False))
    return next((place for place, (left, right) in pairs if left != right), min(len(expected), len(taken)))


def side_by_side(expected: Sequence[object], taken: Sequence[str]) -> list[str]:
    """A line for each state, the first that differs marked."""
    names = ["..." if name is ... else str(name) for name in expected]
    width, marked = max([8, *map(len, names)]), -1 if ... in expected else parting(expected, taken)
    lines = [f"    {'expected':{width}}  taken"]
    for place in range(max(len(names), len(taken))):
        left = names[place] if place < len(names) else "(end)"
        right = taken[place] if place < len(taken) else "(end)"
        lines.append(f"  {'>' if place == marked else ' '} {left:{width}}  {right}")
    return lines


def differences(data: Mapping[str, AnyJson], wanted: Mapping[str, object]) -> list[str]:
    """A line for each member that is not as expected."""
    lines = []
    for name, value in wanted.items():
        if name not in data:
            lines.append(
                f"  {name}: expected {written(value)}, but it is not there; {hint(name, data, 'there are none')}"
            )
        elif not agrees(data[name], value):
            lines.append(f"  {name}: expected {written(value)}, found {written(data[name])}")
    return lines


def suggestion(state: object, states: Sequence[str]) -> str:
    """What a message adds for a name that is no state of the workflow; empty for one that is."""
    if state in states:
        return ""
    return f" (no such state; {hint(state, states)})"


def answer_wanted(halt: Halted, call: str = "") -> str:
    """How a halt can be answered; `call` stands before the method, like `.thread('finance')`."""
    if halt.options is not None and halt.options.selection:
        keys = [f"{call}.choose({each.key!r})" for each in halt.options.choices]
        return f"a choice in {halt.state}: {' or '.join(keys[:_CHOICES])}"
    return f"an answer in {halt.state}, like {call}.resume(approved=True)"


def retry(instance: Instance, waiting: RetryScheduled) -> str:
    """When an HTTP call that failed is tried again, and why."""
    state = instance.definition.states[waiting.state]
    logic = (state.logic if waiting.member == "logic" else state.on_enter)[waiting.number]
    policy = getattr(logic, "retry", None)
    all_ = "" if policy is None else f" of {policy.attempts}"
    due = timestamp(waiting.at_ms + waiting.delay_seconds * 1000)
    return (
        f"attempt {waiting.attempt}{all_} is due at {due}: advance the clock ({waiting.error_code}: {waiting.message})"
    )


def unused(people: People, workflows: Mapping[str, Sequence[str]]) -> list[str]:
    """The answers that nobody has needed. `workflows` are those that are loaded, with their states."""
    return [text + misnamed(person, workflows) for person, text in people.unused_by_person()]


def misnamed(person: Person, workflows: Mapping[str, Sequence[str]]) -> str:
    """What to add for a person of whose state, or workflow, there is none; empty for all others."""
    if person.workflow is not None and person.workflow not in workflows:
        return f" (no such workflow; {hint(person.workflow, workflows)})"
    states = [state for name, each in workflows.items() if person.workflow in (None, name) for state in each]
    return suggestion(person.state, list(dict.fromkeys(states))) if states else ""
