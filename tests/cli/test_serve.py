"""`serve`: what it prints, what it refuses, and how it stops."""

import gc
import json
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Event

import httpx
import pytest
from interactor_emulator.cli import main

from tests.workflows import halt, script, terminal, workflow

COMMAND = [str(Path(sys.executable).parent / "interactor-emulator")]
EXPENSES = Path(__file__).parents[2] / "examples" / "definitions" / "expense_report.json"


@contextmanager
def _serving(*options: str) -> Iterator[tuple["subprocess.Popen[str]", dict[str, str]]]:
    command = [*COMMAND, "serve", "--port", "0", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        assert first.startswith(("Listening on http://127.0.0.1:", "Listening on http://[::1]:")), first
        settings = dict(process.stdout.readline().strip().split("=", 1) for _ in range(5))
        try:
            yield process, settings
        finally:
            process.kill()


def _refused(*arguments: str) -> str:
    done = subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, timeout=20)
    assert done.returncode == 2, done
    assert "Traceback" not in done.stderr
    return done.stderr


def test_it_prints_the_settings_of_a_client_in_their_order() -> None:
    with _serving("--definitions", str(EXPENSES)) as (_, settings):
        assert list(settings) == [
            "INTERACTOR_CORE_URL",
            "INTERACTOR_AUTH_URL",
            "INTERACTOR_CLIENT_ID",
            "INTERACTOR_CLIENT_SECRET",
            "INTERACTOR_TOKEN",
        ]
        headers = {"Authorization": f"Bearer {settings['INTERACTOR_TOKEN']}"}
        listed = httpx.get(f"{settings['INTERACTOR_CORE_URL']}/api/v1/workflows", headers=headers).json()
        assert [each["name"] for each in listed["data"]["workflows"]] == ["expense_report"]


def test_the_dashboard_is_named_last_and_opened_when_that_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser, opened = tmp_path / "browser", tmp_path / "opened"
    browser.write_text(f'#!/bin/sh\ncurl -s "$1" > {opened}.part && mv {opened}.part {opened}\n')
    browser.chmod(0o755)
    monkeypatch.setenv("BROWSER", f"{browser} %s")
    with _serving("--open") as (process, settings):
        assert process.stdout is not None
        assert process.stdout.readline() == f"Dashboard at {settings['INTERACTOR_CORE_URL']}/_emulator/\n"
        while not opened.exists():
            assert process.poll() is None
        assert "<title>Overview" in opened.read_text()


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
def test_who_opens_it_to_others_is_told_what_is_open_and_given_an_address_that_leads_there(host: str) -> None:
    if host == "::" and not socket.has_dualstack_ipv6():
        pytest.skip("this machine has no IPv6")
    with _serving("--host", host) as (process, settings):
        url = settings["INTERACTOR_CORE_URL"]
        assert url.startswith("http://[::1]:" if host == "::" else "http://127.0.0.1:")
        assert httpx.get(f"{url}/_emulator/health").status_code == 200
        process.terminate()
        (warning,) = process.communicate()[1].splitlines()
        assert warning.startswith(f"WARNING listening at {host}: whoever reaches this port may use the control API")
        assert "--publish 127.0.0.1:8787:8787" in warning


def test_seed_and_clock_make_it_repeat() -> None:
    tokens = []
    for _ in range(2):
        with _serving("--seed", "7", "--now", "2026-01-20T12:00:00Z", "--freeze") as (_, settings):
            clock = httpx.get(f"{settings['INTERACTOR_CORE_URL']}/_emulator/clock").json()
            assert clock == {"now": "2026-01-20T12:00:00Z", "frozen": True}
            tokens.append(settings["INTERACTOR_TOKEN"])
    assert tokens[0] == tokens[1]


def test_rates_are_limited_unless_switched_off() -> None:
    for options, last in [((), 429), (("--no-rate-limits",), 404)]:
        with _serving(*options) as (_, settings):
            headers = {"Authorization": f"Bearer {settings['INTERACTOR_TOKEN']}"}
            url = f"{settings['INTERACTOR_CORE_URL']}/api/v1/workflows/nope/instances"
            with httpx.Client(headers=headers) as client:
                assert [client.post(url).status_code for _ in range(51)][-1] == last


def test_secrets_routes_and_origins_are_taken_from_the_command_line() -> None:
    options = ["--secret", "KEY=a=b", "--route", "https://yourapp.com=http://127.0.0.1:3000"]
    with _serving(*options, "--cors", "http://localhost:5173", "--log-format", "json") as (_, settings):
        control = f"{settings['INTERACTOR_CORE_URL']}/_emulator"
        assert httpx.get(f"{control}/secrets").json() == {"names": ["KEY"]}
        assert httpx.get(f"{control}/routes").json() == {"https://yourapp.com": "http://127.0.0.1:3000"}
        preflight = {"Origin": "http://localhost:5173", "Access-Control-Request-Method": "POST"}
        answer = httpx.options(f"{settings['INTERACTOR_CORE_URL']}/api/v1/workflows", headers=preflight)
        assert answer.headers["access-control-allow-origin"] == "http://localhost:5173"


ENDLESS = workflow("endless", {"turns": script("for (;;);", "end"), "end": terminal()})
SLOW = workflow("slow", {"asks": halt("end"), "end": terminal()})


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_it_with_status_0(number: signal.Signals) -> None:
    with _serving() as (process, _):
        process.send_signal(number)
        _, errors = process.communicate(timeout=30)
        assert (process.returncode, errors) == (0, "")


def _runs_a_script(client: httpx.Client, beside: Executor) -> None:
    beside.submit(client.post, "/api/v1/workflows/endless/instances", json={"namespace": "a"})
    while not any(each["id"] for each in client.get("/api/v1/workflows/instances").json()["data"]["instances"]):
        pass


def _holds_a_request(client: httpx.Client, beside: Executor) -> None:
    client.post("/_emulator/hold", json={"operation": "create"})
    beside.submit(client.post, "/api/v1/workflows/slow/instances", json={"namespace": "a"})
    while client.get("/_emulator/hold").json()["held"] == 0:
        pass


def _streams(client: httpx.Client, beside: Executor) -> None:
    made = client.post("/api/v1/workflows/slow/instances", json={"namespace": "a"}).json()["data"]["id"]
    began = Event()

    def read() -> None:
        with client.stream("GET", f"/api/v1/workflows/instances/{made}/stream") as answer:
            for _ in answer.iter_lines():
                began.set()

    beside.submit(read)
    assert began.wait(20)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("keep_busy", [_runs_a_script, _holds_a_request, _streams])
def test_a_signal_stops_it_without_a_word_whatever_is_under_way(
    tmp_path: Path, number: signal.Signals, keep_busy: Callable[[httpx.Client, Executor], None]
) -> None:
    for each in (ENDLESS, SLOW):
        (tmp_path / f"{each['name']}.json").write_text(json.dumps(each))
    with ThreadPoolExecutor() as beside, _serving("--definitions", str(tmp_path)) as (process, settings):
        headers = {"Authorization": f"Bearer {settings['INTERACTOR_TOKEN']}"}
        with httpx.Client(base_url=settings["INTERACTOR_CORE_URL"], headers=headers, timeout=60) as client:
            keep_busy(client, beside)
            process.send_signal(number)
            _, errors = process.communicate(timeout=30)
    assert (process.returncode, errors) == (0, "")


@pytest.mark.parametrize("keep_busy", [_runs_a_script, _holds_a_request])
def test_the_log_has_a_request_that_was_broken_off_at_the_end(
    tmp_path: Path, keep_busy: Callable[[httpx.Client, Executor], None]
) -> None:
    for each in (ENDLESS, SLOW):
        (tmp_path / f"{each['name']}.json").write_text(json.dumps(each))
    options = ("--log-level", "info", "--definitions", str(tmp_path))
    with ThreadPoolExecutor() as beside, _serving(*options) as (process, settings):
        headers = {"Authorization": f"Bearer {settings['INTERACTOR_TOKEN']}", "X-Request-Id": "mine"}
        with httpx.Client(base_url=settings["INTERACTOR_CORE_URL"], headers=headers, timeout=60) as client:
            keep_busy(client, beside)
            process.send_signal(signal.SIGTERM)
            _, log = process.communicate(timeout=30)
    (line,) = [line for line in log.splitlines() if "/instances broken off after " in line]
    assert line.startswith("INFO POST /api/v1/workflows/")
    assert line.endswith(" ms, request mine")
    assert "Traceback" not in log


def test_the_log_has_a_request_that_was_cut_off() -> None:
    with _serving("--log-level", "info") as (process, settings):
        url = httpx.URL(settings["INTERACTOR_CORE_URL"])
        for path in ("/api/v1/workflows", "/_emulator/reset"):
            with socket.create_connection((url.host, url.port or 0), timeout=20) as connection:
                head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9\r\n"
                authorization = f"Authorization: Bearer {settings['INTERACTOR_TOKEN']}\r\n"
                connection.sendall(f"{head}{authorization}\r\n{{".encode())
                connection.shutdown(socket.SHUT_WR)
                while connection.recv(1_000):
                    pass
        process.send_signal(signal.SIGTERM)
        _, log = process.communicate(timeout=30)
    for path in ("/api/v1/workflows", "/_emulator/reset"):
        assert len([line for line in log.splitlines() if line.startswith(f"INFO POST {path} ")]) == 1


@pytest.mark.parametrize("reader", ["head -1", "true"])
def test_it_ends_quietly_when_nobody_reads_what_it_prints(reader: str) -> None:
    line = f"{COMMAND[0]} serve --port 0 | {reader}"
    done = subprocess.run(["sh", "-c", line], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_log_has_every_request_also_what_leads_nowhere() -> None:
    asked = ["GET /nowhere", "GET /_emulator/health", "DELETE /_emulator/nope", "POST /oauth/token"]
    asked += ["GET /oauth/jwks", "PUT /oauth/jwks", "GET /api/v1/workflows", "GET /api/v1/nowhere"]
    with _serving("--log-level", "info") as (process, settings):
        for each in asked:
            method, path = each.split()
            httpx.request(method, settings["INTERACTOR_CORE_URL"] + path)
        httpx.get(settings["INTERACTOR_CORE_URL"] + "/_emulator/health", headers={"Host": "evil.example"})
        httpx.get(settings["INTERACTOR_CORE_URL"] + "/a%0AINFO%20forged%1b%5b31m")
        process.send_signal(signal.SIGTERM)
        _, log = process.communicate(timeout=30)
    lines = [line.removeprefix("INFO ").split(" in ")[0] for line in log.splitlines() if " → " in line]
    statuses = [404, 200, 404, 400, 200, 404, 401, 401]
    assert lines == [
        *(f"{each} → {status}" for each, status in zip(asked, statuses, strict=True)),
        "GET /_emulator/health → 403",
        "GET /a\\nINFO forged\\x1b[31m → 404",
    ]


def test_what_is_noticed_is_told_in_the_terminal_once() -> None:
    with _serving() as (process, settings):
        token = {"Authorization": f"Bearer {settings['INTERACTOR_TOKEN']}"}
        for _ in range(3):
            httpx.get(settings["INTERACTOR_CORE_URL"] + "/workflows/x%1b/y", headers=token)
            httpx.get(settings["INTERACTOR_CORE_URL"] + "/api/v1/workflows?page=1", headers=token)
        process.send_signal(signal.SIGTERM)
        _, log = process.communicate(timeout=30)
    assert log.splitlines() == [
        "INFO unknown_path: GET /workflows/x\\x1b/y leads nowhere. Did you mean GET /api/v1/workflows?",
        "INFO unknown_parameter: GET /workflows does not read the parameter 'page'. "
        "The document does not name it, and the emulator ignores it",
    ]


def test_what_a_definition_hardly_means_is_told_at_the_start(tmp_path: Path) -> None:
    file = tmp_path / "odd.json"
    file.write_text(json.dumps(workflow("odd", {"ask": halt("end", presentaton={}), "end": terminal()}), indent=1))
    with _serving("--definitions", str(file)) as (process, _):
        process.send_signal(signal.SIGTERM)
        _, log = process.communicate(timeout=30)
    assert log.startswith(f"WARNING {file}:7:4: warning: unknown_field: states.ask.presentaton: State has no member")
    assert log.endswith("(Did you mean 'presentation'?)\n")


def test_a_port_in_use_is_one_clear_line() -> None:
    with _serving() as (_, settings):
        port = settings["INTERACTOR_CORE_URL"].rsplit(":", 1)[1]
        errors = _refused("serve", "--port", port)
    assert errors == (
        f"interactor-emulator: cannot listen on 127.0.0.1:{port}: Address already in use; "
        "choose another port, 0 picks a free one\n"
    )


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('{\n  "name": }', "broken.json:2:11: not valid JSON: Expecting value"),
        ("[]", "broken.json:1:1: a definition is a JSON object"),
        ('{"states": {"a": 1,\n "a": NaN}}', 'broken.json:2:2: the member "a" stands here twice, first in line 1'),
        ('{"n":\n 1e400}', "broken.json:2:2: not valid JSON: the number 1e400 is out of range"),
        ('{"name": "x", "states": {}}', "error: initial_state: Workflow needs an initial_state"),
        (None, "broken.json: no such file or folder"),
    ],
)
def test_a_definition_that_cannot_be_loaded_is_named(tmp_path: Path, content: str | None, said: str) -> None:
    file = tmp_path / "broken.json"
    if content is not None:
        file.write_text(content)
    assert said in _refused("serve", "--port", "0", "--definitions", str(file))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["serve", "--prot", "1"], "No such option"),
        (["serve", "--port", "70000"], "70000 is not in the range"),
        (["serve", "--now", "soon"], "--now takes an ISO 8601 time"),
        (["serve", "--secret", "KEY"], "--secret takes NAME=VALUE"),
        (["serve", "--route", "foo"], "--route takes ORIGIN=URL, not 'foo'"),
        (["serve", "--route", "yourapp.com=http://127.0.0.1:1"], "route 'yourapp.com'"),
        (["serve", "--host", "no.such.host.invalid"], "cannot listen on no.such.host.invalid"),
        (["srve"], "No such command"),
    ],
)
def test_bad_usage_is_told(arguments: list[str], said: str) -> None:
    assert said in _refused(*arguments)


def test_what_was_not_delivered_is_reported_at_the_end() -> None:
    with _serving("--definitions", str(EXPENSES)) as (process, settings):
        headers = {"Authorization": f"Bearer {settings['INTERACTOR_TOKEN']}"}
        api = f"{settings['INTERACTOR_CORE_URL']}/api/v1"
        hook = {"url": "http://127.0.0.1:9/hook", "events": ["workflow.instance.created"]}
        assert httpx.post(f"{api}/webhooks/subscriptions", json=hook, headers=headers).status_code == 201
        for _ in range(3):
            httpx.post(f"{api}/workflows/expense_report/instances", json={"namespace": "a"}, headers=headers)
        process.send_signal(signal.SIGTERM)
        _, told = process.communicate(timeout=10)
    lines = [line for line in told.splitlines() if line.startswith("not delivered: del_")]
    assert len(lines) == 3
    assert all(" workflow.instance.created to http://127.0.0.1:9/hook, tried " in line for line in lines)


def test_a_reset_gives_back_what_it_was_started_with(tmp_path: Path) -> None:
    config = tmp_path / "interactor.toml"
    config.write_text("[[clients]]\nclient_id = 'app'\nclient_secret = 'of the app'\n")
    started = ("--definitions", str(EXPENSES), "--secret", "KEY=of the start", "--config", str(config), "--seed", "7")
    with _serving(*started, "--now", "2026-01-20T12:00:00Z") as (_, settings):
        token = {"Authorization": f"Bearer {settings['INTERACTOR_TOKEN']}"}
        with httpx.Client(base_url=settings["INTERACTOR_CORE_URL"], headers=token) as client:

            def shown() -> list[object]:
                names = ("secrets", "clients", "clock", "routes", "stubs", "faults")
                paths = [*(f"/_emulator/{name}" for name in names), "/api/v1/workflows"]
                return [client.get(path).json() for path in paths]

            before = shown()
            client.put("/_emulator/secrets", json={"OTHER": "x"})
            client.post("/_emulator/stubs", json={"url": "https://x.example/"})
            client.post("/_emulator/clock/advance", json={"seconds": 100})
            client.post("/api/v1/workflows/expense_report/instances", json={"namespace": "n"})
            assert shown() != before
            client.post("/_emulator/reset", json={})
            assert shown() == before
            assert client.get("/api/v1/workflows/instances").json() == {"data": {"instances": []}}


@pytest.mark.parametrize("arguments", [["--now", "noon"], ["--definitions", "/nowhere"], ["--watch"]])
def test_a_start_that_fails_leaves_the_process_as_it_was(arguments: list[str]) -> None:
    with pytest.raises(SystemExit):
        main(["serve", *arguments])
    assert gc.isenabled()
