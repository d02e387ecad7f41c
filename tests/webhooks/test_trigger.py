"""`trigger`: each sample is what the emulator itself would deliver, as the document shows it."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from interactor_emulator import Emulator
from interactor_emulator.signing import verify
from interactor_emulator.state.deliveries import EVENTS

from tests.workflows import halt, script, terminal, workflow

COMMAND = str(Path(sys.executable).parent / "interactor-emulator")
SECRET = "whsec_example_secret_of_32_letters"
HALTED = {
    "type": "form",
    "title": "Approval Required",
    "fields": [
        {"name": "approved", "type": "boolean", "label": "Approve this request?"},
        {"name": "comment", "type": "string", "label": "Comment"},
    ],
}


@contextmanager
def receiving(deliveries: list[tuple[dict[str, str], bytes]]) -> Iterator[str]:
    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            deliveries.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *arguments: object) -> None:
            """Nothing."""

    with HTTPServer(("127.0.0.1", 0), Receiver) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


def triggered(event: str, *more: str) -> dict[str, Any]:
    """The body that a receiver was sent, which its signature fits."""
    deliveries: list[tuple[dict[str, str], bytes]] = []
    with receiving(deliveries) as url:
        arguments = ["trigger", event, "--to", url, "--secret", SECRET, *more]
        done = subprocess.run([COMMAND, *arguments], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done
    ((headers, raw),) = deliveries
    verify(SECRET, raw, headers["x-interactor-signature"], headers["x-interactor-timestamp"])
    body: dict[str, Any] = json.loads(raw)
    return body


@pytest.fixture
def delivered(interactor: Emulator) -> dict[str, dict[str, Any]]:
    """One real delivery of each event."""
    states = {
        "ask": halt("go", presentation=HALTED),
        "go": script("if (input.fail) throw new Error('failed')", "end"),
        "end": terminal(),
    }
    interactor.load(workflow("w", states))
    inbox = interactor.webhooks.inbox
    interactor.start("w", namespace="a").resume(x=1)
    interactor.start("w", namespace="a").cancel()
    with pytest.raises(Exception, match="failed"):
        interactor.start("w", namespace="a").resume(fail=True)
    return {each.event: dict(each.data) for each in inbox.received}


@pytest.mark.parametrize("event", EVENTS)
def test_a_sample_has_the_members_of_a_real_delivery(delivered: dict[str, dict[str, Any]], event: str) -> None:
    body = triggered(event)
    assert list(body) == ["event", "delivery_id", "timestamp", "data"]
    assert (body["event"], list(body["data"])) == (event, list(delivered[event]))


@pytest.mark.parametrize(
    ("event", "members"),
    [
        ("halted", {"current_state": "await_approval", "halting_presentation": HALTED}),
        ("resumed", {"resumed_by": "client_dev"}),
        ("failed", {"error": {"code": "script_error", "message": "Script failed: amount is not defined"}}),
        ("cancelled", {"reason": "requested"}),
        ("completed", {"current_state": "approved"}),
    ],
)
def test_a_sample_says_what_the_document_shows(event: str, members: dict[str, object]) -> None:
    data = triggered(event)["data"]
    assert {name: data[name] for name in members} == members


@pytest.mark.parametrize("given", [{"instance_id": "inst_1"}, {}])
def test_other_data_stands_in_the_place_of_the_samples(given: dict[str, str]) -> None:
    assert triggered("halted", "--data", json.dumps(given))["data"] == given
