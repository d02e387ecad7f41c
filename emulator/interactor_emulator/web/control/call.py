"""The control API, `/_emulator`: JSON without tokens, for whoever runs the tests.

Loopback only: a request whose Host is no loopback name is refused, so that no web page can reach it by DNS rebinding.
"""

import asyncio
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

from starlette.types import ASGIApp, Receive, Scope, Send

from interactor_emulator import bounds
from interactor_emulator.account.account import Account
from interactor_emulator.adapters.http.under_way import inside_call
from interactor_emulator.effects import Steps
from interactor_emulator.errors import NotFound, ValidationError
from interactor_emulator.web import body
from interactor_emulator.web.call import query_of
from interactor_emulator.web.hosting.hosted import Accounts
from interactor_emulator.web.loopback import Loopback
from interactor_emulator.web.operation import CONTROL_PREFIX, ControlOperation
from interactor_emulator.web.respond import Response, failure_response, json_response

if TYPE_CHECKING:
    from interactor_emulator.web.follower import Following

_SHOWN_CHARACTERS = 200
_ACCOUNT_HEADER = b"x-emulator-account"


@dataclass(slots=True)
class Command:
    """A control call: for which account, and with what."""

    accounts: Accounts
    account: Account
    params: Mapping[str, str]
    query: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, object] = field(default_factory=dict)
    sent: Mapping[bytes, bytes] = field(default_factory=dict)
    raw: bytes = b""


@dataclass(frozen=True, slots=True)
class Done:
    """What a control call answers: the whole body, without a wrapper; text where a `content_type` is named."""

    body: Any
    status: int = 200
    content_type: str = ""


class Control:
    """All methods of one path of the control API."""

    def __init__(self, accounts: Accounts, operations: Mapping[str, ControlOperation], loopback: Loopback) -> None:
        self._accounts = accounts
        self._operations = operations
        self._under_way: set[asyncio.Future[Done]] = set()
        self._loopback = loopback

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        account = self._accounts.default
        try:
            response = await self._answer(scope, receive)
        except Exception as error:  # noqa: BLE001 - every error has an answer
            secrets = [secret for each in self._accounts for secret in each.secrets.ever]
            response = failure_response(error, account.ids.request(account.clock.now_ms), secrets)
        await response(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive) -> ASGIApp:
        sent: dict[bytes, bytes] = dict(scope["headers"])
        self._loopback.check(sent)
        operation = self._operations.get(scope["method"])
        if operation is None:
            raise NotFound(self._nowhere(scope))
        query = query_of(scope["query_string"])
        command = Command(self._accounts, self._account(sent), scope["path_params"], query, sent=sent)
        if operation.raw is not None:
            command.raw = await body.read(receive, operation.raw.most)
            body.require_json(sent.get(b"content-type", b"").decode("latin-1"))
        elif scope["method"] != "GET":
            command.body = await _body(sent, receive)
        _refuse_unknown(operation, command)
        inside = command.account.caller.under_way.holds(_texts(sent))
        token = inside_call.set(inside or inside_call.get())
        try:
            done = await self._done(operation, command)
        finally:
            inside_call.reset(token)
        if not isinstance(done, Done):
            return done
        if done.content_type:
            # A definition's names may hold half surrogates, which show as JSON would write them.
            text = done.body.encode(errors="backslashreplace")
            return Response(done.status, [(b"content-type", done.content_type.encode())], text)
        return json_response(done.status, done.body, [])

    async def _done(self, operation: ControlOperation, command: Command) -> "Done | Following":
        """What the call comes to, or what it waits for when its time is up: then it goes on beside."""
        with command.account.driver.lock:
            result: Done | Following | Steps[Done] = operation.action(command)
        if not isinstance(result, Generator):
            return result
        if not operation.waits:
            return await command.account.driver.run_async(result)
        from .timing import timeout_seconds, unfinished

        seconds = timeout_seconds(command)
        task = asyncio.ensure_future(command.account.driver.run_async(result))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        await asyncio.wait([task], timeout=seconds)
        return task.result() if task.done() else unfinished(command)

    def _nowhere(self, scope: Scope) -> str:
        """What there is in its place: this API is ours, and may say so."""
        path = scope["path"][:_SHOWN_CHARACTERS]
        if self._operations:
            return f"{path} takes {' or '.join(self._operations)}, not {scope['method']}"
        return f"{path} is no call of the control API; GET {CONTROL_PREFIX}/openapi.json has all"

    def _account(self, sent: Mapping[bytes, bytes]) -> Account:
        name = sent.get(_ACCOUNT_HEADER)
        if name is None:
            return self._accounts.default
        account = self._accounts.get(name.decode("latin-1"))
        if account is None:
            raise NotFound(
                f"Account '{name.decode('latin-1')}' not found; create it with POST {CONTROL_PREFIX}/accounts"
            )
        return account


def _refuse_unknown(operation: ControlOperation, command: Command) -> None:
    from . import strict  # late: it needs the types of the wire, for which no start waits

    found = chain(strict.of_query(command.query, operation.query), strict.of_body(command.body, operation.body))
    if faults := list(islice(found, bounds.CONTROL_FAULTS.most)):
        raise ValidationError(*faults)


def _texts(sent: Mapping[bytes, bytes]) -> Mapping[str, str]:
    return {name.decode("latin-1"): value.decode("latin-1") for name, value in sent.items()}


async def _body(sent: Mapping[bytes, bytes], receive: Receive) -> Mapping[str, Any]:
    """ "State-changing calls need `Content-Type: application/json`": no form of a web page can send that unasked."""
    raw = await body.read(receive, bounds.BODY.most)
    content_type = sent.get(b"content-type", b"").decode("latin-1")
    if not raw and not content_type:
        return {}  # "No body at all means `{}`"; a page's own request without one has been refused by its Origin
    body.require_json(content_type)
    return body.json_object(raw, content_type, depth=100)
