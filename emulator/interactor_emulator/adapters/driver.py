"""Runs operations: hands each effect to whoever can carry it out, blocking or awaiting.

"Nothing is locked while I/O is under way": the account is held between two effects, and never during one. What goes
wrong while an effect is carried out is raised where it was asked for.
"""

from collections.abc import Awaitable, Callable, Coroutine, Mapping
from threading import RLock
from typing import Any, TypeVar

from interactor_emulator.adapters import forks
from interactor_emulator.effects import Effect, Steps

_REMEMBERED = 4_000

Result = TypeVar("Result")
Ports = Mapping[type[Effect[Any]], tuple[Callable[[Any], Any], Callable[[Any], Awaitable[Any]]]]
"""For each kind of effect, who carries it out: one that blocks, and one that awaits."""


class Driver:
    """The one place where operations of an account meet the world."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports
        self.lock: RLock = RLock()
        forks.guard(self)

    def remember(self, kind: type[Effect[Any]], same: Callable[[Any], str | None]) -> None:
        """From now on an effect of this kind is carried out once: one that is the same has the same answer, for those
        who block for it; None is like no other. For searches, which do one thing very often in a world that stands
        still. After many different ones it begins anew."""
        carry_out, awaiting = self._ports[kind]
        known: dict[str, object] = {}

        def answer(effect: Effect[Any]) -> object:
            key = same(effect)
            if key is None:
                return carry_out(effect)
            if key not in known:
                if len(known) == _REMEMBERED:
                    known.clear()
                known[key] = carry_out(effect)
            return known[key]

        self._ports = {**self._ports, kind: (answer, awaiting)}

    def run(self, steps: Steps[Result]) -> Result:
        """Run an operation to its end in this thread."""
        go_on: Callable[[Any], Effect[Any]] = steps.send
        answer: object = None
        try:
            while True:
                with self.lock:
                    effect = go_on(answer)
                try:
                    go_on, answer = steps.send, self._ports[type(effect)][0](effect)
                except Exception as error:  # noqa: BLE001 - whoever asked for the effect knows what it harms
                    go_on, answer = steps.throw, error
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]  # what the generator returned
        finally:
            self._close(steps)

    async def run_async(self, steps: Steps[Result]) -> Result:
        """Run an operation to its end without blocking the event loop."""
        return await self._go_on(steps, None)

    def begin(self, steps: Steps[Any]) -> Coroutine[Any, Any, Any] | None:
        """Run an operation up to its first effect, at once; what is left of it is to be awaited, if anything is."""
        try:
            with self.lock:
                effect = next(steps)
        except StopIteration:
            return None
        return self._go_on(steps, effect)

    async def _go_on(self, steps: Steps[Result], effect: Effect[object] | None) -> Result:
        go_on: Callable[[Any], Effect[Any]] = steps.send
        answer: object = None
        try:
            while True:
                if effect is not None:
                    try:
                        go_on, answer = steps.send, await self._ports[type(effect)][1](effect)
                    except Exception as error:  # noqa: BLE001 - whoever asked for the effect knows what it harms
                        go_on, answer = steps.throw, error
                with self.lock:
                    effect = go_on(answer)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]  # what the generator returned
        finally:
            self._close(steps)

    def _close(self, steps: Steps[object]) -> None:
        """An operation that was broken off (its task cancelled, its port failing) puts right what it left."""
        with self.lock:
            steps.close()
