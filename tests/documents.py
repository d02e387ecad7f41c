"""The pages of `docs/` and the parts of the README that are written from tables; run it to write them anew."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import fields
from functools import partial
from pathlib import Path
from typing import Any

import grimp
from interactor_emulator.bounds import BOUNDS
from interactor_emulator.cli.guide import PAGE
from interactor_emulator.cli.shapes import SHAPES
from interactor_emulator.notices import NOTICES
from interactor_emulator.services.snapshots import reading
from interactor_emulator.state.events import Event
from interactor_emulator.web.control.table import CONTROLS
from interactor_emulator.web.operation import ControlOperation
from interactor_emulator.wire.happenings import INSTANCE_KINDS, KINDS
from interactor_emulator.wire.schemas import Schemas, members_of
from interactor_fixtures import exchange, exchanges, rules

from tests import reference
from tests.snapshots.schema import schema

ROOT = Path(__file__).parent.parent
_PACKAGE = "interactor_emulator"
# What the layers of the page on the architecture name, but for the small files below all of them.
_DRAWN = {each.parent.name for each in (ROOT / "emulator" / _PACKAGE).glob("*/__init__.py")} | {"emulator"}


def diagnostics() -> str:
    """Every diagnostic."""
    lines = [
        "# Diagnostics",
        "",
        "This page has every diagnostic: what the emulator notices, when, and what to do. None changes an answer; they",
        "go to `GET /_emulator/diagnostics`, to `emulator.diagnostics`, and to the end of a pytest session. Codes are",
        "stable; `{…}` is filled in. Those of definitions are given by `interactor-emulator validate` as well. What a",
        "test brings about on purpose it names: `expected_diagnostics` of [the marker](pytest.md#the-marker).",
        "",
        "| code | when | message | hint |",
        "|---|---|---|---|",
    ]
    for each in NOTICES:
        cells = (f"`{each.code}`", each.when, each.message, "" if each.hint == "{hint}" else each.hint)
        lines.append("| " + " | ".join(_cell(text) for text in cells) + " |")
    return "\n".join([*lines, "", "**Next:** [Limits](limits.md), the numbers of the service"]) + "\n"


def bounds() -> str:
    """The bounds that are ours."""
    lines = [
        "# Bounds",
        "",
        "This page has the bounds of the emulator itself: nothing that a client sends grows without one. All of them",
        "are inferred; the numbers of the service are [limits](limits.md), which a test can set. What an account is",
        "asked to keep (workflows, instances, what changed in them, subscriptions) it keeps until a reset.",
        "",
        "| at most | of | beyond |",
        "|---|---|---|",
    ]
    lines += [f"| {each.most:,} {each.unit} | {_cell(each.of)} | {_cell(each.beyond)} |" for each in BOUNDS.values()]
    return "\n".join([*lines, "", "**Next:** [Diagnostics](diagnostics.md), what the emulator notices"]) + "\n"


def events() -> str:
    """Every kind of what followers are told."""
    lines = ["| kind | members beside `id`, `kind` and `at` |", "|---|---|"]
    of_instance = ("instance_id", "workflow", "version_id", "namespace")
    told = {kind: (*of_instance, *members) for kind, members in INSTANCE_KINDS.values()}
    for kind, shape in KINDS.items():
        members = told.get(kind) or [name for name in members_of(shape)[0] if name not in ("id", "kind", "at")]
        lines.append(f"| `{kind}` | {', '.join(f'`{name}`' for name in members)} |")
    return "\n".join(lines) + "\n"


def control_calls() -> str:
    """The control API's calls, a row each."""
    lines = ["| call | what it does | takes |", "|---|---|---|"]
    for each in CONTROLS:
        lines.append(f"| `{each.method} {each.path.lstrip('/')}` | {_cell(each.summary)} | {_taken(each)} |")
    return "\n".join(lines) + "\n"


def _taken(call: ControlOperation) -> str:
    """The members of its body, those that it needs marked, or a body where any names may stand; what its query has."""
    members, needed = members_of(call.body) if isinstance(call.body, type) else ({}, frozenset())
    told = [f"`{name}`{' (needed)' if name in needed else ''}" for name in members]
    if not told and call.example and call.raw is None:
        told = [f"`{json.dumps(call.example)}`"]
    return ", ".join([*told, *(f"`?{name}=`" for name in call.query)])


def snapshot_events() -> str:
    """The events that an instance of a snapshot can have."""
    own = {each.name for each in fields(Event)}
    lines = ["| `type` | members |", "|---|---|"]
    for kind in reading.KINDS:
        named = ", ".join(f"`{each.name}`" for each in fields(kind) if each.name not in own)
        lines.append(f"| `{kind.__name__}` | {named} |")
    return "\n".join(lines) + "\n"


def imports() -> str:
    """Which folder imports which, without the arrows that others imply."""
    graph = grimp.build_graph(_PACKAGE, cache_dir=None)
    below: dict[str, set[str]] = {}
    for module in graph.modules:
        if (folder := _folder(module)) in _DRAWN:
            found = {_folder(other) for other in graph.find_modules_directly_imported_by(module)}
            below.setdefault(folder, set()).update(found & _DRAWN - {folder})
    lines = ["```mermaid", "flowchart TD"]
    for folder in sorted(below):
        implied = set().union(*(_reached(below, each) for each in below[folder]))
        lines += [f"  {folder} --> {other}" for other in sorted(below[folder] - implied)]
    return "\n".join([*lines, "```"]) + "\n"


def _folder(module: str) -> str:
    return (module + "..").split(".")[1]


def _reached(below: Mapping[str, set[str]], folder: str) -> set[str]:
    """All that stands below a folder; it ends, since no arrow runs up."""
    return below[folder].union(*(_reached(below, each) for each in below[folder]))


def rules_of(section: str) -> str:
    """The rules of a section of FIDELITY.md, with the exchanges that show them."""
    lines = ["| id | rule | mark | variant | exchange | test |", "|---|---|---|---|---|---|"]
    shown = {name: json.dumps([step.get("rules") for step in exchange(name)["steps"]]) for name in exchanges()}
    for each in next(one["rules"] for one in rules() if one["section"] == section):
        found = [name for name, named in shown.items() if f'"{each["id"]}"' in named]
        variant = each.get("variant", "–")
        cells = (
            each["id"],
            each["rule"],
            each["mark"],
            variant,
            ", ".join(found) or f"({each['unshown'].lower()})",
            each["test"],
        )
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return text.replace("{{", "{").replace("}}", "}").replace("|", "\\|")


def printed_schemas() -> dict[str, Any]:
    """The JSON Schema of what each command prints with `--format json`, with all members that there are today."""
    schemas = Schemas()
    commands = {name: schemas.of(shape) for name, shape in sorted(SHAPES.items())}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "What each command of interactor-emulator prints with --format json",
        "description": "Of serve, tail and record it is each line.",
        "commands": commands,
        "components": {"schemas": schemas.named},
    }


def opened(schema: Any) -> Any:
    """The same for who reads it: more members may come, so that none but those of today is no promise."""
    if isinstance(schema, list):
        return [opened(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    return {name: opened(each) for name, each in schema.items() if (name, each) != ("additionalProperties", False)}


def guide() -> str:
    """What `interactor-emulator guide` prints, and where to read on."""
    return f"{PAGE.read_text('utf-8')}\n**Next:** [The commands](reference/commands.md)\n"


WHOLE: Mapping[str, Callable[[], str]] = {
    "docs/guide.md": guide,
    "emulator/interactor_emulator/cli/commands.schema.json": lambda: (
        json.dumps(opened(printed_schemas()), indent=1) + "\n"
    ),
    "docs/reference/diagnostics.md": diagnostics,
    "docs/reference/bounds.md": bounds,
    "docs/reference/snapshot.schema.json": lambda: json.dumps(schema(), indent=1) + "\n",
}
"""Pages that are written from a table altogether."""

PARTS: Mapping[str, tuple[Callable[[], str], ...]] = {
    "docs/reference/api.md": (reference.calls, reference.given, reference.answers),
    "docs/reference/control-api.md": (control_calls,),
    "docs/reference/definitions.md": (reference.operators,),
    "docs/reference/errors.md": (reference.error_codes,),
    "docs/reference/events.md": (events,),
    "docs/reference/limits.md": (reference.service_limits,),
    "docs/reference/pytest.md": (
        reference.fixtures,
        reference.marker,
        reference.plugin_options,
        reference.plugin_ini,
    ),
    "docs/reference/python/words.md": (reference.literals,),
    "docs/reference/settings.md": (reference.settings,),
    "docs/reference/snapshots.md": (snapshot_events,),
    "docs/reference/variants.md": (reference.variants,),
    "docs/explanation/architecture.md": (imports,),
}
"""Pages with parts between `<!-- table -->` and `<!-- end -->`, in their order."""

FIDELITY = "fixtures/FIDELITY.md"
"""It has a table for each section of `rules.json`."""

_BEGIN, _END = "<!-- table -->\n", "<!-- end -->\n"
_TABLE = re.compile(r"^\|.*?(?=^$)", re.M | re.S)


def wanted(path: str) -> str:
    """The page as it should be."""
    if path in WHOLE:
        return WHOLE[path]()
    text = (ROOT / path).read_text("utf-8")
    if path == FIDELITY:
        return _with_rules(text)
    made = ""
    for part in PARTS[path]:
        before, _, rest = text.partition(_BEGIN)
        made, text = made + before + _BEGIN + part() + _END, rest.partition(_END)[2]
    return made + text


def _with_rules(text: str) -> str:
    """How many rules there are, and the table under each heading that is a section's, written anew."""
    text = re.sub(r"^Of \d+ rules.*$", _counted(), text, count=1, flags=re.M)
    for section in (each["section"] for each in rules()):
        before, heading, rest = text.partition(f"\n## {section}\n")
        text = before + heading + _TABLE.sub(partial(_table, section), rest, count=1)
    return text


def _counted() -> str:
    marks = [rule["mark"] for section in rules() for rule in section["rules"]]
    inferred, partly = marks.count("I"), sum("I/" in mark or "/I" in mark for mark in marks)
    known = len(marks) - inferred - partly
    return f"Of {len(marks)} rules {known} are documented or published, {partly} in part, and {inferred} are inferred."


def _table(section: str, _found: "re.Match[str]") -> str:
    return rules_of(section)


def main() -> None:
    for path in (*WHOLE, *PARTS, FIDELITY):
        (ROOT / path).write_text(wanted(path), "utf-8")


if __name__ == "__main__":
    main()
