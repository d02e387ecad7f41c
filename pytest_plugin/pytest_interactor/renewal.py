"""A token that is renewed when the emulator's clock has passed its end."""

from collections.abc import Generator

import httpx
from interactor_emulator import Emulator

_LIFETIME_SECONDS = 3600


class RenewedToken(httpx.Auth):
    """Sends a token of all scopes; asks for another one when an hour of the emulator's time has gone by."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator
        self._token = ""
        self._ends = 0.0

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        now = self._emulator.account.token_now_ms / 1000
        if now >= self._ends:
            self._token = self._emulator.token(expires_in=_LIFETIME_SECONDS)
            self._ends = now + _LIFETIME_SECONDS
        request.headers["Authorization"] = f"Bearer {self._token}"
        yield request


class KeptConnections(httpx.BaseTransport):
    """The connections of all clients of a session: making them anew takes longer than a request."""

    def __init__(self) -> None:
        # No TLS: loading the certificates of all the world takes longer than most tests.
        self._transport = httpx.HTTPTransport(verify=False)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return self._transport.handle_request(request)

    def close(self) -> None:
        """A client is closed, and the connections are kept."""

    def end(self) -> None:
        """The session is over."""
        self._transport.close()
