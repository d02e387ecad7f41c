"""A snapshot that somebody has edited is restored whole or refused with the place; and what was restored answers."""

import asyncio
import copy
import json
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

import httpx
from hypothesis import given
from hypothesis import strategies as st
from interactor_emulator import Emulator
from interactor_emulator.services.snapshots.operations import InvalidSnapshot

from tests.snapshots.rich import SETTINGS, emulator, fill


@cache
def _written() -> str:
    return json.dumps(fill(emulator()).snapshot())


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The paths of all that stands in it, but for what a generator is."""
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, each in inner:
        yield from _places(each, (*path, step))


@cache
def _all_places() -> list[tuple[Any, ...]]:
    return [path for path in _places(json.loads(_written())) if path]


_NUMBERS = [0, -1, 1, 2**62, 2**70, -(2**62), 1.5, 1e300]
_TEXTS = ["", "x", "\ud800", "inst_x", "a", "thread_main", "GET", "pending", "dead", "2026-01-20T12:00:00Z"]
_OTHERS: list[Any] = [None, True, [], {}, [None], [[]], {"x": 1}, {"base64": "!"}, {"type": "Halted"}]
ODD = st.sampled_from([*_NUMBERS, *_TEXTS, *_OTHERS])


PLACES = st.deferred(lambda: st.sampled_from(_all_places()))
HOW = st.one_of(st.just("drop"), st.just("double"), ODD.map(lambda odd: (odd,)), PLACES.map(list))
EDITS = st.lists(st.tuples(PLACES, HOW), min_size=1, max_size=3)


def _at(value: Any, path: Iterable[Any]) -> Any:
    for step in path:
        value = value[step]
    return value


def _edited(edits: list[tuple[tuple[Any, ...], Any]]) -> dict[str, Any]:
    """The snapshot with things taken out, doubled, or with something else in their place, odd or from elsewhere."""
    value: dict[str, Any] = json.loads(_written())
    for (*path, last), how in edits:
        try:
            parent, there = _at(value, path), _at(value, (*path, last))
        except (KeyError, IndexError, TypeError):
            continue  # an edit before has taken it away
        if how == "drop":
            del parent[last]
        elif how == "double" and isinstance(parent, list):
            parent.insert(last, copy.deepcopy(there))
        elif how != "double":
            parent[last] = how[0] if isinstance(how, tuple) else _at(json.loads(_written()), how)
    return value


def _asked(made: Emulator) -> Iterator[tuple[str, str, Any]]:
    """What can be asked of it, and then some."""
    api, control = "/api/v1/workflows", "/_emulator"
    instances = list(made.account.store.instances)
    for path in ("", "/instances"):
        yield "GET", api + path, None
    for name in made.account.store.workflows:
        yield "GET", f"{api}/{name}/versions", None
        yield "GET", f"{control}/workflows/{name}/graph", None
    for instance_id in instances:
        for path in ("", "/history?include_data=true", "/threads"):
            yield "GET", f"{api}/instances/{instance_id}{path}", None
        for path in ("explain", "files", "graph"):
            yield "GET", f"{control}/instances/{instance_id}/{path}", None
    for path in ("deliveries", "dead-letters", "diagnostics", "coverage", "metrics", "clients", "snapshot", "clock"):
        yield "GET", f"{control}/{path}", None
    for instance_id in instances:
        yield "POST", f"{api}/instances/{instance_id}/resume", {"input": {"ok": True, "n": 7}}
    yield "POST", f"{control}/clock/advance", {"seconds": 200 * 86_400}
    yield "GET", f"{api}/instances", None


async def _ask_all(made: Emulator) -> None:
    """Not by a client, whose answers the suite holds against their description: what was edited is shown as it is."""
    transport, headers = httpx.ASGITransport(made.asgi_app), {"Authorization": f"Bearer {made.token(expires_in=10**9)}"}
    for method, path, body in _asked(made):
        asked = httpx.Request(method, f"http://localhost{path}", json=body, headers=headers)
        answer = await transport.handle_async_request(asked)
        assert b"Internal error of the emulator" not in await answer.aread(), (method, path)


@given(EDITS)
def test_it_is_restored_or_refused_and_never_breaks_anything(edits: list[tuple[tuple[Any, ...], Any]]) -> None:
    made = Emulator(now="2026-01-01T00:00:00Z", **SETTINGS)
    before = made.snapshot()
    refused = None
    try:
        made.restore(_edited(edits))
    except InvalidSnapshot as error:
        refused = str(error)
    if refused is not None:
        assert refused
        assert "\n" not in refused
        assert made.snapshot() == before
        return
    asyncio.run(_ask_all(made))
    Emulator(**SETTINGS).restore(made.snapshot())
