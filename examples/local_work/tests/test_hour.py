"""The hour of the README, with the processes that it starts."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO

import httpx

HERE = Path(__file__).parents[1]
COMMAND = str(Path(sys.executable).parent / "interactor-emulator")
MENDED, BEFORE = 'halted.get("halting_presentation", waits)', 'halted["halting_presentation"]'


@contextmanager
def running(*command: str, cwd: Path) -> Iterator["subprocess.Popen[str]"]:
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=cwd, env=environment
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def line_with(stream: IO[str] | None, word: str) -> str:
    """The next line with this word in it."""
    assert stream is not None
    return next(line.rstrip("\n") for line in stream if word in line)


def test_from_a_running_server_to_the_webhook_that_fails(tmp_path: Path) -> None:
    shutil.copytree(HERE / "definitions", tmp_path / "definitions")
    source = (HERE / "notifier.py").read_text()
    assert MENDED in source
    (tmp_path / "notifier.py").write_text(source.replace(MENDED, BEFORE))
    with ExitStack() as stack:
        serve = stack.enter_context(
            running(COMMAND, "serve", "--port", "0", "--definitions", "definitions", "--watch", cwd=tmp_path)
        )
        url = line_with(serve.stdout, "Listening").split()[-1]
        token = line_with(serve.stdout, "INTERACTOR_TOKEN").partition("=")[2]
        tail = stack.enter_context(running(COMMAND, "tail", "--url", url, "--from-start", cwd=tmp_path))
        uvicorn = stack.enter_context(
            running(sys.executable, "-m", "uvicorn", "notifier:app", "--port", "0", cwd=tmp_path)
        )
        receiver = line_with(uvicorn.stderr, "running on").split()[-5]
        client = stack.enter_context(
            httpx.Client(base_url=f"{url}/api/v1", headers={"Authorization": f"Bearer {token}"})
        )

        def started() -> str:
            body = {"namespace": "ann", "input": {"who": "ann", "days": 3}}
            return str(client.post("/workflows/leave/instances", json=body).json()["data"]["id"])

        subscription = {
            "url": f"{receiver}/webhooks",
            "events": ["workflow.instance.halted"],
            "secret": "whsec_example_secret_of_32_letters",
        }
        assert client.post("/webhooks/subscriptions", json=subscription).status_code == 201
        before = started()
        assert "→ ✓ 200 told: 3 days for ann?" in line_with(tail.stdout, "  delivery  ")

        shutil.copy(HERE / "leave_with_payroll.json", tmp_path / "definitions" / "leave.json")
        assert "published: leave, version v_" in line_with(serve.stderr, "leave.json")
        line_with(tail.stdout, "  published  ")
        after = started()
        line_with(tail.stdout, f"of {after}")
        for each in (before, after):
            client.post(f"/workflows/instances/{each}/resume", json={"input": {"granted": True}})
        line_with(tail.stdout, f"  completed   leave {before}")
        line_with(tail.stdout, f"  halted      leave {after} payroll")
        failed = line_with(tail.stdout, "  delivery  ")
        assert "→ ✗ 500 Internal Server Error (attempt 2 of 6 in 30 seconds)" in failed
        assert failed.endswith(f" of {after}")
