"""Metrics in the Prometheus text format, and logs in which a request can be followed."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
from interactor_emulator import Emulator

from tests.workflows import action, terminal, workflow

LOGIC = [
    {"type": "script", "code": "return {n: 1}"},
    {"type": "http", "method": "GET", "url": "https://x.example/?key=${secrets.KEY}"},
]
WORKFLOW = workflow("w", {"work": action("end", logic=LOGIC), "end": terminal()})


def load(emulator: Emulator) -> None:
    emulator.load(WORKFLOW)
    emulator.secrets["KEY"] = "very-secret-key"


def samples(text: str) -> dict[str, float]:
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return {line.rsplit(" ", 1)[0]: float(line.rsplit(" ", 1)[1]) for line in lines}


def test_what_the_document_counts_and_measures(interactor: Emulator, interactor_server: Any) -> None:
    load(interactor)
    route = interactor.http.get(url__startswith="https://x.example/").respond(200)
    interactor.start("w").assert_completed()
    route.respond(500)
    interactor.start("w").assert_failed()
    answer = httpx.get(f"{interactor_server.url}/_emulator/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    found = samples(answer.text)
    assert found['workflow_instance_created_total{workflow="w"}'] == 2
    assert found['workflow_instance_completed_total{workflow="w"}'] == 1
    assert found['workflow_instance_failed_total{workflow="w"}'] == 1
    for name, state, count in (
        ("state", "work", 2),
        ("state", "end", 1),
        ("script", "work", 2),
        ("http", "work", 2),
    ):
        assert found[f'workflow_{name}_duration_seconds_count{{state="{state}",workflow="w"}}'] == count
        assert found[f'workflow_{name}_duration_seconds_bucket{{le="+Inf",state="{state}",workflow="w"}}'] == count


def test_metrics_of_an_account_that_did_nothing(interactor_server: Any) -> None:
    assert samples(httpx.get(f"{interactor_server.url}/_emulator/metrics").text) == {}


@pytest.mark.interactor(limits={"slow_script_seconds": 0})
def test_a_slow_script_is_told(interactor: Emulator) -> None:
    load(interactor)
    interactor.http.get(url__startswith="https://x.example/").respond(200)
    interactor.start("w").assert_completed()
    (notice,) = [each for each in interactor.diagnostics if each.code == "slow_script"]
    assert notice.where == "states.work.logic"
    assert notice.request_id.startswith("req_")


def test_a_request_can_be_followed_by_its_id(tmp_path: Path) -> None:
    """Over the request, the script and the HTTP call, as JSON lines; no secret is in any of them."""
    (tmp_path / "w.json").write_text(json.dumps(WORKFLOW))
    command = [str(Path(sys.executable).parent / "interactor-emulator"), "serve", "--port", "0", "--log-level", "info"]
    command += ["--log-format", "json", "--definitions", str(tmp_path), "--secret", "KEY=very-secret-key"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        url = server.stdout.readline().split()[-1]
        printed = dict(server.stdout.readline().strip().split("=", 1) for _ in range(5))
        httpx.post(f"{url}/_emulator/stubs", json={"url": "https://x.example/*", "respond": {"json": {}}})
        headers = {"Authorization": f"Bearer {printed['INTERACTOR_TOKEN']}", "X-Request-Id": "follow-me"}
        assert httpx.post(f"{url}/api/v1/workflows/w/instances", headers=headers).status_code == 201
        server.terminate()
        _, errors = server.communicate(timeout=10)
    told = [json.loads(line)["message"] for line in errors.splitlines() if "follow-me" in line]
    assert [message.split()[0] for message in told] == ["script", "http", "POST"]
    assert "very-secret-key" not in errors
