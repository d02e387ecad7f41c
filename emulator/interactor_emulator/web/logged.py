"""A line of the log for every request, whoever answers it: the API, the control API, OAuth, or nobody."""

import logging
from time import perf_counter

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from interactor_emulator.redaction import redact
from interactor_emulator.terminal import line

from .call import own_request_id
from .hosting.hosted import Accounts

log: logging.Logger = logging.getLogger("interactor_emulator")


class Logged:
    """An application whose requests are logged at `info`: when their answers begin, or at their end when none has
    begun: the server ends, say."""

    def __init__(self, app: ASGIApp, accounts: Accounts) -> None:
        self._app = app
        self._accounts = accounts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not log.isEnabledFor(logging.INFO):
            await self._app(scope, receive, send)
            return
        began, answered = perf_counter(), False

        async def sending(message: Message) -> None:
            nonlocal answered
            if message["type"] == "http.response.start":
                answered = True
                ids = [value.decode("latin-1") for name, value in message["headers"] if name == b"x-request-id"]
                self._tell(scope, f"→ {message['status']} in", began, ids)
            await send(message)

        try:
            await self._app(scope, receive, sending)
        finally:
            if not answered:
                own = own_request_id(dict(scope["headers"]))
                self._tell(scope, "broken off after", began, [own] if own else [])

    def _tell(self, scope: Scope, end: str, began: float, ids: list[str]) -> None:
        milliseconds = (perf_counter() - began) * 1000
        # Without the query: a stream's may hold a token.
        secrets = [secret for account in self._accounts for secret in account.secrets.ever]
        method, path, *shown = redact([scope["method"], scope["path"], *ids], secrets)
        request = f", request {line(shown[0])}" if shown else ""
        log.info("%s %s %s %.1f ms%s", line(method), line(path), end, milliseconds, request)
