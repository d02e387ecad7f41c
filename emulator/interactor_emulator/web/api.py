"""The checks that every request of the API passes, in the order of the wire's rules: request id, token, rate, scope,
body, then the endpoint.
"""

from collections.abc import Generator, Mapping
from urllib.parse import parse_qsl

from starlette.types import Receive, Scope, Send

from interactor_emulator import notices
from interactor_emulator.account.account import Account
from interactor_emulator.errors import NotFound, Unauthorized
from interactor_emulator.limits import MB
from interactor_emulator.redaction import redact
from interactor_emulator.services import execution
from interactor_emulator.state.events import Noticed
from interactor_emulator.web.hosting.hosted import Accounts

from . import body, idempotent
from .auth import Authenticator, require_scope
from .call import Call
from .multipart import read_form
from .operation import Operation
from .respond import Headers, Response, check_rate, failure_response, json_response, rate_headers
from .stream import Stream

# What fits a request beside a definition: input of 64 KB, however it is spaced and escaped.
_BODY_BYTES = 1 * MB
_ID_CHARACTERS = 200


_NO_CONTENT = 204


class Api:
    """What the resources of one server share."""

    def __init__(self, accounts: Accounts) -> None:
        self.accounts = accounts
        self._authenticator = Authenticator(accounts)

    async def answer(
        self, operation: Operation | None, scope: Scope, receive: Receive
    ) -> tuple[Response | Stream, Account]:
        """Answer a request; whatever happens, with a response. Whose request it was is told as well."""
        sent = _headers(scope)
        request_id = _own_id(sent)
        account = self.accounts.default
        rates: Headers = []
        response: Response | Stream
        try:
            account, principal = self._authenticator.authenticate(_authorization(operation, scope, sent))
            with account.driver.lock:
                is_due = account.clock.is_due
            if is_due:
                await self.accounts.fire_due(account)
            now_ms = account.clock.now_ms
            request_id = request_id or account.ids.request(now_ms)
            if operation is None:
                raise NotFound
            window = account.rates.count(operation.category, account.limits, now_ms)
            rates = rate_headers(window)
            if account.settings.rate_limits:
                check_rate(window, now_ms)
            require_scope(principal, operation.scope)
            _notice_headers(account, sent, request_id)
            call = Call(account, principal, scope["path_params"], scope["query_string"], sent, request_id)
            if operation.idempotent and (key := idempotent.key_of(sent)):
                response = await idempotent.answer(
                    lambda sent: self.perform(operation, call, scope, sent), call, key, scope["path"], receive
                )
            else:
                response = await self.perform(operation, call, scope, receive)
        except Exception as error:  # noqa: BLE001 - every error has an answer
            request_id = request_id or _made_id(account)
            response = failure_response(error, request_id, account.secrets.ever)
            if isinstance(error, Unauthorized):
                response.headers.append((b"www-authenticate", b"Bearer"))
        if response.request_id is None:
            response.request_id = request_id
        response.headers += [(b"x-request-id", response.request_id.encode()), *rates]
        return response, account

    async def perform(self, operation: Operation, call: Call, scope: Scope, receive: Receive) -> Response | Stream:
        """Read the body, and do what is asked."""
        if operation.method == "POST":
            call.body = await self._body(operation, call, scope, receive)
        return await _perform(operation, call)

    async def _body(self, operation: Operation, call: Call, scope: Scope, receive: Receive) -> Mapping[str, object]:
        account, limits = call.account, call.account.limits
        if operation.upload:
            return await read_form(scope, receive, limits)
        limit = limits.definition_bytes if operation.members is None else max(_BODY_BYTES, limits.input_bytes)
        raw = await body.read(receive, limit)
        content_type = call.sent.get(b"content-type", b"").decode("latin-1")
        value = body.json_object(raw, content_type, limits.json_depth)
        if operation.members is not None:
            _notice_unknown(account, operation, value, call.request_id)
        return value


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
    response = json_response(result.status, {"data": result.data}, [])
    if account.background and operation.method == "GET" and (seen := call.params.get("instance_id")) is not None:
        response.afterwards = lambda: account.driver.run_async(execution.go_on_after_look(account, seen))
    return response


def _authorization(operation: Operation | None, scope: Scope, sent: Mapping[bytes, bytes]) -> bytes:
    """ "Token in the header or as `?token=`" for a stream: a browser's EventSource sends no headers."""
    given = sent.get(b"authorization", b"")
    if given or operation is None or not operation.stream:
        return given
    tokens = [value for name, value in parse_qsl(scope["query_string"]) if name == b"token"]
    return b"Bearer " + tokens[0] if tokens else b""


def _notice_unknown(account: Account, operation: Operation, value: Mapping[str, object], request_id: str) -> None:
    """ "Unknown members of a request body are ignored", and reported."""
    from difflib import get_close_matches  # late: only a mistaken request needs it

    known = operation.members or ()
    for name in value:
        if name not in known:
            near = get_close_matches(name, known, n=1)
            hint = f"Did you mean '{near[0]}'?" if near else "The service ignores it too"
            shown = redact(name, account.secrets.ever)[:100]
            values = {"operation": f"{operation.method} {operation.path}", "name": shown, "hint": hint}
            account.journal.append(Noticed.of(notices.UNKNOWN_FIELD, request_id=request_id, **values))


def _headers(scope: Scope) -> dict[bytes, bytes]:
    return dict(scope["headers"])


def _own_id(sent: Mapping[bytes, bytes]) -> str:
    """A caller's own id "(1 to 200 visible ASCII characters) is taken over"; empty when there is none."""
    own = sent.get(b"x-request-id", b"")
    if 0 < len(own) <= _ID_CHARACTERS and all(0x21 <= byte <= 0x7E for byte in own):
        return own.decode("ascii")
    return ""


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
        await response(scope, receive, send)
        await self._api.accounts.pass_now(account)


class Nowhere:
    """What no path leads to, outside the API: not found, whoever asks."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request_id = _own_id(_headers(scope)) or _made_id(self._accounts.default)
        response = failure_response(NotFound(), request_id)
        response.headers.append((b"x-request-id", request_id.encode()))
        await response(scope, receive, send)


# What proxies and browsers add, and what the emulator reads itself.
_KNOWN_HEADERS = (b"x-request-id", b"x-forwarded-", b"x-real-ip", b"x-emulator-account", b"x-requested-with")


def _notice_headers(account: Account, sent: Mapping[bytes, bytes], request_id: str) -> None:
    """Tell once of each header that looks as if it were meant for the API, like `X-Namespace`."""
    for name in sent:
        if name[:2] == b"x-" and not name.startswith(_KNOWN_HEADERS) and name not in account.unknown_headers:
            account.unknown_headers.add(name)
            shown = redact(name.decode("latin-1"), account.secrets.ever)[:100]
            account.journal.append(Noticed.of(notices.UNKNOWN_HEADER, request_id=request_id, name=shown))
