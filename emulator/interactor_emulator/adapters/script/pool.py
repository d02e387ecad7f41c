"""Runs scripts and parses them, in as many child processes as are needed at once."""

import weakref

from interactor_emulator.effects import ScriptFault, ScriptResult, SyntaxFault
from interactor_emulator.limits import MB, Limits

from . import protocol, verdict
from .checks import Checks, batches
from .child import Child, ScriptEngineError
from .protocol import ScriptCall
from .slots import PoolClosedError, Slots
from .verdict import End, Reply
from .worker import DONE

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
        return verdict.of_run(call, self._ask(protocol.run_frame(call), call.seconds))

    async def run_async(self, call: ScriptCall) -> ScriptResult | ScriptFault:
        """The same without blocking the event loop."""
        return verdict.of_run(call, await self._ask_async(protocol.run_frame(call), call.seconds))

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
        return _computed(self._ask_own(_program_frame(program, given), _PROGRAM_SECONDS))

    async def compute_async(self, program: str, given: str) -> str:
        """The same without blocking the event loop."""
        return _computed(await self._ask_own_async(_program_frame(program, given), _PROGRAM_SECONDS))

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

    def _ask(self, frame: bytes, seconds: float) -> Reply | End:
        child = self._slots.take()
        try:
            return child.ask(frame, seconds)
        finally:
            self._give_back(child)

    async def _ask_async(self, frame: bytes, seconds: float) -> Reply | End:
        child = await self._slots.take_async()
        try:
            return await child.ask_async(frame, seconds)
        finally:
            self._give_back(child)

    def _give_back(self, child: Child) -> None:
        self._slots.give_back(child)
        if self._slots.takes_turns:
            self.warm()

    def _ask_own(self, frame: bytes, seconds: float) -> Reply | End:
        slots, child = self._idle()
        if child is None:
            child = slots.take()
        try:
            return child.ask(frame, seconds)
        finally:
            slots.give_back(child)

    async def _ask_own_async(self, frame: bytes, seconds: float) -> Reply | End:
        slots, child = self._idle()
        if child is None:
            child = await slots.take_async()
        try:
            return await child.ask_async(frame, seconds)
        finally:
            slots.give_back(child)

    def _idle(self) -> tuple[Slots, Child | None]:
        """For the emulator's own work: a child that no script needs, or where to wait for one."""
        child = self._slots.take_free()
        return (self._own, None) if child is None else (self._slots, child)

    def _parse(self, codes: list[str]) -> Faults | None:
        """None: the child could not cope with one of them."""
        return verdict.of_check(codes, self._ask_own(_check_frame(codes), _CHECK_SECONDS))

    async def _parse_async(self, codes: list[str]) -> Faults | None:
        return verdict.of_check(codes, await self._ask_own_async(_check_frame(codes), _CHECK_SECONDS))

    def _remember(self, codes: list[str], verdicts: dict[str, SyntaxFault | None]) -> Faults:
        self._checks.keep(verdicts)
        return [verdicts[code] for code in codes]


def _unknown(codes: list[str], verdicts: dict[str, SyntaxFault | None]) -> list[str]:
    return [code for code in dict.fromkeys(codes) if code not in verdicts]


def _check_frame(codes: list[str]) -> bytes:
    return protocol.check_frame(codes, _CHECK_SECONDS, _CHECK_MEMORY_BYTES)


def _program_frame(program: str, given: str) -> bytes:
    return protocol.program_frame(program, given, _PROGRAM_SECONDS, _PROGRAM_MEMORY_BYTES)


def _computed(reply: Reply | End) -> str:
    if isinstance(reply, tuple) and reply[0] == DONE:
        return reply[1].decode()
    told = reply[1].decode(errors="replace") if isinstance(reply, tuple) else str(reply)
    raise ScriptEngineError(f"a program of the emulator itself failed in the script child: {told[:300]}")
