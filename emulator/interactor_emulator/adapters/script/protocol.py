"""What is asked of a child, as the bytes that go to it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from interactor_emulator.jsontext import Json
from interactor_emulator.redaction import spellings

from .worker import CALL, CHECK, PROGRAM, RUN


@dataclass(slots=True)
class ScriptCall:
    """One script to run: a function body, its globals, and what bounds it.

    `now_ms` is the emulator's clock in Unix milliseconds; with `ticking`, `Date` moves on from there with real time,
    otherwise it stands. `random_seed` has 32 bits. `seconds` is wall time; a log line has at most
    `log_line_characters` UTF-16 units. `hidden` are the values that may not be shown.
    """

    code: str
    input: Mapping[str, Json]
    workflow_data: Mapping[str, Json]
    context: Mapping[str, Json]
    secrets: Mapping[str, str]
    now_ms: int
    ticking: bool
    random_seed: int
    seconds: float
    memory_bytes: int
    log_lines: int
    log_line_characters: int
    hidden: tuple[str, ...] = ()


# Pure ASCII, so that lone surrogates and NUL reach the engine; mappings that are no dict are copied on the way.
_to_json = json.JSONEncoder(separators=(",", ":"), allow_nan=False, check_circular=False, default=dict).encode


def run_frame(call: ScriptCall) -> bytes:
    """The bytes that ask a child to run a script."""
    text = _to_json(
        {
            "code": call.code,
            "globals": {
                "input": call.input,
                "workflow_data": call.workflow_data,
                "context": call.context,
                "secrets": call.secrets,
            },
            "now": call.now_ms,
            "ticking": call.ticking,
            "seed": call.random_seed,
            "lines": call.log_lines,
            "characters": call.log_line_characters,
            # "Redact, then cut": where the child cuts, it leaves whole what is to be redacted here.
            "hidden": spellings(call.hidden),
        }
    )
    return _frame(RUN, call.seconds, call.memory_bytes, text)


def check_frame(codes: list[str], seconds: float, memory_bytes: int) -> bytes:
    """The bytes that ask a child to parse pieces of code."""
    return _frame(CHECK, seconds, memory_bytes, _to_json(codes))


def program_frame(program: str, given: str, seconds: float, memory_bytes: int) -> bytes:
    """The bytes that ask a child to run a program of the package's own."""
    return _frame(PROGRAM, seconds, memory_bytes, _to_json({"program": program, "input": given}))


def _frame(operation: bytes, seconds: float, memory_bytes: int, text: str) -> bytes:
    return CALL.pack(len(text), operation, seconds, memory_bytes) + text.encode("ascii")
