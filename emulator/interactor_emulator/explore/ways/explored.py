"""`explore`: the ways through a definition as cases that anybody can run, and what is wrong with it."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from interactor_emulator.definition.model import Definition
from interactor_emulator.definition.reasoning.facts import Proven
from interactor_emulator.jsontext import AnyJson
from interactor_emulator.wire.scenario import Scenario

from .aiming import Aim
from .cases import scenario
from .choosing import fewest
from .edges import edges
from .expecting import Expecting
from .findings import Finding, findings
from .outcomes import cases, outcomes
from .paths import Bounds, Search, Searched, Tell
from .running import Runner, TimeIsUp
from .smaller import smaller
from .traces import Trace

__all__ = ["Bounds", "Explored", "ExploredCase", "Strategy", "explore"]

Strategy = Literal["all", "transitions", "conditions"]
_SEARCHED, _CHECKED = 0.6, 0.15
"""Of the time so much is for the search, and so much for what is to be said against the definition; the rest is for
making the cases small, and seeing them run once more."""
Kind = Literal["path", "edge", "refused", "outcome"]


@dataclass(frozen=True, slots=True)
class ExploredCase:
    """One case: a path of its own, the edge of a threshold, an answer that is refused, or another outcome of a
    condition. `scenario` says what is given and what comes of it."""

    kind: Kind
    scenario: Scenario
    trace: Trace


@dataclass(frozen=True, slots=True)
class Explored:
    """What was found: the `cases`, what is wrong (`findings`, errors first), and what can never happen (`proven`).
    `runs` counts the runs that it took, `taken` the transitions that some case took.

    `stopped` says at which bound the search ended. None if it went through: then the paths are all that there are, with
    no transition taken more often than the bounds say, as far as conditions can be solved and scripts be tried."""

    definition: Definition
    cases: tuple[ExploredCase, ...]
    findings: tuple[Finding, ...]
    proven: Proven
    stopped: str | None
    runs: int
    taken: int

    @property
    def scenarios(self) -> tuple[Scenario, ...]:
        """The cases, each to be run by itself."""
        return tuple(each.scenario for each in self.cases)


def explore(
    source: Mapping[str, AnyJson],
    *,
    strategy: Strategy = "all",
    bounds: Bounds | None = None,
    secrets: Mapping[str, str] | None = None,
    tell: Tell = lambda _number, _what: None,
) -> Explored:
    """Search the definition, run every case, and say what was found; Ctrl-C ends it with what there is.

    `strategy` says which cases are wanted: `all` paths, with both sides of every threshold; the fewest that take every
    transition (`transitions`); or the fewest that see every condition true and false (`conditions`). `source` is the
    definition, `secrets` are those that it names, by name. `tell` is called with a number and a word on it, as the
    search goes on. Raises InvalidWorkflow."""
    limits = bounds or Bounds()
    runner = Runner(source, secrets, _SEARCHED * limits.seconds, patient=limits.patient)
    search = Search(runner, limits, tell, _ENOUGH[strategy])
    found = search.search()
    told: tuple[Finding, ...] = ()
    done: list[ExploredCase] = []
    try:
        runner.allow(_left(found, _CHECKED * limits.seconds))
        told = tuple(findings(found, runner.run))
        runner.allow(_left(found, (1 - _SEARCHED - _CHECKED) * limits.seconds))
        for each in _cases(source, found, search.aim, runner, strategy, secrets):
            done.append(each)
            tell(len(done), "cases run once more")
    except KeyboardInterrupt:
        found.stopped = "interrupted"
    except TimeIsUp:
        found.stopped = found.stopped or f"{limits.seconds:g} seconds"
    taken = sum(index is not None for _, index in found.taken)
    return Explored(found.definition, tuple(done), told, found.proven, found.stopped, runner.runs, taken)


def _left(found: Searched, seconds: float) -> float:
    """Whoever has pressed Ctrl-C waits no longer than a moment for what is known."""
    return seconds if found.stopped != "interrupted" else min(seconds, _MOMENT)


_MOMENT = 0.5


def _cases(
    source: Mapping[str, AnyJson],
    found: Searched,
    aim: Aim,
    runner: Runner,
    strategy: Strategy,
    secrets: Mapping[str, str] | None,
) -> Iterator[ExploredCase]:
    """The cases that are kept, each with what it comes to in another world as well; raises TimeIsUp."""
    expecting = Expecting(source, secrets)
    for kind, name, trace in _named(_kept(found, aim, runner, strategy)):
        runner.be_on_time()
        yield ExploredCase(kind, expecting.of(scenario(trace.case, found.definition, name), trace.played), trace)


def _through(_found: Searched) -> bool:
    return False


def _all_taken(found: Searched) -> bool:
    """Whether every transition that can be taken stands in a path."""
    return all(
        (state.name, index) in found.covered or (state.name, index) in found.proven.transitions
        for state in found.definition.states.values()
        for index in range(len(state.transitions))
    )


_ENOUGH: Mapping[Strategy, Callable[[Searched], bool]] = {
    "all": _through,
    "transitions": _all_taken,
    "conditions": _all_taken,
}


def _kept(found: Searched, aim: Aim, runner: Runner, strategy: Strategy) -> Iterator[tuple[Kind, Trace]]:
    """The cases that the strategy wants, each as small as it can be, and each once."""
    known = set[str]()
    for kind, trace in _WANTED[strategy](found, aim, runner):
        small = smaller(trace, runner.run, found)
        if small.case.key not in known:
            known.add(small.case.key)
            yield kind, small


def _all(found: Searched, _aim: Aim, runner: Runner) -> Iterator[tuple[Kind, Trace]]:
    yield from (("path", trace) for trace in found.paths.values())
    yield from (("refused", trace) for trace in found.refused.values())
    yield from (("edge", trace) for trace in edges(found, runner.run))


def _transitions(found: Searched, _aim: Aim, _runner: Runner) -> Iterator[tuple[Kind, Trace]]:
    shows = {trace: {step[1:] for step in trace.steps} for trace in found.paths.values()}
    sizes = {trace: trace.case.size for trace in shows}
    yield from (("path", trace) for trace in fewest(shows, sizes))


def _conditions(found: Searched, aim: Aim, runner: Runner) -> Iterator[tuple[Kind, Trace]]:
    traces = [*found.paths.values(), *found.refused.values()]
    more = list(cases(found, aim, runner.run, traces))
    # What has no condition is taken as well, so that no state is left out.
    shows: dict[Trace, set[Hashable]] = {
        trace: {*outcomes(trace, found), *(step[1:] for step in trace.steps)} for trace in (*traces, *more)
    }
    paths = set(found.paths.values())
    for trace in fewest(shows, {each: each.case.size for each in shows}):
        yield ("path" if trace in paths else "refused" if trace.refused else "outcome"), trace


_WANTED: Mapping[Strategy, Callable[[Searched, Aim, Runner], Iterator[tuple[Kind, Trace]]]] = {
    "all": _all,
    "transitions": _transitions,
    "conditions": _conditions,
}


def _named(kept: Iterable[tuple[Kind, Trace]]) -> Iterator[tuple[Kind, str, Trace]]:
    """A name for each that no other has: where it went, in short."""
    used: dict[str, int] = {}
    for kind, trace in kept:
        path = trace.played.path
        short = path if len(path) <= _SHORT else (path[0], "…", *path[-_SHORT + 2 :])
        name = " → ".join(short) + ("" if kind == "path" else f" ({_WORDS[kind]})")
        used[name] = used.get(name, 0) + 1
        yield kind, name if used[name] == 1 else f"{name}, {used[name]}", trace


_SHORT = 6
_WORDS: Mapping[Kind, str] = {"path": "", "edge": "at a threshold", "refused": "refused", "outcome": "another outcome"}
