"""Workflows on the dashboard: made, published, looked at, started."""

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from interactor_emulator import Emulator, Server

from tests.dashboard_pages import HOSTILE, Dashboard, hostile, links, words
from tests.workflows import halt, script, terminal, to, workflow

LEAVE = workflow(
    "leave",
    {
        "check": script("return { long: input.days > 10 }", to("ask", long=True), "granted"),
        "ask": halt(to("granted", approved=True), "refused"),
        "granted": terminal(),
        "refused": terminal(),
    },
)


@pytest.fixture
def dashboard(interactor_server: Server) -> Dashboard:
    return Dashboard(interactor_server.url)


def test_a_workflow_is_made_published_and_started_from_its_pages(interactor: Emulator, dashboard: Dashboard) -> None:
    assert "There is no workflow yet" in words(dashboard.get("workflows"))
    made = dashboard.post("create-workflow", definition=json.dumps(LEAVE))
    assert (made.status_code, made.headers["location"]) == (303, "/_emulator/dashboard/workflows/leave")
    assert "nobody can start it until it is published" in words(dashboard.get("workflows/leave"))
    version = interactor.account.store.workflows["leave"].versions[0].id
    published = dashboard.post("workflows/leave", {"version": version}, do="publish")
    assert published.status_code == 303
    assert "runs new instances" in words(dashboard.get("workflows/leave"))
    started = dashboard.post("workflows/leave/start", input='{"days": 11}', namespace="user_1")
    run = interactor.run(started.headers["location"].rsplit("/", 1)[1])
    run.assert_halted("ask")
    assert "1 halted" in words(dashboard.get("workflows"))


def test_the_form_to_start_begins_with_what_the_definition_reads(interactor: Emulator, dashboard: Dashboard) -> None:
    interactor.load(LEAVE)
    page = dashboard.get("workflows/leave/start")
    assert '"days": 1' in words(page)
    given = dashboard.get("workflows/leave/start", input='{"days":30}')
    assert '"days": 30' in words(given)


def test_an_input_that_is_no_json_is_told_with_its_place(interactor: Emulator, dashboard: Dashboard) -> None:
    interactor.load(LEAVE)
    refused = dashboard.post("workflows/leave/start", input='{\n  "days": }')
    assert refused.status_code == 400
    assert "Line 2, column 11" in words(refused)
    assert '"days": }' in words(refused)  # what was written is still there
    assert "JSON object" in words(dashboard.post("workflows/leave/start", input="[1]"))
    assert interactor.runs == []


@pytest.mark.parametrize("path", ["create-workflow", "workflows/leave/version"])
def test_errors_of_a_definition_stand_at_their_places(interactor: Emulator, dashboard: Dashboard, path: str) -> None:
    interactor.load(LEAVE)
    wrong = json.dumps({**LEAVE, "initial_state": "nowhere"}, indent=2)
    refused = dashboard.post(path, definition=wrong.replace("\n", "\r\n"))
    assert refused.status_code == 400
    assert "line 3, column 20, at initial_state" in words(refused)
    assert "not valid JSON" in words(dashboard.post(path, definition='{"name":'))
    assert [len(each.versions) for each in interactor.account.store.workflows.values()] == [1]


def test_a_name_that_is_taken_is_refused_and_a_further_version_is_not(
    interactor: Emulator, dashboard: Dashboard
) -> None:
    interactor.load(LEAVE)
    assert "already exists" in words(dashboard.post("create-workflow", definition=json.dumps(LEAVE)))
    assert dashboard.post("workflows/leave/version", definition=json.dumps(LEAVE), publish="yes").status_code == 303
    store = interactor.account.store.workflows["leave"]
    assert store.published is store.versions[1]
    assert "published before" in words(dashboard.get("workflows/leave"))


def test_coverage_counts_what_this_version_took(interactor: Emulator, dashboard: Dashboard) -> None:
    interactor.load(LEAVE)
    assert "No instance of this version has run yet" in words(dashboard.get("workflows/leave", tab="coverage"))
    interactor.start("leave", input={"days": 1})
    page = dashboard.get("workflows/leave", tab="coverage")
    assert "States: 2 of 4" in words(page)
    assert "Transitions: 1 of 4" in words(page)
    assert 'class="state action visited"' in page.text
    assert "<style" not in page.text


def test_a_warning_is_shown_with_its_line(interactor: Emulator, dashboard: Dashboard) -> None:
    interactor.load(
        workflow("odd", {"go": script("return {}", "end", nonsense=1), "end": terminal(), "lost": halt("end")})
    )
    said = words(dashboard.get("workflows/odd", tab="warnings"))
    assert "unreachable_state" in said
    assert "at states.lost" in said
    assert words(dashboard.get("workflows")).count("2") >= 1


def test_scenarios_are_searched_for_beside_the_server(interactor: Emulator, dashboard: Dashboard) -> None:
    interactor.load(LEAVE)
    assert dashboard.post("workflows/leave", {"tab": "scenarios"}, do="explore").status_code == 303
    while "Searching:" in (page := dashboard.get("workflows/leave", tab="scenarios")).text:
        assert "data-poll" in page.text
    assert "check → ask → refused" in words(page)
    starts = [parse_qs(urlsplit(each).query)["input"][0] for each in links(page) if "/start?" in each]
    assert all(isinstance(json.loads(each), dict) for each in starts)
    assert len(starts) > 2
    file = dashboard.get("workflows/leave/scenarios/1")
    assert file.json()["workflow"] == "leave"
    assert 'filename="leave-001.scenario.json"' in file.headers["content-disposition"]
    assert dashboard.get("workflows/leave/scenarios/99").status_code == 404


TABS = ("picture", "warnings", "definition", "coverage", "scenarios")


@pytest.mark.parametrize("tab", TABS)
def test_names_and_texts_of_a_definition_stay_texts(interactor: Emulator, dashboard: Dashboard, tab: str) -> None:
    definition: dict[str, Any] = workflow(
        "odd",
        {
            HOSTILE: halt(to("\ud800", **{HOSTILE: HOSTILE}), presentation={"type": "message", "message": HOSTILE}),
            "\ud800": terminal(description=HOSTILE),
        },
    )
    interactor.load(definition)
    interactor.start("odd", input={HOSTILE: HOSTILE})
    page = dashboard.get("workflows/odd", tab=tab)
    assert page.status_code == 200
    assert list(hostile(page.text)) == []


def test_what_there_is_not_is_told(interactor: Emulator, dashboard: Dashboard) -> None:
    interactor.load(LEAVE)
    for path, query in (
        ("workflows/nobody", {}),
        ("workflows/leave", {"version": "v_x"}),
        ("workflows/leave", {"tab": "x"}),
        ("workflows/nobody/start", {}),
        ("workflows/nobody/version", {}),
    ):
        assert dashboard.get(path, **query).status_code == 404


def test_many_workflows_are_shown_in_pages_and_found_by_name(interactor: Emulator, dashboard: Dashboard) -> None:
    for number in range(30):
        interactor.load(workflow(f"flow_{number}", {"end": terminal()}))
    first = dashboard.get("workflows")
    assert "flow_29" in words(first)
    assert "flow_4" not in words(first)
    assert "/_emulator/dashboard/workflows?page=2" in links(first)
    second = dashboard.get("workflows", page="2")
    assert ("flow_4" in words(second), "flow_5" in words(second)) == (True, False)
    found = dashboard.get("workflows", text="W_7")
    assert ("flow_7" in words(found), "flow_8" in words(found)) == (True, False)
    assert "No workflow has “x”" in words(dashboard.get("workflows", text="x"))
