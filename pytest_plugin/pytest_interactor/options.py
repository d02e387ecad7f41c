"""What a session may be told, on the command line and in its settings; a mistake ends it before it begins."""

import os
from pathlib import Path

import pytest


def add(parser: pytest.Parser) -> None:
    """All options and settings of the plugin."""
    group = parser.getgroup("interactor", "Interactor emulator")
    group.addoption(
        "--interactor-definitions",
        action="append",
        default=[],
        metavar="DIR",
        help="a folder in which emulator.load() looks for definitions by name; may be repeated",
    )
    group.addoption(
        "--interactor-coverage",
        action="append",
        nargs="?",
        const="",
        default=[],
        metavar="FILE",
        help="show which states, transitions and conditions the tests took; also in a file: .json or .html",
    )
    group.addoption(
        "--interactor-coverage-fail-under",
        action="append",
        default=[],
        metavar="[NAME=]PERCENT",
        help="fail when less of all workflows together was taken, or of the one that is named; may be repeated",
    )
    group.addoption(
        "--interactor-coverage-from",
        action="append",
        default=[],
        metavar="FILE",
        help="add the coverage of a .json file, as `interactor-emulator exec --coverage` writes it; may be repeated",
    )
    group.addoption(
        "--interactor-report",
        action="append",
        default=[],
        metavar="FILE",
        help="write the Workflow Implementation Report: .md, .html or .json; may be repeated",
    )
    group.addoption(
        "--interactor-diagnostics",
        choices=["warn", "error", "off"],
        default=None,
        help="what the emulator noticed, what was prepared in vain: shown at the end, an error of the test, or not",
    )
    group.addoption(
        "--interactor-sweep",
        action="store_true",
        help="run each test again for every API call that it makes over HTTP, with the reply to that call lost",
    )
    group.addoption(
        "--interactor-sweep-calls",
        type=int,
        default=50,
        metavar="N",
        help="how many calls of a test are swept at most; 50 unless said otherwise",
    )
    group.addoption(
        "--interactor-fuzz",
        type=int,
        default=None,
        metavar="N",
        help="at the end, run the definitions that the tests loaded with N made-up cases each; an error fails it",
    )
    group.addoption(
        "--interactor-mutate",
        metavar="FILE",
        help="when all tests pass: run those that use this definition again with wrong versions of it, in this process",
    )
    group.addoption(
        "--interactor-mutate-max",
        type=int,
        default=None,
        metavar="N",
        help="how many wrong versions are tried at most, evenly taken from all parts of the definition; all by default",
    )
    group.addoption(
        "--interactor-mutate-result",
        metavar="FILE",
        help="write what came of it there, a .json file, in place of showing it",
    )
    parser.addini("interactor_diagnostics", "warn, error or off, as --interactor-diagnostics", default="warn")
    parser.addini("interactor_scenarios", "whether *.scenario.json files are collected as tests", "bool", True)
    parser.addini("interactor_definitions", "folders in which emulator.load() looks for definitions", "paths", [])


def check(config: pytest.Config) -> None:
    """Raise UsageError for what cannot be meant."""
    _check_endings(config, "--interactor-coverage", (".json", ".html"))
    _check_endings(config, "--interactor-report", (".md", ".html", ".json"))
    _check_folders(config)
    _check_gates(config)
    if config.getoption("--interactor-sweep-calls") < 1:
        raise pytest.UsageError("--interactor-sweep-calls is a number of calls, 1 or more")
    if (examples := config.getoption("--interactor-fuzz")) is not None and examples < 1:
        raise pytest.UsageError("--interactor-fuzz is a number of cases, 1 or more")
    if (mode := diagnostics(config)) not in ("warn", "error", "off"):
        raise pytest.UsageError(f"interactor_diagnostics is warn, error or off, not {mode}")
    for name in config.getoption("--interactor-coverage-from"):
        if not Path(name).is_file():
            raise pytest.UsageError(f"--interactor-coverage-from: there is no file {name}")
        _check_coverage(Path(name))


def diagnostics(config: pytest.Config) -> str:
    """What becomes of what the emulator noticed: `warn`, `error` or `off`."""
    return str(config.getoption("--interactor-diagnostics") or config.getini("interactor_diagnostics"))


def _check_gates(config: pytest.Config) -> None:
    if not (texts := config.getoption("--interactor-coverage-fail-under")):
        return
    from interactor_emulator.projections.gates import gates_from

    try:
        gates_from(texts)
    except ValueError as error:
        raise pytest.UsageError(f"--interactor-coverage-fail-under: {error}") from None


def _check_coverage(file: Path) -> None:
    from .coverage_file import read

    try:
        read(file)
    except ValueError as error:
        raise pytest.UsageError(f"--interactor-coverage-from: {error}") from None


def _check_folders(config: pytest.Config) -> None:
    """A folder that is not there would be told by nobody: what is in it is just not found."""
    given = [("--interactor-definitions", Path(name)) for name in config.getoption("--interactor-definitions")]
    given += [(f"interactor_definitions in {config.inipath}", path) for path in config.getini("interactor_definitions")]
    for where, folder in given:
        if not folder.is_dir():
            beside = [each.name for each in folder.parent.iterdir()] if folder.parent.is_dir() else []
            from interactor_emulator.nearest import nearest  # late: only a mistaken folder needs it

            near = nearest(folder.name, beside)
            hint = f"; did you mean {near}?" if near else ""
            raise pytest.UsageError(f"{where}: there is no folder {folder}{hint}")


def _check_endings(config: pytest.Config, option: str, endings: tuple[str, ...]) -> None:
    for name in config.getoption(option):
        if name and not name.endswith(endings):
            meant = f"write {option}=FILE"
            if Path(name.partition("::")[0]).suffix == ".py" or Path(name).is_dir():
                meant = f"{name} was taken for it: put {option} after the paths, or {meant}"
            raise pytest.UsageError(f"{option} {name}: a file ends in {' or '.join(endings)}; {meant}")
        if name and (why := _unwritable(Path(name))) is not None:
            raise pytest.UsageError(f"{option} {name}: {why}")


def _unwritable(file: Path) -> str | None:
    """Why no file can be written there, as far as can be seen before the tests; folders that are missing are made."""
    if file.is_dir():
        return "it is a folder; a file is wanted"
    there = next(each for each in (file, *file.absolute().parents) if each.exists())
    if there != file and not there.is_dir():
        return f"{there} is no folder"
    return None if os.access(there, os.W_OK) else f"{there} cannot be written"
