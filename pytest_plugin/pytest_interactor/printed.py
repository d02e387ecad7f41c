"""A failing run of a machine, printed as a test that does the same and fails the same way."""

import sys
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from pprint import pformat
from traceback import walk_tb
from typing import Any

from hypothesis.errors import HypothesisException

from .driving import Told

TITLE = "A test that does the same"
NOTE = f"{TITLE}:\n\n"
"""How the note of a failure begins."""

_WIDTH = 120
_OURS = ("pytest_interactor", "interactor_emulator", "hypothesis")


@dataclass(frozen=True, slots=True)
class Setting:
    """With what a machine began. Of secrets there are the names alone: their values are never shown."""

    definition: str | Path | Mapping[str, Any]
    folders: tuple[Path, ...]
    stubs: Iterable[Mapping[str, Any]]
    secrets: Collection[str]
    over_http: bool
    may_fail: Collection[str]


def note(machine: object, setting: Setting, told: Told) -> None:
    """Add the test to what is being raised, if the machine has failed."""
    error = sys.exception()
    if not isinstance(error, Exception) or isinstance(error, HypothesisException) or not told.lines:
        return
    error.add_note(NOTE + printed(machine, setting, told, _failed(machine, error)))


def taken_from(error: BaseException) -> str | None:
    """The test that such a note holds; the note is taken away."""
    notes: list[str] = getattr(error, "__notes__", [])
    found = next((each for each in notes if each.startswith(NOTE)), None)
    if found is None:
        return None
    notes.remove(found)
    return found.removeprefix(NOTE)


def _failed(machine: object, error: Exception) -> str | None:
    """The method of the user's in which it failed, None where it is our own."""
    for frame, _ in walk_tb(error.__traceback__):
        module = str(frame.f_globals.get("__name__", "")).partition(".")[0]
        if frame.f_locals.get("self") is machine and module not in _OURS:
            return frame.f_code.co_name
    return None


def printed(machine: object, setting: Setting, told: Told, failed: str | None) -> str:
    """The text of the test."""
    body = [*_begin(setting), *_acting(setting, [*told.lines, *_end(machine, setting, failed)])]
    text = "\n".join(f"    {line}" for line in body)
    imports = "\n".join(_imports(machine, text))
    constant = ""
    if isinstance(setting.definition, Mapping):
        constant = f"DEFINITION = {pformat(dict(setting.definition), width=_WIDTH, sort_dicts=False)}\n\n\n"
    return f"{imports}\n\n{constant or chr(10)}def test_again():\n{text}\n"


def _begin(setting: Setting) -> Iterator[str]:
    given = setting.definition
    options = ['seed=1, now="2026-01-20T12:00:00Z"']
    if setting.secrets:
        options.append(f"secrets={dict.fromkeys(setting.secrets, 'not shown')!r}")
    if isinstance(given, Mapping):
        loaded = "DEFINITION"
    elif Path(given).is_file():
        loaded = repr(str(Path(given).absolute()))
    else:
        options.append(f"definitions={[str(each) for each in setting.folders]!r}")
        loaded = repr(str(given))
    yield f"emulator = Emulator({', '.join(options)})"
    yield f"emulator.load({loaded})"
    for stub in (*setting.stubs, {"url": "*", "respond": {"json": {}}}):
        yield f"emulator.stub({', '.join(f'{name}={value!r}' for name, value in stub.items())})"


def _acting(setting: Setting, lines: Iterable[str]) -> Iterator[str]:
    if not setting.over_http:
        yield from lines
        return
    yield "token = emulator.token(expires_in=10**9)"
    yield "with emulator.serve() as server, httpx.Client(base_url=server.api_url) as client:"
    yield '    client.headers["Authorization"] = f"Bearer {token}"'
    yield from (f"    {line}" for line in lines)


def _end(machine: object, setting: Setting, failed: str | None) -> Iterator[str]:
    """What was asked at the end: every rule of the document, or the user's own."""
    if failed is not None and _asks_for_nothing(machine, failed):
        yield f"machine = {type(machine).__name__}.over(emulator, run)"
        yield f"machine.{failed}()"
        return
    if failed is not None:
        yield f"# and then {type(machine).__name__}.{failed} has failed"
    may_fail = f", may_fail={set(setting.may_fail)!r}" if setting.may_fail else ""
    yield f"check(emulator, run{may_fail})"


def _asks_for_nothing(machine: object, method: str) -> bool:
    code = getattr(getattr(type(machine), method, None), "__code__", None)
    return code is not None and code.co_argcount == 1


def _imports(machine: object, text: str) -> Iterator[str]:
    if "ThreadPoolExecutor" in text:
        yield "from concurrent.futures import ThreadPoolExecutor, wait\n"
    if "httpx." in text:
        yield "import httpx"
    if "pytest." in text:
        yield "import pytest"
    yield f"from interactor_emulator import Emulator{', InteractorError' if 'InteractorError' in text else ''}"
    if "check(" in text:
        yield "from pytest_interactor.invariants import check"
    name = type(machine).__name__
    if f"{name}.over(" in text:
        yield f"from {type(machine).__module__} import {name}"
