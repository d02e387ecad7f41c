"""Traffic that was recorded between an app and a server: without secrets, played again, compared."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from interactor_emulator import Emulator
from interactor_emulator.contract import recording
from interactor_emulator.contract.receiver import Receiver
from interactor_fixtures import definition

from tests.clients.bundles import bundled
from tests.clients.test_in_node import PARALLEL
from tests.workflows import halt, terminal, to, workflow

COMMAND = str(Path(sys.executable).parent / "interactor-emulator")
SECRET = "whsec_that_nobody_else_may_read_ever"
ASKING = workflow("asking", {"ask": halt(to("end", ok=True)), "end": terminal()})


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    listening = Receiver()
    yield listening
    listening.close()


@contextmanager
def recorded(url: str, out: Path) -> Iterator[str]:
    """The address of a proxy that keeps what is said; the file is whole once it has ended."""
    command = [COMMAND, "record", "--to", url, "--out", str(out), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as proxy:
        assert proxy.stdout is not None
        try:
            yield proxy.stdout.readline().removeprefix("Listening on ").strip()
        finally:
            proxy.send_signal(signal.SIGINT)
            proxy.communicate(timeout=10)


def replayed(file: Path, *options: str) -> tuple[int, list[dict[str, Any]]]:
    """The exit code, and the rows that were answered otherwise."""
    command = [COMMAND, "replay", str(file), "--format", "json", *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.stdout, done.stderr
    return done.returncode, [each for each in json.loads(done.stdout) if each["differences"] or each["not_played"]]


def test_the_documents_manager_is_recorded_and_played_again(
    interactor: Emulator, interactor_env: dict[str, str], receiver: Receiver, tmp_path: Path
) -> None:
    interactor.routes = {"https://yourapp.com": receiver.url}
    given = {"PURCHASE_APPROVAL": json.dumps(definition("purchase_approval")), "PARALLEL": json.dumps(PARALLEL)}
    out = tmp_path / "traffic.json"
    with recorded(interactor_env["INTERACTOR_CORE_URL"], out) as url:
        environment = {**os.environ, **interactor_env, **given, "INTERACTOR_CORE_URL": url, "INTERACTOR_AUTH_URL": url}
        subprocess.run(["node", bundled("usage.ts", tmp_path)], env=environment, check=True, capture_output=True)
    route = f"https://yourapp.com={receiver.url}"
    assert replayed(out, "--route", route) == (0, [])
    code, other = replayed(out, "--route", route, "--variant", "lists=bare")
    assert code == 1
    # Exactly the lists: nothing else is another one.
    asked = {(row["request"].split("?")[0].partition("{{")[0].rstrip("/")) for row in other}
    assert asked == {"GET /workflows", "GET /workflows/purchase_approval/versions", "GET /workflows/instances"}


CREATED = "workflow.instance.created"
HEAD = '{"kind":"interactor-recording","format":1,"server":"x",'


@pytest.mark.parametrize("name", ["traffic.json", "traffic.har"])
def test_a_file_holds_no_secret_and_is_read_as_it_was_written(
    interactor: Emulator, interactor_server: Any, tmp_path: Path, name: str
) -> None:
    token, out = interactor.token(), tmp_path / name
    subscription = {"url": "https://a.example/h", "events": [CREATED], "secret": SECRET}
    grant = {"grant_type": "client_credentials", "client_id": "client_dev", "client_secret": "secret_dev"}
    authorization = {"Authorization": f"Bearer {token}"}
    with recorded(interactor_server.url, out) as url, httpx.Client(base_url=url, headers=authorization) as client:
        made = client.post("/api/v1/webhooks/subscriptions", json=subscription)
        issued = client.post("/oauth/token", json=grant).json()
        refused = client.get("/api/v1/workflows", headers={"Authorization": "Bearer nobody"})
    text = out.read_text("utf-8")
    for secret in (SECRET, token, issued["access_token"], issued["refresh_token"], "secret_dev"):
        assert secret not in text
    rows = recording.read(out).rows
    assert [(row.method, row.path, row.status) for row in rows] == [
        ("POST", "/webhooks/subscriptions", made.status_code),
        ("POST", "/oauth/token", 200),
        ("GET", "/workflows", refused.status_code),
    ]
    assert replayed(out) == (0, [])
    assert out.stat().st_mode & 0o077 == 0


def test_time_that_passed_between_two_requests_passes_again(
    interactor: Emulator, interactor_server: Any, tmp_path: Path
) -> None:
    """The instants of the rows are the wall clock's: here the file is written so that a month lies between them."""
    out = tmp_path / "traffic.json"
    with recorded(interactor_server.url, out) as url:
        headers = {"Authorization": f"Bearer {interactor.token(expires_in=10**8)}"}
        with httpx.Client(base_url=f"{url}/api/v1", headers=headers) as client:
            version = client.post("/workflows", json=ASKING).json()["data"]["version_id"]
            client.post(f"/workflows/asking/versions/{version}/publish")
            made = client.post("/workflows/asking/instances", json={}).json()["data"]["id"]
            interactor.clock.advance(days=91)
            assert client.get(f"/workflows/instances/{made}").json()["data"]["status"] == "cancelled"
    source = json.loads(out.read_text("utf-8"))
    assert replayed(out)[0] == 1, "without the days between them the instance is not cancelled"
    source["rows"][-1]["at"] = "2099-01-01T00:00:00Z"
    out.write_text(json.dumps(source), "utf-8")
    assert replayed(out) == (0, [])


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{", "Expecting property name"),
        ("[]", "list indices must be integers"),
        ('{"kind":"other","format":1}', "its kind is 'other'"),
        ('{"kind":"interactor-recording","format":2}', "its format is 2; this version reads format 1"),
        (
            '{"kind":"interactor-recording","format":1,"server":"x","rows":[{"at":"2026-01-20T12:00:00Z"}]}',
            "row 1 has no request",
        ),
        ('{"kind":"interactor-recording","format":1,"server":"x","rows":[{"at":"noon"}]}', "row 1: Invalid isoformat"),
    ],
)
def test_what_is_no_recording_is_told_in_one_line(tmp_path: Path, text: str, told: str) -> None:
    out = tmp_path / "traffic.json"
    out.write_text(text, "utf-8")
    done = subprocess.run([COMMAND, "replay", str(out)], capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert str(out) in done.stderr


def test_what_was_said_is_written_when_it_is_ended(
    interactor: Emulator, interactor_server: Any, tmp_path: Path
) -> None:
    out = tmp_path / "traffic.json"
    command = [COMMAND, "record", "--to", interactor_server.url, "--out", str(out), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as proxy:
        assert proxy.stdout is not None
        url = proxy.stdout.readline().removeprefix("Listening on ").strip()
        assert httpx.get(f"{url}/health").status_code == 200
        proxy.terminate()
        _, told = proxy.communicate(timeout=10)
    assert (proxy.returncode, told) == (0, f"1 requests in {out}\n")
    assert [row.path for row in recording.read(out).rows] == ["/health"]
    again = subprocess.run(command, capture_output=True, text=True, check=False, timeout=10)
    assert (again.returncode, "it is there already" in again.stderr) == (2, True)
    assert len(recording.read(out).rows) == 1


def test_rows_are_shown_as_an_exchange_and_as_text(
    interactor: Emulator, interactor_server: Any, tmp_path: Path
) -> None:
    """The exchange of a row has what another account can send: no token, and what earlier rows have given by name."""
    out, authorization = tmp_path / "traffic.json", {"Authorization": f"Bearer {interactor.token()}"}
    with recorded(interactor_server.url, out) as url, httpx.Client(base_url=url, headers=authorization) as client:
        version = client.post("/api/v1/workflows", json=ASKING).json()["data"]["version_id"]
        client.post(f"/api/v1/workflows/asking/versions/{version}/publish")
        client.get("/api/v1/workflows/nobody/versions")
    shown = subprocess.run(
        [COMMAND, "replay", str(out), "--exchange", "2"], capture_output=True, text=True, check=True, timeout=60
    )
    (step,) = json.loads(shown.stdout)["steps"]
    assert step["request"] == {"method": "POST", "path": "/workflows/asking/versions/{{v_1}}/publish", "headers": {}}
    assert step["response"]["body"]["data"]["version_id"] == "{{v_1}}"
    beyond = subprocess.run(
        [COMMAND, "replay", str(out), "--exchange", "9"], capture_output=True, text=True, check=False, timeout=60
    )
    assert (beyond.returncode, "there are 3 rows" in beyond.stderr) == (2, True)
    otherwise = [COMMAND, "replay", str(out), "--variant", "lists=bare"]
    text = subprocess.run(otherwise, capture_output=True, text=True, check=False, timeout=60)
    assert (text.returncode, text.stdout) == (0, "3 requests: 0 answered otherwise, 0 not played\n")
    source = json.loads(out.read_text("utf-8"))
    source["rows"][1]["response"]["body"]["data"]["status"] = "draft"
    source["rows"][2]["request"]["path"] = "/workflows/nobody/versions\n"
    out.write_text(json.dumps(source), "utf-8")
    text = subprocess.run([COMMAND, "replay", str(out)], capture_output=True, text=True, check=False, timeout=60)
    assert text.returncode == 1
    first, second, last = text.stdout.splitlines()
    assert first.startswith(
        "row 2, POST /workflows/asking/versions/{{v_1}}/publish: body.data.status: expected 'draft'"
    )
    assert second.startswith("row 3, GET /workflows/nobody/versions\\n: answer: no answer: InvalidURL")
    assert last == "3 requests: 2 answered otherwise, 0 not played"
