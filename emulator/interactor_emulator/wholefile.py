"""Files of which there is the old one or the new one, whole, and which nobody else reads."""

import os
from errno import EACCES, EEXIST, ENOENT
from pathlib import Path
from tempfile import TemporaryDirectory, mkstemp


def check_writable(*paths: Path | None) -> None:
    """Raise OSError, naming the path, for one that could not be written: before a minute of work, not after it."""
    named = [path for path in paths if path is not None]
    for path in named:
        if not path.parent.is_dir():
            raise FileNotFoundError(ENOENT, "no such folder", str(path.parent))
        if not os.access(path.parent, os.W_OK):
            raise PermissionError(EACCES, "nothing can be written there", str(path.parent))
    if len({path.resolve() for path in named}) < len(named):
        raise FileExistsError(EEXIST, "two options name the same file", str(named[0]))


def write_whole(path: Path, text: str) -> None:
    """Put the text there in place of what was there, with a line break at its end. Raises OSError, naming the path, and
    nothing has changed.

    It is readable by its owner alone: it may hold what webhooks are signed with, or what a client said."""
    target = path.resolve()  # a link stays one
    try:
        handle, beside = mkstemp(prefix=f".{target.name[:100]}-", suffix=".tmp", dir=target.parent)
        try:
            with open(handle, "w", encoding="utf-8", errors="backslashreplace") as file:
                file.write(text if text.endswith("\n") else text + "\n")
                file.flush()
                os.fsync(file.fileno())
            os.replace(beside, target)
        except BaseException:
            os.unlink(beside)
            raise
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from None


def write_shared(path: Path, text: str) -> None:
    """The same for a file that belongs to a project: it keeps the rights that it has, and a new one has those of any
    new file. Raises OSError, naming the path, and nothing has changed."""
    target = path.resolve()
    try:
        with TemporaryDirectory(prefix=".interactor-", suffix=".tmp", dir=target.parent) as folder:
            beside = Path(folder) / "whole"
            with beside.open("w", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
                file.write(text if text.endswith("\n") else text + "\n")
                file.flush()
                os.fsync(file.fileno())
            if target.exists():
                beside.chmod(target.stat().st_mode & 0o777)
            os.replace(beside, target)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from None
