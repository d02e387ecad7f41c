"""Scenario files on the disk: which there are, and the definitions that they are about."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from errno import ENOENT
from pathlib import Path

from interactor_emulator.definition.reading import read_definition
from interactor_emulator.emulator import Emulator
from interactor_emulator.errors import InvalidWorkflow
from interactor_emulator.nearest import beside, nearest
from interactor_emulator.wire.scenario import Scenario
from interactor_emulator.wire.scenario_file import ENDING

from .playing import Unplayable


def scenario_files(paths: Iterable[Path]) -> list[Path]:
    """The files that are named, and the scenario files in the folders that are, at any depth; each once.

    Raises OSError for what is not there, or a folder that has none."""
    found: dict[Path, Path] = {}
    for path in paths:
        if path.is_dir():
            files = sorted(each for each in path.rglob(f"*{ENDING}") if not _is_left_out(each.relative_to(path)))
            if not files:
                raise FileNotFoundError(ENOENT, f"there is no {ENDING} file in this folder", str(path))
        elif path.is_file():
            files = [path]
        else:
            raise FileNotFoundError(ENOENT, f"no such file or folder{beside(path)}", str(path))
        found |= {each.resolve(): each for each in files if each.resolve() not in found}
    return list(found.values())


def _is_left_out(path: Path) -> bool:
    """What belongs to tools, and to nobody's tests."""
    return any(part.startswith(".") or part == "node_modules" for part in path.parts)


def load(emulator: Emulator, scenario: Scenario, folder: Path, definitions: Iterable[Path]) -> Scenario:
    """Create and publish the workflow that a scenario is about; the scenario with the workflow's name in it.

    Its `definition` stands in relation to `folder`, where the scenario's own file is. Without one the workflow is
    looked for by its name in the folders `definitions`, and last in that one. Raises Unplayable, BadFile, OSError."""
    file = folder / scenario.definition if scenario.definition is not None else _by_name(scenario, folder, definitions)
    if not file.is_file():
        raise Unplayable(f"definition: there is no file {file}{beside(file)}")
    source = read_definition(file)
    try:
        emulator.load(source)
    except InvalidWorkflow as error:
        raise Unplayable(f"{file}: {error}") from None
    name = str(source["name"])
    if scenario.workflow not in ("", name):
        raise Unplayable(f"workflow: {file} has the workflow {name!r}, and not {scenario.workflow!r}")
    return replace(scenario, workflow=name)


def _by_name(scenario: Scenario, folder: Path, definitions: Iterable[Path]) -> Path:
    """The file that is called as the workflow is, or another one that has a workflow of this name."""
    folders = [*definitions, folder]
    files = [each for one in folders for each in (one / f"{scenario.workflow}.json", *_definitions_in(one))]
    known: dict[str, Path] = {}
    for file in files:
        if (name := _name_in(file)) is not None:
            known.setdefault(name, file)
            if name == scenario.workflow:
                return file
    near = nearest(scenario.workflow, known)
    meant = f"; did you mean {near}?" if near else ""
    looked = ", ".join(dict.fromkeys(map(str, folders)))
    raise Unplayable(f"workflow: no definition of {scenario.workflow!r} in {looked}{meant}")


def _definitions_in(folder: Path) -> Iterator[Path]:
    return (each for each in sorted(folder.glob("*.json")) if not each.name.endswith(ENDING))


def _name_in(file: Path) -> str | None:
    """The name of the workflow in a file; None for one that is no definition, or not there."""
    try:
        name = read_definition(file).get("name")
    except (OSError, ValueError):
        return None
    return name if isinstance(name, str) else None
