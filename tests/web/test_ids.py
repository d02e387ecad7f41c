"""The forms of ids, as a client sees them, whatever the seed; and the same seed with the same calls."""

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from interactor_emulator import Emulator

from tests.workflows import halt, script, terminal, to, workflow

ULID, SHORT = "[0-9A-HJKMNP-TV-Z]{26}", "[a-z0-9]{12}"
FORMS = {
    "version": f"v_{SHORT}",
    "workflow": f"wf_{SHORT}",
    "subscription": f"whsub_{SHORT}",
    "instance": f"inst_{ULID.lower()}",
    "file": f"file_{ULID.lower()}",
    "event": f"evt_{ULID}",
    "request": f"req_{ULID}",
    "delivery": f"del_{ULID}",
    "error": f"err_{ULID}",
    "thread": r"thread_(?:main|\w+)",
}
FILE = {"name": "receipt", "type": "file", "label": "Receipt"}
STATES = {
    "ask": halt(to("end", ok=True), "break", fields=[FILE]),
    "break": script("throw new Error('no luck')", "end"),
    "end": terminal(),
}


def shown(seed: int | None) -> Iterator[tuple[str, str]]:
    """One id of each kind, and the kind."""
    emulator = Emulator(seed=seed, now="2026-01-20T12:00:00Z")
    with emulator.serve() as server:
        headers = {"Authorization": f"Bearer {emulator.token()}"}
        with httpx.Client(base_url=server.api_url, headers=headers) as client:
            made = client.post("/workflows", json=workflow("w", STATES))
            version = made.json()["data"]["version_id"]
            yield from (("request", made.headers["x-request-id"]), ("version", version))
            client.post(f"/workflows/w/versions/{version}/publish")
            events = ["workflow.instance.created"]
            hook = client.post("/webhooks/subscriptions", json={"url": "https://yourapp.com/", "events": events})
            yield "subscription", hook.json()["data"]["id"]
            created = client.post("/workflows/w/instances", json={"namespace": "n"}).json()["data"]
            path = f"/workflows/instances/{created['id']}"
            upload = {"file": ("a.pdf", b"%PDF", "application/pdf")}
            file = client.post(f"{path}/files", data={"field": "receipt"}, files=upload).json()["data"]
            client.post(f"{path}/resume", json={"input": {}})
            history = client.get(f"{path}/history").json()["data"]
            failed = client.get("/workflows/errors?since=2026-01-01T00:00:00Z").json()["data"]["errors"][0]
            [thread] = client.get(f"{path}/threads").json()["data"]["threads"]
            [delivery] = httpx.get(f"{server.url}/_emulator/deliveries").json()["deliveries"]
    yield from (("instance", created["id"]), ("file", file["file_id"]), ("workflow", history["workflow_id"]))
    yield from (("event", history["events"][-1]["id"]), ("error", failed["error_id"]))
    yield from (("delivery", delivery["id"]), ("thread", thread["id"]))


@pytest.mark.parametrize("seed", [None, 0, 7, 2**64])
def test_every_id_has_the_services_form(seed: Any) -> None:
    found = dict(shown(seed))
    assert set(found) == set(FORMS)
    assert {kind: made for kind, made in found.items() if not re.fullmatch(FORMS[kind], made)} == {}


def test_the_same_seed_and_calls_give_the_same_ids() -> None:
    first, second, other, unseeded = (dict(shown(seed)) for seed in (7, 7, 8, None))
    assert first == second
    for each in (other, unseeded):
        assert {kind for kind in first if first[kind] == each[kind]} == {"thread"}
