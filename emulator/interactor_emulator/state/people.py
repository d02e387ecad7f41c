"""People who answer by themselves: for tests in which the app under test starts the flow."""

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass, field
from datetime import timedelta

from interactor_emulator.jsontext import Json

from .events import Halted
from .instance import Instance

_MOST_EVENTS = 10_000

Input = Mapping[str, Json] | Callable[[Mapping[str, Json]], Mapping[str, Json]]


@dataclass(slots=True, eq=False)
class Answer:
    """What a person says, `after_ms` on the emulator's clock; None is never said. `times` None: always. `chosen` is the
    key of a choice, which not every state hears."""

    input: Input | None
    after_ms: int = 0
    times: int | None = 1
    chosen: bool = False
    used: int = 0
    said: bool = False

    def given(self, data: Mapping[str, Json]) -> Mapping[str, Json]:
        """The input for an instance with this data."""
        assert self.input is not None
        return self.input(data) if callable(self.input) else self.input


@dataclass(slots=True, eq=False)
class Person:
    """Whoever answers in a `state`: each halt there takes the next answer, until there is none left.

    Its methods return it, so that answers are given in turn:
    `when("ask").answer(approved=False).never().answer(approved=True, times=None)`."""

    state: str
    workflow: str | None = None
    answers: deque[Answer] = field(default_factory=deque)
    all_answers: list[Answer] = field(default_factory=list)

    def answer(
        self,
        input: Input | None = None,
        /,
        *,
        after: timedelta | float = 0,
        times: int | None = 1,
        **members: Json,
    ) -> "Person":
        """Say this at the next halt: members, a mapping, or a function of `workflow_data` that gives one.

        `after` is how much later, a timedelta or seconds on the emulator's clock; `times` is for how many halts, None
        for all further ones. Raises ValueError for a negative `after`, or `times` below 1.
        """
        seconds = after.total_seconds() if isinstance(after, timedelta) else after
        if seconds < 0 or (times is not None and times < 1):
            raise ValueError("after must not be negative, and times is at least 1")
        said = input if callable(input) else {**(input or {}), **members}
        return self._then(Answer(said, round(seconds * 1000), times))

    def choose(self, key: str, /, *, after: timedelta | float = 0, times: int | None = 1, **members: Json) -> "Person":
        """Choose this key at the next halt in selection mode, with these members beside it; else as `answer`."""
        self.answer({"choice": key, **members}, after=after, times=times)
        self.all_answers[-1].chosen = True
        return self

    def never(self, times: int | None = 1) -> "Person":
        """Leave the next `times` halts unanswered, None: all further ones."""
        return self._then(Answer(None, 0, times))

    def _then(self, answer: Answer) -> "Person":
        self.answers.append(answer)
        self.all_answers.append(answer)
        return self

    def take(self) -> Answer | None:
        """The answer for one more halt."""
        if not self.answers:
            return None
        answer = self.answers[0]
        answer.used += 1
        if answer.times is not None and answer.used >= answer.times:
            self.answers.popleft()
        return answer


class People:
    """All who answer by themselves; of several for one state the first that still has an answer gives it."""

    def __init__(self) -> None:
        self.people: list[Person] = []
        # Answers that are on their way, by the event of the halt that they are for.
        self.coming: dict[str, Answer] = {}

    def clear(self) -> None:
        """Nobody answers any more."""
        self.people.clear()
        self.coming.clear()

    def become(self, other: "People") -> None:
        """Have people like these, each as far as he has come."""
        made = {id(each): copy(each) for person in other.people for each in person.all_answers}
        self.people = [
            Person(
                each.state,
                each.workflow,
                deque(made[id(one)] for one in each.answers),
                [made[id(one)] for one in each.all_answers],
            )
            for each in other.people
        ]
        self.coming = {halt: made.get(id(each)) or copy(each) for halt, each in other.coming.items()}

    def when(self, state: str, workflow: str | None = None) -> Person:
        """A person who answers in this state of any workflow, or of the one that is named."""
        person = Person(state, workflow)
        self.people.append(person)
        return person

    def halted(self, instance: Instance, event: Halted) -> Answer | None:
        """The answer to this halt, if somebody has one.

        Who answers always, at once, keeps a workflow with a loop going for ever: there is an end to that."""
        if instance.revision > _MOST_EVENTS:
            return None
        for person in self.people:
            if person.state == event.state and person.workflow in (None, instance.version.workflow_name):
                answer = person.take()
                if answer is not None:
                    return answer
        return None

    def prepared(self) -> list[tuple[str, int]]:
        """Each answer as text, and how often it was used."""
        return [(text, used) for _, text, used in self._prepared()]

    def unused(self) -> list[str]:
        """What was prepared and never said."""
        return [text for _, text in self.unused_by_person()]

    def unused_by_person(self) -> list[tuple[Person, str]]:
        """The same, with whoever was to say it."""
        return [(person, text) for person, text, used in self._prepared() if not used]

    def _prepared(self) -> Iterator[tuple[Person, str, int]]:
        for person in self.people:
            for answer in person.all_answers:
                yield person, f"an answer to '{person.state}': {_text(answer)}", answer.used
            if not person.all_answers:
                yield person, f"when('{person.state}') without an answer: add .answer(…), .choose(…) or .never()", 0


def _text(answer: Answer) -> Json:
    return "(never)" if answer.input is None else "(a function)" if callable(answer.input) else dict(answer.input)
