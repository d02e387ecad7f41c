"""Settings on the dashboard: accounts, clients, tokens, secrets, variants, snapshots, reset; and metrics."""

import json
import re
from collections.abc import Iterator
from html import unescape

import httpx
import pytest
from interactor_emulator import Emulator, Server
from interactor_emulator.variants import VARIANTS
from interactor_emulator.web.dashboard.variant_words import MEANINGS

from tests.dashboard_pages import HOSTILE, Dashboard, hostile, words
from tests.workflows import halt, script, terminal, workflow

ASK = workflow("ask", {"ask": halt("end"), "end": terminal()})


@pytest.fixture
def server(interactor: Emulator) -> Iterator[Server]:
    with interactor.serve() as server:
        yield server


@pytest.fixture
def dashboard(server: Server) -> Dashboard:
    return Dashboard(server.url)


def shown_once(page: httpx.Response) -> str:
    """What was made."""
    found = re.search(r'class="panel made".*?<pre[^>]*>(.*?)</pre>', page.text, re.DOTALL)
    assert found is not None
    return unescape(found[1])


def test_an_account_is_made_forked_and_deleted(interactor: Emulator, dashboard: Dashboard) -> None:
    made = dashboard.post("settings", do="account", name="team", seed="7", now="2026-02-01T00:00:00Z", frozen="yes")
    assert made.headers["location"] == "/_emulator/dashboard/settings?account=team"
    team = Dashboard(dashboard.url, "team")
    assert "2026-02-01 00:00:00" in team.get("time").text
    account = interactor.accounts.get("team")
    assert account is not None
    assert (account.ids.seed, account.clock.frozen) == (7, True)
    team.post("", do="example")
    team.post("settings", do="fork", name="copy")
    assert "1 halted" in " ".join(words(Dashboard(dashboard.url, "copy").get("workflows")).split())
    asked = team.post("settings", do="delete")
    assert "1 workflows, 1 instances" in words(asked)
    team.post("settings", do="delete", sure="yes")
    assert interactor.accounts.names() == ["default", "copy"]
    assert team.get("settings").status_code == 404
    assert dashboard.post("settings", do="delete", sure="yes").status_code == 400


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"do": "account", "name": "default"}, "exists"),
        ({"do": "account", "name": "a b"}, "letters, digits"),
        ({"do": "account", "seed": "x"}, "seed is a whole number"),
        ({"do": "account", "now": "noon"}, "ISO 8601"),
        ({"do": "fork", "name": "default"}, "exists"),
        ({"do": "client", "client_id": "", "client_secret": "x"}, "needs an id and a secret"),
        ({"do": "token", "expires_in": "-1"}, "positive whole number"),
        ({"do": "token", "expires_in": "soon"}, "whole number"),
        ({"do": "secret", "name": "", "value": ""}, "needs a name and a value"),
        ({"do": "variants", "answers": "long"}, "variant answers is short or whole"),
        ({"do": "nothing"}, "nothing to do"),
    ],
)
def test_what_cannot_be_done_is_told(
    interactor: Emulator, dashboard: Dashboard, form: dict[str, str], said: str
) -> None:
    refused = dashboard.post("settings", **form)
    assert refused.status_code == 400
    assert said in words(refused)
    assert interactor.accounts.names() == ["default"]


def test_a_token_is_shown_once_and_does_what_was_ticked(server: Server, dashboard: Dashboard) -> None:
    form = {"do": "token", "scope:workflows:read": "yes", "namespaces": "user_1, user_2", "expires_in": "60"}
    token = shown_once(dashboard.post("settings", **form))
    asked = {"Authorization": f"Bearer {token}"}
    assert httpx.get(f"{server.api_url}/workflows", headers=asked).status_code == 200
    created = httpx.post(f"{server.api_url}/workflows", headers=asked, json={})
    assert created.status_code == 403
    assert token not in dashboard.get("settings").text


def test_a_client_may_ask_for_tokens_until_it_is_removed(server: Server, dashboard: Dashboard) -> None:
    form = {"do": "client", "client_id": "app", "client_secret": "its secret", "scope:workflows:read": "yes"}
    assert shown_once(dashboard.post("settings", **form)) == "its secret"
    grant = {"grant_type": "client_credentials", "client_id": "app", "client_secret": "its secret"}
    assert httpx.post(f"{server.url}/oauth/token", data=grant).json()["scope"] == "workflows:read"
    dashboard.post("settings", do="remove-client", client_id="app")
    assert httpx.post(f"{server.url}/oauth/token", data=grant).status_code == 401


def test_a_secret_is_set_and_never_shown_however_it_is_written(interactor: Emulator, dashboard: Dashboard) -> None:
    secret = "k\"e<y & 'more'"
    dashboard.post("settings", do="secret", name="API_KEY", value=secret)
    assert interactor.secrets["API_KEY"] == secret
    interactor.load(workflow("tells", {"ask": halt("end"), "end": terminal()}))
    interactor.start("tells", input={"note": secret}, namespace="user_1")
    for path in ("settings", "", "workflows/tells/start"):
        page = dashboard.get(path, input=json.dumps({"note": secret}))
        assert "REDACTED" in page.text or path == "settings"
        assert secret not in unescape(page.text)
        assert json.dumps(secret)[1:-1] not in unescape(page.text)
        assert "API_KEY" in page.text or path != "settings"
    dashboard.post("settings", do="remove-secret", name="API_KEY")
    assert dict(interactor.secrets) == {}


def test_a_secret_that_is_a_word_of_html_takes_no_page_apart(interactor: Emulator, dashboard: Dashboard) -> None:
    for number, word in enumerate(("value", "token", "form", "class", "main")):
        interactor.secrets[f"S{number}"] = word
    assert dashboard.post("", do="example").status_code == 303
    assert "[REDACTED]" in words(dashboard.post("settings", do="value"))


def test_variants_are_changed_and_all_of_them_are_explained(interactor: Emulator, dashboard: Dashboard) -> None:
    dashboard.post("settings", do="variants", answers="whole", lists="bare")
    assert (interactor.variants.answers, interactor.variants.lists) == ("whole", "bare")
    assert dashboard.get("settings").text.count('class="badge">changed') == 2
    assert {name: tuple(values) for name, (_, values) in MEANINGS.items()} == VARIANTS


def test_a_snapshot_is_saved_and_put_back(interactor: Emulator, dashboard: Dashboard) -> None:
    interactor.load(ASK)
    run = interactor.start("ask")
    saved = dashboard.get("settings/snapshot")
    assert 'filename="default.snapshot.json"' in saved.headers["content-disposition"]
    interactor.reset()
    url = f"{dashboard.url}/_emulator/dashboard/settings/snapshot"
    put = httpx.post(url, data={"token": dashboard.token()}, files={"snapshot": ("a.json", saved.content)})
    assert put.status_code == 303
    interactor.run(run.id).assert_halted("ask")
    refused = httpx.post(url, data={"token": dashboard.token()}, files={"snapshot": ("a.json", b"{}")})
    assert (refused.status_code, "format" in words(refused)) == (400, True)
    assert "Choose the file" in words(dashboard.post("settings/snapshot"))
    interactor.run(run.id).assert_halted("ask")


def test_a_reset_asks_first_and_keeps_what_was_ticked(interactor: Emulator, dashboard: Dashboard) -> None:
    interactor.load(ASK)
    interactor.start("ask")
    form = {"do": "reset", "keep:workflows": "yes"}
    asked = dashboard.post("settings", **form)
    assert "1 workflows, 1 instances" in words(asked)
    assert "Kept are workflows." in words(asked)
    assert len(interactor.runs) == 1
    dashboard.post("settings", **form, sure="yes")
    assert (len(interactor.runs), list(interactor.account.store.workflows)) == (0, ["ask"])


def test_metrics_are_charts_with_their_numbers_beneath(interactor: Emulator, dashboard: Dashboard) -> None:
    assert "Nothing was measured yet" in words(dashboard.get("metrics"))
    interactor.load(workflow("quick", {HOSTILE: script("return {}", "end"), "end": terminal()}))
    interactor.start("quick")
    page = dashboard.get("metrics")
    assert re.search(r"quick 1 .*As a table Workflow Count quick 1", words(page))
    assert page.text.count('<svg class="chart"') == 4  # of durations of HTTP calls and of failures there are none
    assert list(hostile(page.text)) == []
    assert "workflow_instance_created_total" in dashboard.get("metrics.txt").text


def test_names_stay_texts(interactor: Emulator, dashboard: Dashboard) -> None:
    dashboard.post("settings", do="client", client_id=HOSTILE, client_secret="x", namespaces=HOSTILE)
    dashboard.post("settings", do="secret", name=HOSTILE, value="value")
    assert list(hostile(dashboard.get("settings").text)) == []
    assert list(hostile(dashboard.post("settings", do=HOSTILE).text)) == []


def test_no_form_works_without_its_token(interactor: Emulator, dashboard: Dashboard) -> None:
    for path in ("settings", "", "create-workflow", "settings/snapshot"):
        assert dashboard.post(path, token="0" * 32, do="example").status_code == 403
    assert interactor.runs == []
