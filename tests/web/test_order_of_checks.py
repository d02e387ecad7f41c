"""Which of two faults of a request is told: the checks come in one order, and each stands before the next.

401, 429, 403 for the scope, the stored answer (403 where the token may not see it), the body, 404, 403 for the
namespace, and last what the instance's state forbids.
"""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from interactor_emulator import Emulator

NOTHING = "/workflows/instances/inst_none/resume"
JSON = {"Content-Type": "application/json"}
READER, STRANGER, OWNER = "reader", "stranger", "owner"
Told = tuple[int, str, str]

MISSING: Told = (401, "unauthorized", "Missing or invalid access token")
TOO_OFTEN: Told = (429, "rate_limited", "Rate limit exceeded")
SCOPE: Told = (403, "forbidden", "Requires scope workflows:execute")
FOREIGN: Told = (403, "forbidden", "Token does not own namespace 'user_1'")
BODY: Told = (400, "validation_error", "Invalid request")
NOT_FOUND: Told = (404, "instance_not_found", "Instance 'inst_none' not found")
OVER: Told = (400, "instance_not_halted", "")

# Who asks, whether too often, under a key that was used, with a body that is no JSON, for an instance that is there
# (it is over); and what is told.
ROWS: list[tuple[str, bool, bool, bool, bool, Told | int]] = [
    ("nobody", True, True, True, False, MISSING),
    (READER, True, True, True, False, TOO_OFTEN),
    (READER, False, True, True, False, SCOPE),
    (STRANGER, False, True, True, False, FOREIGN),
    (OWNER, False, True, True, False, 200),
    (STRANGER, False, False, True, False, BODY),
    (STRANGER, False, False, False, False, NOT_FOUND),
    (STRANGER, False, False, False, True, FOREIGN),
    (OWNER, False, False, False, True, OVER),
]


@pytest.fixture
def asks(interactor: Emulator, interactor_server: Any, instance: str) -> Callable[..., httpx.Response]:
    """Resumes as the row says; the instance was answered once, under the key `used`."""
    tokens = {
        READER: interactor.token(scopes=["workflows:read"]),
        STRANGER: interactor.token(namespaces=["user_2"]),
        OWNER: interactor.token(namespaces=["user_1"]),
        "nobody": "x.y.z",
    }

    def ask(who: str, often: bool, key: bool, broken: bool, there: bool) -> httpx.Response:
        headers = {"Authorization": f"Bearer {tokens[who]}", **JSON, **({"Idempotency-Key": "used"} if key else {})}
        url = f"{interactor_server.api_url}{f'{instance}/resume' if there else NOTHING}"
        for _ in range(100 if often else 0):
            httpx.post(f"{interactor_server.api_url}/webhooks/subscriptions", headers=headers | owner)
        return httpx.post(url, content=b"{" if broken else b'{"input":{"ok":true}}', headers=headers)

    owner = {"Authorization": f"Bearer {tokens[OWNER]}"}
    assert ask(OWNER, False, True, False, True).json()["data"]["status"] == "completed"
    return ask


@pytest.mark.interactor(rate_limits=True)
@pytest.mark.parametrize(("who", "often", "key", "broken", "there", "told"), ROWS)
def test_the_first_fault_of_a_request_is_told(
    asks: Any, who: str, often: bool, key: bool, broken: bool, there: bool, told: Told | int
) -> None:
    answer = asks(who, often, key, broken, there)
    if isinstance(told, int):
        assert (answer.status_code, answer.json()["data"]["status"]) == (told, "completed")
        return
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == told[:2]
    assert told[2] in error["message"]


def test_an_unknown_path_is_not_found_after_the_token_and_the_rate(
    interactor: Emulator, interactor_server: Any
) -> None:
    url = f"{interactor_server.api_url}/nowhere"
    assert httpx.get(url).status_code == 401
    answer = httpx.get(url, headers={"Authorization": f"Bearer {interactor.token(scopes=['webhooks:manage'])}"})
    assert answer.status_code == 404


@pytest.mark.interactor(rate_limits=True, limits={"reads_per_minute": 2, "writes_per_minute": 1})
@pytest.mark.parametrize(("method", "number"), [("GET", 2), ("POST", 1), ("DELETE", 1)])
def test_an_unknown_path_counts_against_the_rate_of_its_method(
    interactor_client: httpx.Client, method: str, number: int
) -> None:
    answers = [interactor_client.request(method, "/nowhere") for _ in range(number + 1)]
    assert [answer.status_code for answer in answers] == [404] * number + [429]
    assert answers[0].headers["x-ratelimit-limit"] == str(number)


@pytest.mark.parametrize("path", [NOTHING, "/workflows/none/instances"])
def test_a_body_that_is_too_large_is_told_before_what_is_not_there(interactor_client: httpx.Client, path: str) -> None:
    answer = interactor_client.post(path, json={"input": {"a": "x" * 70_000}})
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "payload_too_large")


@pytest.mark.parametrize("path", ["/workflows", "/workflows/validate", "/workflows/none/versions"])
def test_another_content_type_is_told_before_the_length_of_a_definition(
    interactor_client: httpx.Client, path: str
) -> None:
    answer = interactor_client.post(path, content=b"x" * 1_100_000, headers={"Content-Type": "text/plain"})
    assert answer.status_code == 415


def test_a_workflow_that_is_not_there_is_told_before_the_length_of_its_version(interactor_client: httpx.Client) -> None:
    answer = interactor_client.post("/workflows/none/versions", content=b"x" * 1_100_000, headers=JSON)
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "workflow_not_found")


@pytest.mark.parametrize(
    "request_", [{"json": {"client_id": 5}}, {"json": {"grant_type": 5}}, {"headers": {"Authorization": "Basic ???"}}]
)
def test_an_unknown_grant_type_is_told_before_anything_else(interactor_server: Any, request_: dict[str, Any]) -> None:
    for path in ("/oauth/token", "/api/v1/oauth/token"):
        answer = httpx.post(f"{interactor_server.url}{path}", **{"json": {}, **request_})
        assert (answer.status_code, answer.json()["error"]) == (400, "unsupported_grant_type")


@pytest.mark.parametrize("path", ["/oauth/token", "/api/v1/oauth/token", "/oauth/revoke", "/oauth/jwks", "/health"])
def test_a_method_that_a_path_has_not_is_not_found(interactor_server: Any, path: str) -> None:
    method = "POST" if path in ("/oauth/jwks", "/health") else "GET"
    answer = httpx.request(method, f"{interactor_server.url}{path}")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")
    assert answer.headers["x-request-id"] == answer.json()["error"]["request_id"]


@pytest.mark.parametrize("path", ["/oauth/jwks", "/.well-known/jwks.json", "/.well-known/openid-configuration"])
def test_every_answer_of_the_service_has_a_request_id(interactor_server: Any, path: str) -> None:
    assert httpx.get(f"{interactor_server.url}{path}").headers["x-request-id"].startswith("req_")
    own = httpx.get(f"{interactor_server.url}{path}", headers={"X-Request-Id": "mine"})
    assert own.headers["x-request-id"] == "mine"
