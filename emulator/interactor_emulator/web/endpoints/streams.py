"""The stream of one instance: which of its events a reader is told, and how."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from interactor_emulator import bounds
from interactor_emulator.clock import timestamp
from interactor_emulator.errors import RateLimited
from interactor_emulator.jsontext import encode
from interactor_emulator.state import events
from interactor_emulator.state.events import Event
from interactor_emulator.state.instance import MAIN_THREAD, Instance, apply
from interactor_emulator.web.call import Answer, Call
from interactor_emulator.web.stream import Stream
from interactor_emulator.wire import halts

from .instances import owned

Frame = tuple[str, str, str]
"""What is told at once: its event, its data as it is at that moment, its id."""

# When a stream will end nobody knows (inferred).
_RETRY_SECONDS = 30

# After the id of the event in the journal: all that was told by then, and that it was the end.
_STATE, _DONE = ".state", ".done"


def open_stream(call: Call) -> Stream | Answer:
    """A stream that begins with the present state, or goes on after the frame that `Last-Event-ID` names.

    A browser's EventSource comes back for ever: "a finished instance's stream answers 204 to a reconnect that has seen
    `done`", which is what ends it (HTML 9.2.3)."""
    instance, limits = owned(call), call.account.limits
    # Published: "at most 10 streams at once an account, the next is 429".
    if call.account.settings.rate_limits and call.account.feed.readers >= bounds.STREAMS.most:
        raise RateLimited(_RETRY_SECONDS)
    happened = call.account.journal.of_instance(instance.id)
    seen = call.sent.get(b"last-event-id", b"").decode("latin-1")
    if not instance.active and seen == happened[-1].id + _DONE:
        return Answer(None, 204)
    clock = call.account.clock
    stream = Stream(limits.heartbeat_seconds, limits.stream_unread_bytes, lambda: timestamp(clock.now_ms))
    missed = _missed(instance, happened, seen, limits.stream_unread_bytes) if seen else None
    for frame in [_present(instance, happened[-1])] if missed is None else missed:
        stream.put(*frame)
    if instance.active:
        stream.unfollow = call.account.feed.follow(
            instance.id, lambda told, event: _tell(stream, told, event), lambda: _finish(stream, happened[-1].id)
        )
    else:
        _finish(stream, happened[-1].id)
    return stream


def _tell(stream: Stream, instance: Instance, event: Event) -> None:
    for frame in _frames(instance, event):
        stream.put(*frame)
    if not instance.active:
        _finish(stream, event.id)


def _finish(stream: Stream, event_id: str) -> None:
    """ "`done` before the end"."""
    stream.put("done", "{}", event_id + _DONE)
    stream.end()


def _present(instance: Instance, last: Event) -> Frame:
    return "state", encode({"state": instance.current_state}), last.id + _STATE


def _missed(instance: Instance, happened: Sequence[Event], seen: str, most_bytes: int) -> list[Frame] | None:
    """What was told after the frame of that id. None where there is no such frame, or where so much was missed that a
    reader would be dropped: both begin anew.

    Frames are not kept: the instance is made again of its events, so that each shows the data as it was then."""
    again = Instance(instance.id, instance.version, instance.namespace, instance.created_ms)
    missed: list[Frame] | None = None
    unread = 0
    for event in happened:
        apply(again, event)
        for frame in _frames(again, event):
            if missed is not None:
                missed.append(frame)
                unread += len(frame[1])
            elif frame[2] == seen:
                missed = []
        if seen in (event.id + _STATE, event.id + _DONE):
            missed = []
        if unread > most_bytes:
            return None
    return missed


def _frames(instance: Instance, event: Event) -> Iterator[Frame]:
    """All that is told of one event, with the instance as it is just after it."""
    for number, (name, data) in enumerate(_told(instance, event), 1):
        yield name, encode(data), f"{event.id}.{number}"


Told = Iterator[tuple[str, Mapping[str, object]]]


def _told(instance: Instance, event: Event) -> Told:
    found = _TOLD.get(type(event))
    if found is not None:
        name, data = found
        yield name, data(instance, event)
    if isinstance(event, events.StepCompleted | events.Resumed) and event.changes is not None:
        changed = [*event.changes.added, *event.changes.updated]
        yield from (("workflow_data_updated", {"key": key, "value": instance.data[key]}) for key in changed)


def _moved(_instance: Instance, event: events.StateChanged | events.Forked) -> Mapping[str, object]:
    return {"state": event.to_state, "previous_state": event.from_state, "thread_id": event.thread_id}


def _other(event: events.ThreadEvent) -> Mapping[str, object]:
    """As everywhere: another thread than main is named (inferred)."""
    return {} if event.thread_id == MAIN_THREAD else {"thread_id": event.thread_id}


def _halted(_instance: Instance, event: events.Halted) -> Mapping[str, object]:
    """What `halted_options` says is beside it (inferred): a reader could not answer without."""
    presentation = {} if event.presentation is None else {"presentation": event.presentation}
    options = {} if event.options is None else {"halted_options": halts.choices(event.options)}
    return {"state": event.state, **presentation, **options, **_other(event)}


def _resumed(_instance: Instance, event: events.Resumed) -> Mapping[str, object]:
    return {"state": event.state, "input": event.input, **_other(event)}


def _completed(instance: Instance, _event: Event) -> Mapping[str, object]:
    return {"status": instance.status, "final_state": instance.current_state, "output": instance.data}


def _failed(instance: Instance, _event: Event) -> Mapping[str, object]:
    """Of a later guide; its data is inferred."""
    failure = instance.failure
    assert failure is not None
    error = {"code": failure.error_code, "message": failure.message}
    return {"status": instance.status, "state": instance.current_state, "error": error}


def _cancelled(instance: Instance, event: events.Cancelled) -> Mapping[str, object]:
    """Of a later guide; its data is inferred."""
    return {"status": instance.status, "state": instance.current_state, "reason": event.reason}


_TOLD: Mapping[type[Event], tuple[str, Callable[[Instance, Any], Mapping[str, Any]]]] = {
    events.StateChanged: ("state_changed", _moved),
    events.Forked: ("state_changed", _moved),
    events.Halted: ("halted", _halted),
    events.Resumed: ("resumed", _resumed),
    events.Completed: ("completed", _completed),
    events.Failed: ("failed", _failed),
    events.Cancelled: ("cancelled", _cancelled),
}
