"""Requests with an `Idempotency-Key`: answered once, and then with the same bytes."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import Future

from starlette.types import Message, Receive

from interactor_emulator import notices
from interactor_emulator.limits import MB
from interactor_emulator.redaction import redact
from interactor_emulator.services import instances
from interactor_emulator.state.events import Noticed
from interactor_emulator.state.idempotency import Kept
from interactor_emulator.wire import answers

from . import body
from .call import Call
from .respond import JSON, Response, failure_response, json_response
from .stream import Stream

_BODY_BYTES = 1 * MB

Perform = Callable[[Receive], Awaitable[Response | Stream]]
"""Reads the body from there, does what is asked, and answers."""


def key_of(sent: Mapping[bytes, bytes]) -> str:
    """The key of a request; empty when it has none."""
    return sent.get(b"idempotency-key", b"").decode("latin-1").strip()


async def answer(perform: Perform, call: Call, key: str, path: str, receive: Receive) -> Response:
    """The answer that is kept under the key, or a new one, which is kept if the request has changed something.

    "A repeat that arrives while the first is still running waits for it."
    """
    from hashlib import sha256  # late: it loads OpenSSL, for which a server's start need not wait

    keys, now_ms = call.account.idempotency, call.account.clock.now_ms
    raw = await body.read(receive, _BODY_BYTES)
    sent = sha256(path.encode() + b"\0" + raw).digest()
    while isinstance(found := keys.look_up(key, now_ms), Future):
        await asyncio.shield(asyncio.wrap_future(found))
    if found is not None:
        return _repeat(call, key, found, sent)
    try:
        response = await _perform(perform, call, raw)
    except BaseException:
        keys.forget(key)
        raise
    if call.changed:
        kept = Kept(call.changed, call.request_id, now_ms, sent, response.status, response.body)
        keys.keep(key, kept)
    else:
        keys.forget(key)
    return response


async def _perform(perform: Perform, call: Call, raw: bytes) -> Response:
    async def receive() -> Message:
        return {"type": "http.request", "body": raw, "more_body": False}

    try:
        response = await perform(receive)
    except Exception as error:  # noqa: BLE001 - a failure that changed something is kept as it is told
        response = failure_response(error, call.request_id, call.account.secrets.ever)
    assert isinstance(response, Response)
    return response


def _repeat(call: Call, key: str, kept: Kept, sent: bytes) -> Response:
    instance = instances.get(call.account, kept.instance_id)
    # "403 when the token may not see the instance that it shows"
    call.require_namespace(instance.namespace)
    if not kept.status:
        return json_response(201, {"data": answers.created(instance)}, [])
    if sent != kept.sent:
        notice = Noticed.of(
            notices.KEY_REUSED, request_id=call.request_id, key=redact(key, call.account.secrets.ever)[:100]
        )
        call.account.journal.append(notice, kept.instance_id)
    return Response(kept.status, [JSON], kept.body, kept.request_id)
