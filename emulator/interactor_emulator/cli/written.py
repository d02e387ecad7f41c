"""Files that a search writes for its user: nothing that somebody else wrote is lost to them."""

import os
from collections.abc import Iterable
from errno import EEXIST, EINVAL, ENOENT
from pathlib import Path

from interactor_emulator.wire.scenario_file import ENDING

_BY = "# Written by interactor-emulator {}"
_KEEP = ", which writes it anew: take this line out to keep what you change."
_FORCE = "it exists, and would be written over; name another, or add --force"


def marked(command: str, tests: str) -> str:
    """The tests under a line that says who wrote them."""
    return f"{_BY.format(command)}{_KEEP}\n{tests}"


def check_tests(target: Path, command: str, definitions: Iterable[Path], *, force: bool) -> None:
    """Raise OSError, naming the file, for tests that cannot be written there or would replace what the command has not
    written; a definition that is searched is never replaced."""
    if not target.resolve().parent.is_dir():
        raise FileNotFoundError(ENOENT, "no such folder; make it first", str(target.resolve().parent))
    if not target.exists():
        return
    _check_definition(target, definitions)
    if not target.is_file():
        raise OSError(EINVAL, "it is no ordinary file", str(target))
    if not force and not _own(target, command):
        raise FileExistsError(EEXIST, _FORCE, str(target))


def check_scenarios(folder: Path, workflow: str, definitions: Iterable[Path], *, force: bool) -> None:
    """The same for a folder of scenario files; it is made if there is none."""
    if folder.exists() and not folder.is_dir():
        raise NotADirectoryError(EEXIST, "it is no folder", str(folder))
    for path in _numbered(folder, workflow):
        _check_definition(path, definitions)
        if not force:
            raise FileExistsError(EEXIST, _FORCE, str(path))


def _numbered(folder: Path, workflow: str) -> list[Path]:
    """The files that have a name that is given to a case."""
    if not folder.is_dir():
        return []
    start = f"{workflow}-"
    names = (name for name in os.listdir(folder) if name.startswith(start) and name.endswith(ENDING))
    return sorted(folder / name for name in names if name[len(start) : -len(ENDING)].isdecimal())


def _check_definition(path: Path, definitions: Iterable[Path]) -> None:
    if path.exists() and any(path.samefile(each) for each in definitions):
        raise FileExistsError(EEXIST, "it is the definition itself; name another file", str(path))


def _own(target: Path, command: str) -> bool:
    with target.open(encoding="utf-8", errors="replace") as file:
        return file.readline(len(_BY) + 100).startswith(_BY.format(command))
