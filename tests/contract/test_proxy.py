"""The recording proxy hands on what came as it came, and keeps nobody's session for another."""

import gzip
import threading
from collections.abc import AsyncIterator, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest
import pytest_asyncio
from interactor_emulator.contract.proxy import BODY_BYTES, proxy
from interactor_emulator.contract.said import Said

PACKED = gzip.compress(b'{"data":{"packed":true}}')


class Upstream(BaseHTTPRequestHandler):
    """Answers by the last part of the path."""

    protocol_version = "HTTP/1.1"
    cookies: list[str]
    hosts: list[str]

    def _answer(self) -> None:
        self.server.cookies.append(self.headers.get("Cookie", ""))  # type: ignore[attr-defined]
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        what = self.path.rpartition("/")[2]
        if what == "cut":
            self.send_response(200)
            self.send_header("Content-Length", "100")
            self.end_headers()
            self.wfile.write(b"half")
            self.close_connection = True
            return
        headers, content = {"packed": ([("Content-Encoding", "gzip")], PACKED)}.get(what, ([], body or b"{}"))
        self.send_response(204 if what == "empty" else 200)
        for name, value in [*headers, ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"), ("X-Cafe", "\xe9")]:
            self.send_header(name, value)
        if what != "empty":
            self.send_header("Content-Length", "1234" if self.command == "HEAD" else str(len(content)))
        self.end_headers()
        if self.command != "HEAD" and what != "empty":
            self.wfile.write(content)

    do_GET = do_POST = do_HEAD = do_OPTIONS = _answer  # noqa: N815 - named by the library

    def log_message(self, *_arguments: Any) -> None:
        """Nobody asked."""


@pytest.fixture
def upstream() -> Iterator[Any]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Upstream)
    server.cookies = []  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


class Asked:
    """An app behind which the proxy stands: what it was answered, and what was kept."""

    def __init__(self, url: str) -> None:
        self.kept: list[Said] = []
        self.app = proxy(url, url, self.kept.append)

    async def __call__(self, method: str, path: str, **given: Any) -> httpx.Response:
        transport = httpx.ASGITransport(self.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            return await client.request(method, path, extensions={"otherwise": True}, **given)


@pytest_asyncio.fixture
async def asked(upstream: Any) -> AsyncIterator[Asked]:
    found = Asked(f"http://127.0.0.1:{upstream.server_port}")
    async with found.app.router.lifespan_context(found.app):
        yield found


@pytest.mark.asyncio
async def test_no_cookie_of_one_goes_with_another(asked: Asked, upstream: Any) -> None:
    first = await asked("GET", "/api/v1/x")
    await asked("GET", "/api/v1/x")
    await asked("GET", "/api/v1/x", headers={"Cookie": "mine=3"})
    assert first.headers.get_list("set-cookie") == ["a=1", "b=2"]
    assert upstream.cookies == ["", "", "mine=3"]


@pytest.mark.asyncio
async def test_what_is_packed_goes_on_packed_and_is_kept_unpacked(asked: Asked) -> None:
    answer = await asked("GET", "/api/v1/packed")
    assert (answer.headers["content-encoding"], answer.json()) == ("gzip", {"data": {"packed": True}})
    assert asked.kept[0].body == {"data": {"packed": True}}


@pytest.mark.asyncio
async def test_methods_without_a_body_keep_their_headers(asked: Asked) -> None:
    assert (await asked("HEAD", "/api/v1/x")).headers["content-length"] == "1234"
    assert (await asked("OPTIONS", "/api/v1/x")).status_code == 200
    assert (await asked("POST", "/api/v1/empty")).status_code == 204


@pytest.mark.asyncio
async def test_a_service_that_breaks_off_is_a_bad_gateway(asked: Asked) -> None:
    answer = await asked("GET", "/api/v1/cut")
    assert (answer.status_code, asked.kept) == (502, [])
    assert "does not answer the recording proxy" in answer.text


@pytest.mark.asyncio
async def test_a_body_that_is_too_long_is_refused(asked: Asked) -> None:
    assert (await asked("POST", "/api/v1/x", content=b"x" * (BODY_BYTES + 1))).status_code == 413
    assert (await asked("POST", "/api/v1/x", content=b"x" * BODY_BYTES)).status_code == 200


@pytest.mark.asyncio
@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "evil.example:80"])
async def test_no_page_reaches_it_by_a_name_of_its_own(asked: Asked, upstream: Any, host: str) -> None:
    assert (await asked("POST", "/api/v1/workflows", headers={"Host": host}, json={})).status_code == 400
    assert upstream.cookies == []


@pytest.mark.asyncio
@pytest.mark.parametrize("path", ["/_emulator/accounts", "/", "/favicon.ico"])
async def test_what_is_no_part_of_the_api_is_not_passed_on(asked: Asked, upstream: Any, path: str) -> None:
    assert (await asked("POST", path, json={"name": "x"})).status_code == 404
    assert upstream.cookies == []
