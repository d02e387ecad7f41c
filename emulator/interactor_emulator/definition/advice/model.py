"""One piece of advice, and the same before its path is written out."""

from typing import NamedTuple

from interactor_emulator.definition.paths import Path


class Advice(NamedTuple):
    """Something worth a second look; `code` is stable, `hint` says what to do."""

    code: str
    path: str
    message: str
    hint: str


class Draft(NamedTuple):
    """Advice whose place is still a path of keys."""

    code: str
    at: Path
    message: str
    hint: str
