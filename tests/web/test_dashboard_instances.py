"""Instances on the dashboard: found, looked at as they were at any moment, and answered as a person does."""

import json
import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from interactor_emulator import Emulator, Server

from tests.dashboard_pages import HOSTILE, Dashboard, hostile, links, words
from tests.explore.scenarios import NAME, OBJECT, VALUE
from tests.workflows import action, halt, http, script, terminal, to, workflow

FIELDS: list[dict[str, Any]] = [
    {"name": "title", "type": "string", "label": "Title", "required": True, "placeholder": "What is it?"},
    {"name": "amount", "type": "number", "label": "Amount", "min": 1, "max": 5000, "default": 3},
    {"name": "urgent", "type": "boolean", "label": "Urgent"},
    {"name": "office", "type": "select", "label": "Office", "options": [{"value": "n", "label": "North"}]},
    {"name": "due", "type": "date", "label": "Due", "minDate": "2026-01-01", "maxDate": "2026-12-31"},
    {"name": "quote", "type": "file", "label": "Quote", "accept": ".pdf", "maxSize": 20},
    {"name": "why", "type": "string", "label": "Why", "multiline": True},
]
BUY = workflow(
    "buy",
    {
        "ask": halt(
            to("pick", title="chair"), to("pick", title="desk"), presentation={"type": "form", "fields": FIELDS}
        ),
        "pick": halt(
            to("wait", choice="yes"),
            "ask",
            presentation={
                "type": "choice",
                "message": "Buy ${workflow_data.title}?",
                "options": [
                    {"value": "yes", "label": "Buy it", "description": "at once"},
                    {"value": "no", "label": "Ask again"},
                ],
            },
        ),
        "wait": halt("done", presentation={"type": "message", "message": "Ordered.", "show_progress": True}),
        "done": terminal(),
    },
)
TWO = workflow(
    "two",
    {
        "split": action("join", fork={"legal": "ask_legal", "money": "ask_money"}),
        "ask_legal": halt(to("l", ok=True), presentation={"type": "message", "message": "Legal?"}),
        "ask_money": halt(to("m", ok=True), presentation={"type": "message", "message": "Money?"}),
        "l": terminal(),
        "m": terminal(),
        "join": action("done", join=True),
        "done": terminal(),
    },
)


@pytest.fixture
def dashboard(interactor_server: Server) -> Dashboard:
    return Dashboard(interactor_server.url)


def asked(page: httpx.Response, number: int = 0) -> dict[str, str]:
    """The hidden values of the form of a page's halt."""
    halts = re.findall(r'data-halt="(\w+)"', page.text)
    return {"do": "answer", "halt": halts[number], "person": "1"}


def rows(page: httpx.Response) -> list[str]:
    return re.findall(r'href="[^"]*/dashboard/instances/(inst_\w+)[^"]*">inst_', page.text)


# ---- the list


def test_an_empty_list_says_what_would_be_there(interactor: Emulator, dashboard: Dashboard) -> None:
    assert "There is no instance yet" in words(dashboard.get("instances"))


def test_instances_are_found_by_what_they_are_and_by_a_text(interactor: Emulator, dashboard: Dashboard) -> None:
    for definition in (BUY, TWO):
        interactor.load(definition)
    one = interactor.start("buy", namespace="user_1").resume(title="chair", color="Mauve")
    two = interactor.start("two", namespace="user_2")
    three = interactor.start("buy", namespace="user_2").cancel()
    found = {
        "": [three.id, two.id, one.id],
        "workflow=buy": [three.id, one.id],
        "namespace=user_2": [three.id, two.id],
        "namespace=user_2 status=running": [two.id],
        "text=mauve": [one.id],
        "text=ask_money": [two.id],
        f"text={three.id}": [three.id],
        "status=failed": [],
    }
    for query, ids in found.items():
        page = dashboard.get("instances", **dict(each.split("=") for each in query.split()))
        assert (query, rows(page)) == (query, ids)
    assert "None of the 3 instances is like that" in words(dashboard.get("instances", status="failed"))
    assert "an answer in pick: Buy chair?" in words(dashboard.get("instances"))
    assert "an answer in ask_legal, and 1 more: Legal?" in words(dashboard.get("instances"))


def test_pages_follow_each_other_and_keep_the_filter(interactor: Emulator, dashboard: Dashboard) -> None:
    interactor.load(BUY)
    runs = [interactor.start("buy", namespace="even" if number % 2 == 0 else "odd").id for number in range(250)]
    page, seen = dashboard.get("instances", namespace="odd"), list[str]()
    while True:
        seen += rows(page)
        older = [each for each in links(page) if "before=" in each]
        if not older:
            break
        page = httpx.get(dashboard.url + older[0])
    assert seen == runs[1::2][::-1]
    assert "125" not in words(page)
    assert any(each.endswith("instances?namespace=odd") for each in links(page))


# ---- one, at any moment


def test_every_moment_is_as_it_was(interactor: Emulator, dashboard: Dashboard) -> None:
    interactor.load(BUY)
    run = interactor.start("buy", namespace="user_1")
    interactor.clock.advance(days=3)
    run.resume(title="desk").resume(choice="no").resume(title="chair")
    events = interactor.account.journal.of_instance(run.id)
    answered = next(each for each in events if type(each).__name__ == "Resumed")
    page = dashboard.get(f"instances/{run.id}", at=answered.id)
    assert 'title : "desk" new' in words(page)
    assert "As it was" in words(page)
    assert 'title : "chair"' not in words(page)
    changed_back = [each for each in events if type(each).__name__ == "Resumed"][-1]
    assert 'title : "chair" was "desk"' in words(dashboard.get(f"instances/{run.id}", at=changed_back.id))
    assert "event 1 of" in words(dashboard.get(f"instances/{run.id}", step="1"))
    assert "event 1 of" in words(dashboard.get(f"instances/{run.id}", step="0"))
    assert "As it is now" in words(dashboard.get(f"instances/{run.id}", step="99999"))
    assert dashboard.get(f"instances/{run.id}", at="evt_x").status_code == 404
    assert dashboard.get("instances/inst_x").status_code == 404


def test_why_it_went_there_stands_beside_each_transition(interactor: Emulator, dashboard: Dashboard) -> None:
    interactor.load(BUY)
    run = interactor.start("buy", namespace="user_1").resume(title="desk")
    said = words(dashboard.get(f"instances/{run.id}"))
    assert '✗ does not hold title equals "chair" , saw "desk"' in said
    assert '✓ holds title equals "desk" , saw "desk"' in said


def test_calls_and_their_tries_stand_where_they_were_made(interactor: Emulator, dashboard: Dashboard) -> None:
    call = http(
        "https://erp.example/orders",
        "done",
        method="POST",
        body={"n": "${workflow_data.n}"},
        retry={"attempts": 3, "backoff": "linear"},
    )
    interactor.load(workflow("order", {"begin": script("console.log('begun'); return {n: 7}", "call"), "call": call,
                                       "done": terminal()}))  # fmt: skip
    interactor.stub("https://erp.example/*", respond=[{"status": 503, "json": {"busy": 1}}, {"json": {"order": "o9"}}])
    run = interactor.start("order", namespace="user_1")
    interactor.start("order", namespace="user_2")
    interactor.clock.advance(seconds=5)
    said = words(dashboard.get(f"instances/{run.id}"))
    assert said.count("POST https://erp.example/orders →") == 2
    assert "answered 503; try 2 in 1 s" in said
    assert ("begun" in said, '{"busy":1}' in said, '{"n":7}' in said) == (True, True, True)


def test_bars_are_as_long_as_the_stays_were(interactor: Emulator, dashboard: Dashboard) -> None:
    interactor.load(BUY)
    run = interactor.start("buy", namespace="user_1")
    interactor.clock.advance(days=6)
    run.resume(title="chair")
    interactor.clock.advance(days=2)
    run.resume(choice="yes")
    page = dashboard.get(f"instances/{run.id}")
    found = re.findall(
        r"<title>(\w+)(?:, ([^<]*))?</title><rect x=\"([\d.]+)\" y=\"[\d.]+\" width=\"([\d.]+)\"", page.text
    )
    bars = {name: (span, float(x), float(width)) for name, span, x, width in found}
    assert (bars["ask"][0], bars["pick"][0], bars["wait"][0]) == ("6 d", "2 d", "")
    assert bars["ask"][1] + bars["ask"][2] == pytest.approx(bars["pick"][1])
    assert 2 < bars["ask"][2] / bars["pick"][2] < 3
    assert bars["wait"][1] + bars["wait"][2] <= 1000


def test_what_it_waits_for_beside_people_is_told(interactor: Emulator, dashboard: Dashboard) -> None:
    call = http("https://erp.example/", "done", retry={"attempts": 3, "backoff": "linear"})
    interactor.load(workflow("order", {"call": call, "done": terminal()}))
    interactor.load(TWO)
    interactor.stub("https://erp.example/*", respond={"status": 503})
    said = words(dashboard.get(f"instances/{interactor.start('order', namespace='n').id}"))
    assert "Try 2 of the call in call waits, since GET https://erp.example/ answered 503" in said
    assert "at 2026-01-20 12:00:01 in 1 s" in said
    said = words(dashboard.get(f"instances/{interactor.start('two', namespace='n').id}"))
    assert "thread_main waits at the join join for thread_legal, thread_money" in said


def test_an_instance_in_the_background_goes_on_by_a_button() -> None:
    emulator = Emulator(execution="background", now="2026-01-20T12:00:00Z")
    emulator.load(workflow("slow", {"one": action("two"), "two": action("done"), "done": terminal()}))
    with emulator.serve() as server:
        dashboard = Dashboard(server.url)
        run = emulator.start("slow", namespace="n")
        assert "it goes on when somebody asks" in words(dashboard.get(f"instances/{run.id}"))
        seen = [run.state]
        for _ in range(3):
            dashboard.post(f"instances/{run.id}", do="go_on")
            seen.append(run.state)
        assert seen == ["one", "two", "done", "done"]
        assert "Let it go on" not in words(dashboard.get(f"instances/{run.id}"))


# ---- answers


def test_a_form_is_filled_with_its_defaults_and_sends_what_the_types_say(
    interactor: Emulator, dashboard: Dashboard
) -> None:
    interactor.load(BUY)
    run = interactor.start("buy", namespace="user_1")
    page = dashboard.get(f"instances/{run.id}")
    for part in (
        'type="number" name="field-1"', 'value="3" min="1" max="5000"', 'type="date"', 'min="2026-01-01"',
        'placeholder="What is it?"', 'accept=".pdf"', '<option value="n">North</option>',
    ):  # fmt: skip
        assert part in page.text
    values = {"field-0": "chair", "field-1": "12.5", "field-2": "on", "field-3": "n", "field-4": "2026-02-01",
              "field-6": "a\r\nb"}  # fmt: skip
    answered = dashboard.post(f"instances/{run.id}", **asked(page), **values)
    assert (answered.status_code, answered.headers["location"]) == (303, f"/_emulator/dashboard/instances/{run.id}")
    run.assert_halted("pick").assert_data(
        title="chair", amount=12.5, urgent=True, office="n", due="2026-02-01", why="a\nb"
    )
    assert run.history[0].resumed is not None
    assert run.history[0].resumed.cause.by == "client_dev"
    assert run.history[0].resumed.cause.request_id.startswith("req_")


def test_what_nobody_filled_in_is_not_sent_but_for_a_box(interactor: Emulator, dashboard: Dashboard) -> None:
    interactor.load(BUY)
    run = interactor.start("buy", namespace="user_1")
    values = {"field-0": "chair", "field-1": "3", "field-3": "", "field-4": "", "field-6": ""}
    dashboard.post(f"instances/{run.id}", **asked(dashboard.get(f"instances/{run.id}")), **values)
    assert run.data == {"title": "chair", "amount": 3, "urgent": False}


def test_choices_and_messages_are_answered_by_their_buttons(interactor: Emulator, dashboard: Dashboard) -> None:
    interactor.load(BUY)
    run = interactor.start("buy", namespace="user_1").resume(title="chair")
    page = dashboard.get(f"instances/{run.id}")
    assert "Buy chair?" in words(page)
    assert "Buy it at once Ask again" in words(page)
    dashboard.post(f"instances/{run.id}", **asked(page), option="0")
    run.assert_halted("wait").assert_data(choice="yes")
    page = dashboard.get(f"instances/{run.id}")
    assert "<progress" in page.text
    dashboard.post(f"instances/{run.id}", **asked(page))
    run.assert_completed("done")
    assert "What it waits for" not in words(dashboard.get(f"instances/{run.id}"))


def test_a_key_of_selection_mode_is_a_button(interactor: Emulator, dashboard: Dashboard) -> None:
    ask = {
        "type": "halting",
        "transition_mode": "selection",
        "halting_instructions": {"type": "message", "config": {"title": "Decide", "message": "Now."}},
        "transitions": [
            {"target": "yes", "key": "approve", "description": "Approve it"},
            {"target": "no", "key": "reject", "description": "Reject it"},
        ],
    }
    interactor.load(workflow("pick", {"ask": ask, "yes": terminal(), "no": terminal()}))
    run = interactor.start("pick", namespace="user_1")
    page = dashboard.get(f"instances/{run.id}")
    assert "Decide" in words(page)
    assert "Now." in words(page)
    assert "approve Approve it reject Reject it" in words(page)
    dashboard.post(f"instances/{run.id}", **asked(page), key="1")
    run.assert_completed("no")


def test_each_thread_has_its_form(interactor: Emulator, dashboard: Dashboard) -> None:
    interactor.load(TWO)
    run = interactor.start("two", namespace="user_1")
    page = dashboard.get(f"instances/{run.id}")
    assert "Legal?" in words(page)
    assert "Money?" in words(page)
    dashboard.post(f"instances/{run.id}", **asked(page, 1), as_json="1", json='{"ok": true}')
    assert run.thread("money").status == "completed"
    dashboard.post(f"instances/{run.id}", **asked(page, 0), as_json="1", json='{"ok": true}')
    run.assert_completed("done")


def test_an_answer_that_no_transition_takes_is_told_with_the_reason_and_stays_typed(
    interactor: Emulator, dashboard: Dashboard
) -> None:
    interactor.load(BUY)
    run = interactor.start("buy", namespace="user_1")
    page = dashboard.get(f"instances/{run.id}")
    refused = dashboard.post(f"instances/{run.id}", **asked(page), **{"field-0": "<sofa>", "field-2": "on"})
    assert refused.status_code == 400
    assert "400 invalid_transition" in words(refused)
    assert 'title equals "chair" , saw "<sofa>"' in words(refused)
    assert 'value="&lt;sofa&gt;"' in refused.text
    assert re.search(r'name="field-2" id="[^"]*" checked', refused.text)
    run.assert_halted("ask")


@pytest.mark.parametrize(
    ("text", "said"),
    [("{", "The answer is no JSON"), ("[1]", "must be a JSON object"), ('{"a":' * 200 + "1" + "}" * 200, "no JSON")],
)
def test_json_of_ones_own_that_is_none_is_told_and_stays_typed(
    interactor: Emulator, dashboard: Dashboard, text: str, said: str
) -> None:
    interactor.load(BUY)
    run = interactor.start("buy", namespace="user_1")
    page = dashboard.get(f"instances/{run.id}")
    refused = dashboard.post(f"instances/{run.id}", **asked(page), as_json="1", json=text)
    assert (refused.status_code, said in words(refused), text[:20] in words(refused)) == (400, True, True)


def test_files_are_uploaded_and_those_that_are_refused_lose_nothing(interactor: Emulator, dashboard: Dashboard) -> None:
    interactor.load(BUY)
    run = interactor.start("buy", namespace="user_1")
    address = f"{dashboard.url}/_emulator/dashboard/instances/{run.id}"

    def send(name: str, content: bytes, **values: str) -> httpx.Response:
        form = {"token": dashboard.token(), **asked(dashboard.get(f"instances/{run.id}")), **values}
        return httpx.post(address, data=form, files={"field-5": (name, content, "application/pdf")})

    wrong = send("quote.exe", b"%PDF", **{"field-0": "my chair"})
    assert (wrong.status_code, 'value="my chair"' in wrong.text) == (415, True)
    assert "does not accept application/pdf" in words(wrong)
    large = send("quote.pdf", b"x" * 21, **{"field-0": "my chair"})
    assert (large.status_code, 'value="my chair"' in large.text) == (413, True)
    unfit = send("quote.pdf", b"%PDF-1.7", **{"field-0": "sofa"})
    assert (unfit.status_code, "quote.pdf is uploaded (8 bytes)" in words(unfit)) == (400, True)
    kept = re.search(r'name="field-5-kept" value="(\w+)"', unfit.text)
    assert kept is not None
    again = send("", b"", **{"field-0": "chair", "field-5-kept": kept[1]})
    assert again.status_code == 303
    run.assert_halted("pick").assert_data(quote=kept[1])
    assert [each.content for each in interactor.account.store.files_of(run.id)] == [b"%PDF-1.7"]


def test_an_answer_to_what_is_asked_no_more_is_refused_and_two_people_are_told_what_the_api_tells(
    interactor: Emulator, dashboard: Dashboard
) -> None:
    interactor.load(BUY)
    run = interactor.start("buy", namespace="user_1")
    form = asked(dashboard.get(f"instances/{run.id}"))
    run.resume(title="chair")
    stale = dashboard.post(f"instances/{run.id}", **form, **{"field-0": "desk"})
    assert stale.status_code == 409
    assert "concurrent_modification" in words(stale)
    assert 'value="desk"' in stale.text
    run.assert_halted("pick").assert_data(title="chair")
    two = dashboard.get(f"instances/{run.id}", people="2")
    assert two.text.count("data-halt=") == 2
    run.cancel()
    late = dashboard.post(f"instances/{run.id}", {"people": "2"}, **{**asked(two), "person": "2"}, option="0")
    assert (late.status_code, "400 instance_not_halted" in words(late)) == (400, True)


def test_it_is_cancelled_once(interactor: Emulator, dashboard: Dashboard) -> None:
    interactor.load(BUY)
    run = interactor.start("buy", namespace="user_1")
    assert dashboard.post(f"instances/{run.id}", do="cancel").status_code == 303
    run.assert_cancelled()
    again = dashboard.post(f"instances/{run.id}", do="cancel")
    assert (again.status_code, "instance_not_active" in words(again)) == (400, True)
    assert "Cancel the instance" not in words(dashboard.get(f"instances/{run.id}"))


def test_without_the_token_nothing_is_done(interactor: Emulator, dashboard: Dashboard) -> None:
    interactor.load(BUY)
    run = interactor.start("buy", namespace="user_1")
    form = asked(dashboard.get(f"instances/{run.id}"))
    for values in ({**form, "field-0": "chair"}, {"do": "cancel"}):
        for token in ("", "x", "ü"):
            assert dashboard.post(f"instances/{run.id}", **{"token": token, **values}).status_code == 403
    boundary = {"content-type": "multipart/form-data; boundary=x"}
    address = f"{dashboard.url}/_emulator/dashboard/instances/{run.id}"
    assert httpx.post(address, headers=boundary, content=b"--x--\r\n").status_code == 403
    assert dashboard.post(f"instances/{run.id}", do="nothing").status_code == 400
    assert dashboard.post(f"instances/{run.id}", do="answer", halt="evt_x").status_code == 400
    run.assert_halted("ask")


# ---- whatever stands in it


@pytest.fixture(scope="module")
def anybodys() -> Iterator[tuple[Emulator, Dashboard]]:
    """One emulator for all examples: what was loaded and begun goes with the next one."""
    emulator = Emulator(seed=1, now="2026-01-20T12:00:00Z")
    with emulator.serve() as server:
        yield emulator, Dashboard(server.url)


@settings(max_examples=10)
@given(
    name=NAME.filter(bool),
    other=NAME.filter(bool),
    data=OBJECT,
    value=VALUE,
    type_=st.sampled_from(["string", "select", "date", "number"]),
)
def test_pages_render_whatever_names_and_data_are(
    anybodys: tuple[Emulator, Dashboard], name: str, other: str, data: dict[str, Any], value: Any, type_: str
) -> None:
    emulator, dashboard = anybodys
    emulator.reset()
    name, other = name + HOSTILE, other + "'>"
    field: dict[str, Any] = {"name": name, "type": type_, "label": HOSTILE, "default": "${workflow_data.value}"}
    if type_ == "select":
        field["options"] = [{"value": HOSTILE, "label": HOSTILE}]
    shown = {"type": "form", "title": HOSTILE, "description": "${workflow_data.value}", "fields": [field]}
    states = {
        "start": script("console.log(input.value); return input", name),
        name: halt(to(other, **{name: HOSTILE}), presentation=shown),
        other: halt("end", presentation={"type": "message", "message": HOSTILE}),
        "end": terminal(),
    }
    emulator.load(workflow("w", states))
    run = emulator.start("w", {**data, "value": value, HOSTILE: HOSTILE}, namespace=HOSTILE)
    page = dashboard.get(f"instances/{run.id}")
    pages = [page, dashboard.get("instances", text=HOSTILE), dashboard.get(f"instances/{run.id}", step="2")]
    if run.status == "halted":
        pages.append(dashboard.post(f"instances/{run.id}", **asked(page), **{"field-0": HOSTILE, "json": HOSTILE}))
    pages += [dashboard.get(f"instances/{run.id}/copy", **{"as": kind}) for kind in KINDS]
    assert [each.status_code for each in pages if each.status_code not in (200, 303, 400)] == []
    assert [found for each in pages for found in hostile(each.text)] == []


KINDS = ("scenario", "pytest", "curl", "typescript", "elixir", "definition")
SECRET = "s3cret \"quoted\" & 'apart'"


def test_no_page_of_an_instance_shows_a_secret(interactor: Emulator, dashboard: Dashboard) -> None:
    interactor.secrets["KEY"] = SECRET
    call = http(
        "https://x.example/${secrets.KEY}", "ask", headers={"X-Key": "${secrets.KEY}"}, body={"k": "${secrets.KEY}"}
    )
    states = {
        "begin": script("console.log(secrets.KEY); return {key: secrets.KEY, ...input}", "call"),
        "call": call,
        "ask": halt(to("done", key="x"), presentation={"type": "message", "message": "${workflow_data.key}"}),
        "done": terminal(),
    }
    interactor.load(workflow("hide", states))
    interactor.stub("https://x.example/*", respond={"json": {"echo": SECRET}})
    run = interactor.start("hide", {"given": SECRET}, namespace="user_1")
    pages = [dashboard.get("instances"), *(dashboard.get(f"instances/{run.id}", step=str(at)) for at in range(1, 9))]
    pages.append(dashboard.post(f"instances/{run.id}", **asked(pages[-1]), as_json="1", json=json.dumps({"a": SECRET})))
    for kind in KINDS:
        pages += [dashboard.get(f"instances/{run.id}/copy", **{"as": kind}, **more) for more in ({}, {"save": "1"})]
    for each in pages:
        assert each.status_code in (200, 400)
        assert ("s3cret" in each.text, "quoted" in each.text) == (False, False), each.url
    assert "[REDACTED]" in words(dashboard.get(f"instances/{run.id}"))
