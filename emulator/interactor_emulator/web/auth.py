"""Who is calling: a bearer token, checked once and remembered until it expires."""

from interactor_emulator import bounds
from interactor_emulator.account.account import Account
from interactor_emulator.account.tokens import InvalidToken, Principal, read
from interactor_emulator.clock import timestamp
from interactor_emulator.errors import Forbidden, Unauthorized
from interactor_emulator.web.hosting.hosted import Accounts


class Authenticator:
    """Checks tokens for all accounts of a server."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts
        self._known: dict[bytes, Principal] = {}

    def read(self, authorization: bytes) -> tuple[Account, Principal]:
        """The account and the principal of an Authorization header; raises Unauthorized."""
        principal = self._known.get(authorization)
        if principal is None:
            principal = self._read(authorization)
        account = self._accounts.by_token(principal.account)
        if account is None:
            raise Unauthorized("its token is of an account that is not here, or no more")
        return account, principal

    def _read(self, authorization: bytes) -> Principal:
        scheme, _, token = authorization.partition(b" ")
        if scheme.lower() != b"bearer":
            sent = "its Authorization header is not of the kind Bearer" if scheme else "it has no Authorization header"
            raise Unauthorized(sent, "Send 'Authorization: Bearer TOKEN'; POST /oauth/token gives one")
        try:
            principal = read(token.strip().decode("ascii"))
        except (InvalidToken, UnicodeDecodeError):
            raise Unauthorized(
                "its token cannot be read, or was not signed by this emulator",
                "Ask this server for one, with POST /oauth/token; a token of the service does not work here",
            ) from None
        if len(self._known) >= bounds.KNOWN_TOKENS.most:  # checking one takes 50 µs, looking it up well under one
            self._known.clear()
        self._known[authorization] = principal
        return principal


def check_valid(account: Account, principal: Principal) -> None:
    """Raise Unauthorized for a token that has expired or was revoked."""
    if account.token_now_ms >= principal.expires_ms:
        raise _expired(account, principal)
    if account.token_now_ms < principal.not_before_ms:
        raise Unauthorized("its token is not good yet (nbf)")
    if principal.token_id in account.revoked:
        raise Unauthorized("its token was revoked")


def _expired(account: Account, principal: Principal) -> Unauthorized:
    now, then = timestamp(account.token_now_ms), timestamp(principal.expires_ms)
    return Unauthorized(
        f"its token expired at {then}, and the clock that dates tokens is at {now}",
        "Ask for a new one, as with the service: time travel makes tokens expire too",
    )


def require_scope(principal: Principal, scope: str) -> None:
    """Raise Forbidden unless the token has the scope."""
    if scope not in principal.scopes:
        raise Forbidden.scope(scope)
