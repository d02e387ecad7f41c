"""The calls that need no token, a row each: the account server's, and `GET /health`."""

from dataclasses import dataclass

from interactor_emulator.wire import shapes, tokenless
from interactor_emulator.wire.control import Nothing

from .operation import PREFIX


@dataclass(frozen=True, slots=True)
class TokenlessOperation:
    """What the OpenAPI document tells of one. A `body` is JSON or a form, and is refused as RFC 6749 5.2 says."""

    method: str
    path: str
    summary: str
    answer: object
    body: type | None = None
    tag: str = "oauth"


_KEYS = "The key that signs tokens"

TOKENLESS = (
    TokenlessOperation("GET", "/health", "Whether the service answers", tokenless.ServiceHealth, tag="service"),
    TokenlessOperation("POST", "/oauth/token", "Get a token", tokenless.Token, tokenless.TokenRequest),
    TokenlessOperation(
        "POST", f"{PREFIX}/oauth/token", "Get a token, the alias", tokenless.AliasToken, tokenless.TokenRequest
    ),
    TokenlessOperation("POST", "/oauth/revoke", "Revoke a token", Nothing, tokenless.Revocation),
    TokenlessOperation("POST", f"{PREFIX}/oauth/revoke", "Revoke a token, the alias", Nothing, tokenless.Revocation),
    TokenlessOperation("GET", "/oauth/jwks", _KEYS, shapes.Object),
    TokenlessOperation("GET", "/.well-known/jwks.json", _KEYS, shapes.Object),
    TokenlessOperation("GET", "/.well-known/openid-configuration", "Where the endpoints are", shapes.Object),
)
