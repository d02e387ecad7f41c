"""Runs operations: hands each effect to whoever can carry it out, blocking or awaiting.

"Nothing is locked while I/O is under way": the account is held between two effects, and never during one.
"""

from collections.abc import Awaitable, Callable, Mapping
from threading import RLock
from typing import Any, TypeVar

from .effects import Effect, Steps

Result = TypeVar("Result")
Ports = Mapping[type[Effect[Any]], tuple[Callable[[Any], Any], Callable[[Any], Awaitable[Any]]]]
"""For each kind of effect, who carries it out: one that blocks, and one that awaits."""


class Driver:
    """The one place where operations of an account meet the world."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports
        self.lock = RLock()

    def run(self, steps: Steps[Result]) -> Result:
        """Run an operation to its end in this thread."""
        answer: Any = None
        try:
            while True:
                with self.lock:
                    effect = steps.send(answer)
                answer = self._ports[type(effect)][0](effect)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]  # what the generator returned
        finally:
            steps.close()

    async def run_async(self, steps: Steps[Result]) -> Result:
        """Run an operation to its end without blocking the event loop."""
        answer: Any = None
        try:
            while True:
                with self.lock:
                    effect = steps.send(answer)
                answer = await self._ports[type(effect)][1](effect)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]  # what the generator returned
        finally:
            steps.close()
