"""A line of the log for every request, whoever answers it: the API, the control API, OAuth, or nobody."""

import logging
from time import perf_counter

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from interactor_emulator.redaction import redact
from interactor_emulator.terminal import line

from .hosting.hosted import Accounts

log = logging.getLogger("interactor_emulator")


class Logged:
    """An application whose requests are logged at `info`, when their answers begin."""

    def __init__(self, app: ASGIApp, accounts: Accounts) -> None:
        self._app = app
        self._accounts = accounts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not log.isEnabledFor(logging.INFO):
            await self._app(scope, receive, send)
            return
        began = perf_counter()

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._tell(scope, message, (perf_counter() - began) * 1000)
            await send(message)

        await self._app(scope, receive, sending)

    def _tell(self, scope: Scope, answer: Message, milliseconds: float) -> None:
        # Without the query: a stream's may hold a token.
        ids = [value.decode("latin-1") for name, value in answer["headers"] if name == b"x-request-id"]
        secrets = [secret for account in self._accounts for secret in account.secrets.ever]
        method, path, *shown = redact([scope["method"], scope["path"], *ids], secrets)
        request = f", request {line(shown[0])}" if shown else ""
        log.info("%s %s → %s in %.1f ms%s", line(method), line(path), answer["status"], milliseconds, request)
