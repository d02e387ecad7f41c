"""Who may do what: tokens, scopes, namespaces, and OAuth's token endpoint."""

import base64
import json
import math
from functools import cache
from importlib import resources
from typing import Any, cast

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from interactor_emulator import Client, Emulator
from interactor_emulator.web.endpoints.operations import OPERATIONS
from interactor_emulator.web.operation import PREFIX

from tests.workflows import terminal, workflow

SCOPES = ("workflows:read", "workflows:write", "workflows:execute", "webhooks:manage")


@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda each: f"{each.method} {each.path}")
def test_an_operation_needs_exactly_its_scope(
    interactor: Emulator, interactor_server: Any, operation: Any, scope: str
) -> None:
    path = operation.path.format(
        name="nope", instance_id="inst_nope", version_id="v_nope", thread_id="t", event_id="e", subscription_id="s"
    )
    headers = {"Authorization": f"Bearer {interactor.token(scopes=[scope])}"}
    answer = httpx.request(operation.method, f"{interactor_server.url}{PREFIX}{path}", headers=headers)
    assert (answer.status_code == 403) is (scope != operation.scope)
    if answer.status_code == 403:
        assert answer.json()["error"]["message"] == f"Requires scope {operation.scope}"


@cache
def _stranger() -> Any:
    return rsa.generate_private_key(65537, 2048)


def _spoiled(token: str) -> dict[str, str]:
    head, body, signature = token.split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=="))
    stranger = _stranger()

    def unsigned(header: dict[str, Any]) -> str:
        encoded = base64.urlsafe_b64encode(json.dumps(header).encode()).rstrip(b"=").decode()
        return f"{encoded}.{body}."

    def forged(**changes: Any) -> str:
        return jwt.encode({**claims, **changes}, stranger, "RS256", headers={"kid": "dev-1"})

    def ours(headers: dict[str, Any] | None = None, algorithm: str = "RS256", **changes: Any) -> str:
        """Signed with the development key that the package ships: everything but one thing is right."""
        changed = {name: value for name, value in {**claims, **changes}.items() if value is not None}
        return "Bearer " + jwt.encode(
            changed, OURS, algorithm, headers={"kid": "dev-1"} if headers is None else headers
        )

    def dated(name: str, value: Any) -> str:
        return ours(None, "RS256", **{name: value})

    def raw(member: str) -> str:
        """Ours too, with one member more, as text: the last one of a name counts."""
        text = json.dumps(claims)[:-1] + ("," if claims else "") + member + "}"
        return "Bearer " + jwt.api_jws.encode(text.encode(), OURS, "RS256", headers={"kid": "dev-1"})

    now = claims.get("iat", 0)
    return {
        "nothing": "",
        "no scheme": token,
        "basic": f"Basic {token}",
        "empty": "Bearer",
        "two": f"Bearer {token} {token}",
        "no signature": f"Bearer {head}.{body}.",
        "cut signature": f"Bearer {head}.{body}.{signature[:-8]}",
        "changed body": f"Bearer {head}.{body[:-4]}AAAA.{signature}",
        "alg none": f"Bearer {unsigned({'alg': 'none', 'typ': 'JWT'})}",
        "alg HS256": "Bearer " + jwt.encode(claims, "x" * 32, "HS256", headers={"kid": "dev-1"}),
        "another key": f"Bearer {forged()}",
        "another account": f"Bearer {forged(org='other')}",
        "not a token": "Bearer x.y.z",
        "not ASCII": "Bearer tökén",
        "no kid": ours(headers={}),
        "another kid": ours(headers={"kid": "dev-2"}),
        "alg RS512": ours(algorithm="RS512"),
        "alg PS256": ours(algorithm="PS256"),
        "another issuer": ours(iss="https://auth.example.com"),
        "no issuer": ours(iss=None),
        "another audience": ours(aud="https://other.example.com"),
        "no audience": ours(aud=None),
        "no expiry": ours(exp=None),
        "an expiry that is text": ours(exp="soon"),
        "expired": ours(exp=now),
        "expired long ago": ours(exp=0),
        "no subject": ours(sub=None),
        "no account": ours(org=None),
        "an account that is not there": ours(org="other"),
        "no scope": ours(scope=None),
        "namespaces that are no list": ours(namespaces="user_1"),
        "namespaces that are no names": ours(namespaces=[1]),
        "an algorithm's name in small letters": f"Bearer {unsigned({'alg': 'rs256', 'kid': 'dev-1'})}{signature}",
        "five parts": f"Bearer {token}.x.y",
        "a key of its own": "Bearer "
        + jwt.encode(claims, stranger, "RS256", headers={"kid": "dev-1", "jwk": {"kty": "RSA"}}),
        **{f"{name} that is {value!r}": dated(name, value) for name in ("exp", "nbf", "iat") for value in NO_DATES},
        "an expiry without end, as a number": raw('"exp":1e400'),
        "an expiry of 400 digits": raw(f'"exp":{"9" * 400}'),
        "an expiry of 5,000 digits": raw(f'"exp":{"9" * 5_000}'),
        "no start": raw('"nbf":null'),
        "nobody knows when": raw('"iat":null'),
        "not yet": ours(nbf=now + 1),
        "not for a long time": ours(nbf=now + 10**9),
        "a subject that is no text": ours(sub=5),
        "an account that is no text": ours(org=["default"]),
        "scopes as a list": ours(scope=["workflows:read"]),
        "very long": "Bearer " + token + "A" * 20_000,
        "another scheme": f"Token {token}",
    }


# What no date may be.
NO_DATES: tuple[Any, ...] = (math.inf, -math.inf, math.nan, "soon", "9999999999", True, [9999999999], {})

# Read once: each reading checks the key, which takes longer than a hundred signatures.
OURS = cast(
    rsa.RSAPrivateKey,
    load_pem_private_key(
        resources.files("interactor_emulator").joinpath("account/development_key.pem").read_bytes(), None
    ),
)


KINDS = list(_spoiled("e30.e30.e30"))
assert len(KINDS) > 30


@pytest.mark.parametrize("kind", KINDS)
def test_a_spoiled_token_is_refused(interactor: Emulator, interactor_server: Any, kind: str) -> None:
    header = _spoiled(interactor.token())[kind]
    headers = {b"Authorization": header.encode("latin-1")}
    answer = httpx.get(f"{interactor_server.api_url}/workflows", headers=headers)
    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "unauthorized"
    assert answer.json()["error"]["message"] == "Missing or invalid access token"


def test_a_token_is_good_from_its_not_before_on(interactor: Emulator, interactor_server: Any) -> None:
    claims = jwt.decode(interactor.token(), options={"verify_signature": False})
    later = {**claims, "nbf": claims["iat"] + 60.5, "exp": claims["exp"] + 0.5}
    headers = {"Authorization": "Bearer " + jwt.encode(later, OURS, "RS256", headers={"kid": "dev-1"})}
    url = f"{interactor_server.api_url}/workflows"
    interactor.clock.advance(seconds=60)
    assert httpx.get(url, headers=headers).status_code == 401
    interactor.clock.advance(seconds=1)
    assert httpx.get(url, headers=headers).status_code == 200


def test_a_token_expires_on_the_emulators_clock(interactor: Emulator, interactor_server: Any) -> None:
    """Tokens expire after 1 hour."""
    headers = {"Authorization": f"Bearer {interactor.token()}"}
    url = f"{interactor_server.api_url}/workflows"
    interactor.clock.advance(seconds=3599)
    assert httpx.get(url, headers=headers).status_code == 200
    interactor.clock.advance(seconds=1)
    assert httpx.get(url, headers=headers).status_code == 401


def test_a_token_reaches_its_own_namespaces_only(
    interactor: Emulator, interactor_server: Any, interactor_client: httpx.Client, instance: str
) -> None:
    """Tokens can only access instances in namespaces they own."""
    headers = {"Authorization": f"Bearer {interactor.token(namespaces=['user_2'])}"}
    with httpx.Client(base_url=interactor_server.api_url, headers=headers) as stranger:
        for method, path in [("GET", ""), ("POST", "/resume"), ("POST", "/cancel"), ("GET", "/threads")]:
            assert stranger.request(method, instance + path).status_code == 403
        assert stranger.get("/workflows/instances").json()["data"]["instances"] == []
        foreign = stranger.post("/workflows/approval/instances", json={"namespace": "user_1"})
        assert foreign.json()["error"]["message"] == "Token does not own namespace 'user_1'"
        own = stranger.post("/workflows/approval/instances", json={})
        assert own.json()["data"]["namespace"] == "user_2"


def test_a_token_of_several_namespaces_must_name_one(
    interactor: Emulator, interactor_server: Any, approval: Any
) -> None:
    headers = {"Authorization": f"Bearer {interactor.token(namespaces=['a', 'b'])}"}
    url = f"{interactor_server.api_url}/workflows/approval/instances"
    assert httpx.post(url, headers=headers).status_code == 400
    assert httpx.post(url, headers=headers, json={"namespace": "b"}).status_code == 201


def test_a_service_account_that_names_no_namespace_is_told_so(
    interactor: Emulator, interactor_client: httpx.Client, approval: Any
) -> None:
    inbox = interactor.webhooks.inbox
    made = interactor_client.post("/workflows/approval/instances").json()["data"]
    shown = interactor_client.get(f"/workflows/instances/{made['id']}").json()["data"]
    told = inbox.wait_for("workflow.instance.halted").data
    assert [name for name, each in (("made", made), ("shown", shown), ("told", told)) if "namespace" in each] == []
    assert "missing_namespace" in {each.code for each in interactor.diagnostics}


CREDENTIALS = {"grant_type": "client_credentials", "client_id": "client_dev", "client_secret": "secret_dev"}


@pytest.mark.parametrize("way", ["json", "form", "basic"])
def test_client_credentials_give_a_token(interactor_server: Any, interactor: Emulator, way: str) -> None:
    url = f"{interactor_server.auth_url}/oauth/token"
    if way == "basic":
        answer = httpx.post(url, data={"grant_type": "client_credentials"}, auth=("client_dev", "secret_dev"))
    elif way == "json":
        answer = httpx.post(url, json=CREDENTIALS)
    else:
        answer = httpx.post(url, data=CREDENTIALS)
    body = answer.json()
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    assert list(body) == ["access_token", "token_type", "expires_in", "refresh_token", "scope"]
    assert (body["token_type"], body["expires_in"], body["scope"]) == ("Bearer", 3600, " ".join(SCOPES))
    headers = {"Authorization": f"Bearer {body['access_token']}"}
    assert httpx.get(f"{interactor_server.api_url}/workflows", headers=headers).status_code == 200


def test_the_alias_answers_flat_and_under_data(interactor_server: Any, interactor: Emulator) -> None:
    body = httpx.post(f"{interactor_server.api_url}/oauth/token", json=CREDENTIALS).json()
    assert body["data"] == {name: value for name, value in body.items() if name != "data"}


@pytest.mark.parametrize(
    ("changes", "status", "error"),
    [
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"client_id": "nobody"}, 401, "invalid_client"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"grant_type": "password", "client_secret": "wrong"}, 400, "unsupported_grant_type"),
        ({"scope": "workflows:read admin"}, 400, "invalid_scope"),
        ({"client_id": 5}, 400, "invalid_request"),
    ],
)
def test_a_wrong_token_request_is_told_as_oauth_does(
    interactor_server: Any, interactor: Emulator, changes: dict[str, Any], status: int, error: str
) -> None:
    answer = httpx.post(f"{interactor_server.auth_url}/oauth/token", json={**CREDENTIALS, **changes})
    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert list(answer.json()) == ["error", "error_description"]


def test_a_scope_can_be_narrowed(interactor_server: Any, interactor: Emulator) -> None:
    asked = {**CREDENTIALS, "scope": "workflows:read"}
    body = httpx.post(f"{interactor_server.auth_url}/oauth/token", json=asked).json()
    assert body["scope"] == "workflows:read"
    headers = {"Authorization": f"Bearer {body['access_token']}"}
    assert httpx.post(f"{interactor_server.api_url}/workflows", headers=headers).status_code == 403


def test_a_refresh_token_is_used_once_and_its_reuse_revokes_the_family(
    interactor_server: Any, interactor: Emulator
) -> None:
    url = f"{interactor_server.auth_url}/oauth/token"

    def refreshed(token: str) -> httpx.Response:
        return httpx.post(url, json={"grant_type": "refresh_token", "refresh_token": token, "client_id": "client_dev"})

    first = httpx.post(url, json=CREDENTIALS).json()["refresh_token"]
    second = refreshed(first).json()["refresh_token"]
    assert refreshed(first).json()["error"] == "invalid_grant"
    assert refreshed(second).json()["error"] == "invalid_grant"


def test_a_token_signed_with_the_shipped_key_is_good(interactor: Emulator, interactor_server: Any) -> None:
    """The rows above are refused for what they say, not for who signed them."""
    claims = jwt.decode(interactor.token(), options={"verify_signature": False})
    token = jwt.encode(claims, OURS, "RS256", headers={"kid": "dev-1"})
    headers = {"Authorization": f"bearer {token}"}
    assert httpx.get(f"{interactor_server.api_url}/workflows", headers=headers).status_code == 200


def test_a_token_is_worthless_in_another_account(interactor: Emulator, interactor_server: Any) -> None:
    """Its account is what it says; what it reads there is that account's alone."""
    created = httpx.post(f"{interactor_server.url}/_emulator/accounts", json={"name": "team_b"}).json()
    interactor.load(workflow("w", {"a": terminal()}))
    url = f"{interactor_server.api_url}/workflows"
    seen = {}
    for name, token in (("a", interactor.token()), ("b", created["access_token"])):
        answer = httpx.get(url, headers={"Authorization": f"Bearer {token}", "X-Emulator-Account": "default"})
        seen[name] = [each["name"] for each in answer.json()["data"]["workflows"]]
    assert seen == {"a": ["w"], "b": []}


def _grant(server: Any, **fields: str) -> httpx.Response:
    credentials = {"client_id": "client_dev", "client_secret": "secret_dev"}
    return httpx.post(f"{server.auth_url}/oauth/token", json={**credentials, **fields})


def _status(server: Any, token: str) -> int:
    return httpx.get(f"{server.api_url}/workflows", headers={"Authorization": f"Bearer {token}"}).status_code


def test_a_token_can_be_revoked(interactor: Emulator, interactor_server: Any) -> None:
    issued = _grant(interactor_server, grant_type="client_credentials").json()
    other = interactor.token()
    url, credentials = f"{interactor_server.auth_url}/oauth/revoke", ("client_dev", "secret_dev")
    assert _status(interactor_server, issued["access_token"]) == 200
    answer = httpx.post(url, data={"token": issued["access_token"]}, auth=credentials)
    assert (answer.status_code, answer.json()) == (200, {})
    assert (_status(interactor_server, issued["access_token"]), _status(interactor_server, other)) == (401, 200)
    # A refresh token takes all that came of it along; one that nobody gave out is no error.
    renewed = _grant(interactor_server, grant_type="refresh_token", refresh_token=issued["refresh_token"]).json()
    for token in (renewed["refresh_token"], "nonsense"):
        assert httpx.post(url, data={"token": token}, auth=credentials).status_code == 200
    assert _status(interactor_server, renewed["access_token"]) == 401
    again = _grant(interactor_server, grant_type="refresh_token", refresh_token=renewed["refresh_token"])
    assert again.json()["error"] == "invalid_grant"


@pytest.mark.parametrize(
    ("fields", "auth", "status", "error"),
    [
        ({"token": "x", "client_id": "client_dev"}, None, 401, "invalid_client"),
        ({"token": "x", "client_secret": "secret_dev"}, None, 401, "invalid_client"),
        ({"token": "x"}, ("client_dev", "wrong"), 401, "invalid_client"),
        ({}, ("client_dev", "secret_dev"), 400, "invalid_request"),
    ],
)
def test_a_wrong_revocation_is_told(interactor_server: Any, fields: Any, auth: Any, status: int, error: str) -> None:
    answer = httpx.post(f"{interactor_server.auth_url}/oauth/revoke", data=fields, auth=auth)
    assert (answer.status_code, answer.json()["error"]) == (status, error)


def test_a_refresh_may_narrow_the_scope_and_never_widen_it(interactor_server: Any) -> None:
    first = _grant(interactor_server, grant_type="client_credentials", scope="workflows:read workflows:write").json()
    wider = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"], "scope": "webhooks:manage"}
    assert _grant(interactor_server, **wider).json()["error"] == "invalid_scope"
    narrow = {**wider, "scope": "workflows:read"}
    second = _grant(interactor_server, **narrow).json()
    assert second["scope"] == "workflows:read"
    third = _grant(interactor_server, grant_type="refresh_token", refresh_token=second["refresh_token"]).json()
    assert third["scope"] == "workflows:read"


def test_a_client_finds_the_key_and_checks_a_token_with_it(interactor: Emulator, interactor_server: Any) -> None:
    url = f"{interactor_server.auth_url}/.well-known/openid-configuration"
    found = httpx.get(url).json()
    assert found["token_endpoint"] == f"{interactor_server.auth_url}/oauth/token"
    assert httpx.get(found["jwks_uri"]).json() == httpx.get(f"{interactor_server.url}/.well-known/jwks.json").json()
    keys = jwt.PyJWKClient(found["jwks_uri"])
    token = interactor.token(namespaces=["user_1"])
    key = keys.get_signing_key_from_jwt(token)
    claims = jwt.decode(
        token,
        key,
        ["RS256"],
        audience="https://core.interactor.com",
        issuer=found["issuer"],
        options={"verify_exp": False, "verify_iat": False},  # those are judged by the emulator's clock
    )
    assert (claims["type"], claims["namespaces"], claims["org"]) == ("user", ["user_1"], "default")


def test_a_client_of_one_s_own(interactor: Emulator, interactor_server: Any) -> None:
    interactor.clients["app"] = Client("app", "app-secret", ("workflows:read",), ("user_1",))
    issued = _grant(interactor_server, grant_type="client_credentials", client_id="app", client_secret="app-secret")
    claims = jwt.decode(issued.json()["access_token"], options={"verify_signature": False})
    assert (claims["scope"], claims["namespaces"]) == ("workflows:read", ["user_1"])
