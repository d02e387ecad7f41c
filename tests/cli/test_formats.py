"""Every command with `--format json`: what it prints is JSON and nothing else, of the shape that is documented."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cache
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, NamedTuple

import click
import httpx
import jsonschema
import pytest
from interactor_emulator import Emulator
from interactor_emulator.cli import group, main
from interactor_emulator.cli.shapes import SHAPES

from tests.documents import ROOT, printed_schemas
from tests.schemas import Schema
from tests.workflows import halt, script, terminal, to, workflow

COMMAND = str(Path(sys.executable).parent / "interactor-emulator")
ALL = group.list_commands(click.Context(group))
SECRET = "whsec_of_the_receiver_min_32_characters"
LEAVE = workflow(
    "leave",
    {
        "submit": script("return {days: input.days}", "ask"),
        "ask": halt(to("granted", ok=True), "refused", fields=[{"name": "ok", "type": "boolean", "label": "Ok?"}]),
        "granted": terminal(),
        "refused": terminal(),
    },
)
GREETING = {"format": 1, "name": "Granted", "workflow": "leave", "definition": "leave.json", "input": {}, "steps": []}
TESTS = """
def test_leave(interactor):
    interactor.load("leave.json")
    interactor.start("leave", {"days": 1}).assert_halted("ask").resume(ok=True).assert_completed("granted")
"""


class Place(NamedTuple):
    """A folder with files, a receiver that takes everything, and a server."""

    folder: Path
    receiver: str
    server: str
    recording: Path


class _Receiver(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"] or 0))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *arguments: object) -> None:
        """Nothing."""


@contextmanager
def listening() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), _Receiver) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("formats")
    (folder / "leave.json").write_text(json.dumps(LEAVE))
    (folder / "granted.scenario.json").write_text(json.dumps(GREETING))
    (folder / "test_leave.py").write_text(TESTS)
    emulator = Emulator()
    emulator.load(LEAVE)
    with listening() as receiver, emulator.serve() as server:
        recording = folder / "traffic.json"
        options = ["record", "--to", server.url, "--out", str(recording), "--port", "0"]
        with going(*options) as proxy:
            url = proxy.next()["url"]
            headers = {"Authorization": f"Bearer {emulator.token()}"}
            httpx.get(f"{url}/api/v1/workflows", headers=headers)
            proxy.end()
        yield Place(folder, receiver, server.url, recording)


class Going:
    """A command that goes on until it is ended: what each line of it says."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def next(self) -> Any:
        assert self._process.stdout is not None
        return json.loads(self._process.stdout.readline())

    def end(self) -> list[Any]:
        """What it says once it is ended."""
        self._process.terminate()
        printed, _ = self._process.communicate(timeout=60)
        return [json.loads(line) for line in printed.splitlines()]


@contextmanager
def going(*arguments: str) -> Iterator[Going]:
    command = [COMMAND, *arguments, "--format", "json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        try:
            yield Going(process)
        finally:
            process.terminate()


# ---- commands that end, each with arguments that make it say much


ENDING: Mapping[str, Callable[[Place], list[str]]] = {
    "exec": lambda _: ["exec", "--definitions", "leave.json", "--coverage-fail-under", "50", "--format", "json", "--",
                       sys.executable, "-c", "print('said by the command')"],
    "run": lambda _: ["run", "leave.json", "--input", '{"days": 3}', "--answer", 'refused={"ok": 1}'],
    "test-state": lambda _: ["test-state", "leave.json", "ask", "--input", '{"ok": "yes"}'],
    "validate": lambda _: ["validate", "leave.json", "missing.json"],
    "test": lambda _: ["test", "."],
    "explore": lambda _: ["explore", "leave.json", "--max-paths", "2"],
    "mutate": lambda _: ["mutate", "leave.json", "--max-mutants", "2", "--format", "json", "--", sys.executable, "-m",
                         "pytest", "-q", "test_leave.py"],
    "fuzz": lambda place: ["fuzz", "leave.json", "--max-examples", "2", "--database", str(place.folder / "kept")],
    "compare": lambda _: ["compare", "leave.json", "leave.json", "--seconds", "0.5"],
    "graph": lambda _: ["graph", "leave.json"],
    "trigger": lambda place: ["trigger", "halted", "--to", place.receiver, "--secret", SECRET],
    "certify": lambda place: ["certify", "--to", place.receiver, "--secret", SECRET],
    "contract": lambda place: ["contract", "--base-url", place.server, "--only", "no-match"],
    "replay": lambda place: ["replay", str(place.recording)],
    "guide": lambda _: ["guide"],
}  # fmt: skip


def document_of(name: str, place: Place, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Any:
    """What it prints, read."""
    monkeypatch.chdir(place.folder)
    arguments = ENDING[name](place)
    with suppress(SystemExit):
        main(arguments if "--format" in arguments else [*arguments, "--format", "json"])
    printed = capfd.readouterr().out
    assert SECRET not in printed
    assert printed.isascii()
    return json.loads(printed)


@cache
def shape(name: str) -> Schema:
    """Of what a command prints, without the members that may come."""
    whole = printed_schemas()
    return Schema({**whole["commands"][name], "components": whole["components"]})


def hold(name: str, said: object) -> None:
    assert list(shape(name).faults(said)) == []


def test_a_program_that_holds_it_against_the_schema_is_not_in_the_way_of_new_members() -> None:
    published = json.loads(
        (ROOT / "emulator" / "interactor_emulator" / "cli" / "commands.schema.json").read_text("utf-8")
    )
    jsonschema.Draft202012Validator.check_schema(published)
    said = {"version": "1", "guide": "text"}
    assert list(shape("guide").faults({**said, "new": 1})) != []
    of_guide = Schema({**published["commands"]["guide"], "components": published["components"]})
    assert list(of_guide.faults({**said, "new": 1})) == []
    assert list(of_guide.faults({"guide": "text"})) != []
    assert '"additionalProperties": false' not in json.dumps(published)


@pytest.mark.parametrize("name", ENDING)
def test_a_document_is_of_the_shape_of_its_command(
    name: str, place: Place, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    hold(name, document_of(name, place, capfd, monkeypatch))


# ---- commands that go on until they are ended


def test_serve_says_a_line_at_a_time(place: Place) -> None:
    with going("serve", "--port", "0") as serving:
        first, second = serving.next(), serving.next()
        assert httpx.get(f"{first['url']}/_emulator/health").json() == {"status": "ok"}
        assert second["variables"]["INTERACTOR_CORE_URL"] == first["url"]
        httpx.get(second["dashboard"]).raise_for_status()
        last = serving.end()
    assert [each["kind"] for each in (first, second, *last)] == ["listening", "settings", "stopped"]
    for said in (first, second, *last):
        hold("serve", said)


def test_record_says_a_line_at_a_time(place: Place, tmp_path: Path) -> None:
    file = tmp_path / "traffic.json"
    with going("record", "--to", place.server, "--out", str(file), "--port", "0") as proxy:
        said = [proxy.next(), proxy.next()]
        httpx.get(f"{said[0]['url']}/api/v1/workflows")
        said.append(proxy.next())
        assert (said[-1]["method"], said[-1]["path"], said[-1]["status"]) == ("GET", "/workflows", 401)
        said += proxy.end()
    assert [each["kind"] for each in said] == ["listening", "settings", "kept", "stopped"]
    assert said[-1]["rows"] == 1
    for each in said:
        hold("record", each)


def test_tail_says_a_line_at_a_time(place: Place) -> None:
    with going("tail", "--url", place.server, "--from-start") as following:
        hold("tail", following.next())


def test_no_command_is_left_out() -> None:
    assert {*ENDING, "serve", "record", "tail"} == {*ALL} == {*SHAPES}


@pytest.mark.parametrize("name", ALL)
def test_every_command_has_the_format(name: str) -> None:
    command = group.get_command(click.Context(group), name)
    assert command is not None
    (option,) = (each for each in command.params if "--format" in each.opts)
    assert isinstance(option.type, click.Choice)
    assert "json" in option.type.choices


def members(schema: Any, named: Any) -> set[str]:
    """Of the object, of each of several, or of the rows of a list."""
    if "$ref" in schema:
        return members(named[schema["$ref"].rsplit("/", 1)[1]], named)
    if "anyOf" in schema:
        return {name for one in schema["anyOf"] for name in members(one, named)}
    return members(schema["items"], named) if "items" in schema else set(schema.get("properties", ()))


@pytest.mark.parametrize("name", sorted({*SHAPES} - {"tail"}))
def test_the_page_of_the_commands_names_every_member(name: str) -> None:
    """Those of `tail` stand in the page of the events."""
    page = (ROOT / "docs" / "reference" / "commands.md").read_text("utf-8")
    section = page.partition(f"\n## `{name}`\n")[2].partition("\n## ")[0]
    whole = printed_schemas()
    known = members(whole["commands"][name], whole["components"]["schemas"]) - {"kind", "dashboard"}
    assert {each for each in known if f"`{each}`" not in section and f'"{each}"' not in section} == set()


# ---- what programs need to know of some of them


def test_what_a_run_came_to_is_said_with_the_reason(
    place: Place, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    came = document_of("run", place, capfd, monkeypatch)
    assert (came["status"], came["path"], came["data"]) == ("halted", ["submit", "ask"], {"days": 3})
    assert came["waiting"][0]["like"] == {"approved": True}
    assert came["explanation"].splitlines()[0] == "submit (automatic) → ask"
    assert came["not_needed"] == ["--answer for refused"]


def test_what_a_command_prints_is_in_nobodys_way(
    place: Place, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(place.folder)
    with pytest.raises(SystemExit, match="1"):
        main(ENDING["exec"](place))
    printed = capfd.readouterr()
    assert "said by the command" in printed.err
    executed = json.loads(printed.out)
    assert (executed["status"], executed["gates"]) == (
        0, [{"workflow": None, "required": 50, "percent": None, "reached": False}],
    )  # fmt: skip
    assert executed["coverage"]["percent"] is None


def test_a_receiver_that_takes_everything_is_told_what_to_mend(
    place: Place, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    report = document_of("certify", place, capfd, monkeypatch)
    assert not report["ok"]
    assert [bool(each["remedy"]) for each in report["deliveries"]] == [
        each["verdict"] == "failed" for each in report["deliveries"]
    ]


def test_a_graph_is_never_written_over_its_definition(place: Place, capfd: pytest.CaptureFixture[str]) -> None:
    file = place.folder / "leave.json"
    with pytest.raises(SystemExit, match="2"):
        main(["graph", str(file), "--output", str(file)])
    assert "that is the definition itself" in capfd.readouterr().err
    assert json.loads(file.read_text()) == LEAVE


@pytest.mark.parametrize("name", ["run", "test-state", "explore", "fuzz", "graph", "replay"])
def test_a_mistake_is_a_line_on_standard_error_alone(
    name: str, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    more = ["ask"] if name == "test-state" else []
    with pytest.raises(SystemExit, match="2"):
        main([name, "missing.json", *more, "--format", "json"])
    printed = capfd.readouterr()
    assert (printed.out, len(printed.err.splitlines())) == ("", 1)
    assert "missing.json: no such file" in printed.err


@pytest.mark.parametrize(
    ("arguments", "remedy"),
    [
        (["run", "leve.json"], "leve.json: no such file; did you mean leave.json?"),
        (["replay", "traffik.json"], "did you mean traffic.json?; it is what record --out"),
        (["compare", "leave.json", "leave.json", "--snapshot", "kept"], "it is what serve --snapshot"),
        (["trigger", "halt", "--to", "http://127.0.0.1:9", "--secret", "x"], "did you mean halted?"),
        (["contract", "--base-url", "http://127.0.0.1:9"], "interactor-emulator serve starts an emulator"),
        (["replay", "leave.json"], "record and contract --record write one"),
        (["graph"], "Missing argument 'FILE'. (interactor-emulator graph --help)"),
        (["graph", "leave.json", "--format", "png"], "is not one of 'svg', 'mermaid', 'dot', 'json'"),
        (["serve", "--host", "192.0.2.1"], "a host is an address of this machine, like 127.0.0.1"),
        (["serve", "--config", "interactor.tml"], "interactor.tml: no such file"),
    ],
)
def test_a_mistake_is_one_line_with_its_remedy(
    arguments: list[str], remedy: str, place: Place, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(place.folder)
    with pytest.raises(SystemExit, match="2"):
        main(arguments)
    printed = capfd.readouterr()
    assert (printed.out, len(printed.err.splitlines())) == ("", 1)
    assert remedy in printed.err


def test_a_folder_without_definitions_is_told(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        main(["exec", "--definitions", str(tmp_path), "--", sys.executable, "-c", ""])
    assert f"{tmp_path}: there is no .json file in this folder" in capfd.readouterr().err


def test_what_a_terminal_would_obey_stays_json(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "leave.json").write_text(json.dumps({**LEAVE, "ai_guidance": 7, "sta\x9b\u202etes": {}}))
    with suppress(SystemExit):
        main(["validate", "leave.json", "--format", "json"])
    found = json.loads(capfd.readouterr().out)["findings"]
    assert any("sta\x9b\u202etes" in each["message"] for each in found)
    request: Any = {"method": "GET", "path": "/workflows/\x9b\u201cnone/versions", "headers": {}, "body": None}
    response: Any = {"status": 200, "headers": {}, "body": {}}
    rows = [{"at": "2026-01-20T12:00:00Z", "request": request, "response": response}]
    recording = {"kind": "interactor-recording", "format": 1, "server": "x", "rows": rows}
    (tmp_path / "traffic.json").write_text(json.dumps(recording))
    with suppress(SystemExit):
        main(["replay", "traffic.json", "--format", "json"])
    (played,) = json.loads(capfd.readouterr().out)
    assert "\x9b\u201cnone" in played["request"]
