"""Options that several commands share, and the reading of their values."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import click


def pairs(option: str, values: Iterable[str]) -> Mapping[str, str]:
    """`NAME=VALUE` texts as a mapping; an origin may hold no `=`, a value may."""
    found: dict[str, str] = {}
    for value in values:
        name, separator, rest = value.partition("=")
        if not separator or not name:
            raise click.UsageError(f"{option} takes NAME=VALUE, not '{value}'")
        found[name] = rest
    return found


def definition_files(paths: Iterable[Path]) -> list[Path]:
    """The files that are named, and the JSON files in the folders that are."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            found += sorted(path.glob("*.json"))
        elif path.is_file():
            found.append(path)
        else:
            raise ValueError(f"{path}: no such file or folder")
    return found
