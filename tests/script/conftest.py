"""A pool for the scripts of a test session, and a short way to call it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from interactor_emulator.effects import ScriptFault, ScriptResult
from interactor_emulator.limits import Limits
from interactor_emulator.script.pool import ScriptCall, ScriptPool

Verdict = ScriptResult | ScriptFault
LIMITS = Limits()


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
    """For tests that look at the children."""
    pool = ScriptPool(workers=1)
    yield pool
    pool.close()


@pytest.fixture(scope="session")
def call() -> Callable[..., ScriptCall]:
    return script_call


@pytest.fixture(scope="session")
def run(pool: ScriptPool) -> Callable[..., Verdict]:
    """Run a script and return its verdict."""

    def run(code: str, **changes: Any) -> Verdict:
        return pool.run(script_call(code, **changes))

    return run


@pytest.fixture(scope="session")
def value(run: Callable[..., Verdict]) -> Callable[..., Any]:
    """What an expression comes to in a script; the script has to end well."""

    def value(expression: str, **changes: Any) -> Any:
        verdict = run(f"return {{ it: {expression} }}", **changes)
        assert isinstance(verdict, ScriptResult), verdict
        assert verdict.value is not None
        return verdict.value["it"]

    return value
