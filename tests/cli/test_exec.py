"""`exec` and the examples that use no Python: what the command is given, what is printed, how it ends."""

import json
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

BIN = Path(sys.executable).parent
EXAMPLES = Path(__file__).parents[2] / "examples"
LEAVE = str(EXAMPLES / "node_app" / "leave_request.json")
CREATES = """
import os, sys, urllib.request
core, token = os.environ["INTERACTOR_CORE_URL"], os.environ["INTERACTOR_TOKEN"]
request = urllib.request.Request(
    core + "/api/v1/workflows/leave_request/instances", b'{"namespace":"a"}',
    {"Authorization": "Bearer " + token, "Content-Type": "application/json"})
assert urllib.request.urlopen(request).status == 201
assert os.environ["INTERACTOR_AUTH_URL"] == core
if "reset" in sys.argv:
    again = urllib.request.Request(core + "/_emulator/reset", b"{}", {"Content-Type": "application/json"})
    urllib.request.urlopen(again)
sys.exit(int(sys.argv[1]))
"""


def ran(*arguments: str, cwd: Path | None = None) -> "subprocess.CompletedProcess[str]":
    command = [str(BIN / "interactor-emulator"), "exec", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, cwd=cwd)


def test_the_commands_status_is_the_end(tmp_path: Path) -> None:
    for status in (0, 3):
        done = ran("--definitions", LEAVE, "--", sys.executable, "-c", CREATES, str(status))
        assert done.returncode == status, done
        assert done.stdout == ""
        assert "leave_request        1/3          0/2         0/2    14 %" in done.stderr


def test_the_coverage_survives_a_reset_and_is_added_up_by_pytest(pytester: pytest.Pytester) -> None:
    made = pytester.path / "exec.json"
    code = [sys.executable, "-c", CREATES, "0", "reset"]
    assert ran("--definitions", LEAVE, "--coverage", str(made), "--", *code).returncode == 0
    [written] = json.loads(made.read_text())["workflows"].values()
    assert [row["state"] for row in written["states"]] == ["await_manager"]
    assert [each["test"].startswith(sys.executable) for each in written["scenarios"]] == [True]
    pytester.makepyfile(
        f"""
        def test_it(interactor):
            interactor.load({LEAVE!r})
            interactor.start("leave_request").resume(approved=True)
        """
    )
    result = pytester.runpytest_subprocess("--interactor-coverage=all.json", f"--interactor-coverage-from={made}")
    assert result.ret == 0
    both = next(iter(json.loads((pytester.path / "all.json").read_text())["workflows"].values()))["states"]
    assert {row["state"]: row["count"] for row in both} == {"await_manager": 2, "granted": 1}


_IN_ACCOUNTS = """
import json, os, sys, urllib.request
core = os.environ["INTERACTOR_CORE_URL"]
def post(path, body, token=""):
    headers = {"Authorization": "Bearer " + token, "Content-Type": "application/json"}
    with urllib.request.urlopen(urllib.request.Request(core + path, json.dumps(body).encode(), headers)) as answer:
        return json.load(answer)
for name in ("is-granted", "is-refused"):
    token = post("/_emulator/accounts", {"name": name})["access_token"]
    made = post("/api/v1/workflows", json.load(open(sys.argv[2])), token)["data"]
    post("/api/v1/workflows/leave_request/versions/" + made["version_id"] + "/publish", {}, token)
    post("/api/v1/workflows/leave_request/instances", {"namespace": "a"}, token)
sys.exit(int(sys.argv[1]))
"""


def test_the_report_names_the_accounts_and_ticks_nothing_of_a_command_that_failed(pytester: pytest.Pytester) -> None:
    """Which test of the command failed nobody knows; what pytest writes of its coverage says the same."""
    pytester.makepyfile(tests=_IN_ACCOUNTS)
    marks = {}
    for status in (0, 3):
        arguments = ["--coverage", "c.json", "--report", "r.md", "--report", "r.json"]
        done = ran(*arguments, "--", sys.executable, "tests.py", str(status), LEAVE, cwd=pytester.path)
        assert done.returncode == status, done
        text = (pytester.path / "r.md").read_text("utf-8")
        assert f"tests.py {status} " in text
        assert text.count("tests.py") == 1
        marks[status] = [line for line in text.splitlines() if line.startswith(("| is-", "- ["))]
        pytester.runpytest_subprocess("--interactor-coverage-from=c.json", "--interactor-report=p.md")
        assert (pytester.path / "p.md").read_text("utf-8").splitlines()[2:] == text.splitlines()[2:]
    assert marks[0][3:4] == ["- [x] Instance creation tested (2 tests, first is-granted)"]
    assert marks[0][-2:] == [f"| {name} |  | await_manager (halted) | ✓ |" for name in ("is-granted", "is-refused")]
    assert [each[:5] for each in marks[3][:-2]] == ["- [ ]"] * 8
    assert [each.rsplit("| ")[-1] for each in marks[3][-2:]] == ["? the command ended with 3 |"] * 2
    [report] = json.loads((pytester.path / "r.json").read_text("utf-8"))["reports"]
    assert [(each["passed"], each["why"]) for each in report["scenarios"]] == [(None, "the command ended with 3")] * 2


_SLOW = {
    "name": "slow",
    "initial_state": "work",
    "states": {
        "work": {
            "type": "action",
            "logic": {"type": "script", "code": "return {n: 1}"},
            "transitions": [{"target": "end", "condition": {"field": "n", "equals": 1}}],
        },
        "end": {"type": "terminal"},
    },
}


def test_what_each_account_notices_of_one_definition_is_told_once(tmp_path: Path) -> None:
    tests = _IN_ACCOUNTS.replace('{"name": name}', '{"name": name, "limits": {"slow_script_seconds": 0}}')
    (tmp_path / "tests.py").write_text(tests.replace("leave_request", "slow"))
    (tmp_path / "slow.json").write_text(json.dumps(_SLOW))
    done = ran("--", sys.executable, "tests.py", "0", "slow.json", cwd=tmp_path)
    assert done.returncode == 0, done
    advice, slow = done.stderr.partition("diagnostics\n")[2].splitlines()
    assert advice.startswith("  no_fallback_transition: State 'work' has conditional transitions only")
    assert advice.endswith("(Add a last transition without a condition.)")
    assert re.fullmatch(r"  slow_script: A script of state 'work' took \d+ ms at most \(.*\) \[2 times\]", slow)


@pytest.mark.parametrize(
    ("arguments", "status", "told"),
    [
        ((), 2, "Missing argument '-- COMMAND"),
        (("--", "no-such-command-at-all"), 127, "cannot run no-such-command-at-all: No such file"),
        (("--definitions", "nowhere", "--", "true"), 2, "nowhere: no such file or folder"),
        (("--report", "r.txt", "--", "true"), 2, "--report r.txt: a file ends in .md or .html or .json"),
        (("--now", "soon", "--", "true"), 2, "--now takes an ISO 8601 time"),
    ],
)
def test_a_mistake_is_told(arguments: tuple[str, ...], status: int, told: str) -> None:
    done = ran(*arguments)
    assert done.returncode == status, done
    assert told in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(("command", "status"), [("true", 2), ("false", 1)])
def test_a_file_that_cannot_be_written_loses_neither_the_status_nor_the_others(
    tmp_path: Path, command: str, status: int
) -> None:
    (tmp_path / "folder.md").mkdir()
    done = ran("--coverage", "new/c.json", "--report", "folder.md", "--report", "r.md", "--", command, cwd=tmp_path)
    assert done.returncode == status, done
    assert "interactor-emulator: folder.md: is a directory\n" in done.stderr
    assert (tmp_path / "r.md").is_file()
    assert json.loads((tmp_path / "new" / "c.json").read_text())["percent"] is None


def test_a_command_that_is_killed_ends_as_in_a_shell() -> None:
    assert ran("--", "sh", "-c", "kill -9 $$").returncode == 137


@pytest.mark.skipif(shutil.which("node") is None, reason="the example is a Node project")
def test_the_node_project_is_tested_under_exec() -> None:
    script = json.loads((EXAMPLES / "node_app" / "package.json").read_text())["scripts"]["test"]
    arguments = script.removeprefix("interactor-emulator exec ").split()
    done = ran(*arguments, cwd=EXAMPLES / "node_app")
    assert done.returncode == 0, done
    assert "# pass 3" in done.stdout
    assert "leave_request        3/3          2/2         2/2   100 %" in done.stderr


@pytest.mark.skipif(shutil.which("curl") is None, reason="the example is a session with curl")
def test_the_curl_session_runs_and_runs_again() -> None:
    session = f'sh "{EXAMPLES}/curl/session.sh" "$INTERACTOR_CORE_URL"'
    done = ran("--", "sh", "-c", f"{session} && {session}")
    assert done.returncode == 0, done
    said = ["started: halted", "await_manager (resume) → granted", "ended in: granted"]
    assert done.stdout.splitlines() == said * 2


_SAYS_WHICH = """
import os, signal, sys
def heard(number, frame):
    os.write(1, f"heard {signal.Signals(number).name}\\n".encode())
    sys.exit(7)
for name in ("SIGTERM", "SIGHUP", "SIGINT", "SIGQUIT"):
    signal.signal(getattr(signal, name), heard)
os.write(1, b"ready\\n")  # print is no call for a handler of signals
signal.pause()
"""


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP", "SIGINT", "SIGQUIT"])
def test_a_signal_is_the_commands_and_the_report_comes_all_the_same(name: str) -> None:
    arguments = ["--definitions", LEAVE, "--", sys.executable, "-c", _SAYS_WHICH]
    command = [str(BIN / "interactor-emulator"), "exec", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(getattr(signal, name))
        out, told = process.communicate(timeout=30)
    assert (process.returncode, out) == (7, f"heard {name}\n")
    assert "no instance ran" in told
    assert "Traceback" not in told


def test_a_command_that_a_signal_ends_has_its_status_as_in_a_shell() -> None:
    command = [str(BIN / "interactor-emulator"), "exec", "--", "sh", "-c", "echo ready; exec sleep 60"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.terminate()
        _, told = process.communicate(timeout=30)
    assert (process.returncode, "no instance ran" in told) == (128 + signal.SIGTERM, True)


def test_a_signal_that_is_ignored_stays_ignored() -> None:
    """As `nohup` has it: neither we nor the command end of it."""
    script = 'trap "" HUP; kill -HUP $PPID; kill -HUP $$; echo lives'
    command = ["sh", "-c", f"trap '' HUP; exec {BIN / 'interactor-emulator'} exec -- sh -c '{script}'"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (0, "lives\n")
