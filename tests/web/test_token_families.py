"""Grants of one client are apart from each other, and only who knows the secret takes a token back."""

from typing import Any

import httpx
import pytest

CREDENTIALS = {"client_id": "client_dev", "client_secret": "secret_dev"}


@pytest.fixture
def auth(interactor_server: Any) -> Any:
    with httpx.Client(base_url=interactor_server.auth_url) as client:
        yield client


def granted(auth: httpx.Client) -> dict[str, str]:
    issued: dict[str, str] = auth.post("/oauth/token", json={"grant_type": "client_credentials", **CREDENTIALS}).json()
    return issued


def refreshed(auth: httpx.Client, token: str) -> httpx.Response:
    body = {"grant_type": "refresh_token", "refresh_token": token, "client_id": "client_dev"}
    return auth.post("/oauth/token", json=body)


def reads(auth: httpx.Client, token: str) -> int:
    return auth.get("/api/v1/workflows", headers={"Authorization": f"Bearer {token}"}).status_code


def test_the_reuse_of_one_refresh_token_revokes_no_other_grant(auth: httpx.Client) -> None:
    stolen, other = granted(auth), granted(auth)
    renewed = refreshed(auth, stolen["refresh_token"]).json()
    assert refreshed(auth, stolen["refresh_token"]).json()["error"] == "invalid_grant"
    assert [reads(auth, each["access_token"]) for each in (stolen, renewed, other)] == [401, 401, 200]
    assert refreshed(auth, renewed["refresh_token"]).json()["error"] == "invalid_grant"
    assert refreshed(auth, other["refresh_token"]).status_code == 200


def test_a_refresh_leaves_the_access_token_before_it_good(auth: httpx.Client) -> None:
    first = granted(auth)
    second = refreshed(auth, first["refresh_token"]).json()
    assert [reads(auth, each["access_token"]) for each in (first, second)] == [200, 200]


@pytest.mark.parametrize("secret", [{}, {"client_secret": ""}, {"client_secret": "secret_de"}])
def test_a_client_that_does_not_prove_itself_revokes_nothing(auth: httpx.Client, secret: dict[str, str]) -> None:
    issued = granted(auth)
    for token in (issued["access_token"], issued["refresh_token"]):
        answer = auth.post("/oauth/revoke", data={"token": token, "client_id": "client_dev", **secret})
        assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
    assert reads(auth, issued["access_token"]) == 200
    assert refreshed(auth, issued["refresh_token"]).status_code == 200


@pytest.mark.parametrize("sent", ["!", "Zm9v=Zm9v", "/w==", "Y2xpZW50X2Rldg==", "!Y2xpZW50X2RldjpzZWNyZXRfZGV2"])
@pytest.mark.parametrize("path", ["/oauth/token", "/oauth/revoke"])
def test_basic_authentication_that_cannot_be_read_is_no_client(auth: httpx.Client, path: str, sent: str) -> None:
    """No base64, no UTF-8, no colon: told as a wrong secret is, and never an error of the server."""
    data = {"grant_type": "client_credentials", "token": "x"}
    answer = auth.post(path, data=data, headers={"Authorization": f"Basic {sent}"})
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
    assert answer.headers["www-authenticate"] == 'Basic realm="interactor"'
    assert answer.headers["x-request-id"].startswith("req_")


@pytest.mark.parametrize("path", ["/oauth/token", "/api/v1/oauth/token", "/oauth/revoke"])
@pytest.mark.parametrize("who", [("client_dev", "wrong"), ("nobody", "secret_dev"), ("", "")])
def test_a_wrong_client_is_challenged_in_the_way_that_it_came(
    auth: httpx.Client, path: str, who: tuple[str, str]
) -> None:
    """RFC 6749 5.2: only whoever came by the header is told of the header."""
    data = {"grant_type": "client_credentials", "token": "x"}
    by_header = auth.post(path, data=data, auth=who)
    by_body = auth.post(path, data={**data, "client_id": who[0], "client_secret": who[1]})
    assert (by_header.status_code, by_header.headers["www-authenticate"]) == (401, 'Basic realm="interactor"')
    assert (by_body.status_code, "www-authenticate" in by_body.headers) == (401, False)


def test_another_fault_than_a_wrong_client_is_no_challenge(auth: httpx.Client) -> None:
    asked = {"grant_type": "client_credentials", "scope": "admin"}
    answer = auth.post("/oauth/token", data=asked, auth=("client_dev", "secret_dev"))
    assert (answer.status_code, "www-authenticate" in answer.headers) == (400, False)


def test_basic_authentication_goes_before_what_the_body_says(auth: httpx.Client) -> None:
    data = {"grant_type": "client_credentials", **CREDENTIALS}
    assert auth.post("/oauth/token", data=data, auth=("client_dev", "wrong")).status_code == 401
    wrong = {**data, "client_secret": "wrong"}
    assert auth.post("/oauth/token", data=wrong, auth=("client_dev", "secret_dev")).status_code == 200


@pytest.mark.parametrize("path", ["/oauth/token", "/api/v1/oauth/token", "/oauth/revoke"])
@pytest.mark.parametrize("secret", ["secret_dev", "wrong"])
def test_a_callers_own_request_id_is_taken_over(auth: httpx.Client, path: str, secret: str) -> None:
    data = {"grant_type": "client_credentials", "token": "x", "client_id": "client_dev", "client_secret": secret}
    assert auth.post(path, data=data, headers={"X-Request-Id": "mine-1"}).headers["x-request-id"] == "mine-1"
    assert auth.post(path, data=data, headers={"X-Request-Id": "x" * 201}).headers["x-request-id"].startswith("req_")
