"""The checks that every request of the API passes, in the order of the wire's rules: request id, token, rate, scope,
body, then the endpoint.
"""

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from time import perf_counter
from urllib.parse import parse_qsl

from starlette.types import Receive, Scope, Send

from interactor_emulator import bounds
from interactor_emulator.account.account import Account
from interactor_emulator.account.tokens import Principal
from interactor_emulator.clock import timestamp
from interactor_emulator.errors import NotFound, Unauthorized, WorkflowNotFound
from interactor_emulator.faults.on_calls import CallRule
from interactor_emulator.services import execution
from interactor_emulator.state.rates import READ, WRITE, Window
from interactor_emulator.web.hosting.hosted import Accounts

from . import body, disturbed, idempotent, noticing
from .auth import Authenticator, check_valid, require_scope
from .call import Call, own_request_id, query_of
from .disturbed import Disturbed, Lost
from .endpoints.operations import OPERATIONS
from .multipart import read_form
from .operation import Operation
from .respond import (
    Headers,
    Response,
    check_rate,
    failure_response,
    json_response,
    rate_headers,
    seconds_left,
    tell,
)
from .stream import Stream

_NO_CONTENT = 204
_NOTHING = b"", 0


class Api:
    """What the resources of one server share."""

    def __init__(self, accounts: Accounts) -> None:
        self.accounts = accounts
        self._authenticator = Authenticator(accounts)

    async def answer(
        self, operation: Operation | None, scope: Scope, receive: Receive
    ) -> tuple[Response | Stream | Disturbed, Account]:
        """Answer a request; whatever happens, with a response. Whose request it was is told as well."""
        began, sent = perf_counter(), _headers(scope)
        heard: body.Heard | None = None
        if scope["method"] == "POST":
            receive = heard = body.Heard(receive)
        known = _Known(self.accounts.default, own_request_id(sent))
        response: Response | Stream
        rule: CallRule | None = None
        try:
            principal = await self._admit(known, operation, scope, sent)
            if known.account.faults.looks_at_calls:
                asking = disturbed.rule_for(known.account, principal, scope, sent, receive, known.request_id)
                rule, receive = await asking
            if rule is None or rule.committed:
                response = await self._respond(known, principal, operation, scope, sent, receive)
            else:
                response = _wanted(rule, known)
        except Exception as error:  # noqa: BLE001 - every error has an answer
            response = _refusal(known, error)
        if rule is not None and rule.committed and rule.effect == "status":
            response = disturbed.replaced(response, _wanted(rule, known))
        response.headers += [(b"x-request-id", known.request_id.encode()), *known.rates]
        told = _NOTHING if heard is None else (heard.body, heard.size)
        tell(known.account, scope, began, response, known.request_id, told)
        return (response if rule is None else Disturbed(response, rule)), known.account

    async def _admit(
        self, known: "_Known", operation: Operation | None, scope: Scope, sent: Mapping[bytes, bytes]
    ) -> Principal:
        """Whose request it is, and whether it may come now. Raises Unauthorized, RateLimited."""
        account, principal = self._authenticator.read(_authorization(operation, scope, sent))
        known.account = account
        check_valid(account, principal)
        with account.driver.lock:
            is_due = account.clock.is_due
        if is_due:
            await self.accounts.fire_due(account)
        now_ms = account.clock.now_ms
        known.request_id = known.request_id or account.ids.request(now_ms)
        window = account.rates.count(principal.client_id, _category(operation, scope), account.limits, now_ms)
        known.window, known.rates = window, rate_headers(window)
        if account.settings.rate_limits:
            check_rate(window, now_ms)
        return principal

    async def _respond(
        self,
        known: "_Known",
        principal: Principal,
        operation: Operation | None,
        scope: Scope,
        sent: Mapping[bytes, bytes],
        receive: Receive,
    ) -> Response | Stream:
        account, request_id = known.account, known.request_id
        if operation is None:
            noticing.path(account, scope["method"], scope["path"], OPERATIONS, request_id)
            raise NotFound
        require_scope(principal, operation.scope)
        if scope["query_string"]:
            noticing.parameters(account, operation, query_of(scope["query_string"]), request_id)
        noticing.headers(account, sent, request_id)
        call = Call(account, principal, scope["path_params"], scope["query_string"], sent, request_id)
        if operation.idempotent and (key := idempotent.key_of(sent)):
            return await idempotent.answer(
                lambda sent: self.perform(operation, call, scope, sent), call, key, scope["path"], receive
            )
        return await self.perform(operation, call, scope, receive)

    async def perform(self, operation: Operation, call: Call, scope: Scope, receive: Receive) -> Response | Stream:
        """Read the body, and do what is asked."""
        if operation.method == "POST":
            call.body = await self._body(operation, call, scope, receive)
        return await _perform(operation, call)

    async def _body(self, operation: Operation, call: Call, scope: Scope, receive: Receive) -> Mapping[str, object]:
        account, limits = call.account, call.account.limits
        if operation.upload:
            return await read_form(scope, receive, limits)
        definition = operation.members is None
        raw = await body.read(receive, limits.definition_body_bytes if definition else bounds.BODY.most)
        content_type = call.sent.get(b"content-type", b"").decode("latin-1")
        if definition and len(raw) > limits.definition_bytes:
            body.require_json(content_type)
            return body.Overlong()
        repeated: list[str] = []
        value = body.json_object(raw, content_type, limits.json_depth, repeated.append)
        if not definition:
            noticing.members(account, operation, value, call.request_id)
        if repeated:
            noticing.repeated(account, operation, repeated, call.request_id)
        return value


@dataclass(slots=True)
class _Known:
    """What is known of a request so far: whose it is (the default account's, while nobody knows), its id, its rates."""

    account: Account
    request_id: str
    rates: Headers = field(default_factory=list)
    window: Window | None = None


def _wanted(rule: CallRule, known: _Known) -> Response:
    """The error that a rule wants in place of an answer."""
    retry_after = 1
    if known.window is not None:
        retry_after = seconds_left(known.window, known.account.clock.now_ms)
        known.rates = disturbed.rates(rule, known.window)
    return disturbed.refusal(rule, known.request_id, retry_after)


def _refusal(known: _Known, error: Exception) -> Response:
    account = known.account
    known.request_id = known.request_id or _made_id(account)
    response = failure_response(error, known.request_id, account.secrets.ever, account.variants)
    if isinstance(error, WorkflowNotFound):
        noticing.workflow(account, error.name, known.request_id)
    if isinstance(error, Unauthorized):
        noticing.unauthorized(account, error, known.request_id)
        response.headers.append((b"www-authenticate", b"Bearer"))
    return response


async def _perform(operation: Operation, call: Call) -> Response | Stream:
    account = call.account
    with account.driver.lock:
        result = operation.endpoint(call)
    if isinstance(result, Generator):
        result = await account.driver.run_async(result)
    if isinstance(result, Stream):
        return result
    if result.status == _NO_CONTENT:
        return Response(_NO_CONTENT, [], b"")
    response = json_response(result.status, {"data": _data(account, result.data)}, [])
    if account.background and operation.method == "GET" and (seen := call.params.get("instance_id")) is not None:
        response.afterwards = lambda: account.driver.run_async(execution.go_on_after_look(account, seen))
    return response


def _data(account: Account, data: object) -> object:
    """Guides of other months have the array itself in the place of an object that holds nothing but it: a variant."""
    if account.variants.lists == "bare" and isinstance(data, dict) and len(data) == 1:
        only = next(iter(data.values()))
        return only if isinstance(only, list) else data
    return data


def _category(operation: Operation | None, scope: Scope) -> str:
    """Which rate a request counts against; one of an unknown path counts too, by its method."""
    if operation is not None:
        return operation.category
    return READ if scope["method"] == "GET" else WRITE


def _authorization(operation: Operation | None, scope: Scope, sent: Mapping[bytes, bytes]) -> bytes:
    """ "Token in the header or as `?token=`" for a stream: a browser's EventSource sends no headers."""
    given = sent.get(b"authorization", b"")
    if given or operation is None or not operation.stream:
        return given
    tokens = [value for name, value in parse_qsl(scope["query_string"]) if name == b"token"]
    return b"Bearer " + tokens[0] if tokens else b""


def _headers(scope: Scope) -> dict[bytes, bytes]:
    """By name; fields of one name are one field, "in order, with a comma" (RFC 9110, 5.3)."""
    found: dict[bytes, bytes] = dict(scope["headers"])
    if len(found) == len(scope["headers"]):
        return found
    all_of: dict[bytes, list[bytes]] = {}
    for name, value in scope["headers"]:
        all_of.setdefault(name, []).append(value)
    return {name: b", ".join(values) for name, values in all_of.items()}


def _made_id(account: Account) -> str:
    return account.ids.request(account.clock.now_ms)


class Resource:
    """All methods of one path, as an ASGI application; a method that it has not is an unknown path."""

    def __init__(self, api: Api, operations: Mapping[str, Operation]) -> None:
        self._api = api
        self._operations = operations

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._api.accounts.requests += 1
        operation = self._operations.get(scope["method"])
        response, account = await self._api.answer(operation, scope, receive)
        lost: Lost | None = None
        try:
            await response(scope, receive, send)
        except Lost as error:
            lost = error
        await self._api.accounts.pass_now(account)
        if lost is not None:
            raise lost.for_client()


class Health:
    """`GET /health`, published: whether the service answers; no token is asked for."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        account = self._accounts.default
        request_id = own_request_id(_headers(scope)) or _made_id(account)
        told = {"status": "ok", "timestamp": timestamp(account.clock.now_ms)}
        await json_response(200, told, [(b"x-request-id", request_id.encode())])(scope, receive, send)


class Nowhere:
    """What no path leads to, outside the API: not found, whoever asks."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        account, began = self._accounts.default, perf_counter()
        request_id = own_request_id(_headers(scope)) or _made_id(account)
        noticing.path(account, scope["method"], scope["path"], OPERATIONS, request_id)
        response = failure_response(NotFound(), request_id)
        response.headers.append((b"x-request-id", request_id.encode()))
        tell(account, scope, began, response, request_id, _NOTHING)
        await response(scope, receive, send)
