"""Connections that outlive a webhook: to connect to a receiver takes longer than to deliver to it."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import httpx

# Inferred. Shorter than what servers wait for a next request, so that nearly none has gone when it is wanted.
_KEPT_SECONDS = 2.0
_MOST_IDLE = 20

Build = Callable[[], "httpx.Request"]


def opened(url: str, **options: Any) -> "httpx.AsyncHTTPTransport":
    """The way to an address: "no redirects are followed, and the machine's proxy settings are ignored"."""
    import httpx

    return httpx.AsyncHTTPTransport(verify=url.startswith("https:"), trust_env=False, **options)


class Connections:
    """Those of one event loop, to any number of receivers."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._transports: dict[str, httpx.AsyncHTTPTransport] = {}

    @property
    def are_here(self) -> bool:
        """Whether this is their loop."""
        return asyncio.get_running_loop() is self._loop

    async def send(self, build: Build) -> "httpx.Response":
        """Send a request over a connection that is there, or a new one. One that went stale while nobody used it is
        tried anew at once: the receiver has not seen that request, or has gone while it did."""
        import httpx

        while True:
            request, connected = build(), False

            async def note(event: str, _info: object) -> None:
                nonlocal connected
                connected = connected or event.startswith("connection.connect")

            request.extensions["trace"] = note
            try:
                return await self._transport(request.url.scheme).handle_async_request(request)
            except (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError):
                if connected:
                    raise

    def _transport(self, scheme: str) -> "httpx.AsyncHTTPTransport":
        if scheme not in self._transports:
            import httpx

            limits = httpx.Limits(
                max_connections=None, max_keepalive_connections=_MOST_IDLE, keepalive_expiry=_KEPT_SECONDS
            )
            self._transports[scheme] = opened(f"{scheme}:", limits=limits)
        return self._transports[scheme]

    async def close(self) -> None:
        """Close them all."""
        for transport in self._transports.values():
            await transport.aclose()
