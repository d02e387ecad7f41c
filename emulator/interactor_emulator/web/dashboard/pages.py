"""One page of the dashboard over HTTP: who may see it, what was posted, and the answer with its headers."""

import asyncio
import os
from collections.abc import Coroutine, Generator, Iterable, Mapping
from hmac import compare_digest
from typing import Any
from urllib.parse import parse_qsl

from starlette.types import ASGIApp, Receive, Scope, Send

from interactor_emulator.account.account import Account
from interactor_emulator.errors import Forbidden, InteractorError, NotFound
from interactor_emulator.services import due
from interactor_emulator.version import __version__
from interactor_emulator.web import body
from interactor_emulator.web.call import query_of
from interactor_emulator.web.hosting.hosted import DEFAULT, Accounts
from interactor_emulator.web.loopback import Loopback
from interactor_emulator.web.multipart import SentFile, read_form
from interactor_emulator.web.respond import Headers, Response

from .searches import Searches
from .visit import HOME, Answer, GoTo, Page, Text, View, Visit

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS: Headers = [
    (b"content-security-policy", _POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cache-control", b"no-store"),
]
"""What every page is sent with: it can run and ask for nothing that is not ours, and nobody can frame it. (Told no
referrer at all, a browser says of our own forms that they come from nowhere.)"""

_HTML = (b"content-type", b"text/html; charset=utf-8")
_TOKEN = "token"
# Of a form with files.
_FILES, _FIELDS = 10, 1_000
# Wall time: what a form has begun goes on beside, and the page says what it waits for.
_PATIENCE_SECONDS = 5


class Guarded:
    """Lets in who may use the dashboard, and says in a plain sentence why somebody may not, or gets nothing."""

    def __init__(self, loopback: Loopback, endpoint: ASGIApp) -> None:
        self._loopback = loopback
        self._endpoint = endpoint

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            self._loopback.check(dict(scope["headers"]))
            await self._endpoint(scope, receive, send)
        except InteractorError as error:
            headers = [*HEADERS, (b"content-type", b"text/plain; charset=utf-8")]
            await Response(error.status, headers, _told(error))(scope, receive, send)


class Moved:
    """Leads on to the dashboard: what somebody typed is nearly its address."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await Response(307, [*HEADERS, (b"location", HOME.encode())], b"")(scope, receive, send)


class Dashboard:
    """What all pages share: the templates, made when the first is asked for, and the secret that forms carry, so that
    no page elsewhere can click for somebody."""

    def __init__(self, accounts: Accounts, menu: Iterable[tuple[str, str, str]]) -> None:
        self.accounts = accounts
        self.token: str = os.urandom(16).hex()
        self.searches: Searches = Searches()
        self._menu = tuple(menu)
        self._environment: Any = None
        self._under_way: set[asyncio.Future[Answer]] = set()

    async def awaited(self, visit: Visit, acting: Coroutine[Any, Any, Answer]) -> Answer:
        """What this comes to, or what it waits for when that takes long: then it goes on beside."""
        task = asyncio.ensure_future(acting)
        self._under_way.add(task)
        task.add_done_callback(self._is_over)
        await asyncio.wait([task], timeout=_PATIENCE_SECONDS)
        if task.done():
            return task.result()
        waiting = due.waiting_for(visit.account)
        return Page("under_way.html", "That takes a while", {"waiting": waiting, "back": visit.url}, 202)

    def _is_over(self, task: "asyncio.Future[Answer]") -> None:
        self._under_way.discard(task)
        if not task.cancelled():
            task.exception()  # nobody may be there any more whom it could be told

    def html(self, page: Page, view: View, visit: Visit) -> bytes:
        """The page, within what surrounds all of them."""
        if self._environment is None:
            from .rendering import environment  # late: a server that nobody looks at needs no templates

            self._environment = environment()
        account = visit.account
        around = {
            "title": page.title,
            "menu": self._menu,
            "section": view.section,
            "visit": visit,
            "token": self.token,
            "accounts": list(self.accounts.names()),
            "now_ms": account.clock.now_ms,
            "frozen": account.clock.frozen,
            "coming": due.coming(account),
            "of_emulator": __version__,
        }
        from .hiding import hidden

        with hidden(account.secrets.ever):
            html: str = self._environment.get_template(page.template).render({**around, **page.values})
        return html.encode("utf-8", "backslashreplace")


class PageEndpoint:
    """All methods of one view."""

    def __init__(self, dashboard: Dashboard, view: View) -> None:
        self._dashboard = dashboard
        self._view = view

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = await self._answer(scope, receive)
        await response(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive) -> Response:
        form, files = await self._form(scope, receive) if scope["method"] == "POST" else ({}, {})
        visit = self._visit(scope, form, files)
        show = self._view.acts() if scope["method"] == "POST" else self._view.shows()
        if show is None or scope["method"] not in ("GET", "HEAD", "POST"):
            raise NotFound
        try:
            if scope["method"] == "POST":
                answer = await self._dashboard.awaited(visit, self._acted(show, visit))
            else:
                answer = await self._shown(show, visit)
        except InteractorError as error:
            answer = Page("refused.html", "That did not work", {"error": error, "back": visit.url}, error.status)
        return self._response(answer, visit)

    async def _form(self, scope: Scope, receive: Receive) -> tuple[Mapping[str, str], Mapping[str, SentFile]]:
        """What was posted: texts, and files where it is a form that has them. Of a name the last one counts."""
        files: Mapping[str, SentFile] = {}
        if dict(scope["headers"]).get(b"content-type", b"").lower().startswith(b"multipart/form-data"):
            limits = self._account(query_of(scope["query_string"])).limits
            parts = await read_form(scope, receive, limits, files=_FILES, fields=_FIELDS, texts=self._view.most)
            files = {name: part for name, part in parts.items() if isinstance(part, SentFile)}
            form = {name: part for name, part in parts.items() if isinstance(part, str)}
        else:
            raw = await body.read(receive, self._view.most)
            form = dict(parse_qsl(raw.decode("utf-8", "replace"), keep_blank_values=True))
        if not compare_digest(form.pop(_TOKEN, "").encode(), self._dashboard.token.encode()):
            raise Forbidden("The form is not one of this server's, or is older than it: load the page again")
        return form, files

    def _account(self, query: Mapping[str, str]) -> Account:
        name = query.get("account", DEFAULT)
        account = self._dashboard.accounts.get(name)
        if account is None:
            raise NotFound(f"There is no account '{name[:100]}'")
        return account

    def _visit(self, scope: Scope, form: Mapping[str, str], files: Mapping[str, SentFile]) -> Visit:
        query = query_of(scope["query_string"])
        name, account = query.get("account", DEFAULT), self._account(query)
        asked = scope["query_string"].decode("latin-1")
        url = scope["path"] + (f"?{asked}" if asked else "")
        host, dashboard = dict(scope["headers"]).get(b"host", b"").decode("latin-1"), self._dashboard
        params = scope["path_params"]
        return Visit(dashboard.accounts, account, name, params, query, form, url, host, dashboard.searches, files)

    async def _acted(self, act: Any, visit: Visit) -> Answer:
        """What a form does, and what follows from it at once."""
        answer = await self._shown(act, visit)
        await visit.accounts.pass_now(visit.account)
        return answer

    async def _shown(self, show: Any, visit: Visit) -> Answer:
        account: Account = visit.account
        with account.driver.lock:
            result = show(visit)
        if isinstance(result, Generator):
            result = await account.driver.run_async(result)
        answer: Answer = result
        return answer

    def _response(self, answer: Answer, visit: Visit) -> Response:
        if isinstance(answer, GoTo):
            return Response(303, [*HEADERS, (b"location", answer.url.encode("ascii", "replace"))], b"")
        if isinstance(answer, Text):
            return Response(200, [*HEADERS, *_of_text(answer)], answer.body.encode("utf-8", "backslashreplace"))
        with visit.account.driver.lock:
            html = self._dashboard.html(answer, self._view, visit)
        return Response(answer.status, [*HEADERS, _HTML], html)


def _of_text(answer: Text) -> Headers:
    headers: Headers = [(b"content-type", answer.content_type.encode())]
    if answer.filename is not None:
        headers.append((b"content-disposition", f'attachment; filename="{answer.filename}"'.encode("ascii", "replace")))
    return headers


def _told(error: InteractorError) -> bytes:
    return error.message.encode("utf-8", "backslashreplace")
