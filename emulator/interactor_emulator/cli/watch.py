"""`serve --watch`: a definition's file that changes becomes a new published version.

The files are looked at, ten times a second: that costs less than a hundredth of a processor, works on every system and
every kind of disk, and needs no library. A file that is good is published at once. One that is broken is told of only
when it has stayed so until the next look: an editor may be in the midst of writing it.
"""

import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from interactor_emulator.errors import InvalidWorkflow, VersionNotFound, WorkflowNotFound
from interactor_emulator.jsontext import encode
from interactor_emulator.redaction import redact
from interactor_emulator.terminal import line

from .findings import DefinitionFile, unreadable

if TYPE_CHECKING:
    from interactor_emulator.emulator import Emulator

_PERIOD_SECONDS = 0.1

Stamp = tuple[int, int, int]


@dataclass(slots=True)
class _File:
    """A file as it was seen last: `stamp` is None while it is not there; `good` is the definition of it that is
    published; `doubtful` is the stamp at which it was no definition."""

    stamp: Stamp | None = None
    good: str = ""
    doubtful: Stamp | None = None
    broken: bool = False


class Watch:
    """The files that are named, and the JSON files in the folders that are, those to come included. `tell` is given a
    line for each publication, and for each fault of a file as `validate` has it."""

    def __init__(self, emulator: "Emulator", paths: Iterable[Path], tell: Callable[[str], None]) -> None:
        self._emulator = emulator
        self._paths = list(paths)
        self._print = tell
        self._files: dict[Path, _File] = {}
        self._told = ""
        self._over = threading.Event()
        for path in self._there():
            self._files[path] = _File(_stamp(path), encode(DefinitionFile(path).source))
        self._thread = threading.Thread(target=self._run, name="interactor-watch", daemon=True)

    def start(self) -> None:
        """Look from now on, in a thread of its own."""
        self._thread.start()

    def stop(self) -> None:
        """Look no more."""
        self._over.set()

    def _run(self) -> None:
        while not self._over.wait(_PERIOD_SECONDS):
            try:
                self.look()
            except Exception as error:  # noqa: BLE001 - the next look may find it mended
                self._tell_once(f"--watch: {type(error).__name__}: {error}")

    def _tell_once(self, fault: str) -> None:
        if fault != self._told:
            self._told = fault
            self._tell(line(fault))

    def _tell(self, text: str) -> None:
        self._print(redact(text, self._emulator.account.secrets.ever))

    def look(self) -> None:
        """Publish what has changed since the last look."""
        for path in dict.fromkeys([*self._there(), *self._files]):
            stamp = _stamp(path)
            if stamp is None:
                if path in self._files:
                    self._is_gone(path, self._files[path])
            elif stamp != (file := self._files.setdefault(path, _File())).stamp:
                self._has_changed(path, file, stamp)

    def _there(self) -> list[Path]:
        return [file for path in self._paths for file in _files_of(path)]

    def _is_gone(self, path: Path, file: _File) -> None:
        """An editor may put a new one in its place at once: it is gone when the next look does not find it either."""
        if file.stamp is not None:
            file.stamp = None
            file.doubtful = None
        elif file.doubtful is None:
            file.doubtful = _NOWHERE
            self._say(path, "is gone; what was published of it stays, for no call of the service removes a workflow")

    def _has_changed(self, path: Path, file: _File, stamp: Stamp) -> None:
        faults = list(self._published(path, file))
        if faults and file.doubtful != stamp:
            file.doubtful = stamp
            return
        file.stamp, file.doubtful, was_broken = stamp, None, file.broken
        file.broken = bool(faults)
        for fault in faults:
            self._tell(fault)
        if faults and file.good:
            self._say(path, "is not published; its last good version stays")
        elif was_broken and not faults:
            self._say(path, "is good again")

    def _published(self, path: Path, file: _File) -> Iterator[str]:
        """Publish the definition if it is another one; what is wrong with it."""
        try:
            definition = DefinitionFile(path)
            text = encode(definition.source)
            if text != file.good:
                name, version_id = self._publish(definition)
                file.good = text
                self._say(path, f"published: {name}, version {version_id}")
        except InvalidWorkflow as error:
            yield from map(str, definition.told(error))
        except (OSError, ValueError) as error:
            yield str(unreadable(path, error))

    def _publish(self, definition: DefinitionFile) -> tuple[str, str]:
        """Also when the account is emptied in the midst of it."""
        name = str(definition.source.get("name"))
        while True:
            try:
                version_id = self._emulator.load(definition.source)
            except (WorkflowNotFound, VersionNotFound):
                continue
            if self._emulator.keep_newest(name) == version_id:
                return name, version_id

    def _say(self, path: Path, what: str) -> None:
        self._tell(f"{line(path)}: {line(what)}")


_NOWHERE: Stamp = (0, 0, 0)


def _files_of(path: Path) -> Iterable[Path]:
    """Without those that editors keep beside a file: `.#leave.json`."""
    if not path.is_dir():
        return [path] if path.exists() else []
    return sorted(each for each in path.glob("*.json") if not each.name.startswith("."))


def _stamp(path: Path) -> Stamp | None:
    """What changes with every saving; None where there is no file."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
