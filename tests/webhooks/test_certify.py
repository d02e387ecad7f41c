"""`certify` and `trigger`: three receivers of `examples/`, in process and over the command line."""

import importlib
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from interactor_emulator.state.deliveries import EVENTS
from interactor_emulator.web.hosting.serving import Server
from interactor_emulator.webhooks.certify import NoReceiver, certify

EXAMPLES = Path(__file__).parents[2] / "examples"
COMMAND = [str(Path(sys.executable).parent / "interactor-emulator")]
SECRET = "whsec_example_secret_of_32_letters"
PATH = "/webhooks/workflows"
FAULTS = {
    "right": [],
    "signs_body_only": ["a genuine delivery", "one that is signed over the body alone, without 'sha256='"],
    "parses_first": ["a forged one that is no JSON"],
}


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Any:
    monkeypatch.syspath_prepend(str(EXAMPLES))
    return importlib.import_module(f"receivers.{request.param}").app


@pytest.mark.parametrize(("receiver", "faults"), FAULTS.items(), indirect=["receiver"])
def test_exactly_the_faults_are_named(receiver: Any, faults: list[str]) -> None:
    told: list[str] = []
    report = certify(receiver, SECRET, path=PATH, told=told.append)
    assert [each.name for each in report.faults] == faults
    assert report.ok == (not faults)
    assert len(report.outcomes) == len(told) >= 20
    for each in report.faults:
        assert each.remedy in str(report)


def test_a_receiver_that_crashes_has_not_refused() -> None:
    def app(environ: Any, start_response: Any) -> list[bytes]:
        raise RuntimeError("boom")

    report = certify(app, SECRET)
    assert "a forged one that is no JSON" in [each.name for each in report.faults]
    assert "boom" in str(report)


def test_a_receiver_that_takes_everything_fails_every_refusal() -> None:
    def app(environ: Any, start_response: Any) -> list[bytes]:
        start_response("200 OK", [])
        return []

    report = certify(app, SECRET)
    assert {each.expected for each in report.faults} == {"refuse"}
    assert all(each.verdict == "failed" for each in report.outcomes if each.expected == "refuse")


@pytest.fixture
def served(receiver: Any) -> Any:
    from interactor_emulator.web.hosting.serving import bind, url_of

    listening = bind("127.0.0.1", 0)
    server = uvicorn.Server(uvicorn.Config(receiver, log_config=None, lifespan="off"))
    from threading import Thread

    thread = Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    yield url_of(listening) + PATH
    server.should_exit = True
    thread.join()
    listening.close()


def ran(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize("receiver", ["parses_first"], indirect=True)
def test_the_command_line_ends_with_1_on_a_fault(served: str) -> None:
    done = ran("certify", "--to", served, "--secret", SECRET)
    assert (done.returncode, done.stderr) == (1, "")
    assert "FAIL refuses a forged one that is no JSON: answered 400" in done.stdout
    assert "25 passed, 1 failed" in done.stdout


@pytest.mark.parametrize("receiver", ["right"], indirect=True)
def test_trigger_sends_one_signed_sample(served: str) -> None:
    for event in (*EVENTS, "halted"):
        done = ran("trigger", event, "--to", served, "--secret", SECRET)
        assert done.returncode == 0, done
        assert 'answered 200: {"received":true}' in done.stdout
    forged = ran("trigger", "halted", "--to", served, "--secret", "another")
    assert forged.returncode == 1
    assert "answered 401" in forged.stdout
    own = ran("trigger", "failed", "--to", served, "--secret", SECRET, "--data", '{"instance_id":"inst_1"}')
    assert own.returncode == 0


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("halt", "--to", "http://127.0.0.1:1/"), "unknown event 'halt': did you mean halted?"),
        (("halted", "--to", "nowhere"), "'nowhere' is not an http or https URL"),
        (("halted", "--to", "http://127.0.0.1:1/", "--data", "{"), "--data: not valid JSON"),
        (("halted", "--to", "http://127.0.0.1:1/", "--data", "[]"), "--data takes a JSON object"),
    ],
)
def test_a_mistake_is_told(arguments: tuple[str, ...], told: str) -> None:
    done = ran("trigger", *arguments, "--secret", SECRET)
    assert done.returncode == 2
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_a_port_on_which_nothing_listens_is_told_at_once() -> None:
    done = ran("certify", "--to", "http://127.0.0.1:1/", "--secret", SECRET)
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
    assert "nothing answers at http://127.0.0.1:1/; is the receiver running?" in done.stderr


def test_a_path_that_there_is_not_is_told_at_once(interactor_server: Server) -> None:
    with pytest.raises(NoReceiver, match=r"answers a genuine delivery with 404 .*; is the path right\?"):
        certify(f"{interactor_server.url}/hooks", SECRET)
