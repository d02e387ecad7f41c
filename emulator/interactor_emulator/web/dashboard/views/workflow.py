"""One workflow: its picture, its versions, what is said about it, its definition, its coverage, its scenarios."""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from markupsafe import Markup

from interactor_emulator.definition.model import Definition
from interactor_emulator.effects import Steps
from interactor_emulator.errors import NotFound, ValidationError, VersionNotFound
from interactor_emulator.jsontext import encode
from interactor_emulator.projections.countable import Key, Outcome, outcomes, states, told, transitions
from interactor_emulator.projections.coverage import WorkflowCoverage
from interactor_emulator.redaction import redact
from interactor_emulator.services import coverage, pictures, workflows
from interactor_emulator.state.instance import Version
from interactor_emulator.web.dashboard.places import all_marked
from interactor_emulator.web.dashboard.rendering import pretty
from interactor_emulator.web.dashboard.searches import SECONDS
from interactor_emulator.web.dashboard.visit import Answer, GoTo, Page, Text, Visit

_COUNTED = 500
_LINK_CHARACTERS = 1_500
_TABS = (
    ("picture", "Picture"),
    ("warnings", "Warnings"),
    ("definition", "Definition"),
    ("coverage", "Coverage"),
    ("scenarios", "Scenarios"),
)


def show(visit: Visit) -> Steps[Answer]:
    """One workflow by its `name`; `version` names one of its versions, else it is the latest, `tab` what is shown."""
    workflow = workflows.find(visit.account, visit.params["name"])
    version = chosen(visit)
    tab = visit.query.get("tab", "picture")
    if tab not in _SHOWN:
        raise NotFound(f"There is no tab '{tab[:50]}'; there are {', '.join(_SHOWN)}")
    values = yield from _SHOWN[tab](visit, version)
    warned = workflows.advise(visit.account, version.definition.source, finished=True)
    common = {"workflow": workflow, "version": version, "tab": tab, "tabs": _TABS, "warned": len(warned)}
    return Page(f"workflow_{tab}.html", workflow.name, {**common, **values})


def act(visit: Visit) -> Answer:
    """Publish a version, or search for scenarios: `do` says which."""
    version = chosen(visit)
    if visit.form.get("do") == "publish":
        workflows.publish(visit.account, version.workflow_name, version.id)
        return GoTo(visit.url)
    if not visit.searches.begin(version.definition.source, visit.account.secrets):
        raise ValidationError(("explore", "Other searches are under way: try again in some seconds"))
    return GoTo(visit.url)


def scenario(visit: Visit) -> Answer:
    """One scenario that was found, as a file."""
    search = visit.searches.of(chosen(visit).definition.source)
    number = visit.params["number"]
    cases = [] if search is None or search.found is None else search.found["cases"]
    if not number.isdigit() or len(number) > len(str(len(cases))) or not 0 < int(number) <= len(cases):
        raise NotFound("There is no such scenario: search for them again")
    case = cases[int(number) - 1]["scenario"]
    if case is None:
        raise NotFound("No file can hold this scenario: it names what a stub cannot name")
    name = f"{visit.params['name']}-{int(number):03d}.scenario.json"
    text = json.dumps(redact(case, visit.account.secrets.ever), indent=2, ensure_ascii=False) + "\n"
    return Text(text, "application/json; charset=utf-8", name)


def chosen(visit: Visit) -> Version:
    """The version that is looked at."""
    workflow, wanted = workflows.find(visit.account, visit.params["name"]), visit.query.get("version", "")
    for each in workflow.versions:
        if each.id == wanted:
            return each
    if wanted:
        raise VersionNotFound(wanted)
    return workflow.versions[-1]


Values = Steps[Mapping[str, Any]]
Keys = Callable[[Definition], Iterable[Key]]


def _picture(visit: Visit, version: Version) -> Values:
    seen, ran = yield from coverage.of_version(visit.account, version, _COUNTED)
    return {**(yield from _drawn(version, seen)), "ran": ran, "counted": _COUNTED}


def _drawn(version: Version, seen: WorkflowCoverage) -> Values:
    walk = pictures.walk_of(seen) if seen.taken else None
    try:
        picture = yield from pictures.inline(version.definition, walk)
    except ValidationError as error:
        return {"picture": None, "too_large": error.message}
    return {"picture": Markup(picture), "too_large": ""}


def _warnings(visit: Visit, version: Version) -> Values:
    yield from ()
    source = version.definition.source
    text = pretty(source)
    found = workflows.advise(visit.account, source, finished=True)
    return {"warnings": all_marked(text, [(each.path, each.message, each.code, each.hint) for each in found])}


def _definition(_visit: Visit, version: Version) -> Values:
    yield from ()
    source = version.definition.source
    return {"members": {name: value for name, value in source.items() if name != "states"}, "states": source["states"]}


def _coverage(visit: Visit, version: Version) -> Values:
    seen, ran = yield from coverage.of_version(visit.account, version, _COUNTED)
    kinds: tuple[tuple[str, Keys], ...] = (
        ("States", states),
        ("Transitions", transitions),
        ("Outcomes of conditions", outcomes),
    )
    tables = [
        (words, part, [_row(seen, key) for key in keys(version.definition)])
        for (words, keys), part in zip(kinds, seen.parts(), strict=True)
    ]
    return {
        **(yield from _drawn(version, seen)),
        "ran": ran,
        "counted": _COUNTED,
        "percent": seen.percent,
        "tables": tables,
    }


def _row(seen: WorkflowCoverage, key: Key) -> tuple[str, int, str]:
    """What it is, how often it was taken, and why it does not count if it does not."""
    taken, without = seen.taken.get(key), seen.left_out()
    why = "not counted" if key in without.unwanted else "impossible" if key in without.impossible else "never"
    words = told(seen.definition, key).partition(" ")[2]
    if isinstance(key, Outcome):
        words += ": seen true" if key.holds else ": seen false"
    return words, taken.count if taken else 0, "" if taken else why


def _scenarios(visit: Visit, version: Version) -> Values:
    yield from ()
    search = visit.searches.of(version.definition.source)
    # Read once: the search goes on meanwhile.
    found, failed = (None, "") if search is None else (search.found, search.failed)
    return {
        "told": "" if search is None or found or failed else search.told,
        "found": found,
        "failed": failed,
        "cases": [_case(visit, each) for each in found["cases"]] if found else [],
        "seconds": SECONDS,
    }


def _case(visit: Visit, case: Mapping[str, Any]) -> Mapping[str, Any]:
    """A row: what is given, where it goes, and the address that starts an instance with this input."""
    scenario = case["scenario"] or {}
    given = encode(scenario.get("input", {}))
    start = visit.link(f"workflows/{visit.params['name']}/start", input=given)
    answers = [each["answer"] for each in scenario.get("steps", ()) if "answer" in each]
    chosen = [each["choose"] for each in scenario.get("steps", ()) if "choose" in each]
    short = start if len(start) < _LINK_CHARACTERS else ""
    return {**case, "input": given, "answers": [*answers, *chosen], "start": short}


_SHOWN: Mapping[str, Callable[[Visit, Version], Values]] = {
    "picture": _picture,
    "warnings": _warnings,
    "definition": _definition,
    "coverage": _coverage,
    "scenarios": _scenarios,
}
