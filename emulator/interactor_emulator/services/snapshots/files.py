"""The file of a snapshot: there is the old one or the new one, whole, and nobody else reads it."""

import os
from pathlib import Path
from tempfile import mkstemp


def write(path: Path, text: str) -> None:
    """Put the text there in place of what was there. Raises OSError, and nothing has changed.

    It is readable by its owner alone: it holds what webhooks are signed with, and the secrets of clients."""
    target = path.resolve()  # a link stays one
    handle, beside = mkstemp(prefix=f".{target.name[:100]}-", suffix=".tmp", dir=target.parent)
    try:
        with open(handle, "w", encoding="utf-8") as file:
            file.write(text + "\n")
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, target)
    except BaseException:
        os.unlink(beside)
        raise
