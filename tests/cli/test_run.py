"""`run`: a definition, run in the process."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from interactor_emulator.cli import main

from tests.workflows import action, halt, http, terminal, to, workflow

COMMAND = [str(Path(sys.executable).parent / "interactor-emulator"), "run"]
ROOT = Path(__file__).parents[2]
PURCHASE = str(ROOT / "fixtures" / "interactor_fixtures" / "definitions" / "purchase_approval.json")
STUB = ["--stub", 'https://yourapp.com/api/notifications={"ok": true}']


def _run(*arguments: str) -> "subprocess.CompletedProcess[str]":
    done = subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, timeout=20)
    assert "Traceback" not in done.stderr
    return done


def test_answers_come_in_turn_and_the_path_is_printed() -> None:
    answers = ["--answer", 'manager_approval={"approved": true}', "--answer", 'vp_approval={"approved": false}']
    done = _run(PURCHASE, "--input", '{"amount": 15000}', *answers, *STUB, "--explain")
    assert done.returncode == 0, done.stderr
    assert "status: completed" in done.stdout
    assert "path: submit → manager_approval → vp_approval → rejected → notify_requester → complete" in done.stdout
    assert "and amount gt 10000, saw 15000 ✓" in done.stdout
    assert '"ok": true' in done.stdout


def test_a_halt_without_an_answer_says_how_to_give_one() -> None:
    done = _run(PURCHASE, "--input", '{"amount": 15000}')
    assert (done.returncode, "waits for: an answer in manager_approval" in done.stdout) == (0, True)


def test_a_failed_instance_is_an_exit_code_of_one() -> None:
    done = _run(PURCHASE, "--input", '{"amount": 5}')
    assert done.returncode == 1
    assert "error: http_error: Egress to https://yourapp.com is blocked" in done.stdout
    assert "noticed: egress_blocked: POST https://yourapp.com/api/notifications: Egress" in done.stderr
    assert "--stub 'https://yourapp.com/api/notifications={\"ok\": true}' answers in its place" in done.stderr
    assert "--allow-egress yourapp.com lets it out" in done.stderr


def test_what_is_noticed_on_the_way_is_told_at_the_end(tmp_path: Path) -> None:
    fields = [{"name": "approved", "type": "boolean", "label": "Approved"}]
    definition = workflow(
        "ask", {"ask": halt(to("yes", approved=True), "no", fields=fields), "yes": terminal(), "no": terminal()}
    )
    file = tmp_path / "ask.json"
    file.write_text(json.dumps(definition))
    done = _run(str(file), "--answer", 'ask={"approved": "true"}')
    assert (done.returncode, "status: completed" in done.stdout) == (0, True)
    assert "noticed: form_input_mismatch: " in done.stderr
    assert "noticed" not in _run(str(file), "--answer", 'ask={"approved": true}').stderr


def test_a_stub_that_nobody_has_asked_is_told() -> None:
    done = _run(PURCHASE, "--input", '{"amount": 5}', *STUB, "--stub", "https://yourapp.com/other={}")
    assert "not needed: --stub for https://yourapp.com/other\n" in done.stderr
    assert "api/notifications" not in done.stderr


FORK = workflow(
    "fork",
    {
        "split": action("both", fork={"finance": "ask_finance", "legal": "ask_legal"}),
        "ask_finance": halt("paid"),
        "ask_legal": halt(to("signed", ok=True)),
        "paid": terminal(),
        "signed": terminal(),
        "both": action("end", join=True),
        "end": terminal(),
    },
)


@pytest.fixture
def fork(tmp_path: Path) -> str:
    file = tmp_path / "fork.json"
    file.write_text(json.dumps(FORK))
    return str(file)


def test_an_answer_is_for_whichever_thread_halts_in_its_state(fork: str) -> None:
    done = _run(fork, "--answer", 'ask_legal={"ok": true}', "--answer", "ask_finance={}")
    assert (done.returncode, "status: completed" in done.stdout) == (0, True)


def test_every_thread_that_waits_is_named_with_its_state(fork: str) -> None:
    done = _run(fork)
    assert [line for line in done.stdout.splitlines() if line.startswith("waits for: ")] == [
        "waits for: an answer in ask_finance (thread_finance), like --answer 'ask_finance={\"approved\": true}'",
        "waits for: an answer in ask_legal (thread_legal), like --answer 'ask_legal={\"approved\": true}'",
    ]
    done = _run(fork, "--answer", "ask_finance={}")
    assert "waits for: an answer in ask_legal (thread_legal)" in done.stdout
    assert "ask_finance (" not in done.stdout


def test_an_answer_that_a_thread_refuses_is_an_exit_code_of_one(fork: str) -> None:
    done = _run(fork, "--answer", 'ask_legal={"ok": 1}')
    assert (done.returncode, "error: invalid_transition: Input does not match" in done.stdout) == (1, True)


def test_an_answer_that_nobody_asked_for_is_told(fork: str) -> None:
    twice = ["--answer", 'ask_legal={"ok": true}'] * 2
    assert "not needed: --answer for ask_legal\n" in _run(fork, *twice).stderr


def test_a_choice_is_what_an_answer_is_like_where_one_chooses(tmp_path: Path) -> None:
    file = tmp_path / "choose.json"
    choices = ({"target": "end", "key": "yes"}, {"target": "end", "key": "no"})
    instructions = {"type": "message", "config": {"message": "Which?"}}
    ask = halt(*choices, transition_mode="selection", halting_instructions=instructions)
    file.write_text(json.dumps(workflow("choose", {"ask": ask, "end": terminal()})))
    assert """like --answer 'ask={"choice": "yes"}'""" in _run(str(file)).stdout


def test_a_call_that_will_be_tried_again_is_what_it_waits_for(tmp_path: Path) -> None:
    file = tmp_path / "retry.json"
    call = http("http://127.0.0.1:9/x", "end", retry={"attempts": 3, "backoff": "linear"})
    file.write_text(json.dumps(workflow("retry", {"call": call, "end": terminal()})))
    assert "waits for: attempt 2 of the call in call, 1 s after http_error: GET http://127.0.0.1:9/x failed" in (
        _run(str(file)).stdout
    )


def test_what_the_definition_hardly_means_is_told_beside(tmp_path: Path) -> None:
    file = tmp_path / "odd.json"
    file.write_text(json.dumps(workflow("odd", {"ask": halt("end", presentaton={}), "end": terminal()})))
    done = _run(str(file))
    assert done.returncode == 0
    assert done.stderr.startswith(f"{file}:1:")
    assert "warning: unknown_field: states.ask.presentaton" in done.stderr


@pytest.mark.parametrize("option", ["--input", "--answer", "--stub"])
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[" * 5000, "nested more than 100 levels deep (line 1, column 101)"),
        ('{"a":' * 5000, "nested more than 100 levels deep (line 1, column 501)"),
        ("NaN", "not valid JSON: NaN is no JSON value (line 1, column 1)"),
        ('{"a": 1e400}', "not valid JSON: the number 1e400 is out of range (line 1, column 7)"),
        ('{"a": 1, "a": 2}', 'the member "a" stands here twice, first in line 1 (line 1, column 10)'),
        ("1" * 5000, "not valid JSON: a number has too many digits (line 1, column 1)"),
    ],
    ids=["arrays", "objects", "NaN", "infinite", "twice", "digits"],
)
def test_json_that_is_none_is_one_line(option: str, text: str, said: str) -> None:
    done = _run(PURCHASE, option, text if option == "--input" else f"submit={text}")
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert done.stderr.startswith(f"interactor-emulator: {option}: {said}")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nope.json"], "nope.json: no such file"),
        ([PURCHASE, "--input", "[1"], "--input: not valid JSON"),
        ([PURCHASE, "--input", "[]"], "--input takes a JSON object"),
        ([PURCHASE, "--answer", "x"], "--answer takes STATE=JSON"),
        ([PURCHASE, "--answer", "aproved={}"], "no state of the workflow; did you mean approved?"),
        ([PURCHASE, "--now", "soon"], "soon"),
        ([PURCHASE, "--route", "foo"], "--route takes ORIGIN=URL, not 'foo'"),
        ([PURCHASE, "--stub", "foo"], "--stub takes URL=JSON, not 'foo'"),
        ([PURCHASE, "--secret", "hush"], "--secret takes NAME=VALUE (interactor-emulator run --help)\n"),
        ([PURCHASE, "--answer", "zzz={}"], "no state of the workflow; there are approved, "),
    ],
)
def test_bad_usage_is_told(arguments: list[str], said: str) -> None:
    done = _run(*arguments)
    assert done.returncode == 2
    assert said in done.stderr


MISTAKEN = """{
  "name": "leave", "initial_state": "ask",
  "states": {
    "ask": {"type": "halting", "transitions": [{"target": "grantd"}]},
    "granted": {"type": "terminal"}
  }
}
"""


@pytest.mark.parametrize("command", [["run"], ["graph"], ["serve", "--definitions"], ["exec", "--definitions"]])
def test_a_mistaken_definition_is_told_with_its_place_and_what_was_meant(command: list[str], tmp_path: Path) -> None:
    (tmp_path / "leave.json").write_text(MISTAKEN)
    more = ["--", "true"] if command[0] == "exec" else []
    done = _in(tmp_path, *command, "leave.json", *more)
    assert done.returncode == 2
    assert (
        "  leave.json:4:59: error: states.ask.transitions[0].target: Target state 'grantd' does not exist "
        "(did you mean granted?)\n"
    ) in done.stderr


def _in(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([COMMAND[0], *arguments], cwd=folder, capture_output=True, text=True, timeout=20)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["run", "."], ". is a folder; name the file of one definition, like leave.json"),
        (["run", "leaf.json"], "leaf.json: no such file; did you mean leave.json?"),
        (["graph", "leaf.json"], "leaf.json: no such file; did you mean leave.json?"),
        (["validate", "leaf.json"], "leaf.json:1:1: error: no such file or folder; did you mean leave.json?"),
        (["exec", "--definitions", "leaf.json", "--", "true"], "no such file or folder; did you mean leave.json?"),
        (["graph", "-o", "p.PNG", "leave.json"], "--output p.PNG: there is svg, mermaid, dot, and no png; write p.svg"),
    ],
)
def test_what_is_no_file_of_a_definition_is_told_with_what_there_is(
    arguments: list[str], told: str, tmp_path: Path
) -> None:
    (tmp_path / "leave.json").write_text(MISTAKEN.replace("grantd", "granted"))
    done = _in(tmp_path, *arguments)
    assert (done.returncode, told in done.stderr) == (2, True)
    assert [each.name for each in tmp_path.iterdir()] == ["leave.json"]


@pytest.mark.parametrize("command", ["run", "validate", "test"])
@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("flow/leave.json", "; there is no folder flow; did you mean flows?"),
        ("nothing/", "; there are flows"),
        ("nothing/x.json", "; there is no folder nothing; there are flows"),
        ("nothing/at/all/x.json", "; there is no folder nothing; there are flows"),
        ("flows/leave.json/x.json", "; flows/leave.json is no folder"),
        (
            "flows/unheard-of.json",
            "; there are 0.json, 1.json, 10.json, 2.json, 3.json, 4.json, 5.json, 6.json, 7.json, 8.json, …",
        ),
        ("flows/levae.json", "; did you mean leave.json?"),
    ],
)
def test_a_path_that_is_not_there_is_told_with_where_it_goes_astray(
    command: str,
    path: str,
    told: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "flows").mkdir()
    for name in ("leave", *range(11)):
        (tmp_path / "flows" / f"{name}.json").write_text("{}")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit, match="2"):
        main([command, path])
    printed = capfd.readouterr()
    (line,) = [each for each in (printed.out + printed.err).splitlines() if "no such file" in each]
    assert line.endswith(told)


@pytest.mark.parametrize(("ending", "begin"), [(".svg", "<svg"), (".mmd", "flowchart"), (".dot", "digraph")])
def test_the_ending_of_its_file_chooses_what_a_picture_is(ending: str, begin: str, tmp_path: Path) -> None:
    (tmp_path / "leave.json").write_text(MISTAKEN.replace("grantd", "granted"))
    assert _in(tmp_path, "graph", "leave.json", "-o", f"p{ending}").returncode == 0
    assert (tmp_path / f"p{ending}").read_text().startswith(begin)
    assert _in(tmp_path, "graph", "leave.json", "-o", f"p{ending}", "--format", "dot").returncode == 0
    assert (tmp_path / f"p{ending}").read_text().startswith("digraph")
