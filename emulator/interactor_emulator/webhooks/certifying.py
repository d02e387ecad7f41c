"""Certifying a receiver while others go on: each trial in a thread of its own, with how far it is."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from threading import Thread
from typing import TYPE_CHECKING

from interactor_emulator import bounds
from interactor_emulator.adapters.http.egress import parsed

if TYPE_CHECKING:
    from .certify import Report


class _Ended(Exception):
    """Nobody wants to know any more."""


@dataclass(slots=True, eq=False)
class Trial:
    """One receiver on trial: the case that is sent now, how many there were before it, and in the end a report, or why
    there is none."""

    number: int
    url: str
    case: str = ""
    done: int = -1
    of: int = 0
    report: "Report | None" = None
    failure: str = ""
    ended: bool = field(default=False, repr=False)

    @property
    def is_over(self) -> bool:
        return self.report is not None or bool(self.failure)

    def begin(self, case: str) -> None:
        """The next case is about to be sent."""
        if self.ended:
            raise _Ended
        self.case, self.done = case, self.done + 1


class Trials:
    """The latest trials of an account, by number. The secrets are kept by nobody."""

    def __init__(self) -> None:
        self._trials: dict[int, Trial] = {}
        self._count = 0

    def start(self, url: str, secret: str) -> Trial:
        """Begin one; raises ValueError for what is no URL."""
        from .certify import CASES  # late: few certify anything

        parsed(url)
        self._count += 1
        trial = self._trials[self._count] = Trial(self._count, url, of=len(CASES))
        for oldest in list(self._trials)[: -bounds.TRIALS.most]:
            self._trials.pop(oldest).ended = True
        Thread(target=_run, args=(trial, secret), name="interactor-certify", daemon=True).start()
        return trial

    def get(self, number: int) -> Trial | None:
        return self._trials.get(number)

    def __iter__(self) -> Iterator[Trial]:
        """The latest first."""
        return iter(list(self._trials.values())[::-1])

    def end(self) -> None:
        """The account as it was is gone: what is under way stops before its next case."""
        for each in self:
            each.ended = True


def _run(trial: Trial, secret: str) -> None:
    from .certify import NoReceiver, certify

    try:
        trial.report = certify(trial.url, secret, told=trial.begin)
    except _Ended:
        trial.failure = "It was ended"
    except NoReceiver as error:
        trial.failure = str(error)
    except Exception as error:  # noqa: BLE001 - whoever waits for the report is told
        trial.failure = f"It could not be finished: {error or type(error).__name__}"
