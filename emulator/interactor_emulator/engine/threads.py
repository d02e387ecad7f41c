"""Threads: how a state forks some, and how a join waits for them.

"Workflows can have parallel execution paths (threads)." The document shows no syntax that starts one; ours (`fork`,
`join`) is inferred from the words of the published history.
"""

from collections.abc import Generator

from interactor_emulator.definition.model import State
from interactor_emulator.state.events import Event, Forked, Joined, JoinEntered
from interactor_emulator.state.instance import Instance, Thread

from .logic import Failure, Terms


def too_many(instance: Instance, terms: Terms, state: State) -> Failure | None:
    """Why the state cannot fork: "Max concurrent threads | 10 | Per instance"."""
    limit = terms.limits.threads_per_instance
    if len(list(instance.unfinished())) + len(state.forks) <= limit:
        return None
    return Failure("internal_error", f"Thread limit exceeded ({limit}) by the fork of state '{state.name}'", {})


def fork(instance: Instance, thread: Thread, state: State, ready: list[Thread]) -> Generator[Event, None, None]:
    """Start the threads of the state; they run once this one rests."""
    for name, first_state in state.forks:
        forked = Forked(_free_id(instance, name), thread.id, state.name, first_state)
        yield forked
        ready.append(instance.threads[forked.thread_id])


def _free_id(instance: Instance, name: str | None) -> str:
    """`thread_<name>` or `thread_<n>`; a name that was used before gets a number of its own (inferred)."""
    base, number = (f"thread_{name}", f"thread_{name}_") if name is not None else ("thread_1", "thread_")
    if base not in instance.threads:
        return base
    return next(f"{number}{n}" for n in range(2, len(instance.threads) + 3) if f"{number}{n}" not in instance.threads)


def waits(instance: Instance, thread: Thread, state: State) -> Generator[Event, None, bool]:
    """Whether the thread, having come to this join, must wait for a thread that it forked."""
    forked = [each for each in instance.forked_by(thread) if not each.joined]
    if any(each.active for each in forked):
        yield JoinEntered(thread.id, state.name)
        return True
    for each in forked:
        yield Joined(each.id, thread.id, each.state, state.name)
    return False


def released(instance: Instance, completed: Thread) -> Thread | None:
    """The thread that waited at a join for this one, the last to complete; None when none goes on."""
    if completed.parent_id is None:
        return None
    parent = instance.threads[completed.parent_id]
    if not parent.joining or any(each.active for each in instance.forked_by(parent)):
        return None
    return parent
