"""What a child's reply, or its silence, means."""

import json
import re
import signal
from collections.abc import Iterable
from enum import Enum
from typing import Any

from interactor_emulator.effects import ScriptFault, ScriptResult, SyntaxFault
from interactor_emulator.jsontext import Json
from interactor_emulator.limits import MB, Limits
from interactor_emulator.redaction import REDACTED, redact

from . import position
from .protocol import ScriptCall
from .worker import DONE, MEMORY, TIMEOUT

# A result is kept and sent on as JSON, so it obeys the depth of a JSON body.
RESULT_DEPTH = Limits().json_depth


class Silence(Enum):
    """Why a child gave no answer, beside the signal that ended it."""

    LATE = "late"
    CLOSED = "closed"
    GARBLED = "garbled"


class GarbledError(ValueError):
    """What came is no reply as a child gives it: its engine is out of order, and it may not be asked again."""


Reply = tuple[bytes, bytes, float]
"""The outcome, its text, and the seconds of processor time that it took."""

End = Silence | int
"""How a child ended: the number is its exit code, negative for a signal."""


# As failure.js cuts them, in UTF-16 units.
_MESSAGE_CHARACTERS = 2_000


def of_run(call: ScriptCall, reply: Reply | End) -> ScriptResult | ScriptFault:
    """The verdict on a script, without what may not be shown in its logs and its message. Raises GarbledError."""
    try:
        verdict = _of_run(call, reply)
    except (ValueError, LookupError, TypeError) as error:
        raise GarbledError from error
    if isinstance(reply, tuple):
        verdict.seconds = reply[2]
    if call.hidden:
        verdict.logs = [_shown(line, call, call.log_line_characters) for line in verdict.logs]
        if isinstance(verdict, ScriptFault):
            verdict.message = _shown(verdict.message, call, _MESSAGE_CHARACTERS)
    return verdict


# `JSON.parse` of what is no JSON names the word at which it stopped.
_TOKEN = re.compile(r"(?<=unexpected token: ').{4,}?(?=')", re.DOTALL)


def _shown(text: str, call: ScriptCall, characters: int) -> str:
    redacted: str = redact(text, call.hidden)
    if "unexpected token: '" in redacted:
        redacted = _TOKEN.sub(lambda found: REDACTED if _is_part(found[0], call.hidden) else found[0], redacted)
    units = redacted.encode("utf-16-le", "surrogatepass")
    if len(units) <= characters * 2:
        return redacted
    return units[: characters * 2].decode("utf-16-le", "replace").rstrip("\ufffd")


def _is_part(word: str, secrets: Iterable[str]) -> bool:
    return any(word in secret for secret in secrets)


def _of_run(call: ScriptCall, reply: Reply | End) -> ScriptResult | ScriptFault:
    if not isinstance(reply, tuple):
        return _of_end(call, reply)
    outcome, text, _ = reply
    if outcome == DONE:
        return _of_outcome(call, text)
    if outcome == TIMEOUT:
        return ScriptFault("timeout", _time_is_up(call), None, None, _lines(json.loads(text)))
    if outcome == MEMORY:
        return ScriptFault("error", _out_of_memory(call), None, None, _lines(json.loads(text)))
    return _fault(f"The JavaScript engine failed: {text.decode(errors='replace')}")


def of_check(codes: list[str], reply: Reply | End) -> list[SyntaxFault | None] | None:
    """The verdicts on pieces of code; None when the child could not cope with one of them. Raises GarbledError."""
    if not isinstance(reply, tuple) or reply[0] != DONE:
        return None
    try:
        return [_of_syntax(code, fault) for code, fault in zip(codes, json.loads(reply[1]), strict=True)]
    except (ValueError, LookupError, TypeError) as error:
        raise GarbledError from error


UNPARSABLE = SyntaxFault("SyntaxError: the code is too large or too deeply nested to be parsed", None, None)


def _of_outcome(call: ScriptCall, text: bytes) -> ScriptResult | ScriptFault:
    try:
        outcome = json.loads(text)
    except RecursionError:
        return _fault(_TOO_DEEP)
    logs = _lines(outcome["logs"])
    if "value" in outcome:
        return _result(outcome["value"], logs, text)
    if "refused" in outcome:
        return _fault(f"Script must return a plain object, it returned {outcome['refused']}", logs)
    if "syntax" in outcome:
        line, column = position.of_syntax(outcome["stack"], call.code, outcome["before"])
        return ScriptFault("error", outcome["syntax"], line, column, logs)
    return _thrown(call, outcome, logs)


def _result(value: dict[str, Json] | None, logs: list[str], text: bytes) -> ScriptResult | ScriptFault:
    if not (value is None or isinstance(value, dict)):
        raise GarbledError
    # Counting brackets is quick and rules nearly every result in; only the rest is measured.
    if text.count(b"{") + text.count(b"[") > RESULT_DEPTH and _is_deeper(value, RESULT_DEPTH):
        return _fault(_TOO_DEEP, logs)
    return ScriptResult(value, logs)


def _lines(logs: object) -> list[str]:
    if not (isinstance(logs, list) and all(isinstance(line, str) for line in logs)):
        raise GarbledError
    return logs


def _thrown(call: ScriptCall, outcome: dict[str, Any], logs: list[str]) -> ScriptFault:
    message = outcome["error"]
    if message == "InternalError: out of memory" or (message in _OTHER_FACES and "throw" not in call.code):
        return _fault(_out_of_memory(call), logs)
    line, column = position.of_error(outcome["stack"], call.code, outcome["before"])
    return ScriptFault("error", message, line, column, logs)


# Out of memory has more than one face: short of memory for an error object, the engine throws null; short of memory
# for the words, nothing can be said of what it threw.
_OTHER_FACES = ("Thrown: null", "Thrown: a value that cannot be shown")


def _of_syntax(code: str, fault: dict[str, Any] | None) -> SyntaxFault | None:
    if fault is None:
        return None
    line, column = position.of_syntax(fault["stack"], code, fault["before"])
    return SyntaxFault(fault["syntax"], line, column)


def _of_end(call: ScriptCall, end: End) -> ScriptFault:
    if end in (Silence.LATE, -signal.SIGALRM):
        return ScriptFault("timeout", _time_is_up(call), None, None, [])
    if end is Silence.CLOSED:
        return _fault("Script was stopped: the emulator is closing")
    if end is Silence.GARBLED:
        return _fault("Script was stopped: its process gave an answer that cannot be read")
    if end in _CRASHES:
        return _fault(f"{_out_of_memory(call)}, or nested too deeply: the JavaScript engine crashed")
    return _fault(f"Script was stopped: its process ended ({_how(end)})")


_CRASHES = (-signal.SIGSEGV, -signal.SIGABRT, -signal.SIGBUS)
_TOO_DEEP = f"Script must return an object nested at most {RESULT_DEPTH} deep"


def _how(end: End) -> str:
    return f"signal {-end}" if isinstance(end, int) and end < 0 else f"exit code {end}"


def _time_is_up(call: ScriptCall) -> str:
    return f"Script exceeded the {call.seconds:g} second limit"


def _out_of_memory(call: ScriptCall) -> str:
    return f"Script ran out of memory ({call.memory_bytes / MB:g} MB)"


def _fault(message: str, logs: Iterable[str] = ()) -> ScriptFault:
    return ScriptFault("error", message, None, None, list(logs))


def _is_deeper(value: Json, limit: int) -> bool:
    level = [value]
    for _ in range(limit):
        level = [child for parent in level for child in _children(parent) if type(child) in (dict, list)]
        if not level:
            return False
    return True


def _children(parent: Json) -> Iterable[Json]:
    if isinstance(parent, dict):
        return parent.values()
    return parent if isinstance(parent, list) else ()
