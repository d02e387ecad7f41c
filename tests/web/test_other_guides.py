"""What other published guides of the service say, where the document says nothing against it."""

from typing import Any

import httpx
import jwt
import pytest
from interactor_emulator import Client, Emulator

CREDENTIALS = {"client_id": "client_dev", "client_secret": "secret_dev"}
GRANT = {"grant_type": "client_credentials", **CREDENTIALS}
CREATE = "/workflows/approval/instances"


def grant(server: Any, path: str = "/oauth/token", **fields: str) -> httpx.Response:
    return httpx.post(f"{server.url}{path}", json={**GRANT, **fields})


def test_health_is_told_to_whoever_asks(interactor: Emulator, interactor_server: Any) -> None:
    answer = httpx.get(f"{interactor_server.url}/health", headers={"X-Request-Id": "mine"})
    assert answer.text == '{"status":"ok","timestamp":"2026-01-20T12:00:00Z"}'
    assert answer.headers["x-request-id"] == "mine"


def test_an_asterisk_means_all_scopes(interactor_server: Any) -> None:
    whole = grant(interactor_server).json()["scope"]
    assert grant(interactor_server, scope="*").json()["scope"] == whole
    assert grant(interactor_server, scope="workflows:read *").json()["scope"] == whole


def test_it_means_all_that_the_client_may_have(interactor: Emulator, interactor_server: Any) -> None:
    interactor.clients["app"] = Client("app", "s", scopes=("workflows:read",))
    issued = grant(interactor_server, client_id="app", client_secret="s", scope="*").json()
    assert issued["scope"] == "workflows:read"


def test_scopes_stand_in_a_token_in_both_spellings(interactor: Emulator) -> None:
    claims = jwt.decode(interactor.token(scopes=["workflows:read"]), options={"verify_signature": False})
    assert (claims["scope"], claims["scopes"]) == ("workflows:read", "workflows:read")


def test_the_alias_has_the_flat_members_and_the_same_under_data(interactor_server: Any) -> None:
    body = grant(interactor_server, "/api/v1/oauth/token").json()
    under = body.pop("data")
    assert body == under
    assert list(body) == ["access_token", "token_type", "expires_in", "refresh_token", "scope"]


@pytest.mark.parametrize("path", ["/oauth/revoke", "/api/v1/oauth/revoke"])
@pytest.mark.parametrize("kind", ["access_token", "refresh_token"])
def test_a_token_alone_is_enough_to_revoke_it(interactor_server: Any, path: str, kind: str) -> None:
    issued = grant(interactor_server).json()
    headers = {"Authorization": f"Bearer {issued['access_token']}"}
    url = f"{interactor_server.api_url}/workflows"
    assert httpx.get(url, headers=headers).status_code == 200
    answer = httpx.post(f"{interactor_server.url}{path}", json={"token": issued[kind]})
    assert (answer.status_code, answer.json()) == (200, {})
    assert httpx.get(url, headers=headers).status_code == 401


def test_a_token_that_nobody_gave_out_is_nothing_to_revoke(interactor_server: Any) -> None:
    assert httpx.post(f"{interactor_server.url}/oauth/revoke", json={"token": "rt_nope"}).status_code == 200


def test_the_keys_may_be_kept_for_an_hour(interactor_server: Any) -> None:
    for path in ("/oauth/jwks", "/.well-known/jwks.json"):
        answer = httpx.get(interactor_server.url + path)
        assert answer.headers["cache-control"] == "public, max-age=3600"


@pytest.mark.parametrize(
    ("body", "header", "namespace"),
    [
        ({}, "ann", "ann"),
        ({"namespace": None}, "ann", "ann"),
        ({"namespace": "bob"}, "ann", "bob"),
        ({"namespace": "bob"}, "", "bob"),
    ],
)
def test_a_header_names_the_namespace_where_the_body_does_not(
    interactor: Emulator,
    interactor_client: httpx.Client,
    approval: Any,
    body: dict[str, Any],
    header: str,
    namespace: str,
) -> None:
    made = interactor_client.post(CREATE, json=body, headers={"X-Namespace": header})
    assert made.json()["data"]["namespace"] == namespace
    assert not {"unknown_header", "missing_namespace"} & {each.code for each in interactor.diagnostics}


def test_the_header_filters_a_list_where_the_query_does_not(
    interactor: Emulator, interactor_client: httpx.Client, approval: Any
) -> None:
    for name in ("ann", "bob"):
        interactor.start("approval", namespace=name)
    headers = {"X-Namespace": "ann"}
    for query, number in (("", 1), ("?namespace=bob", 1), ("?status=halted", 1), ("?status=failed", 0)):
        listed = interactor_client.get(f"/workflows/instances{query}", headers=headers).json()["data"]["instances"]
        assert len(listed) == number
    assert len(interactor_client.get("/workflows/instances").json()["data"]["instances"]) == 2


def test_the_header_gives_nobody_a_namespace(interactor: Emulator, interactor_server: Any, approval: Any) -> None:
    headers = {"Authorization": f"Bearer {interactor.token(namespaces=['ann'])}", "X-Namespace": "bob"}
    url = f"{interactor_server.api_url}{CREATE}"
    assert httpx.post(url, json={}, headers=headers).status_code == 403
    assert httpx.post(url, json={}, headers={**headers, "X-Namespace": "ann"}).status_code == 201


@pytest.mark.interactor(rate_limits=True, limits={"reads_per_minute": 3})
def test_rates_are_a_clients(interactor: Emulator, interactor_server: Any) -> None:
    interactor.clients["app"] = Client("app", "s")
    url = f"{interactor_server.api_url}/workflows"
    own, other = (
        {"Authorization": f"Bearer {grant(interactor_server, **each).json()['access_token']}"}
        for each in ({}, {"client_id": "app", "client_secret": "s"})
    )
    assert [httpx.get(url, headers=own).status_code for _ in range(4)] == [200, 200, 200, 429]
    answer = httpx.get(url, headers=other)
    assert (answer.status_code, answer.headers["x-ratelimit-remaining"]) == (200, "2")
    another_token = {"Authorization": f"Bearer {grant(interactor_server).json()['access_token']}"}
    assert httpx.get(url, headers=another_token).status_code == 429
