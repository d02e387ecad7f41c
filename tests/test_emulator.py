"""The emulator in a test's hand: loading, time, threads, and assertions whose failures explain."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from interactor_emulator import (
    DefinitionNotFound,
    Emulator,
    InstanceNotActive,
    InstanceNotFound,
    InvalidTransition,
    InvalidWorkflow,
    Run,
    ScriptError,
    WorkflowNotFound,
)
from interactor_fixtures import definition

from tests.workflows import action, halt, http, script, terminal, to, workflow

DEFINITIONS = Path(__file__).parent.parent / "fixtures" / "interactor_fixtures" / "definitions"


@pytest.fixture
def halted(interactor: Emulator) -> Run:
    """A purchase of 15,000 that waits for the manager."""
    interactor.load(definition("purchase_approval"))
    interactor.http.post("https://yourapp.com/api/notifications").respond(200)
    return interactor.start("purchase_approval", {"amount": 15000}, namespace="user_1")


def test_a_definition_is_loaded_by_path_object_or_name() -> None:
    emulator = Emulator(definitions=[DEFINITIONS])
    ids = [
        emulator.load(DEFINITIONS / "approval_workflow.json"),
        emulator.load(str(DEFINITIONS / "approval_workflow.json")),
        emulator.load(definition("approval_workflow")),
        emulator.load("approval_workflow"),
    ]
    assert len(set(ids)) == 4
    assert emulator.start("approval_workflow", {"id": "r", "amount": 1}).status == "halted"


@pytest.mark.parametrize(
    ("content", "message"),
    [("{", r":1:2: not valid JSON"), ("[]", "a definition is a JSON object"), ('{\n "a": }', r":2:7: not valid JSON")],
)
def test_a_file_that_holds_no_definition_is_named_with_the_place(tmp_path: Path, content: str, message: str) -> None:
    file = tmp_path / "broken.json"
    file.write_text(content)
    with pytest.raises(ValueError, match=message) as raised:
        Emulator().load(file)
    assert str(file) in str(raised.value)


def test_what_cannot_be_loaded_says_why() -> None:
    with pytest.raises(DefinitionNotFound, match=r"looked for nope, elsewhere/nope\.json"):
        Emulator(definitions=["elsewhere"]).load("nope")
    with pytest.raises(InvalidWorkflow, match="Target state 'b' does not exist") as raised:
        Emulator().load(workflow("w", {"a": action("b")}))
    assert "states.a.transitions[0].target" in str(raised.value)
    with pytest.raises(WorkflowNotFound):
        Emulator().start("nope")
    with pytest.raises(InstanceNotFound):
        Emulator().run("inst_nope")
    with pytest.raises(ValueError, match="unknown limit 'instances'"):
        Emulator(limits={"instances": 3})
    with pytest.raises(ValueError, match=r"route 'yourapp\.com'"):
        Emulator(routes={"yourapp.com": "http://127.0.0.1:3000"})


def test_a_given_time_stands_until_it_is_moved() -> None:
    emulator = Emulator(now="2026-01-20T12:00:00Z")
    assert emulator.clock.frozen
    assert emulator.clock.now == datetime(2026, 1, 20, 12, tzinfo=UTC)
    emulator.clock.advance(days=1, hours=2, minutes=3, seconds=4.5)
    assert emulator.clock.now.isoformat() == "2026-01-21T14:03:04.500000+00:00"
    emulator.clock.advance_to(datetime(2026, 2, 1, tzinfo=UTC))
    with pytest.raises(ValueError, match="never moves backwards"):
        emulator.clock.advance_to("2026-01-31T00:00:00Z")
    assert not Emulator(now="2026-01-20T12:00:00Z", frozen=False).clock.frozen


def test_a_person_answers_and_the_run_shows_all_of_it(halted: Run) -> None:
    halted.assert_halted("manager_approval").resume({"approved": True}, comment="fine")
    halted.assert_halted("vp_approval").resume(approved=True)
    halted.assert_completed("complete").assert_path("submit", ..., "vp_approval", ..., "complete")
    halted.assert_visited("approved", "submit").assert_not_visited("rejected")
    halted.assert_data(approved=True, comment="fine", amount=15000.0)
    assert halted.threads == {"thread_main": "complete"}
    assert [visit.state for visit in halted.history] == halted.path
    assert halted.presentation is None


def test_errors_are_those_of_the_api(interactor: Emulator, halted: Run) -> None:
    halted.cancel().assert_cancelled(reason="requested")
    with pytest.raises(InstanceNotActive):
        halted.cancel()
    states = {"ask": halt(to("run", ok=True)), "run": script("\nreturn input.none.x", "end"), "end": terminal()}
    interactor.load(workflow("fails", states))
    run = interactor.start("fails")
    with pytest.raises(InvalidTransition, match="does not match any transition of state 'ask'"):
        run.resume(ok=False)
    with pytest.raises(ScriptError) as raised:
        run.resume(ok=True)
    assert isinstance(raised.value.details, dict)
    assert (raised.value.details["state"], raised.value.details["line"]) == ("run", 2)
    run.assert_failed(code="script_error", state="run")


WRONG: list[tuple[str, Callable[[Run], object], list[str]]] = [
    (
        "state",
        lambda run: run.assert_halted("vp_approval"),
        [
            "expected it to be halted in vp_approval, but it is halted in manager_approval",
            "amount lte 10000, saw 15000",
        ],
    ),
    ("typo", lambda run: run.assert_halted("manager_aproval"), ["no such state; did you mean manager_approval?"]),
    ("status", lambda run: run.assert_completed(), ["expected it to be completed, but it is halted"]),
    (
        "path",
        lambda run: run.assert_path("submit", "auto_approved"),
        ["> auto_approved  manager_approval", "✗ auto_approved: amount lte 1000, saw 15000 ✗"],
    ),
    ("longer", lambda run: run.assert_path("submit", "manager_approval", "complete"), ["> complete          (end)"]),
    ("visited", lambda run: run.assert_visited("complete"), ["expected it to visit complete, but it took submit →"]),
    ("not visited", lambda run: run.assert_not_visited("submit"), ["expected it not to visit submit"]),
    ("not visited typo", lambda run: run.assert_not_visited("sumbit"), ["sumbit is no state", "did you mean submit?"]),
    ("data", lambda run: run.assert_data(amount=1), ["amount: expected 1, found 15000"]),
    (
        "data typo",
        lambda run: run.assert_data(ammount=1),
        ["ammount: expected 1, but it is not there; did you mean amount?"],
    ),
    ("cancelled", lambda run: run.assert_cancelled(), ["expected it to be cancelled, but it is halted"]),
    ("failed", lambda run: run.assert_failed(code="script_error"), ["expected it to be failed"]),
]


@pytest.mark.parametrize(("wrong", "texts"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG])
def test_a_wrong_assertion_says_what_happened_and_why(
    halted: Run, wrong: Callable[[Run], object], texts: list[str]
) -> None:
    with pytest.raises(AssertionError) as raised:
        wrong(halted)
    for text in texts:
        assert text in str(raised.value)


def test_it_can_be_used_from_many_threads_and_while_its_server_answers(interactor: Emulator) -> None:
    interactor.load(definition("approval_workflow"))
    headers = {"Authorization": f"Bearer {interactor.token()}"}
    with interactor.serve() as server, httpx.Client(base_url=server.api_url, headers=headers) as client:

        def one(number: int) -> str:
            input_ = {"id": f"req_{number}", "amount": number}
            if number % 2:
                run = interactor.start("approval_workflow", input_, namespace="user_1")
            else:
                body = {"namespace": "user_1", "input": input_}
                run = interactor.run(
                    client.post("/workflows/approval_workflow/instances", json=body).json()["data"]["id"]
                )
            return run.resume(approved=True).assert_completed("approved").assert_data(request_id=f"req_{number}").id

        with ThreadPoolExecutor(8) as pool:
            ids = list(pool.map(one, range(60)))
    assert len(set(ids)) == 60
    assert {run.id for run in interactor.runs} == set(ids)


def test_it_can_be_used_inside_a_running_loop(interactor: Emulator) -> None:
    interactor.load(definition("approval_workflow"))

    async def inside() -> None:
        run = interactor.start("approval_workflow", {"id": "r", "amount": 1})
        run.assert_halted("await_approval").resume(approved=False).assert_completed("rejected")

    asyncio.run(inside())


def test_reset_gives_a_new_account_with_the_same_seed(interactor: Emulator) -> None:
    made = []
    for _ in range(2):
        interactor.load(definition("approval_workflow"))
        made.append(interactor.start("approval_workflow", {"id": "r", "amount": 1}).id)
        interactor.clock.advance(days=1)
        interactor.reset()
        assert interactor.runs == []
    assert made[0] == made[1]


def test_what_a_test_changes_later_does_not_change_the_instance(interactor: Emulator) -> None:
    source = definition("approval_workflow")
    interactor.load(source)
    source["states"]["await_approval"]["presentation"]["title"] = "changed"
    run = interactor.start("approval_workflow", {"id": "r", "amount": 1})
    assert run.presentation is not None
    assert run.presentation["title"] == "Approval Required"
    answer: dict[str, Any] = {"approved": False, "list": (1, 2)}
    run.resume(answer)
    answer["list"] = None
    run.assert_data(list=[1, 2])


def test_what_is_no_json_is_refused_before_anything_happens(interactor: Emulator) -> None:
    interactor.load(definition("approval_workflow"))
    for wrong in (float("nan"), datetime.now(UTC), {1, 2}):
        with pytest.raises(ValueError, match="input is not JSON"):
            interactor.start("approval_workflow", {"id": wrong})
    assert interactor.runs == []


def test_a_reset_leaves_what_keep_names(interactor: Emulator) -> None:
    interactor.load(DEFINITIONS_OF_RESET)
    interactor.secrets["K"] = "value"
    route = interactor.http.get("https://x.example/").respond(200)
    interactor.reset(keep=["workflows", "secrets", "stubs"])
    assert interactor.secrets == {"K": "value"}
    assert list(interactor.http.routes) == [route]
    interactor.start("kept").assert_halted("ask")
    with pytest.raises(ValueError, match="keep may name workflows, clients, secrets, stubs, not 'workflow'"):
        interactor.reset(keep=["workflow"])


DEFINITIONS_OF_RESET = workflow("kept", {"ask": halt("end"), "end": terminal()})


def test_handles_that_were_taken_before_a_reset_stay_connected(interactor: Emulator) -> None:
    inbox, router, heard = interactor.webhooks.inbox, interactor.http, []

    def receiver(environ: dict[str, str], start: Any) -> list[bytes]:
        heard.append(environ["HTTP_X_INTERACTOR_EVENT"])
        start("200 OK", [])
        return []

    subscription = interactor.webhooks.subscribe(receiver)
    first = subscription.id
    inbox.fail_next(5)
    for _ in range(2):
        interactor.reset()
        heard.clear()
        call = http("https://x.example/", "ask")
        interactor.load(workflow("w", {"call": call, "ask": halt("end"), "end": terminal()}))
        router.get("https://x.example/").respond(200, json={"n": 1})
        interactor.start("w").assert_halted("ask").assert_data(n=1)
        inbox.assert_delivered("workflow.instance.halted", n=1)
        assert heard == ["workflow.instance.created", "workflow.instance.halted"]
        assert len(interactor.account.outbox.subscriptions) == 2
    interactor.webhooks.unsubscribe(subscription)
    interactor.reset()
    assert len(interactor.account.outbox.subscriptions) == 1
    assert first
