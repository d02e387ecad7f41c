"""Runs scripts and parses them, in as many child processes as are needed at once."""

import weakref
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from interactor_emulator.effects import ScriptFault, ScriptResult, SyntaxFault
from interactor_emulator.limits import MB, Limits

from . import protocol, verdict
from .checks import Checks, batches
from .child import Child, ScriptEngineError
from .protocol import ScriptCall
from .slots import PoolClosedError, Slots
from .verdict import End, GarbledError, Reply, Silence
from .worker import DONE, OUTCOMES

__all__ = ["PoolClosedError", "ScriptCall", "ScriptEngineError", "ScriptPool"]

_CHECK_SECONDS = Limits().script_seconds
_CHECK_MEMORY_BYTES = Limits().script_memory_bytes

# "A runaway script never blocks other requests": one that has run for so long no longer counts (inferred; the document
# recommends less than 100 ms), and runs beside the others, while all children together are as many as this.
PATIENCE_SECONDS = 0.25
MOST_CHILDREN = 32
# Of these, some are for the emulator's own work, on checks and pictures: it stands in no line with customers' scripts.
_OWN = 1
MOST_OWN = 4

# For a layout of a hundred states with three transitions each, four times over.
_PROGRAM_SECONDS = 20.0
_PROGRAM_MEMORY_BYTES = 384 * MB

Faults = list[SyntaxFault | None]
Verdict = TypeVar("Verdict")
Judge = Callable[[Reply | End], Verdict]
"""Makes a verdict of what a child replied; raises GarbledError when that is no reply."""


class ScriptPool:
    """Shared by any number of accounts, threads and event loops; `workers` scripts run at the same time.

    Nothing is started before the first call. A call waits while all children are busy, but for no script that has run
    for `patience_seconds`, until there are `most_children`; its own time limit starts when its script does. No script
    can harm this process: what a child cannot end itself is ended with it.
    """

    def __init__(
        self, workers: int = 4, patience_seconds: float = PATIENCE_SECONDS, most_children: int = MOST_CHILDREN
    ) -> None:
        if workers < 1:
            raise ValueError(f"a script pool has at least one worker, not {workers}")
        self._slots = Slots(workers, most_children - MOST_OWN, patience_seconds)
        self._own = Slots(_OWN, MOST_OWN, patience_seconds)
        self._checks = Checks()
        # Also when nobody calls `close`: no child and no socket outlives the pool.
        for slots in (self._slots, self._own):
            weakref.finalize(self, slots.close)

    def run(self, call: ScriptCall) -> ScriptResult | ScriptFault:
        """Run a script; blocks until its verdict is in, at most a second after its limit."""
        return self._ask(protocol.run_frame(call), call.seconds, partial(verdict.of_run, call))

    async def run_async(self, call: ScriptCall) -> ScriptResult | ScriptFault:
        """The same without blocking the event loop."""
        return await self._ask_async(protocol.run_frame(call), call.seconds, partial(verdict.of_run, call))

    def check(self, codes: list[str]) -> Faults:
        """Parse each code as one function body, without running it; the answers are in the order of `codes`."""
        verdicts = self._checks.known(codes)
        for batch in batches(_unknown(codes, verdicts)):
            faults = self._parse(batch)
            if faults is None:
                faults = [(self._parse([code]) or [verdict.UNPARSABLE])[0] for code in batch]
            verdicts |= zip(batch, faults, strict=True)
        return self._remember(codes, verdicts)

    async def check_async(self, codes: list[str]) -> Faults:
        """The same without blocking the event loop."""
        verdicts = self._checks.known(codes)
        for batch in batches(_unknown(codes, verdicts)):
            faults = await self._parse_async(batch)
            if faults is None:
                faults = [(await self._parse_async([code]) or [verdict.UNPARSABLE])[0] for code in batch]
            verdicts |= zip(batch, faults, strict=True)
        return self._remember(codes, verdicts)

    def compute(self, program: str, given: str) -> str:
        """Run a program of the package's own: JavaScript whose value is a function from text to text.

        Raises ScriptEngineError when it does not come to an end."""
        return self._ask_own(_program_frame(program, given), _PROGRAM_SECONDS, _computed)

    async def compute_async(self, program: str, given: str) -> str:
        """The same without blocking the event loop."""
        return await self._ask_own_async(_program_frame(program, given), _PROGRAM_SECONDS, _computed)

    def warm(self) -> None:
        """Start one child ahead of time; does not wait for it."""
        child = self._slots.take_free()
        if child is not None:
            try:
                child.start()
            finally:
                self._slots.give_back(child)

    def close(self) -> None:
        """End all children and wait for that. The pool stays usable: the next call starts anew."""
        for slots in (self._slots, self._own):
            slots.close()

    def _ask(self, frame: bytes, seconds: float, judge: Judge[Verdict]) -> Verdict:
        child = self._slots.take()
        try:
            return _judged(child, child.ask(frame, seconds), judge)
        finally:
            self._give_back(child)

    async def _ask_async(self, frame: bytes, seconds: float, judge: Judge[Verdict]) -> Verdict:
        child = await self._slots.take_async()
        try:
            return _judged(child, await child.ask_async(frame, seconds), judge)
        finally:
            self._give_back(child)

    def _give_back(self, child: Child) -> None:
        self._slots.give_back(child)
        if self._slots.takes_turns:
            self.warm()

    def _ask_own(self, frame: bytes, seconds: float, judge: Judge[Verdict]) -> Verdict:
        slots, child = self._idle()
        if child is None:
            child = slots.take()
        try:
            return _judged(child, child.ask(frame, seconds), judge)
        finally:
            slots.give_back(child)

    async def _ask_own_async(self, frame: bytes, seconds: float, judge: Judge[Verdict]) -> Verdict:
        slots, child = self._idle()
        if child is None:
            child = await slots.take_async()
        try:
            return _judged(child, await child.ask_async(frame, seconds), judge)
        finally:
            slots.give_back(child)

    def _idle(self) -> tuple[Slots, Child | None]:
        """For the emulator's own work: a child that no script needs, or where to wait for one."""
        child = self._slots.take_free()
        return (self._own, None) if child is None else (self._slots, child)

    def _parse(self, codes: list[str]) -> Faults | None:
        """None: the child could not cope with one of them."""
        return self._ask_own(_check_frame(codes), _CHECK_SECONDS, partial(_checked, codes))

    async def _parse_async(self, codes: list[str]) -> Faults | None:
        return await self._ask_own_async(_check_frame(codes), _CHECK_SECONDS, partial(_checked, codes))

    def _remember(self, codes: list[str], verdicts: dict[str, SyntaxFault | None]) -> Faults:
        # That a child could not cope may have had other reasons, too.
        self._checks.keep({code: fault for code, fault in verdicts.items() if fault is not verdict.UNPARSABLE})
        return [verdicts[code] for code in codes]


def _judged(child: Child, reply: Reply | End, judge: Judge[Verdict]) -> Verdict:
    """A reply is read before its child is given back: one whose replies cannot be read is asked nothing more."""
    try:
        return judge(_known(reply))
    except GarbledError:
        child.end()
        return judge(Silence.GARBLED)


def _known(reply: Reply | End) -> Reply | End:
    if isinstance(reply, tuple) and reply[0] not in OUTCOMES:
        raise GarbledError
    return reply


def _checked(codes: list[str], reply: Reply | End) -> Faults | None:
    if reply is Silence.CLOSED:
        raise PoolClosedError("The script pool was closed while code was checked")
    return verdict.of_check(codes, reply)


def _unknown(codes: list[str], verdicts: dict[str, SyntaxFault | None]) -> list[str]:
    return [code for code in dict.fromkeys(codes) if code not in verdicts]


def _check_frame(codes: list[str]) -> bytes:
    return protocol.check_frame(codes, _CHECK_SECONDS, _CHECK_MEMORY_BYTES)


def _program_frame(program: str, given: str) -> bytes:
    return protocol.program_frame(program, given, _PROGRAM_SECONDS, _PROGRAM_MEMORY_BYTES)


def _computed(reply: Reply | End) -> str:
    if isinstance(reply, tuple) and reply[0] == DONE:
        try:
            return reply[1].decode()
        except UnicodeDecodeError as error:
            raise GarbledError from error
    told = reply[1].decode(errors="replace") if isinstance(reply, tuple) else str(reply)
    raise ScriptEngineError(f"a program of the emulator itself failed in the script child: {told[:300]}")
