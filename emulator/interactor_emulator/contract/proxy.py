"""A proxy between an app and the service, which keeps what the two say."""

from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpx
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from interactor_emulator.clock import wall_ms
from interactor_emulator.unanswered import in_words

from .said import Said, is_ours, said

Headers = list[tuple[bytes, bytes]]

BODY_BYTES = 16 * 1024 * 1024
"""A longer body is refused: twice what the emulator takes."""

_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"]
# Of one connection (RFC 9110, 7.6.1), or told anew by whoever sends it on.
_OF_A_CONNECTION = frozenset(
    b"connection content-length expect host keep-alive proxy-authenticate proxy-authorization proxy-connection te "
    b"trailer transfer-encoding upgrade".split()
)
_SECONDS = 60


def proxy(
    core_url: str, auth_url: str, keep: Callable[[Said], None], allowed_hosts: Iterable[str] = ("127.0.0.1",)
) -> Starlette:
    """An application that sends every request of the API on, `/oauth` to `auth_url` and the rest to `core_url`, and
    hands each with its answer to `keep`. A stream goes through as it comes, and is not kept.

    No web page reaches it by a name of its own: only `localhost` and `allowed_hosts` are answered."""
    # Cookies are the app's: what one answer sets goes with no other's request.
    no_cookies = CookieJar(DefaultCookiePolicy(allowed_domains=[]))
    client = httpx.AsyncClient(timeout=_SECONDS, follow_redirects=False, cookies=no_cookies)

    async def pass_on(request: Request) -> Response:
        path = request.scope["raw_path"].decode("latin-1")
        if not is_ours(path):
            return PlainTextResponse("the recording proxy passes on /api/v1, /oauth, /.well-known and /health\n", 404)
        try:
            content = await _body(request)
        except ClientDisconnect:
            return PlainTextResponse("", 400)
        if content is None:
            return PlainTextResponse(f"the recording proxy takes at most {BODY_BYTES} bytes\n", 413)
        base = auth_url if path.startswith(("/oauth", "/.well-known")) else core_url
        query = f"?{request.url.query}" if request.url.query else ""
        at_ms = wall_ms()
        try:
            sent = client.build_request(
                request.method, base + path + query, headers=_kept(request.headers.raw), content=content
            )
            answer = await client.send(sent, stream=True)
            if answer.headers.get("content-type", "").startswith("text/event-stream"):
                return StreamingResponse(
                    answer.aiter_raw(),
                    answer.status_code,
                    dict(answer.headers),
                    background=BackgroundTask(answer.aclose),
                )
            try:
                raw = b"".join([chunk async for chunk in answer.aiter_raw()])
            finally:
                await answer.aclose()
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
            return PlainTextResponse(f"{base} does not answer the recording proxy: {in_words(error)}\n", 502)
        keep(said(at_ms, sent, _read(answer, raw)))
        return _as_it_came(request.method, answer, raw)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        async with client:
            yield

    hosts = Middleware(TrustedHostMiddleware, allowed_hosts=["localhost", *allowed_hosts], www_redirect=False)
    routes = [Route("/{path:path}", pass_on, methods=_METHODS)]
    return Starlette(routes=routes, middleware=[hosts], lifespan=lifespan)


async def _body(request: Request) -> bytes | None:
    """The body; None for one that is too long, of which no more is read."""
    pieces, size = [], 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > BODY_BYTES:
            return None
        pieces.append(chunk)
    return b"".join(pieces)


def _kept(headers: Headers) -> Headers:
    return [(name, value) for name, value in headers if name.lower() not in _OF_A_CONNECTION]


def _read(answer: httpx.Response, raw: bytes) -> httpx.Response:
    """The answer with its body unpacked, to be kept; as it came where it cannot be."""
    try:
        return httpx.Response(answer.status_code, headers=answer.headers, content=raw)
    except httpx.DecodingError:
        plain = [(name, value) for name, value in answer.headers.raw if name.lower() != b"content-encoding"]
        return httpx.Response(answer.status_code, headers=plain, content=raw)


def _as_it_came(method: str, answer: httpx.Response, raw: bytes) -> Response:
    response = Response(raw, answer.status_code)
    length = answer.headers.get("content-length", "0") if method == "HEAD" else str(len(raw))
    told = [] if answer.status_code in (204, 304) else [(b"content-length", length.encode())]
    response.raw_headers = [*((name.lower(), value) for name, value in _kept(answer.headers.raw)), *told]
    return response
