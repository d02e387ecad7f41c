"""What the document says of every instance, whatever its definition and whatever was done to it.

Each rule looks at an instance as a client sees it: `GET` of the instance, and its whole history with data.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from interactor_emulator import Emulator, Limits, Run
from interactor_emulator.account.account import Account
from interactor_emulator.clock import moment
from interactor_emulator.definition.model import Definition
from interactor_emulator.jsontext import encode, equal
from interactor_emulator.limits import LIMITS
from interactor_emulator.projections import history
from interactor_emulator.services import instances
from interactor_emulator.state.instance import MAIN_THREAD
from interactor_emulator.wire import answers
from interactor_emulator.wire import history as history_shapes

_ALL = 10**9


@dataclass(frozen=True, slots=True)
class Seen:
    """An instance as it was shown at an instant: `instance` as `GET` has it, `events` as its history has them."""

    instance: Mapping[str, Any]
    events: list[Mapping[str, Any]]
    now: datetime

    @property
    def status(self) -> str:
        """running, halted, completed, failed or cancelled."""
        return str(self.instance["status"])

    @property
    def active(self) -> bool:
        """Whether it is not over."""
        return self.status in ("running", "halted")

    @property
    def threads(self) -> list[Mapping[str, Any]]:
        """Its threads; that of a failed or cancelled instance is shown as completed."""
        return list(self.instance["threads"])

    def halted(self) -> list[str]:
        """The ids of the threads that wait for an answer."""
        return [each["id"] for each in self.threads if each["status"] == "halted"]


def seen(account: Account, instance_id: str) -> Seen:
    """The instance as a client would see it now."""
    instance, happened = instances.get(account, instance_id), account.journal.of_instance(instance_id)
    page = history.page(happened, history.Query(), None, _ALL, include_data=True)
    shown: dict[str, Any] = {**answers.instance(instance, happened, account.variants)}
    shown["workflow_data"] = dict(shown["workflow_data"])  # the instance's own lives on
    return Seen(shown, [history_shapes.entry(each) for each in page.entries], moment(account.clock.now_ms))


def check(emulator: Emulator, run: Run, may_fail: Collection[str] = ()) -> None:
    """Raise AssertionError where the instance is not as the document says every instance is, or has failed.

    `may_fail` are the error codes of which it may fail: `{"http_error"}`."""
    found = emulator.read(lambda account: seen(account, run.id))
    definition = emulator.read(lambda account: instances.get(account, run.id).definition)
    complain(broken(definition, found, emulator.account.limits, may_fail))


def complain(wrong: list[str]) -> None:
    """Raise AssertionError with these sentences, if there are any."""
    if wrong:
        raise AssertionError("\n".join(wrong))


def broken(
    definition: Definition,
    seen: Seen,
    limits: Limits = LIMITS,
    may_fail: Collection[str] = (),
    before: Seen | None = None,
) -> list[str]:
    """What is not as it must be, a sentence each; `before` is how it was seen some time ago."""
    found = [wrong for rule in _RULES for wrong in rule(definition, seen)]
    found += [*_failure(seen, may_fail), *_bounds(seen, limits)]
    return found if before is None else [*found, *_since(before, seen)]


def _failure(seen: Seen, may_fail: Collection[str]) -> Iterator[str]:
    error = str(seen.instance.get("error", ""))
    if seen.status == "failed" and error.partition(":")[0] not in may_fail:
        yield f"the instance failed in {seen.instance['current_state']}: {error}"


def _bounds(seen: Seen, limits: Limits) -> Iterator[str]:
    """ "Max concurrent threads | 10 | Per instance"; "Instance TTL (running) | 30 days | Auto-cancelled after",
    "(halted) | 90 days"."""
    unfinished = [each for each in seen.threads if each["status"] != "completed"]
    if len(unfinished) > limits.threads_per_instance:
        yield f"there are {len(unfinished)} unfinished threads; at most {limits.threads_per_instance} are allowed"
    ttl = {"running": limits.running_ttl_seconds, "halted": limits.halted_ttl_seconds}.get(seen.status)
    if ttl is not None and seen.events:
        quiet = (seen.now - _instant(seen.events[-1])).total_seconds()
        if quiet >= ttl + 1:  # timestamps have whole seconds
            yield f"it is {seen.status}, and nothing has happened for {quiet:g} s; its TTL is {ttl} s"


def _status(_definition: Definition, seen: Seen) -> Iterator[str]:
    """`completed` when no thread is left, `halted` when every unfinished thread is, else `running`."""
    unfinished = {each["status"] for each in seen.threads if each["status"] != "completed"}
    wanted = "completed" if not unfinished else "halted" if unfinished == {"halted"} else "running"
    if seen.status != wanted and not (wanted == "completed" and seen.status in ("failed", "cancelled")):
        yield f"it is {seen.status}, but its threads are {', '.join(each['status'] for each in seen.threads)}"
    if ("error" in seen.instance) != (seen.status == "failed"):
        yield f"it is {seen.status}, and {'has an' if 'error' in seen.instance else 'has no'} error"
    if ("cancelled_at" in seen.instance) != (seen.status == "cancelled"):
        yield f"it is {seen.status}, and {'has a' if 'cancelled_at' in seen.instance else 'has no'} time of its cancel"


def _threads(definition: Definition, seen: Seen) -> Iterator[str]:
    """ "Workflow completes" in a terminal state; a halting one "Waits for `resume` call"."""
    if not seen.active and seen.status != "completed":
        return
    for thread in seen.threads:
        state = definition.states.get(thread["current_state"])
        if state is None:
            yield f"{thread['id']} is in {thread['current_state']}, which is no state of the definition"
        elif (thread["status"] == "completed") != (state.type == "terminal") and not state.join:
            yield f"{thread['id']} is {thread['status']} in {state.name}, which is {state.type}"
        elif thread["status"] == "halted" and state.type != "halting":
            yield f"{thread['id']} is halted in {state.name}, which is {state.type}"


def _order(_definition: Definition, seen: Seen) -> Iterator[str]:
    times = [_instant(each) for each in seen.events]
    if times != sorted(times):
        yield "its events are not in the order of their times"
    ids = [each["id"] for each in seen.events]
    if len(set(ids)) != len(ids):
        yield "two of its events have one id"


def _walk(definition: Definition, seen: Seen) -> Iterator[str]:
    """Transitions are those of the definition, each from the state in which its thread is."""
    at: dict[str, str] = {}
    entered = []
    for event in seen.events:
        thread = str(event.get("thread_id", MAIN_THREAD))
        move = _MOVES.get(event["subtype"])
        if move is not None:
            yield from move(definition, at, thread, event)
            if event["subtype"] != "join":
                entered.append(at[thread])
        elif "state" in event and at.get(thread) != event["state"] and event["type"] != "error":
            yield f"{thread} is in {at.get(thread)}, and an event of it tells of {event['state']}"
    path = [each["state"] for each in seen.instance["history"]]
    if path != entered:
        yield f"its path is {' → '.join(path)}, but its events tell of {' → '.join(entered)}"


At = dict[str, str]


def _created(definition: Definition, at: At, thread: str, event: Mapping[str, Any]) -> Iterator[str]:
    at[thread] = event["initial_state"]
    if event["initial_state"] != definition.initial_state:
        yield f"it began in {event['initial_state']}, not in {definition.initial_state}"


def _forked(definition: Definition, at: At, thread: str, event: Mapping[str, Any]) -> Iterator[str]:
    yield from _left(at, event["parent_thread_id"], event)
    if event["to_state"] not in [state for _, state in definition.states[event["from_state"]].forks]:
        yield f"{event['from_state']} forks no thread to {event['to_state']}"
    at[thread] = event["to_state"]


def _joined(definition: Definition, at: At, thread: str, event: Mapping[str, Any]) -> Iterator[str]:
    yield from _left(at, thread, event)
    if at.get(event["parent_thread_id"]) != event["to_state"] or not definition.states[event["to_state"]].join:
        yield f"{thread} has joined in {event['to_state']}, where {event['parent_thread_id']} does not wait for it"


def _moved(definition: Definition, at: At, thread: str, event: Mapping[str, Any]) -> Iterator[str]:
    yield from _left(at, thread, event)
    state = definition.states[event["from_state"]]
    if event["to_state"] not in [each.target for each in state.transitions]:
        yield f"{state.name} has no transition to {event['to_state']}"
    if (state.type == "halting") != (event["trigger"] == "resume"):
        yield f"{state.name}, which is {state.type}, was left by a transition of trigger {event['trigger']}"
    at[thread] = event["to_state"]


def _left(at: At, thread: str, event: Mapping[str, Any]) -> Iterator[str]:
    if at.get(thread) != event["from_state"]:
        yield f"{thread} is in {at.get(thread)}, and has left {event['from_state']}"


_MOVES: Mapping[str, Callable[[Definition, At, str, Mapping[str, Any]], Iterator[str]]] = {
    "created": _created,
    "fork": _forked,
    "join": _joined,
    "state_change": _moved,
}


def _data(_definition: Definition, seen: Seen) -> Iterator[str]:
    """ "Accumulated": what the transitions have changed, and then the steps since, is the data as it is told."""
    folded: Mapping[str, Any] = {}
    since: list[Mapping[str, Any]] = []
    for event in seen.events:
        changes = event.get("changes", {})
        if event["type"] == "transition" and event["subtype"] != "join":
            folded, since = _applied(folded, changes), []
        elif event["type"] == "step":
            since.append(changes)
        now = folded
        for each in since:
            now = _applied(now, each)
        if not equal(event["workflow_data"], now):
            yield f"after {event['subtype']} the data is {encode(event['workflow_data'])}, not {encode(now)}"
            return
    if seen.events and not equal(seen.events[-1]["workflow_data"], seen.instance["workflow_data"]):
        yield "its data is not that after its last event"


def _applied(data: Mapping[str, Any], changes: Mapping[str, Any]) -> Mapping[str, Any]:
    updated = {key: both["to"] for key, both in changes.get("updated", {}).items()}
    return {**data, **changes.get("added", {}), **updated}


_RULES: tuple[Callable[[Definition, Seen], Iterator[str]], ...] = (_status, _threads, _order, _walk, _data)


def _since(before: Seen, seen: Seen) -> Iterator[str]:
    """Nothing that was told is told otherwise later, and what is over stays as it is."""
    for member in ("id", "workflow_name", "version_id", "namespace", "created_at"):
        if before.instance.get(member) != seen.instance.get(member):
            yield f"its {member} was {before.instance.get(member)}, and is {seen.instance.get(member)}"
    if seen.events[: len(before.events)] != before.events:
        yield "its history has another beginning than before"
    if not before.active and (before.status, before.instance["workflow_data"]) != (
        seen.status,
        seen.instance["workflow_data"],
    ):
        yield f"it was over ({before.status}), and has changed"


def _instant(event: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(event["timestamp"])
