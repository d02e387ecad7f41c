"""How many steps are under way, and who waits until none is."""

from concurrent.futures import Future


class Running:
    """Counts instances that run at this moment, here or in another request."""

    def __init__(self) -> None:
        self._steps = 0
        self._waiting: list[Future[None]] = []

    def __bool__(self) -> bool:
        return self._steps > 0

    def began(self) -> None:
        """An instance has begun to run."""
        self._steps += 1

    def ended(self) -> None:
        """It rests; whoever waits until nothing runs is told with the last one."""
        self._steps -= 1
        if not self._steps:
            waiting, self._waiting = self._waiting, []
            for idle in waiting:
                idle.set_result(None)

    def idle(self) -> "Future[None]":
        """Done when nothing runs any more; asked for while something does."""
        waiting: Future[None] = Future()
        self._waiting.append(waiting)
        return waiting
