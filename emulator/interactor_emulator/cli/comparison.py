"""What `compare` has found, as it is written: for people, for programs, and for a pull request."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from interactor_emulator.explore.versions.comparing import Changed, Differences
from interactor_emulator.explore.versions.retold import Retold
from interactor_emulator.explore.versions.stranded import Stranded
from interactor_emulator.jsontext import encode
from interactor_emulator.projections.explain import shortened
from interactor_emulator.terminal import line
from interactor_emulator.wire.scenario import Advance, Answer, Cancel, Scenario, SetStub, Step
from interactor_emulator.wire.scenario_file import value_from

FORMAT = 1
"""Of the JSON."""

_SHOWN = 200  # characters


@dataclass(slots=True)
class Compared:
    """What was found; None of what nobody has asked for. `renamed_to` is the name of the workflow that is another one,
    `waits` how many wait in all, `runs` are all that were recorded."""

    old: Path
    new: Path
    workflow: str
    renamed_to: str | None
    differences: Differences
    stopped: str = ""
    waits: int = 0
    stranded: list[Stranded] | None = None
    runs: list[Retold] | None = None

    @property
    def elsewhere(self) -> list[Retold]:
        """The recorded runs that would now go another way."""
        return [each for each in self.runs or () if each.parting is not None]

    @property
    def doubtful(self) -> list[Retold]:
        """Those of which the old version itself does not come to what was recorded."""
        return [each for each in self.runs or () if each.doubtful]

    @property
    def is_other(self) -> bool:
        """Whether anybody sees a difference."""
        return bool(self.renamed_to or self.differences.changed or self.stranded or self.elsewhere)


def given(case: Scenario) -> Iterator[str]:
    """What is given in a case, a line each."""
    yield f"input {_short(case.input)}"
    for step in case.steps:
        yield _step(step)


def _step(step: Step) -> str:
    match step:
        case Answer(choice=None):
            of = "" if step.thread is None else f" ({step.thread})"
            return f"answer in {step.state}{of} {_short(step.input)}"
        case Answer():
            return f"choice in {step.state} {_short(step.choice)}"
        case Cancel():
            return "cancel"
        case Advance(seconds=seconds):
            return f"{seconds:g} s pass"
        case SetStub(stub=stub):
            return f"a stub for {stub.get('url')}"


def _short(value: Any) -> str:
    return shortened(encode(value), _SHOWN)


# ---- for people


def _text(found: Compared) -> str:
    return "\n".join(line(each) for each in _lines(found))


def _lines(found: Compared) -> Iterator[str]:
    differences = found.differences
    if found.renamed_to is not None:
        yield f"renamed: who starts {found.workflow} does not find it; it is {found.renamed_to}"
    for word, states in (("gained", differences.states_gained), ("lost", differences.states_lost)):
        yield from (f"state {word}: {each}" for each in states)
    for word, ways in (("gained", differences.transitions_gained), ("lost", differences.transitions_lost)):
        yield from (f"transition {word}: {state} → {target}" for state, target in ways)
    for each in differences.changed:
        yield f"changed: {each.parting} ({_counted(each.count, 'case')}{_HIDDEN if each.hides else ''})"
        yield from (f"    {row}" for row in given(each.scenario))
    for stranded in found.stranded or ():
        yield f"stranded: {_who(stranded)}: the new version has not {stranded.missing}"
    for run in found.elsewhere:
        yield f"history: {run.recorded.where}: {run.recorded.id}: {run.parting}"
    for run in found.doubtful:
        yield f"doubtful: {run.recorded.where}: {run.recorded.id}: {run.doubtful}"
    if found.stopped:
        yield f"stopped early: {found.stopped}"
    yield _sum(found)


_HIDDEN = "; what comes after it was not compared in these"


def _who(stranded: Stranded) -> str:
    waiting = stranded.waiting
    of = "" if waiting.namespace is None else f" of {waiting.namespace}"
    shows = f" {_short(waiting.message)}" if waiting.message else ""
    return f"{waiting.instance_id}{of} waits in {waiting.state}{shows}"


def _sum(found: Compared) -> str:
    differences = found.differences
    cases = f"{_counted(differences.cases, 'case')} played on both"
    parts = [f"{_counted(len(differences.changed), 'changed behaviour')}, {cases}"]
    if found.stopped and not differences.changed:
        # Whoever reads only this must not take it for a proof.
        parts = [f"no difference found in {differences.cases} of {_counted(differences.in_all, 'case')}; not through"]
    if found.stranded is not None:
        parts.append(f"{len(found.stranded)} of {found.waits} that wait are stranded")
    if found.runs is not None:
        parts.append(f"{len(found.elsewhere)} of {_counted(len(found.runs), 'recorded run')} would go elsewhere")
    return f"{found.workflow}: {'; '.join(parts)}"


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


# ---- for programs


def as_json(found: Compared) -> dict[str, Any]:
    """As `docs/reference/commands.md` has it."""
    differences = found.differences
    return {
        "format": FORMAT,
        "old": str(found.old),
        "new": str(found.new),
        "workflow": found.workflow,
        "renamed_to": found.renamed_to,
        "states": {"gained": differences.states_gained, "lost": differences.states_lost},
        "transitions": {"gained": _ways(differences.transitions_gained), "lost": _ways(differences.transitions_lost)},
        "changed": [_changed(each) for each in differences.changed],
        "cases": differences.cases,
        "cases_in_all": differences.in_all,
        "stopped": found.stopped,
        "waiting": None if found.stranded is None else _waiting(found, found.stranded),
        "histories": None if found.runs is None else _histories(found, found.runs),
    }


def _ways(ways: tuple[tuple[str, str], ...]) -> list[dict[str, str]]:
    return [{"from": state, "to": target} for state, target in ways]


def _changed(changed: Changed) -> dict[str, Any]:
    parting = changed.parting
    told = {name: getattr(parting, name) for name in ("kind", "where", "what", "before", "after")}
    return {
        **told,
        "difference": str(parting),
        "cases": changed.count,
        "hides": changed.hides,
        "case": value_from(changed.scenario),
    }


def _waiting(found: Compared, stranded: list[Stranded]) -> dict[str, Any]:
    return {"count": found.waits, "stranded": [{**asdict(each.waiting), "missing": each.missing} for each in stranded]}


def _histories(found: Compared, runs: list[Retold]) -> dict[str, Any]:
    rows = [
        {
            "recorded": each.recorded.where,
            "instance_id": each.recorded.id,
            "difference": "" if each.parting is None else str(each.parting),
            "doubtful": each.doubtful,
        }
        for each in runs
        if each.parting is not None or each.doubtful
    ]
    return {"count": len(runs), "elsewhere": len(found.elsewhere), "runs": rows}


# ---- for a pull request


_ROWS = 20
"""So many rows of a table are shown: the others are counted."""


def _github(found: Compared) -> str:
    return "\n".join(_markdown(found))


def _markdown(found: Compared) -> Iterator[str]:
    differences = found.differences
    unsure = bool(found.stopped) and not differences.changed
    head = "no difference found; not through" if unsure else _counted(len(differences.changed), "changed behaviour")
    yield f"### {code(found.workflow)}: {head}"
    if found.renamed_to is not None:
        yield from ("", f"Renamed to {code(found.renamed_to)}: who starts {code(found.workflow)} does not find it.")
    yield from _structure(differences)
    rows = [_row(each) for each in differences.changed]
    yield from _table("Smallest case for each", ["where", "before", "now", "case"], rows, open_=True)
    who = [
        [code(each.waiting.instance_id), code(each.waiting.state), code(each.waiting.message), code(each.missing)]
        for each in found.stranded or ()
    ]
    if found.stranded is not None:
        summary = f"{len(who)} of {found.waits} that wait are stranded"
        yield from _table(summary, ["instance", "waits in", "shows", "not there any more"], who)
    if found.runs is not None:
        ways = [[code(each.recorded.where), code(each.recorded.id), code(each.parting)] for each in found.elsewhere]
        summary = f"{len(ways)} of {_counted(len(found.runs), 'recorded run')} would go elsewhere"
        yield from _table(summary, ["recorded", "instance", "parts"], ways)
        doubts = [[code(each.recorded.where), code(each.recorded.id), code(each.doubtful)] for each in found.doubtful]
        yield from _table("Not as it was recorded already before", ["recorded", "instance", "why"], doubts)
    stopped = f" Stopped early: {code(found.stopped)}." if found.stopped else ""
    yield from ("", f"{_counted(differences.cases, 'case')} played on both versions.{stopped}")


def _row(changed: Changed) -> list[str]:
    parting = changed.parting
    what = f" {code(parting.what)}" if parting.what else ""
    hidden = "<br>What comes after it was not compared in such cases." if changed.hides else ""
    case = "<br>".join(map(code, given(changed.scenario))) + hidden
    return [f"{parting.kind}, {code(parting.where)}{what}", code(parting.before), code(parting.after), case]


def _structure(differences: Differences) -> Iterator[str]:
    for word, states in (("gained", differences.states_gained), ("lost", differences.states_lost)):
        if states:
            yield from ("", f"States {word}: {_few([code(each) for each in states])}")
    for word, ways in (("gained", differences.transitions_gained), ("lost", differences.transitions_lost)):
        if ways:
            yield from ("", f"Transitions {word}: {_few([code(f'{state} → {target}') for state, target in ways])}")


def _few(shown: list[str]) -> str:
    more = f" and {len(shown) - _ROWS} more" if len(shown) > _ROWS else ""
    return ", ".join(shown[:_ROWS]) + more


def _table(summary: str, head: list[str], rows: list[list[str]], *, open_: bool = False) -> Iterator[str]:
    if not rows:
        return
    yield from ("", f"<details{' open' if open_ else ''}><summary>{summary}</summary>", "")
    for row in (head, ["---"] * len(head), *rows[:_ROWS]):
        yield f"| {' | '.join(row)} |"
    if len(rows) > _ROWS:
        yield from ("", f"… and {len(rows) - _ROWS} more")
    yield from ("", "</details>")


_PLAIN = frozenset(" _-.,:;→()[]{}\"'=!?/$+%…")


def code(text: object) -> str:
    """The text as code in Markdown, in a table too: nothing of it is markup, a link or somebody's name.

    Where something might be, each such character is the number that stands for it in HTML."""
    shown = line(text)
    if shown and shown.strip() == shown and all(each.isalnum() or each in _PLAIN for each in shown):
        return f"`{shown}`"
    return f"<code>{''.join(each if each.isalnum() or each == ' ' else f'&#{ord(each)};' for each in shown)}</code>"


WRITTEN: Mapping[str, Callable[[Compared], str]] = {"text": _text, "github": _github}
"""How it is written, by the name of the format."""
