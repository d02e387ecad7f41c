"""What a search says against a definition: what can never happen, what goes wrong, what nobody reads or sets.

An error is something that goes wrong in a case that is there to be run; a warning is proven, or hardly meant; a note is
worth a look, and often meant.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

from interactor_emulator.definition.advice.ways import forked_states, next_states, reached
from interactor_emulator.definition.conditions import comparisons
from interactor_emulator.definition.data_path import Missing, look_up
from interactor_emulator.definition.model import Transition
from interactor_emulator.jsontext import Json, encode
from interactor_emulator.projections.explain import shown
from interactor_emulator.wire.scenario import Answer, Scenario

from .aiming import asks, fits
from .cases import Case, scenario
from .fitting import refused_though_it_fits
from .judging import HARDLY, Judge
from .paths import SAW_MOST, Searched
from .readings import unread_fields, unset_fields
from .running import TimeIsUp
from .smaller import smaller
from .traces import Trace

Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was found. `code` is stable, `where` a path in the definition; `case` shows it, where one can."""

    code: str
    severity: Severity
    where: str
    message: str
    case: Scenario | None = None


Run = Callable[[Case], Trace]
Check = Callable[[Searched, Run], Iterator[Finding]]


def findings(found: Searched, run: Run) -> Iterator[Finding]:
    """All that the search has to say, errors first."""
    told: list[Finding] = []
    judge = Judge(found, run)
    judged: list[Check] = [partial(check, judge=judge) for check in _JUDGED]
    for check in (*judged, *_CHECKS):
        try:
            told.extend(check(found, run))
        except TimeIsUp:
            found.stopped = found.stopped or "no time was left for every check"
    yield from sorted(told, key=lambda each: _ORDER.index(each.severity))


_ORDER: tuple[Severity, ...] = ("error", "warning", "note")


def _unreachable(found: Searched, _run: Run) -> Iterator[Finding]:
    for name, why in found.proven.states.items():
        yield Finding("unreachable_state", "warning", f"states.{name}", f"State '{name}' is never entered: {why}")


def _never_taken(found: Searched, _run: Run) -> Iterator[Finding]:
    for (name, index), why in found.proven.transitions.items():
        if name not in found.proven.states:
            target = found.definition.states[name].transitions[index].target
            message = f"The transition from '{name}' to '{target}' is never taken: {why}"
            shadowed = found.proven.kinds[name, index] == "shadowed"
            code = "shadowed_transition" if shadowed else "impossible_transition"
            yield Finding(code, "warning", _at(name, index), message)


def _not_found(found: Searched, _run: Run) -> Iterator[Finding]:
    """What no case was found for, and no proof against: a script may see to it that it never happens. A search that
    was broken off has not looked everywhere."""
    severity: Severity = "warning" if found.stopped is None else "note"
    for name, state in found.definition.states.items():
        if name in found.proven.states:
            continue
        if name not in found.arrived:
            yield Finding("not_reached", severity, f"states.{name}", f"No case was found that comes to state '{name}'")
            continue
        for index, transition in enumerate(state.transitions):
            if (name, index) not in found.taken and (name, index) not in found.proven.transitions:
                message = f"No case was found that takes the transition from '{name}' to '{transition.target}'"
                never = list(_never_seen(found, name, transition))
                yield Finding("not_taken", severity, _at(name, index), ": ".join([message, *never[:1]]))


def _never_seen(found: Searched, name: str, transition: Transition) -> Iterator[str]:
    """A field that is compared with a text which it never had, though it had others: a word that is written otherwise
    elsewhere."""
    for comparison in comparisons(transition.condition):
        wanted = comparison.value if comparison.operator == "in" else [comparison.value]
        seen = sorted(found.saw.get((name, comparison.field), ()))
        if comparison.operator not in ("equals", "in") or not 2 <= len(seen) <= SAW_MOST:
            continue
        if isinstance(wanted, list) and all(isinstance(each, str) and encode(each) not in seen for each in wanted):
            yield f"{comparison.field} was always {' or '.join(seen)}, never {encode(comparison.value)}"


def _odd_answers(found: Searched, run: Run) -> Iterator[Finding]:
    """Transitions that are taken only by an answer which has more than its form asks for."""
    for (name, index), trace in found.taken.items():
        odd = list(_beside_the_form(trace, found))
        if odd and index is not None:
            target = found.definition.states[name].transitions[index].target
            message = f"The transition from '{name}' to '{target}' was only seen where {odd[0]}"
            yield Finding("beside_the_form", "warning", _at(name, index), message, _case(trace, found, run, name))


def _beside_the_form(trace: Trace, found: Searched) -> Iterator[str]:
    for answer in trace.case.answers:
        for name, value in answer.input.items():
            if not asks(found.steering, answer.state, name):
                yield f"the answer in '{answer.state}' has a '{name}', which its form does not ask for"
            elif not fits(found.definition.states[answer.state], name, value):
                yield f"the answer in '{answer.state}' has {shown(value)} for '{name}', which its form does not allow"


def _nothing_holds(found: Searched, run: Run, judge: Judge) -> Iterator[Finding]:
    for (name, index), trace in found.taken.items():
        state = found.definition.states[name]
        if index is None and state.type == "action":
            ended = [each for each in found.paths.values() if each.end == trace.end and each.played.state == name]
            trace, usual = judge.likeliest(ended or [trace])
            at = next(each for each in trace.decisions if each.state == name and each.taken is None)
            saw = ", ".join(_seen(field, at.data) for field in found.fields[state.name])
            message = f"No transition of '{name}' holds for {saw}: the instance fails with invalid_transition"
            small = _small(trace, found, run, judge.is_usual if usual else None)
            case = scenario(small.case, found.definition, name)
            yield _judged(Finding("unmatched_data", "error", f"states.{name}.transitions", message, case), usual=usual)


def _judged(finding: Finding, *, usual: bool) -> Finding:
    return finding if usual else replace(finding, severity="warning", message=f"{finding.message}{HARDLY}")


def _refused(found: Searched, run: Run) -> Iterator[Finding]:
    for name, trace in refused_though_it_fits(found, run):
        case = _case(trace, found, run, name)
        given = next(step for step in reversed(case.steps) if isinstance(step, Answer))
        answer = encode(given.input)
        message = f"An answer that the form of '{name}' allows is refused, since no transition holds for it: {answer}"
        yield Finding("refused_answer", "error", f"states.{name}.transitions", message, case)


def _failures(found: Searched, run: Run, judge: Judge) -> Iterator[Finding]:
    """Cases that end in a failure, one for each state and code."""
    failed: dict[tuple[str, str], list[Trace]] = {}
    for each in found.paths.values():
        if each.played.error is not None and each.played.error != "invalid_transition":
            failed.setdefault((each.played.state, each.played.error), []).append(each)
    for (state, error), traces in sorted(failed.items(), key=lambda one: min(each.case.size for each in one[1])):
        likeliest, usual = judge.likeliest(traces)
        trace = _small(likeliest, found, run, judge.is_usual if usual else None)
        loops = error == "internal_error"
        code = "endless_loop" if loops else error
        why = "" if trace.message is None else f": {trace.message}"
        message = f"An instance fails in '{state}' with {error}{why}"
        if loops:
            message = f"An instance goes round without a halt: {' → '.join(trace.played.path[-4:])} …"
        case = scenario(trace.case, found.definition, state)
        yield _judged(Finding(code, "error", f"states.{state}", message, case), usual=usual)


def _never_ends(found: Searched, run: Run) -> Iterator[Finding]:
    """Where threads stay, though nothing that can be done lets them go on."""
    told = set[str]()
    for trace in found.paths.values():
        for name in trace.stuck:
            if name in told:
                continue
            told.add(name)
            joins = found.definition.states[name].join
            code, why = (
                ("waiting_join", "a thread that it forked never ends") if joins else ("never_ends", "no way leads on")
            )
            message = f"An instance stays in '{name}' until its TTL: {why}"
            yield Finding(code, "error", f"states.{name}", message, _case(trace, found, run, name))


def _endless(found: Searched, _run: Run) -> Iterator[Finding]:
    """States that are entered, and from which no terminal state can be reached."""
    ends = _leading_to_an_end(found)
    for name in found.arrived:
        if name not in ends and found.definition.states[name].transitions:
            message = f"From state '{name}' no terminal state can be reached: an instance ends by its TTL or a cancel"
            yield Finding("no_end", "warning", f"states.{name}", message)


def _leading_to_an_end(found: Searched) -> set[str]:
    states = found.definition.states
    ends = {name for name, state in states.items() if state.type == "terminal"}
    grown = True
    while grown:
        more = {
            name
            for name, state in states.items()
            if name not in ends
            and any(
                transition.target in ends and (name, index) not in found.proven.transitions
                for index, transition in enumerate(state.transitions)
            )
        }
        ends |= more
        grown = bool(more)
    return ends


def _endless_threads(found: Searched, _run: Run) -> Iterator[Finding]:
    """Threads that come to no terminal state, where a join waits for them."""
    states, ends = found.definition.states, _leading_to_an_end(found)
    for name, state in states.items():
        joins = [each for each in reached(found.definition, [name], next_states) if states[each].join]
        for number, (thread, target) in enumerate(state.forks):
            if joins and target not in ends:
                at = number if thread is None else thread
                message = f"The thread that '{name}' forks into '{target}' never ends, and '{joins[0]}' waits for it"
                yield Finding("waiting_join", "warning", f"states.{name}.fork.{at}", message)


def _unjoined(found: Searched, _run: Run) -> Iterator[Finding]:
    """Forks after which the forking thread comes to no join: nobody waits for what it has started."""
    states = found.definition.states
    for name, state in states.items():
        if forked_states(state) and not any(
            states[each].join for each in reached(found.definition, [name], next_states)
        ):
            message = f"'{name}' forks threads, and comes to no join after it: it goes on before they are through"
            yield Finding("unjoined_fork", "warning", f"states.{name}.fork", message)


def _unread(found: Searched, _run: Run) -> Iterator[Finding]:
    for state, field, decides in unread_fields(found.definition):
        message = f"Nothing reads '{field}', which the form of '{state}' asks for"
        severity: Severity = "warning" if decides else "note"
        yield Finding("unread_field", severity, f"states.{state}.presentation", message)


def _unset(found: Searched, _run: Run) -> Iterator[Finding]:
    for state, index, field, near in unset_fields(found.definition):
        hint = f"; did you mean {near}?" if near else ""
        message = f"Nothing sets '{field}', which a condition of '{state}' looks at{hint}"
        yield Finding("unset_field", "warning", _at(state, index), message)


_JUDGED = (_failures, _nothing_holds)
_CHECKS = (
    _refused,
    _never_ends,
    _unreachable,
    _never_taken,
    _endless,
    _unjoined,
    _endless_threads,
    _odd_answers,
    _unset,
    _unread,
    _not_found,
)


def _seen(field: str, data: Mapping[str, Json]) -> str:
    value = look_up(data, field)
    return f"no {field}" if isinstance(value, Missing) else f"{field} {shown(value)}"


def _case(trace: Trace, found: Searched, run: Run, name: str) -> Scenario:
    return scenario(_small(trace, found, run).case, found.definition, name)


def _small(trace: Trace, found: Searched, run: Run, allows: Callable[[Trace], bool] | None = None) -> Trace:
    """The smallest case that shows the same, and that is allowed, if there is time for that."""
    with suppress(TimeIsUp):
        return smaller(trace, run, found, allows or (lambda _trace: True))
    return trace


def _at(name: str, index: int) -> str:
    return f"states.{name}.transitions[{index}]"
