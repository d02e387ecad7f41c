"""Whatever texts come from definitions, clients, receivers and servers: the pages about traffic show them as texts."""

import asyncio
import json
from contextlib import suppress
from functools import cache
from typing import Any

import httpx
from hypothesis import given, settings
from hypothesis import strategies as st
from interactor_emulator import Emulator
from interactor_emulator.errors import InteractorError

from tests.dashboard_forms import Pages
from tests.dashboard_pages import HOSTILE, hostile
from tests.workflows import halt, http, script, terminal, to, workflow

texts = st.lists(
    st.sampled_from([HOSTILE, "\ud800", "\udfff", "</title>", "'", '"', "&lt;", "\0", "\r\n", "‮", "𝄞"])
    | st.text(max_size=6),
    max_size=4,
).map("".join)

PATHS = (
    *("webhooks", "webhooks/new", "webhooks/deliveries", "webhooks/why", "webhooks/certify", "webhooks/faults"),
    *("calls", "calls/1", "calls/stubs", "requests", "time", "time?since=0"),
)


@cache
def _hosted() -> Emulator:
    """One for all examples: its pages are made ready once."""
    return Emulator(seed=1, now="2026-01-20T12:00:00Z")


def emptied() -> Emulator:
    """As if nothing had happened yet."""
    emulator = _hosted()
    emulator.reset()
    return emulator


def with_a_call() -> Emulator:
    """One that has a blocked call."""
    emulator = emptied()
    emulator.load(workflow("w", {"call": http("https://erp.example/", "done"), "done": terminal()}))
    emulator.start("w", namespace="n")
    return emulator


class Receiver:
    """Answers with this."""

    def __init__(self, said: str) -> None:
        self._said = said.encode("utf-8", "surrogatepass")

    async def __call__(self, _scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 500, "headers": []})
        await send({"type": "http.response.body", "body": self._said})


def filled(said: list[str]) -> Emulator:
    """An emulator in which these texts stand wherever somebody outside can put one."""
    name, value, logged, answered, namespace, path = said
    emulator = emptied()
    call = http("https://erp.example/${workflow_data.path}", "done", body={"x": "${workflow_data.x}"})
    states = {
        "log": script(f"console.log({json.dumps(logged)}); return {{x: input.x, path: input.path}}", "call"),
        "call": {**call, "transitions": [{"target": "ask"}]},
        "ask": halt(to("done", ok=True), presentation={"type": "message", "message": logged or "m"}),
        "done": terminal(),
    }
    emulator.load(workflow("w", states))
    emulator.stub("https://erp.example/*", respond={"status": 200, "json": {name: answered}})
    emulator.webhooks.subscribe(Receiver(answered))
    with suppress(ValueError, InteractorError):
        emulator.webhooks.subscribe(f"https://x.example/{path}", namespace=namespace or None)
    with suppress(ValueError):
        emulator.faults.call("delay", delay_seconds=1, namespace=namespace, path="/nowhere/*")
    with suppress(ValueError):
        emulator.stub(f"https://y.example/{path}", state=name or None, respond={"json": value})
    return emulator


async def visited(emulator: Emulator, said: list[str]) -> None:
    """Make requests with these texts, and look at every page."""
    name, value, _, _, namespace, path = said
    pages, transport = Pages(emulator), httpx.ASGITransport(emulator.asgi_app)
    headers = {"Authorization": f"Bearer {emulator.token()}", "Content-Type": "application/json"}
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", headers=headers) as client:
        body = json.dumps({"namespace": namespace, name or "n": value, "input": {"x": value, "path": path}})
        own = "".join(each for each in name if "!" <= each <= "~")[:200]
        made = await client.post(
            "/api/v1/workflows/w/instances", content=body, headers={"X-Request-Id": own} if own else {}
        )
        wrong = await client.post("/api/v1/workflows/w/instances", content=value.encode("utf-8", "surrogatepass"))
        await client.get("/api/v1/" + "".join(each for each in path if each.isalnum() and each.isascii()))
    found = list(PATHS)
    found += [f"webhooks/deliveries/{each}" for each in list(emulator.account.outbox.deliveries)[:2]]
    found += [f"webhooks/why?instance={each}" for each in emulator.account.store.instances]
    found.append(f"requests/{wrong.headers['x-request-id']}")
    if not own:
        found.append(f"requests/{made.headers['x-request-id']}")
    for each in found:
        shown = await pages.open(each)
        assert shown.status == 200 or (each == "calls/1" and shown.status == 404), each
        assert list(hostile(shown.html)) == [], each


@settings(max_examples=20)
@given(st.lists(texts, min_size=6, max_size=6))
def test_every_page_shows_whatever_there_is_as_text(said: list[str]) -> None:
    asyncio.run(visited(filled(said), said))


@settings(max_examples=30)
@given(
    st.dictionaries(
        st.sampled_from(["subscription", "event", "status", "instance", "page", "state", "answered", "since", "kind"])
        | st.sampled_from(["method", "path", "url", "missing", "sent", "arrived", "made", "back"]),
        texts,
        max_size=5,
    ),
    st.sampled_from(PATHS),
)
def test_whatever_is_asked_for_is_answered_and_shown_as_text(query: dict[str, str], path: str) -> None:
    emulator = with_a_call()
    asked = {name: value.encode("utf-8", "surrogatepass").decode("utf-8", "replace") for name, value in query.items()}
    shown = asyncio.run(Pages(emulator).open(f"{path.partition('?')[0]}?{httpx.QueryParams(asked)}"))
    assert shown.status in (200, 404)
    assert list(hostile(shown.html)) == []


@settings(max_examples=30)
@given(
    st.sampled_from(
        ["time", "webhooks", "webhooks/new", "webhooks/certify", "webhooks/faults", "calls/1", "calls/stubs"]
    ),
    st.dictionaries(
        st.sampled_from(["move", "to", "to_ms", "back", "subscription", "url", "secret", "namespace", "on", "effect"])
        | st.sampled_from(["times", "after", "probability", "delay_seconds", "size", "end", "rule", "do", "remove"])
        | st.sampled_from(["stub", "origin", "json", "body", "status", "attempt", "method", "path", "state"])
        | st.just("event:workflow.instance.created"),
        texts | st.sampled_from(["calls", "webhooks", "1", "0", "-1", "1e9", "9" * 30, "null", "[]", "nan", "status"]),
        max_size=6,
    ),
)
def test_whatever_is_posted_is_done_or_refused_in_words(path: str, form: dict[str, str]) -> None:
    emulator = with_a_call()

    async def post() -> tuple[int, str]:
        pages = Pages(emulator)
        token = (await pages.open("time")).forms[0].values["token"]
        sent = {name: each.encode("utf-8", "replace").decode() for name, each in form.items()}
        shown = await pages.post(path, token=token, **sent)
        return shown.status, shown.html

    status, html = asyncio.run(post())
    assert status in (200, 400, 404)
    assert list(hostile(html)) == []
