"""`tail`: what it shows of a running server, how it comes back to it, and what it hands on."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import httpx
import pytest
from interactor_emulator import Emulator
from interactor_emulator.signing import verify

from tests.workflows import halt, script, terminal, workflow

COMMAND = [str(Path(sys.executable).parent / "interactor-emulator"), "tail"]
SECRET = "whsec_of_the_receiver_min_32_characters"
ASKS = workflow(
    "asks", {"ask": halt("work"), "work": script("console.log('one\\ntwo'); return {}", "end"), "end": terminal()}
)
Process = subprocess.Popen[str]


@contextmanager
def tailing(*options: str) -> Iterator[Process]:
    with subprocess.Popen([*COMMAND, *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.terminate()


def lines_until(process: Process, word: str) -> list[str]:
    """What it prints, up to the line with this word."""
    assert process.stdout is not None
    found = []
    for line in process.stdout:
        found.append(line.rstrip("\n"))
        if word in line:
            return found
    raise AssertionError(f"no {word!r} in {found}; {process.communicate()}")


class Receiver(BaseHTTPRequestHandler):
    """Takes webhooks that are signed, and keeps them."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        verify(SECRET, body, self.headers["X-Interactor-Signature"], self.headers["X-Interactor-Timestamp"])
        self.server.taken.append((dict(self.headers), body))  # type: ignore[attr-defined]  # it is ours
        self.send_response(202)
        self.send_header("Content-Length", "5")
        self.end_headers()
        self.wfile.write(b"taken")

    def log_message(self, *arguments: object) -> None:
        """Nothing."""


@contextmanager
def receiver() -> Iterator[tuple[str, list[tuple[dict[str, str], bytes]]]]:
    with HTTPServer(("127.0.0.1", 0), Receiver) as server:
        taken: list[tuple[dict[str, str], bytes]] = []
        server.taken = taken  # type: ignore[attr-defined]  # see above
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/hook", taken
        server.shutdown()
        thread.join()


@pytest.fixture
def emulator() -> Emulator:
    # A machine that is busy makes no script slow.
    limits = {"slow_script_seconds": 60}
    return Emulator(seed=7, now="2026-01-20T12:00:00Z", loopback_egress=True, limits=limits)


def test_it_shows_what_happens_a_line_each_in_columns(emulator: Emulator) -> None:
    emulator.load(ASKS)
    emulator.webhooks.subscribe("http://127.0.0.1:9/hook", events=["workflow.instance.halted"], secret=SECRET)
    headers = {"Authorization": f"Bearer {emulator.token()}"}
    with (
        emulator.serve() as server,
        tailing("--url", server.url, "--from-start") as process,
        httpx.Client(base_url=server.api_url, headers=headers) as client,
    ):
        made = client.post("/workflows/asks/instances", json={"namespace": "n", "input": {"a": 1}})
        run = made.json()["data"]["id"]
        lines_until(process, "  delivery  ")
        client.post(f"/workflows/instances/{run}/resume", json={"input": {"ok": True}})
        shown = lines_until(process, "/resume")
        client.get("/nowhere")
        astray = lines_until(process, "/nowhere → ")
    at = "2026-01-20 12:00:00"
    assert shown[:-1] == [
        f'{at}  resumed     asks {run} ask: {{"ok":true}}',
        f"{at}  state       asks {run} ask → work",
        f"{at}  log         asks {run} work: one\\ntwo",
        f"{at}  state       asks {run} work → end",
        f"{at}  completed   asks {run}",
    ]
    assert shown[-1].startswith(f"{at}  request     POST /api/v1/workflows/instances/{run}/resume → 200 in ")
    assert astray[-1].startswith(f"{at}  request     GET /api/v1/nowhere → 404 not_found in ")


def test_it_shows_why_a_delivery_was_in_vain(emulator: Emulator) -> None:
    emulator.load(ASKS)
    emulator.webhooks.subscribe("http://127.0.0.1:9/hook", events=["workflow.instance.halted"], secret=SECRET)
    run = emulator.start("asks", namespace="n")
    emulator.settle()
    with emulator.serve() as server, tailing("--url", server.url, "--from-start") as process:
        line = lines_until(process, "  delivery  ")[-1]
    assert "workflow.instance.halted to http://127.0.0.1:9/hook → ✗ POST http://127.0.0.1:9/hook failed: " in line
    assert line.endswith(
        f"(attempt 2 of 6 in 30 seconds), {next(iter(emulator.account.outbox.deliveries))} of {run.id}"
    )


def test_json_is_one_object_a_line(emulator: Emulator) -> None:
    name = "nasty\x7f\x9b\u202e"
    emulator.load(workflow("asks", {name: halt("end"), "end": terminal()}))
    run = emulator.start("asks", namespace="n")
    with emulator.serve() as server, tailing("--url", server.url, "--from-start", "--format", "json") as process:
        line = lines_until(process, '"halted"')[-1]
    told = json.loads(line)
    assert line.isascii()
    assert (told["kind"], told["instance_id"], told["state"]) == ("halted", run.id, name)


def test_it_hands_deliveries_on_as_they_were_sent(emulator: Emulator) -> None:
    """The second receiver sees the same bytes under the same headers, so that the signature holds there too."""
    emulator.load(ASKS)
    with receiver() as (url, taken), receiver() as (second, handed_on):
        emulator.webhooks.subscribe(url, events=["workflow.instance.halted"], secret=SECRET)
        with emulator.serve() as server, tailing("--url", server.url, "--from-start", "--forward", second) as process:
            emulator.start("asks", namespace="n", input={"said": "grüße \u2028"})
            delivered, forwarded = lines_until(process, "  forwarded ")[-2:]
    assert "→ ✓ 202 taken" in delivered
    assert f"to {second} → ✓ 202 taken, " in forwarded
    ((headers, body),) = taken
    ((again, same),) = handed_on
    assert body == same
    assert {**headers, "Host": ""} == {**again, "Host": ""}


def test_it_says_what_did_not_take_what_was_handed_on(emulator: Emulator) -> None:
    emulator.load(ASKS)
    emulator.webhooks.subscribe("http://127.0.0.1:9/hook", events=["workflow.instance.halted"], secret=SECRET)
    emulator.start("asks", namespace="n")
    options = ("--from-start", "--forward", "http://127.0.0.1:9/second", "--format", "json")
    with emulator.serve() as server, tailing("--url", server.url, *options) as process:
        told = json.loads(lines_until(process, '"forwarded"')[-1])
    assert (told["status"], told["url"], told["attempt"]) == (None, "http://127.0.0.1:9/second", 1)
    assert "failed" in told["error"]


def test_a_server_that_is_started_again_is_followed_again(emulator: Emulator) -> None:
    emulator.load(ASKS)
    with emulator.serve() as server, tailing("--url", server.url, "--from-start") as process:
        lines_until(process, "published")
        server.close()
        other = Emulator()
        other.load(ASKS)
        with other.serve(port=server.port):
            shown = lines_until(process, "published")
            process.send_signal(signal.SIGINT)
            _, errors = process.communicate(timeout=30)
    assert "missed" in shown[0]
    assert process.returncode == 130
    assert errors.splitlines()[:2] == [
        f"interactor-emulator: {server.url} has gone; it is followed again once it is back",
        f"interactor-emulator: {server.url} is back",
    ]


def test_ctrl_c_ends_it_with_130(emulator: Emulator) -> None:
    with emulator.serve() as server, tailing("--url", server.url, "--from-start") as process:
        emulator.clock.advance(seconds=1)
        lines_until(process, "clock")
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=30)
    assert (process.returncode, errors.strip()) == (130, "")


def test_it_ends_when_its_reader_does_though_nothing_happens(emulator: Emulator) -> None:
    """No line would come for as long as this test might wait."""
    with emulator.serve() as server, tailing("--url", server.url, "--from-start") as process:
        assert process.stdout is not None
        emulator.clock.advance(seconds=1)
        lines_until(process, "clock")
        process.stdout.close()
        assert process.wait(timeout=30) == 1
        assert process.stderr is not None
        assert process.stderr.read() == ""


def test_it_hears_of_the_account_that_is_named(emulator: Emulator) -> None:
    with emulator.serve() as server:
        control = f"{server.url}/_emulator"
        httpx.post(f"{control}/accounts", json={"name": "other"})
        with tailing("--url", server.url, "--account", "other", "--from-start") as process:
            httpx.put(f"{control}/clock", json={"frozen": False}, headers={"X-Emulator-Account": "other"})
            assert lines_until(process, "clock")[-1].endswith("clock       runs")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (
            ("--url", "http://127.0.0.1:9"),
            "no emulator answers at http://127.0.0.1:9: interactor-emulator serve starts",
        ),
        (("--url", "nonsense"), "'nonsense' is not an http or https URL"),
        (("--forward", "nonsense"), "'nonsense' is not an http or https URL"),
        (("--account", "nope"), "Account 'nope' not found; create it with POST /_emulator/accounts"),
        (("--url", "{url}/elsewhere"), "/elsewhere does not tell what happens in it: "),
    ],
)
def test_what_cannot_be_followed_is_one_line_and_status_2(
    emulator: Emulator, options: tuple[str, ...], said: str
) -> None:
    with emulator.serve() as server:
        given = [each.replace("{url}", server.url) for each in options]
        url = [] if "--url" in given else ["--url", server.url]
        done = subprocess.run([*COMMAND, *url, *given], capture_output=True, text=True, timeout=30)
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
    assert said in done.stderr
