"""Cases that failed, kept on the disk until they fail no more: a scenario file each, in a folder for each workflow."""

import os
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote
from zlib import crc32

from interactor_emulator.wholefile import write_whole
from interactor_emulator.wire.scenario import Scenario
from interactor_emulator.wire.scenario_file import ENDING, read, text_from

_LONGEST = 60


class Kept:
    """The cases of one workflow; `definition` is the file that they are about, which each of them names."""

    def __init__(self, folder: Path, workflow: str, definition: Path) -> None:
        self._folder = folder / quote(workflow, safe="", errors="backslashreplace")[:_LONGEST]
        self._definition = Path(os.path.relpath(definition, self._folder)).as_posix()

    def cases(self) -> list[Scenario]:
        """Those that are kept. Raises BadFile, which names the file and the place, or OSError."""
        return [read(path) for path in self._files()]

    def keep(self, scenarios: Iterable[Scenario], *, forget: bool = True) -> None:
        """Keep these; what else there is fails no more, and is to be forgotten. Raises OSError."""
        named = {_name(each): text_from(replace(each, definition=self._definition)) for each in scenarios}
        for path in self._files():
            if forget and path.name not in named:
                path.unlink()
        if named:
            self._folder.mkdir(parents=True, exist_ok=True)
        for name, text in named.items():
            write_whole(self._folder / name, text)

    def _files(self) -> list[Path]:
        return sorted(self._folder.glob(f"*{ENDING}"))


def _name(scenario: Scenario) -> str:
    """What it is called, and a number of its own."""
    number = crc32(text_from(replace(scenario, definition=None)).encode("utf-8", "surrogatepass"))
    return (
        f"{quote(scenario.name.replace(' ', '-'), safe='', errors='backslashreplace')[:_LONGEST]}-{number:08x}{ENDING}"
    )
