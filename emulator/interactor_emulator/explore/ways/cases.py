"""A case: all that decides which way an instance goes, and from where each piece of its data came.

A `Place` is somewhere a value can be put: the input, the answer of so-and-so many, what a state's HTTP call hears.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from interactor_emulator.definition.model import Definition, HttpCall, State
from interactor_emulator.jsontext import Json, encode
from interactor_emulator.wire.scenario import Answer, Scenario

Values = Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value is given: in the input, in the answer of this number, or to the HTTP call of this state."""

    kind: Literal["input", "answer", "heard"]
    key: int | str = 0

    def __str__(self) -> str:
        return {"input": "the input", "answer": f"answer {self.key}", "heard": f"what {self.key} hears"}[self.kind]


INPUT = Place("input")


@dataclass(frozen=True, slots=True)
class Case:
    """One instance's input, the answers of people in turn, and by state what its HTTP calls hear."""

    input: Values = field(default_factory=dict)
    answers: tuple[Answer, ...] = ()
    heard: Mapping[str, Values] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """The same for cases that are the same."""
        answers = [[each.state, each.thread, each.choice, each.input] for each in self.answers]
        return encode([self.input, answers, self.heard])

    @property
    def size(self) -> tuple[int, int]:
        """Of two cases that show the same the smaller is the better one: fewer answers, then less to read."""
        return len(self.answers), len(self.key)

    def at(self, place: Place) -> Values:
        """What is given at this place."""
        if place.kind == "input":
            return self.input
        if place.kind == "heard":
            return self.heard.get(str(place.key), {})
        return self.answers[int(place.key)].input

    def places(self) -> Iterator[Place]:
        """Every place that the case has."""
        yield INPUT
        yield from (Place("answer", number) for number in range(len(self.answers)))
        yield from (Place("heard", state) for state in self.heard)

    def put(self, place: Place, values: Values) -> "Case":
        """The case with these values at the place, instead of what was given there."""
        if place.kind == "input":
            return replace(self, input=values)
        if place.kind == "heard":
            return replace(self, heard={**self.heard, str(place.key): values})
        number = int(place.key)
        answers = list(self.answers)
        answers[number] = replace(answers[number], input=values)
        return replace(self, answers=tuple(answers))

    def up_to(self, answers: int) -> "Case":
        """Without the answers that come later."""
        return replace(self, answers=self.answers[:answers])

    def and_then(self, answer: Answer) -> "Case":
        """With one more answer."""
        return replace(self, answers=(*self.answers, answer))


def calls(state: State) -> Iterator[HttpCall]:
    """The HTTP calls of the state, those beside the workflow too."""
    return (logic for logic in (*state.logic, *state.on_enter) if isinstance(logic, HttpCall))


def scenario(case: Case, definition: Definition, name: str = "") -> Scenario:
    """The case as a scenario: what hears nothing said of it hears `{}`."""
    calling = [state for state in definition.states.values() if any(calls(state))]
    stubs = [_stub(state, case.heard.get(state.name, {})) for state in calling]
    return Scenario(name, definition.name, case.input, case.answers, stubs=tuple(stubs))


def _stub(state: State, heard: Values) -> dict[str, Json]:
    urls = {each.url for each in calls(state)}
    url = urls.pop() if len(urls) == 1 else "*"
    fixed, template, _ = url.partition("${")
    # A stub cannot name the state whose name is empty.
    named: dict[str, Json] = {"state": state.name} if state.name else {}
    return {"url": fixed + "*" if template else url, **named, "respond": {"json": heard}}
