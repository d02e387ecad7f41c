"""Files that the command line names: whoever types nearly the name of one is led to it."""

from collections.abc import Callable
from errno import EINVAL, ENOENT
from pathlib import Path
from typing import Any

import click

from interactor_emulator.nearest import beside

RECORDED = "what record --out, or contract --record, has written"
SNAPSHOT = "what serve --snapshot, or GET /_emulator/snapshot, has written"

FileOption = Callable[[click.Context, click.Parameter, Any], Any]


def must_be_file(file: Path) -> None:
    """Raises ValueError or OSError, with the nearest that there is."""
    if file.is_dir():
        files = sorted(file.glob("*.json"))
        like = f", like {files[0]}" if files else ""
        raise ValueError(f"{file} is a folder; name the file of one definition{like}")
    if file.is_symlink() and not file.exists():
        raise OSError(ENOENT, "it is a link that leads to no file", str(file))
    if file.exists() and not file.is_file():
        raise OSError(EINVAL, "it is no ordinary file", str(file))
    if not file.is_file():
        raise FileNotFoundError(ENOENT, f"no such file{beside(file)}", str(file))


def existing(what: str) -> FileOption:
    """A callback of an option or argument that names such files: `what` is where one comes from."""

    def check(_context: click.Context, _option: click.Parameter, value: Any) -> Any:
        for path in value if isinstance(value, tuple) else (value,):
            if path is not None and path.is_dir():
                raise ValueError(f"{path} is a folder; name {what}")
            if path is not None and not path.is_file():
                raise FileNotFoundError(ENOENT, f"no such file{beside(path)}; it is {what}", str(path))
        return value

    return check
