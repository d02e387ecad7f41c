"""Snapshots from Python: what goes back, what stays, and what a file is."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from interactor_emulator import Emulator, InvalidSnapshot
from interactor_emulator.wholefile import write_whole

from tests.snapshots.rich import WORKFLOWS, emulator, fill
from tests.workflows import halt, terminal, to, workflow

ASK = workflow("w", {"ask": halt(to("end", ok=True), "no"), "no": terminal(), "end": terminal()})


def test_a_test_goes_back_to_where_it_was(interactor: Emulator) -> None:
    interactor.load(ASK)
    run = interactor.start("w", {"n": 1})
    kept = interactor.snapshot()
    run.resume(ok=True).assert_completed("end")
    interactor.restore(kept)
    run.assert_halted("ask").resume(ok=False).assert_completed("no")
    assert kept == json.loads(json.dumps(kept))
    assert interactor.snapshot() != kept


def test_what_it_returns_is_the_callers_own(interactor: Emulator) -> None:
    interactor.load(ASK)
    run = interactor.start("w", {"n": {"m": 1}})
    kept = interactor.snapshot()
    kept["instances"][0]["events"][0]["input"]["n"] = 7
    kept["workflows"].clear()
    assert interactor.snapshot()["instances"][0]["events"][0]["input"] == {"n": {"m": 1}}
    run.assert_halted("ask")


def test_a_running_clock_goes_on_from_where_it_was() -> None:
    made = Emulator(now="2027-01-20T12:00:00Z", frozen=False)
    kept = made.snapshot()
    other = Emulator(now="2026-01-01T00:00:00Z")
    other.restore(kept)
    assert not other.clock.frozen
    assert timedelta(0) <= made.clock.now - other.clock.now < timedelta(minutes=1)
    other.reset()
    assert str(other.clock.now).startswith("2026-01-01 00:00:00")


def test_receivers_stay_connected_and_are_told_of_what_comes(interactor: Emulator) -> None:
    interactor.load(ASK)
    inbox = interactor.webhooks.inbox
    interactor.start("w", {})
    kept = interactor.snapshot()
    told = inbox.wait_for("workflow.instance.halted")
    interactor.restore(kept)
    assert len(inbox) == 0
    interactor.runs[0].resume(ok=True)
    assert inbox.wait_for("workflow.instance.completed").data["instance_id"] == told.data["instance_id"]
    interactor.restore(kept)
    interactor.runs[0].resume(ok=True)
    inbox.wait_for("workflow.instance.completed")


def test_one_that_came_later_is_told_too(interactor: Emulator) -> None:
    interactor.load(ASK)
    kept = interactor.snapshot()
    inbox = interactor.webhooks.inbox
    interactor.restore(kept)
    interactor.start("w", {})
    inbox.wait_for("workflow.instance.created")


def test_an_application_of_another_process_is_told_no_more() -> None:
    made = emulator()
    assert made.webhooks.inbox is not None
    made.start("ask", {})
    other = emulator()
    other.restore(made.snapshot())
    other.runs[0].cancel()
    assert other.webhooks.pending == other.webhooks.dead_letters == []
    assert {each.status for each in other.webhooks.deliveries} == {"delivered"}
    assert len(other.diagnostics) == len(made.diagnostics)


def test_a_persons_answer_comes_in_its_time_and_a_functions_is_not_held() -> None:
    made = emulator()
    made.when("b", "ask").answer(after=3_600).answer(lambda data: {"x": data["n"]}, after=3_600)
    for _ in range(2):
        made.start("ask", {}).resume(n=7)
    other = emulator()
    other.restore(made.snapshot())
    other.clock.advance(seconds=3_600)
    assert [run.status for run in other.runs] == ["completed", "halted"]


def test_what_a_test_has_prepared_stays() -> None:
    made = emulator(secrets={"KEY": "value-of-a-secret"}, routes={"https://x.example": "http://127.0.0.1:1"})
    made.faults.webhook("duplicate")
    made.when("a").answer(ok=True)
    made.ai.respond("written")
    made.restore(emulator().snapshot())
    assert (dict(made.secrets), len(list(made.faults)), len(made.people.people)) == ({"KEY": "value-of-a-secret"}, 1, 1)
    assert made.routes == {"https://x.example": "http://127.0.0.1:1"}


def test_background_states_pass_before_it_is_taken() -> None:
    made = emulator(execution="background")
    run = made.start("work", {"n": 1})
    before = run.status
    kept = made.snapshot()
    assert (before, run.status) == ("running", "completed")
    other = emulator(execution="background")
    other.restore(kept)
    assert other.snapshot() == kept


def test_both_can_be_awaited() -> None:
    async def awaited() -> None:
        made = emulator()
        kept = await made.aio.snapshot()
        made.start("ask", {})
        await made.aio.restore(kept)
        assert made.runs == []

    asyncio.run(awaited())


def test_a_file_is_the_owners_alone(tmp_path: Path) -> None:
    file = tmp_path / "kept.json"
    made = fill(emulator())
    kept = made.snapshot(file)
    assert json.loads(file.read_text("utf-8")) == kept
    assert file.stat().st_mode & 0o777 == 0o600
    other = Emulator()
    other.restore(file)
    assert other.snapshot()["instances"] == kept["instances"]
    assert [each.name for each in tmp_path.iterdir()] == ["kept.json"]


def test_a_link_stays_one(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    link, file = tmp_path / "link.json", tmp_path / "there" / "kept.json"
    link.symlink_to(file)
    emulator().snapshot(link)
    assert link.is_symlink()
    assert file.is_file()


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda text: text[: len(text) // 2], "not valid JSON: "),
        (lambda text: text.replace('"format":1', '"format":4'), "format: format 4, written by interactor-emulator "),
        (lambda text: text.replace('"frozen":true', '"frozen":"yes"'), "frozen: must be a boolean"),
        (lambda text: text.replace('"to_state":"b"', '"to_state":"z"'), "to_state: unknown: z; there are a, b, c"),
        (lambda text: "\udcff" + text, "not UTF-8 (byte 0)"),
        (lambda _text: "", "not valid JSON: Expecting value (line 1, column 1)"),
    ],
)
def test_a_spoilt_file_is_told_in_a_line_and_left_alone(tmp_path: Path, spoil: Any, said: str) -> None:
    file = tmp_path / "kept.json"
    made = fill(emulator())
    made.snapshot(file)
    spoilt = spoil(file.read_text("utf-8")).encode("utf-8", "surrogateescape")
    file.write_bytes(spoilt)
    before = made.snapshot()
    with pytest.raises(InvalidSnapshot) as refused:
        made.restore(file)
    assert str(refused.value).startswith(f"{file}: ")
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)
    assert made.snapshot() == before
    assert file.read_bytes() == spoilt


_WRITER = """
import sys
from pathlib import Path
from interactor_emulator.wholefile import write_whole
number = 0
while True:
    write_whole(Path(sys.argv[1]), str(number) + "x" * 3_000_000 + str(number))
    number += 1
    print(number, flush=True)
"""


@pytest.mark.skipif(os.name == "nt", reason="there is no SIGKILL")
def test_who_is_killed_while_he_writes_leaves_a_whole_file(tmp_path: Path) -> None:
    file = tmp_path / "kept.json"
    for turn in range(1, 6):
        with subprocess.Popen([sys.executable, "-c", _WRITER, str(file)], stdout=subprocess.PIPE) as writer:
            assert writer.stdout is not None
            for _ in range(turn):
                writer.stdout.readline()
            writer.send_signal(signal.SIGKILL)
        first, _, last = file.read_text("utf-8").strip().partition("x" * 3_000_000)
        assert first == last != ""


def test_what_cannot_be_written_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "kept.json"
    write_whole(file, "before")

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_whole(file, "after")
    assert file.read_text() == "before\n"
    assert [each.name for each in tmp_path.iterdir()] == ["kept.json"]


def test_a_limit_that_is_lower_here_is_told(tmp_path: Path) -> None:
    kept = emulator().snapshot()
    small = Emulator(limits={"states_per_workflow": 2})
    with pytest.raises(InvalidSnapshot, match=r"^workflows\[0\]\.versions\[0\]\.definition\.states: .*3 states"):
        small.restore(kept)


def test_what_is_no_json_is_refused() -> None:
    made = emulator()
    with pytest.raises(ValueError, match="snapshot is not JSON"):
        made.restore({"format": {1, 2}})
    with pytest.raises(FileNotFoundError):
        made.restore("nowhere.json")
    assert len(WORKFLOWS) == len(made.snapshot()["workflows"])


def test_a_request_that_is_held_is_not_in_it(interactor: Emulator) -> None:
    interactor.load(ASK)
    with ThreadPoolExecutor() as pool, interactor.hold("create") as held:
        started = pool.submit(interactor.start, "w", {}, None, "key")
        held.wait_for(1)
        kept = interactor.snapshot()
        assert "instances" not in kept
        assert "idempotency_keys" not in kept
        held.release()
        started.result().assert_halted("ask")
