"""A server that claims to be this API, as a run speaks to it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx

from interactor_emulator.clock import pause, wall_ms
from interactor_emulator.hiding import hidden_in
from interactor_emulator.unanswered import in_words

_REMEDY = "; is that the right address? interactor-emulator serve starts an emulator"

_CONTROL, _OF_TOKENS, _HEALTH = "/_emulator", ("/oauth", "/.well-known"), "/health"
_SECONDS = 60
# A window of a minute, and a second more for a clock that is not ours.
_WINDOW_SECONDS = 61
# "100 writes, 50 creations of instances a minute": a request that may be the last one of a window waits.
_SPARE = 2


class Unreachable(ConnectionError):
    """There is no server, or it lets nobody in; the message says what was tried."""


@dataclass(frozen=True, slots=True)
class Account:
    """On whose behalf requests are sent. `name` is that of an emulator's account; where it is empty others use the
    account as well: the rates are kept, and what was started is cancelled."""

    client_id: str
    client_secret: str
    token: str
    name: str = ""


_NONE: Mapping[str, Any] = {}


class Service:
    """Requests to a server, one after the other or from several threads, within the rates that it allows.

    `core_url` and `auth_url` have no path. `transport` stands in place of the network, for tests. `waiting` is told of
    the seconds for which it keeps within the rates.
    """

    def __init__(
        self, core_url: str, auth_url: str | None = None, transport: httpx.BaseTransport | None = None
    ) -> None:
        self.core_url: str = origin_of(core_url)
        self.auth_url: str = origin_of(auth_url or core_url)
        self._client = httpx.Client(timeout=_SECONDS, transport=transport, trust_env=transport is None)
        self.waiting: Callable[[float], object] = lambda _seconds: None
        self._waited_until_ms = 0

    @property
    def is_local(self) -> bool:
        return urlsplit(self.core_url).hostname in ("127.0.0.1", "localhost", "::1")

    def has_control(self) -> bool:
        """Whether it is an emulator whose control API answers. Raises Unreachable where nothing does."""
        try:
            answer = self._client.get(f"{self.core_url}{_CONTROL}/health")
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            raise Unreachable(f"{self.core_url} does not answer: {in_words(error)}{_REMEDY}") from None
        try:
            return answer.status_code == 200 and "status" in answer.json()
        except (ValueError, TypeError, RecursionError):
            return False

    def account(self, client_id: str, client_secret: str) -> Account:
        """The account of these credentials. Raises Unreachable."""
        asked = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": client_secret}
        url = f"{self.auth_url}/oauth/token"
        try:
            answer = self._client.post(url, json=asked)
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            raise Unreachable(f"{url} does not answer: {in_words(error)}{_REMEDY}") from None
        try:
            token = answer.json()["access_token"]
            token.encode("ascii")
            return Account(client_id, client_secret, token)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise Unreachable(
                f"{url} gives no token to client {client_id}: it answered {answer.status_code} {answer.text[:200]!r}"
            ) from None

    def account_of_its_own(self, settings: Mapping[str, Any]) -> Account:
        """A new account of an emulator, whose clock stands. The emulator names it: others may make some as well."""
        body = {"now": "2026-01-20T12:00:00Z", "frozen": True, **settings}
        made = self._client.post(f"{self.core_url}{_CONTROL}/accounts", json=body).raise_for_status().json()
        return Account(made["client_id"], made["client_secret"], made["access_token"], made["name"])

    def remove(self, name: str) -> None:
        """Remove an account that was made here, if it was."""
        self._client.delete(f"{self.core_url}{_CONTROL}/accounts/{name}", headers=_JSON)

    def send(
        self,
        account: Account,
        method: str,
        path: str,
        headers: Mapping[str, str] = _NONE,
        content: Mapping[str, Any] = _NONE,
    ) -> httpx.Response:
        """Send a request and read its answer. A path of the API has no `/api/v1` in front of it; `content` is what
        httpx is given for a body, and headers that belong to it."""
        given = dict(content)
        sent = {**given.pop("headers", {}), **headers}
        if path.startswith(_CONTROL):
            url, sent = f"{self.core_url}{path}", {"X-Emulator-Account": account.name, **sent}
            if method != "GET" and not given:
                given = {"json": {}}
        elif path.startswith(_OF_TOKENS):
            url = f"{self.auth_url}{path}"
        elif path == _HEALTH:
            url = f"{self.core_url}{path}"
        else:
            url = f"{self.core_url}/api/v1{path}"
            sent = {"Authorization": f"Bearer {account.token}", **sent}
        answer = self._client.request(method, url, headers=sent, **given)
        if not account.name:
            self._keep_pace(answer)
        return answer

    def _keep_pace(self, answer: httpx.Response) -> None:
        """Wait for the next window before this one is used up, since others may use the account as well; once for a
        window, whatever the server says."""
        remaining, reset = (_whole(answer.headers.get(f"X-RateLimit-{name}", "")) for name in ("Remaining", "Reset"))
        now_ms = wall_ms()
        if remaining is None or reset is None or remaining > _SPARE or now_ms < self._waited_until_ms:
            return
        seconds = min(max(reset - now_ms / 1000, 0) + 1, _WINDOW_SECONDS)
        self._waited_until_ms = now_ms + _WINDOW_SECONDS * 1000
        self.waiting(seconds)
        pause(seconds)

    def close(self) -> None:
        self._client.close()


def origin_of(url: str) -> str:
    """The URL without a slash at its end; raises ValueError for more, or less, than scheme, host and port."""
    try:
        parts = urlsplit(url)
        more = parts.path not in ("", "/") or "?" in url or "#" in url or "@" in parts.netloc
        right = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0 and not more
    except ValueError:  # a port, or an address, that is none
        right = False
    if not right:
        raise ValueError(f"{hidden_in(url)!r} is no scheme, host and port, like http://127.0.0.1:8787")
    return url.rstrip("/")


_JSON = {"Content-Type": "application/json"}


def _whole(text: str) -> int | None:
    """A number that is one: some servers say other things."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 15 else None
