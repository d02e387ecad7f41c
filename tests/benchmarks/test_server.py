"""The server: how soon it answers, and how often."""

import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter

import httpx
import pytest

from .definitions import cycle
from .figures import in_turn, report

pytestmark = pytest.mark.benchmark

_HERE = Path(__file__).parent
_BIN = Path(sys.executable).parent


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=1) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


@contextmanager
def running(command: list[str], url: str) -> Iterator[tuple[float, int]]:
    """Start a server; how many seconds passed until its first 200, and its process."""
    began = perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while not _answers(url):
            assert process.poll() is None, command
        yield perf_counter() - began, process.pid
    finally:
        process.kill()
        process.wait()


def _start_seconds(command: list[str], path: str) -> float:
    port = free_port()
    filled = [part.replace("PORT", str(port)) for part in command]
    with running(filled, f"http://127.0.0.1:{port}{path}") as (seconds, _):
        return seconds


def test_start_to_the_first_answer() -> None:
    serve = [str(_BIN / "interactor-emulator"), "serve", "--port", "PORT"]
    bare = [sys.executable, str(_HERE / "bare.py"), "PORT"]
    moto = [str(_BIN / "moto_server"), "-p", "PORT"]
    ours, theirs, motos = in_turn(
        lambda: _start_seconds(serve, "/_emulator/health"),
        lambda: _start_seconds(bare, "/health"),
        lambda: _start_seconds(moto, "/moto-api/"),
    )
    report("start against bare Starlette", 1 / ours, 1 / theirs, "a second", at_least=1 / 1.6)
    report("start against moto_server", 1 / ours, 1 / motos, "a second", at_least=1)


def _load(port: int, path: str, token: str) -> float:
    done = subprocess.run(
        [sys.executable, str(_HERE / "load.py"), str(port), path, token],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return float(done.stdout)


def test_get_an_instance(tmp_path: Path) -> None:
    port, bare_port = free_port(), free_port()
    serve = [str(_BIN / "interactor-emulator"), "serve", "--port", str(port), "--no-rate-limits"]
    base = f"http://127.0.0.1:{port}"
    with running(serve, f"{base}/_emulator/health"):
        minted = httpx.post(f"{base}/_emulator/tokens", json={}).json()
        token = minted["access_token"]
        with httpx.Client(base_url=f"{base}/api/v1", headers={"Authorization": f"Bearer {token}"}) as client:
            version = client.post("/workflows", json=cycle(script=False)).json()["data"]["version_id"]
            client.post(f"/workflows/cycle/versions/{version}/publish")
            input_ = {"id": "req_456", "amount": 5000}
            created = client.post("/workflows/cycle/instances", json={"namespace": "user_1", "input": input_})
            path = f"/api/v1/workflows/instances/{created.json()['data']['id']}"
            body = tmp_path / "body"
            body.write_bytes(client.get(path.removeprefix("/api/v1")).content)
        bare = [sys.executable, str(_HERE / "bare.py"), str(bare_port), str(body)]
        with running(bare, f"http://127.0.0.1:{bare_port}/health"):
            ours, theirs = in_turn(lambda: _load(port, path, token), lambda: _load(bare_port, path, token))
    report("GET instance against a bare route", ours, theirs, "a second", at_least=0.8)
