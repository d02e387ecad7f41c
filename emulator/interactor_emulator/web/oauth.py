"""The account server's token endpoint: RFC 6749, JSON or form, flat answers."""

import base64
import binascii
from collections.abc import Callable, Mapping
from urllib.parse import parse_qsl, unquote_plus

from starlette.types import Receive, Scope, Send

from interactor_emulator.account import Account
from interactor_emulator.errors import InteractorError
from interactor_emulator.limits import KB
from interactor_emulator.services import tokens
from interactor_emulator.services.tokens import Issued, OAuthError

from . import body
from .accounts import Accounts
from .respond import Headers, Response, json_response

_BODY_BYTES = 64 * KB
_FORM = "application/x-www-form-urlencoded"
_NO_STORE = (b"cache-control", b"no-store")

Fields = Mapping[str, str]


class TokenEndpoint:
    """`POST /oauth/token`. With `aliased`, the flat members stand under `data` as well: published guides disagree."""

    def __init__(self, accounts: Accounts, *, aliased: bool = False) -> None:
        self._accounts = accounts
        self._aliased = aliased

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = await self._answer(scope, receive)
        await response(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive) -> Response:
        sent: dict[bytes, bytes] = dict(scope["headers"])
        account = self._accounts.default
        headers: Headers = [_NO_STORE, (b"x-request-id", account.ids.request().encode())]
        if scope["method"] != "POST":
            return _refusal(OAuthError("invalid_request", "Use POST"), headers)
        try:
            fields = _fields(await body.read(receive, _BODY_BYTES), sent)
            grant = _GRANTS.get(fields.get("grant_type", ""))
            # Inferred: an unknown grant type is told before anything else.
            if grant is None:
                raise OAuthError("unsupported_grant_type", "Use client_credentials or refresh_token")
            issued = grant(_with_basic(fields, sent), self._accounts)
        except InteractorError as error:
            return _refusal(OAuthError("invalid_request", error.message), headers)
        except OAuthError as error:
            return _refusal(error, headers)
        flat = {
            "access_token": issued.access_token,
            "token_type": "Bearer",
            "expires_in": issued.expires_in,
            "refresh_token": issued.refresh_token,
            "scope": " ".join(issued.scopes),
        }
        return json_response(200, {**flat, "data": flat} if self._aliased else flat, headers)


def _refusal(error: OAuthError, headers: Headers) -> Response:
    status = 401 if error.code == "invalid_client" else 400
    return json_response(status, {"error": error.code, "error_description": error.description}, headers)


def _fields(raw: bytes, sent: Mapping[bytes, bytes]) -> Fields:
    content_type = sent.get(b"content-type", b"").decode("latin-1")
    if content_type.split(";", 1)[0].strip().lower() == _FORM:
        return dict(parse_qsl(raw.decode("utf-8", "replace"), keep_blank_values=True))
    value = body.json_object(raw, content_type, depth=8)
    for name, each in value.items():
        if not isinstance(each, str):
            raise OAuthError("invalid_request", f"{name[:100]} must be a string")
    return value


def _with_basic(fields: Fields, sent: Mapping[bytes, bytes]) -> Fields:
    """Client id and secret may come in the body or by HTTP Basic."""
    scheme, _, encoded = sent.get(b"authorization", b"").partition(b" ")
    if scheme.lower() != b"basic":
        return fields
    try:
        client_id, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise OAuthError("invalid_client", "Client authentication failed") from None
    return {**fields, "client_id": unquote_plus(client_id), "client_secret": unquote_plus(secret)}


def _client_credentials(fields: Fields, accounts: Accounts) -> Issued:
    client_id = fields.get("client_id", "")
    account = _account(accounts, client_id)
    with account.lock:
        return tokens.client_credentials(account, client_id, fields.get("client_secret", ""), fields.get("scope"))


def _refresh(fields: Fields, accounts: Accounts) -> Issued:
    client_id = fields.get("client_id", "")
    account = _account(accounts, client_id)
    with account.lock:
        return tokens.refresh(account, client_id, fields.get("refresh_token", ""))


def _account(accounts: Accounts, client_id: str) -> Account:
    return accounts.by_client().get(client_id, accounts.default)


_GRANTS: Mapping[str, Callable[[Fields, Accounts], Issued]] = {
    "client_credentials": _client_credentials,
    "refresh_token": _refresh,
}
