"""The account server: tokens and their revocation (RFC 6749, 7009), JSON or form, flat answers; keys; discovery."""

import base64
import binascii
import logging
from collections.abc import Callable, Mapping
from time import perf_counter
from typing import Any
from urllib.parse import parse_qsl, unquote_plus

from starlette.types import Receive, Scope, Send

from interactor_emulator import bounds
from interactor_emulator.account.account import Account
from interactor_emulator.account.tokens import ALGORITHM, ISSUER, SCOPES, public_keys
from interactor_emulator.errors import InteractorError, NotFound
from interactor_emulator.redaction import redact
from interactor_emulator.services import grants
from interactor_emulator.services.grants import Issued, OAuthError
from interactor_emulator.web.hosting.hosted import Accounts

from . import body
from .call import own_request_id
from .respond import Headers, Response, failure_response, json_response, shortened, tell

_FORM = "application/x-www-form-urlencoded"
_BROKE = "Internal error of the emulator; its log has the traceback"
_NO_STORE = (b"cache-control", b"no-store")
# RFC 7617 2: a challenge names its realm.
_CHALLENGE = (b"www-authenticate", b'Basic realm="interactor"')

log: logging.Logger = logging.getLogger("interactor_emulator")

Given = Mapping[str, Any]
Fields = Mapping[str, str]


class OAuthEndpoint:
    """One endpoint of the account server: it takes the fields of a POST and gives the body of a success. `first` looks
    at what was given before anything else does."""

    def __init__(
        self,
        accounts: Accounts,
        perform: "Callable[[Fields, Accounts], Mapping[str, object]]",
        first: Callable[[Given], None] = lambda _given: None,
    ) -> None:
        self._accounts = accounts
        self._perform = perform
        self._first = first

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        account, began = self._accounts.default, perf_counter()
        request_id = own_request_id(dict(scope["headers"])) or account.ids.request(account.clock.now_ms)
        response = await self._answer(scope, receive, request_id)
        tell(account, scope, began, response, request_id)
        await response(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, request_id: str) -> Response:
        sent: dict[bytes, bytes] = dict(scope["headers"])
        headers: Headers = [_NO_STORE, (b"x-request-id", request_id.encode())]
        if scope["method"] != "POST":
            response = failure_response(NotFound(), request_id)
            response.headers.append((b"x-request-id", request_id.encode()))
            return response
        try:
            given = _given(await body.read(receive, bounds.OAUTH_BODY.most), sent)
            self._first(given)
            return json_response(200, self._perform(_with_basic(_texts(given), sent), self._accounts), headers)
        except InteractorError as error:
            return self._refusal(OAuthError("invalid_request", error.message), headers)
        except OAuthError as error:
            # "If the client attempted to authenticate via the 'Authorization' request header field, the authorization
            # server MUST … include the 'WWW-Authenticate' response header field" (RFC 6749 5.2)
            if error.code == "invalid_client" and _basic(sent) is not None:
                headers.append(_CHALLENGE)
            return self._refusal(error, headers)
        except Exception:
            log.exception("an OAuth call failed inside the emulator")
            return json_response(500, {"error": "server_error", "error_description": _BROKE}, headers)

    def _refusal(self, error: OAuthError, headers: Headers) -> Response:
        status = 401 if error.code == "invalid_client" else 400
        secrets = [secret for account in self._accounts for secret in account.secrets.ever]
        told = shortened(redact(error.description, secrets))
        response = json_response(status, {"error": error.code, "error_description": told}, headers)
        response.code = error.code
        return response


def known_grant(given: Given) -> None:
    """Published: "an unknown grant type before anything else". Raises OAuthError."""
    if given.get("grant_type") not in _GRANTS:
        raise OAuthError("unsupported_grant_type", "Use client_credentials or refresh_token")


def token(fields: Fields, accounts: Accounts) -> Mapping[str, object]:
    """`POST /oauth/token`: the flat body of RFC 6749 5.1."""
    issued = _GRANTS[fields["grant_type"]](fields, accounts)
    return {
        "access_token": issued.access_token,
        "token_type": "Bearer",
        "expires_in": issued.expires_in,
        **({} if issued.refresh_token is None else {"refresh_token": issued.refresh_token}),
        "scope": " ".join(issued.scopes),
    }


def token_alias(fields: Fields, accounts: Accounts) -> Mapping[str, object]:
    """`POST /api/v1/oauth/token`: flat and under `data`, since published guides disagree."""
    flat = token(fields, accounts)
    return {**flat, "data": flat}


def revoke(fields: Fields, accounts: Accounts) -> Mapping[str, object]:
    """`POST /oauth/revoke` (RFC 7009). Published: the token alone is enough; given credentials must be right."""
    if "token" not in fields:
        raise OAuthError("invalid_request", "token is required")
    if "client_id" in fields or "client_secret" in fields:
        account = _account(accounts, fields.get("client_id", ""))
        with account.driver.lock:
            grants.authenticate(account, fields.get("client_id", ""), fields.get("client_secret"))
            grants.revoke(account, fields["token"])
        return {}
    for account in accounts:
        with account.driver.lock:
            grants.revoke(account, fields["token"])
    return {}


class KeySet:
    """`GET /oauth/jwks` and `/.well-known/jwks.json`: the key that signs all tokens."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # Published: it may be kept for an hour.
        headers: Headers = [(b"cache-control", b"public, max-age=3600"), _request_id(self._accounts, scope)]
        await json_response(200, {"keys": public_keys()}, headers)(scope, receive, send)


class Discovery:
    """`GET /.well-known/openid-configuration`: where the endpoints are, on the address that was asked."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        host = dict(scope["headers"]).get(b"host", b"127.0.0.1").decode("latin-1")
        base = f"{scope['scheme']}://{host}"
        found = {
            "issuer": ISSUER,
            "token_endpoint": f"{base}/oauth/token",
            "revocation_endpoint": f"{base}/oauth/revoke",
            "jwks_uri": f"{base}/oauth/jwks",
            "grant_types_supported": list(_GRANTS),
            "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
            "id_token_signing_alg_values_supported": [ALGORITHM],
            "response_types_supported": ["token"],
            "subject_types_supported": ["public"],
            "scopes_supported": list(SCOPES),
        }
        await json_response(200, found, [_request_id(self._accounts, scope)])(scope, receive, send)


def _request_id(accounts: Accounts, scope: Scope) -> tuple[bytes, bytes]:
    """The header that "every response has"."""
    account = accounts.default
    own = own_request_id(dict(scope["headers"]))
    return b"x-request-id", (own or account.ids.request(account.clock.now_ms)).encode()


def _given(raw: bytes, sent: Mapping[bytes, bytes]) -> Given:
    content_type = sent.get(b"content-type", b"").decode("latin-1")
    if content_type.split(";", 1)[0].strip().lower() == _FORM:
        return dict(parse_qsl(raw.decode("utf-8", "replace"), keep_blank_values=True))
    return body.json_object(raw, content_type, depth=8)


def _texts(given: Given) -> Fields:
    for name, each in given.items():
        if not isinstance(each, str):
            raise OAuthError("invalid_request", f"{name} must be a string")
    return given


def _with_basic(fields: Fields, sent: Mapping[bytes, bytes]) -> Fields:
    """Client id and secret may come in the body or by HTTP Basic."""
    encoded = _basic(sent)
    if encoded is None:
        return fields
    try:
        client_id, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise OAuthError("invalid_client", "Client authentication failed") from None
    return {**fields, "client_id": unquote_plus(client_id), "client_secret": unquote_plus(secret)}


def _basic(sent: Mapping[bytes, bytes]) -> bytes | None:
    """What a client sent by HTTP Basic, if it did."""
    scheme, _, encoded = sent.get(b"authorization", b"").partition(b" ")
    return encoded if scheme.lower() == b"basic" else None


def _client_credentials(fields: Fields, accounts: Accounts) -> Issued:
    client_id = fields.get("client_id", "")
    account = _account(accounts, client_id)
    with account.driver.lock:
        return grants.client_credentials(account, client_id, fields.get("client_secret", ""), fields.get("scope"))


def _refresh(fields: Fields, accounts: Accounts) -> Issued:
    client_id = fields.get("client_id", "")
    account = _account(accounts, client_id)
    with account.driver.lock:
        return grants.refresh(account, client_id, fields.get("refresh_token", ""), fields.get("scope"))


def _account(accounts: Accounts, client_id: str) -> Account:
    return accounts.by_client().get(client_id, accounts.default)


_GRANTS: Mapping[str, Callable[[Fields, Accounts], Issued]] = {
    "client_credentials": _client_credentials,
    "refresh_token": _refresh,
}
