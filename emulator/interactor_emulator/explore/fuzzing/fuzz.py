"""Fuzzing: a definition is run with cases that Hypothesis draws, and each failure is shrunk to the smallest case.

Hypothesis looks for one failure at a time, a round each: what is known by then is passed over, so that no failure
hides another. The same seed draws the same cases.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import chain, islice
from time import perf_counter
from typing import TYPE_CHECKING

from interactor_emulator.explore.ways.explored import Bounds, Explored, explore
from interactor_emulator.jsontext import AnyJson
from interactor_emulator.wire.scenario import Scenario

from .failing import ENDLESS, Failure
from .found import Finding, told
from .shrinking import RUNS, smaller, without_a_member
from .trying import Tries, made_up
from .unfailing import unfailing
from .watching import Watched

if TYPE_CHECKING:
    from .walking import Walks

_WAYS, _WAYS_SECONDS = 200, 5.0
"""So many ways are looked for before cases are drawn, in so many seconds."""
_LONG_RUN = 5
"""One that is cut short takes as long as so many other runs."""
_LEFT_OUT = 300
"""So often one thing of such a way is left out."""

Tell = Callable[[int, str], object]
"""Is told how far the search is: cases that were drawn, and a word on it."""


class MissingHypothesis(ValueError):
    """The library that draws the cases is not installed."""


@dataclass(slots=True)
class Fuzzed:
    """What came of it: the `findings`, errors first, in so many `seconds` of wall time. `examples` counts the cases
    that were drawn, `replayed` those that were known before; `stopped` says why the search ended before all were drawn:
    `time` or `interrupted`, None if it did not."""

    findings: list[Finding] = field(default_factory=list)
    examples: int = 0
    replayed: int = 0
    seconds: float = 0.0
    stopped: str | None = None


def fuzz(
    source: Mapping[str, AnyJson],
    *,
    max_examples: int = 1_000,
    seconds: float | None = None,
    seed: int = 0,
    secrets: Mapping[str, str] | None = None,
    known: Iterable[Scenario] = (),
    tell: Tell = lambda _count, _what: None,
) -> Fuzzed:
    """Run a definition with up to `max_examples` cases, for at most so many `seconds` of wall time (None: for as long
    as it takes), and say what failed. The same `seed` draws the same cases.

    `known` are cases that failed before: they are played first, and then the ways that `explore` finds; what it proves
    is told, too, each as a warning. A secret that the definition names and `secrets` has not is made up. Ctrl-C ends it
    with what was found by then. Raises InvalidWorkflow, MissingHypothesis."""
    began = perf_counter()
    try:
        from .walking import Walks  # late: Hypothesis takes half a second
    except ModuleNotFoundError as error:
        if error.name != "hypothesis":
            raise
        raise MissingHypothesis(
            "fuzz draws its cases with Hypothesis, which is not installed: pip install 'interactor-emulator[pytest]'"
        ) from None
    hidden = made_up(source, secrets or {})
    tries = Tries(source, hidden)
    ends = None if seconds is None else began + seconds
    bounds = Bounds(_WAYS, _WAYS_SECONDS if seconds is None else min(_WAYS_SECONDS, seconds / 4), patient=False)
    ways = partial(explore, source, strategy="transitions", bounds=bounds, secrets=hidden)
    walks = partial(Walks, tries.definition, tries.steering, tries.usual)
    return _Search(tries, began, ends, tell).search(max_examples, seed, known, ways, walks)


@dataclass(frozen=True, slots=True)
class _Hit:
    """A failure, and a case that shows it; `usual` if nothing in the case is out of the way."""

    failure: Failure
    scenario: Scenario
    usual: bool

    @property
    def key(self) -> tuple[str, str, str]:
        """Whatever else is wrong in a state when it is sent what nobody sends, is told once."""
        return self.failure.key if self.usual else (self.failure.kind, self.failure.state, "unusual")


class _Search:
    def __init__(self, tries: Tries, began: float, ends: float | None, tell: Tell) -> None:
        self._tries = tries
        self._began = began
        self._ends = ends
        self._tell = tell
        self._found: dict[tuple[str, str, str], _Hit] = {}
        self._explored: Explored | None = None
        self._taken: set[tuple[str, int]] = set()
        self._result = Fuzzed()

    def search(
        self,
        most: int,
        seed: int,
        known: Iterable[Scenario],
        ways: Callable[[], Explored],
        walks: "Callable[[Sequence[Scenario]], Walks]",
    ) -> Fuzzed:
        from .hunting import Enough

        result = self._result
        try:
            for scenario in known:
                result.replayed += 1
                self._replay(scenario)
            draws = walks(self._look_around(ways()))
            while result.examples < most and self._round(draws, most - result.examples, seed):
                seed += 1
        except Enough:
            result.stopped = "time"
        except KeyboardInterrupt:
            result.stopped = "interrupted"
        result.findings = sorted((*self._told(), *self._unfailing()), key=lambda each: each.severity)
        result.seconds = perf_counter() - self._began
        return result

    def _replay(self, scenario: Scenario) -> None:
        watched = self._tries.again(scenario, quick=True)
        if watched is not None and self._fails(watched):
            for hit in list(self._news(watched)):
                self._keep(hit)

    def _look_around(self, explored: Explored) -> list[Scenario]:
        """Play the ways that were found; what there is to be said of them beside that is said at the end."""
        if explored.stopped == "interrupted":
            raise KeyboardInterrupt
        self._explored = explored
        cases = [each.case for each in explored.findings if each.case is not None]
        known = (*cases, *explored.scenarios)
        # Whoever wrote the definition thought of what is given, and perhaps not of what is left out.
        less = chain.from_iterable(map(without_a_member, known))
        for number, scenario in enumerate((*known, *islice(less, _LEFT_OUT))):
            # The first is played in any event: a script that never ends takes all the time that there is.
            if number and self._is_over():
                break
            self._replay(scenario)
        return list(explored.scenarios)

    def _unfailing(self) -> list[Finding]:
        found = () if self._explored is None else self._explored.findings
        return unfailing(found, self._tries.definition, frozenset(self._taken), self._result.examples)

    def _round(self, walks: "Walks", most: int, seed: int) -> bool:
        """Draw cases until one fails as none did before; whether there was one."""
        from .hunting import Hunt

        hunt = Hunt(self._tries, walks, self._next_case)
        caught = hunt.catch(self._fails, self._is_same, most, seed)
        if caught is None:
            return False
        self._keep(next(self._news(caught)))
        return True

    def _next_case(self) -> None:
        from .hunting import Enough

        if self._is_over():
            raise Enough
        self._result.examples += 1
        self._tell(self._result.examples, f"{len(self._found)} found")

    def _is_over(self) -> bool:
        return self._ends is not None and perf_counter() > self._ends

    # ---- what is news

    def _hits(self, watched: Watched) -> Iterator[_Hit]:
        usual = self._tries.is_usual(watched)
        return (_Hit(each, watched.scenario, usual) for each in watched.failures)

    def _fails(self, watched: Watched) -> bool:
        """Whether there is news in a case; the way that it went is remembered."""
        self._taken |= watched.taken
        return any(self._news(watched))

    def _news(self, watched: Watched) -> Iterator[_Hit]:
        """The failures of a case that are not known. What takes what nobody sends is no news where people see it."""
        for hit in self._hits(watched):
            kind, state, _ = hit.key
            if hit.key not in self._found and (hit.usual or not any(key[:2] == (kind, state) for key in self._found)):
                yield hit

    def _is_same(self, watched: Watched, as_in: Watched) -> bool:
        """Whether the case has the first failure of the other that is news, and is no less usual."""
        wanted = next(self._news(as_in))
        return any(hit.failure.key == wanted.failure.key and hit.usual >= wanted.usual for hit in self._hits(watched))

    # ---- what is kept

    def _keep(self, hit: _Hit) -> None:
        """Make the case as small as it can be, see that it fails up to the service's own limits, and remember it."""

        def shows_it(scenario: Scenario) -> bool:
            return not self._is_over() and self._again(scenario, hit, quick=True) is not None

        long = hit.failure.kind in ENDLESS
        small = smaller(hit.scenario, shows_it, RUNS // _LONG_RUN if long else RUNS)
        kept = self._again(small, hit) or self._again(hit.scenario, hit)
        if kept is None:
            if long:
                return  # it is only long, and comes to an end
            kept = hit
        if kept.usual:
            self._found.pop((kept.failure.kind, kept.failure.state, "unusual"), None)
        self._found[kept.key] = kept

    def _again(self, scenario: Scenario, hit: _Hit, *, quick: bool = False) -> _Hit | None:
        """The same failure in another case, if it is there and no less usual."""
        watched = self._tries.again(scenario, quick=quick)
        for each in self._hits(watched) if watched is not None else ():
            if each.failure.key == hit.failure.key and each.usual >= hit.usual:
                return each
        return None

    def _told(self) -> Iterator[Finding]:
        for hit in self._found.values():
            yield told(hit.failure, self._tries.again(hit.scenario), usual=hit.usual)
