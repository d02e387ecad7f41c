"""Tokens: OAuth's two grants, and tokens that a test asks for directly."""

from collections.abc import Iterable
from dataclasses import dataclass

from interactor_emulator import bounds, notices
from interactor_emulator.account import tokens
from interactor_emulator.account.account import Account
from interactor_emulator.account.tokens import SCOPES, Client, Grant, texts_from
from interactor_emulator.nearest import hint
from interactor_emulator.redaction import REDACTED, mentions
from interactor_emulator.state.events import Noticed

_SELF_SERVICE = "emulator"

# Later than the last date that a token can have.
_MOST_SECONDS = 10**12

ALL_SCOPES = "*"
"""Published: a requested scope `*` means all."""


class OAuthError(Exception):
    """An error as RFC 6749 5.2 has it: `code` is its `error` member."""

    def __init__(self, code: str, description: str) -> None:
        super().__init__(description)
        self.code = code
        self.description = description


@dataclass(frozen=True, slots=True)
class Issued:
    """An access token, the refresh token that goes with it, if there is one, and what they allow."""

    access_token: str
    refresh_token: str | None
    scopes: tuple[str, ...]
    expires_in: int


def client_credentials(account: Account, client_id: str, client_secret: str, scope: str | None) -> Issued:
    """The grant of that name. Raises OAuthError `invalid_client`, `invalid_scope`."""
    client = authenticate(account, client_id, client_secret)
    scopes = _narrowed(account, client.scopes, scope)
    # Another guide of the same month gives refresh tokens to users alone: a variant.
    refreshable = account.variants.refresh_tokens == "all"
    return _issue(account, client, scopes, client.namespaces, account.ids.token(), refreshable=refreshable)


def authenticate(account: Account, client_id: str, client_secret: str | None) -> Client:
    """The client of that id; raises OAuthError `invalid_client` unless the secret is its own."""
    client = account.clients.get(client_id)
    if client is None or client_secret is None or not client.accepts(client_secret):
        _notice_client(account, client_id, client)
        raise OAuthError("invalid_client", "Client authentication failed")
    return client


def _notice_client(account: Account, client_id: str, client: Client | None) -> None:
    """What was wrong, which no answer may say."""
    if client is not None:
        why, remedy = "its secret is another one", "The secret of a client is set where the emulator is started"
    else:
        near = hint(client_id, account.clients)
        why, remedy = "nobody knows it", f"{near[0].upper()}{near[1:]}"
    account.journal.notice(Noticed.of(notices.INVALID_CLIENT, client=client_id, why=why, hint=remedy))


def refresh(account: Account, client_id: str, refresh_token: str, scope: str | None = None) -> Issued:
    """A refresh token is used once; its reuse revokes all that came of it (RFC 9700). `scope` may narrow what it
    allows. Raises OAuthError `invalid_grant`, `invalid_scope`."""
    grant = account.grants.get(refresh_token)
    if grant is None or grant.client.client_id != client_id or account.token_now_ms >= grant.expires_ms:
        raise OAuthError("invalid_grant", "Refresh token is invalid, expired or of another client")
    if grant.used:
        _revoke_family(account, grant.family)
        raise OAuthError("invalid_grant", "Refresh token was used before")
    scopes = _narrowed(account, grant.scopes, scope)
    grant.used = True
    return _issue(account, grant.client, scopes, grant.namespaces, grant.family)


def revoke(account: Account, token: str) -> None:
    """Make a token worthless (RFC 7009): a refresh token with all that came of it, an access token alone. One that
    nobody gave out is nothing to do, and no error."""
    grant = account.grants.get(token)
    if grant is not None:
        _revoke_family(account, grant.family)
        return
    try:
        principal = tokens.read(token)
    except tokens.InvalidToken:
        return
    if principal.account == account.name:
        _remember(account, principal.token_id, principal.expires_ms)


def _revoke_family(account: Account, family: str) -> None:
    """All that was rotated out of one grant: its refresh tokens, and the access tokens that went with them."""
    for token in [each for each, grant in account.grants.items() if grant.family == family]:
        grant = account.grants.pop(token)
        _remember(account, grant.token_id, grant.expires_ms)


def _remember(account: Account, token_id: str, expires_ms: int) -> None:
    """A revoked token is remembered until it would have expired."""
    now_ms = account.token_now_ms
    for each in [each for each, until_ms in account.revoked.items() if until_ms <= now_ms]:
        del account.revoked[each]
    account.revoked[token_id] = expires_ms


def _narrowed(account: Account, allowed: tuple[str, ...], scope: str | None) -> tuple[str, ...]:
    if not scope:
        return allowed
    # "scope-token *( SP scope-token )" (RFC 6749 3.3)
    asked = tuple(dict.fromkeys(filter(None, scope.split(" "))))
    if ALL_SCOPES in asked:
        return allowed
    for each in asked:
        if each not in allowed:
            # A secret that has a space in it was cut in two here.
            shown = REDACTED if mentions(scope, account.secrets.ever) else each
            if each not in SCOPES:
                _notice_scope(account, shown)
            raise OAuthError("invalid_scope", f"Scope {shown} is unknown or not allowed for this client")
    return asked


def _notice_scope(account: Account, scope: str) -> None:
    """Finer scopes of webhooks stand in other guides; the document has one for all of it."""
    near = "did you mean webhooks:manage?" if scope.startswith("webhook") else hint(scope, SCOPES)
    account.journal.notice(Noticed.of(notices.FINER_SCOPE, scope=scope, hint=near[0].upper() + near[1:]))


def _issue(
    account: Account,
    client: Client,
    scopes: tuple[str, ...],
    namespaces: tuple[str, ...] | None,
    family: str,
    *,
    refreshable: bool = True,
) -> Issued:
    """A new access token, with a refresh token unless told otherwise. "Tokens expire after 1 hour"."""
    lifetime = account.limits.access_token_seconds
    token_id = account.ids.token()
    access = tokens.issue(account.name, client, account.token_now_ms, token_id, scopes, namespaces, lifetime)
    if not refreshable:
        return Issued(access, None, scopes, lifetime)
    refresh_token = "rt_" + account.ids.token()
    expires_ms = account.token_now_ms + account.limits.refresh_token_seconds * 1000
    account.grants[refresh_token] = Grant(client, scopes, namespaces, family, token_id, expires_ms)
    if len(account.grants) > bounds.REFRESH_TOKENS.most:
        del account.grants[next(iter(account.grants))]
    return Issued(access, refresh_token, scopes, lifetime)


def mint(
    account: Account,
    scopes: Iterable[str] | None = None,
    namespaces: Iterable[str] | None = None,
    expires_in: int | None = None,
) -> str:
    """A token for a test: all scopes, a service account and an hour unless said otherwise (`expires_in` in seconds).
    One text is one scope, or one namespace.

    Raises ValueError for an unknown scope, a namespace that is no text, or a lifetime that is not positive.
    """
    allowed = SCOPES if scopes is None else texts_from("scopes", scopes)
    owned = None if namespaces is None else texts_from("namespaces", namespaces)
    if unknown := [scope for scope in allowed if scope not in SCOPES]:
        raise ValueError(f"unknown scope {unknown[0]!r}; there are {', '.join(SCOPES)}")
    lifetime = account.limits.access_token_seconds if expires_in is None else expires_in
    if not isinstance(lifetime, int) or isinstance(lifetime, bool) or not 0 < lifetime <= _MOST_SECONDS:
        raise ValueError(f"expires_in must be a positive whole number, at most {_MOST_SECONDS}, not {expires_in!r}")
    client = next(iter(account.clients.values()), Client(_SELF_SERVICE, ""))
    return tokens.issue(account.name, client, account.token_now_ms, account.ids.token(), allowed, owned, lifetime)
