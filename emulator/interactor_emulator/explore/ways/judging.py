"""Whether what shows a failure is what people send: the same judgement as of made-up cases.

A script that reads a text where it was given a number fails of what hardly anybody sends: that is a warning. One that
fails of a case that everybody may send is wrong.
"""

from collections.abc import Callable, Iterable, Mapping

from interactor_emulator.jsontext import Json

from .aiming import asks, fits
from .cases import Case
from .paths import Searched
from .running import TimeIsUp
from .traces import Trace
from .usual import THROUGH, Progress, Usual, given_members, usual

Run = Callable[[Case], Trace]
HARDLY = ", for what hardly anybody sends"


class Judge:
    """Judges cases of one search; what is usual is found out when it is first asked."""

    def __init__(self, found: Searched, run: Run) -> None:
        self._found = found
        self._run = run
        self._usual: Usual | None = None

    def is_usual(self, trace: Trace) -> bool:
        """Whether everybody might send such an input, and forms allow the answers."""
        case, found = trace.case, self._found
        for answer in case.answers:
            state = found.definition.states[answer.state]
            for name, value in answer.input.items():
                if not asks(found.steering, answer.state, name) or not fits(state, name, value):
                    return False
        if self._usual is None:
            self._usual = self._learnt()
        return self._usual.is_usual(case.input)

    def likeliest(self, traces: Iterable[Trace]) -> tuple[Trace, bool]:
        """The smallest of them that is usual, or else the smallest; and whether it is usual."""
        judged = sorted(((not self.is_usual(each), each.case.size, number, each) for number, each in enumerate(traces)))
        return judged[0][3], not judged[0][0]

    def _learnt(self) -> Usual:
        definition, late = self._found.definition, False

        def progress(given: Mapping[str, Json]) -> Progress:
            nonlocal late
            if late:
                return THROUGH
            try:
                played = self._run(Case(given)).played
            except TimeIsUp:
                late = True
                return THROUGH
            late = played.error == "script_timeout"
            return (0, len(played.path)) if played.error == "script_error" else THROUGH

        return usual(definition, given_members(definition, self._found.steering.input), progress)
