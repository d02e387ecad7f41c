"""`compare`: what a new version changes, who waits for what it does not have, and which recorded runs go elsewhere."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from interactor_emulator import Emulator
from interactor_emulator.cli import main
from interactor_emulator.cli.comparison import code
from interactor_emulator.contract.recording import Recording
from interactor_emulator.contract.said import said
from interactor_emulator.web.hosting.serving import Server
from starlette.types import Receive, Scope, Send

from tests.workflows import halt, http, script, terminal, to, workflow

FIELDS = [{"name": name, "type": "boolean", "label": name} for name in ("ok", "urgent")]
FORM = {"type": "form", "title": "Well?", "fields": FIELDS}
CHOOSE: dict[str, Any] = {
    "transition_mode": "selection",
    "halting_instructions": {"type": "message", "config": {"message": "Now?"}},
}
ASK: dict[str, Any] = workflow(
    "leave",
    {
        "take": script("return {...input, large: input.days > 10}", to("ask", large=True), "choose"),
        "ask": halt(
            to("granted", ok=True), "refused", presentation={"type": "form", "title": "Well?", "fields": FIELDS}
        ),
        "choose": halt({"key": "now", "target": "granted"}, {"key": "never", "target": "refused"}, **CHOOSE),
        "granted": terminal(),
        "refused": terminal(),
    },
)


def text_with(*changes: tuple[str, str]) -> str:
    text = json.dumps(ASK)
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return text


MOVED = text_with(("days > 10", "days >= 10"))
RENAMED = text_with(('"ask"', '"review"'))
SAME = text_with()
# Where it is not about the cases, few of them are enough.
QUICK = ("--seconds", "0.2")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "old.json").write_text(json.dumps(ASK))
    return tmp_path


def compared(capsys: pytest.CaptureFixture[str], new: str, *options: str) -> tuple[int, str]:
    """The exit code, and what is printed."""
    Path("new.json").write_text(new)
    with pytest.raises(SystemExit) as ended:
        main(["compare", "old.json", "new.json", *options])
    told = capsys.readouterr()
    return int(ended.value.code or 0), told.out or told.err


def shown(capsys: pytest.CaptureFixture[str], new: str, *options: str) -> Mapping[str, Any]:
    found: dict[str, Any] = json.loads(compared(capsys, new, "--format", "json", *QUICK, *options)[1])
    return found


def test_a_moved_threshold_is_told_with_the_one_input_that_goes_another_way(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, told = compared(capsys, MOVED)
    assert status == 1
    *lines, last = told.splitlines()
    assert re.fullmatch(r"changed: after take: choose; now ask \(\d+ cases\)", lines[0])
    assert lines[1:] == ['    input {"days":10}']
    assert re.fullmatch(r"leave: 1 changed behaviour, \d+ cases played on both", last)


def test_transitions_in_another_order_that_change_nothing_are_silent(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ways: list[Any] = [to("granted", kind="a"), to("refused", kind="b"), "ask"]
    for name, order in (("old.json", ways), ("other", [ways[1], ways[0], ways[2]])):
        states = {**ASK["states"], "take": script("return input", *order)}
        (folder / name).write_text(json.dumps({**ASK, "states": states}))
    status, told = compared(capsys, (folder / "other").read_text())
    assert (status, len(told.splitlines())) == (0, 1)
    assert told.startswith("leave: 0 changed behaviours, ")


def test_a_workflow_of_another_name_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, told = compared(capsys, text_with(('"name": "leave"', '"name": "holiday"')), *QUICK)
    assert (status, told.splitlines()[0]) == (1, "renamed: who starts leave does not find it; it is holiday")


@pytest.fixture
def busy(folder: Path) -> Emulator:
    """Three who wait and one who does not, one of them in a version that was replaced."""
    emulator = Emulator(seed=3, now="2026-01-20T12:00:00Z")
    emulator.load(ASK)
    emulator.start("leave", {"days": 20}, namespace="ann")
    emulator.start("leave", {"days": 30}, namespace="bob").resume(ok=True)
    emulator.load({**ASK, "ai_guidance": "The same again."})
    emulator.start("leave", {"days": 40})
    emulator.start("leave", {"days": 1}, namespace="cy")
    emulator.load(workflow("other", {"ask": halt("end"), "end": terminal()}))
    emulator.start("other")
    emulator.snapshot(folder / "snapshot.json")
    return emulator


def test_a_renamed_halting_state_strands_who_waits_in_it(
    folder: Path, capsys: pytest.CaptureFixture[str], busy: Emulator
) -> None:
    status, told = compared(capsys, RENAMED, *QUICK, "--snapshot", "snapshot.json")
    assert status == 1
    first, _, third, fourth = busy.runs[:4]
    lines = told.splitlines()
    assert lines[:2] == ["state gained: review", "state lost: ask"]
    assert [each for each in lines if each.startswith("stranded")] == [
        f'stranded: {first.id} of ann waits in ask "Well?": the new version has not the state ask',
        f'stranded: {third.id} waits in ask "Well?": the new version has not the state ask',
    ]
    assert fourth.id not in told
    assert lines[-1].endswith("; 2 of 3 that wait are stranded")


class OfTheService:
    """An application of an emulator without what the service does not have."""

    def __init__(self, emulator: Emulator) -> None:
        self._app, self.state = emulator.asgi_app, emulator.asgi_app.state

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        hidden = scope["type"] == "http" and scope["path"].startswith("/_emulator")
        await self._app({**scope, "path": "/nowhere"} if hidden else scope, receive, send)


UNCHOSEN = text_with(('"transition_mode": "selection"', '"transition_mode": "condition"'))
FIELD = text_with(('"name": "urgent"', '"name": "quick"'))


@pytest.mark.parametrize(
    ("new", "missing"),
    [
        (FIELD, ["the field urgent"] * 2),
        (
            text_with(('"transition_mode": "selection"', '"transition_mode": "condition"')),
            ["the choice now, the choice never"],
        ),
        (SAME, []),
    ],
)
def test_a_field_or_a_choice_that_is_not_there_any_more_strands_too(
    folder: Path, capsys: pytest.CaptureFixture[str], busy: Emulator, new: str, missing: list[str]
) -> None:
    found = shown(capsys, new, "--snapshot", "snapshot.json")["waiting"]
    assert ([each["missing"] for each in found["stranded"]], found["count"]) == (missing, 3)


def test_a_snapshot_a_running_emulator_and_the_service_say_the_same(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, busy: Emulator
) -> None:
    new = text_with(('"name": "urgent"', '"name": "quick"'), ('"key": "never"', '"key": "later"'))
    kept = shown(capsys, new, "--snapshot", "snapshot.json")["waiting"]
    assert [each["missing"] for each in kept["stranded"]] == [
        "the field urgent",
        "the field urgent",
        "the choice never",
    ]
    with busy.serve() as server:
        assert shown(capsys, new, "--url", server.url)["waiting"] == kept
    monkeypatch.setenv("INTERACTOR_TOKEN", busy.token())
    with Server(OfTheService(busy)) as server:  # type: ignore[arg-type]  # any application will do
        asked = shown(capsys, new, "--url", server.url)["waiting"]
    assert sorted(map(json.dumps, asked["stranded"])) == sorted(map(json.dumps, kept["stranded"]))


@pytest.fixture
def traffic(folder: Path) -> Path:
    """What an app has said to a server, over HTTP."""
    emulator = Emulator(seed=3, now="2026-01-20T12:00:00Z")
    emulator.load(ASK)
    rows = []
    with emulator.serve() as server, httpx.Client(base_url=server.api_url, trust_env=False) as client:
        client.headers["Authorization"] = f"Bearer {emulator.token()}"

        def sent(method: str, path: str, body: object = None) -> Any:
            answer = client.request(method, path, json=body)
            rows.append(said(emulator.account.clock.now_ms, answer.request, answer))
            return answer.json().get("data")

        for days, answer in ((20, {"ok": True}), (10, {"choice": "now"}), (5, {"choice": "never"})):
            created = sent("POST", "/workflows/leave/instances", {"namespace": "n", "input": {"days": days}})
            resume = f"/workflows/instances/{created['id']}/resume"
            sent("POST", resume, {"input": {"choice": 1}} if days < 20 else {"input": "none"})
            sent("POST", resume, {"input": answer})
            sent("GET", f"/workflows/instances/{created['id']}")
        given_up = sent("POST", "/workflows/leave/instances", {"namespace": "n", "input": {"days": 30}})
        sent("POST", f"/workflows/instances/{given_up['id']}/cancel", {})
    for name in ("traffic.json", "traffic.har"):
        (folder / name).write_text(Recording(server.url, tuple(rows)).text(folder / name))
    return folder / "traffic.json"


def test_recorded_runs_that_would_go_another_way_are_named_with_where_they_part(
    folder: Path, capsys: pytest.CaptureFixture[str], traffic: Path
) -> None:
    status, told = compared(capsys, MOVED, "--histories", "traffic.json")
    assert status == 1
    (row,) = (each for each in told.splitlines() if each.startswith("history"))
    assert re.fullmatch(r"history: traffic.json: row 5: inst_\w+: after take: choose; now ask", row)
    assert told.splitlines()[-1].endswith("; 1 of 4 recorded runs would go elsewhere")
    assert "doubtful" not in told
    assert compared(capsys, SAME, *QUICK, "--histories", "traffic.json")[0] == 0


def test_a_recording_of_another_tool_is_read_too_and_a_change_at_the_end_is_seen(
    folder: Path, capsys: pytest.CaptureFixture[str], traffic: Path
) -> None:
    new = text_with(('{"key": "never", "target": "refused"}', '{"key": "never", "target": "granted"}'))
    found = shown(capsys, new, "--histories", "traffic.har")["histories"]
    assert (found["count"], found["elsewhere"]) == (4, 1)
    (run,) = found["runs"]
    assert (run["difference"], run["doubtful"]) == ("after choose: refused; now granted", "")


def test_what_http_logic_heard_is_taken_from_the_data_and_what_cannot_be_known_is_told(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old = workflow(
        "leave",
        {
            "ask_hr": http("https://hr.example.com/left", to("granted", enough=True), "refused"),
            "granted": terminal(),
            "refused": terminal(),
        },
    )
    (folder / "old.json").write_text(json.dumps(old))
    rows = [_created(1, "granted", {"days": 1, "enough": True}), _created(2, "granted", {"days": 2})]
    source = {"kind": "interactor-recording", "format": 1, "server": "https://core.example.com", "rows": rows}
    (folder / "traffic.json").write_text(json.dumps(source))
    new = json.dumps(old).replace('"target": "granted"', '"target": "refused"')
    found = shown(capsys, new, "--histories", "traffic.json")["histories"]
    assert [(row["difference"], row["doubtful"]) for row in found["runs"]] == [
        ("after ask_hr: granted; now refused", ""),
        ("", "it was recorded in granted, and the old version comes to refused"),
    ]


def _created(days: int, state: str, data: Mapping[str, Any]) -> dict[str, Any]:
    answer = {"data": {"id": f"inst_{days}", "status": "completed", "current_state": state, "workflow_data": data}}
    request = {"method": "POST", "path": "/workflows/leave/instances", "body": {"input": {"days": days}}}
    return {"at": "2026-01-20T12:00:00Z", "request": request, "response": {"status": 201, "body": answer}}


def cells(row: str) -> int:
    """How many cells a row of a table in Markdown has."""
    return len(re.findall(r"(?<!\\)\|", row)) - 1


NASTY = st.text("|`\\<>&*_[]()#@!~\n\r\x1b\u202e\ud800 ab1→", min_size=1, max_size=12)


@given(NASTY)
def test_no_text_of_anybody_is_markup_in_a_pull_request(text: str) -> None:
    shown = code(text)
    assert "\n" not in shown
    inside = shown.removeprefix("<code>").removesuffix("</code>") if shown.startswith("<code>") else shown[1:-1]
    assert not re.search(r"[|`\\<>*_\[\]()#@!~\x1b\u202e\ud800]", re.sub(r"&#\d+;", "", inside)) or shown[0] == "`"
    assert not set(inside) & set("|`\\<>@~*") - (set("#") if "&#" in inside else set())


def test_markdown_for_a_pull_request_has_a_table_and_folds_what_is_long(
    folder: Path, capsys: pytest.CaptureFixture[str], busy: Emulator
) -> None:
    hostile = RENAMED.replace('"review"', json.dumps("a|b`<img src=x>\n@all"))
    status, told = compared(capsys, hostile, "--format", "github", "--snapshot", "snapshot.json")
    assert status == 1
    lines = told.splitlines()
    assert lines[0] == "### `leave`: 1 changed behaviour"
    assert "States lost: `ask`" in lines
    assert "<details open><summary>Smallest case for each</summary>" in lines
    assert "<details><summary>2 of 3 that wait are stranded</summary>" in lines
    assert {cells(each) for each in lines if each.startswith("|")} == {4}
    assert "<img" not in told
    assert "@all" not in told


@pytest.mark.parametrize("form", ["text", "github"])
def test_no_name_of_a_definition_commands_a_terminal_or_forges_a_line(
    folder: Path, capsys: pytest.CaptureFixture[str], form: str
) -> None:
    name = "a\x1b[2J\u202e\nstranded: forged"
    status, told = compared(capsys, RENAMED.replace('"review"', json.dumps(name)), "--format", form)
    assert status == 1
    assert not {"\x1b", "\u202e"} & set(told)
    assert not [each for each in told.splitlines() if each.startswith("stranded")]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["nothing.json"], "nothing.json: no such file"),
        (["old.json", "--snapshot", "old.json", "--url", "x"], "name one of them"),
        (["old.json", "--snapshot", "old.json"], "old.json: "),
        (["old.json", "--histories", "old.json"], "old.json: this is no recording: 'kind' is missing"),
        (["old.json", "--url", "http://127.0.0.1:9"], "http://127.0.0.1:9 cannot be asked what waits there"),
        (["old.json", "--url", "nowhere"], "'nowhere' is not an http or https URL"),
    ],
)
def test_what_cannot_be_read_is_one_clear_line(
    folder: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], told: str
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["compare", "old.json", *arguments])
    assert ended.value.code == 2
    assert told in capsys.readouterr().err.splitlines()[-1]
