"""A real browser: one a worker, a context of its own for each test.

Playwright's asynchronous interface is used, on a loop that stands still between the tests. The synchronous one keeps
a loop running in the thread, and no other test of the worker could run one then.
"""

import json
import os
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
import pytest_asyncio
from interactor_emulator import Emulator, Server
from interactor_emulator.web.app import create_app
from playwright.async_api import Browser, Page, async_playwright

from tests.clients.bundles import bundled
from tests.leaving_out import leave_out

# Nothing that asks somebody else, and no part of a machine that a container has not.
_ARGUMENTS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncIterator[Browser]:
    """Debian's Chromium, or what CHROME names."""
    path = os.environ.get("CHROME") or shutil.which("chromium")
    if path is None:
        leave_out("no Chromium here", "apt-get install chromium, or let CHROME name one")
    unboxed = ["--no-sandbox"] if os.geteuid() == 0 else []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=[*_ARGUMENTS, *unboxed])
        yield browser
        await browser.close()


@dataclass
class Seen:
    """What a page did and said."""

    errors: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)


@pytest.fixture
def seen() -> Seen:
    return Seen()


@pytest_asyncio.fixture(loop_scope="session")
async def page(chromium: Browser, seen: Seen) -> AsyncIterator[Page]:
    """A page that talks to this machine alone, and to which no server has answered with an error of its own."""
    context = await chromium.new_context()
    page = await context.new_page()
    page.set_default_timeout(30_000)
    page.on("console", lambda said: seen.errors.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: seen.errors.append(str(error)))
    page.on("request", lambda request: seen.asked.append(request.url))
    page.on("response", lambda response: seen.statuses.append(response.status))
    yield page
    await context.close()
    assert {urlsplit(url).hostname for url in seen.asked} == {"127.0.0.1"}
    assert max(seen.statuses) < 500


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Nobody reads it."""


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The origin of a site whose page holds the document's form."""
    folder = tmp_path_factory.mktemp("site")
    bundled("page.tsx", folder, "browser")
    (folder / "index.html").write_text(PAGE, "utf-8")
    (folder / "empty.html").write_text("<!doctype html><link rel='icon' href='data:,'>", "utf-8")
    with serving(folder) as server:
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


PAGE = """<!doctype html><meta charset="utf-8"><title>Approvals</title><link rel="icon" href="data:,">
<div id="root"></div><script type="module" src="page.mjs"></script>"""


def serving(folder: Path) -> ThreadingHTTPServer:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=folder))
    Thread(target=server.serve_forever, daemon=True).start()
    return server


@pytest.fixture
def api(interactor: Emulator, site: str) -> Iterator[Server]:
    """The test's emulator behind a port that lets that site's pages in, as `serve --cors ORIGIN` does."""
    with Server(create_app(interactor.accounts, cors=[site])) as server:
        yield server


@pytest.fixture
def address(interactor: Emulator, site: str, api: Server) -> Callable[[str], str]:
    """Where the site shows an instance."""

    def of(instance: str) -> str:
        settings = {"api": api.api_url, "token": interactor.token(), "instance": instance}
        return f"{site}/#{quote(json.dumps(settings))}"

    return of
