"""The sweep of lost replies: a test is run again for each call that it makes, and each time the reply to one is lost.

A network breaks when it likes: whoever calls does not know then whether the call was carried out. So the reply to each
call is lost twice, once after the call was carried out and once before, and what comes of it must be the same.
"""

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field
from traceback import format_exception_only

from interactor_emulator import notices
from interactor_emulator.adapters.http.loops import awaiting_loop, running_loop
from interactor_emulator.faults.often import check_whole
from interactor_emulator.faults.on_calls import Sweep
from interactor_emulator.state.events import Noticed

from .access import Access
from .outcomes import Outcome, Varying, differences, outcome_of, varying

_SHOWN = 5
_FAILED_CHARACTERS = 500
_KINDS = ((True, "carried out, and its reply lost"), (False, "not carried out, and its reply lost"))
_KEY_HINT = "whoever asks again after a lost reply sends the Idempotency-Key of the first time"


@dataclass(frozen=True, slots=True)
class RunOfTest:
    """What came of one run: why it failed (empty: it did not), and what it has left."""

    failure: str
    outcome: Outcome


@dataclass(slots=True)
class Swept:
    """What a sweep has shown: the calls whose replies were lost, how many were left out for their number, and for each
    run that went otherwise a text that says which and how."""

    calls: Sequence[str]
    left_out: int = 0
    runs: int = 1
    findings: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        if not self.findings:
            clean = (
                f"the reply to each call was lost twice (calls: {len(self.calls)}, runs: {self.runs}): all went alike"
            )
            return "\n".join([clean, *self._rest()])
        lost = self.runs - 1
        lines = [f"a lost reply changes what this test comes to: {len(self.findings)} of {lost} runs went otherwise"]
        for finding in self.findings[:_SHOWN]:
            lines += ["", finding]
        if len(self.findings) > _SHOWN:
            lines += ["", f"and {len(self.findings) - _SHOWN} more"]
        return "\n".join([*lines, *self._rest()])

    def stopped(self, setting: str) -> Noticed:
        """That calls were left out, and with which setting none would be."""
        done = len(self.calls)
        hint = f"{setting}{done + self.left_out} sweeps all of them"
        return Noticed.of(notices.SWEEP_STOPPED, all=done + self.left_out, done=done, hint=hint)

    def _rest(self) -> Iterator[str]:
        if self.left_out:
            yield self.stopped("").message


class LostReply(AssertionError):
    """Something goes otherwise when a reply is lost; the message says which call's, and what."""


def sweep(first: RunOfTest, calls: Sequence[str], most: int) -> Generator[Sweep, RunOfTest, Swept]:
    """Ask for runs until each reply was lost: `first` is the undisturbed one, which has made these calls."""
    swept = Swept(calls[:most], max(0, len(calls) - most))
    varies: Varying | None = None
    for number, call in enumerate(swept.calls):
        for committed, kind in _KINDS:
            run = yield Sweep(number, committed=committed)
            swept.runs += 1
            found = differences(first.outcome, run.outcome, varies or {})
            if found and varies is None:
                again = yield Sweep()
                varies = varying(first.outcome, again.outcome)
                if again.failure or (unlike := differences(first.outcome, again.outcome, varies)):
                    swept.findings.append(_unsteady(again.failure, unlike))
                    return swept
                found = differences(first.outcome, run.outcome, varies)
            if run.failure or found:
                title = f"call {number + 1} of {len(calls)}, {call}: {kind}"
                swept.findings.append(_told(title, run.failure, found, created=committed and call.startswith("POST ")))
    return swept


def _unsteady(failure: str, unlike: Sequence[str]) -> str:
    return _told("without any lost reply a second run is not like the first, so nothing can be said", failure, unlike)


def _told(title: str, failure: str, found: Sequence[str], *, created: bool = False) -> str:
    lines = [title]
    if failure:
        lines.append(f"  the test failed: {failure[:_FAILED_CHARACTERS]}")
    lines += [f"  {each}" for each in found]
    if created and any("too many" in each for each in found):
        lines.append(f"  {_KEY_HINT}")
    return "\n".join(lines)


def sweep_callable(access: Access, reset: Callable[[], None], test: Callable[..., object], most: int) -> Swept:
    """Sweep a function, with a reset before each run. It is given `access`, if it takes anything; a coroutine function
    is awaited. Raises LostReply, ValueError where no call was made, and what the function raises undisturbed."""
    check_whole("calls", most, 1)
    faults, plan = access.account.faults, Sweep()
    before = faults.sweep

    def run(sweeping: Sweep) -> str:
        reset()
        faults.sweep = sweeping
        return _failure(access, test, undisturbed=sweeping is plan)

    try:
        first = RunOfTest(run(plan), outcome_of(access))
        if not plan.calls:
            raise ValueError("the function made no call to the emulator over HTTP, so there is no reply to lose")
        asking = sweep(first, plan.calls, most)
        swept = drive(asking, lambda sweeping: RunOfTest(run(sweeping), outcome_of(access)))
    finally:
        faults.sweep = before
        reset()
    if swept.left_out:
        access.read(lambda account: account.journal.notice(swept.stopped("calls=")))
    if swept.findings:
        raise LostReply(str(swept))
    return swept


def drive(asking: Generator[Sweep, RunOfTest, Swept], run: Callable[[Sweep], RunOfTest]) -> Swept:
    """Give a sweep the runs that it asks for."""
    try:
        plan = next(asking)
        while True:
            plan = asking.send(run(plan))
    except StopIteration as end:
        swept: Swept = end.value
        return swept


def _failure(access: Access, test: Callable[..., object], *, undisturbed: bool) -> str:
    """Why the function failed; undisturbed its error is its own."""
    try:
        result = test(access) if _takes_something(test) else test()
        if inspect.isawaitable(result):
            _await(result)
    except (KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException as error:  # `pytest.fail` is no Exception
        if undisturbed:
            raise
        return "".join(format_exception_only(error)).strip()
    return ""


def _takes_something(test: Callable[..., object]) -> bool:
    return bool(inspect.signature(test).parameters)


def _await(result: Awaitable[object]) -> None:
    """In the loop of whoever awaits the sweep, or in one of its own."""

    async def awaiting() -> None:
        await result

    if (loop := awaiting_loop.get()) is not None:
        asyncio.run_coroutine_threadsafe(awaiting(), loop).result()
    elif running_loop() is not None:
        if inspect.iscoroutine(result):
            result.close()
        raise RuntimeError("in an event loop it is: await emulator.aio.sweep_lost_replies(…)")
    else:
        asyncio.run(awaiting())
