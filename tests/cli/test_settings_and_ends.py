"""Settings whose names have a hyphen, and the status with which `certify` ends."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx
import jwt
import pytest

COMMAND = str(Path(sys.executable).parent / "interactor-emulator")
EXAMPLES = Path(__file__).parents[2] / "examples"
SECRET = "whsec_example_secret_of_32_letters"

# A receiver of `examples/`, behind a free port that it prints.
RECEIVER = """
import importlib, socket, sys, uvicorn
listening = socket.create_server(("127.0.0.1", 0))
print(listening.getsockname()[1], flush=True)
app = importlib.import_module(sys.argv[1]).app
uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off")).run(sockets=[listening])
"""


@contextmanager
def receiving(name: str) -> Iterator[str]:
    """The URL of one of the receivers."""
    command = [sys.executable, "-c", RECEIVER, f"receivers.{name}"]
    environment = {**os.environ, "PYTHONPATH": str(EXAMPLES)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        try:
            yield f"http://127.0.0.1:{int(process.stdout.readline())}/webhooks/workflows"
        finally:
            process.kill()


def certified(url: str, secret: str, *options: str) -> "subprocess.CompletedProcess[str]":
    command = [COMMAND, "certify", "--to", url, "--secret", secret, *options]
    return subprocess.run(command, capture_output=True, text=True, timeout=60)


def test_a_right_receiver_ends_certify_with_0_and_a_wrong_secret_with_1(tmp_path: Path) -> None:
    with receiving("right") as url:
        page = tmp_path / "report.html"
        good = certified(url, SECRET, "--report", str(page))
        assert (good.returncode, good.stderr) == (0, "")
        assert "FAIL" not in good.stdout
        assert " passed, 0 failed" in good.stdout
        assert "nothing to mend" in page.read_text("utf-8")
        assert SECRET not in page.read_text("utf-8")
        wrong = certified(url, "whsec_another_secret_of_32_letters")
        assert (wrong.returncode, wrong.stderr) == (1, "")
        assert "FAIL accepts a genuine delivery" in wrong.stdout


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    command = [COMMAND, "serve", "--port", "0"]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().split()[-1]
        finally:
            process.kill()


@pytest.mark.parametrize("key", ["allow-host", "allow_host"])
def test_a_key_may_have_a_hyphen_or_an_underscore(tmp_path: Path, key: str) -> None:
    (tmp_path / "interactor.toml").write_text(f'{key} = ["box.example"]\nno-rate-limits = true\n')
    with serving(tmp_path) as url:
        for host, status in (("box.example", 200), ("other.example", 403)):
            assert httpx.get(f"{url}/_emulator/health", headers={"Host": host}).status_code == status


def test_tokens_are_dated_by_the_clock_that_a_file_names(tmp_path: Path) -> None:
    for clock, year in (("wall", datetime.now(UTC).year), ("virtual", 2019)):
        (tmp_path / "interactor.toml").write_text(f'now = "2019-01-20T12:00:00Z"\ntoken-timestamps = "{clock}"\n')
        with serving(tmp_path) as url:
            token = httpx.post(f"{url}/_emulator/tokens", json={}).json()["access_token"]
        issued = jwt.decode(token, options={"verify_signature": False})["iat"]
        assert datetime.fromtimestamp(issued, UTC).year == year


def test_a_key_that_is_unknown_is_told_with_its_hyphens(tmp_path: Path) -> None:
    (tmp_path / "interactor.toml").write_text('alow-host = ["box.example"]\n')
    command = [COMMAND, "serve", "--port", "0"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert "unknown setting alow-host; did you mean allow-host?" in done.stderr
