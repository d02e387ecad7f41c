"""Tokens: OAuth's two grants, and tokens that a test asks for directly."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from interactor_emulator import tokens
from interactor_emulator.tokens import SCOPES, Client, Grant

if TYPE_CHECKING:
    from interactor_emulator.account import Account

_SELF_SERVICE = "emulator"


class OAuthError(Exception):
    """An error as RFC 6749 5.2 has it: `code` is its `error` member."""

    def __init__(self, code: str, description: str) -> None:
        super().__init__(description)
        self.code = code
        self.description = description


@dataclass(frozen=True, slots=True)
class Issued:
    """An access token, the refresh token that goes with it, and what they allow."""

    access_token: str
    refresh_token: str
    scopes: tuple[str, ...]
    expires_in: int


def client_credentials(account: "Account", client_id: str, client_secret: str, scope: str | None) -> Issued:
    """The grant of that name. Raises OAuthError `invalid_client`, `invalid_scope`."""
    client = account.clients.get(client_id)
    if client is None or not client.accepts(client_secret):
        raise OAuthError("invalid_client", "Client authentication failed")
    scopes = _narrowed(client.scopes, scope)
    return _issue(account, client, scopes, client.namespaces, family=account.ids.token())


def refresh(account: "Account", client_id: str, refresh_token: str) -> Issued:
    """A refresh token is used once; its reuse revokes all that came of it (RFC 9700). Raises `invalid_grant`."""
    grant = account.grants.get(refresh_token)
    if grant is None or grant.client.client_id != client_id or account.clock.now_ms >= grant.expires_ms:
        raise OAuthError("invalid_grant", "Refresh token is invalid, expired or of another client")
    if grant.used:
        account.grants = {each: other for each, other in account.grants.items() if other.family != grant.family}
        raise OAuthError("invalid_grant", "Refresh token was used before")
    grant.used = True
    return _issue(account, grant.client, grant.scopes, grant.namespaces, grant.family)


def _narrowed(allowed: tuple[str, ...], scope: str | None) -> tuple[str, ...]:
    if not scope:
        return allowed
    asked = scope.split()
    for each in asked:
        if each not in allowed:
            raise OAuthError("invalid_scope", f"Scope {each} is unknown or not allowed for this client")
    return tuple(dict.fromkeys(asked))


def _issue(
    account: "Account", client: Client, scopes: tuple[str, ...], namespaces: tuple[str, ...] | None, family: str
) -> Issued:
    """ "Tokens expire after 1 hour"."""
    lifetime = account.limits.access_token_seconds
    access = tokens.issue(account.name, client, account.clock, account.ids, scopes, namespaces, lifetime)
    refresh_token = "rt_" + account.ids.token()
    expires_ms = account.clock.now_ms + account.limits.refresh_token_seconds * 1000
    account.grants[refresh_token] = Grant(client, scopes, namespaces, family, expires_ms)
    return Issued(access, refresh_token, scopes, lifetime)


def mint(
    account: "Account",
    scopes: Sequence[str] | None = None,
    namespaces: Sequence[str] | None = None,
    expires_in: int | None = None,
) -> str:
    """A token for a test: all scopes, a service account and an hour unless said otherwise (`expires_in` in seconds).

    Raises ValueError for an unknown scope or a lifetime that is not positive.
    """
    unknown = [scope for scope in scopes or () if scope not in SCOPES]
    if unknown:
        raise ValueError(f"unknown scope {unknown[0]!r}; there are {', '.join(SCOPES)}")
    lifetime = account.limits.access_token_seconds if expires_in is None else expires_in
    if lifetime <= 0:
        raise ValueError(f"expires_in must be positive, not {expires_in}")
    client = next(iter(account.clients.values()), Client(_SELF_SERVICE, ""))
    allowed = SCOPES if scopes is None else tuple(scopes)
    owned = None if namespaces is None else tuple(namespaces)
    return tokens.issue(account.name, client, account.clock, account.ids, allowed, owned, lifetime)
