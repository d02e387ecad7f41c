"""`mutate`: the tests of any command, run with wrong versions of a definition in its place."""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from interactor_emulator.cli import main

from tests.workflows import halt, script, terminal, to, workflow

ORDER = workflow(
    "order",
    {
        "take": script("return {large: input.amount > 100}", to("ask", large=True), "done"),
        "ask": halt(to("done", ok=True), "refused"),
        "done": terminal(),
        "refused": terminal(),
    },
)
# As a client of any language would do it: over HTTP, in the address and with the token that it is given.
CLIENT = """
import json, os, sys
from urllib.request import Request, urlopen

def call(path, **body):
    request = Request(os.environ["INTERACTOR_CORE_URL"] + "/api/v1" + path, json.dumps(body).encode(), {
        "Authorization": "Bearer " + os.environ["INTERACTOR_TOKEN"], "Content-Type": "application/json"})
    return json.load(urlopen(request))["data"]

if "--post" in sys.argv:
    version = call("/workflows", **json.load(open("order.json")))["version_id"]
    call(f"/workflows/order/versions/{version}/publish")
small = call("/workflows/order/instances", namespace="n", input={"amount": 5})
large = call("/workflows/order/instances", namespace="n", input={"amount": 500})
assert small["current_state"] == "done" and large["current_state"] == "ask"
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "order.json").write_text(json.dumps(ORDER, indent=1))
    (tmp_path / "client.py").write_text(CLIENT)
    return tmp_path


def mutated(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["mutate", *arguments])
    return int(ended.value.code or 0)


def shown(capsys: pytest.CaptureFixture[str]) -> Mapping[str, Any]:
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_any_command_is_run_for_each_mutant_with_a_server_of_its_own(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (folder / "order.json").read_bytes()
    options = ("--definitions", "order.json", "--max-mutants", "4", "--format", "json")
    assert mutated("order.json", *options, "--", sys.executable, "client.py") == 1
    found = shown(capsys)
    assert [(row["change"], row["outcome"]) for row in found["mutants"]] == [
        ("large: equals is not_equals", "noticed"),
        ("there is no transition to done", "noticed"),
        ("100 is 101 in `return {large: input.amount > 100}`", "survived"),
        ("the transition to refused stands before the one to done", "survived"),
    ]
    assert found["mutants"][0]["why"] == "it ends with status 1"
    assert found["mutants"][2]["difference"] == "after take: ask; now done"
    assert found["mutants"][2]["case"]["input"] == {"amount": 101}
    assert 'interactor.load(HERE / "order.json")' in found["mutants"][2]["test_to_add"]
    assert (found["noticed"], found["survived"], found["score"], found["mistake"]) == (2, 2, 50, "")
    assert (folder / "order.json").read_bytes() == before


def test_tests_in_other_languages_are_shown_a_scenario_and_their_output_only_where_they_fail(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    says = "import os, sys; print('said'); print('told', file=sys.stderr);"
    options = ("--definitions", "order.json", "--max-mutants", "4")
    assert mutated("order.json", *options, "--", sys.executable, "-c", f"{says} exec(open('client.py').read())") == 1
    shown = capfd.readouterr()
    assert "said" not in shown.out + shown.err
    assert "told" not in shown.err
    head, _, rest = shown.out.partition("after take: ask; now done; a scenario tells it:\n")
    assert "not noticed: states.take.logic.code: 100 is 101" in head
    scenario, _ = json.JSONDecoder().raw_decode(rest.lstrip())
    (folder / "found.scenario.json").write_text(json.dumps(scenario))
    with pytest.raises(SystemExit) as ended:
        main(["test", "found.scenario.json", "--definitions", "."])
    assert ended.value.code == 0
    capfd.readouterr()
    assert mutated("order.json", *options, "--", sys.executable, "-c", f"{says} sys.exit(3)") == 2
    shown = capfd.readouterr()
    assert sorted(shown.err.splitlines()[:2]) == ["said", "told"]
    assert "the command fails as it is, with status 3" in shown.err


def test_a_definition_that_the_tests_post_is_replaced_too(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    few = ("--max-mutants", "1", "--format", "json")
    assert mutated("order.json", *few, "--", sys.executable, "client.py", "--post") == 0
    assert [row["outcome"] for row in shown(capsys)["mutants"]] == ["noticed"]


TESTS = """
def test_order(interactor):
    interactor.load("order.json")
    interactor.start("order", {"amount": 5}).assert_completed("done").assert_path("take", "done")
    interactor.start("order", {"amount": 500}).resume(ok=True).assert_path("take", "ask", "done")
"""


def test_pytest_runs_all_of_them_in_one_process(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (folder / "test_order.py").write_text(TESTS + "\ndef test_that_prints():\n    print('printed')\n")
    command = (sys.executable, "-m", "pytest", "-s", "-p", "no:cacheprovider", "-p", "no:hypothesispytest")
    assert mutated("order.json", "--fail-under", "50", "--", *command) == 0
    told = capfd.readouterr().out
    assert told.count("printed") == 1
    place = "order.json:9:13: not noticed: states.take.logic.code"
    assert f"{place}: 100 is 101 in `return {{large: input.amount > 100}}`" in told
    assert '            run = interactor.start("order", {"amount": 101})\n' in told
    assert told.splitlines()[-1] == "order.json: 18 mutants: 13 noticed, 5 not noticed; score 72.2 %"
    (folder / "test_order.py").write_text(TESTS.replace("500", "50"))
    assert mutated("order.json", "--format", "json", "--", *command) == 2
    wrong = capfd.readouterr()
    assert wrong.out == ""
    assert wrong.err.splitlines()[-1] == (
        "interactor-emulator: order.json: there are tests that fail as it is: they would fail with every mutant"
    )


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["nothing.json", "--", "true"], "nothing.json: no such file"),
        (["client.py", "--", "true"], "client.py:"),
        (["order.json", "--", "no-such-command"], "cannot run no-such-command: No such file or directory"),
        (["order.json", "--", "true"], "order.json: the command starts no instance of order as it is in order.json"),
        (
            ["order.json", "--", "false"],
            "order.json: the command fails as it is, with status 1: it would with every mutant",
        ),
        (
            ["order.json", "--", "uv-is-not-here", "run", "pytest"],
            "cannot run uv-is-not-here: No such file or directory",
        ),
        (
            ["order.json", "--", sys.executable, "-m", "pytest", "--no-such"],
            "pytest has ended with status 4, and tried no",
        ),
    ],
)
def test_what_cannot_be_is_one_clear_line(
    folder: Path, capfd: pytest.CaptureFixture[str], arguments: list[str], told: str
) -> None:
    assert mutated(*arguments) == 2
    assert f"interactor-emulator: {told}" in capfd.readouterr().err.splitlines()[-1]


def test_what_waits_for_ever_is_ended_and_has_noticed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    waits = CLIENT.replace("assert", "import time\nwhile not (").replace('"ask"\n', '"ask"): time.sleep(60)\n')
    (folder / "client.py").write_text(waits)
    given = ("--definitions", "order.json", "--max-mutants", "1", "--format", "json")
    assert mutated("order.json", *given, "--", sys.executable, "client.py") == 0
    (row,) = shown(capsys)["mutants"]
    assert (row["outcome"], row["why"]) == ("noticed", "it did not come to its end")
