"""Coverage as a file: JSON for programs and for adding up, HTML with the picture of each definition for people."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from interactor_emulator.emulator import Emulator
from interactor_emulator.projections.countable import Key, states, told, transitions
from interactor_emulator.projections.coverage import Coverage, WorkflowCoverage

ENDINGS = (".json", ".html")


def write(path: Path, coverage: Coverage) -> None:
    """Write it to a file whose ending says in which form."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(coverage.to_json(), indent=1) + "\n" if path.suffix == ".json" else _html(coverage)
    path.write_text(text, "utf-8", "backslashreplace")


def read(path: Path) -> Coverage:
    """A JSON file that was written before; raises ValueError that names the file when it is not one."""
    try:
        return Coverage.from_json(json.loads(path.read_text("utf-8")))
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise ValueError(f"{path} is no coverage file: {error}") from None


def _html(coverage: Coverage) -> str:
    from interactor_emulator.web.dashboard import reports  # late: most sessions write no page

    workflows = [workflow for _, workflow in sorted(coverage.workflows.items())]
    shown = [_shown(workflow, f"picture-{number}") for number, workflow in enumerate(workflows, 1)]
    told = "no test ran any workflow" if coverage.percent is None else f"{coverage.percent:.0f} %"
    return reports.page("coverage.html", f"Path coverage: {told}", workflows=shown)


def _shown(workflow: WorkflowCoverage, name: str) -> Mapping[str, object]:
    """What the page says of one workflow."""
    return {
        "name": workflow.definition.name,
        "percent": f"{workflow.percent:.0f}",
        "picture": _picture(workflow, name),
        "missing": workflow.missing(),
        "without": [*_named("not counted", workflow.not_counted()), *_named("impossible", workflow.impossible())],
        "rows": list(_rows(workflow)),
    }


def _named(what: str, lines: Iterable[str]) -> list[str]:
    return [f"{what}: {line}" for line in lines]


def _rows(workflow: WorkflowCoverage) -> Iterable[tuple[str, int, str]]:
    keys: list[Key] = [*states(workflow.definition), *transitions(workflow.definition)]
    for key in keys:
        shown = told(workflow.definition, key).partition(" ")[2]
        taken = workflow.taken.get(key)
        if taken is None:
            yield shown, 0, _never(workflow, key)
        else:
            names = sorted(test.rsplit("::", 1)[-1] for test in taken.tests)
            yield shown, taken.count, ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")


def _never(workflow: WorkflowCoverage, key: Key) -> str:
    without = workflow.left_out()
    return "not counted" if key in without.unwanted else "impossible" if key in without.impossible else "never"


def _picture(workflow: WorkflowCoverage, name: str) -> object:
    """The definition with what was taken marked, or why there is none; `name` makes its ids unique in the page."""
    from interactor_emulator.errors import ValidationError
    from interactor_emulator.picture.svg import with_own_ids
    from interactor_emulator.services import pictures
    from markupsafe import Markup

    walk = pictures.walk_of(workflow)
    try:
        picture = Emulator().perform(lambda _account: pictures.inline(workflow.definition, walk))
    except ValidationError as error:
        return str(error)
    return Markup(with_own_ids(picture, name))
