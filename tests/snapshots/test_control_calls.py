"""Snapshots and forks over the control API."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from interactor_emulator import Emulator, bounds

from tests.snapshots.rich import WORKFLOWS, fill
from tests.workflows import halt, http, script, terminal, workflow

JSON = {"Content-Type": "application/json"}
ASK = workflow("w", {"ask": halt("end"), "end": terminal()})


@pytest.fixture
def control(interactor_server: Any) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"{interactor_server.url}/_emulator", timeout=30) as client:
        yield client


def _api(control: httpx.Client, token: str) -> httpx.Client:
    base = str(control.base_url).removesuffix("/_emulator/")
    return httpx.Client(base_url=f"{base}/api/v1", headers={"Authorization": f"Bearer {token}"}, timeout=30)


def _everything(api: httpx.Client) -> list[bytes]:
    """What every GET of the API answers."""
    ids = [each["id"] for each in api.get("/workflows/instances?limit=1000").json()["data"]["instances"]]
    rest = ("", "/history?include_data=true", "/threads")
    paths = ["/workflows", "/workflows/instances", "/webhooks", "/workflows/ask/versions"]
    paths += [f"/workflows/instances/{each}{path}" for each in ids for path in rest]
    return [api.get(path).content for path in paths]


def test_what_was_kept_is_put_back_byte_for_byte(interactor: Emulator, control: httpx.Client) -> None:
    for each in WORKFLOWS:
        interactor.load(each)
    fill(interactor)
    interactor.clients.pop("app")
    kept = control.get("/snapshot")
    assert kept.headers["content-type"] == "application/json; charset=utf-8"
    token = control.post("/tokens", json={"expires_in": 10**9}).json()["access_token"]
    with _api(control, token) as api:
        before, due = _everything(api), interactor.next_due
        assert len(before) > 20
        interactor.clock.advance(days=100)
        interactor.start("ask", {})
        assert _everything(api) != before
        assert control.put("/snapshot", content=kept.content, headers=JSON).json() == {}
        assert _everything(api) == before
        assert interactor.next_due == due
    assert control.get("/snapshot").json()["generators"]["tokens"] == kept.json()["generators"]["tokens"]


def test_a_fork_has_credentials_of_its_own_and_goes_its_own_way(interactor: Emulator, control: httpx.Client) -> None:
    interactor.load(ASK)
    interactor.secrets["KEY"] = "a-secret-of-the-test"
    run = interactor.start("w", namespace="n")
    control.post("/stubs", json={"url": "https://x.example/*", "respond": {"json": {"ok": True}}})
    made = control.post("/accounts/default/fork", json={"name": "copy"})
    assert made.status_code == 201
    assert {**made.json(), "access_token": ""} == {
        "name": "copy",
        "client_id": "client_copy",
        "client_secret": "secret_copy",
        "access_token": "",
    }
    of_copy = {"X-Emulator-Account": "copy"}
    assert control.get("/secrets", headers=of_copy).json() == {"names": ["KEY"]}
    assert [each["url"] for each in control.get("/stubs", headers=of_copy).json()["stubs"]] == ["https://x.example/*"]
    with _api(control, made.json()["access_token"]) as api:
        assert api.post(f"/workflows/instances/{run.id}/resume", json={"input": {}}).status_code == 200
        assert api.get(f"/workflows/instances/{run.id}").json()["data"]["status"] == "completed"
    run.assert_halted("ask").resume()
    credentials = {"client_id": "client_copy", "client_secret": "secret_copy", "grant_type": "client_credentials"}
    base = str(control.base_url).removesuffix("/_emulator/")
    assert httpx.post(f"{base}/oauth/token", json=credentials).status_code == 200
    again = control.post("/accounts/copy/fork").json()
    assert again["name"] == "account_2"
    control.post("/reset", headers=of_copy)
    assert control.get("/snapshot", headers=of_copy).json().get("instances") is None
    assert len(control.get("/snapshot", headers={"X-Emulator-Account": "account_2"}).json()["instances"]) == 1


def test_a_fork_is_refused_a_name_that_it_cannot_have(interactor: Emulator, control: httpx.Client) -> None:
    assert control.post("/accounts/nope/fork").status_code == 404
    for name in ("default", "a b"):
        assert control.post("/accounts/default/fork", json={"name": name}).status_code == 400
    assert control.post("/accounts/default/fork", json={"seed": 1}).status_code == 400


def test_clients_of_another_account_stay_there(interactor: Emulator, control: httpx.Client) -> None:
    control.post("/clients", json={"client_id": "app", "client_secret": "app-secret"})
    kept = control.get("/snapshot").content
    other = control.post("/accounts", json={"name": "other"}).json()
    of_other = {"X-Emulator-Account": "other"}
    assert control.put("/snapshot", content=kept, headers={**JSON, **of_other}).status_code == 200
    known = [each["client_id"] for each in control.get("/clients", headers=of_other).json()["clients"]]
    assert known == [other["client_id"]]
    with _api(control, other["access_token"]) as api:
        assert api.get("/workflows").status_code == 200


_NO_FORMAT = "this is no snapshot: it has no number of a format; serve --snapshot and GET /_emulator/snapshot write one"


@pytest.mark.parametrize(
    ("body", "field", "message"),
    [
        (b"", "body", "not valid JSON: Expecting value (line 1, column 1)"),
        (b"{}", "format", _NO_FORMAT),
        (b"[]", "body", "a snapshot is a JSON object"),
        (b"{", "body", "not valid JSON: Expecting property name enclosed in double quotes (line 1, column 2)"),
        (b'{"format": 1, "now_ms": NaN}', "body", "not valid JSON: NaN is no JSON value"),
        (b'{"format": 1, "x": ' + b"[" * 300 + b"]" * 300 + b"}", "body", "nested more than 250 levels deep"),
        (b'{"format": 2, "written_by": "a later one"}', "format", "format 2, written by a later one, and this emulator reads format 1"),  # noqa: E501
        (b'{"format": 0}', "format", "format 0, and this emulator reads format 1"),
        (b'{"format": "1"}', "format", _NO_FORMAT),
        (b'{"format": 1}', "now_ms", "now_ms is required"),
        (b'{"format": 1, "instance": []}', "instance", "unknown: instance; did you mean instances?"),
    ],
)  # fmt: skip
def test_what_is_no_snapshot_is_refused(
    interactor: Emulator, control: httpx.Client, body: bytes, field: str, message: str
) -> None:
    interactor.load(ASK)
    before = control.get("/snapshot").json()
    answer = control.put("/snapshot", content=body, headers=JSON)
    assert answer.status_code == 400
    assert answer.json()["error"]["details"] == [{"field": field, "message": message}]
    # Which the account has answered itself, with a request's id of its own.
    assert control.get("/snapshot").json() == {**before, "generators": control.get("/snapshot").json()["generators"]}


def test_it_has_a_bound_of_its_own(interactor: Emulator, control: httpx.Client) -> None:
    kept = control.get("/snapshot").content
    most = bounds.SNAPSHOT.most
    assert control.put("/snapshot", content=kept + b" " * (most - len(kept)), headers=JSON).status_code == 200
    assert control.put("/snapshot", content=kept + b" " * (most - len(kept) + 1), headers=JSON).status_code == 413
    assert control.put("/snapshot", content=kept, headers={"Content-Type": "text/plain"}).status_code == 415


def test_it_shows_no_secret_of_a_workflow(interactor: Emulator, control: httpx.Client) -> None:
    interactor.secrets["KEY"] = "s3cret-of-a-workflow"
    code = "console.log(secrets.KEY); throw new Error('with ' + secrets.KEY)"
    interactor.load(workflow("w", {"run": script(code, "end"), "end": terminal()}))
    interactor.load(workflow("h", {"get": http("https://x.example/${secrets.KEY}", "end"), "end": terminal()}))
    for name in ("w", "h"):
        interactor.start(name, {})
    kept = control.get("/snapshot").text
    assert "s3cret" not in kept
    interactor.restore(json.loads(kept))
    assert interactor.secrets["KEY"] == "s3cret-of-a-workflow"


def test_a_call_that_the_account_waits_for_cannot_ask(interactor: Emulator, interactor_server: Any) -> None:
    answers = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        async with httpx.AsyncClient(base_url=interactor_server.url) as client:
            kept = {name: headers[name] for name in headers if name in ("traceparent", "x-request-id")}
            answers.append(await client.get("/_emulator/snapshot", headers=kept))
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"{}"})

    interactor.routes = {"https://x.example": app}
    interactor.load(workflow("h", {"get": http("https://x.example/q", "end"), "end": terminal()}))
    interactor.start("h", {}).assert_completed("end")
    (answer,) = answers
    assert answer.status_code == 400
    assert "a call cannot ask for a snapshot of what waits for that very call" in answer.text
