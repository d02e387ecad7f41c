"""A snapshot holds whatever an account does: what comes to a class, or to an account, cannot be forgotten here."""

import json
import sys
import types
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin

import pytest
from interactor_emulator import Emulator
from interactor_emulator.definition.model import Definition
from interactor_emulator.definition.parse import parse
from interactor_emulator.ids import KINDS as GENERATORS
from interactor_emulator.ids import State
from interactor_emulator.jsontext import Json
from interactor_emulator.limits import Limits
from interactor_emulator.services.due import KINDS as TIMERS
from interactor_emulator.services.snapshots import document, reading
from interactor_emulator.state import events
from interactor_emulator.state.events import Event

from tests.snapshots.rich import WORKFLOWS, emulator, fill

HELD = {
    "clock": "now_ms, frozen, queue",
    "ids": "seed, generators",
    "journal": "events, notices",
    "store": "workflows, instances, files",
    "metrics": "counters, durations",
    "outbox": "subscriptions, deliveries, over, dead",
    "retries": "queue",
    "people": "answers, of those that are on their way",
    "variants": "variants",
    "clients": "clients",
    "rates": "rates",
    "idempotency": "idempotency_keys",
    "grants": "refresh_tokens",
    "revoked": "revoked_tokens",
}
# What the account was made with, what a test prepares, and what is never there while nothing is under way.
NOT_HELD = {
    *("settings", "name", "limits", "pool", "terms", "driver", "host", "before_reset", "after_reset", "after_restore"),
    "substitutes",
    *("secrets", "faults", "writer", "caller"),
    *("running", "background", "overlaps", "holds", "feed", "happenings", "trials", "exchanges", "ledger"),
}


def test_each_part_of_an_account_is_held_or_said_not_to_be() -> None:
    assert set(vars(Emulator().account)) == {*HELD, *NOT_HELD}


def test_each_member_of_a_document_is_there() -> None:
    written = fill(emulator()).snapshot()
    named = {each.name for each in fields(document.Document)}
    assert {*written} == named
    assert {*written["generators"]} == {*GENERATORS} - {"faults"}


SHAPES = [
    each for each in vars(document).values() if isinstance(each, type) and is_dataclass(each) and each is not Definition
]


@pytest.mark.parametrize("kind", SHAPES, ids=lambda kind: kind.__name__)
def test_the_page_names_each_member(kind: Any) -> None:
    page = (Path(__file__).parents[2] / "docs" / "reference" / "snapshots.md").read_text("utf-8")
    assert [each.name for each in fields(kind) if f"`{each.name}`" not in page] == []


def test_the_page_names_each_generator_and_timer() -> None:
    page = (Path(__file__).parents[2] / "docs" / "reference" / "snapshots.md").read_text("utf-8")
    assert [each for each in (*GENERATORS, *TIMERS) if f"`{each}`" not in page] == []


def _value(kind: Any, step: list[int]) -> Any:
    """Something of a type, another one at each call, with all members that it can have."""
    step[0] += 1
    known = {str: f"text {step[0]}", int: step[0], bool: True, float: 0.5 + step[0], bytes: b"\xff%d" % step[0]}
    if kind is Definition:
        return parse(WORKFLOWS[0])
    if kind == State:
        return tuple(range(step[0], step[0] + 625))
    if kind == Json:
        return {"any": [step[0], None]}
    if kind in known:
        return known[kind]
    if kind is Event:
        return _made(events.Completed, step)
    if is_dataclass(kind):
        return _made(kind, step)
    origin, inner = get_origin(kind), get_args(kind)
    if origin is Literal:
        return inner[-1]
    if origin in (Union, types.UnionType):
        return _value(inner[0], step)
    if origin is tuple and inner[-1] is not ...:
        return tuple(_value(each, step) for each in inner)
    if origin in (list, tuple):
        return origin([_value(inner[0], step)])
    return {f"name {step[0]}": _value(inner[1], step)}


def _made(kind: Any, step: list[int]) -> Any:
    known = vars(sys.modules[kind.__module__])
    types_ = {each.name: eval(each.type, known) if isinstance(each.type, str) else each.type for each in fields(kind)}
    return kind(**{name: _value(type_, step) for name, type_ in types_.items()})


def _same(one: Any, other: Any) -> bool:
    if is_dataclass(one):
        return type(one) is type(other) and all(
            _same(getattr(one, each.name), getattr(other, each.name)) for each in fields(one)
        )
    if isinstance(one, list | tuple):
        return type(one) is type(other) and len(one) == len(other) and all(map(_same, one, other))
    if isinstance(one, dict):
        return (
            isinstance(other, dict) and list(one) == list(other) and all(_same(one[each], other[each]) for each in one)
        )
    return bool(one == other)


def _there_and_back(kind: Any, value: Any) -> Any:
    plain = reading.codec(Limits())
    return plain.reader(kind)(json.loads(json.dumps(plain.writer(kind)(value))))


@pytest.mark.parametrize("kind", reading.KINDS, ids=lambda kind: kind.__name__)
def test_each_event_comes_back_with_all_of_its_members(kind: type[Event]) -> None:
    event = _made(kind, [0])
    back = _there_and_back(Event, event)
    event.instance_id = ""  # it stands within its instance
    assert type(back) is kind
    assert _same(event, back)


def test_no_event_is_left_out() -> None:
    concrete = {name for name, each in vars(events).items() if isinstance(each, type) and issubclass(each, Event)}
    assert {each.__name__ for each in reading.KINDS} == concrete - {"Event", "ThreadEvent", "Noticed"}


def test_so_does_all_else() -> None:
    whole = _made(document.Document, [0])
    back = _there_and_back(document.Document, whole)
    whole.instances[0].events[0].instance_id = ""
    assert _same(whole, back)
