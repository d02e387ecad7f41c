"""Requests with an `Idempotency-Key`: answered once, and then with the same bytes."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import Future

from starlette.types import Message, Receive

from interactor_emulator import bounds, notices
from interactor_emulator.errors import Forbidden, IdempotencyConflict, PayloadTooLarge
from interactor_emulator.state.events import Noticed
from interactor_emulator.state.idempotency import Kept
from interactor_emulator.wire import answers

from . import body
from .call import Call
from .respond import JSON, Response, failure_response, json_response
from .stream import Stream

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

    if len(key) > bounds.KEY.most:
        key = sha256(key.encode()).hexdigest()
    account = call.account
    keys, now_ms = account.idempotency, account.clock.now_ms
    raw, refused = await _read(receive)
    sent = sha256(path.encode() + b"\0" + raw).digest()
    while isinstance(found := keys.look_up(key, now_ms), Future):
        await asyncio.shield(asyncio.wrap_future(found))
    if found is not None:
        return _repeat(call, key, found, sent)
    try:
        response = await _perform(perform, call, raw, refused)
    except BaseException:
        keys.forget(key)
        raise
    # What one token may not do is no answer for another one.
    refusals_kept = account.variants.idempotent_refusals == "kept" and response.status != Forbidden.status
    if call.changed or refusals_kept:
        shown = call.changed or call.params.get("instance_id", "")
        keys.keep(key, Kept(shown, call.request_id, now_ms, sent, response.status, response.body))
    else:
        keys.forget(key)
    return response


async def _read(receive: Receive) -> tuple[bytes, PayloadTooLarge | None]:
    """The body; one that is too long is refused after the key was looked at, "stored idempotent answer → 413"."""
    try:
        return await body.read(receive, bounds.BODY.most), None
    except PayloadTooLarge as error:
        return b"", error


async def _perform(perform: Perform, call: Call, raw: bytes, refused: PayloadTooLarge | None) -> Response:
    async def receive() -> Message:
        return {"type": "http.request", "body": raw, "more_body": False}

    try:
        if refused is not None:
            raise refused
        response = await perform(receive)
    except Exception as error:  # noqa: BLE001 - a failure that changed something is kept as it is told
        response = failure_response(error, call.request_id, call.account.secrets.ever, call.account.variants)
    assert isinstance(response, Response)
    return response


def _repeat(call: Call, key: str, kept: Kept, sent: bytes) -> Response:
    """ "The original response is returned"; its headers are this request's own."""
    account = call.account
    instance = account.store.instances.get(kept.instance_id)
    if instance is not None:
        # "403 when the token may not see the instance that it shows"
        call.require_namespace(instance.namespace)
        if not kept.status:
            happened = account.journal.of_instance(instance.id)
            return json_response(201, {"data": answers.created(instance, happened, account.variants)}, [])
    if sent != kept.sent:
        notice = Noticed.of(notices.KEY_REUSED, request_id=call.request_id, key=key)
        account.journal.notice(notice, kept.instance_id)
        if account.variants.idempotent_other_body == "conflict":
            raise IdempotencyConflict
    return Response(kept.status, [JSON], kept.body)
