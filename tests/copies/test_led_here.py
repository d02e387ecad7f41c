"""A copy of an instance does the same again: as a scenario, as a test, and as programs against a server."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from interactor_emulator import Emulator, InteractorError, Run, Server
from interactor_emulator.copies.as_tests import as_test
from interactor_emulator.copies.led_here import LedHere, led_here
from interactor_emulator.copies.programs import as_curl, as_elixir, as_typescript
from interactor_emulator.explore.scenarios.playing import differences, play
from interactor_emulator.wire import scenario_file
from interactor_emulator.wire.scenario import Advance, Answer, Cancel
from interactor_fixtures import definition

from tests.clients.bundles import HERE, bundled
from tests.copies.test_as_tests import emulator, passed
from tests.leaving_out import leave_out
from tests.workflows import action, halt, http, script, terminal, to, workflow

STUB = "https://erp.example/orders"
TWO = workflow(
    "two",
    {
        "split": action("join", fork={"legal": "ask", "money": "ask"}),
        "ask": halt(to("l", ok=True)),
        "l": terminal(),
        "join": action("last", join=True),
        "last": halt("done"),
        "done": terminal(),
    },
)
PICK = workflow(
    "pick",
    {
        "ask": {
            "type": "halting",
            "transition_mode": "selection",
            "transitions": [{"target": "yes", "key": "y's"}, {"target": "no", "key": "n"}],
        },
        "yes": halt(
            to("no", choice="on"), presentation={"type": "choice", "options": [{"value": "on", "label": "On"}]}
        ),
        "no": terminal(),
    },
)
CALL = workflow(
    "call",
    {
        "send": http(STUB, "ask", retry={"attempts": 3, "backoff": "linear"}),
        "ask": halt("again"),
        "again": http(STUB, "done", method="GET"),
        "done": terminal(),
    },
)
ODD = workflow("odd", {"$(ask) 'me'": halt('$"end"`${1}`'), '$"end"`${1}`': terminal()})


def approved(interactor: Emulator) -> Run:
    interactor.stub("https://yourapp.com/*", respond={"json": {"notified": True}})
    run = interactor.start("purchase_approval", {"amount": 15_000, "what": "it's"}, namespace="user_1")
    interactor.clock.advance(days=3, seconds=7)
    return run.resume(approved=True, comment="a\nb 'c' \"d\" $HOME").resume(approved=True)


def rejected_after_a_refusal(interactor: Emulator) -> Run:
    interactor.stub("https://yourapp.com/*")
    run = interactor.start("two", namespace="user_1")
    with pytest.raises(InteractorError):
        run.thread("money").resume(ok="no")
    run.thread("money").resume(ok=True)
    run.thread("legal").resume(ok=True)
    return run.resume({})


def chosen(interactor: Emulator) -> Run:
    return interactor.start("pick").choose("y's", note="for now").resume(choice="on")


def retried(interactor: Emulator) -> Run:
    interactor.stub(STUB, respond=[{"status": 503}, {"status": 500, "json": {"a": [1]}}, {"json": {"order": 7}}])
    interactor.stub(STUB, respond={"json": {"order": 8}})
    run = interactor.start("call")
    interactor.clock.advance(seconds=10)
    return run.resume(done=True)


def given_up(interactor: Emulator) -> Run:
    interactor.stub(STUB, respond={"json": ["no object"], "delay_seconds": 100})
    run = interactor.start("call")
    interactor.clock.advance(seconds=10)
    return run


def blocked(interactor: Emulator) -> Run:
    interactor.stub(STUB, respond={"json": {"order": 7}}, times=1)
    run = interactor.start("call")
    with pytest.raises(InteractorError):
        run.resume()
    return run


def forgotten(interactor: Emulator) -> Run:
    run = interactor.start("pick")
    interactor.clock.advance(days=100)
    return run


def cancelled(interactor: Emulator) -> Run:
    return interactor.start("pick", namespace="user_1").cancel()


def waiting(interactor: Emulator) -> Run:
    return interactor.start("odd", {"é\ud800": [1e20, None, True, {"#{x}": "${y}`"}]})


FLOWS: list[tuple[dict[str, Any], Callable[[Emulator], Run]]] = [
    (definition("purchase_approval"), approved),
    (TWO, rejected_after_a_refusal),
    (PICK, chosen),
    (CALL, retried),
    (CALL, given_up),
    (CALL, blocked),
    (PICK, forgotten),
    (PICK, cancelled),
    (ODD, waiting),
]
flows = pytest.mark.parametrize(("source", "went"), FLOWS, ids=[went.__name__ for _, went in FLOWS])


def copied(interactor: Emulator, run: Run) -> LedHere:
    account = interactor.account
    instance = account.store.instances[run.id]
    return led_here(instance, account.journal.of_instance(run.id), account.caller.records)


@flows
def test_as_a_scenario_and_as_a_test_it_goes_the_same_way(
    interactor: Emulator, source: dict[str, Any], went: Callable[[Emulator], Run]
) -> None:
    interactor.load(source)
    run = went(interactor)
    led = copied(interactor, run)
    assert led.notes == ()
    assert (led.scenario.expect.status, led.scenario.expect.path) == (run.status, tuple(run.path))
    read = scenario_file.scenario_of(scenario_file.value_from(led.scenario))
    other = emulator(source)
    assert differences(read.expect, play(other, read)) == []
    assert passed(as_test(led.scenario, source)) == 1


def test_time_that_clicking_takes_is_left_out_unless_something_waited_for_it(interactor: Emulator) -> None:
    interactor.load(PICK)
    run = interactor.start("pick")
    interactor.clock.advance(seconds=59)
    run.choose("y's")
    interactor.clock.advance(minutes=2, seconds=1.5)
    run.resume(choice="on")
    steps = copied(interactor, run).scenario.steps
    assert steps == (
        Answer("ask", {}, "y's"),
        Advance(180),
        Answer("yes", {}, "on"),
    )
    other = interactor.start("pick")
    interactor.clock.advance(days=1, seconds=0.5)
    other.cancel()
    assert copied(interactor, other).scenario.steps == (Advance(86_400), Cancel())


def test_what_is_not_kept_is_told(interactor: Emulator) -> None:
    interactor.load(CALL)
    interactor.stub(STUB, respond={"json": {"order": 7}})
    run = interactor.start("call")
    interactor.account.caller.records.clear()
    assert copied(interactor, run).notes == ("1 of its HTTP calls are not kept any more: no stub answers those.",)
    interactor.load(workflow("picky", {"ask": halt(to("done", ok=True)), "done": terminal()}))
    picky = interactor.start("picky")
    with pytest.raises(InteractorError):
        picky.resume(text="x" * 5_000)
    (note,) = copied(interactor, picky).notes
    assert "is not kept as a whole" in note


def test_an_address_ends_where_a_secret_begins(interactor: Emulator) -> None:
    interactor.secrets["KEY"] = "key-12345"
    interactor.load(workflow("hide", {"send": http("https://x.example/a/${secrets.KEY}/b", "d"), "d": terminal()}))
    interactor.stub("https://x.example/*", respond={"json": {}})
    run = interactor.start("hide")
    account = interactor.account
    instance, happened = account.store.instances[run.id], account.journal.of_instance(run.id)
    led = led_here(instance, happened, account.caller.records, ["key-12345"])
    assert [each["url"] for each in led.scenario.stubs] == ["https://x.example/a/*"]


def test_scripts_decide_of_time_and_chance_and_nobody_expects_what_they_made_of_it(interactor: Emulator) -> None:
    code = "return {...input, at: new Date().toISOString(), by: Math.random()}"
    interactor.load(workflow("chance", {"roll": script(code, "done"), "done": terminal()}))
    interactor.clock.advance(days=400)
    run = interactor.start("chance", {"n": 3})
    assert copied(interactor, run).scenario.expect.data == {"n": 3}


# ---- as programs


def served(server: Server, interactor: Emulator, source: dict[str, Any]) -> str:
    """The address of the server, its emulator being as it was before anything was begun."""
    interactor.reset()
    interactor.load(source)
    return server.url


@flows
def test_as_a_program_it_comes_to_the_same(
    interactor: Emulator,
    interactor_server: Server,
    source: dict[str, Any],
    went: Callable[[Emulator], Run],
    tmp_path: Path,
) -> None:
    if shutil.which("curl") is None:
        leave_out("no curl here", "install it")
    interactor.load(source)
    run = went(interactor)
    status, state, path = run.status, run.state, run.path
    scenario = copied(interactor, run).scenario
    origin = served(interactor_server, interactor, source)
    program = tmp_path / "copy.sh"
    program.write_text(as_curl(scenario, origin, "default"), "utf-8")
    ended = subprocess.run(["sh", program], capture_output=True, text=True, check=False)
    (again,) = interactor.runs
    assert (again.status, again.state, again.path) == (status, state, path), ended.stderr
    if '"' not in state:
        assert (ended.returncode, ended.stderr) == (0, "")
        assert ended.stdout.splitlines()[-1] == f"{status} in {state}"


@flows
def test_as_typescript_it_comes_to_the_same(
    interactor: Emulator,
    interactor_server: Server,
    source: dict[str, Any],
    went: Callable[[Emulator], Run],
    tmp_path: Path,
) -> None:
    interactor.load(source)
    run = went(interactor)
    status, state, path = run.status, run.state, run.path
    scenario = copied(interactor, run).scenario
    origin = served(interactor_server, interactor, source)
    (tmp_path / "copy.mts").write_text(as_typescript(scenario, origin, "default"), "utf-8")
    bundle = bundled(str(tmp_path / "copy.mts"), tmp_path)
    ended = subprocess.run(["node", bundle], capture_output=True, text=True, check=False, cwd=HERE)
    assert (ended.returncode, ended.stderr) == (0, "")
    (again,) = interactor.runs
    assert (again.status, again.state, again.path) == (status, state, path)
    assert ended.stdout.splitlines()[-1] == f"{status} in {state}"


@flows
def test_as_elixir_it_has_all_requests(
    interactor: Emulator, source: dict[str, Any], went: Callable[[Emulator], Run]
) -> None:
    interactor.load(source)
    scenario = copied(interactor, went(interactor)).scenario
    text = as_elixir(scenario, "http://127.0.0.1:1", "other")
    assert text.count("Again.call(:post, ") == 2 + len(scenario.stubs) + len(scenario.steps)
    assert '{"x-emulator-account", "other"}' in text
