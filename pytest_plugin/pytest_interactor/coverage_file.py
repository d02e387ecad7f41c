"""Coverage as a file: JSON for programs and for adding up, HTML with the picture of each definition for people."""

import html
import json
from collections.abc import Iterable
from pathlib import Path

from interactor_emulator.emulator import Emulator
from interactor_emulator.projections.countable import Entered, Key, Left, states, told, transitions
from interactor_emulator.projections.coverage import Coverage, WorkflowCoverage

from .report import page, table

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
    workflows = [workflow for _, workflow in sorted(coverage.workflows.items())]
    sections = [_section(workflow, f"picture-{number}") for number, workflow in enumerate(workflows, 1)]
    return page(f"Path coverage: {coverage.percent:.0f} %", "".join(sections))


def _section(workflow: WorkflowCoverage, name: str) -> str:
    without = [*_named("not counted", workflow.not_counted()), *_named("impossible", workflow.impossible())]
    missing = "".join(f"<li class=open>{html.escape(line)}</li>" for line in workflow.missing())
    missing += "".join(f"<li><small>{html.escape(line)}</small></li>" for line in without)
    return (
        f"<section><h2>{html.escape(workflow.definition.name)}: {workflow.percent:.0f} %</h2>"
        f"{_picture(workflow, name)}<ul>{missing}</ul>"
        f"{table(('Taken', 'How often', 'By'), _rows(workflow))}</section>"
    )


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


def _picture(workflow: WorkflowCoverage, name: str) -> str:
    """The definition with what was taken marked; `name` makes its ids unique in the page."""
    from interactor_emulator.errors import ValidationError
    from interactor_emulator.picture.graph import Walk
    from interactor_emulator.picture.svg import with_own_ids
    from interactor_emulator.services import pictures

    walk = Walk()
    for key, taken in workflow.taken.items():
        if isinstance(key, Entered):
            walk.visits[key.state] = taken.count
        elif isinstance(key, Left):
            walk.transitions[key.state, key.index] = taken.count
    try:
        picture = Emulator().perform(lambda _account: pictures.draw(workflow.definition, "svg", walk))
        return with_own_ids(picture, name)
    except ValidationError as error:
        return f"<p>{html.escape(str(error))}</p>"
