"""A proxy between an app and the service, which keeps what the two say."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import httpx
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from interactor_emulator.clock import wall_ms

from .said import Said, said

_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"]
# Of one connection (RFC 9110, 7.6.1), or told anew by whoever sends it on.
_OF_A_CONNECTION = frozenset(
    {
        "connection",
        "content-length",
        "expect",
        "host",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)
_SECONDS = 60
BODY_BYTES = 16 * 1024 * 1024
"""A longer body is refused: twice what the emulator takes."""


def proxy(core_url: str, auth_url: str, keep: Callable[[Said], None]) -> Starlette:
    """An application that sends every request on, `/oauth` to `auth_url` and the rest to `core_url`, and hands each
    with its answer to `keep`. A stream goes through as it comes, and is not kept."""
    client = httpx.AsyncClient(timeout=_SECONDS, follow_redirects=False)

    async def pass_on(request: Request) -> Response:
        at_ms, content = wall_ms(), await request.body()
        if len(content) > BODY_BYTES:
            return PlainTextResponse(f"the recording proxy takes at most {BODY_BYTES} bytes\n", 413)
        base = auth_url if request.url.path.startswith(("/oauth", "/.well-known")) else core_url
        query = f"?{request.url.query}" if request.url.query else ""
        raw_path = request.scope["raw_path"].decode("latin-1")
        headers = [(name, value) for name, value in request.headers.items() if name not in _OF_A_CONNECTION]
        # As it came: a body that the proxy would have to unpack is none that it could keep.
        headers = [(name, value) for name, value in headers if name != "accept-encoding"]
        sent = client.build_request(request.method, base + raw_path + query, headers=headers, content=content)
        sent.headers["accept-encoding"] = "identity"
        try:
            answer = await client.send(sent, stream=True)
        except httpx.HTTPError as error:
            return PlainTextResponse(f"{base} does not answer the recording proxy: {error}\n", 502)
        told = {name: value for name, value in answer.headers.items() if name not in _OF_A_CONNECTION}
        if answer.headers.get("content-type", "").startswith("text/event-stream"):
            closing = BackgroundTask(answer.aclose)
            return StreamingResponse(_raw(answer), answer.status_code, told, background=closing)
        await answer.aread()
        await answer.aclose()
        keep(said(at_ms, sent, answer))
        return Response(answer.content, answer.status_code, told)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        async with client:
            yield

    return Starlette(routes=[Route("/{path:path}", pass_on, methods=_METHODS)], lifespan=lifespan)


async def _raw(answer: httpx.Response) -> AsyncIterator[bytes]:
    async for chunk in answer.aiter_raw():
        yield chunk
