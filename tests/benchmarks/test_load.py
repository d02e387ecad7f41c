"""What a server's answers take while its store grows, and what is left of it after a reset."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from typing import Any

import httpx
import pytest

from .definitions import cycle
from .figures import report_most
from .test_server import free_port, running

pytestmark = pytest.mark.benchmark

_HERE = Path(__file__).parent
_BIN = Path(sys.executable).parent
_SECONDS = 15


@contextmanager
def _server(*, script: bool) -> Iterator[tuple[int, httpx.Client, int]]:
    """A server with the workflow `cycle`: its port, a client of its control API, its process."""
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    serve = [str(_BIN / "interactor-emulator"), "serve", "--port", str(port), "--no-rate-limits"]
    with (
        running(serve, f"{base}/_emulator/health") as (_, process),
        httpx.Client(base_url=f"{base}/_emulator", timeout=60, trust_env=False) as control,
    ):
        head = {"Authorization": f"Bearer {control.post('/tokens', json={}).json()['access_token']}"}
        with httpx.Client(base_url=f"{base}/api/v1", headers=head, trust_env=False) as client:
            version = client.post("/workflows", json=cycle(script=script)).json()["data"]["version_id"]
            client.post(f"/workflows/cycle/versions/{version}/publish")
        yield port, control, process


def _mixed(port: int, control: httpx.Client, seconds: int, connections: int) -> dict[str, Any]:
    token = control.post("/tokens", json={}).json()["access_token"]
    command = [sys.executable, str(_HERE / "mixed.py"), str(port), token, str(seconds), str(connections)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=seconds + 60)
    found: dict[str, Any] = json.loads(done.stdout)
    print(f"\n{connections} connections, {seconds} s: " + ", ".join(f"{k} {v:,.1f}" for k, v in found.items()))
    return found


def _megabytes(process: int) -> float:
    status = Path(f"/proc/{process}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def test_no_answer_takes_longer_the_more_there_is() -> None:
    with _server(script=False) as (port, control, _):
        longest = [_mixed(port, control, _SECONDS, 8)["longest"] for _ in range(5)]
    report_most("longest answer of mixed load, the store growing", max(longest), "ms", at_most=60)


def test_a_minute_of_64_clients_and_what_is_left_after_a_reset() -> None:
    with _server(script=False) as (port, control, process):
        before = _megabytes(process)
        _mixed(port, control, 60, 64)
        full = _megabytes(process)
        began = perf_counter()
        control.post("/reset", json={})
        print(f"\nmemory {before:.0f} MB, {full:.0f} after, {_megabytes(process):.0f} once reset")
        report_most("reset after a minute of load", perf_counter() - began, "s", at_most=1)


def test_creates_with_a_script() -> None:
    with _server(script=True) as (port, control, _):
        found = _mixed(port, control, _SECONDS, 8)
        took = found["rate"]
    print(f"\ncreate with a script, show, answer, list: {took:,.0f} a second")
