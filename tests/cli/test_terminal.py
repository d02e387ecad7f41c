"""What leaves to a terminal: whatever the names are, no command of ours lets a terminal obey them, or dies of them."""

import io
import json
import os
import pty
import subprocess
import sys
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import click
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from interactor_emulator import terminal
from interactor_emulator.cli import group, main

from tests.workflows import halt, script, to, workflow
from tests.workflows import terminal as ending

COMMAND = str(Path(sys.executable).parent / "interactor-emulator")
PURCHASE = Path(__file__).parents[2] / "fixtures" / "interactor_fixtures" / "definitions" / "purchase_approval.json"
# Colours, titles, bells, C1 controls, what turns the line around, breaks of lines, half surrogates, and harmless ones.
NASTY = st.text("\x1b\x07\x00\x7f\x9b\x9d\r\n\t\u202e\u2066\u2028\ud800\udfff\ufeff[]0m;ab→✓é|\"'`<&%", min_size=1)
OBEYED = {"Cc", "Cs"}
TURNING = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI", "B"}


def obeyed(text: str) -> list[str]:
    """What a terminal would not just show."""
    return [
        each
        for each in text
        if each not in "\n\t" and (unicodedata.category(each) in OBEYED or unicodedata.bidirectional(each) in TURNING)
    ]


def said(*arguments: str, encoding: str = "utf-8") -> str:
    """All that a command prints."""
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding)
    with redirect_stdout(stream), redirect_stderr(stream):
        with suppress(SystemExit):
            main(list(arguments))
        stream.flush()
    return raw.getvalue().decode(encoding)


def definition(name: str, other: str) -> dict[str, Any]:
    field = {"name": name, "type": "string", "label": other}
    return workflow(
        "hostile",
        {
            "start": script(f"if (input.fail) throw new Error({json.dumps(name)})", name),
            name: halt(to(other + "!", **{other: name}), "start", fields=[field]),
            other + "!": ending(**{other: other}),
        },
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("hostile")


def commands(file: str, name: str, other: str) -> Iterator[list[str]]:
    """Every command that shows something of a definition, or of what it was given."""
    yield ["test-state", file, name]
    yield ["test-state", file, name, "--input", json.dumps({other: name, name: other})]
    yield ["test-state", file, "start", "--input", '{"fail": true}', "--data", json.dumps({name: other})]
    yield ["test-state", file, other, "--format", "json"]
    yield ["run", file, "--explain", "--answer", f"{name}={json.dumps({other: name, name: other})}"]
    yield ["run", file, "--input", '{"fail": true}']
    yield ["run", file, "--answer", f"{other}={{}}"]
    yield ["run", file, "--input", name]
    yield ["run", name]
    yield ["exec", "--definitions", file, "--", "true"]
    for form in ("text", "json"):
        yield ["test", file, "--format", form]
    yield ["test", name, "--definitions", other]
    yield ["mutate", name, "--", name]
    yield ["compare", file, name]
    yield ["compare", file, file, "--url", name]
    for form in ("svg", "mermaid", "dot"):
        yield ["graph", file, "--format", form]
    for form in ("text", "json", "github"):
        yield ["validate", file, name, "--format", form]
    yield ["exec", "--definitions", name, "--", "true"]
    yield ["exec", "--route", name, "--", "true"]
    yield ["serve", "--now", name]
    yield ["trigger", name, "--to", "http://127.0.0.1:1/", "--secret", "x"]
    yield ["certify", "--to", name, "--secret", "x"]
    yield ["contract", "--base-url", name]
    yield ["contract", "--base-url", "http://127.0.0.1:1", "--only", name]
    yield ["record", "--to", name, "--out", name]
    yield ["replay", file]
    yield ["guide", name]
    yield ["tail", "--url", name]
    yield ["tail", "--url", "http://127.0.0.1:9/", "--account", "x", "--forward", name]
    yield [name]


def searches(file: str) -> Iterator[list[str]]:
    """Those that take a while: they run the definition many times."""
    yield ["explore", file, "--max-paths", "2", "--format", "text"]
    yield ["fuzz", file, "--max-examples", "1", "--database", str(Path(file).parent / "kept")]
    yield ["compare", file, file, "--seconds", "1"]


@pytest.mark.unmeasured
@settings(max_examples=20)
@given(NASTY, NASTY, st.sampled_from(["utf-8", "cp1252", "ascii"]))
def test_no_command_says_what_a_terminal_would_obey(folder: Path, name: str, other: str, encoding: str) -> None:
    file = folder / "hostile.json"
    file.write_text(json.dumps(definition(name, other)))
    assert "status: " in said("run", str(file), encoding=encoding)
    for arguments in commands(str(file), name, other):
        text = said(*arguments, encoding=encoding)
        assert (obeyed(text), "Traceback" in text) == ([], False), arguments


@pytest.mark.unmeasured
# One of them draws its cases with Hypothesis itself.
@settings(max_examples=4, suppress_health_check=[HealthCheck.nested_given])
@given(NASTY, NASTY)
def test_no_search_says_what_a_terminal_would_obey(folder: Path, name: str, other: str) -> None:
    file = folder / "searched.json"
    file.write_text(json.dumps(definition(name, other)))
    for arguments in searches(str(file)):
        text = said(*arguments, encoding="utf-8")
        assert (obeyed(text), "Traceback" in text) == ([], False), arguments


@given(NASTY)
def test_a_name_in_a_line_begins_no_line_of_its_own(name: str) -> None:
    assert len(terminal.line(name).splitlines()) == 1
    assert obeyed(terminal.line(name)) == []
    assert "\t" not in terminal.line(name)


@given(st.text(st.characters(exclude_categories=["Cc", "Cf", "Cs", "Zl", "Zp"])))
def test_what_does_no_harm_is_shown_as_it_is(text: str) -> None:
    assert (terminal.line(text), terminal.lines(text)) == (text, text)


def test_a_forged_line_is_seen_to_be_none(folder: Path) -> None:
    file = folder / "forged.json"
    file.write_text(json.dumps(workflow("forged", {"a\nstatus: completed": halt("end"), "end": ending()})))
    text = said("run", str(file))
    assert "status: completed" not in text.splitlines()
    assert "path: a\\nstatus: completed" in text


@pytest.mark.parametrize("encoding", ["cp1252", "ascii", "latin-1", "cp437", "utf-8"])
def test_a_narrow_encoding_loses_no_output(encoding: str) -> None:
    arguments = ["run", str(PURCHASE), "--input", '{"amount": 15000, "description": "chairs"}', "--explain"]
    environment = {**os.environ, "PYTHONIOENCODING": encoding}
    done = subprocess.run([COMMAND, *arguments], capture_output=True, env=environment, timeout=60)
    assert (done.returncode, done.stderr) == (0, b"")
    arrow = "→" if encoding == "utf-8" else "->"
    assert f"path: submit {arrow} manager_approval" in done.stdout.decode(encoding)


class Hostile(BaseHTTPRequestHandler):
    """A receiver whose answers are meant for the terminal."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        body = "\x1b]0;title\x07\x1b[2J\u202eevil\x9b31m".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: object) -> None:
        """Nothing."""


@contextmanager
def hostile_receiver() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Hostile) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


def test_what_a_receiver_answers_is_shown_and_not_obeyed() -> None:
    with hostile_receiver() as url:
        text = said("trigger", "halted", "--to", url, "--secret", "x" * 32)
    assert "answered 200: \\x1b]0;title\\x07\\x1b[2J\\u202eevil\\x9b31m" in text


@pytest.mark.parametrize("variable", [{}, {"NO_COLOR": "1"}])
def test_there_is_no_colour_where_nobody_sees_one(variable: dict[str, str]) -> None:
    """Neither in a pipe nor, with NO_COLOR, on a terminal."""
    arguments = [COMMAND, "run", str(PURCHASE), "--input", '{"amount": 5}']
    environment = {**os.environ, **variable}
    if not variable:
        shown = subprocess.run(arguments, capture_output=True, env=environment, timeout=60).stdout
    else:
        shown = on_a_terminal(lambda end: subprocess.run(arguments, stdout=end, env=environment, timeout=60))
    assert b"status: failed" in shown
    assert b"\x1b" not in shown


def on_a_terminal(run: Callable[[int], object]) -> bytes:
    ours, theirs = pty.openpty()
    try:
        run(theirs)
    finally:
        os.close(theirs)
    shown = b""
    try:
        while chunk := os.read(ours, 4096):
            shown += chunk
    except OSError:  # what Linux says at the end
        pass
    finally:
        os.close(ours)
    return shown


@pytest.mark.parametrize("command", group.list_commands(click.Context(group)))
def test_every_help_ends_with_an_example(command: str) -> None:
    text = " ".join(said(command, "--help").split("\n\n")[-1].split())
    assert text.startswith(f"Example: interactor-emulator {command} ")


def test_a_mistyped_command_is_told_with_the_one_that_was_meant() -> None:
    assert "No such command 'explor'; did you mean explore?" in said("explor", "x.json", encoding="utf-8")
