"""One round of a search: Hypothesis draws cases until one fails as none did before, and makes that one smaller."""

from collections.abc import Callable

from hypothesis import HealthCheck, Phase, Verbosity, given, settings
from hypothesis import seed as seeded
from hypothesis import strategies as st
from hypothesis.errors import HypothesisException

from .trying import Tries, cut_short
from .walking import Draw, Walks
from .watching import Watched

_SHRINKS = 300
"""So many runs are spent on making one case smaller; one that is cut short counts as ten."""
_LONG_RUN = 10

Fails = Callable[[Watched], bool]


class Enough(KeyboardInterrupt):
    """The search has gone on for long enough. Hypothesis lets nothing else through but what Ctrl-C raises."""


class _Failed(Exception):
    """The case fails as it is looked for."""


class Hunt:
    """One round. `next_case` is told of each case that is drawn before one was found, and may raise Enough."""

    def __init__(self, tries: Tries, walks: Walks, next_case: Callable[[], None]) -> None:
        self._tries = tries
        self._walks = walks
        self._next_case = next_case
        self._found: Watched | None = None
        self._shrinks = 0
        self._interrupted = False

    def catch(self, is_news: Fails, same: Callable[[Watched, Watched], bool], most: int, seed: int) -> Watched | None:
        """The smallest case that was found to be news, of at most so many; None if there was none. `same` says whether
        a case, the first, fails as the second does."""

        @st.composite
        def cases(draw: Draw) -> None:
            try:
                watched = self._drawn(draw)
            except KeyboardInterrupt as ended:
                self._interrupted = not isinstance(ended, Enough)
                raise
            if watched is not None and self._is_it(watched, is_news, same):
                self._found = watched
                raise _Failed

        @seeded(seed)
        @settings(
            max_examples=most,
            phases=(Phase.generate, Phase.shrink),
            database=None,
            deadline=None,
            derandomize=False,
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
            verbosity=Verbosity.quiet,
        )
        @given(cases())
        def search(_case: None) -> None:
            pass

        try:
            search()
        except (_Failed, HypothesisException):
            pass  # what is flaky to Hypothesis was seen all the same
        except Enough:
            if self._found is None:
                raise
        if self._interrupted:
            raise KeyboardInterrupt
        return self._found

    def _is_it(self, watched: Watched, is_news: Fails, same: Callable[[Watched, Watched], bool]) -> bool:
        return is_news(watched) if self._found is None else same(watched, self._found)

    def _drawn(self, draw: Draw) -> Watched | None:
        if self._found is None or self._shrinks > _SHRINKS:
            if self._found is not None:
                raise Enough
            self._next_case()
        walk = self._walks.begin(draw)
        watched = self._tries.new(walk.scenario, lambda emulator, steps, run: walk.go_on(draw, emulator, steps, run))
        if self._found is not None:
            self._shrinks += _LONG_RUN if watched is not None and any(cut_short(watched)) else 1
        return watched
