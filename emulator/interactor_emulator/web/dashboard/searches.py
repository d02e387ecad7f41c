"""Searches for the scenarios of a version: each in a process of its own, followed by a thread until it is through.

The search is `explore`, which stands above the server: it is asked as a program, by its name.
"""

import json
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from hashlib import sha256
from threading import Lock, Thread
from typing import Any

from interactor_emulator.jsontext import Json, encode

_PROGRAM = "interactor_emulator.explore.ways.asked"
SECONDS = 20
"""So long a search goes on at most."""
_AT_ONCE = 2
_KEPT = 50
_SAID_CHARACTERS = 300


class Search:
    """One search: how far it is, and what it found. `failed` says why there is nothing to be seen."""

    def __init__(self) -> None:
        self.told = "begins"
        self.found: Mapping[str, Any] | None = None
        self.failed = ""

    @property
    def over(self) -> bool:
        """Whether it goes on no more."""
        return self.found is not None or self.failed != ""


class Searches:
    """The latest searches, by the text of the definition that each is about."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._of: dict[str, Search] = {}

    def of(self, source: Mapping[str, Json]) -> Search | None:
        """The search about this definition, if there was one."""
        return self._of.get(_key(source))

    def begin(self, source: Mapping[str, Json], secrets: Mapping[str, str]) -> bool:
        """Search this definition, unless that is under way; False where others take all that there is for it."""
        key = _key(source)
        with self._lock:
            under_way = [each for each, search in self._of.items() if not search.over]
            if key in under_way:
                return True
            if len(under_way) >= _AT_ONCE:
                return False
            search = Search()
            self._of.pop(key, None)
            self._of[key] = search
            while len(self._of) > _KEPT:
                del self._of[next(each for each, search in self._of.items() if search.over)]
        question = json.dumps({"definition": source, "secrets": dict(secrets), "seconds": SECONDS})
        Thread(target=_follow, args=(search, question), name="interactor-explore", daemon=True).start()
        return True


def _key(source: Mapping[str, Json]) -> str:
    """The same for definitions that are the same: the ids of versions come again after a reset."""
    return sha256(encode(dict(source)).encode()).hexdigest()


def _follow(search: Search, question: str) -> None:
    """Ask, and read what is answered until there is no more."""
    try:
        with subprocess.Popen(
            [sys.executable, "-P", "-m", _PROGRAM],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        ) as process:
            said = _read(process, search, question)
    except (OSError, ValueError) as error:
        said = str(error)
    if search.found is None:
        search.failed = said.strip().rsplit("\n", 1)[-1][:_SAID_CHARACTERS] or "it ended without an answer"


def _read(process: "subprocess.Popen[str]", search: Search, question: str) -> str:
    """Ask, and note each answer; what it complained of."""
    asked, answered, complained = process.stdin, process.stdout, process.stderr
    if asked is None or answered is None or complained is None:
        return "it cannot be asked"
    with suppress(BrokenPipeError):
        asked.write(question + "\n")
        asked.close()
    for line in answered:
        told = json.loads(line)
        search.told, search.found = told.get("told", search.told), told.get("found")
    return complained.read()
