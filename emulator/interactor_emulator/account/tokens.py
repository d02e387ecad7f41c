"""Access tokens: JWTs signed RS256 with a development key that the package ships.

"`Authorization: Bearer eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9...`". The key is public, and protects nothing: it makes
tokens look and expire like the service's, and a client that checks them against the JWKS pass.
"""

import math
from collections import UserDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from interactor_emulator.clock import FIRST_MS

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

ISSUER = "https://auth.interactor.com"
AUDIENCE = "https://core.interactor.com"
KEY_ID = "dev-1"
ALGORITHM = "RS256"

SCOPES = ("workflows:read", "workflows:write", "workflows:execute", "webhooks:manage")
"""Every scope of the document's table, in its order."""


@dataclass(frozen=True, slots=True)
class Client:
    """Who may ask for tokens, with an id and a secret.

    `scopes` are those that its tokens may have, all four unless given; `namespaces` are those that they reach, None for
    a service account, which reaches all of them. One text is one of them. Raises ValueError for what is no text, or no
    list of texts."""

    client_id: str
    client_secret: str
    scopes: tuple[str, ...] = SCOPES
    namespaces: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        texts_from("client_id and client_secret", (self.client_id, self.client_secret))
        object.__setattr__(self, "scopes", texts_from("scopes", self.scopes))
        if self.namespaces is not None:
            object.__setattr__(self, "namespaces", texts_from("namespaces", self.namespaces))

    def accepts(self, secret: str) -> bool:
        """Whether this is its secret."""
        # Late: hmac loads OpenSSL, for which a server's start need not wait.
        import hmac

        given, own = (text.encode("utf-8", "surrogatepass") for text in (secret, self.client_secret))
        return hmac.compare_digest(given, own)


class Clients(UserDict[str, Client]):
    """Clients by their ids; raises ValueError for what is no client, or has another id."""

    def __setitem__(self, client_id: str, client: Client) -> None:
        if not isinstance(client, Client):
            raise ValueError(f"clients are Client(…), not {client!r}")
        if client.client_id != client_id:
            raise ValueError(f"the client {client.client_id!r} has another id than {client_id!r}")
        super().__setitem__(client_id, client)


def texts_from(name: str, given: Iterable[str] | str) -> tuple[str, ...]:
    """One text, or several: a text is no list of its letters. Raises ValueError for anything else."""
    found = tuple(given) if isinstance(given, Iterable) and not isinstance(given, str) else (given,)
    for each in found:
        if not isinstance(each, str):
            raise ValueError(f"{name}: each is a text, not {each!r}")
    return found


DEFAULT_CLIENT = Client("client_dev", "secret_dev")


@dataclass(frozen=True, slots=True)
class Principal:
    """Who a valid token speaks for. `expires_ms` and `not_before_ms` are on the clock that dates tokens."""

    account: str
    subject: str
    scopes: frozenset[str]
    namespaces: tuple[str, ...] | None
    expires_ms: int
    token_id: str = ""
    client_id: str = ""
    not_before_ms: int = 0


@dataclass(slots=True)
class Grant:
    """What a refresh token stands for. `family` is shared by all that were rotated out of the same first one,
    `token_id` is that of the access token which was given out with it."""

    client: Client
    scopes: tuple[str, ...]
    namespaces: tuple[str, ...] | None
    family: str
    token_id: str
    expires_ms: int
    used: bool = False


class InvalidToken(Exception):
    """Malformed, or not signed by our key, or without the claims that we make."""


def issue(
    account: str,
    client: Client,
    now_ms: int,
    token_id: str,
    scopes: tuple[str, ...],
    namespaces: tuple[str, ...] | None,
    expires_in: int,
) -> str:
    """A signed token, issued at `now_ms`; `token_id` is its `jti`, `expires_in` is in seconds."""
    import jwt

    now = now_ms // 1000
    claims: dict[str, object] = {
        "iss": ISSUER,
        "sub": client.client_id,
        "aud": AUDIENCE,
        "iat": now,
        "exp": now + expires_in,
        "jti": token_id,
        "client_id": client.client_id,
        "type": "app" if namespaces is None else "user",
        "org": account,
        # Published guides have both spellings.
        "scope": " ".join(scopes),
        "scopes": " ".join(scopes),
    }
    if namespaces is not None:
        claims["namespaces"] = list(namespaces)
    return jwt.encode(claims, _private_key(), ALGORITHM, headers={"kid": KEY_ID})


def read(token: str) -> Principal:
    """Whom the token speaks for, if its signature is right; whether it is good now is left to the account's clock.

    Raises InvalidToken."""
    import jwt

    try:
        claims = jwt.decode(
            token,
            _private_key().public_key(),
            [ALGORITHM],
            audience=AUDIENCE,
            issuer=ISSUER,
            options={
                "verify_exp": False,
                "verify_iat": False,
                "verify_nbf": False,
                "require": ["exp", "sub", "org", "scope"],
            },
        )
        if jwt.get_unverified_header(token).get("kid") != KEY_ID:
            raise InvalidToken
        namespaces = claims.get("namespaces")
        if namespaces is not None and not _are_names(namespaces):
            raise InvalidToken
        _date_ms(claims, "iat")
        return Principal(
            account=_text(claims, "org"),
            subject=_text(claims, "sub"),
            scopes=frozenset(_text(claims, "scope").split()),
            namespaces=None if namespaces is None else tuple(namespaces),
            expires_ms=_date_ms(claims, "exp"),
            token_id=str(claims.get("jti", "")),
            client_id=str(claims.get("client_id", "")),
            not_before_ms=_date_ms(claims, "nbf"),
        )
    except (jwt.InvalidTokenError, TypeError, ValueError, OverflowError) as error:
        raise InvalidToken from error


def _date_ms(claims: Mapping[str, object], name: str) -> int:
    """A date of the token in Unix milliseconds; where there is none, the first that a clock can have.

    "Its value MUST be a number containing a NumericDate value" (RFC 7519 4.1.4 to 4.1.6): no text, and nothing that
    is without end, as 1e400 is."""
    value = claims.get(name, FIRST_MS // 1000)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise InvalidToken
    return int(value * 1000)


def _text(claims: Mapping[str, object], name: str) -> str:
    value = claims[name]
    if not isinstance(value, str):
        raise InvalidToken
    return value


def _are_names(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(name, str) for name in value)


def public_keys() -> list[dict[str, str]]:
    """The key that signatures are checked with, as a JWK (RFC 7517)."""
    from jwt.algorithms import RSAAlgorithm

    key: dict[str, Any] = RSAAlgorithm.to_jwk(_private_key().public_key(), as_dict=True)
    return [{"kty": "RSA", "kid": KEY_ID, "use": "sig", "alg": ALGORITHM, "n": key["n"], "e": key["e"]}]


@cache
def _private_key() -> "RSAPrivateKey":
    """The key that the package ships; its primes need no check, which would take as long as making one."""
    from importlib import resources

    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    pem = resources.files(__package__).joinpath("development_key.pem").read_bytes()
    return load_pem_private_key(pem, None, unsafe_skip_rsa_key_validation=True)  # type: ignore[return-value]  # RSA
