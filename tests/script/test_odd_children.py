"""A child whose engine is out of order: whatever it answers, the script that met it fails, and the next one runs."""

import asyncio
import os
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
from interactor_emulator import Emulator
from interactor_emulator.adapters.script import child
from interactor_emulator.adapters.script.pool import ScriptCall, ScriptEngineError, ScriptPool
from interactor_emulator.effects import ScriptFault, ScriptResult
from interactor_emulator.emulator import close_shared_pool

from tests.workflows import script, terminal, workflow

from .processes import HANG_VISIBLY, Children, beginning
from .verdicts import MakeCall, Verdict

Ask = Callable[[ScriptPool, ScriptCall], Verdict]

# What every child here can do; `reply` is as the worker's own: the length, the outcome, the seconds, the text.
PROGRAM = """
import os, signal, struct

def reply(outcome, text, length=None):
    os.write(0, struct.pack(">Icd", len(text) if length is None else length, outcome, 0.01) + text)

def asked():
    return os.read(0, 1 << 20)

"""
READY = "reply(b'R', b'')\n"
DONE = 'b\'{"value":{},"logs":[]}\''

UNREADABLE = "Script was stopped: its process gave an answer that cannot be read"
ODD_ANSWERS = {
    "an outcome that there is not": "while asked(): reply(b'?', b'{}')",
    "no JSON": "while asked(): reply(b'D', b'{{')",
    "no text": r"while asked(): reply(b'D', b'\xff\xfe')",
    "a list": "while asked(): reply(b'D', b'[]')",
    "nothing": "while asked(): reply(b'D', b'')",
    "a result that is no object": """while asked(): reply(b'D', b'{"value":3,"logs":[]}')""",
    "no logs": """while asked(): reply(b'D', b'{"value":{}}')""",
    "logs that are no lines": """while asked(): reply(b'D', b'{"value":{},"logs":[3]}')""",
    "more than it can hold": "asked(); reply(b'D', b'', 0xffffffff); signal.pause()",
    "two answers at once": f"while asked(): reply(b'D', {DONE} * 2, len({DONE}))",
}
ODD_LOGS = {
    "a time-out with odd logs": "while asked(): reply(b'T', b'{}')",
    "no memory with odd logs": "while asked(): reply(b'M', b'[{}]')",
}
ENDS = {
    "half an answer, then an end": ("asked(); reply(b'D', b'{', 9); os._exit(3)", "exit code 3"),
    "no answer, but an end": ("asked(); os._exit(0)", "exit code 0"),
    "a closed connection": ("asked(); os.close(0); signal.pause()", "signal 9"),
}
ODD_GREETINGS = {
    "another word": ("reply(b'D', b'')\nasked()", "does not say that it is ready"),
    "no frame": ("os.write(0, b'hello, wide world')\nasked()", "does not say that it is ready"),
    "an end": ("os._exit(0)", "ends as soon as it has started"),
    "half a word": (r"os.write(0, b'\0\0')", "ends as soon as it has started"),
    "too many words": ("os.write(0, struct.pack('>Icd', 0, b'R', 0.0) * 2)\nasked()", "does not say that it is ready"),
}


def blocking(pool: ScriptPool, call: ScriptCall) -> Verdict:
    return pool.run(call)


def awaiting(pool: ScriptPool, call: ScriptCall) -> Verdict:
    return asyncio.run(pool.run_async(call))


@pytest.fixture
def program(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[str], None]:
    """Let the next children run this instead of the worker."""

    def program(code: str) -> None:
        file = tmp_path / "odd.py"
        file.write_text(PROGRAM + code)
        monkeypatch.setattr(child, "WORKER", file)

    return program


Program = Callable[[str], None]


@pytest.mark.parametrize("ask", [blocking, awaiting])
@pytest.mark.parametrize("code", [*ODD_ANSWERS.values(), *ODD_LOGS.values()], ids=[*ODD_ANSWERS, *ODD_LOGS])
def test_an_answer_that_cannot_be_read_is_an_error_and_the_last_of_its_child(
    own_pool: ScriptPool, call: MakeCall, program: Program, monkeypatch: pytest.MonkeyPatch, code: str, ask: Ask
) -> None:
    program(READY + code)
    assert ask(own_pool, call("return {}")) == ScriptFault("error", UNREADABLE, None, None, [])
    monkeypatch.undo()
    assert ask(own_pool, call("return { a: 1 }")) == ScriptResult({"a": 1}, [])


@pytest.mark.parametrize("ask", [blocking, awaiting])
@pytest.mark.parametrize("name", ENDS)
def test_a_child_that_ends_instead_of_answering_is_replaced(
    own_pool: ScriptPool, call: MakeCall, program: Program, monkeypatch: pytest.MonkeyPatch, name: str, ask: Ask
) -> None:
    code, how = ENDS[name]
    program(READY + code)
    message = f"Script was stopped: its process ended ({how})"
    assert ask(own_pool, call("return {}")) == ScriptFault("error", message, None, None, [])
    monkeypatch.undo()
    assert ask(own_pool, call("return { a: 1 }")) == ScriptResult({"a": 1}, [])


@pytest.mark.parametrize("ask", [blocking, awaiting])
@pytest.mark.parametrize("name", ODD_GREETINGS)
def test_a_child_that_does_not_begin_as_it_should_is_told(
    own_pool: ScriptPool, call: MakeCall, program: Program, monkeypatch: pytest.MonkeyPatch, name: str, ask: Ask
) -> None:
    code, message = ODD_GREETINGS[name]
    program(code)
    with pytest.raises(ScriptEngineError, match=message):
        ask(own_pool, call("return {}"))
    monkeypatch.undo()
    assert ask(own_pool, call("return { a: 1 }")) == ScriptResult({"a": 1}, [])


@pytest.mark.parametrize("name", [*ODD_ANSWERS, *ENDS])
def test_checks_and_computations_come_to_an_end_too(
    own_pool: ScriptPool, program: Program, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    program(READY + (ODD_ANSWERS.get(name) or ENDS[name][0]))
    (found,) = own_pool.check(["return 1"])
    assert found is not None
    # Whatever text comes is the text of a computation.
    with suppress(ScriptEngineError):
        own_pool.compute("(text) => text", "x")
    monkeypatch.undo()
    assert own_pool.check(["return 1"]) == [None]
    assert own_pool.compute("(text) => text", "x") == "x"


def test_an_instance_fails_whose_child_is_killed_and_the_next_one_completes(
    interactor: Emulator, children: Children
) -> None:
    close_shared_pool()
    interactor.load(workflow("w", {"a": script("return {n: 1}", "end"), "end": terminal()}))
    interactor.load(workflow("endless", {"a": script(HANG_VISIBLY, "end"), "end": terminal()}))
    # So many that all children are there that the next script may be given to.
    for _ in range(40):
        assert interactor.start("w").status == "completed"
    begun = {process_id: beginning(process_id) for process_id in children()}
    with ThreadPoolExecutor(1) as thread:
        hanging = thread.submit(interactor.start, "endless")
        while not any(has_begun() for has_begun in begun.values()):
            assert not hanging.done()
        for process_id, has_begun in begun.items():
            if has_begun():
                os.kill(process_id, signal.SIGKILL)
        hanging.result().assert_failed(code="script_error")
    assert interactor.start("w").status == "completed"
