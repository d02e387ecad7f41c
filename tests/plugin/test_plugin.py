"""The plugin, as projects use it."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.workflows import terminal, workflow

HALTS = """
WAITS = {"name": "waits", "initial_state": "ask", "states": {
    "ask": {"type": "halting", "transitions": [{"target": "end"}]}, "end": {"type": "terminal"}}}
"""


def test_the_plugin_loads_nothing_of_ours_nor_of_the_servers() -> None:
    heavy = "starlette uvicorn quickjs _quickjs hypothesis respx httpx interactor_emulator"
    code = f"import sys, pytest_interactor.plugin; print([name for name in {heavy.split()} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_the_fixtures_work_in_any_order_over_workers_and_leave_nothing(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        HALTS
        + """
import subprocess, sys, threading
import pytest

@pytest.mark.parametrize("number", range(6))
def test_in_process(interactor, number):
    interactor.load(WAITS)
    assert interactor.start("waits").resume(n=number).assert_completed("end").data == {"n": number}

@pytest.mark.parametrize("number", range(6))
def test_over_http(interactor, interactor_client, number):
    assert interactor_client.get("/workflows").json() == {"data": {"workflows": []}}
    interactor.load(WAITS)
    interactor.clock.advance(hours=5)
    assert interactor_client.post("/workflows/waits/instances", json={"namespace": "n"}).status_code == 201

def test_a_script(interactor):
    interactor.load({"name": "s", "initial_state": "a", "states": {"b": {"type": "terminal"}, "a": {
        "type": "action", "logic": {"type": "script", "code": "return {x: 1}"}, "transitions": [{"target": "b"}]}}})
    interactor.start("s").assert_data(x=1)
"""
    )
    pytester.makeconftest(
        """
import os, threading
from pathlib import Path
import pytest

def _children():
    # The command lines of the children of this process, as Linux shows them.
    for process in Path("/proc").glob("[0-9]*"):
        try:
            parent = (process / "stat").read_text().rsplit(")", 1)[1].split()[1]
            if int(parent) == os.getpid():
                yield (process / "cmdline").read_text()
        except OSError:
            continue

@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config):
    left = [line for line in _children() if "worker.py" in line]
    ours = [thread.name for thread in threading.enumerate() if "interactor" in thread.name]
    print(f"left over: {left + ours}")
"""
    )
    for options in (["-p", "no:randomly", "-p", "no:xdist"], ["-n", "2"]):
        result = pytester.runpytest_subprocess("-s", *options)
        result.assert_outcomes(passed=13)
        if "-n" not in options:
            result.stdout.fnmatch_lines(["*left over: []*"])


def test_the_marker_says_how_the_emulator_is_made(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
import pytest

pytestmark = pytest.mark.interactor(seed=5)

@pytest.mark.interactor(now="2030-01-01T00:00:00Z", frozen=False, limits={"instances_per_namespace": 1})
def test_marked(interactor):
    assert interactor.clock.now.year == 2030
    assert not interactor.clock.frozen
    assert interactor.account.limits.instances_per_namespace == 1
    assert interactor.account.settings.seed == 5

def test_unmarked(interactor):
    assert interactor.clock.now.isoformat() == "2026-01-20T12:00:00+00:00"
"""
    )
    pytester.runpytest_subprocess("--strict-markers").assert_outcomes(passed=2)


def test_the_marker_sets_faults_which_a_reset_brings_back(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
import pytest

FLOW = {"name": "quick", "initial_state": "end", "states": {"end": {"type": "terminal"}}}
COMPLETED = "workflow.instance.completed"

pytestmark = pytest.mark.interactor(faults=[{"effect": "duplicate", "event": COMPLETED, "times": 1}])

def completed(interactor, interactor_inbox):
    interactor.load(FLOW)
    interactor.start("quick")
    return len([each for each in interactor_inbox.received if each.event == COMPLETED])

def test_marked(interactor, interactor_inbox):
    assert completed(interactor, interactor_inbox) == 2
    interactor.reset()
    assert completed(interactor, interactor_inbox) == 2

@pytest.mark.interactor(faults="bad_signature", seed=3)
def test_one(interactor):
    assert [each.effect for each in interactor.faults] == ["bad_signature"]
    interactor.reset(keep=["workflows"])
    assert [each.effect for each in interactor.faults] == ["bad_signature"]

@pytest.mark.interactor(faults=["delay", {"effect": "reorder"}])
def test_several(interactor):
    assert [each.effect for each in interactor.faults] == ["delay", "reorder"]

@pytest.mark.interactor(faults=[])
def test_none(interactor):
    assert list(interactor.faults) == []
"""
    )
    pytester.runpytest_subprocess("--strict-markers").assert_outcomes(passed=4)


@pytest.mark.parametrize("way", ["ini", "option"])
def test_definitions_are_found_by_name_in_the_folders_that_are_set(pytester: pytest.Pytester, way: str) -> None:
    folder = pytester.mkdir("my flows")
    (folder / "waits.json").write_text(json.dumps(workflow("waits", {"end": terminal()})))
    pytester.makepyfile(
        """
import pytest

@pytest.mark.interactor(workflow="waits")
def test_marked(interactor):
    interactor.start("waits").assert_completed("end")

def test_loaded(interactor):
    interactor.load("waits")
"""
    )
    if way == "ini":
        pytester.makeini('[pytest]\ninteractor_definitions = "my flows"\n')
        options = []
    else:
        options = ["--interactor-definitions", "my flows"]
    pytester.runpytest_subprocess(*options).assert_outcomes(passed=2)


WRONG_CALLS = """
import asyncio
import pytest

@pytest.fixture(autouse=True)
def waits(interactor):
    interactor.load(WAITS)

def test_assertion(interactor):
    interactor.start("waits").assert_completed("end")
def test_thread(interactor):
    interactor.start("waits").thread("main").assert_path("end")
def test_unknown(interactor):
    interactor.start("wiats")
def test_input(interactor):
    interactor.start("waits", [1])
def test_over(interactor):
    interactor.start("waits").resume().cancel()
def test_time(interactor):
    interactor.clock.advance_to("2020-01-01")
def test_fault(interactor):
    interactor.faults.webhook("duplciate")
def test_subscription(interactor):
    interactor.webhooks.subscribe("http://127.0.0.1:1", secret="short")
def test_inbox(interactor_inbox):
    interactor_inbox.assert_delivered("workflow.instance.halted")
def test_file(interactor):
    interactor.load("nowhere.json")
def test_awaited(interactor):
    async def work():
        run = await interactor.aio.start("waits")
        await run.resume([1])
    asyncio.run(work())
"""


def test_a_failure_shows_no_frame_of_ours(pytester: pytest.Pytester) -> None:
    """Neither of an assertion nor of a call that is refused, in a thread neither."""
    pytester.makepyfile(HALTS + WRONG_CALLS)
    result = pytester.runpytest_subprocess("-p", "no:randomly", "-p", "no:xdist")
    result.assert_outcomes(failed=11)
    output = result.stdout.str()
    assert "expected it to be completed in end, but it is halted in ask" in output
    places = [line.split(":")[0] for line in result.outlines if re.match(r"\S+\.py:\d+: ", line)]
    assert {Path(place).name for place in places if "asyncio" not in place} == {f"{pytester.path.name[:-1]}.py"}
    whole = pytester.runpytest_subprocess("-p", "no:randomly", "--full-trace", "-k", "test_input").stdout.str()
    assert "facade/access.py" in whole


def test_a_fault_of_the_emulator_shows_where_it_is(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        HALTS
        + """
def test_broken(interactor, monkeypatch):
    interactor.load(WAITS)
    monkeypatch.setattr("interactor_emulator.services.instances.create_once", lambda *given: 1 / 0)
    interactor.start("waits")
"""
    )
    assert "facade/access.py" in pytester.runpytest_subprocess("-p", "no:randomly").stdout.str()
