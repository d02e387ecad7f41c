"""An account that holds something of everything."""

from datetime import timedelta
from typing import Any

import httpx
from interactor_emulator import Client, Emulator, InteractorError

from tests.workflows import action, halt, http, script, terminal, workflow

_FILE = {"name": "receipt", "type": "file", "label": "Receipt"}
# Nothing that the wall clock sees stands in what it holds.
SETTINGS: dict[str, Any] = {
    "loopback_egress": True,
    "webhook_timestamps": "virtual",
    "limits": {"slow_script_seconds": 60},
}
_CHOICES: dict[str, Any] = {
    "type": "halting",
    "transition_mode": "selection",
    "halting_instructions": {"instruction": "Which way, ${input.who}?", "include_data": ["n"]},
    "transitions": [{"target": "b", "key": "left", "description": "Left"}, {"target": "c", "key": "right"}],
}
_BOTH = {
    "or": [
        {"and": [{"field": "ok", "equals": True}, {"field": "n", "operator": "gt", "value": 1}]},
        {"field": "n", "equals": 7},
    ]
}

_CODE = "console.log('ran'); return {n: input.n * 2, r: Math.random()}"

WORKFLOWS: tuple[dict[str, Any], ...] = (
    workflow("ask", {"a": halt({"target": "b", "condition": _BOTH}, fields=[_FILE]), "b": halt("c"), "c": terminal()}),
    workflow(
        "threads",
        {
            "split": action("wait", fork={"one": "first", "two": "second"}),
            "wait": action("end", join=True),
            "first": halt("done"),
            "second": _CHOICES,
            "b": halt("done"),
            "c": terminal(),
            "done": terminal(),
            "end": terminal(),
        },
    ),
    workflow(
        "call",
        {
            "get": http("http://127.0.0.1:9/q", "end", retry={"attempts": 3, "backoff": "exponential"}),
            "end": terminal(),
        },
    ),
    workflow("work", {"run": script(_CODE, "end"), "end": terminal()}),
)


def emulator(**settings: Any) -> Emulator:
    """One with these workflows and a clock that stands."""
    made = Emulator(**{"seed": 7, "now": "2026-01-20T12:00:00Z", **SETTINGS, **settings})
    for each in WORKFLOWS:
        made.load(each)
    return made


def fill(made: Emulator) -> Emulator:
    """Let something of everything happen in it."""
    made.clients["app"] = Client("app", "app-secret-0123456789", namespaces=("u1",))
    webhooks = made.webhooks
    gone = webhooks.subscribe("http://127.0.0.1:9/gone", ["workflow.instance.created"])
    webhooks.subscribe("http://127.0.0.1:9/nobody", secret="whsec_of_nobody_01234567890123456789")
    made.start("ask", {}, "u2").cancel()
    webhooks.unsubscribe(gone)
    made.clock.advance(hours=4)
    made.when("b", "ask").answer(ok=True, after=timedelta(hours=3))
    first = made.start("ask", {"n": 1, "text": "ä\ud800", "deep": [{"x": None}, 1.5]}, "u1", "key-1")
    with_refusal = made.start("ask", {"n": 2}, "u2").resume(n=2, ok=True)
    made.start("threads", {"who": "me"}, "u1").thread("two").choose("left")
    made.start("threads", {}, None)
    made.start("work", {"n": 21}, "u3")
    try:
        with_refusal.thread("main").resume(ok="no")
        first.resume(n=3)
    except InteractorError:
        pass
    _over_http(made, first.id)
    made.load({**WORKFLOWS[0], "states": {"a": terminal()}, "initial_state": "a"}, publish=False)
    made.clock.advance(seconds=40)
    made.start("call", {}, "u3")
    return made


def _over_http(made: Emulator, instance_id: str) -> None:
    """A file, a key, a token that was renewed and one that is worth nothing any more."""
    with made.serve() as server, httpx.Client(base_url=server.url) as client:
        credentials = {"client_id": "app", "client_secret": "app-secret-0123456789"}
        tokens = client.post("/oauth/token", json={"grant_type": "client_credentials", **credentials}).json()
        again = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"], **credentials}
        renewed = client.post("/oauth/token", json=again).json()
        client.post("/oauth/revoke", json={"token": tokens["access_token"], **credentials})
        client.headers["Authorization"] = f"Bearer {renewed['access_token']}"
        files, key = {"file": ("r.bin", b"\x00\xff\xfe", "application/x")}, {"Idempotency-Key": "key-2"}
        path = f"/api/v1/workflows/instances/{instance_id}"
        client.post(f"{path}/files", files=files, data={"field": "receipt"})
        client.post("/api/v1/workflows/ask/instances", json={"namespace": "u1", "input": {"n": 9}}, headers=key)
