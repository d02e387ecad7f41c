"""`--snapshot FILE`: what a server holds outlives it."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.workflows import halt, script, terminal, workflow

COMMAND = [str(Path(sys.executable).parent / "interactor-emulator")]
ASK = workflow("w", {"ask": halt("end"), "end": terminal()})
STEPS = workflow("steps", {"one": script("return {n: 1}", "two"), "two": script("return {n: 2}", "end"), "end": terminal()})  # fmt: skip  # noqa: E501
CHANGED = workflow("w", {"ask": halt("new"), "new": terminal()})


@contextmanager
def _serving(*options: str) -> Iterator[httpx.Client]:
    """A client of a server, which is stopped in good order, without a word."""
    with subprocess.Popen(
        [*COMMAND, "serve", "--port", "0", *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("Listening on ")
        settings = dict(process.stdout.readline().strip().split("=", 1) for _ in range(5))
        headers = {"Authorization": f"Bearer {settings['INTERACTOR_TOKEN']}"}
        try:
            with httpx.Client(base_url=settings["INTERACTOR_CORE_URL"], headers=headers) as client:
                yield client
            process.send_signal(signal.SIGTERM)
            _, errors = process.communicate(timeout=30)
            assert (process.returncode, errors) == (0, "")
        finally:
            process.kill()


def _refused(*arguments: str) -> str:
    done = subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, timeout=30)
    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    return line


def _shown(client: httpx.Client) -> Any:
    return client.get("/api/v1/workflows/instances").json()["data"]["instances"]


def test_a_server_goes_on_where_the_last_one_ended(tmp_path: Path) -> None:
    file, definition = tmp_path / "kept.json", tmp_path / "w.json"
    definition.write_text(json.dumps(ASK))
    options = ("--snapshot", str(file), "--definitions", str(definition), "--now", "2026-01-20T12:00:00Z", "--freeze")
    with _serving(*options) as client:
        made = client.post("/api/v1/workflows/w/instances", json={"namespace": "n"}).json()["data"]
        client.post("/_emulator/clock/advance", json={"seconds": 3600})
        token, versions = client.headers["Authorization"], client.get("/api/v1/workflows/w/versions").json()
    assert file.stat().st_mode & 0o777 == 0o600
    with _serving(*options) as client:
        assert client.get("/_emulator/clock").json() == {"now": "2026-01-20T13:00:00Z", "frozen": True}
        assert [each["id"] for each in _shown(client)] == [made["id"]]
        assert client.get("/api/v1/workflows/w/versions").json() == versions
        assert client.get("/api/v1/workflows", headers={"Authorization": token}).status_code == 200
        client.post(f"/api/v1/workflows/instances/{made['id']}/resume", json={"input": {}})
    definition.write_text(json.dumps(CHANGED))
    with _serving(*options) as client:
        assert [each["status"] for each in _shown(client)] == ["completed"]
        assert client.get("/api/v1/workflows/w/versions").json() != versions
        assert client.get("/_emulator/snapshot").json()["workflows"][0]["versions"][1]["definition"] == CHANGED
        client.post("/_emulator/reset")
        (row,) = client.get("/_emulator/snapshot").json()["workflows"]
        assert [each["definition"] for each in row["versions"]] == [CHANGED]


def test_states_that_nobody_has_seen_pass_at_its_end(tmp_path: Path) -> None:
    file, definition = tmp_path / "kept.json", tmp_path / "steps.json"
    definition.write_text(json.dumps(STEPS))
    options = ("--snapshot", str(file), "--definitions", str(definition), "--execution", "background", "--freeze")
    with _serving(*options) as client:
        client.post("/api/v1/workflows/steps/instances", json={"namespace": "n"})
        assert [each["status"] for each in _shown(client)] == ["running"]
    with _serving(*options) as client:
        assert [each["status"] for each in _shown(client)] == ["completed"]


def test_what_is_under_way_at_its_end_is_broken_off(tmp_path: Path) -> None:
    file, definition = tmp_path / "kept.json", tmp_path / "steps.json"
    definition.write_text(json.dumps(workflow("steps", {"one": script("for (;;);", "end"), "end": terminal()})))
    options = ("--snapshot", str(file), "--definitions", str(definition), "--execution", "background", "--freeze")
    with _serving(*options) as client:
        client.post("/api/v1/workflows/steps/instances", json={"namespace": "n"})
    with _serving(*options) as client:
        assert [each["status"] for each in _shown(client)] == ["failed"]


def test_exec_shares_it(tmp_path: Path) -> None:
    file, definition = tmp_path / "kept.json", tmp_path / "w.json"
    definition.write_text(json.dumps(ASK))
    code = (
        "import os, json, urllib.request as u; "
        "h = {'Authorization': 'Bearer ' + os.environ['INTERACTOR_TOKEN'], 'Content-Type': 'application/json'}; "
        "r = lambda data: u.urlopen(u.Request(os.environ['INTERACTOR_CORE_URL'] + '/api/v1/workflows/'"
        " + ('w/instances' if data else 'instances'), data, h)).read(); "
        "r(b'{}'); print(len(json.loads(r(None))['data']['instances']))"
    )
    command = [*COMMAND, "exec", "--snapshot", str(file), "--definitions", str(definition), "--"]
    for number in (1, 2):
        done = subprocess.run([*command, sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
        assert (done.returncode, done.stdout) == (0, f"{number}\n")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"format": 1, "now_ms": 12', "not valid JSON: Expecting ',' delimiter (line 1, column 27)"),
        ("", "not valid JSON: Expecting value (line 1, column 1)"),
        ('{"format": 7, "written_by": "interactor-emulator 9.1"}', "format: format 7, written by interactor-emulator 9.1, and this emulator reads format 1"),  # noqa: E501
        ('{"findings": []}', "format: this is no snapshot: it has no number of a format; serve --snapshot and GET /_emulator/snapshot write one"),  # noqa: E501
    ],
)  # fmt: skip
def test_a_file_that_is_none_is_told_in_a_line_and_left_alone(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "kept.json"
    file.write_text(text)
    assert _refused("serve", "--port", "0", "--snapshot", str(file)) == f"interactor-emulator: {file}: {said}"
    assert _refused("exec", "--snapshot", str(file), "--", "true") == f"interactor-emulator: {file}: {said}"
    assert file.read_text() == text


def test_where_nothing_can_be_written_it_does_not_start(tmp_path: Path) -> None:
    file = tmp_path / "nowhere" / "kept.json"
    assert _refused("serve", "--port", "0", "--snapshot", str(file)).endswith(f"{file.parent}: no such folder")
