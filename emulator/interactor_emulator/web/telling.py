"""Tells the followers of an account of each request: when its answer begins, or its end when none has begun."""

import json
from time import perf_counter

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from interactor_emulator import bounds
from interactor_emulator.account.account import Account
from interactor_emulator.redaction import beginning
from interactor_emulator.state.happenings import Answered

from .call import own_request_id

_ERRORS = 400


async def answer(account: Account, response: ASGIApp, began: float, scope: Scope, receive: Receive, send: Send) -> None:
    """Send a response to a request of this account, which came when `perf_counter` said `began`."""
    start: Message | None = None
    told = False

    async def sending(message: Message) -> None:
        nonlocal start, told
        if message["type"] == "http.response.start":
            start = message
        # The code of an error stands in its body.
        if not told and start is not None and (start["status"] < _ERRORS or message is not start):
            told = True
            _tell(account, scope, start, began, message.get("body", b""))
        await send(message)

    try:
        await response(scope, receive, sending)
    finally:
        if not told:
            _tell(account, scope, start, began)


def _tell(account: Account, scope: Scope, start: Message | None, began: float, body: bytes = b"") -> None:
    path: str = scope["path"]
    if len(path) > bounds.HAPPENING.most:
        path = beginning(path, bounds.HAPPENING.most, account.secrets.ever)
    status = None if start is None else start["status"]
    told = Answered(
        account.clock.now_ms,
        _request_id(start, scope),
        scope["method"],
        path,
        status,
        _code(body) if status is not None and status >= _ERRORS else None,
        round((perf_counter() - began) * 1000, 1),
    )
    account.happenings.add(told)


def _request_id(start: Message | None, scope: Scope) -> str:
    for name, value in () if start is None else start["headers"]:
        if name == b"x-request-id":
            return str(value.decode("latin-1"))
    return own_request_id(dict(scope["headers"]))


def _code(body: bytes) -> str | None:
    """Of an answer of the API, or of the account server; a body that was cut short has none."""
    try:
        error = json.loads(body)["error"]
    except (ValueError, KeyError):
        return None
    return str(error["code"] if isinstance(error, dict) else error)
