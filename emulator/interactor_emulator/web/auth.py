"""Who is calling: a bearer token, checked once and remembered until it expires."""

from interactor_emulator.account.account import Account
from interactor_emulator.account.tokens import InvalidToken, Principal, read
from interactor_emulator.errors import Forbidden, Unauthorized
from interactor_emulator.web.hosting.hosted import Accounts

# Checking a signature takes about 50 µs, looking it up well under one; so many tokens are remembered.
_REMEMBERED = 1_000


class Authenticator:
    """Checks tokens for all accounts of a server."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts
        self._known: dict[bytes, Principal] = {}

    def authenticate(self, authorization: bytes) -> tuple[Account, Principal]:
        """The account and the principal of an Authorization header; raises Unauthorized."""
        principal = self._known.get(authorization)
        if principal is None:
            principal = self._read(authorization)
        account = self._accounts.get(principal.account)
        if account is None or account.token_now_ms >= principal.expires_ms or principal.token_id in account.revoked:
            raise Unauthorized
        return account, principal

    def _read(self, authorization: bytes) -> Principal:
        scheme, _, token = authorization.partition(b" ")
        if scheme.lower() != b"bearer":
            raise Unauthorized
        try:
            principal = read(token.strip().decode("ascii"))
        except (InvalidToken, UnicodeDecodeError):
            raise Unauthorized from None
        if len(self._known) >= _REMEMBERED:
            self._known.clear()
        self._known[authorization] = principal
        return principal


def require_scope(principal: Principal, scope: str) -> None:
    """Raise Forbidden unless the token has the scope."""
    if scope not in principal.scopes:
        raise Forbidden.scope(scope)
