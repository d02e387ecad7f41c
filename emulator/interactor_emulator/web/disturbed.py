"""Calls that meet with a fault rule of a test: whether they are carried out, and what becomes of their answers."""

import asyncio
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace

from starlette.types import Message, Receive, Scope, Send

from interactor_emulator import bounds, notices
from interactor_emulator.account.account import Account
from interactor_emulator.account.tokens import Principal
from interactor_emulator.clock import pause_async
from interactor_emulator.errors import RateLimited
from interactor_emulator.faults.on_calls import Asked, CallRule
from interactor_emulator.state.events import Noticed
from interactor_emulator.state.rates import Window
from interactor_emulator.wire import answers

from .call import query_of
from .operation import PREFIX
from .respond import Headers, Response, json_response, rate_headers
from .stream import Stream, gone

_UNAUTHORIZED, _RATE_LIMITED = 401, 429


class Lost(Exception):
    """The connection of a client is lost, and nothing beneath can close it."""

    def for_client(self) -> Exception:
        """What httpx raises over a connection that was closed."""
        import httpx  # late: a server has connections to close

        return httpx.RemoteProtocolError(str(self))


class Ahead:
    """A request whose body was read ahead, as far as a body may go, and can be read again from its beginning."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._kept: list[Message] = []

    async def body(self) -> bytes:
        """The body, or the beginning of one that is too long."""
        parts = bytearray()
        more = True
        while more and len(parts) <= bounds.BODY.most:
            message = await self._receive()
            self._kept.append(message)
            parts += message.get("body", b"")
            more = message.get("more_body", False)
        return bytes(parts)

    async def receive(self) -> Message:
        """As if nothing had been read."""
        if self._kept:
            return self._kept.pop(0)
        return await self._receive()


async def rule_for(
    account: Account, principal: Principal, scope: Scope, sent: Mapping[bytes, bytes], receive: Receive, request_id: str
) -> tuple[CallRule | None, Receive]:
    """The rule that takes this call, if one does, and where its body is read from."""
    instance = scope.get("path_params", {}).get("instance_id")
    namespace = None
    if account.faults.asks_for_namespaces:
        if instance is None:
            ahead = Ahead(receive)
            namespace = _namespace_of(account, principal, scope, sent, await ahead.body())
            receive = ahead.receive
        elif (there := account.store.instances.get(instance)) is not None:
            namespace = there.namespace
    asked = Asked(scope["method"], scope["path"].removeprefix(PREFIX), instance, namespace)
    with account.driver.lock:
        rule = account.faults.on_call(asked)
        if rule is not None:
            told = Noticed.of(notices.FAULT_ON_CALL, request_id=request_id, call=asked, what=rule.done)
            told.provoked = True
            account.journal.notice(told)
    if rule is not None and not rule.committed:
        await Ahead(receive).body()  # a client that is still sending would be told of a reset in place of an end
    return rule, receive


def _namespace_of(
    account: Account, principal: Principal, scope: Scope, sent: Mapping[bytes, bytes], raw: bytes
) -> str | None:
    """The namespace for which a call creates or lists: in its body or query, in its header, or the token's only one."""
    name = account.variants.user_key
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError):
        body = None
    named = query_of(scope["query_string"]).get(name) or (body.get(name) if isinstance(body, dict) else None)
    if named is not None:
        return named if isinstance(named, str) else None
    if header := sent.get(b"x-namespace", b""):
        return header.decode("utf-8", "replace")
    owned = principal.namespaces
    return next(iter(owned)) if owned is not None and len(owned) == 1 else None


def refusal(rule: CallRule, request_id: str, retry_after: int) -> Response:
    """The error that a rule wants, with the headers that the service has with such a one."""
    headers: Headers = []
    if rule.retry_after is not None:
        headers.append((b"retry-after", b"%d" % rule.retry_after))
    elif rule.status == _RATE_LIMITED:
        headers.append((b"retry-after", b"%d" % retry_after))
    if rule.status == _UNAUTHORIZED:
        headers.append((b"www-authenticate", b"Bearer"))
    return json_response(rule.status, answers.failure(rule.code, rule.message, None, request_id), headers)


def rates(rule: CallRule, window: Window) -> Headers:
    """What the service says of its rates with such an error: of one that is used up nothing is left, and whose token it
    does not know has none."""
    if rule.status == _UNAUTHORIZED:
        return []
    return rate_headers(replace(window, used=window.limit) if rule.code == RateLimited.code else window)


def replaced(response: Response | Stream, by: Response) -> Response:
    """Another answer in place of one; what was to be done after the first is done after the other."""
    if isinstance(response, Stream):
        response.unfollow()
    else:
        by.afterwards = response.afterwards
    return by


class Disturbed:
    """An answer that comes late, in part, or not at all. Raises Lost where the server beneath cannot hang up."""

    def __init__(self, response: Response | Stream, rule: CallRule) -> None:
        self._response = response
        self._rule = rule

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        rule, response = self._rule, self._response
        if rule.delay_seconds:
            await _pause(rule.delay_seconds, receive)
        if rule.effect in ("status", "delay"):
            await response(scope, receive, send)
            return
        lost = "Server disconnected without sending a response."
        if rule.effect == "truncate_body" and (cut := _Cut(response, rule.size)).most >= 0:
            await cut(scope, receive, send)
            lost = f"peer closed connection without sending complete message body (received {cut.most} bytes)"
        elif isinstance(response, Stream):
            response.unfollow()
        try:
            await _hang_up(scope, receive, lost)
        finally:
            if isinstance(response, Response) and response.afterwards is not None:
                await response.afterwards()


class _Cut:
    """The beginning of an answer; of a whole one its end is missing in any case."""

    def __init__(self, response: Response | Stream, size: int) -> None:
        self._response = response
        self.most = min(size, len(response.body) - 1) if isinstance(response, Response) else size

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        left = self.most

        async def sending(message: Message) -> None:
            nonlocal left
            if message["type"] != "http.response.body":
                await send(message)
                return
            body = message["body"][:left]
            left -= len(body)
            await send({"type": "http.response.body", "body": body, "more_body": True})
            if not left:
                raise Lost

        with suppress(Lost):
            await self._response(scope, receive, sending)


async def _pause(seconds: float, receive: Receive) -> None:
    """So much wall time, in which others are answered; a client that leaves is not waited for."""
    waiting = [asyncio.ensure_future(each) for each in (pause_async(seconds), gone(receive))]
    try:
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for each in waiting:
            each.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)


async def _hang_up(scope: Scope, receive: Receive, lost: str) -> None:
    """Close the connection, and return once it is closed. Over no connection, in a transport of the test's own process,
    the client is told by an exception."""
    from .hosting.protocol import HANG_UP  # late: it needs uvicorn, which an application in a process does without

    extension = scope.get("extensions", {}).get(HANG_UP)
    if extension is None:
        raise Lost(lost)
    extension["close"]()
    await gone(receive)
