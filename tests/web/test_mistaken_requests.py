"""What a request gets wrong is told in the diagnostics, once, with what was probably meant; answers do not change."""

from typing import Any

import httpx
import pytest
from interactor_emulator import Emulator

from tests.workflows import action, halt, terminal, to, workflow

NOT_NAMED = "The document does not name it, and the emulator ignores it"
IN_INPUT = 'What a workflow is given goes into `input`: {"input": {…}}'
ELSEWHERE = "The document does not name it, another published guide does; it has `namespace` (variant user_key)"


def told(emulator: Emulator, code: str) -> list[tuple[str, str]]:
    return [(each.message, each.hint) for each in emulator.diagnostics if each.code == code]


@pytest.mark.parametrize(
    ("query", "name", "hint"),
    [
        ("?namspace=n", "namspace", "Did you mean 'namespace'?"),
        ("?Status=halted", "Status", "Did you mean 'status'?"),
        ("?page=1", "page", NOT_NAMED),
        ("?user_ref=ann", "user_ref", ELSEWHERE),
        ("?external_user_id=ann", "external_user_id", ELSEWHERE),
        ("?=1", "", NOT_NAMED),
    ],
)
def test_a_parameter_that_is_not_read_is_told(
    interactor: Emulator, interactor_client: httpx.Client, query: str, name: str, hint: str
) -> None:
    assert interactor_client.get(f"/workflows/instances{query}").status_code == 200
    message = f"GET /workflows/instances does not read the parameter '{name}'"
    assert told(interactor, "unknown_parameter") == [(message, hint)]


def test_parameters_that_are_read_are_not_told(interactor: Emulator, interactor_client: httpx.Client) -> None:
    query = "namespace=n&workflow_name=w&status=halted&limit=5"
    assert interactor_client.get(f"/workflows/instances?{query}").status_code == 200
    assert interactor.diagnostics == []


@pytest.mark.parametrize(
    ("method", "path", "meant"),
    [
        ("GET", "/workflows", "Did you mean GET /api/v1/workflows?"),
        ("POST", "/workflows/w/instances", "Did you mean POST /api/v1/workflows/{name}/instances?"),
        ("POST", "/api/v1/webhooks", "Did you mean POST /api/v1/webhooks/subscriptions?"),
        ("GET", "/api/v1/webhooks", "Did you mean GET /api/v1/webhooks/subscriptions?"),
        ("GET", "/api/v1/workflows/w/instances", "Did you mean GET /api/v1/workflows/instances?workflow_name=?"),
        ("GET", "/api/v1/workflows/w", "Did you mean GET /api/v1/workflows/{name}/versions, or GET /api/v1/workflows?"),
        ("GET", "/api/v1/instances/inst_1", "Did you mean GET /api/v1/workflows/instances/{instance_id}?"),
        (
            "PUT",
            "/api/v1/workflows/instances/i/resume",
            "Did you mean POST /api/v1/workflows/instances/{instance_id}/resume?",
        ),
        ("GET", "/api/v1/workflow", "Did you mean GET /api/v1/workflows?"),
        ("GET", "/api/v1/workflow/instances", "Did you mean GET /api/v1/workflows/instances?"),
        ("POST", "/token", "Did you mean POST /oauth/token?"),
        ("GET", "/oauth/tokens", "Did you mean POST /oauth/token?"),
        ("GET", "/healthz", "Did you mean GET /health?"),
        ("POST", "/api/v1/webhooks/subscription", "Did you mean POST /api/v1/webhooks/subscriptions?"),
        ("GET", "/nothing/like/it/at/all", "GET /_emulator/openapi.json lists every path"),
    ],
)  # fmt: skip
def test_a_path_that_leads_nowhere_is_told_with_the_nearest(
    interactor: Emulator, interactor_server: Any, method: str, path: str, meant: str
) -> None:
    headers = {"Authorization": f"Bearer {interactor.token()}"}
    answer = httpx.request(method, interactor_server.url + path, headers=headers)
    assert (answer.status_code, answer.json()["error"]["message"]) == (404, "Resource not found")
    assert told(interactor, "unknown_path") == [(f"{method} {path} leads nowhere", meant)]


def test_a_member_that_stands_twice_is_told_and_the_last_one_counts(
    interactor: Emulator, interactor_client: httpx.Client, approval: Any
) -> None:
    body = '{"namespace":"a","namespace":"b","input":{"x":1,"x":2,"x":3}}'
    made = interactor_client.post(
        "/workflows/approval/instances", content=body, headers={"Content-Type": "application/json"}
    )
    assert made.json()["data"]["namespace"] == "b"
    names = [message.split("'")[1] for message, _ in told(interactor, "duplicate_member")]
    assert names == ["x", "namespace"]


def test_a_namespace_under_another_name_is_told(
    interactor: Emulator, interactor_client: httpx.Client, approval: Any
) -> None:
    interactor_client.post("/workflows/approval/instances", json={"user_ref": "a", "namspace": "b", "else": 1})
    assert [hint for _, hint in told(interactor, "unknown_field")] == [
        ELSEWHERE,
        "Did you mean 'namespace'?",
        IN_INPUT,
    ]


def test_of_one_request_only_the_first_twenty_are_told(
    interactor: Emulator, interactor_client: httpx.Client, approval: Any
) -> None:
    body = {f"m{number}": 1 for number in range(5_000)}
    query = "&".join(f"p{number}=1" for number in range(100))
    interactor_client.post(f"/workflows/approval/instances?{query}", json={"namespace": "n", **body})
    assert [len(told(interactor, code)) for code in ("unknown_field", "unknown_parameter")] == [20, 20]


@pytest.mark.parametrize(
    ("headers", "why"),
    [
        ({}, "it has no Authorization header"),
        ({"Authorization": "Basic abc"}, "its Authorization header is not of the kind Bearer"),
        ({"Authorization": "Bearer abc"}, "its token cannot be read, or was not signed by this emulator"),
    ],
)
def test_why_a_token_was_refused_is_told(
    interactor: Emulator, interactor_server: Any, headers: dict[str, str], why: str
) -> None:
    assert httpx.get(f"{interactor_server.api_url}/workflows", headers=headers).status_code == 401
    assert [message for message, _ in told(interactor, "unauthorized")] == [f"A request was refused: {why}"]


def test_a_token_that_has_expired_is_told_with_both_times(interactor: Emulator, interactor_server: Any) -> None:
    headers = {"Authorization": f"Bearer {interactor.token()}"}
    interactor.clock.advance(hours=2)
    assert httpx.get(f"{interactor_server.api_url}/workflows", headers=headers).status_code == 401
    [(message, hint)] = told(interactor, "unauthorized")
    assert "expired at 2026-01-20T13:00:00Z" in message
    assert "2026-01-20T14:00:00Z" in message
    assert "time travel" in hint


@pytest.mark.parametrize(
    ("scope", "hint"),
    [
        ("webhooks:read", "Did you mean webhooks:manage?"),
        ("workflow:read", "Did you mean workflows:read?"),
        ("admin", "There are workflows:read, workflows:write, workflows:execute, webhooks:manage"),
    ],
)
def test_a_scope_of_another_guide_is_told(interactor: Emulator, interactor_server: Any, scope: str, hint: str) -> None:
    asked = {"grant_type": "client_credentials", "client_id": "client_dev", "client_secret": "secret_dev"}
    answer = httpx.post(f"{interactor_server.url}/oauth/token", json={**asked, "scope": scope})
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_scope")
    assert [hint for _, hint in told(interactor, "unknown_scope")] == [hint]


def test_a_thread_that_never_was_is_told(interactor: Emulator, interactor_client: httpx.Client, instance: str) -> None:
    history = interactor_client.get(f"{instance}/history?thread=thread_finance").json()["data"]
    assert history["events"] == []
    assert [hint for _, hint in told(interactor, "unknown_thread")] == ["Its threads are thread_main"]


def test_an_answer_as_a_form_posts_it_has_a_hint_of_its_own(interactor: Emulator) -> None:
    fields = [
        {"name": "ok", "type": "boolean", "label": "OK?"},
        {"name": "n", "type": "number", "label": "N"},
        {"name": "s", "type": "string", "label": "S"},
    ]
    interactor.load(workflow("w", {"ask": halt("end", fields=fields), "end": terminal()}))
    interactor.start("w", namespace="n").resume(ok="true", n="5", s=5)
    hints = [hint.split(":")[0] for _, hint in told(interactor, "form_input_mismatch")]
    assert hints == ["Forms of HTML post texts"] * 2 + [
        "The emulator takes it as it is; the document does not say that the service checks it (variant form_answers)"
    ]


def test_the_same_mistake_is_told_once_with_a_count(interactor: Emulator, interactor_server: Any) -> None:
    with httpx.Client(base_url=interactor_server.url) as client:
        for _ in range(50):
            client.get("/workflows")
        (shown,) = client.get("/_emulator/diagnostics").json()["diagnostics"]
    assert (shown["code"], shown["count"]) == ("unknown_path", 50)


def test_at_most_a_thousand_are_kept_the_latest(interactor: Emulator, interactor_server: Any) -> None:
    with httpx.Client(base_url=interactor_server.url) as client:
        for number in range(1_100):
            client.get(f"/nowhere/{number}")
        kept = client.get("/_emulator/diagnostics").json()["diagnostics"]
    assert len(kept) == 1_000
    assert kept[-1]["message"] == "GET /nowhere/1099 leads nowhere"


def test_what_is_told_is_cut(interactor: Emulator) -> None:
    field = "x" * 5_000
    ways = [to("end", **{field: 1}), {"target": "end"}]
    interactor.load(workflow("w", {"first": action(*ways), "end": terminal()}))
    interactor.start("w", {field: 2}, namespace="n")
    [(message, _)] = told(interactor, "field_only_in_input")
    assert (len(message), message[-1]) == (2_000, "…")


@pytest.mark.parametrize(
    ("client_id", "secret", "message", "hint"),
    [
        (
            "clint_dev",
            "secret_dev",
            "'clint_dev' was refused a token: nobody knows it",
            "Did you mean client_dev?",
        ),
        ("x", "y", "'x' was refused a token: nobody knows it", "There are client_dev"),
        (
            "client_dev",
            "wrong",
            "'client_dev' was refused a token: its secret is another one",
            "The secret of a client is set where the emulator is started",
        ),
    ],
)
def test_why_a_client_gets_no_token_is_told(
    interactor: Emulator, interactor_server: Any, client_id: str, secret: str, message: str, hint: str
) -> None:
    body = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": secret}
    answer = httpx.post(f"{interactor_server.url}/oauth/token", json=body)
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
    assert told(interactor, "invalid_client") == [(f"Client {message}", hint)]


@pytest.mark.parametrize(
    ("loaded", "hint"),
    [
        ([], "No workflow is loaded: create one, or name its file to `serve`"),
        (["approval", "refund"], "Did you mean approval?"),
        (["refund"], "There are refund"),
    ],
)
def test_a_workflow_that_there_is_not_is_told_with_the_one_that_was_meant(
    interactor: Emulator, interactor_client: httpx.Client, loaded: list[str], hint: str
) -> None:
    for name in loaded:
        interactor.load(workflow(name, {"end": terminal()}))
    assert interactor_client.post("/workflows/aproval/instances", json={}).status_code == 404
    assert told(interactor, "unknown_workflow") == [("There is no workflow 'aproval'", hint)]


def test_an_answer_beside_the_input_is_told(interactor: Emulator, interactor_client: httpx.Client) -> None:
    interactor.load(workflow("w", {"ask": halt(to("end", ok=True)), "end": terminal()}))
    run = interactor.start("w", namespace="n")
    assert interactor_client.post(f"/workflows/instances/{run.id}/resume", json={"ok": True}).status_code == 400
    assert [hint for _, hint in told(interactor, "unknown_field")] == [IN_INPUT]


def test_of_a_text_with_very_many_templates_the_first_missing_values_are_told(interactor: Emulator) -> None:
    message = " ".join(f"${{workflow_data.x{number}}}" for number in range(5_000))
    ask = halt("end", presentation={"type": "message", "message": message})
    interactor.load(workflow("w", {"ask": ask, "end": terminal()}))
    interactor.start("w", namespace="n")
    assert len(told(interactor, "missing_template_value")) == 20
