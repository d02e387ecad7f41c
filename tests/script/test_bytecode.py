"""Sandboxes from bytecode: a script sees no difference, and nothing that is odd with it harms anybody."""

import logging
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from interactor_emulator.adapters.script import child, making
from interactor_emulator.adapters.script.pool import ScriptPool
from interactor_emulator.adapters.script.worker import BYTECODE, SOURCE

from .conftest import script_call as call

Ask = Callable[[str], object]

# What the prelude, its removals or an error's stack may show otherwise.
PIECES = [
    "console.log(typeof {0}, String({0}));",
    "out.push(Object.getOwnPropertyNames({0}).sort().join());",
    "out.push({0}.name, {0}.length);",
    "try {{ new {0}(1, 2) }} catch (error) {{ console.log(String(error), error.stack) }}",
    "try {{ {0}.call(null) }} catch (error) {{ console.log(error.name, error.message) }}",
    "out.push(Object.keys(globalThis).join(), '(prelude)' in globalThis);",
    "out.push(Math.random(), Date.now(), new Date().toISOString());",
    "if (out.length > 3) throw new {0}('it');",
    "console.log(new Error('here').stack);",
]
NAMES = [
    "Date",
    "eval",
    "Function",
    "Math",
    "JSON",
    "Promise",
    "Array",
    "Error",
    "Reflect",
    "Symbol",
    "input",
    "secrets",
]


def asked(word: str) -> Iterator[Ask]:
    """A pool whose children make their sandboxes so."""
    before, making.making.word = making.making.word, word
    pool = ScriptPool(workers=1)
    try:
        pool.run(call("return {}"))
        making.making.word = before
        yield lambda code: pool.run(call(code, input={"a": 1}, secrets={"K": "v"}))
    finally:
        pool.close()


@pytest.fixture(scope="module")
def from_bytecode() -> Iterator[Ask]:
    yield from asked(BYTECODE)


@pytest.fixture(scope="module")
def from_source() -> Iterator[Ask]:
    yield from asked(SOURCE)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.builds(str.format, st.sampled_from(PIECES), st.sampled_from(NAMES)), min_size=1, max_size=6))
def test_a_script_sees_no_difference(from_bytecode: Ask, from_source: Ask, pieces: list[str]) -> None:
    code = "const out = [];\n" + "\n".join(pieces) + "\nreturn { out };"
    assert from_bytecode(code) == from_source(code)


WORSE = {
    "it crashes": "import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)",
    "there is none": """
class NoBytecodeError(Exception): pass
class Programs:
    def __init__(self, *given): raise NoBytecodeError
""",
    "it answers otherwise": """
class NoBytecodeError(Exception): pass
class Programs:
    def __init__(self, *given): pass
    def run(self, native, which): native.eval('globalThis["(prelude)"] = () => () => "other"')
""",
}


@pytest.fixture
def pool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[ScriptPool]:
    """One whose children find this in the place of compiled.py."""
    folder = tmp_path / "script"
    shutil.copytree(child.WORKER.parent, folder)
    (folder / "compiled.py").write_text(WORSE[request.param])
    monkeypatch.setattr(child, "WORKER", folder / "worker.py")
    monkeypatch.setattr(making.making, "word", BYTECODE)
    made = ScriptPool(workers=2)
    yield made
    made.close()


@pytest.mark.parametrize("pool", WORSE, indirect=True)
def test_whatever_is_odd_with_it_scripts_run(pool: ScriptPool, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING, "interactor_emulator")
    for number in range(40):  # over two children
        result = pool.run(call(f"return {{n: {number}}}"))
        assert getattr(result, "value", result) == {"n": number}
    told = [each for each in caplog.messages if "bytecode" in each]
    crashed = making.making.word == SOURCE
    assert len(told) == crashed
    assert crashed == ("SIGSEGV" in (child.WORKER.parent / "compiled.py").read_text())


@pytest.mark.parametrize(("value", "word"), [("off", SOURCE), ("FALSE", SOURCE), ("on", BYTECODE), ("", BYTECODE)])
def test_it_can_be_switched_off(value: str, word: str) -> None:
    code = "from interactor_emulator.adapters.script.making import making; print(making.word)"
    done = subprocess.run(
        [sys.executable, "-c", code], env={making.SWITCH: value}, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == word
