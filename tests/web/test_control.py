"""The control API: for whoever runs the tests, without tokens, on loopback only."""

from typing import Any

import httpx
import pytest
from interactor_emulator import Emulator

from tests.workflows import http, script, terminal, workflow


@pytest.fixture
def control(interactor_server: Any) -> Any:
    """A client of the control API."""
    with httpx.Client(base_url=f"{interactor_server.url}/_emulator") as client:
        yield client


@pytest.mark.parametrize(
    ("host", "status"),
    [("127.0.0.1:8787", 200), ("localhost", 200), ("[::1]:80", 200), ("evil.com", 403), ("127.0.0.1.evil.com", 403)],
)
def test_only_loopback_names_are_answered(control: httpx.Client, host: str, status: int) -> None:
    assert control.get("/health", headers={"Host": host}).status_code == status


def test_a_change_needs_the_json_content_type(control: httpx.Client) -> None:
    assert control.post("/reset", content=b"{}", headers={"Content-Type": "text/plain"}).status_code == 415
    assert control.post("/reset", headers={"Content-Type": "text/plain"}).status_code == 415
    assert control.post("/reset").json() == {}
    assert control.post("/reset", json={}).json() == {}


def test_an_unknown_path_is_not_found(control: httpx.Client) -> None:
    assert control.get("/nope").json()["error"]["code"] == "not_found"
    assert control.delete("/health").status_code == 404


def test_the_clock_is_shown_set_and_advanced(control: httpx.Client) -> None:
    assert control.get("/clock").json() == {"now": "2026-01-20T12:00:00Z", "frozen": True}
    assert control.post("/clock/advance", json={"seconds": 90}).json() == {"now": "2026-01-20T12:01:30Z", "fired": []}
    assert control.post("/clock/advance", json={"to": "2026-01-21T00:00:00Z"}).json()["now"] == "2026-01-21T00:00:00Z"
    assert control.put("/clock", json={"now": "2026-02-01T00:00:00+01:00"}).json()["now"] == "2026-01-31T23:00:00Z"
    assert control.put("/clock", json={"frozen": False}).json()["frozen"] is False


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"seconds": -1},
        {"seconds": True},
        {"seconds": "5"},
        {"seconds": 1, "to": "2027-01-01T00:00:00Z"},
        {"to": "2026-01-20T11:59:59Z"},
        {"to": "soon"},
        {"seconds": 1e15},
        {"seconds": 1e308},
        {"seconds": 10**12},
    ],
)
def test_time_never_moves_backwards_nor_by_nonsense(control: httpx.Client, body: dict[str, Any]) -> None:
    answer = control.post("/clock/advance", json=body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "validation_error")
    assert control.get("/clock").json()["now"] == "2026-01-20T12:00:00Z"


def test_what_fell_due_is_listed_in_its_order(control: httpx.Client, interactor: Emulator, approval: Any) -> None:
    first = interactor.start("approval", namespace="n")
    interactor.clock.advance(hours=1)
    second = interactor.start("approval", namespace="n")
    fired = control.post("/clock/advance", json={"seconds": 91 * 86400}).json()["fired"]
    assert fired == [
        {"at": "2026-04-20T12:00:00Z", "kind": "instance_ttl", "subject": first.id},
        {"at": "2026-04-20T13:00:00Z", "kind": "instance_ttl", "subject": second.id},
    ]


def test_reset_empties_the_account_and_may_keep_workflows(
    control: httpx.Client, interactor_client: httpx.Client, instance: str
) -> None:
    control.post("/reset", json={"keep": ["workflows"]})
    assert interactor_client.get(instance).status_code == 404
    assert len(interactor_client.get("/workflows").json()["data"]["workflows"]) == 1
    control.post("/reset", json={})
    assert interactor_client.get("/workflows").json()["data"]["workflows"] == []
    assert control.post("/reset", json={"keep": ["everything"]}).status_code == 400


@pytest.mark.parametrize(
    "body", [{"scopes": ["admin"]}, {"scopes": "x"}, {"expires_in": 0}, {"expires_in": True}, {"namespaces": [1]}]
)
def test_a_token_that_cannot_be_is_refused(control: httpx.Client, body: dict[str, Any]) -> None:
    assert control.post("/tokens", json=body).status_code == 400


def test_values_of_secrets_are_never_shown(
    control: httpx.Client, interactor: Emulator, interactor_client: httpx.Client
) -> None:
    assert control.put("/secrets", json={"API_KEY": "hunter22"}).json() == {"names": ["API_KEY"]}
    control.post("/stubs", json={"url": "https://api.example.com/*", "respond": {"status": 500, "json": "hunter22"}})
    url, headers = "https://api.example.com/?key=${secrets.API_KEY}", {"Authorization": "Bearer ${secrets.API_KEY}"}
    states = {
        "talk": script("console.log(secrets.API_KEY); return {}", "call"),
        "call": http(url, "end", headers=headers),
        "end": terminal(),
    }
    interactor.load(workflow("leak", states))
    failed = interactor_client.post("/workflows/leak/instances", json={"namespace": "n"})
    shown = interactor_client.get(f"/workflows/instances/{failed.json()['error']['details']['instance_id']}")
    texts = [failed.text, shown.text, control.get("/requests").text, control.get("/diagnostics").text]
    assert all("hunter22" not in text for text in texts)
    assert "[REDACTED]" in shown.json()["data"]["history"][0]["logs"]
    assert "Bearer [REDACTED]" in texts[2]


def test_a_secret_in_the_data_is_noticed(control: httpx.Client, interactor: Emulator) -> None:
    control.put("/secrets", json={"API_KEY": "hunter22"})
    interactor.load(workflow("leak", {"a": script("return { key: secrets.API_KEY }", "b"), "b": terminal()}))
    interactor.start("leak", namespace="n").assert_data(key="hunter22")
    assert "secret_in_output" in control.get("/diagnostics").text


def test_an_explanation_shows_every_clause(control: httpx.Client, instance: str, interactor: Emulator) -> None:
    path = instance.removeprefix("/workflows")
    run = interactor.run(instance.rsplit("/", 1)[1])
    with pytest.raises(Exception, match="does not match any transition"):
        run.resume(ok="yes")
    run.resume(ok=True)
    refused, taken = control.get(f"{path}/explain").json()["decisions"]
    assert (refused["state"], refused["taken"], taken["taken"]) == ("await_answer", None, "done")
    (clause,) = refused["considered"][0]["clauses"]
    assert (clause["field"], clause["operator"], clause["wanted"], clause["seen"]) == ("ok", "equals", True, "yes")


def test_accounts_share_nothing(control: httpx.Client, interactor_server: Any, instance: str) -> None:
    made = control.post("/accounts", json={"name": "other", "seed": 5, "now": "2030-01-01T00:00:00Z"}).json()
    headers = {"Authorization": f"Bearer {made['access_token']}"}
    with httpx.Client(base_url=interactor_server.api_url, headers=headers) as client:
        assert client.get("/workflows").json()["data"]["workflows"] == []
        assert client.get(instance).status_code == 404
    assert control.get("/clock", headers={"X-Emulator-Account": "other"}).json()["now"] == "2030-01-01T00:00:00Z"
    assert control.get("/clock").json()["now"] == "2026-01-20T12:00:00Z"
    credentials = {name: made[name] for name in ("client_id", "client_secret")}
    answer = httpx.post(
        f"{interactor_server.auth_url}/oauth/token", json={"grant_type": "client_credentials", **credentials}
    )
    assert answer.status_code == 200
    assert control.post("/accounts", json={"name": "other"}).status_code == 400
    assert control.request("DELETE", "/accounts/other", json={}).status_code == 200
    assert httpx.get(f"{interactor_server.api_url}/workflows", headers=headers).status_code == 401
    assert control.get("/clock", headers={"X-Emulator-Account": "other"}).status_code == 404
