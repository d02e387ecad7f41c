"""Options that several commands share, and the reading of their values."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from interactor_emulator.tokens import Client

_CLIENT_MEMBERS = ("client_id", "client_secret", "scopes", "namespaces")


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


def clients_from(tables: Any) -> "Iterator[Client]":
    """Clients as a file has them: `[[clients]]` with `client_id`, `client_secret`, `scopes`, `namespaces`."""
    from interactor_emulator.tokens import SCOPES, Client

    for table in tables if isinstance(tables, list | tuple) else (tables,):
        if not isinstance(table, dict) or not {"client_id", "client_secret"} <= set(table) <= set(_CLIENT_MEMBERS):
            raise click.UsageError(
                f"setting clients: each needs client_id and client_secret, and may have "
                f"{' and '.join(_CLIENT_MEMBERS[2:])}"
            )
        scopes, namespaces = table.get("scopes", SCOPES), table.get("namespaces")
        if unknown := set(scopes) - set(SCOPES):
            raise click.UsageError(f"setting clients: unknown scope {min(unknown)}; there are {', '.join(SCOPES)}")
        yield Client(
            str(table["client_id"]),
            str(table["client_secret"]),
            tuple(scopes),
            None if namespaces is None else tuple(namespaces),
        )
