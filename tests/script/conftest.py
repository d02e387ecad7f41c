"""A pool for the scripts of a test session, and a short way to call it."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from interactor_emulator.adapters.script.pool import ScriptCall, ScriptPool
from interactor_emulator.limits import Limits

from .processes import Children, children_of
from .verdicts import Evaluate, MakeCall, Run, Verdict, result

LIMITS = Limits()
LONG = 1e6


def script_call(code: str, **changes: Any) -> ScriptCall:
    """A call with the limits of the document and nothing else of interest."""
    given: dict[str, Any] = {
        "input": {},
        "workflow_data": {},
        "context": {},
        "secrets": {},
        "now_ms": 1_768_910_400_000,
        "ticking": False,
        "random_seed": 1,
        "seconds": LIMITS.script_seconds,
        "memory_bytes": LIMITS.script_memory_bytes,
        "log_lines": LIMITS.log_lines,
        "log_line_characters": LIMITS.log_line_characters,
    }
    return ScriptCall(code, **given | changes)


@pytest.fixture(scope="session")
def pool() -> Iterator[ScriptPool]:
    """One pool for all tests that leave it as it was: that it stays usable is part of what they show."""
    pool = ScriptPool(workers=2)
    yield pool
    pool.close()


@pytest.fixture
def own_pool() -> Iterator[ScriptPool]:
    """For tests that harm the children, or count them: who comes second waits for the one child, however long."""
    pool = ScriptPool(workers=1, patience_seconds=LONG)
    yield pool
    pool.close()


@pytest.fixture
def children() -> Children:
    """For tests that look at the children: those of the shared pool are left out."""
    if not Path("/proc/self/stat").exists():
        pytest.skip("this system does not show its processes in /proc")
    before = set(children_of(os.getpid()))
    return lambda: [child for child in children_of(os.getpid()) if child not in before]


@pytest.fixture(scope="session")
def call() -> MakeCall:
    return script_call


@pytest.fixture(scope="session")
def run(pool: ScriptPool) -> Run:
    """Run a script and return its verdict."""

    def run(code: str, **changes: Any) -> Verdict:
        return pool.run(script_call(code, **changes))

    return run


@pytest.fixture(scope="session")
def value(run: Run) -> Evaluate:
    """What an expression comes to in a script; the script has to end well."""

    def value(expression: str, **changes: Any) -> Any:
        returned = result(run(f"return {{ it: {expression} }}", **changes)).value
        assert returned is not None
        return returned["it"]

    return value
