"""Runs that were recorded, played on two versions of their definition: which of them would now go elsewhere."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, replace

from interactor_emulator.facade.run import Run
from interactor_emulator.jsontext import Json
from interactor_emulator.wire.scenario import Answer, Cancel, Scenario, Step

from .behaviour import ELSEWHERE, Parting, Runs, parting


@dataclass(frozen=True, slots=True)
class Said:
    """An answer that was taken: the thread's, where it was given to one; no input where the instance was cancelled."""

    input: Mapping[str, Json] | None
    thread: str | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """An instance as it was recorded: its input, all answers that were taken, and the state and data that were told
    last; `where` says in which file and row it begins."""

    where: str
    id: str
    input: Mapping[str, Json]
    namespace: str | None
    answers: tuple[Said, ...] = ()
    state: str = ""
    data: Mapping[str, Json] | None = None


@dataclass(frozen=True, slots=True)
class Retold:
    """What became of a recorded run: where its answers now lead elsewhere, None where they do not.

    `doubtful` says why this may be otherwise: the old version itself did not come to what was recorded."""

    recorded: Recorded
    case: Scenario
    parting: Parting | None
    doubtful: str


def retold(old: Runs, new: Runs, recorded: Recorded) -> Retold:
    """Play it on both. What HTTP logic heard is in no recording: it hears what of the data comes from nowhere else."""
    case = _played(old, recorded, {})
    before = old.behaviour(case)
    if before is not None and recorded.data is not None and before.state != recorded.state:
        known = before.data[-1][1]
        heard = {name: value for name, value in recorded.data.items() if name not in known}
        case = _played(old, recorded, heard)
        before = old.behaviour(case)
    doubtful = ""
    if before is None or before.state != recorded.state:
        came = "does not start" if before is None else f"comes to {before.state}"
        doubtful = f"it was recorded in {recorded.state}, and the old version {came}"
    return Retold(recorded, case, parting(case, before, new.behaviour(case), ELSEWHERE), doubtful)


def _played(old: Runs, recorded: Recorded, heard: Mapping[str, Json]) -> Scenario:
    """The case that it is: each answer where the old version waits for one."""
    stub: dict[str, Json] = {"url": "*", "respond": {"json": heard}}
    case = Scenario(recorded.id, "", recorded.input, (), stubs=(stub,), namespace=recorded.namespace)
    left = deque(recorded.answers)

    def more(run: Run) -> Step | None:
        return _step(run, left.popleft()) if left and run.status in ("halted", "running") else None

    return replace(case, steps=old.steps(case, more))


def _step(run: Run, said: Said) -> Step | None:
    if said.input is None:
        return Cancel()
    threads = {id_: state for id_, state in run.threads.items() if run.thread(id_).status == "halted"}
    thread = said.thread if said.thread in threads else next(iter(threads), None)
    if thread is None:
        return None
    return Answer(threads[thread], said.input, thread=thread if len(run.threads) > 1 else None)
