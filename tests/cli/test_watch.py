"""`serve --watch`: what is published when a file changes, what is told, and what stays as it is."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from interactor_emulator import Emulator
from interactor_emulator.cli.watch import Watch

from tests.workflows import halt, terminal, workflow

COMMAND = [str(Path(sys.executable).parent / "interactor-emulator"), "serve", "--port", "0"]


def text(name: str, state: str = "first") -> str:
    return json.dumps(workflow(name, {state: halt("end"), "end": terminal()}), indent=1)


class Served:
    """A server that watches a folder, as its client and its terminal see it."""

    def __init__(self, process: "subprocess.Popen[str]", client: httpx.Client) -> None:
        self.client = client
        self._process = process

    def told(self, word: str) -> str:
        """The next line on standard error, which must have this word."""
        assert self._process.stderr is not None
        line = self._process.stderr.readline().rstrip("\n")
        assert word in line, (line, word)
        return line

    def start(self, name: str) -> dict[str, Any]:
        made = self.client.post(f"/api/v1/workflows/{name}/instances", json={"namespace": "n", "input": {}})
        data: dict[str, Any] = made.json()["data"]
        return data


@contextmanager
def watching(*options: str) -> Iterator[Served]:
    command = [*COMMAND, "--watch", "--no-rate-limits", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().split()[-1]
        given = dict(process.stdout.readline().strip().split("=", 1) for _ in range(5))
        headers = {"Authorization": f"Bearer {given['INTERACTOR_TOKEN']}"}
        try:
            with httpx.Client(base_url=url, headers=headers) as client:
                yield Served(process, client)
        finally:
            process.terminate()


def test_a_changed_file_is_a_new_version_and_running_instances_keep_theirs(tmp_path: Path) -> None:
    file = tmp_path / "leave.json"
    file.write_text(text("leave"))
    with watching("--definitions", str(tmp_path)) as served:
        before = served.start("leave")
        file.write_text(text("leave", "second"))
        version = served.told(f"{file}: published: leave, version v_").rsplit(" ", 1)[1]
        after = served.start("leave")
        running = served.client.get(f"/api/v1/workflows/instances/{before['id']}").json()["data"]
    assert (before["current_state"], after["current_state"], running["current_state"]) == ("first", "second", "first")
    assert (after["version_id"], running["version_id"]) == (version, before["version_id"])


def test_a_new_file_is_published_and_one_saved_as_it_was_is_not(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(text("a"))
    with watching("--definitions", str(tmp_path)) as served:
        (tmp_path / "a.json").write_text(text("a") + "\n")
        (tmp_path / "b.json").write_text(text("b"))
        served.told("b.json: published: b, version v_")
        assert served.start("b")["current_state"] == "first"
        (tmp_path / "b.json").write_text(text("b", "other"))
        served.told("b.json: published: b, version v_")
        assert (served.start("a")["current_state"], served.start("b")["current_state"]) == ("first", "other")


def test_a_broken_file_is_told_as_validate_tells_it_and_the_last_good_version_stays(tmp_path: Path) -> None:
    file = tmp_path / "leave.json"
    file.write_text(text("leave"))
    with watching("--definitions", str(file)) as served:
        file.write_text('{"name": "leave",\n "initial_state": }')
        served.told(f"{file}:2:19: error: not valid JSON: Expecting value")
        served.told(f"{file}: is not published; its last good version stays")
        assert served.start("leave")["current_state"] == "first"
        file.write_text(text("leave").replace('"target": "end"', '"target": "ent"'))
        served.told(f"{file}:9:16: error: states.first.transitions[0].target: Target state 'ent' does not exist")
        served.told("is not published")
        file.write_text(text("leave"))
        served.told(f"{file}: is good again")
        assert served.start("leave")["current_state"] == "first"


def test_a_reset_brings_back_the_newest_good_version(tmp_path: Path) -> None:
    file = tmp_path / "leave.json"
    file.write_text(text("leave"))
    (tmp_path / "other.json").write_text(text("other"))
    with watching("--definitions", str(tmp_path)) as served:
        for state in ("second", "third"):
            file.write_text(text("leave", state))
            served.told("published")
        file.write_text("{")
        served.told("error")
        served.client.post("/_emulator/reset")
        assert served.start("leave")["current_state"] == "third"
        assert served.start("other")["current_state"] == "first"


def test_only_the_default_account_gets_what_is_watched(tmp_path: Path) -> None:
    file = tmp_path / "leave.json"
    file.write_text(text("leave"))
    with watching("--definitions", str(file)) as served:
        other = served.client.post("/_emulator/accounts", json={"name": "other"}).json()["access_token"]
        file.write_text(text("leave", "second"))
        served.told("published")
        listed = served.client.get("/api/v1/workflows", headers={"Authorization": f"Bearer {other}"}).json()
    assert listed["data"]["workflows"] == []


def test_in_json_each_line_is_an_object(tmp_path: Path) -> None:
    file = tmp_path / "leave.json"
    file.write_text(text("leave"))
    with watching("--definitions", str(file), "--log-format", "json") as served:
        file.write_text(text("leave", "second"))
        told = json.loads(served.told("published"))
    assert told["message"].startswith(f"{file}: published: leave, version v_")


def test_there_must_be_something_to_watch() -> None:
    done = subprocess.run([*COMMAND, "--watch"], capture_output=True, text=True, timeout=30)
    assert done.returncode == 2
    assert "--watch needs --definitions" in done.stderr


class Watched:
    """The same without a server, one look at a time."""

    def __init__(self, folder: Path) -> None:
        for file in folder.glob("*.json"):
            file.unlink()
        self.file = folder / "leave.json"
        self.file.write_text(text("leave"))
        self.emulator = Emulator(now="2026-01-20T12:00:00Z")
        self.emulator.load(self.file)
        self.emulator.keep_loaded()
        self._told: list[str] = []
        self._watch = Watch(self.emulator, [folder], self._told.append)

    def look(self) -> list[str]:
        """What is told at this look, each from behind the file's name."""
        self._told.clear()
        self._watch.look()
        return [each.split(": ", 1)[1].split(",")[0] for each in self._told]

    @property
    def state(self) -> str | None:
        return self.emulator.start("leave").state


@pytest.fixture
def watched(tmp_path: Path) -> Watched:
    return Watched(tmp_path)


def test_a_file_that_is_half_written_at_a_look_is_not_called_broken(watched: Watched) -> None:
    whole = text("leave", "second")
    for end in (0, 1, 40, len(whole) - 1):
        watched.file.write_text(whole[:end])
        assert watched.look() == []
    watched.file.write_text(whole)
    assert watched.look() == ["published: leave"]
    assert (watched.look(), watched.state) == ([], "second")


def test_so_is_one_that_another_takes_the_place_of(watched: Watched) -> None:
    watched.file.unlink()
    assert watched.look() == []
    (watched.file.parent / "new").write_text(text("leave", "second"))
    (watched.file.parent / "new").rename(watched.file)
    assert (watched.look(), watched.state) == (["published: leave"], "second")


def test_a_file_that_is_gone_is_told_once_and_its_workflow_stays(watched: Watched) -> None:
    watched.file.unlink()
    assert [bool(watched.look()) for _ in range(4)] == [False, True, False, False]
    assert watched.state == "first"
    watched.file.write_text(text("leave"))
    assert watched.look() == []


def test_what_editors_keep_beside_a_file_is_no_definition(watched: Watched) -> None:
    (watched.file.parent / ".leave.json").write_text("{")
    (watched.file.parent / ".#leave.json").symlink_to("nobody@nowhere")
    assert [watched.look() for _ in range(3)] == [[], [], []]


def test_what_a_file_is_called_begins_no_line_of_its_own(watched: Watched) -> None:
    (watched.file.parent / "a\n\x1bb.json").write_text(text("odd"))
    assert watched.look() == ["published: odd"]


CONTENTS = [text("leave"), text("leave") + " ", text("leave", "second"), text("leave", "third"), "", "{", '{"name": 3}']


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from([None, *range(len(CONTENTS)), "look", "look", "reset"]), max_size=12))
def test_whatever_is_written_the_newest_good_version_that_was_seen_is_published(
    tmp_path: Path, steps: list[int | str | None]
) -> None:
    watched, expected = Watched(tmp_path), "first"
    for number, step in enumerate(steps):
        if step is None:
            watched.file.unlink(missing_ok=True)
        elif step == "reset":
            watched.emulator.reset()
        elif isinstance(step, int):
            watched.file.write_text(CONTENTS[step] + " " * number)  # of another size each time, as time goes slowly
        else:
            watched.look()
            there = watched.file.read_text().strip() if watched.file.exists() else ""
            good = there in {each.strip() for each in CONTENTS[:4]}
            expected = json.loads(there)["initial_state"] if good else expected
        assert watched.state == expected
