"""The command `contract`, as somebody uses it: against an emulator, against what is none, against nothing."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import httpx
import pytest
import uvicorn
from interactor_emulator import Emulator
from interactor_emulator.contract.exchanges import all_exchanges, all_rules
from interactor_emulator.contract.proxy import proxy
from interactor_emulator.contract.runner import needed_rules, run
from interactor_emulator.contract.service import Service
from interactor_emulator.web.hosting.serving import bind, url_of
from starlette.responses import PlainTextResponse

from tests.workflows import halt, terminal, workflow

COMMAND = str(Path(sys.executable).parent / "interactor-emulator")


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with Emulator(loopback_egress=True).serve() as server:
        yield server.url


def contract(url: str, *options: str, given: str = "") -> "subprocess.CompletedProcess[str]":
    command = [COMMAND, "contract", "--base-url", url, *options]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120, input=given)


@contextmanager
def without_control(emulator: Emulator) -> Iterator[str]:
    """The address of a server on which `/_emulator` is not there, as it is not at the hosted service."""
    with emulator.serve() as behind:
        app = proxy(behind.url, behind.url, lambda _said: None)

        async def hidden(scope: Any, receive: Any, send: Any) -> None:
            is_control = scope.get("path", "").startswith("/_emulator")
            await (PlainTextResponse("Not found", 404) if is_control else app)(scope, receive, send)

        listening = bind("127.0.0.1", 0)
        front = uvicorn.Server(uvicorn.Config(hidden, log_level="warning", lifespan="on"))
        thread = threading.Thread(target=front.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield url_of(listening)
        finally:
            front.should_exit = True
            thread.join()


def test_an_emulator_is_asked_and_nothing_of_it_is_left(url: str, tmp_path: Path) -> None:
    junit = tmp_path / "contract.xml"
    done = contract(url, "--format", "json", "--junit", str(junit))
    assert (done.returncode, done.stderr) == (0, "")
    report = json.loads(done.stdout)
    assert report["ok"] is True
    assert [each["id"] for each in report["rules"]] == list(all_rules())
    verdicts = [each["verdict"] for each in report["rules"]]
    assert verdicts.count("differs") == 0
    assert verdicts.count("holds") > 90
    suite = ElementTree.fromstring(junit.read_text("utf-8"))
    assert (suite.get("tests"), suite.get("failures")) == (str(len(verdicts)), "0")
    assert suite.get("skipped") == str(verdicts.count("not checked"))
    headers = {"X-Emulator-Account": "account_1"}
    assert httpx.get(f"{url}/_emulator/clock", headers=headers).status_code == 404


@pytest.mark.unmeasured
def test_runs_at_once_are_in_nobodys_way(url: str) -> None:
    """They begin together, and so each of their exchanges does."""
    service, runs = Service(url), 4
    with ThreadPoolExecutor(runs) as threads:
        exchanges, rules = all_exchanges("x")[:12], needed_rules([])
        made = [threads.submit(run, service, exchanges, rules, None, None) for _ in range(runs)]
        reports = [each.result()[0] for each in made]
    service.close()
    assert [str(each) for each in reports if each.of("differs")] == []


CREDENTIALS = ["--client-id", "client_dev", "--client-secret", "secret_dev"]


@pytest.mark.unmeasured
def test_a_server_that_is_no_emulator_is_asked_in_the_account_that_is_given() -> None:
    """Twice, since workflows stay; what is others' is left alone."""
    limits = {"creations_per_minute": 10**6, "writes_per_minute": 10**6}
    emulator = Emulator(loopback_egress=True, limits=limits)
    emulator.load(workflow("theirs", {"ask": halt("end"), "end": terminal()}))
    theirs = emulator.start("theirs", namespace="somebody")
    with without_control(emulator) as url:
        for _ in range(2):
            done = contract(url, *CREDENTIALS, "--yes", "--receiver-port", "0", "--format", "json")
            assert done.returncode == 0, done.stdout + done.stderr
            rules = json.loads(done.stdout)["rules"]
            assert [each for each in rules if each["verdict"] == "differs"] == []
            assert len([each for each in rules if each["verdict"] == "holds"]) > 70
            assert "needs the emulator's /_emulator" in {each["why"][:31] for each in rules}
    assert theirs.status == "halted"
    assert {run.id for run in emulator.runs if run.status in ("halted", "running")} == {theirs.id}
    assert len(emulator.runs) > 50


def test_nothing_is_created_before_somebody_has_agreed() -> None:
    emulator = Emulator()
    with without_control(emulator) as url:
        done = contract(url, *CREDENTIALS, given="n\n")
    assert done.returncode != 0
    assert "In the account of client_dev this creates" in done.stderr
    assert "the API cannot delete them: they stay" in done.stderr
    assert "secret_dev" not in done.stdout + done.stderr
    assert emulator.runs == []


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--only", "timestamp"], "unknown rule 'timestamp'; did you mean timestamps?"),
        (["--only", "zzzzzz"], "unknown rule 'zzzzzz'; FIDELITY.md has them"),
        (["--against", "/nowhere.json"], "/nowhere.json: no such file"),
    ],
)
def test_a_mistake_is_told_in_one_line(url: str, arguments: list[str], told: str) -> None:
    done = contract(url, *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr


@pytest.mark.parametrize(
    ("base", "options", "told"),
    [
        ("http://127.0.0.1:1", [], "does not answer: "),
        ("http://127.0.0.1:1", ["--client-id", "a", "--client-secret", "b"], "does not answer"),
        ("127.0.0.1:8787", [], "is no scheme, host and port"),
        ("http://127.0.0.1:8787/api/v1", [], "is no scheme, host and port"),
        ("http://[::1", [], "is no scheme, host and port"),
        ("http://127.0.0.1:99999", [], "is no scheme, host and port"),
        ("http://me:secret@127.0.0.1:8787", [], "is no scheme, host and port"),
    ],
)
def test_a_server_that_cannot_be_asked_is_told(base: str, options: list[str], told: str) -> None:
    done = contract(base, *options)
    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr
    assert "Traceback" not in done.stderr
    assert "secret" not in done.stderr


def test_what_has_drifted_is_told(url: str, tmp_path: Path) -> None:
    file = tmp_path / "before.json"
    assert contract(url, "--only", "code", "--record", str(file)).returncode == 0
    same = contract(url, "--only", "code", "--against", str(file))
    assert (same.returncode, same.stderr.splitlines()[-1].endswith(": 0 differences")) == (0, True)
    recorded = json.loads(file.read_text("utf-8"))
    data = recorded["rows"][0]["response"]["body"]["data"]
    data["ok"] = data.pop("valid")
    recorded["rows"].append(recorded["rows"][-1])
    file.write_text(json.dumps(recorded), "utf-8")
    drifted = contract(url, "--only", "code", "--against", str(file))
    assert drifted.returncode == 1
    told = [line.rpartition("/validate: ")[2] for line in drifted.stderr.splitlines()]
    assert sorted(told[:3]) == [
        "body.data.ok: is missing",
        "body.data.valid: is not expected: False",
        "was not asked this time",
    ]
    assert told[3].endswith(": 3 differences")


def test_only_one_rule_is_asked_about(url: str) -> None:
    done = contract(url, "--only", "quota")
    assert done.returncode == 0
    assert "1 rules: 1 hold, 0 differ, 0 not checked" in done.stdout
