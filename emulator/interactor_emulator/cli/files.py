"""Files that commands write."""

import os
from errno import EEXIST, ENOENT
from pathlib import Path
from tempfile import NamedTemporaryFile


def check_writable(*paths: Path | None) -> None:
    """Raise OSError, naming the path, for one that could not be written: before a minute of work, not after it."""
    named = [path for path in paths if path is not None]
    for path in named:
        if not path.parent.is_dir():
            raise FileNotFoundError(ENOENT, "no such folder", str(path.parent))
        if not os.access(path if path.exists() else path.parent, os.W_OK):
            raise PermissionError(f"{path}: cannot be written")
    if len({path.resolve() for path in named}) < len(named):
        raise FileExistsError(EEXIST, "two options name the same file", str(named[0]))


def write_whole(path: Path, text: str) -> None:
    """Write a file so that it is there whole or, after an error, as it was before. Raises OSError, naming the path."""
    content = text.encode("utf-8", "backslashreplace")
    try:
        with NamedTemporaryFile("wb", dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
            try:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
                os.replace(file.name, path)
            except BaseException:
                os.unlink(file.name)
                raise
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from None
