"""Nothing that a client sends grows without a bound, and what is large keeps nobody else waiting."""

from pathlib import Path
from typing import Any

import httpx
import pytest
from interactor_emulator import Emulator, InvalidTransition, bounds
from interactor_emulator.limits import MB
from interactor_emulator.services import grants

from tests.workflows import action, halt, http, script, terminal, to, workflow

URL = "https://x.example/q"


def large(first: dict[str, Any], kilobytes: int = 250) -> dict[str, Any]:
    """A workflow whose data has a text of this size when it comes to its first state."""
    fill = script(f"return {{x: 'x'.repeat({kilobytes * 1024})}}", "first")
    return workflow("w", {"fill": fill, "first": first, "end": terminal()})


def repeated(count: int) -> dict[str, Any]:
    return {"type": "form", "fields": [{"name": f"f{n}", "type": "string", "label": "${workflow_data.x}"} for n in range(count)]}  # fmt: skip  # noqa: E501


@pytest.mark.parametrize(
    ("presentation", "halts"),
    [
        (repeated(4), True),
        (repeated(5), False),
        ({"type": "message", "message": "${workflow_data.x}" * 4}, True),
        ({"type": "message", "message": "${workflow_data.x}" * 3_000}, False),
        ({"type": "message", "message": "m", "extra": ["${workflow_data.x}"] * 3_000}, False),
        ({"type": "message", "message": "m", "extra": ["${workflow_data}"] * 5}, False),
    ],
)
def test_what_is_rendered_for_a_person_has_at_most_a_megabyte(
    interactor: Emulator, presentation: dict[str, Any], halts: bool
) -> None:
    interactor.load(large(halt("end", presentation=presentation)))
    run = interactor.start("w", namespace="n")
    if halts:
        run.assert_halted("first")
    else:
        run.assert_failed(code="internal_error", state="first")
        assert run.failure is not None
        assert "its templates come to more than" in run.failure.message


def test_so_has_an_instruction(interactor: Emulator) -> None:
    instructions = {"instruction": "${workflow_data.x}" * 5, "include_data": []}
    interactor.load(large({**halt("end"), "halting_instructions": instructions}))
    interactor.start("w", namespace="n").assert_failed(code="internal_error", state="first")


@pytest.mark.parametrize(
    "members",
    [
        {"body": {"all": ["${workflow_data.x}"] * 5}},
        {"headers": {"X-All": "${workflow_data.x}" * 5}},
        {"url": URL + "?q=" + "${workflow_data.x}" * 5},
    ],
    ids=["body", "headers", "url"],
)
def test_so_has_a_request(interactor: Emulator, members: dict[str, Any]) -> None:
    call = {"type": "http", "method": "POST", "url": URL, "retry": {"attempts": 3, "backoff": "linear"}, **members}
    route = interactor.http.route(host="x.example").respond(200, json={})
    interactor.load(large({"type": "action", "logic": call, "transitions": [{"target": "end"}]}))
    interactor.start("w", namespace="n").assert_failed(code="http_error", state="first")
    assert not route.called


def test_of_a_refused_answer_its_size_and_its_beginning_are_kept(interactor: Emulator) -> None:
    interactor.load(workflow("w", {"ask": halt(to("end", ok="yes")), "end": terminal()}))
    run = interactor.start("w", namespace="n")
    for number in range(60):
        with pytest.raises(InvalidTransition):
            run.resume(ok="n" * 50_000, number=number)
    events = interactor.account.journal.of_instance(run.id)
    refused = [event for event in events if type(event).__name__ == "ResumeRefused"]
    assert len(refused) == 20
    assert all(event.input_bytes > 50_000 and len(event.input_begins) == 1024 for event in refused)  # type: ignore[attr-defined]
    decisions = run.decisions()
    assert len(decisions) == 20
    clause = decisions[-1].considered[0].clauses[0]
    assert (clause.holds, clause.present, len(str(clause.seen))) == (False, True, 1024)
    run.resume(ok="yes").assert_completed("end")
    pages = [decision.taken for decision in run.decisions()]
    assert pages == [None] * 20 + ["end"]


def test_a_page_of_the_history_ends_where_its_events_have_eight_megabytes(
    interactor: Emulator, interactor_client: httpx.Client
) -> None:
    turn = script("return {n: workflow_data.n + 1, x: String(workflow_data.n % 10).repeat(240000)}")
    turn["transitions"] = [{"target": "end", "condition": {"field": "n", "operator": "gte", "value": 60}}, {"target": "turn"}]  # fmt: skip  # noqa: E501
    interactor.load(workflow("w", {"start": script("return {n: 0}", "turn"), "turn": turn, "end": terminal()}))
    run = interactor.start("w", namespace="n").assert_completed("end")
    path, cursor = f"/workflows/instances/{run.id}/history?limit=1000&include_data=true", ""
    seen: list[str] = []
    pages = 0
    while pages == 0 or cursor:
        page = interactor_client.get(path + (f"&cursor={cursor}" if cursor else ""))
        assert len(page.content) < 9.5 * MB
        seen += [event["id"] for event in page.json()["data"]["events"]]
        cursor = page.json()["data"]["pagination"]["next_cursor"] or ""
        pages += 1
    assert pages > 2
    assert len(seen) == len(set(seen)) == 124


@pytest.mark.parametrize(("levels", "status"), [(98, 200), (99, 400), (5_000, 400)])
def test_a_body_is_judged_by_its_depth_not_by_its_texts(
    interactor_client: httpx.Client, levels: int, status: int
) -> None:
    text = '{"a": ["[[[[{", ' + "[" * levels + '"]]}\\"]]}"' + "]" * levels + "]}"
    answer = interactor_client.post("/workflows/validate", content=text, headers={"Content-Type": "application/json"})
    assert answer.status_code == status


def test_a_step_that_goes_deep_fails_its_instance_and_no_more(interactor: Emulator) -> None:
    deep = ".".join(["a"] * 1_200)
    first = script("return {x: 1}", "end")
    first["logic"]["output"] = deep
    interactor.load(workflow("deep", {"first": first, "end": terminal()}))
    interactor.start("deep", namespace="n").assert_failed(code="script_error", state="first")


@pytest.mark.parametrize("path", ["items." + "1" * 5_000, "a." * 5_000 + "a", "items.-1", "items.1e3", "items.١"])
def test_a_path_that_leads_nowhere_is_a_missing_value(interactor: Emulator, path: str) -> None:
    fill = script("return {items: [1, 2, 3]}", "first")
    condition = {"field": path, "operator": "equals", "value": None}
    first = action({"target": "ask", "condition": condition})
    ask = halt("end", presentation={"type": "message", "message": "<${workflow_data." + path + "}>"})
    interactor.load(workflow("w", {"fill": fill, "first": first, "ask": ask, "end": terminal()}))
    run = interactor.start("w", namespace="n").assert_halted("ask")
    assert run.presentation == {"type": "message", "message": "<>"}


def test_the_answer_of_a_failed_step_is_kept_under_its_key(
    interactor: Emulator, interactor_client: httpx.Client
) -> None:
    interactor.load(workflow("w", {"call": http("https://x.example/${input.id}", "end"), "end": terminal()}))
    answers = [
        interactor_client.post(
            "/workflows/w/instances",
            json={"namespace": "n", "input": {"id": ".."}},
            headers={"Idempotency-Key": "k"},
        )
        for _ in range(2)
    ]
    assert [each.status_code for each in answers] == [500, 500]
    assert answers[0].content == answers[1].content
    assert len(interactor.runs) == 1


def test_a_long_key_is_a_key_like_another(interactor: Emulator, interactor_client: httpx.Client) -> None:
    interactor.load(workflow("w", {"ask": halt("end"), "end": terminal()}))

    def create(key: str) -> str:
        made = interactor_client.post(
            "/workflows/w/instances", json={"namespace": "n"}, headers={"Idempotency-Key": key}
        )
        return str(made.json()["data"]["id"])

    for first, other in (("k" * 200, "k" * 199), ("k" * 201, "k" * 202), ("k" * 20_000, "k" * 19_999 + "l")):
        assert create(first) == create(first) != create(other)


def test_so_many_refresh_tokens_are_kept_the_latest(interactor: Emulator) -> None:
    account = interactor.account
    issued = [
        grants.client_credentials(account, "client_dev", "secret_dev", None).refresh_token
        for _ in range(bounds.REFRESH_TOKENS.most + 1)
    ]
    assert issued[-1] is not None
    assert len(account.grants) == bounds.REFRESH_TOKENS.most
    with pytest.raises(grants.OAuthError):
        grants.refresh(account, "client_dev", str(issued[0]))
    assert grants.refresh(account, "client_dev", issued[-1]).refresh_token


@pytest.mark.unmeasured
@pytest.mark.interactor(limits={"webhook_events_per_minute": 10_000})
def test_so_many_dead_letters_are_kept_the_latest(interactor: Emulator) -> None:
    interactor.load(workflow("w", {"end": terminal()}))
    interactor.webhooks.subscribe("https://not-allowed.example/", events=["workflow.instance.created"])
    runs = [interactor.start("w", namespace="n") for _ in range(bounds.DEAD_LETTERS.most + 2)]
    dead = interactor.webhooks.dead_letters
    assert [each.instance_id for each in dead] == [run.id for run in runs[2:]]


def test_what_an_explanation_shows_is_cut(interactor: Emulator, interactor_client: httpx.Client) -> None:
    condition = {"or": [{"field": name, "operator": "equals", "value": "w" * 2_000} for name in ("text", "list")]}  # fmt: skip  # noqa: E501
    turn = script("return {n: workflow_data.n + 1}")
    turn["transitions"] = [{"target": "end", "condition": condition}, {"target": "turn", "condition": {"field": "n", "operator": "lt", "value": 60}}, {"target": "end"}]  # fmt: skip  # noqa: E501
    fill = script("return {n: 0, text: 'x'.repeat(120000), list: ['y'.repeat(100000)]}", "turn")
    interactor.load(workflow("w", {"fill": fill, "turn": turn, "end": terminal()}))
    run = interactor.start("w", namespace="n").assert_completed("end")
    answer = httpx.get(f"{str(interactor_client.base_url).partition('/api')[0]}/_emulator/instances/{run.id}/explain")
    assert len(answer.content) < 1 * MB
    seen = answer.json()["decisions"][-1]["considered"][0]["clauses"]
    assert [(len(each["seen"]), len(each["wanted"])) for each in seen] == [(1024, 1024)] * 2
    assert run.decisions()[-1].considered[0].clauses[1].seen == '["' + "y" * 1022


def test_over_http_the_latest_decisions_are_told(interactor: Emulator, interactor_client: httpx.Client) -> None:
    never = {"and": [{"field": "n", "operator": "equals", "value": -1}] * 99}
    turn = script("return {n: (workflow_data.n || 0) + 1}")
    turn["transitions"] = [{"target": "end", "condition": {"field": "n", "operator": "gte", "value": 120}}, {"target": "end", "condition": never}, {"target": "turn"}]  # fmt: skip  # noqa: E501
    interactor.load(workflow("w", {"turn": turn, "end": terminal()}))
    run = interactor.start("w", namespace="n").assert_completed("end")
    answer = httpx.get(f"{str(interactor_client.base_url).partition('/api')[0]}/_emulator/instances/{run.id}/explain")
    told = answer.json()["decisions"]
    assert len(run.decisions()) == 120
    assert (len(told), told[-1]["taken"]) == (bounds.EXPLAINED.most // 101 + 1, "end")


def acknowledged(_environ: Any, start_response: Any) -> list[bytes]:
    start_response("204 No Content", [])
    return []


def test_of_large_bodies_the_latest_are_kept_and_shown(interactor: Emulator, interactor_server: Any) -> None:
    call = {"type": "http", "method": "POST", "url": URL, "body": {"all": ["${workflow_data.x}"] * 4}}
    interactor.http.route(host="x.example").respond(200, json={})
    interactor.load(large({"type": "action", "logic": call, "transitions": [{"target": "end"}]}))
    interactor.webhooks.subscribe(acknowledged)
    ids = [interactor.start("w", namespace="n").id for _ in range(90)]
    records = list(interactor.account.caller.records)
    assert (
        sum(record.size for record in records)
        <= bounds.SENT_BYTES.most
        < sum(r.size for r in records) + records[0].size
    )
    deliveries = interactor.account.outbox.deliveries.values()
    assert sum(each.size for each in deliveries) <= bounds.DELIVERED_BYTES.most
    assert len(deliveries) < 180
    for path, members in (("requests", "requests"), ("deliveries", "deliveries")):
        answer = httpx.get(f"{interactor_server.url}/_emulator/{path}")
        assert len(answer.content) < 1.5 * bounds.SHOWN.most
        assert answer.json()[members]
    assert answer.json()["deliveries"][-1]["instance_id"] == ids[-1]


# Where each bound is tested at its edge.
TESTED = {
    "HEAD": "tests/web/test_hardening.py",
    "BODY": "tests/test_numbers.py",
    "SNAPSHOT": "tests/snapshots/test_control_calls.py",
    "OAUTH_BODY": "tests/test_numbers.py",
    "KEY": "tests/test_bounds.py",
    "CONTROL_FAULTS": "tests/web/test_control_refusals.py",
    "SCENARIO": "tests/explore/test_scenario_files.py",
    "SCENARIO_STEPS": "tests/explore/test_scenario_files.py",
    "PROOFS": "tests/definition/test_lint.py",
    "ERRORS": "tests/definition/test_errors.py",
    "PAGE": "tests/test_bounds.py",
    "SHOWN": "tests/test_bounds.py",
    "EXPLAINED": "tests/test_bounds.py",
    "STREAMS": "tests/web/test_stream.py",
    "CALL_DELAY": "tests/web/test_faults_on_calls.py",
    "FOLLOWERS": "tests/web/test_events.py",
    "RENDERED": "tests/engine/test_templates.py",
    "HTTP_ANSWER": "tests/web/test_large_answers.py",
    "NOTICES": "tests/web/test_mistaken_requests.py",
    "NOTICE": "tests/web/test_mistaken_requests.py",
    "NOTICES_OF_REQUEST": "tests/web/test_mistaken_requests.py",
    "REFUSED": "tests/test_bounds.py",
    "VALUE": "tests/test_bounds.py",
    "HAPPENINGS": "tests/web/test_events.py",
    "HAPPENING": "tests/web/test_events.py",
    "EXCHANGES": "tests/web/test_dashboard_requests.py",
    "EXCHANGED": "tests/web/test_dashboard_requests.py",
    "FIRED": "tests/web/test_dashboard_time.py",
    "SENT": "tests/test_numbers.py",
    "SENT_BYTES": "tests/test_bounds.py",
    "DELIVERED_BYTES": "tests/test_bounds.py",
    "DEAD_LETTERS": "tests/test_bounds.py",
    "TRIALS": "tests/web/test_dashboard_webhooks.py",
    "FAULTS": "tests/web/test_faults_on_calls.py",
    "STUBS": "tests/web/test_stubs.py",
    "SECRETS": "tests/test_redaction.py",
    "SECRET": "tests/test_redaction.py",
    "FORMER_SECRETS": "tests/test_redaction.py",
    "REFRESH_TOKENS": "tests/test_bounds.py",
    "KNOWN_TOKENS": "tests/web/test_access.py",
}


def test_every_bound_is_tested_at_its_edge() -> None:
    assert list(TESTED) == list(bounds.BOUNDS)
    assert all((Path(__file__).parent.parent / file).is_file() for file in TESTED.values())
