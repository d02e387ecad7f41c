"""One piece of advice, and the same before its path is written out."""

from typing import NamedTuple

from interactor_emulator.definition.paths import Path
from interactor_emulator.notices import DefinitionNotice


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

    @classmethod
    def of(cls, notice: DefinitionNotice, at: Path, **values: object) -> "Draft":
        """What a row of the table says, with these values in its places."""
        return cls(notice.code, at, notice.message.format(**values), notice.hint.format(**values))
