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
        now = self._emulator.clock.now.timestamp()
        if now >= self._ends:
            self._token = self._emulator.token(expires_in=_LIFETIME_SECONDS)
            self._ends = now + _LIFETIME_SECONDS
        request.headers["Authorization"] = f"Bearer {self._token}"
        yield request
