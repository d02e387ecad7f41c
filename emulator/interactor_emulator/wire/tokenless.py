"""What calls without a token are sent and answer: the account server's, and `GET /health`."""

from typing import Literal, NotRequired, TypedDict

from .shapes import Count, Timestamp


class TokenRequest(TypedDict):
    grant_type: Literal["client_credentials", "refresh_token"]
    client_id: NotRequired[str]
    client_secret: NotRequired[str]
    refresh_token: NotRequired[str]
    scope: NotRequired[str]


class Revocation(TypedDict):
    token: str
    client_id: NotRequired[str]
    client_secret: NotRequired[str]


class Token(TypedDict):
    access_token: str
    token_type: Literal["Bearer"]
    expires_in: Count
    refresh_token: NotRequired[str]
    scope: str


class AliasToken(Token):
    """Flat and under `data`: "published guides disagree on its shape"."""

    data: Token


class ServiceHealth(TypedDict):
    status: Literal["ok"]
    timestamp: Timestamp


class OAuthError(TypedDict):
    error: str
    error_description: str
